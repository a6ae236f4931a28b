//! Removal: what goes when users go, and what is left of them.

use thon_domain::{
    account::Grant,
    event::Event,
    id::{AccountId, GroupId, InstanceId},
    live::Change,
    role::Role,
    user::User,
    workspace::VolumeRemoval,
};
use thon_store::{
    Connection, Writer, grants, groups,
    people::{self, Person, PersonFilter},
    tokens, users, volume_removals,
};

use super::Directory;
use crate::{error::Error, fleet::job};

/// What shall become of the volumes of those who go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VolumeFate {
    /// They stay: somebody's work is in them.
    #[default]
    Keep,
    /// They go, once the sandbox is gone.
    Delete,
}

/// The people who go, with their instances and volumes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removal {
    pub people: Vec<Person>,
}

impl Removal {
    /// Everybody in some groups.
    pub(super) fn of_groups(c: &mut Connection, groups: Vec<GroupId>) -> Result<Self, Error> {
        let filter = PersonFilter { groups: Some(groups), ..PersonFilter::default() };
        Ok(Self { people: people::page(c, &filter, None)?.0 })
    }

    /// Everybody in an event.
    pub(super) fn of_event(c: &mut Connection, event: &Event) -> Result<Self, Error> {
        let groups = groups::of_event(c, event.id)?;
        Self::of_groups(c, groups.iter().map(|group| group.id).collect())
    }

    /// The instances that end.
    pub fn instances(&self) -> impl Iterator<Item = InstanceId> {
        self.people.iter().filter_map(|person| person.instance.map(|(id, _)| id))
    }

    /// The volumes that are left, or go with them where that is asked for.
    pub fn volumes(&self) -> impl Iterator<Item = &str> {
        self.people.iter().flat_map(Person::volumes)
    }

    /// Deletes the people. Rows of their instances and workspaces go with theirs; the reconciler, which then knows nothing of
    /// the sandboxes, removes them.
    pub(super) fn carry_out(&self, w: &mut Writer<'_>, volumes: VolumeFate) -> Result<(), Error> {
        for instance in self.instances() {
            job::gone(w, instance)?;
        }
        for person in &self.people {
            users::delete(w, person.user.id)?;
        }
        w.record_all(self.people.iter().map(|person| Change::UserDeleted { user: person.user.clone() }))?;
        for account in self.people.iter().filter_map(|person| person.user.account) {
            revoke_links(w, account)?;
        }
        if volumes == VolumeFate::Delete {
            self.note_volumes(w)?;
        }
        Ok(())
    }

    fn note_volumes(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        let (asked_at, asked_by) = (w.at(), w.cause().name.clone());
        for person in &self.people {
            for volume in person.volumes() {
                let (volume, user, asked_by) = (volume.to_owned(), person.user.id, asked_by.clone());
                volume_removals::insert(w, &VolumeRemoval { volume, user, asked_at, asked_by })?;
            }
        }
        Ok(())
    }
}

/// Revokes the links of somebody who has no place any more and is nothing but a participant.
fn revoke_links(w: &mut Writer<'_>, account: AccountId) -> Result<(), Error> {
    let elsewhere: Vec<User> = users::of_account(w, account)?;
    let grants: Vec<Grant> = grants::of_account(w, account)?;
    if elsewhere.is_empty() && grants.iter().all(|grant| grant.role == Role::Participant) {
        tokens::revoke_links(w, account)?;
        w.record(Change::LinksRevoked { account })?;
    }
    Ok(())
}

impl Directory {
    /// Lets the reconciler look at the sandboxes of those who went.
    pub(super) fn poke_all(&self, removal: &Removal) {
        removal.instances().for_each(|instance| self.poke.poke(instance));
    }
}
