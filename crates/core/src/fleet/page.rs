//! Reading instances together with the people that they belong to.

use std::collections::HashMap;

use thon_domain::{
    group::Group,
    id::{GroupId, InstanceId, UserId},
    instance::State,
    live::Sight,
    page::PageRequest,
    user::User,
};
use thon_store::{Connection, groups, instances, users};

use super::{OwnedInstance, no_instance};
use crate::error::Error;

/// Which instances are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageFilter {
    /// In one of these states; any when empty.
    pub states: Vec<State>,
    pub group: Option<GroupId>,
}

/// A page of instances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstancePage {
    pub instances: Vec<OwnedInstance>,
    /// How many there are on all pages.
    pub total: u64,
}

pub(super) fn owned(c: &mut Connection, id: InstanceId) -> Result<OwnedInstance, Error> {
    let instance = instances::find(c, id)?.ok_or_else(no_instance)?;
    let user = users::find(c, instance.user)?.ok_or_else(no_instance)?;
    let group = groups::find(c, user.group)?.ok_or_else(no_instance)?;
    Ok(OwnedInstance { instance, user, group })
}

pub(super) fn page(
    c: &mut Connection,
    sight: &Sight,
    filter: &PageFilter,
    page: PageRequest,
) -> Result<InstancePage, Error> {
    let users: HashMap<UserId, User> = users::all(c)?.into_iter().map(|user| (user.id, user)).collect();
    let groups: HashMap<GroupId, Group> = groups::all(c)?.into_iter().map(|group| (group.id, group)).collect();
    let wanted = instances::InstanceFilter { states: filter.states.clone(), users: wanted(&users, sight, filter) };
    let (rows, total) = instances::page(c, &wanted, page)?;
    let instances = rows
        .into_iter()
        .filter_map(|instance| {
            let user = users.get(&instance.user)?.clone();
            let group = groups.get(&user.group)?.clone();
            Some(OwnedInstance { instance, user, group })
        })
        .collect();
    Ok(InstancePage { instances, total })
}

/// The users whose instances are asked for and may be seen; `None` for everybody's.
fn wanted(all: &HashMap<UserId, User>, sight: &Sight, filter: &PageFilter) -> Option<Vec<UserId>> {
    let own = match sight {
        Sight::All => None,
        Sight::Own { users, .. } => Some(users),
    };
    if own.is_none() && filter.group.is_none() {
        return None;
    }
    let in_group = |user: &&User| filter.group.is_none_or(|group| user.group == group);
    let is_own = |user: &&User| own.is_none_or(|own| own.contains(&user.id));
    Some(all.values().filter(in_group).filter(is_own).map(|user| user.id).collect())
}
