//! The tests of the `thon` program, in one binary because linking is what takes time.

mod cli;
mod config;
mod shape;
