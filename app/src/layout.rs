//! The frames that pages stand in.

mod account;
mod desk;
mod keys;
mod mark;
mod solo;

pub use account::{SignOut, role_word};
pub use desk::{Desk, Here};
pub use solo::Solo;
