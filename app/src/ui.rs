//! The kit: what pages are put together from. Only presents; knows nothing of server functions.

mod address;
mod copy;
mod icon;
mod live_badge;
mod problem;
mod state;
mod timeline;

pub use address::{EditorAddress, open_path};
pub use copy::Copy;
pub use icon::{Icon, Sprite, Symbol};
pub use live_badge::LiveBadge;
pub use problem::ProblemCard;
pub use state::{StateMark, StateWords};
pub use timeline::{Entry, Timeline};
