//! Data plane 1: the reverse proxy between browsers and the sandboxes.
//!
//! The edge is the outermost service. It sorts every request by its host name before anything else looks at it, so THON's
//! own router exists under the dashboard's names only, and everything under a sandbox's name belongs to the sandbox, except
//! `/.thon/…`. It knows nothing of accounts or databases: who may enter is the [`Gatekeeper`]'s to say.

pub mod access;
mod answer;
mod body;
mod caller;
mod cookie;
pub mod door;
mod edge;
mod entrance;
mod front_key;
mod front_question;
mod gatekeeper;
mod headers;
pub mod here;
mod host;
mod link;
mod login;
mod meter;
mod outer;
mod paced;
mod page;
mod percent;
pub mod ports;
mod probe;
mod proofs;
mod protocol;
mod proxy;
mod redirect;
mod standing;
pub mod tls;
mod tunnel;
mod visit;

pub use body::{Body, BoxError};
pub use caller::Scheme;
pub use cookie::pairs as cookies;
pub use edge::Edge;
pub use front_key::FrontKey;
pub use gatekeeper::{Admission, EditorCookie, Gatekeeper, Refusal};
pub use host::{Hosts, Sorted};
pub use outer::{AtPorts, Outer};
pub use probe::ProbeError;
pub use proofs::{AcmeProofs, ProofCertificate};
pub use redirect::ToHttps;
pub use visit::{LocalPort, Peer};
