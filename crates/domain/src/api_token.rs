//! The API token: lets a program act in an account's name, with a limit of its own and an end.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, TokenId},
    name::TokenName,
};

/// How much of what its account may do a token may do, the least first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Scope {
    /// Look at everything, change nothing.
    #[default]
    Read,
    /// Run the event: its people and their instances.
    Write,
    /// Everything, system settings and sign-in links included.
    Admin,
}

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    pub id: TokenId,
    pub account: AccountId,
    pub name: TokenName,
    pub scope: Scope,
    /// The token that its maker acted with; it ends with that one.
    pub made_with: Option<TokenId>,
    pub created_at: DateTime<Utc>,
    /// No longer good from this moment on.
    pub expires_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ApiToken {
    /// How far its last use may lie behind before a use is written down: no write per request.
    pub const TOUCHED_EVERY: TimeDelta = TimeDelta::minutes(10);

    /// Whether it may be used at `now`.
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether a use at `now` is worth writing down.
    pub fn is_touch_due(&self, now: DateTime<Utc>) -> bool {
        self.last_used_at.is_none_or(|last| now - last >= Self::TOUCHED_EVERY)
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn scopes_are_ordered_by_what_they_allow() {
        assert_eq!(Scope::iter().map(|scope| scope.to_string()).collect::<Vec<_>>(), ["read", "write", "admin"]);
        assert!(Scope::iter().is_sorted() && Scope::default() == Scope::Read);
    }

    #[test]
    fn a_token_is_good_until_its_end_or_until_revoked() {
        let (start, hour) = (DateTime::UNIX_EPOCH, TimeDelta::hours(1));
        let token = ApiToken {
            id: TokenId::new(Uuid::nil()),
            account: AccountId::new(Uuid::nil()),
            name: TokenName::new("ci").expect("a name"),
            scope: Scope::Write,
            made_with: None,
            created_at: start,
            expires_at: start + hour,
            last_used_at: None,
            revoked_at: None,
        };
        assert!(token.is_good(start + TimeDelta::minutes(59)) && !token.is_good(start + hour));
        assert!(!ApiToken { revoked_at: Some(start), ..token.clone() }.is_good(start));
        let used = ApiToken { last_used_at: Some(start), ..token.clone() };
        assert!(token.is_touch_due(start) && !used.is_touch_due(start + TimeDelta::minutes(9)));
        assert!(used.is_touch_due(start + ApiToken::TOUCHED_EVERY));
    }
}
