//! The frames that pages stand in.

mod account;
mod desk;
mod keys;
mod mark;
mod solo;
mod switcher;

pub use account::{SignOut, role_word};
pub use desk::{Desk, Here};
pub use solo::Solo;
pub use switcher::CHOOSE;
