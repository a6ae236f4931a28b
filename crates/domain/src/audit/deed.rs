//! The deeds: what can be done, in the words of the audit.

use serde::{Deserialize, Serialize};

/// What somebody did, or wanted to.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Deed {
    SignIn,
    SignOut,
    /// Come in by a join code.
    Join,
    /// Let somebody in who waits, or send them away.
    DecideArrival,
    MakeJoinCode,
    RevokeJoinCode,
    MakeLink,
    RevokeLinks,
    MakeToken,
    RevokeToken,
    SetPassword,
    /// Give somebody a role, or take it away.
    ChangeRole,
    EditEvents,
    EditGroups,
    EditUsers,
    Import,
    Export,
    Launch,
    Pause,
    Resume,
    Recreate,
    Renew,
    Terminate,
    /// The same for many at once.
    ActOnMany,
    /// Say who may come to a port inside a sandbox.
    SharePort,
    /// Open somebody else's editor.
    Visit,
    /// Leave it.
    EndVisit,
    /// Ask a visitor to leave.
    EndVisitOf,
    OpenEditor,
    RevealPassword,
    DeleteVolume,
    CleanUp,
    ChooseImage,
    ChangeSettings,
    RenewCertificate,
    ChangeProxy,
    /// Look at what is not theirs.
    Look,
    /// Whatever has no word of its own: the detail has the address that was asked.
    Other,
}

impl Deed {
    /// All that somebody may look for.
    pub fn all() -> impl Iterator<Item = Self> {
        <Self as strum::IntoEnumIterator>::iter().filter(|deed| *deed != Self::Look)
    }

    /// In the words of the pages.
    pub const fn words(self) -> &'static str {
        match self {
            Self::SignIn => "Sign in",
            Self::SignOut => "Sign out",
            Self::Join => "Join",
            Self::DecideArrival => "Decide who comes in",
            Self::MakeJoinCode => "Make a join code",
            Self::RevokeJoinCode => "Revoke a join code",
            Self::MakeLink => "Make a sign-in link",
            Self::RevokeLinks => "Revoke sign-in links",
            Self::MakeToken => "Make a token",
            Self::RevokeToken => "Revoke a token",
            Self::SetPassword => "Set a password",
            Self::ChangeRole => "Change a role",
            Self::EditEvents => "Edit events",
            Self::EditGroups => "Edit groups",
            Self::EditUsers => "Edit users",
            Self::Import => "Import a file",
            Self::Export => "Export",
            Self::Launch => "Launch",
            Self::Pause => "Pause",
            Self::Resume => "Resume",
            Self::Recreate => "Recreate",
            Self::Renew => "Renew",
            Self::Terminate => "Terminate",
            Self::ActOnMany => "Act on many",
            Self::SharePort => "Share a port",
            Self::Visit => "Begin a visit",
            Self::EndVisit => "End a visit",
            Self::EndVisitOf => "Ask a visitor to leave",
            Self::OpenEditor => "Open an editor",
            Self::RevealPassword => "Look at a password",
            Self::DeleteVolume => "Delete a volume",
            Self::CleanUp => "Clean up",
            Self::ChooseImage => "Choose an image",
            Self::ChangeSettings => "Change settings",
            Self::RenewCertificate => "Renew the certificate",
            Self::ChangeProxy => "Change the proxy in front",
            Self::Look => "Look",
            Self::Other => "Something else",
        }
    }
}
