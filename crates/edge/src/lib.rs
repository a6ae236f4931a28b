//! Data plane 1: the reverse proxy between browsers and the sandboxes.
//!
//! The edge is the outermost service. It sorts every request by its host name before anything else looks at it, so THON's
//! own router exists under the dashboard's names only, and everything under a sandbox's name belongs to the sandbox, except
//! `/.thon/…`. It knows nothing of accounts or databases: who may enter is the [`Gatekeeper`]'s to say.

mod answer;
mod body;
mod cookie;
mod edge;
mod gatekeeper;
mod headers;
mod host;
mod link;
mod login;
mod outer;
mod page;
mod percent;
mod probe;
mod protocol;
mod proxy;
mod standing;
mod tunnel;
mod visit;

pub use body::{Body, BoxError};
pub use edge::Edge;
pub use gatekeeper::{Admission, EditorCookie, Gatekeeper, Refusal};
pub use host::{Hosts, Sorted};
pub use outer::Outer;
pub use probe::ProbeError;
pub use visit::Peer;
