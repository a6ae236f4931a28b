//! The `thon` program: the command line, the configuration, HTTP, and what holds them together.

pub mod cli;
pub mod compose;
pub mod config;
pub mod front;
mod gatekeeper;
pub mod http;
pub mod lifecycle;
