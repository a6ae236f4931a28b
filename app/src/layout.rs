//! The frames that pages stand in.

mod account;
mod desk;
mod mark;
mod solo;

pub use account::SignOut;
pub use desk::Desk;
pub use solo::Solo;
