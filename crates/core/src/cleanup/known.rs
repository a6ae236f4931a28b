//! What the database knows, and why something in the runtime belongs to nothing of it.

use std::collections::{HashMap, HashSet};

use thon_domain::{
    id::{GroupId, InstanceId, UserId},
    instance::State,
    slug::Slug,
    workspace::{Storage, Volume, Workspace},
};
use thon_store::{
    Connection, groups, instances,
    people::{self, Person, PersonFilter},
    slugs, volume_removals,
};

use crate::{
    error::Error,
    port::runtime::{DiskFile, HeldContainer},
};

/// What the database knows, as of one moment.
#[derive(Default)]
pub(super) struct Known {
    instances: HashMap<InstanceId, State>,
    people: HashMap<UserId, Person>,
    groups: HashSet<GroupId>,
    /// Who had which slug, those who are gone included.
    slugs: HashMap<UserId, Slug>,
    /// Volumes that go by themselves.
    going: HashSet<String>,
}

impl Known {
    pub(super) fn read(c: &mut Connection) -> Result<Self, Error> {
        let (people, _) = people::page(c, &PersonFilter::default(), None)?;
        Ok(Self {
            instances: instances::all(c)?.into_iter().map(|instance| (instance.id, instance.state)).collect(),
            people: people.into_iter().map(|person| (person.user.id, person)).collect(),
            groups: groups::all(c)?.into_iter().map(|group| group.id).collect(),
            slugs: slugs::by_user(c)?,
            going: volume_removals::all(c)?.into_iter().map(|removal| removal.volume).collect(),
        })
    }

    /// Why a container is left over; nothing when it is not.
    pub(super) fn why_container(&self, held: &HeldContainer) -> Option<&'static str> {
        let Some(instance) = held.instance else { return Some("it carries THON's mark and is no sandbox") };
        match self.instances.get(&instance) {
            None => Some("its instance is not known"),
            Some(State::Terminated | State::Failed) => Some("its instance has ended"),
            // One that is on the way may be being made at this moment.
            Some(state) if !held.is_finished && !state.is_on_the_way() => Some("it was never made to the end"),
            Some(_) => None,
        }
    }

    /// Why an empty network is left over; nothing while somebody is about to be put into one.
    pub(super) fn why_network(&self) -> Option<&'static str> {
        let is_settled = self.instances.values().all(|state| !state.is_on_the_way());
        is_settled.then_some("no sandbox is in it")
    }

    /// Why a file system that was not made to the end is left over; nothing while it may be being made.
    pub(super) fn why_disk(&self, disk: &DiskFile) -> Option<&'static str> {
        let state = self.owner_now(disk).and_then(|person| person.instance).map(|(_, state)| state);
        (!state.is_some_and(State::is_on_the_way)).then_some("it was never made to the end")
    }

    /// Why a whole file system without volumes is left over; nothing when its user's next sandbox has it again.
    pub(super) fn why_files(&self, disk: &DiskFile) -> Option<&'static str> {
        match self.owner_now(disk) {
            None => Some("its user is deleted, and its volumes were removed"),
            Some(person) => {
                let keeps_volumes = |own: &Workspace| own.storage == Storage::Volumes;
                let is_used = person.workspace.as_ref().is_none_or(keeps_volumes);
                (!is_used).then_some("its user's files are elsewhere, and its volumes were removed")
            }
        }
    }

    /// Whose a file system is, if they are still there.
    fn owner_now(&self, disk: &DiskFile) -> Option<&Person> {
        let slug = disk.slug.as_ref()?;
        self.people.values().find(|one| one.user.slug == *slug)
    }

    /// Whose a slug is or was, as people know them.
    pub(super) fn owner_of_slug(&self, slug: &Slug) -> Option<String> {
        let (user, _) = self.slugs.iter().find(|(_, known)| *known == slug)?;
        self.owner(*user)
    }

    /// Why a volume is left over; nothing when it is not, or goes by itself.
    pub(super) fn why_volume(&self, volume: &Volume) -> Option<&'static str> {
        if volume.in_use || self.going.contains(&volume.name) {
            return None;
        }
        match (volume.user, volume.group) {
            (Some(user), _) => match self.people.get(&user) {
                None => Some("its user is deleted"),
                Some(person) => Self::is_another(person, volume).then_some("its user's files are elsewhere"),
            },
            (None, Some(group)) => (!self.groups.contains(&group)).then_some("its group is deleted"),
            (None, None) => Some("it carries THON's mark and belongs to nobody"),
        }
    }

    /// Whether a volume is none of those that its user's sandboxes ever mount.
    fn is_another(person: &Person, volume: &Volume) -> bool {
        // Who never started may still start with what is there.
        person.workspace.as_ref().is_some_and(|own| ![&own.workspace_volume, &own.home_volume].contains(&&volume.name))
    }

    /// Whose something is or was, as people know them.
    pub(super) fn owner(&self, user: UserId) -> Option<String> {
        match self.people.get(&user) {
            Some(person) => Some(format!("{}/{}", person.group_name, person.user.name)),
            None => self.slugs.get(&user).map(|slug| format!("{slug}, deleted")),
        }
    }

    /// One that knows an instance or none.
    #[cfg(test)]
    pub(super) fn with(instance: Option<(InstanceId, State)>) -> Self {
        Self { instances: instance.into_iter().collect(), ..Self::default() }
    }
}
