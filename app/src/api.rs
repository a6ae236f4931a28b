//! The way from pages to use cases: server functions, each of which parses, calls one use case and wraps.

use leptos::context::use_context;

pub mod access;
pub mod account;
pub mod audit;
mod codec;
pub mod context;
pub mod draft;
pub mod error;
pub mod events;
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
pub mod visit;

/// Sets the HTTP status of the answer, where there is one: a server gives it to its pages.
#[derive(Clone, Copy, Debug)]
pub struct AnswerStatus(pub fn(u16));

/// Says which HTTP status the answer shall have. In the browser there is nothing to say.
pub fn answer_with(status: u16) {
    if let Some(AnswerStatus(set)) = use_context() {
        set(status);
    }
}
