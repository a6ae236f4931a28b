//! The diff of an import, as people and programs are shown it.

use serde::Serialize;
use thon_domain::{
    byte_size::ByteSize,
    event::Event,
    group::Group,
    name::{GroupName, UserName},
    sandbox::SandboxOverrides,
    user::User,
};

use super::plan::{Plan, Step};

/// What an import finds and does about an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Verdict {
    /// The file names it, and it is not there.
    Create,
    /// It is there, and something about it is new.
    Change,
    /// It is there, just so.
    Unchanged,
    /// It is there, and the file does not name it. It stays.
    Missing,
}

/// Something that is different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// For example `email` or `sandbox.memory`.
    pub field: &'static str,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// What is so about a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserDiff {
    pub name: UserName,
    pub verdict: Verdict,
    pub changes: Vec<FieldChange>,
}

/// What is so about a group and those in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupDiff {
    pub name: GroupName,
    pub verdict: Verdict,
    pub changes: Vec<FieldChange>,
    pub users: Vec<UserDiff>,
}

/// What is so about the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventDiff {
    pub event_id: String,
    pub verdict: Verdict,
    pub changes: Vec<FieldChange>,
}

/// Everything that an import finds and does, in the order of the file; what is missing comes last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportDiff {
    pub event: EventDiff,
    pub groups: Vec<GroupDiff>,
}

/// How much of what there is in a diff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub groups_created: usize,
    pub users_created: usize,
    /// Groups and users that have something new.
    pub changed: usize,
    /// Groups and users that were there already, just so.
    pub unchanged: usize,
    /// Groups and users that the file does not name.
    pub missing: usize,
}

impl ImportDiff {
    /// Counts the groups and users.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for group in &self.groups {
            tally.count(group.verdict, |tally| &mut tally.groups_created);
            for user in &group.users {
                tally.count(user.verdict, |tally| &mut tally.users_created);
            }
        }
        tally
    }

    /// Whether carrying it out changes anything.
    pub fn changes_something(&self) -> bool {
        let tally = self.tally();
        let about_event = matches!(self.event.verdict, Verdict::Create | Verdict::Change);
        about_event || tally.groups_created + tally.users_created + tally.changed > 0
    }
}

impl Tally {
    fn count(&mut self, verdict: Verdict, created: impl Fn(&mut Self) -> &mut usize) {
        *match verdict {
            Verdict::Create => created(self),
            Verdict::Change => &mut self.changed,
            Verdict::Unchanged => &mut self.unchanged,
            Verdict::Missing => &mut self.missing,
        } += 1;
    }
}

impl Plan {
    /// The plan as it is shown.
    pub fn diff(&self) -> ImportDiff {
        let group = |(step, users): &(Step<Group>, Vec<Step<User>>)| GroupDiff {
            name: step.thing().name.clone(),
            verdict: step.verdict(),
            changes: step.changed().map(|(old, new)| group_changes(old, new)).unwrap_or_default(),
            users: users.iter().map(user_diff).collect(),
        };
        ImportDiff { event: event_diff(&self.event), groups: self.groups.iter().map(group).collect() }
    }
}

impl<T> Step<T> {
    const fn verdict(&self) -> Verdict {
        match self {
            Self::Create(_) => Verdict::Create,
            Self::Change { .. } => Verdict::Change,
            Self::Unchanged(_) => Verdict::Unchanged,
            Self::Missing(_) => Verdict::Missing,
        }
    }
}

fn event_diff(step: &Step<Event>) -> EventDiff {
    let title = |event: &Event| event.title.clone();
    let changes = step.changed().map(|(old, new)| vec![field("title", old.and_then(title), title(new))]);
    let changes = changes.unwrap_or_default().into_iter().flatten().collect();
    EventDiff { event_id: step.thing().event_id.clone(), verdict: step.verdict(), changes }
}

fn user_diff(step: &Step<User>) -> UserDiff {
    let changes = step.changed().map(|(old, new)| user_changes(old, new)).unwrap_or_default();
    UserDiff { name: step.thing().name.clone(), verdict: step.verdict(), changes }
}

fn group_changes(old: Option<&Group>, new: &Group) -> Vec<FieldChange> {
    let title = field("title", old.and_then(|group| group.title.clone()), new.title.clone());
    title.into_iter().chain(sandbox_changes(old.map(|group| &group.sandbox), &new.sandbox)).collect()
}

fn user_changes(old: Option<&User>, new: &User) -> Vec<FieldChange> {
    let email = field("email", old.and_then(|user| user.email.clone()), new.email.clone());
    email.into_iter().chain(sandbox_changes(old.map(|user| &user.sandbox), &new.sandbox)).collect()
}

fn sandbox_changes(old: Option<&SandboxOverrides>, new: &SandboxOverrides) -> impl Iterator<Item = FieldChange> {
    let none = SandboxOverrides::default();
    let both = shown(old.unwrap_or(&none)).into_iter().zip(shown(new));
    both.filter_map(|((name, old), (_, new))| field(name, old, new)).collect::<Vec<_>>().into_iter()
}

/// Overrides as people write them in a groups file.
fn shown(overrides: &SandboxOverrides) -> [(&'static str, Option<String>); 6] {
    let size = |bytes: u64| ByteSize(bytes).to_string();
    [
        ("sandbox.memory", overrides.memory_bytes.map(size)),
        ("sandbox.cpus", overrides.cpus.map(|cpus| cpus.to_string())),
        ("sandbox.pids", overrides.pids.map(|pids| pids.to_string())),
        ("sandbox.disk", overrides.disk_bytes.map(size)),
        ("sandbox.image", overrides.image.clone()),
        ("sandbox.runtime", overrides.runtime.clone()),
    ]
}

fn field(field: &'static str, old: Option<String>, new: Option<String>) -> Option<FieldChange> {
    (old != new).then_some(FieldChange { field, old, new })
}
