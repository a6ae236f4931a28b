//! The edge against real sockets: a small editor behind it, browsers' and attackers' requests in front.
#![expect(clippy::expect_used, clippy::panic, reason = "tests fail by panicking, in their fixtures too")]

mod access;
mod access_log;
mod bodies;
mod chance;
mod crowd;
mod doors;
mod editor;
mod front;
mod house;
mod limits;
mod names;
mod pages;
mod passage;
mod ports;
mod questions;
mod smuggling;
mod smuggling_http2;
mod swaps;
mod tls;
mod tunnels;
mod ways;
