//! The edge against real sockets: a small editor behind it, browsers' and attackers' requests in front.
#![expect(clippy::expect_used, clippy::panic, reason = "tests fail by panicking, in their fixtures too")]

mod access;
mod bodies;
mod crowd;
mod editor;
mod house;
mod names;
mod pages;
mod passage;
mod smuggling;
mod swaps;
mod tunnels;
