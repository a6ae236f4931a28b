//! nginx itself, as its own user would run it: on high ports of 127.0.0.1, with a folder of its own.

mod exchange;
mod front;
mod generated;
pub mod house;
mod upstream;
