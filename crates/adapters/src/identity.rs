//! Places where people have an account already.

pub mod github;
pub mod oidc;
mod web;

pub use self::web::{Web, WebError};
