//! The vocabulary of THON: ids, names, entities, states and wire types.
//!
//! Shared by the server and the browser, so nothing here knows of HTTP, SQL, Docker or time of day. Values that come from
//! people are validated once, in the constructors of these types, and are then correct wherever they go.

pub mod account;
pub mod address;
pub mod api_token;
pub mod arrival;
pub mod audit;
pub mod byte_size;
pub mod device;
pub mod email;
pub mod endpoint;
pub mod event;
pub mod group;
pub mod id;
pub mod instance;
pub mod job;
pub mod join_code;
pub mod leftover;
pub mod live;
pub mod local_path;
pub mod name;
pub mod network;
pub mod page;
pub mod problem;
pub mod role;
pub mod route;
pub mod sandbox;
pub mod sharing;
pub mod slug;
pub mod starts;
mod unicode;
pub mod user;
pub mod visit;
pub mod workspace;
