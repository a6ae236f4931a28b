//! What stands between browsers and sandboxes.

pub mod embedded;
pub mod nginx;
