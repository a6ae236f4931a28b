//! What pages say about people, as the use cases understand it, and back.

use thon_core::{
    actor::{Action, Actor},
    directory::{
        Directory, FieldChange, GroupDiff, GroupEdit, ImportDiff, NewGroup, NewUser, Removal, Tally, UserEdit, Verdict,
        VolumeFate, Wish,
    },
    error::Error,
};
use thon_domain::{
    byte_size::ByteSize,
    id::{DraftId, GroupId, UserId},
    instance::State,
    problem::FieldError,
    sandbox::{Cpus, SandboxOverrides},
};

use super::{ApiError, event_of, provided};
use crate::{
    api::{
        draft::{DraftBoard, DraftEntry, DraftGroup, Mark},
        people::{Files, Leaving, Limits, Toll},
    },
    words,
};

/// The use cases of people.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn directory() -> Result<Directory, ApiError> {
    provided()
}

/// A group as a form says it.
pub fn new_group(name: String, title: String, event_id: Option<String>) -> NewGroup {
    NewGroup { event_id, name, title: Some(title), ..NewGroup::default() }
}

/// A user as a form says it.
pub fn new_user(name: String, email: String) -> NewUser {
    NewUser { name, email: Some(email), ..NewUser::default() }
}

/// What a form says about a group that is there.
///
/// # Errors
/// `NotFound` when it is not, `Invalid` when a limit is none.
pub async fn group_edit(
    directory: &Directory,
    actor: &Actor,
    group: GroupId,
    (name, title, limits): (String, String, Limits),
) -> Result<GroupEdit, ApiError> {
    let before = directory.group(actor, group).await?.group.sandbox;
    Ok(GroupEdit { name: Some(name), title: Wish::Set(title), sandbox: Wish::Set(limited(before, &limits)?) })
}

/// What a form says about a user who is there.
///
/// # Errors
/// `NotFound` when they are not, `Invalid` when a limit is none.
pub async fn user_edit(
    directory: &Directory,
    actor: &Actor,
    user: UserId,
    (name, email, limits): (String, String, Limits),
) -> Result<UserEdit, ApiError> {
    let before = directory.person(actor, user).await?.user.sandbox;
    Ok(UserEdit { name: Some(name), email: Wish::Set(email), sandbox: Wish::Set(limited(before, &limits)?) })
}

/// Limits as they are typed, in the place of those of before.
fn limited(before: SandboxOverrides, typed: &Limits) -> Result<SandboxOverrides, Error> {
    let mut fields = Vec::new();
    let memory_bytes = read(&mut fields, "memory", &typed.memory, size);
    let disk_bytes = read(&mut fields, "disk", &typed.disk, size);
    let cpus = read(&mut fields, "cpus", &typed.cpus, cores);
    if fields.is_empty() {
        return Ok(SandboxOverrides { memory_bytes, disk_bytes, cpus, ..before });
    }
    Err(Error::Invalid { what: "nothing was changed: see the fields".to_owned(), fields })
}

/// A field that may be empty; what is wrong with it is noted.
fn read<T>(fields: &mut Vec<FieldError>, field: &str, text: &str, parse: fn(&str) -> Result<T, String>) -> Option<T> {
    let text = text.trim();
    let read = (!text.is_empty()).then(|| parse(text));
    read.and_then(|read| read.map_err(|message| fields.push(FieldError { field: field.to_owned(), message })).ok())
}

fn size(text: &str) -> Result<u64, String> {
    text.parse::<ByteSize>().map(|size| size.0).map_err(|error| error.to_string())
}

fn cores(text: &str) -> Result<Cpus, String> {
    let number = text.replace(',', ".").parse::<f64>().map_err(|_| "not a number of cores such as 1.5".to_owned());
    number.and_then(|cores| Cpus::new(cores).map_err(|error| error.to_string()))
}

/// What shall become of volumes.
pub const fn fate(files: Files) -> VolumeFate {
    match files {
        Files::Keep => VolumeFate::Keep,
        Files::Delete => VolumeFate::Delete,
    }
}

/// What a deletion takes with it.
///
/// # Errors
/// `NotFound` when there is no such group, `Forbidden` for those who may not.
pub async fn toll(directory: &Directory, actor: &Actor, leaving: Leaving) -> Result<Toll, ApiError> {
    let Leaving { users, group, event } = leaving;
    let (whole, removal) = match (group, event) {
        (None, Some(id)) => {
            actor.may(Action::EditEvents).map_err(ApiError::from)?;
            let event = event_of(directory, id).await?;
            let name = event.title.unwrap_or_else(|| event.event_id.clone());
            (Some(name), directory.removal_of_event(actor, event.event_id).await?)
        }
        (Some(id), _) => {
            let name = directory.group(actor, id).await?.group.name.to_string();
            (Some(name), directory.removal_of_group(actor, id).await?)
        }
        (None, None) => (None, directory.removal_of_users(actor, users).await?),
    };
    Ok(told(whole, &removal))
}

fn told(whole: Option<String>, removal: &Removal) -> Toll {
    let people: Vec<String> =
        removal.people.iter().map(|person| format!("{}/{}", person.group_name, person.user.name)).collect();
    let is_there = |state: State| !matches!(state, State::Terminated | State::Failed);
    let whom = whole.unwrap_or_else(|| match &removal.people[..] {
        [one] => one.user.name.to_string(),
        all => words::count(all.len(), "person", "people"),
    });
    Toll {
        whom,
        running: removal.people.iter().filter(|one| one.instance.is_some_and(|(_, state)| is_there(state))).count(),
        people,
        volumes: removal.volumes().map(str::to_owned).collect(),
    }
}

/// What importing a file would do; nothing when it is not there any more.
///
/// # Errors
/// `Forbidden` for those who may not.
pub async fn draft_board(directory: &Directory, actor: &Actor, id: DraftId) -> Result<Option<DraftBoard>, ApiError> {
    match directory.draft_preview(actor, id).await {
        Err(Error::NotFound { .. }) => Ok(None),
        diff => Ok(Some(board(id, diff?))),
    }
}

fn board(id: DraftId, diff: ImportDiff) -> DraftBoard {
    let (tally, changes) = (diff.tally(), diff.changes_something());
    let event = match diff.event.verdict {
        Verdict::Create => vec![format!("The event {} is new.", diff.event.event_id)],
        _ => diff.event.changes.iter().map(change).collect(),
    };
    let is_there = |group: &GroupDiff| group.verdict != Verdict::Missing;
    let groups = diff.groups.into_iter().filter(is_there).map(group).filter(DraftGroup::tells_something).collect();
    DraftBoard { id, sentence: sentence(&tally), changes, event, groups, missing: missing(tally.missing) }
}

fn missing(missing: usize) -> Option<String> {
    let whom = words::count(missing, "group or person", "groups and people");
    (missing > 0).then(|| format!("{whom} that are there, the file does not name: nothing happens to them."))
}

fn sentence(tally: &Tally) -> String {
    let Tally { groups_created, users_created, changed, .. } = *tally;
    let groups = (groups_created > 0).then(|| words::count(groups_created, "group", "groups"));
    let users = (users_created > 0).then(|| words::count(users_created, "person", "people"));
    let new: Vec<String> = groups.into_iter().chain(users).collect();
    let are = if groups_created + users_created == 1 { "is" } else { "are" };
    let new = (!new.is_empty()).then(|| format!("{} {are} new", new.join(" and ")));
    let changed = (changed > 0).then(|| format!("{changed} {} changed", if changed == 1 { "is" } else { "are" }));
    let all: Vec<String> = new.into_iter().chain(changed).collect();
    if all.is_empty() { "Everything is there, just so.".to_owned() } else { format!("{}.", all.join(", ")) }
}

fn group(diff: GroupDiff) -> DraftGroup {
    let unchanged = diff.users.iter().filter(|user| user.verdict == Verdict::Unchanged).count();
    let told = |verdict: Verdict| matches!(verdict, Verdict::Create | Verdict::Change);
    let users = diff.users.into_iter().filter(|user| told(user.verdict));
    DraftGroup {
        entry: entry(diff.name.to_string(), diff.verdict, &diff.changes),
        users: users.map(|user| entry(user.name.to_string(), user.verdict, &user.changes)).collect(),
        unchanged,
    }
}

impl DraftGroup {
    fn tells_something(&self) -> bool {
        self.entry.mark != Mark::Same || !self.users.is_empty()
    }
}

fn entry(name: String, verdict: Verdict, changes: &[FieldChange]) -> DraftEntry {
    let mark = match verdict {
        Verdict::Create => Mark::New,
        Verdict::Change => Mark::Changed,
        Verdict::Unchanged | Verdict::Missing => Mark::Same,
    };
    // Of somebody new there is nothing of before.
    let told = |one: &FieldChange| if mark == Mark::New { new(one) } else { change(one) };
    DraftEntry { name, mark, changes: changes.iter().map(told).collect() }
}

fn new(FieldChange { field, new, .. }: &FieldChange) -> String {
    format!("{field} {}", new.as_deref().unwrap_or("none"))
}

fn change(FieldChange { field, old, new }: &FieldChange) -> String {
    let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    format!("{field}: {} → {}", or_none(old), or_none(new))
}
