//! The actor: who acts, and what they may do. The first argument of every use case.

use std::collections::BTreeSet;

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
mod narrowed;

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
    /// The events through which they go as a mentor or a judge; of an organizer who does not organize every event, those that
    /// they do.
    pub rounds: Vec<Round>,
    /// What a program came with that acts in their name; it may do no more than the token says.
    pub token: Option<ApiToken>,
}

/// An event in which somebody has a role, with everybody who is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    pub event: EventId,
    pub role: Role,
    pub groups: BTreeSet<GroupId>,
    pub users: BTreeSet<UserId>,
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
            Standing::OrganizerOf(user) => self.runs_user(user),
            Standing::Own(user) => self.runs_user(user) || self.users.contains(&user),
            Standing::Only(user) => self.users.contains(&user),
            Standing::Visitor(user) => self.visits(user),
            Standing::Member(group) => {
                self.runs_group(group)
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

    /// Whether they run every event that there is: admins do, and organizers who organize all of them.
    pub fn runs_all(&self) -> bool {
        self.role.organizes() && self.organized().next().is_none()
    }

    /// Whether they run this event.
    pub fn runs_event(&self, event: EventId) -> bool {
        self.runs(|round| round.event == event)
    }

    /// Whether they run the event of this group.
    pub fn runs_group(&self, group: GroupId) -> bool {
        self.runs(|round| round.groups.contains(&group))
    }

    /// Whether they run the event in which this user takes part.
    pub fn runs_user(&self, user: UserId) -> bool {
        self.runs(|round| round.users.contains(&user))
    }

    fn runs(&self, meets: impl FnMut(&Round) -> bool) -> bool {
        self.runs_all() || self.organized().any(meets)
    }

    /// The events that they run, where these are not all.
    fn organized(&self) -> impl Iterator<Item = &Round> {
        self.rounds.iter().filter(|round| round.role == Role::Organizer)
    }

    /// The events that they run; `None` for all that there are.
    pub fn events(&self) -> Option<Vec<EventId>> {
        (!self.runs_all()).then(|| self.organized().map(|round| round.event).collect())
    }

    /// Refuses whoever runs other events only.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn must_run(&self, event: EventId) -> Result<(), Error> {
        if self.runs_event(event) { Ok(()) } else { Err(not_theirs()) }
    }

    /// As [`Actor::must_run`], for the event in which a user takes part.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn must_run_user(&self, user: UserId) -> Result<(), Error> {
        if self.runs_user(user) { Ok(()) } else { Err(not_theirs()) }
    }

    /// Refuses whoever does not run every event.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn must_run_all(&self) -> Result<(), Error> {
        if self.runs_all() {
            Ok(())
        } else {
            Err(Error::forbidden("only who runs all events may do this, and you organize some"))
        }
    }

    /// How much of the fleet they see: organizers all of their events, mentors and judges who takes part in theirs, and how the
    /// editors are.
    pub fn sight(&self) -> Sight {
        if self.runs_all() {
            return Sight::All;
        }
        let (run, visited): (Vec<_>, Vec<_>) = self.rounds.iter().partition(|round| round.role == Role::Organizer);
        let of = |rounds: &[&Round]| rounds.iter().flat_map(|round| &round.users).copied().collect::<Vec<_>>();
        Sight::Own {
            users: self.users.iter().copied().chain(of(&run)).collect(),
            groups: self.groups.iter().chain(self.rounds.iter().flat_map(|round| &round.groups)).copied().collect(),
            watched: of(&visited).into_iter().collect(),
        }
    }

    /// Takes in that somebody or some group is new in an event in which they have a role.
    pub fn hear_of(&mut self, change: &Change) {
        for round in &mut self.rounds {
            match change {
                Change::GroupCreated { group } if group.event == round.event => {
                    round.groups.insert(group.id);
                }
                Change::UserCreated { user } if round.groups.contains(&user.group) => {
                    round.users.insert(user.id);
                }
                _ => {}
            }
        }
    }

    /// Takes in that a user is new in an event.
    pub(crate) fn meets_now(&mut self, event: EventId, user: UserId) {
        for round in self.rounds.iter_mut().filter(|round| round.event == event) {
            round.users.insert(user);
        }
    }

    /// Whether this user's editor is theirs to come into: their own, or one that they may visit.
    fn visits(&self, user: UserId) -> bool {
        self.runs_user(user) || self.users.contains(&user) || self.meets(user, Role::Mentor)
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

fn not_theirs() -> Error {
    Error::forbidden("this belongs to an event that you do not organize")
}

#[cfg(test)]
mod tests;
