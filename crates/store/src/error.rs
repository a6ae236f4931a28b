//! The error: in a few families, by what a caller can do about it.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as Diesel};

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached or is busy: try again later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// There is no room on its disk: try again when somebody has made some.
    #[error("the disk of the database is full: {0}")]
    Full(String),
    /// Something that may be there once is there already, or something needed is not there: tell the person.
    #[error("{0}")]
    Conflict(Subject),
    /// Something stored cannot be read back: the database was changed by hand or by a newer THON.
    #[error("the database holds something unreadable in {place}: {reason}")]
    Corrupt {
        /// Table and column, for example `groups.name`.
        place: &'static str,
        reason: String,
    },
    /// The tables could not be brought up to date.
    #[error("the database could not be brought up to date: {0}")]
    Migration(String),
    /// The database did not accept a statement: our own mistake.
    #[error("the database refused a statement")]
    Refused(#[source] Diesel),
}

/// What a conflict is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    EventId,
    GroupName,
    UserName,
    Slug,
    HostPort,
    PublicPort,
    Workspace,
    Instance,
    /// A volume that belongs to another workspace already.
    Volume,
    TokenSecret,
    /// An id, or another key without a name of its own.
    Key,
    /// The thing that the row belongs to is gone.
    Owner,
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::EventId => "an event with this id exists already",
            Self::GroupName => "the event already has a group of this name",
            Self::UserName => "the group already has a user of this name",
            Self::Slug => "this slug was given before, and a slug is never given twice",
            Self::HostPort => "this port belongs to another instance",
            Self::PublicPort => "this public port was given before, and none is given twice",
            Self::Workspace => "the user already has a workspace",
            Self::Instance => "the user already has an instance",
            Self::Volume => "this volume belongs to another workspace",
            Self::TokenSecret => "this token exists already",
            Self::Key => "it exists already",
            Self::Owner => "what it belongs to does not exist any more",
        })
    }
}

impl StoreError {
    pub(crate) fn unavailable(reason: &impl ToString) -> Self {
        Self::Unavailable(reason.to_string())
    }

    pub(crate) fn corrupt(place: &'static str, reason: &impl ToString) -> Self {
        Self::Corrupt { place, reason: reason.to_string() }
    }
}

impl From<Diesel> for StoreError {
    fn from(error: Diesel) -> Self {
        match &error {
            Diesel::DatabaseError(kind, about) => match kind {
                DatabaseErrorKind::UniqueViolation => Self::Conflict(subject(about.as_ref())),
                DatabaseErrorKind::ForeignKeyViolation => Self::Conflict(Subject::Owner),
                DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand
                | DatabaseErrorKind::SerializationFailure => Self::unavailable(&about.message()),
                _ if is_full(about.message()) => Self::Full(about.message().to_owned()),
                _ if is_passing(about.message()) => Self::unavailable(&about.message()),
                _ => Self::Refused(error),
            },
            Diesel::BrokenTransactionManager => Self::unavailable(&error),
            _ => Self::Refused(error),
        }
    }
}

/// Whether a message without a kind of its own tells of a full disk.
///
/// SQLite: `SQLITE_FULL` of <https://www.sqlite.org/rescode.html>. PostgreSQL: 53100, whose text is the kernel's.
fn is_full(message: &str) -> bool {
    ["database or disk is full", "No space left on device"].iter().any(|text| message.contains(text))
}

/// Whether a message without a kind of its own tells of something outside THON that may pass.
///
/// SQLite: as above. PostgreSQL: classes 53 and 57 of its error codes, which diesel does not hand on.
fn is_passing(message: &str) -> bool {
    const PASSING: &[&str] = &[
        "database is locked",
        "database table is locked",
        "disk I/O error",
        "unable to open database file",
        "attempt to write a readonly database",
        "terminating connection",
        "the database system is",
        "too many clients",
        "out of memory",
    ];
    PASSING.iter().any(|text| message.contains(text))
}

/// What a unique violation is about.
///
/// PostgreSQL names the constraint (`users_slug_key`), SQLite only the columns
/// (`UNIQUE constraint failed: users.slug`): the columns in the former's spelling serve both.
fn subject(about: &dyn DatabaseErrorInformation) -> Subject {
    let name = about.constraint_name().map_or_else(|| constraint_of(about.message()), str::to_owned);
    match name.as_str() {
        "events_event_id_key" => Subject::EventId,
        "groups_event_id_name_folded_key" => Subject::GroupName,
        "users_group_id_name_folded_key" => Subject::UserName,
        "users_slug_key" | "slugs_slug_key" | "slugs_pkey" => Subject::Slug,
        "instances_host_port_key" => Subject::HostPort,
        "instances_public_port_key" | "public_ports_port_key" | "public_ports_pkey" => Subject::PublicPort,
        "instances_user_id_key" => Subject::Instance,
        "workspaces_user_id_key" => Subject::Workspace,
        "workspaces_workspace_volume_key" | "workspaces_home_volume_key" | "workspaces_bind_path_key" => {
            Subject::Volume
        }
        "tokens_secret_hash_key" | "api_tokens_secret_hash_key" => Subject::TokenSecret,
        _ => Subject::Key,
    }
}

/// `UNIQUE constraint failed: groups.event_id, groups.name_folded` → `groups_event_id_name_folded_key`.
fn constraint_of(message: &str) -> String {
    let (_, columns) = message.split_once(": ").unwrap_or_default();
    let mut columns = columns.split(", ");
    let first = columns.next().unwrap_or_default().replacen('.', "_", 1);
    let others = columns.map(|column| column.rsplit('.').next().unwrap_or_default());
    std::iter::once(first.as_str()).chain(others).chain(["key"]).collect::<Vec<_>>().join("_")
}
