# shellcheck shell=bash
# What every script here shares: where things are, how to speak, how to time a step.
# Sourced, never run: `source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"`.

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export repo

say() { printf '%s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
hint() { printf 'hint: %s\n' "$*" >&2; }

# fail MESSAGE: the person at the keyboard can mend this, so exit 1.
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }
is_root() { [[ $(id -u) == 0 ]]; }
is_debian() { [[ -r /etc/debian_version ]] && has apt-get; }

# usage: prints the comment at the top of the running script.
usage() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"; }

# timed LABEL COMMAND…: runs the command and tells how long it took.
timed() {
  local label=$1 began=$SECONDS status=0
  shift
  say "▸ $label"
  "$@" || status=$?
  if [[ $status == 0 ]]; then
    say "  $label: done in $((SECONDS - began)) s"
  else
    say "  $label: FAILED after $((SECONDS - began)) s (exit $status)"
  fi
  return "$status"
}

# hash_of PATH…: one hash over names and contents, the same on every machine.
hash_of() {
  (cd "$repo" && find "$@" -type f -print0 | sort -z | xargs -0 -r sha256sum) | sha256sum | cut -d' ' -f1
}

# state_dir: where a started daemon leaves its log and pid.
state_dir() {
  if is_root; then
    say /var/lib/thon-dev
  else
    say "${XDG_STATE_HOME:-$HOME/.local/state}/thon-dev"
  fi
}

# Cargo's output outlives a clone, so that a fresh one builds in minutes and not in a quarter of an hour.
use_target_dir() {
  export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/thon/target}
  mkdir -p "$CARGO_TARGET_DIR"
}

# forget_old_builds: removes what builds of other clones have left there. Cargo knows a crate by its folder, so nobody else finds it again, and
# some gigabytes come with each clone.
forget_old_builds() {
  find "$CARGO_TARGET_DIR"/*/incremental -mindepth 1 -maxdepth 1 -mtime +1 -exec rm -rf {} + 2>/dev/null || true
  find "$CARGO_TARGET_DIR"/*/deps -maxdepth 1 \( -name '*thon*' -o -name 'it-*' \) -mtime +1 -delete 2>/dev/null || true
}

# locked_version CRATE: the version that Cargo.lock holds.
locked_version() {
  awk -v name="\"$1\"" '$1 == "name" && $3 == name { getline; gsub(/"/, "", $3); print $3; exit }' "$repo/Cargo.lock"
}

# workspace_version: the version in the root Cargo.toml.
workspace_version() { sed -n 's/^version = "\(.*\)"/\1/p' "$repo/Cargo.toml" | head -n 1; }

# What bootstrap installs for this project alone; beside Cargo's output, so that it outlives a clone as well.
tools=${XDG_CACHE_HOME:-$HOME/.cache}/thon/tools
wasm_sysroot=$tools/wasm-sysroot
export tools wasm_sysroot PATH="$tools/bin:$tools/node/bin:$PATH"

has_wasm_target() { [[ -d $(rustc --print target-libdir --target wasm32-unknown-unknown) ]]; }

# wasm_cargo ARGUMENTS…: Cargo with a toolchain that knows the WASM target: rustup's, or what wasm-sysroot.sh made.
wasm_cargo() {
  if has_wasm_target; then
    cargo "$@"
  else
    cargo --config "$wasm_sysroot/cargo.toml" "$@"
  fi
}
