//! The groups file: who takes part. One reader for every shape that people write, in YAML, JSON and tables (CSV).
//!
//! ```yaml
//! event_id: hackathon-2026-spring   # optional
//! title: Spring hackathon           # optional
//! groups:
//!   alpha: [alice, {name: bob, email: bob@example.org}]
//!   beta: {title: Team Beta, users: [carol]}
//!   gamma:                          # nobody yet
//!   delta: {sandbox: {memory: 4GiB, cpus: 2}, users: [{name: dora, sandbox: {disk: 20GiB}}]}
//! ```
//!
//! `groups` may also be a list of `{name, title?, users}`, and such a list may be the whole file.

mod reader;
mod table;
mod writer;

use std::fmt;

use serde::Serialize;
use thon_domain::{
    name::{GroupName, UserName},
    problem::FieldError,
    sandbox::SandboxOverrides,
};

use self::reader::Reader;
use crate::{
    error::Error,
    yaml::{self, Node, Position},
};

/// The longest file, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// The most users in one file.
pub const MAX_USERS: usize = 10_000;

/// The demo event: two groups, three people.
pub const DEMO: &str = "event_id: demo\ntitle: Demo\ngroups:\n  alpha: [alice, bob]\n  beta: [carol]\n";

/// Everything that a groups file says. Written as YAML or JSON it is a groups file again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupsFile {
    pub event_id: Option<String>,
    pub title: Option<String>,
    /// In the order of the file.
    pub groups: Vec<GroupEntry>,
}

/// A group of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupEntry {
    pub name: GroupName,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `None` leaves what is there as it is.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "writer::sandbox")]
    pub sandbox: Option<SandboxOverrides>,
    pub users: Vec<UserEntry>,
}

/// A user of a group of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserEntry {
    pub name: UserName,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// `None` leaves what is there as it is.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "writer::sandbox")]
    pub sandbox: Option<SandboxOverrides>,
}

/// One mistake in a groups file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub at: Position,
    /// What it is about, for example `groups.alpha.users[2]`; empty for the file as a whole.
    pub path: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// All mistakes of a groups file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct GroupsFileError {
    pub mistakes: Vec<Mistake>,
}

impl GroupsFile {
    /// Reads a groups file. A text whose first line names a column `group` is a table.
    ///
    /// # Errors
    /// With every mistake found, in the order of the file.
    pub fn parse(text: &str) -> Result<Self, GroupsFileError> {
        if text.len() > MAX_BYTES {
            return Err(whole_file(
                None,
                format!("a groups file has at most {MAX_BYTES} bytes, this one {}", text.len()),
            ));
        }
        let root = match table::separator(text) {
            Some(between) => table::tree(text, between)?,
            None => yaml::parse(text).map_err(|error| whole_file(error.at, error.message))?,
        };
        let mut reader = Reader::default();
        let file = reader.file(&root);
        match reader.finish() {
            mistakes if mistakes.is_empty() => Ok(file),
            mistakes => Err(GroupsFileError { mistakes }),
        }
    }

    /// The file as YAML, for people.
    ///
    /// # Errors
    /// `Internal` when it cannot be written, which is our mistake.
    pub fn to_yaml(&self) -> Result<String, Error> {
        serde_saphyr::to_string(self).map_err(Error::internal)
    }

    /// How many users there are in all groups.
    pub fn user_count(&self) -> usize {
        self.groups.iter().map(|group| group.users.len()).sum()
    }
}

/// Reads the groups that stand under a key of another file, with every mistake found.
pub fn read_groups(node: &Node) -> (Vec<GroupEntry>, Vec<Mistake>) {
    let mut reader = Reader::default();
    let groups = reader.groups(node, "groups");
    (groups, reader.finish())
}

fn whole_file(at: Option<Position>, message: String) -> GroupsFileError {
    GroupsFileError { mistakes: vec![Mistake { at: at.unwrap_or_default(), path: String::new(), message }] }
}

impl From<GroupsFileError> for Error {
    fn from(error: GroupsFileError) -> Self {
        let fields = error.mistakes.into_iter().map(|mistake| FieldError {
            message: format!("line {}, column {}: {}", mistake.at.line, mistake.at.column, mistake.message),
            field: mistake.path,
        });
        Self::Invalid { what: "the groups file has mistakes; nothing was changed".to_owned(), fields: fields.collect() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.line > 0 {
            write!(f, "line {}, column {}: ", self.at.line, self.at.column)?;
        }
        let separator = if self.path.is_empty() { "" } else { ": " };
        write!(f, "{}{separator}{}", self.path, self.message)
    }
}

impl fmt::Display for GroupsFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, mistake) in self.mistakes.iter().enumerate() {
            let separator = if nth == 0 { "" } else { "\n" };
            write!(f, "{separator}{mistake}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
