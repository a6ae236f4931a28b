//! REST: one file per resource, each a thin door to the use cases.

pub mod arrivals;
pub mod audit;
pub mod auth;
pub mod certificates;
pub mod events;
pub mod grants;
pub mod groups;
pub mod instances;
pub mod jobs;
pub mod join_codes;
pub mod nginx;
pub mod sessions;
pub mod settings;
pub mod sign_in_links;
pub mod system;
pub mod tokens;
pub mod users;

mod paging;
mod shapes;
mod written;

pub use self::written::WrittenLists;
