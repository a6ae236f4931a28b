//! The edge's one seam: who may enter which sandbox.

use async_trait::async_trait;
use thon_domain::{
    address::Doorway,
    id::{AccountId, InstanceId, UserId},
};
use tokio_util::sync::CancellationToken;

/// Decides who enters by which door. The server implements it over the use cases.
#[async_trait]
pub trait Gatekeeper: Send + Sync + 'static {
    /// Turns a one-use ticket for this door into the value of a cookie.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] when the ticket was used, is too old, or is for another door.
    async fn redeem(&self, ticket: &str, doorway: &Doorway) -> Result<EditorCookie, Refusal>;

    /// Says whether the holder of a cookie, or anybody, may enter by this door now.
    ///
    /// Asked for every request, so it must be quick. An editor's cookie is good for the ports of its sandbox as well.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] for a cookie that means nothing (any more), [`Refusal::Forbidden`] for one of somebody else.
    async fn admit(&self, cookie: Option<&str>, doorway: &Doorway) -> Result<Admission, Refusal>;

    /// Asks for the sandbox to run, in the name of the cookie's holder.
    ///
    /// # Errors
    /// As [`Gatekeeper::admit`], and [`Refusal::Forbidden`] when the holder may enter but not start.
    async fn start(&self, cookie: &str, doorway: &Doorway) -> Result<(), Refusal>;

    /// Hears that a sandbox was not found behind its route.
    ///
    /// Nobody answered, or somebody else did. Must not block.
    fn lost(&self, instance: InstanceId);

    /// Hears that somebody who is no guest has opened a tunnel to this user's editor, which may last for hours without another request.
    ///
    /// `viewer` is whose account it is, where that is known. What it gives is dropped when the tunnel ends. Must not block.
    fn opened(&self, user: UserId, viewer: Option<AccountId>) -> Box<dyn Send>;

    /// Hears that the server in front leads a request of somebody who is no guest to this user's editor by itself.
    ///
    /// Whatever it opens by that, nothing more is heard of until the next request. Must not block.
    fn led(&self, user: UserId, viewer: Option<AccountId>);
}

/// The value of an editor's cookie: letters, digits and `-._~` only.
///
/// It opens an editor, so it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct EditorCookie(String);

impl EditorCookie {
    /// Takes a value that can stand in a cookie as it is; `None` for any other.
    pub fn new(value: impl Into<String>) -> Option<Self> {
        let value = value.into();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        (!value.is_empty() && value.bytes().all(fits)).then_some(Self(value))
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for EditorCookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EditorCookie(…)")
    }
}

/// The right to be in a sandbox.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Fires when the right ends; everything that is open through it is cut then.
    pub revoked: CancellationToken,
    /// Whether the visitor may start the sandbox when it does not run.
    pub may_start: bool,
    /// Whether the visitor came to a port that is shared with them: what they do there is no work of its owner's.
    pub guest: bool,
    /// Whose account it is, for the access log.
    pub viewer: Option<AccountId>,
}

/// Why somebody does not enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such ticket or cookie, or no longer: signing in helps.
    #[error("not signed in")]
    Unknown,
    /// Known, but not allowed here: signing in again does not help.
    #[error("not allowed")]
    Forbidden,
    /// Nobody can say at the moment.
    #[error("access cannot be checked at the moment")]
    Unavailable,
}
