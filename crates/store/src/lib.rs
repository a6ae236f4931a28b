//! The only room with SQL: what THON remembers, in SQLite or in PostgreSQL.
//!
//! One set of queries serves both databases. Reading functions take a [`Connection`], writing ones a [`Writer`], which only
//! [`Store::write`] hands out; so nothing is changed outside a transaction that the activity log knows of.

mod connection;
mod convert;
mod error;
mod migrations;
mod ownership;
mod schema;
mod store;
mod trail;
mod url;
mod writer;

pub mod accounts;
pub mod activity;
pub mod api_tokens;
pub mod arrivals;
pub mod audit;
pub mod editor_sessions;
pub mod events;
pub mod fleet;
pub mod grants;
pub mod groups;
pub mod idempotency;
pub mod identities;
pub mod instances;
pub mod jobs;
pub mod join_codes;
pub mod people;
pub mod presence;
pub mod sessions;
pub mod settings;
pub mod sign_in_attempts;
pub mod slugs;
pub mod tokens;
pub mod users;
pub mod visits;
pub mod volume_removals;
pub mod workspaces;

pub use connection::Connection;
pub use error::{StoreError, Subject};
pub use ownership::{Ownership, OwnershipError};
pub use store::{Store, Version};
pub use trail::{Origin, Trail};
pub use url::{DatabaseUrl, DatabaseUrlError};
pub use writer::{Stamp, Writer};
