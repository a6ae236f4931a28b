//! The actions: what there is to do, who must do it, and which token is wide enough.

use thon_domain::{
    api_token::Scope,
    audit::{About, Deed},
    id::{AccountId, GroupId, UserId},
    role::Role,
    sharing::Audience,
};

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// See everybody's instances, groups and users.
    SeeFleet,
    /// See one user and their instance.
    SeeUser(UserId),
    /// Start an instance.
    Launch(UserId),
    /// End an instance.
    Terminate(UserId),
    /// Freeze an instance, or let it go on.
    Pause(UserId),
    /// Put a new sandbox in the place of the old one.
    Recreate(UserId),
    /// Say how long an instance may run.
    Renew(UserId),
    /// Open somebody's editor.
    OpenEditor(UserId),
    /// Ask whoever visits somebody's editor to leave it.
    AskToLeave(UserId),
    /// Come to a port inside the sandbox of this user, of this group, that is for these people.
    OpenPort { user: UserId, group: GroupId, audience: Audience },
    /// Say who may come to a port inside somebody's sandbox.
    SharePort(UserId),
    /// See the password that an editor asks for.
    RevealPassword(UserId),
    /// See one group and who is in it.
    SeeGroup(GroupId),
    /// Add and change groups and users as a file says.
    ImportGroups,
    /// Take groups and users out as a file, with addresses.
    ExportGroups,
    /// Make, change and delete events.
    EditEvents,
    /// Make, change and delete groups.
    EditGroups,
    /// Make, change, move and delete users.
    EditUsers,
    /// Choose the image and the runtime of sandboxes.
    ChooseImage,
    /// Make a sign-in link for a user.
    MakeLink,
    /// Make a sign-in link for the admin.
    MakeAdminLink,
    /// Look at what the system says of itself.
    SeeSystem,
    /// Remove what is left over in the sandbox runtime.
    CleanUp,
    /// Have another certificate made.
    RenewCertificate,
    /// Have what stands in front take the configuration anew, or take it away.
    ChangeProxy,
    /// Look at the settings.
    SeeSettings,
    /// Change the settings.
    ChangeSettings,
    /// Make an API token of one's own.
    MakeToken,
    /// See everybody's API tokens.
    SeeTokens,
    /// Revoke an API token of an account.
    RevokeToken(AccountId),
    /// See who has which role.
    SeeRoles,
    /// Give somebody a role, or take it away.
    GrantRole(Role),
    /// See by which codes people come in, but for what they type.
    SeeJoinCodes,
    /// See what people type to come in.
    ShowJoinCode,
    /// Make a code by which people come in.
    MakeJoinCode,
    /// Take a code away.
    RevokeJoinCode,
    /// See who waits to be let in.
    SeeArrivals,
    /// Let somebody in, or send them away.
    DecideArrival,
    /// See who did what.
    SeeAudit,
    /// Take the audit out.
    ExportAudit,
}

/// What somebody must be to do something.
pub(super) enum Standing {
    Admin,
    /// Whoever runs an event. Where the action is about one, the use case asks whether it is theirs ([`Actor::must_run`]).
    ///
    /// [`Actor::must_run`]: super::Actor::must_run
    Organizer,
    /// An organizer of this user's event.
    OrganizerOf(UserId),
    /// The user themselves, or an admin: what organizers run holds no secret for them.
    OwnOrAdmin(UserId),
    /// The user themselves, or an organizer of their event.
    Own(UserId),
    /// The user themselves and nobody else: what they say is in their own name.
    Only(UserId),
    /// As `Own`, or a mentor of the event.
    Visitor(UserId),
    /// Somebody of the group, or who has a role in its event.
    Member(GroupId),
    /// As `Visitor`, or one of those whom the user invites.
    Guest(UserId, GroupId, Audience),
    /// The account's owner, or an admin.
    Account(AccountId),
    Anybody,
}

impl Action {
    /// Whether it may be done without anybody saying who they are.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::OpenPort { audience: Audience::Everybody, .. })
    }

    pub(super) const fn needs(self) -> Standing {
        match self {
            Self::MakeAdminLink
            | Self::ChangeSettings
            | Self::ChooseImage
            | Self::CleanUp
            | Self::RenewCertificate
            | Self::ChangeProxy
            | Self::SeeTokens
            | Self::GrantRole(Role::Admin) => Standing::Admin,
            Self::SeeRoles
            | Self::GrantRole(_)
            | Self::SeeJoinCodes
            | Self::ShowJoinCode
            | Self::MakeJoinCode
            | Self::RevokeJoinCode
            | Self::SeeArrivals
            | Self::DecideArrival
            | Self::SeeAudit
            | Self::ExportAudit
            | Self::SeeFleet
            | Self::ImportGroups
            | Self::ExportGroups
            | Self::EditEvents
            | Self::EditGroups
            | Self::EditUsers
            | Self::MakeLink
            | Self::SeeSystem
            | Self::SeeSettings => Standing::Organizer,
            Self::Renew(user) => Standing::OrganizerOf(user),
            Self::SeeUser(user)
            | Self::Launch(user)
            | Self::Terminate(user)
            | Self::Pause(user)
            | Self::Recreate(user)
            | Self::SharePort(user) => Standing::Own(user),
            Self::OpenEditor(user) => Standing::Visitor(user),
            Self::AskToLeave(user) => Standing::Only(user),
            Self::OpenPort { user, group, audience } => Standing::Guest(user, group, audience),
            Self::RevealPassword(user) => Standing::OwnOrAdmin(user),
            Self::SeeGroup(group) => Standing::Member(group),
            Self::RevokeToken(account) => Standing::Account(account),
            Self::MakeToken => Standing::Anybody,
        }
    }

    /// What it is in the audit.
    pub(super) const fn deed(self) -> Deed {
        match self {
            Self::Launch(_) => Deed::Launch,
            Self::Terminate(_) => Deed::Terminate,
            Self::Pause(_) => Deed::Pause,
            Self::Recreate(_) => Deed::Recreate,
            Self::Renew(_) => Deed::Renew,
            Self::OpenEditor(_) | Self::OpenPort { .. } => Deed::OpenEditor,
            Self::SharePort(_) => Deed::SharePort,
            Self::AskToLeave(_) => Deed::EndVisitOf,
            Self::RevealPassword(_) => Deed::RevealPassword,
            Self::ImportGroups => Deed::Import,
            Self::ExportGroups | Self::ExportAudit => Deed::Export,
            Self::EditEvents => Deed::EditEvents,
            Self::EditGroups => Deed::EditGroups,
            Self::EditUsers => Deed::EditUsers,
            Self::ChooseImage => Deed::ChooseImage,
            Self::MakeLink | Self::MakeAdminLink => Deed::MakeLink,
            Self::CleanUp => Deed::CleanUp,
            Self::RenewCertificate => Deed::RenewCertificate,
            Self::ChangeProxy => Deed::ChangeProxy,
            Self::ChangeSettings => Deed::ChangeSettings,
            Self::MakeToken => Deed::MakeToken,
            Self::RevokeToken(_) => Deed::RevokeToken,
            Self::GrantRole(_) => Deed::ChangeRole,
            Self::MakeJoinCode => Deed::MakeJoinCode,
            Self::RevokeJoinCode => Deed::RevokeJoinCode,
            Self::DecideArrival => Deed::DecideArrival,
            Self::SeeFleet
            | Self::SeeUser(_)
            | Self::SeeGroup(_)
            | Self::SeeSystem
            | Self::SeeSettings
            | Self::SeeTokens
            | Self::SeeRoles
            | Self::SeeJoinCodes
            | Self::ShowJoinCode
            | Self::SeeArrivals
            | Self::SeeAudit => Deed::Look,
        }
    }

    /// What it is about, for the audit.
    pub(super) const fn about(self) -> Option<About> {
        match self {
            Self::SeeUser(user)
            | Self::Launch(user)
            | Self::Terminate(user)
            | Self::Pause(user)
            | Self::Recreate(user)
            | Self::Renew(user)
            | Self::OpenEditor(user)
            | Self::OpenPort { user, .. }
            | Self::SharePort(user)
            | Self::AskToLeave(user)
            | Self::RevealPassword(user) => Some(About::User(user)),
            Self::SeeGroup(group) => Some(About::Group(group)),
            Self::RevokeToken(account) => Some(About::Account(account)),
            _ => None,
        }
    }

    /// What a token has to be for. A link opens a session, which knows no scope, so making one takes the widest; so does a
    /// join code, and a role is what such a session may do.
    pub(super) const fn scope(self) -> Scope {
        match self {
            Self::SeeFleet
            | Self::SeeUser(_)
            | Self::SeeGroup(_)
            | Self::SeeSystem
            | Self::SeeSettings
            | Self::SeeTokens
            | Self::SeeRoles
            | Self::SeeJoinCodes
            | Self::SeeArrivals
            | Self::SeeAudit
            | Self::ExportAudit
            | Self::ExportGroups => Scope::Read,
            Self::Launch(_)
            | Self::Terminate(_)
            | Self::Pause(_)
            | Self::Recreate(_)
            | Self::SharePort(_)
            | Self::AskToLeave(_)
            | Self::Renew(_)
            | Self::ImportGroups
            | Self::EditEvents
            | Self::EditGroups
            | Self::EditUsers
            | Self::MakeToken
            | Self::RevokeJoinCode
            | Self::DecideArrival
            | Self::RevokeToken(_) => Scope::Write,
            Self::OpenEditor(_)
            | Self::OpenPort { .. }
            | Self::ChooseImage
            | Self::MakeLink
            | Self::MakeAdminLink
            | Self::GrantRole(_)
            | Self::ShowJoinCode
            | Self::MakeJoinCode
            | Self::ChangeSettings
            | Self::CleanUp
            | Self::RenewCertificate
            | Self::ChangeProxy
            | Self::RevealPassword(_) => Scope::Admin,
        }
    }
}

/// What is said to whoever may not.
pub(super) const fn refusal(action: Action) -> &'static str {
    match action.needs() {
        Standing::Admin if matches!(action, Action::ChooseImage) => {
            "only an admin may choose the image or the runtime of sandboxes"
        }
        Standing::Admin if matches!(action, Action::GrantRole(_)) => "only an admin may make or unmake one",
        Standing::Admin => "only an admin may do this",
        Standing::Organizer | Standing::OrganizerOf(_) => "only organizers may do this",
        Standing::OwnOrAdmin(_) => "this password is somebody else's",
        Standing::Visitor(_) => "this editor is somebody else's",
        Standing::Own(_) => "this instance is somebody else's",
        Standing::Only(_) => "only whose editor it is may ask a visitor to leave",
        Standing::Guest(..) => "this port is not shared with you",
        Standing::Member(_) => "this group is somebody else's",
        Standing::Account(_) => "this token is somebody else's",
        Standing::Anybody => "nobody may do this",
    }
}
