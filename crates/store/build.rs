//! Has Cargo build this crate again when a migration is added: the macro that embeds them sees only those it knew.

#[expect(clippy::print_stdout, reason = "standard output is how build scripts speak to Cargo")]
fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
