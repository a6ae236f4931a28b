//! The way from pages to use cases: server functions, each of which parses, calls one use case and wraps.

pub mod access;
pub mod account;
mod codec;
#[cfg(feature = "ssr")]
pub mod context;
pub mod draft;
pub mod error;
pub mod fleet;
pub mod history;
pub mod instance;
pub mod jobs;
pub mod join;
pub mod link;
pub mod people;
pub mod sandbox;
pub mod settings;
pub mod sign_in;
pub mod viewer;

/// Says which HTTP status the answer shall have. In the browser there is nothing to say.
pub fn answer_with(status: u16) {
    #[cfg(feature = "ssr")]
    context::set_status(status);
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}
