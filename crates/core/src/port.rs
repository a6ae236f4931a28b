//! Ports: what THON needs from the outside world, in its own words.

pub mod certificate_authority;
pub mod host;
pub mod identity;
pub mod proxy;
pub mod runtime;
pub mod surroundings;
