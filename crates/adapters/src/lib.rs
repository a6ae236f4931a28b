//! The outside world: each adapter makes a port of `thon-core` true with one product.

pub mod certificates;
mod command;
pub mod host;
pub mod identity;
pub mod outward;
pub mod proxy;
pub mod runtime;
pub mod surroundings;
