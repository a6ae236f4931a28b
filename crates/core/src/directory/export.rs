//! The export: an event as the groups file that would make it.

use std::collections::HashMap;

use thon_domain::{event::Event, id::GroupId, live::Change, user::User};
use thon_store::{Connection, events, groups, users};

use super::{
    Directory, events as event_cases,
    groups_file::{GroupEntry, GroupsFile, UserEntry},
};
use crate::{
    actor::{Action, Actor},
    error::Error,
};

impl Directory {
    /// The groups of an event as a groups file, e-mails and all. Importing it again changes nothing.
    ///
    /// # Errors
    /// `NotFound` when there is no such event, `Conflict` when there are several and none is named, `Forbidden` for those
    /// who may not.
    pub async fn export(&self, actor: &Actor, event_id: Option<String>) -> Result<GroupsFile, Error> {
        actor.may(Action::ExportGroups)?;
        let (stamp, actor) = (self.stamp(actor), actor.clone());
        self.store
            .write(stamp, move |w| {
                let event = chosen(w, &actor, event_id.as_deref())?;
                w.record(Change::GroupsExported { event: event.as_ref().map(|event| event.id) })?;
                event.map_or_else(|| Ok(GroupsFile::default()), |event| file(w, event))
            })
            .await
    }
}

/// The event that is named, or the only one that they run.
fn chosen(c: &mut Connection, actor: &Actor, event_id: Option<&str>) -> Result<Option<Event>, Error> {
    if let Some(event_id) = event_id {
        return event_cases::run(c, actor, event_id).map(Some);
    }
    let mut all = events::all(c)?;
    all.retain(|event| actor.runs_event(event.id));
    if all.len() > 1 {
        let ids: Vec<_> = all.iter().map(|event| event.event_id.as_str()).collect();
        let hint = format!("Name one as `event_id`: {}.", ids.join(", "));
        return Err(Error::conflict("there are several events, and a groups file is of one", hint));
    }
    Ok(all.pop())
}

fn file(c: &mut Connection, event: Event) -> Result<GroupsFile, Error> {
    let groups = groups::of_event(c, event.id)?;
    let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
    let mut members: HashMap<GroupId, Vec<UserEntry>> = HashMap::new();
    for user in users::of_groups(c, &ids)? {
        members.entry(user.group).or_default().push(entry(user));
    }
    let groups = groups.into_iter().map(|group| GroupEntry {
        users: members.remove(&group.id).unwrap_or_default(),
        name: group.name,
        title: group.title,
        sandbox: Some(group.sandbox).filter(|sandbox| !sandbox.is_empty()),
    });
    Ok(GroupsFile { event_id: Some(event.event_id), title: event.title, groups: groups.collect() })
}

fn entry(user: User) -> UserEntry {
    UserEntry { name: user.name, email: user.email, sandbox: Some(user.sandbox).filter(|sandbox| !sandbox.is_empty()) }
}
