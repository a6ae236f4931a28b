//! What an import finds and does.

use serde::Serialize;
use thon_core::directory::{EventDiff, FieldChange, GroupDiff, ImportDiff, Tally, UserDiff, Verdict};
use utoipa::ToSchema;

/// What is so about an entry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportVerdict {
    Create,
    Change,
    Unchanged,
    /// It is there and the file does not name it. It stays.
    Missing,
}

impl From<Verdict> for ImportVerdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Create => Self::Create,
            Verdict::Change => Self::Change,
            Verdict::Unchanged => Self::Unchanged,
            Verdict::Missing => Self::Missing,
        }
    }
}

/// Something that is different.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportChange {
    pub field: &'static str,
    pub old: Option<String>,
    pub new: Option<String>,
}

impl From<FieldChange> for ImportChange {
    fn from(FieldChange { field, old, new }: FieldChange) -> Self {
        Self { field, old, new }
    }
}

/// What is so about one thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportEntry {
    /// The name; of the event its id.
    pub name: String,
    pub verdict: ImportVerdict,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ImportChange>,
}

impl ImportEntry {
    fn new(name: impl Into<String>, verdict: Verdict, changes: Vec<FieldChange>) -> Self {
        let changes = changes.into_iter().map(ImportChange::from).collect();
        Self { name: name.into(), verdict: verdict.into(), changes }
    }
}

impl From<UserDiff> for ImportEntry {
    fn from(UserDiff { name, verdict, changes }: UserDiff) -> Self {
        Self::new(name, verdict, changes)
    }
}

/// What is so about a group and those in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportGroup {
    #[serde(flatten)]
    pub group: ImportEntry,
    pub users: Vec<ImportEntry>,
}

impl From<GroupDiff> for ImportGroup {
    fn from(GroupDiff { name, verdict, changes, users }: GroupDiff) -> Self {
        Self {
            group: ImportEntry::new(name, verdict, changes),
            users: users.into_iter().map(ImportEntry::from).collect(),
        }
    }
}

/// What an import did, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Imported {
    /// Whether nothing was changed because that was only asked about.
    pub dry_run: bool,
    pub groups_created: usize,
    pub users_created: usize,
    /// Groups and users that have something new.
    pub changed: usize,
    /// Groups and users that were there already, just so.
    pub unchanged: usize,
    /// Groups and users that the file does not name. They stay.
    pub missing: usize,
    pub event: ImportEntry,
    pub groups: Vec<ImportGroup>,
}

impl Imported {
    pub fn new(diff: ImportDiff, dry_run: bool) -> Self {
        let Tally { groups_created, users_created, changed, unchanged, missing } = diff.tally();
        let ImportDiff { event: EventDiff { event_id, verdict, changes }, groups } = diff;
        Self {
            dry_run,
            groups_created,
            users_created,
            changed,
            unchanged,
            missing,
            event: ImportEntry::new(event_id, verdict, changes),
            groups: groups.into_iter().map(ImportGroup::from).collect(),
        }
    }
}
