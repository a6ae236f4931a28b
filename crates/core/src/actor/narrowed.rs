//! The actor who looks at one event only.

use thon_domain::role::Role;

use super::{Actor, Round};

impl Actor {
    /// The same person as an organizer of this event and of nothing else; nobody when they do not run it.
    ///
    /// It may and sees no more than before: that is what lets a browser say which event it shall be.
    pub fn in_event(self, Round { event, groups, users, .. }: Round) -> Option<Self> {
        self.runs_event(event).then(|| Self {
            role: Role::Organizer,
            users: self.users.into_iter().filter(|user| users.contains(user)).collect(),
            groups: self.groups.into_iter().filter(|group| groups.contains(group)).collect(),
            rounds: vec![Round { event, role: Role::Organizer, groups, users }],
            ..self
        })
    }
}
