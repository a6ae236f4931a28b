//! The pages: what they read, what they do, and what is put together for it.

mod access;
mod forbidden;
mod gate;
mod home;
mod instance;
mod instances;
mod job;
mod jobs;
mod join;
mod me;
mod not_found;
mod overview;
mod reach;
mod rounds;
mod settings;
mod sign_in;
mod sign_in_link;

pub use access::AccessPage;
pub use forbidden::Forbidden;
pub use home::Home;
pub use instance::InstancePage;
pub use instances::InstancesPage;
pub use job::JobPage;
pub use jobs::JobsPage;
pub use join::{JoinPage, JoinSignPage, WaitingPage};
pub use me::MePage;
pub use not_found::NotFound;
pub use settings::SettingsPage;
pub use sign_in::SignIn;
pub use sign_in_link::SignInLink;
