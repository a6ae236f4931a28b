//! The adapters against the real thing: one binary, real daemons, nothing skipped.
//!
//! Tests with `docker` in their name need a Docker daemon and the image that `script/image` builds.

#![expect(clippy::expect_used, reason = "clippy knows test functions, but not what they are made of")]

mod certificates;
mod docker;
mod docker_disks;
mod docker_events;
mod docker_firewall;
mod docker_holdings;
mod docker_isolation;
mod docker_network;
mod docker_storage;
mod editor;
mod nginx;
mod outside;
mod proxy_contract;
mod runtime_contract;
mod simulated;
mod stage;
mod surroundings;
