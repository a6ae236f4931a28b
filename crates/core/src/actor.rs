//! The actor: who acts, and what they may do. The first argument of every use case.

use thon_domain::{
    api_token::{ApiToken, Scope},
    id::{AccountId, EventId, GroupId, UserId},
    live::{Cause, Change, Sight},
    role::Role,
    sandbox::SandboxOverrides,
    sharing::Audience,
};

use thon_store::Trail;

pub use self::action::Action;
use self::action::{Standing, refusal};
use crate::error::Error;

mod action;

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
        if let Some(trail) = Trail::current() {
            trail.wants(action.deed(), action.about());
        }
        let allowed = match action.needs() {
            Standing::Admin => self.role == Role::Admin,
            Standing::Organizer => self.role.organizes(),
            Standing::OwnOrAdmin(user) => self.role == Role::Admin || self.users.contains(&user),
            Standing::Own(user) => self.role.organizes() || self.users.contains(&user),
            Standing::Only(user) => self.users.contains(&user),
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

#[cfg(test)]
mod tests;
