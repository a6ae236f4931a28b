//! The account: somebody who can sign in, and what they may do.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, EventId, GrantId, TokenId},
    role::Role,
};

/// Somebody who can sign in. One person, whatever events they take part in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    pub id: AccountId,
    /// How the person is greeted, for example "Alice".
    pub name: String,
    pub created_at: DateTime<Utc>,
}

/// A role of an account: in one event, or everywhere (an admin's).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub id: GrantId,
    pub account: AccountId,
    pub event: Option<EventId>,
    pub role: Role,
    pub created_at: DateTime<Utc>,
}

/// What a token is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display, strum::EnumString, strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum TokenKind {
    /// A sign-in link that is used up by its first use: an admin's.
    SignInOnce,
    /// A sign-in link that works on several devices until revoked: a participant's.
    SignIn,
}

/// A secret that signs somebody in, without the secret itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub id: TokenId,
    pub account: AccountId,
    pub kind: TokenKind,
    pub created_at: DateTime<Utc>,
    /// No longer good from this moment on; `None` means until revoked.
    pub expires_at: Option<DateTime<Utc>>,
    pub used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Token {
    /// Whether the token may still be used at `now`.
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        let spent = self.kind == TokenKind::SignInOnce && self.used_at.is_some();
        self.revoked_at.is_none() && !spent && self.expires_at.is_none_or(|end| now < end)
    }
}
