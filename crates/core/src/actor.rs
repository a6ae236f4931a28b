//! The actor: who acts, and what they may do. The first argument of every use case.

use thon_domain::{
    api_token::{ApiToken, Scope},
    id::{AccountId, EventId, GroupId, UserId},
    live::{Cause, Change, Sight},
    role::Role,
    sandbox::SandboxOverrides,
    sharing::Audience,
};

use crate::error::Error;

/// Somebody acting: a signed-in account, or whoever runs the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `None` for the operator at the machine and for THON itself.
    pub account: Option<AccountId>,
    pub name: String,
    pub role: Role,
    /// The places that are theirs.
    pub users: Vec<UserId>,
    /// The groups that they sit in.
    pub groups: Vec<GroupId>,
    /// The events through which they go as a mentor or a judge.
    pub rounds: Vec<Round>,
    /// What a program came with that acts in their name; it may do no more than the token says.
    pub token: Option<ApiToken>,
}

/// An event through which somebody goes as a mentor or a judge, with everybody who is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    pub event: EventId,
    pub role: Role,
    pub groups: Vec<GroupId>,
    pub users: Vec<UserId>,
}

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
}

impl Actor {
    /// Whoever runs the program on the machine: may do everything.
    pub fn operator() -> Self {
        Self {
            account: None,
            name: "operator".to_owned(),
            role: Role::Admin,
            users: Vec::new(),
            groups: Vec::new(),
            rounds: Vec::new(),
            token: None,
        }
    }

    /// Decides whether this may be done.
    ///
    /// # Errors
    /// `Forbidden`, saying what would be needed.
    pub fn may(&self, action: Action) -> Result<(), Error> {
        let allowed = match action.needs() {
            Standing::Admin => self.role == Role::Admin,
            Standing::Organizer => self.role.organizes(),
            Standing::OwnOrAdmin(user) => self.role == Role::Admin || self.users.contains(&user),
            Standing::Own(user) => self.role.organizes() || self.users.contains(&user),
            Standing::Visitor(user) => self.visits(user),
            Standing::Member(group) => {
                self.role.organizes()
                    || self.groups.contains(&group)
                    || self.rounds.iter().any(|round| round.groups.contains(&group))
            }
            Standing::Guest(user, group, audience) => {
                let invited = match audience {
                    Audience::Owner => false,
                    Audience::Group => self.groups.contains(&group),
                    Audience::Judges => self.meets(user, Role::Judge),
                    Audience::Everybody => true,
                };
                invited || self.visits(user)
            }
            Standing::Account(account) => self.role == Role::Admin || self.account == Some(account),
            Standing::Anybody => true,
        };
        if allowed { self.may_with_token(action.scope()) } else { Err(Error::forbidden(refusal(action))) }
    }

    /// Decides whether their token, if they came with one, is for this much.
    ///
    /// # Errors
    /// `Forbidden`, saying which scope would be needed.
    pub fn may_with_token(&self, needed: Scope) -> Result<(), Error> {
        let scope = self.token.as_ref().map_or(Scope::Admin, |token| token.scope);
        if needed <= scope {
            return Ok(());
        }
        Err(Error::forbidden(format!("this token has the scope `{scope}`; this takes `{needed}`")))
    }

    /// Decides whether sandboxes may have these overrides instead of those before.
    ///
    /// # Errors
    /// `Forbidden` when the image or the runtime is another and they may not choose it.
    pub fn may_choose(&self, after: &SandboxOverrides, before: &SandboxOverrides) -> Result<(), Error> {
        let same = after.image == before.image && after.runtime == before.runtime;
        if same { Ok(()) } else { self.may(Action::ChooseImage) }
    }

    /// How much of the fleet they see: mentors and judges who takes part in their events, and how their editors are.
    pub fn sight(&self) -> Sight {
        if self.role.organizes() {
            return Sight::All;
        }
        let all = |of: fn(&Round) -> &[GroupId]| self.rounds.iter().flat_map(of).copied();
        let mut groups: Vec<_> = self.groups.iter().copied().chain(all(|round| &round.groups)).collect();
        let mut watched: Vec<_> = self.rounds.iter().flat_map(|round| &round.users).copied().collect();
        groups.sort_unstable();
        groups.dedup();
        watched.sort_unstable();
        watched.dedup();
        Sight::Own { users: self.users.clone(), groups, watched }
    }

    /// Takes in that somebody or some group is new in an event through which they go.
    pub fn hear_of(&mut self, change: &Change) {
        for round in &mut self.rounds {
            match change {
                Change::GroupCreated { group } if group.event == round.event => round.groups.push(group.id),
                Change::UserCreated { user } if round.groups.contains(&user.group) => round.users.push(user.id),
                _ => {}
            }
        }
    }

    /// Whether this user's editor is theirs to come into: their own, or one that they may visit.
    fn visits(&self, user: UserId) -> bool {
        self.role.organizes() || self.users.contains(&user) || self.meets(user, Role::Mentor)
    }

    /// Whether they meet this user in this role.
    fn meets(&self, user: UserId, role: Role) -> bool {
        self.rounds.iter().any(|round| round.role == role && round.users.contains(&user))
    }

    /// How they stand in the log.
    pub fn cause(&self) -> Cause {
        let name = match &self.token {
            Some(token) => format!("{} (token {})", self.name, token.name),
            None => self.name.clone(),
        };
        Cause { account: self.account, name }
    }
}

/// What somebody must be to do something.
enum Standing {
    Admin,
    Organizer,
    /// The user themselves, or an admin: what organizers run holds no secret for them.
    OwnOrAdmin(UserId),
    /// The user themselves, or an organizer.
    Own(UserId),
    /// As `Own`, or a mentor of the event.
    Visitor(UserId),
    /// Somebody of the group, an organizer, or who goes through its event.
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

    const fn needs(self) -> Standing {
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
            | Self::SeeFleet
            | Self::Renew(_)
            | Self::ImportGroups
            | Self::ExportGroups
            | Self::EditEvents
            | Self::EditGroups
            | Self::EditUsers
            | Self::MakeLink
            | Self::SeeSystem
            | Self::SeeSettings => Standing::Organizer,
            Self::SeeUser(user)
            | Self::Launch(user)
            | Self::Terminate(user)
            | Self::Pause(user)
            | Self::Recreate(user)
            | Self::SharePort(user) => Standing::Own(user),
            Self::OpenEditor(user) => Standing::Visitor(user),
            Self::OpenPort { user, group, audience } => Standing::Guest(user, group, audience),
            Self::RevealPassword(user) => Standing::OwnOrAdmin(user),
            Self::SeeGroup(group) => Standing::Member(group),
            Self::RevokeToken(account) => Standing::Account(account),
            Self::MakeToken => Standing::Anybody,
        }
    }

    /// What a token has to be for. A link opens a session, which knows no scope, so making one takes the widest; so does a
    /// join code, and a role is what such a session may do.
    const fn scope(self) -> Scope {
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
            | Self::ExportGroups => Scope::Read,
            Self::Launch(_)
            | Self::Terminate(_)
            | Self::Pause(_)
            | Self::Recreate(_)
            | Self::SharePort(_)
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

const fn refusal(action: Action) -> &'static str {
    match action.needs() {
        Standing::Admin if matches!(action, Action::ChooseImage) => {
            "only an admin may choose the image or the runtime of sandboxes"
        }
        Standing::Admin if matches!(action, Action::GrantRole(_)) => "only an admin may make or unmake one",
        Standing::Admin => "only an admin may do this",
        Standing::Organizer => "only organizers may do this",
        Standing::OwnOrAdmin(_) => "this password is somebody else's",
        Standing::Visitor(_) => "this editor is somebody else's",
        Standing::Own(_) => "this instance is somebody else's",
        Standing::Guest(..) => "this port is not shared with you",
        Standing::Member(_) => "this group is somebody else's",
        Standing::Account(_) => "this token is somebody else's",
        Standing::Anybody => "nobody may do this",
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use strum::IntoEnumIterator;
    use thon_domain::id::TokenId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_role_token_and_action_is_decided() {
        let (own, other) = (UserId::new(Uuid::from_u128(1)), UserId::new(Uuid::from_u128(2)));
        let (group, other_group) = (GroupId::new(own.uuid()), GroupId::new(other.uuid()));
        let (account, other_account) = (AccountId::new(own.uuid()), AccountId::new(other.uuid()));
        let tokens = [None].into_iter().chain(Scope::iter().map(Some));
        let actions = [
            Action::SeeFleet,
            Action::SeeUser(own),
            Action::SeeUser(other),
            Action::Launch(own),
            Action::Launch(other),
            Action::Terminate(own),
            Action::Terminate(other),
            Action::Pause(own),
            Action::Pause(other),
            Action::Recreate(own),
            Action::Recreate(other),
            Action::Renew(own),
            Action::OpenEditor(own),
            Action::OpenEditor(other),
            Action::SharePort(own),
            Action::SharePort(other),
            Action::RevealPassword(own),
            Action::RevealPassword(other),
            Action::SeeGroup(group),
            Action::SeeGroup(other_group),
            Action::ImportGroups,
            Action::ExportGroups,
            Action::EditEvents,
            Action::EditGroups,
            Action::EditUsers,
            Action::ChooseImage,
            Action::MakeLink,
            Action::MakeAdminLink,
            Action::SeeSystem,
            Action::CleanUp,
            Action::RenewCertificate,
            Action::ChangeProxy,
            Action::SeeSettings,
            Action::ChangeSettings,
            Action::MakeToken,
            Action::SeeTokens,
            Action::RevokeToken(account),
            Action::RevokeToken(other_account),
            Action::SeeRoles,
            Action::SeeJoinCodes,
            Action::ShowJoinCode,
            Action::MakeJoinCode,
            Action::RevokeJoinCode,
            Action::SeeArrivals,
            Action::DecideArrival,
        ];
        let roles = Role::iter().map(Action::GrantRole);
        let ports = [(own, group), (other, group), (other, other_group)]
            .into_iter()
            .flat_map(|(user, group)| Audience::iter().map(move |audience| Action::OpenPort { user, group, audience }));
        let actions: Vec<_> = actions.into_iter().chain(roles).chain(ports).collect();
        let table =
            Role::iter().flat_map(|role| tokens.clone().map(move |scope| (role, scope))).map(|(role, scope)| {
                let actor = Actor {
                    account: Some(account),
                    name: "x".into(),
                    role,
                    users: vec![own],
                    groups: vec![group],
                    // They go through an event in which both take part.
                    rounds: if role.goes_round() { vec![round(role, [own, other])] } else { Vec::new() },
                    token: scope.map(|scope| token(account, scope)),
                };
                let allowed = actions.iter().filter(|action| actor.may(**action).is_ok()).map(|action| {
                    let whose = match action {
                        Action::OpenPort { user, group, audience } if *user == other => {
                            format!("_of_{}_for_{audience}", if *group == other_group { "others" } else { "the_group" })
                        }
                        Action::OpenPort { audience, .. } => format!("_for_{audience}"),
                        Action::GrantRole(role) => format!("_{role}"),
                        _ if format!("{action:?}").contains("0002") => "_of_others".to_owned(),
                        _ => String::new(),
                    };
                    format!("{}{whose}", <&str>::from(action))
                });
                let with = scope.map(|scope| format!(" with a token for {scope}")).unwrap_or_default();
                format!("{role}{with}: {}", allowed.collect::<Vec<_>>().join(" "))
            });
        let table: Vec<String> = table.collect();
        insta::assert_snapshot!(table.join("\n"));
    }

    #[test]
    fn a_token_stands_in_the_log() {
        let account = AccountId::new(Uuid::nil());
        let actor = Actor { account: Some(account), token: Some(token(account, Scope::Read)), ..Actor::operator() };
        assert_eq!(actor.cause().name, "operator (token ci)");
        let refused = actor.may(Action::ChangeSettings).expect_err("it is too narrow");
        assert_eq!(refused.to_string(), "this token has the scope `read`; this takes `admin`");
    }

    fn round(role: Role, users: [UserId; 2]) -> Round {
        let groups = users.map(|user| GroupId::new(user.uuid())).to_vec();
        Round { event: EventId::new(Uuid::nil()), role, groups, users: users.to_vec() }
    }

    fn token(account: AccountId, scope: Scope) -> ApiToken {
        ApiToken {
            id: TokenId::new(Uuid::nil()),
            account,
            name: "ci".parse().expect("a name"),
            scope,
            made_with: None,
            created_at: DateTime::UNIX_EPOCH,
            expires_at: DateTime::UNIX_EPOCH,
            last_used_at: None,
            revoked_at: None,
        }
    }
}
