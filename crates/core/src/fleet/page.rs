//! Reading instances together with the people that they belong to.

use std::collections::HashMap;

use thon_domain::{
    group::Group,
    id::{GroupId, InstanceId, UserId},
    instance::State,
    live::Sight,
    page::PageRequest,
    user::User,
    workspace::{StorageChoice, Workspace},
};
use thon_store::{Connection, groups, instances, users, workspaces};

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

pub(super) fn owned(c: &mut Connection, id: InstanceId, storage: &StorageChoice) -> Result<OwnedInstance, Error> {
    let instance = instances::find(c, id)?.ok_or_else(no_instance)?;
    let user = users::find(c, instance.user)?.ok_or_else(no_instance)?;
    let group = groups::find(c, user.group)?.ok_or_else(no_instance)?;
    let workspace = workspaces::of_user(c, user.id)?;
    let kept_elsewhere = workspace.and_then(|workspace| workspace.differs(storage, &user.slug));
    Ok(OwnedInstance { instance, user, group, kept_elsewhere })
}

pub(super) fn page(
    c: &mut Connection,
    (sight, filter): (&Sight, &PageFilter),
    page: PageRequest,
    storage: &StorageChoice,
) -> Result<InstancePage, Error> {
    let users = wanted(c, sight, filter)?;
    let groups: HashMap<GroupId, Group> = groups::all(c)?.into_iter().map(|group| (group.id, group)).collect();
    let current = filter.group.is_none();
    let wanted = instances::InstanceFilter { states: filter.states.clone(), users, current };
    let (rows, total) = instances::page(c, &wanted, page)?;
    let of_page: Vec<UserId> = rows.iter().map(|instance| instance.user).collect();
    // Of the page only: a list costs what it shows, however many people there are.
    let users: HashMap<UserId, User> = users::with_ids(c, &of_page)?.into_iter().map(|user| (user.id, user)).collect();
    let workspaces = workspaces::of_users(c, &of_page)?.into_iter();
    let workspaces: HashMap<UserId, Workspace> = workspaces.map(|workspace| (workspace.user, workspace)).collect();
    let instances = rows
        .into_iter()
        .filter_map(|instance| {
            let user = users.get(&instance.user)?.clone();
            let group = groups.get(&user.group)?.clone();
            let kept_elsewhere = workspaces.get(&user.id).and_then(|workspace| workspace.differs(storage, &user.slug));
            Some(OwnedInstance { instance, user, group, kept_elsewhere })
        })
        .collect();
    Ok(InstancePage { instances, total })
}

/// The users whose instances are asked for and may be seen; `None` for everybody's.
fn wanted(c: &mut Connection, sight: &Sight, filter: &PageFilter) -> Result<Option<Vec<UserId>>, Error> {
    let Some(group) = filter.group else {
        return Ok(match sight {
            Sight::All => None,
            Sight::Own { users, .. } => Some(users.iter().copied().collect()),
        });
    };
    let is_own = |id: &UserId| match sight {
        Sight::All => true,
        Sight::Own { users, .. } => users.contains(id),
    };
    Ok(Some(users::of_group(c, group)?.into_iter().map(|user| user.id).filter(is_own).collect()))
}

#[cfg(test)]
mod tests {
    use thon_domain::address::Addresses;

    use super::*;
    use crate::{
        actor::Actor,
        fleet::{Fleet, LaunchDefaults},
        poke::Poke,
        testing::Ground,
    };

    #[tokio::test]
    async fn files_that_stay_where_new_ones_would_not_go_are_told_of() {
        let ground = Ground::with("{ alpha: [alice] }").await;
        let fleet = |storage| {
            let usual = LaunchDefaults {
                starting_port: 24_600,
                public_ports: thon_domain::address::PortRange::USUAL,
                timeout_minutes: 0,
                storage,
                secure: false,
            };
            let (store, nature) = (ground.store.clone(), ground.clock.nature());
            Fleet::new(store, nature, usual, Addresses::local(8100), Poke::channel().0)
        };
        let (actor, alice) = (Actor::operator(), ground.user("alpha/alice").await);
        let before = fleet(StorageChoice::Volumes);
        let id = before.launch(&actor, alice.id).await.expect("launched").id;
        assert_eq!(before.instance(&actor, id).await.expect("one").kept_elsewhere, None);
        let after = fleet(StorageChoice::Bind { dir: "/srv".to_owned() });
        let page = after.page(&actor, PageFilter::default(), PageRequest { page: 1, page_size: 50 }).await;
        let listed = page.expect("a page").instances.remove(0).kept_elsewhere;
        assert_eq!(listed, after.instance(&actor, id).await.expect("one").kept_elsewhere);
        assert!(listed.is_some_and(|note| note.contains("alpha-alice stay in volumes")));
    }
}
