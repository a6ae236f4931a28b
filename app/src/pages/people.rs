//! What the pages of groups and of users share: what can be done, the table, the bar for those who are chosen, the question
//! before somebody is deleted.

mod acts;
mod bulk;
mod fields;
pub mod finder;
mod remove;
mod table;
pub mod wanted;

pub use acts::Acts;
pub use fields::{LimitFields, NewUser};
pub use remove::{Remove, provide_removal};
pub use table::PeopleTable;
