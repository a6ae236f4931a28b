//! The tests of the `thon` program, in one binary because linking is what takes time.

#![expect(clippy::expect_used, reason = "clippy knows test functions, but not what they are made of")]

mod cli;
mod config;
mod shape;
