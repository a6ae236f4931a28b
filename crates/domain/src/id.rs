//! One id type per entity, so that a user's id is never taken for an instance's.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// Names somebody who can sign in.
    AccountId,
    /// Names somebody's coming into an event.
    ArrivalId,
    /// Names a file that somebody looks at before it is imported.
    DraftId,
    /// Names a hackathon.
    EventId,
    /// Names an account's role in an event.
    GrantId,
    /// Names a group of one event.
    GroupId,
    /// Names a user's VS Code; the same one for ever.
    InstanceId,
    /// Names a wish about many instances.
    JobId,
    /// Names what people type to come into an event.
    JoinCodeId,
    /// Names a secret that signs somebody in: a link or an API token.
    TokenId,
    /// Names a place in a group.
    UserId,
    /// Names somebody's stay in another person's editor.
    VisitId,
    /// Names the files that outlive sandboxes.
    WorkspaceId,
}
