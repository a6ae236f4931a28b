//! What keeps a page true: a snapshot, then the live stream, folded into signals that change single rows.

mod beside;
mod choice;
mod clock;
mod fleet_store;
mod progress;
pub mod roster;
mod socket;
pub mod told;

pub use beside::Beside;
pub use clock::PageClock;
pub use fleet_store::{FleetStore, Link};
pub use progress::{Counts, Progress, Verdict, begun, ended_at};
