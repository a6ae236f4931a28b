//! What keeps a page true: a snapshot, then the live stream, folded into signals that change single rows.

mod clock;
mod fleet_store;
pub mod roster;
mod socket;
pub mod told;

pub use clock::PageClock;
pub use fleet_store::{FleetStore, Link};
