//! The `thon` program: the command line, the configuration, HTTP, and what holds them together.

pub mod cli;
pub mod config;
