#!/usr/bin/env bash
# The WASM target for a machine where `rustup target add` cannot download it: Debian's own Rust compiles the
# standard library from its packaged source, once, into a sysroot that `wasm_cargo` (script/lib.sh) then uses.
#
#   script/lib/wasm-sysroot.sh
set -euo pipefail
# shellcheck source=script/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

target=wasm32-unknown-unknown
packages=(rustc-web cargo-web rust-web-src lld)

if ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
  if ! is_debian || ! is_root; then fail "the WASM target is missing; run: rustup target add $target"; fi
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq install -y --no-install-recommends \
    "${packages[@]}" </dev/null >/dev/null
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
touch "$work/src/lib.rs"
printf '[package]\nname = "std-for-wasm"\nversion = "0.0.0"\nedition = "2024"\n' >"$work/Cargo.toml"

# -Z build-std is a nightly feature; the variable lets Debian's stable compiler have it for this one build.
cd "$work"
RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$work/target \
  /usr/bin/cargo build --quiet --release -Z build-std=std,panic_abort --target "$target"

rm -rf "$wasm_sysroot"
libraries=$wasm_sysroot/lib/rustlib/$target/lib
mkdir -p "$libraries"
cp "$work/target/$target/release/deps/"*.rlib "$libraries/"
rm -f "$libraries"/libstd_for_wasm-*
cat >"$wasm_sysroot/cargo.toml" <<TOML
# Given to Cargo with --config, which adds to the flags of .cargo/config.toml where a variable would replace them.
# With --target these flags are for that target alone, not for build scripts and macros.
[build]
rustc = "/usr/bin/rustc"
rustflags = ["--sysroot", "$wasm_sysroot"]

[target.$target]
linker = "/usr/bin/wasm-ld"
TOML
