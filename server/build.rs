//! Sees to it that the folder of the site exists, which the program is compiled with: it may be built before its site.

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../target/site");
    std::fs::create_dir_all("../target/site")
}
