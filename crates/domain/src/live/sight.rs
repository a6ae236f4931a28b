//! How much of what happens somebody may see: who runs all events everything, others what is theirs.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Activity, Change, QueuePlaces, Readings};
use crate::{
    id::{GroupId, UserId},
    user::User,
};

/// How much of the fleet somebody may see.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// Everything: who runs all events.
    All,
    /// These users with their instances, and the people of these groups. Of those who are `watched` the instances, too.
    Own { users: BTreeSet<UserId>, groups: BTreeSet<GroupId>, watched: BTreeSet<UserId> },
}

impl Sight {
    /// The part of an activity that may be seen, if any.
    pub fn of(&self, activity: &Activity) -> Option<Activity> {
        let Self::Own { groups, .. } = self else { return Some(activity.clone()) };
        let mut seen = activity.clone();
        let visible = match &mut seen.change {
            Change::EventCreated { .. }
            | Change::EventChanged { .. }
            | Change::EventArchived { .. }
            | Change::EventUnarchived { .. }
            | Change::EventDeleted { .. } => true,
            Change::GroupCreated { group } | Change::GroupChanged { group } | Change::GroupDeleted { group } => {
                groups.contains(&group.id)
            }
            Change::UserCreated { user } | Change::UserChanged { user } | Change::UserDeleted { user } => {
                self.blank(user);
                self.sees(user)
            }
            Change::UserMoved { user, from } => {
                self.blank(user);
                let left = groups.contains(from) && !self.sees(user);
                if left {
                    // Where they went is nothing that may be seen, but that they went is.
                    seen.change = Change::UserDeleted { user: User { group: *from, ..user.clone() } };
                    true
                } else {
                    self.sees(user)
                }
            }
            change => change.instance().is_some_and(|instance| self.sees_instance_of(instance.user)),
        };
        visible.then_some(seen)
    }

    /// The places in the queue that may be seen.
    pub fn queue(&self, places: &QueuePlaces) -> QueuePlaces {
        match self {
            Self::All => places.clone(),
            Self::Own { users, .. } => users.iter().filter_map(|user| Some((*user, *places.get(user)?))).collect(),
        }
    }

    /// The readings that may be seen.
    pub fn readings(&self, readings: &Readings) -> Readings {
        match self {
            Self::All => readings.clone(),
            Self::Own { users, .. } => users.iter().filter_map(|user| Some((*user, *readings.get(user)?))).collect(),
        }
    }

    /// Whether somebody may be seen: oneself, wherever one sits, and the people of one's own groups.
    pub(super) fn sees(&self, user: &User) -> bool {
        match self {
            Self::All => true,
            Self::Own { users, groups, .. } => groups.contains(&user.group) || users.contains(&user.id),
        }
    }

    /// Whether somebody's instance may be seen.
    pub(super) fn sees_instance_of(&self, user: UserId) -> bool {
        match self {
            Self::All => true,
            Self::Own { users, watched, .. } => users.contains(&user) || watched.contains(&user),
        }
    }

    /// Takes out of a user what only that person and organizers may know.
    pub(super) fn blank(&self, user: &mut User) {
        if let Self::Own { users, .. } = self
            && !users.contains(&user.id)
        {
            user.email = None;
            user.account = None;
        }
    }
}
