//! The dashboard's HTTP: pages, REST, the live stream, and what protects them.

pub mod api;
pub mod assets;
pub mod audited;
pub mod certificates;
pub mod extract;
pub mod health;
pub mod identify;
pub mod inward;
pub mod join;
pub mod live;
pub mod open;
pub mod openapi;
pub mod pages;
pub mod problem;
pub mod requests;
pub mod restart;
pub mod router;
pub mod security;
pub mod sessions;
pub mod sign_in;
pub mod sources;
