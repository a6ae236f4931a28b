//! What THON does: use cases, the ports they need, and the tasks that make intents true.
//!
//! Every use case takes the [`actor::Actor`] first and begins by asking whether they may.

pub mod accounts;
pub mod actor;
pub mod agents;
mod archive;
pub mod audit;
pub mod capacity;
pub mod certificates;
pub mod check;
pub mod cleanup;
pub mod clock;
pub mod directory;
pub mod editor_password;
pub mod entry;
pub mod error;
#[cfg(any(test, feature = "fake"))]
pub mod fake;
pub mod fault;
pub mod fleet;
pub mod history;
pub mod hosting;
pub mod joining;
pub mod live;
pub mod memo;
pub mod outer_proxy;
pub mod outlook;
pub mod poke;
pub mod port;
pub mod presence;
pub mod private_file;
pub mod qr;
pub mod reach;
pub mod readings;
pub mod roles;
pub mod sandboxes;
pub mod secret;
pub mod session;
pub mod settings;
pub mod sharing;
pub mod sign_in;
pub mod switch;
pub mod tally;
pub mod task;
#[cfg(test)]
mod testing;
pub mod tokens;
pub mod visits;
pub mod yaml;
