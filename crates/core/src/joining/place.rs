//! The place that somebody gets who is let in.

use thon_domain::{
    arrival::{Arrival, Standing},
    group::Group,
    id::{GroupId, UserId},
    live::Change,
    name::{GroupName, UserName},
    role::Role,
    sandbox::SandboxOverrides,
    user::User,
};
use thon_store::{Connection, Writer, arrivals, grants, groups, slugs, users};

use crate::{accounts::grant, clock::Nature, directory::free_slug, error::Error};

/// Where somebody sits down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    There(Group),
    /// A team of this name, which is not there yet.
    New(GroupName),
}

/// Whether a group has as many people as it has seats.
pub fn full(c: &mut Connection, group: GroupId, seats: u32) -> Result<bool, Error> {
    Ok(users::of_group(c, group)?.len() >= seats as usize)
}

/// Gives somebody their place, and founds their team where it is not there yet.
pub fn seated(
    w: &mut Writer<'_>,
    nature: &Nature,
    arrival: Arrival,
    (target, name): (Target, UserName),
) -> Result<UserId, Error> {
    let (account, event, at) = (arrival.account, arrival.event, w.at());
    let group = match target {
        Target::There(group) => group,
        Target::New(name) => {
            let (id, sandbox) = (GroupId::new(nature.ids.next()), SandboxOverrides::default());
            let group = Group { id, event, name, title: None, sandbox, created_at: at, updated_at: at };
            groups::insert(w, &group)?;
            w.record(Change::GroupCreated { group: group.clone() })?;
            group
        }
    };
    let user = User {
        id: UserId::new(nature.ids.next()),
        group: group.id,
        account: Some(account),
        slug: free_slug(&group.name, &name, |slug| Ok(slugs::is_given(w, slug)?))?,
        name,
        email: None,
        sandbox: SandboxOverrides::default(),
        created_at: at,
        updated_at: at,
    };
    let id = user.id;
    users::insert(w, &user)?;
    w.record(Change::UserCreated { user })?;
    let has = |role: Role| move |grant: &thon_domain::account::Grant| grant.role == role && grant.event == Some(event);
    if !grants::of_account(w, account)?.iter().any(has(Role::Participant)) {
        grant(w, nature, account, Some(event), Role::Participant)?;
    }
    let (standing, decided_at) = (Standing::LetIn, Some(at));
    let arrival = Arrival { group: Some(group.id), standing, decided_at, ..arrival };
    arrivals::update(w, &arrival)?;
    w.record(Change::ArrivalLetIn { arrival: arrival.id, name: arrival.name })?;
    Ok(id)
}
