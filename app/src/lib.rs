//! What people see: Leptos pages, rendered by the server, then hydrated in the browser.
//!
//! Pages compose resources and actions, `ui` only presents, `api` is the way to the use cases, `live` keeps what is shown
//! true. Everything works without JavaScript except that rows then change only when a page is loaded.

#![expect(clippy::needless_pass_by_value, reason = "components own what they are given")]
#![cfg_attr(feature = "ssr", expect(clippy::unused_async, reason = "a server function is async, whatever it does"))]

pub mod api;
mod layout;
mod live;
pub mod next_path;
mod pages;
pub mod routes;
pub mod shell;
mod ui;
pub mod viewer;
mod words;
