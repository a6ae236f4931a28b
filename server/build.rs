//! Sees to it that the folder of the site exists, which the program is compiled with, and that the program is linked small.

use std::{env, process::Command};

/// The first glibc that loads packed relocations (<https://sourceware.org/glibc/wiki/Release/2.36>).
const PACKED_SINCE: (u32, u32) = (2, 36);

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../target/site");
    if loads_packed_relocations() {
        // Three megabytes of addresses, read at each start, become forty kilobytes.
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    std::fs::create_dir_all("../target/site")
}

/// Whether the program is built for this machine, and its loader knows them.
fn loads_packed_relocations() -> bool {
    if env::var_os("HOST") != env::var_os("TARGET") {
        return false;
    }
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().map(|output| output.stdout).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let version = said.trim().strip_prefix("glibc ").and_then(|version| version.split_once('.'));
    let number = |text: &str| text.split('.').next().and_then(|number| number.parse::<u32>().ok());
    version.and_then(|(major, minor)| Some((number(major)?, number(minor)?))).is_some_and(|is| is >= PACKED_SINCE)
}
