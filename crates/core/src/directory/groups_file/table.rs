//! A table of people as spreadsheets write it (RFC 4180): one line for each, with `group`, `username` and perhaps `email`.
//!
//! It becomes the tree that a groups file in YAML is read into, so there is one reader, with one set of rules.

use csv::{Position as Place, ReaderBuilder, StringRecord, Trim};

use super::{Mistake, whole_file};
use crate::{
    directory::groups_file::GroupsFileError,
    yaml::{Key, Node, Position, Value},
};

/// What may stand between two cells: German and French spreadsheets write semicolons.
const BETWEEN: [u8; 3] = [b',', b';', b'\t'];

/// The words for each column.
const GROUP: [&str; 2] = ["group", "team"];
const NAME: [&str; 4] = ["username", "name", "user", "login"];
const EMAIL: [&str; 3] = ["email", "e-mail", "mail"];

/// What separates the cells, if the text is a table with a column for groups at all.
pub(super) fn separator(text: &str) -> Option<u8> {
    let head = text.trim_start_matches('\u{feff}').lines().find(|line| !line.trim().is_empty())?.to_lowercase();
    let cells = |between: u8| head.split(char::from(between)).map(|cell| cell.trim().trim_matches('"').to_owned());
    BETWEEN.into_iter().find(|between| {
        let is_group = |cell: String| GROUP.contains(&cell.as_str());
        cells(*between).count() > 1 && cells(*between).any(is_group)
    })
}

/// Reads a table as the tree of a groups file.
///
/// # Errors
/// When there is no column for names, one that is not known, or a line that is no line of a table.
pub(super) fn tree(text: &str, between: u8) -> Result<Node, GroupsFileError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = ReaderBuilder::new().delimiter(between).trim(Trim::All).from_reader(text.as_bytes());
    let columns = Columns::of(&reader.headers().map_err(|error| broken(&error))?.clone())?;
    let mut groups: Vec<(Position, String, Vec<Node>)> = Vec::new();
    for record in reader.into_records() {
        let record = record.map_err(|error| broken(&error))?;
        let at = place(record.position());
        let group = cell(&record, columns.group).unwrap_or_default();
        let known = groups.iter().position(|(_, known, _)| *known == group);
        let nth = known.unwrap_or_else(|| {
            groups.push((at, group, Vec::new()));
            groups.len() - 1
        });
        groups[nth].2.extend(columns.person(&record, at));
    }
    let group = |(at, name, users): (Position, String, Vec<Node>)| {
        let users = Node { at, value: Value::List(users) };
        map(at, vec![("name", Node { at, value: Value::Text(name) }), ("users", users)])
    };
    let at = Position { line: 1, column: 1, ..Position::default() };
    Ok(Node { at, value: Value::List(groups.into_iter().map(group).collect()) })
}

/// Which column is which.
struct Columns {
    group: usize,
    name: usize,
    email: Option<usize>,
}

impl Columns {
    fn of(head: &StringRecord) -> Result<Self, GroupsFileError> {
        let at = Position { line: 1, column: 1, ..Position::default() };
        let words: Vec<String> = head.iter().map(str::to_lowercase).collect();
        let find = |known: &[&str]| words.iter().position(|word| known.contains(&word.as_str()));
        let known = |word: &str| [&GROUP[..], &NAME, &EMAIL].iter().any(|words| words.contains(&word));
        if let Some(unknown) = words.iter().find(|word| !known(word)) {
            let message = format!("unknown column `{unknown}`; there are `group`, `username` and `email`");
            return Err(whole_file(Some(at), message));
        }
        match (find(&GROUP), find(&NAME)) {
            (Some(group), Some(name)) => Ok(Self { group, name, email: find(&EMAIL) }),
            _ => Err(whole_file(Some(at), "a table of people needs the columns `group` and `username`".to_owned())),
        }
    }

    /// The person of a line. A line with a group alone makes the group.
    fn person(&self, record: &StringRecord, at: Position) -> Option<Node> {
        let text = |text| Node { at, value: Value::Text(text) };
        let email = self.email.and_then(|column| cell(record, column)).map(|email| ("email", text(email)));
        let name = cell(record, self.name).map(|name| ("name", text(name)));
        (name.is_some() || email.is_some()).then(|| map(at, name.into_iter().chain(email).collect()))
    }
}

/// What stands in a column; nothing when it is empty.
fn cell(record: &StringRecord, column: usize) -> Option<String> {
    record.get(column).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn map(at: Position, entries: Vec<(&str, Node)>) -> Node {
    let entry = |(name, node): (&str, Node)| (Key { at, name: name.to_owned() }, node);
    Node { at, value: Value::Map(entries.into_iter().map(entry).collect()) }
}

fn place(place: Option<&Place>) -> Position {
    Position { line: place.map_or(0, Place::line), column: 1, ..Position::default() }
}

fn broken(error: &csv::Error) -> GroupsFileError {
    let at = place(error.position());
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("this line has {len} cells, the first {expected_len}")
        }
        _ => error.to_string(),
    };
    GroupsFileError { mistakes: vec![Mistake { at, path: String::new(), message }] }
}

#[cfg(test)]
mod tests {
    use super::super::GroupsFile;

    fn told(text: &str) -> String {
        match GroupsFile::parse(text) {
            Ok(file) => {
                let user = |user: &super::super::UserEntry| {
                    user.email
                        .as_ref()
                        .map_or_else(|| user.name.to_string(), |email| format!("{} <{email}>", user.name))
                };
                let group = |group: &super::super::GroupEntry| {
                    let users: Vec<_> = group.users.iter().map(user).collect();
                    format!("{}: {}", group.name, users.join(", "))
                };
                file.groups.iter().map(group).collect::<Vec<_>>().join(" | ")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn tables_of_spreadsheets_are_groups_files() {
        let expected = "alpha: alice <a@example.org>, bob | beta: carol";
        for text in [
            "group,username,email\nalpha,alice,a@example.org\nalpha,bob,\nbeta,carol,\n",
            "Team;E-Mail;Name\r\nalpha;a@example.org;alice\r\nbeta;;carol\r\nalpha;;bob\r\n",
            "\u{feff}\"group\"\t\"user\"\t\"mail\"\n\"alpha\"\talice\ta@example.org\nalpha\tbob\t\nbeta\tcarol\t\n",
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
        assert_eq!(told("group,username\ngamma,\n"), "gamma: ");
    }

    #[test]
    fn mistakes_are_told_with_their_lines() {
        assert!(told("group,username\nalpha,alice\nalpha,Alice\nalpha,b/b\n").contains("line 4"));
        assert!(told("group,username\nalpha,alice\nalpha,Alice\n").contains("is there twice, first in line 2"));
        assert!(told("group,nick\nalpha,alice\n").contains("unknown column `nick`"));
        assert!(told("group,email\nalpha,a@example.org\n").contains("needs the columns"));
        assert!(
            told("group,username\nalpha,alice,more\n").contains("line 2, column 1: this line has 3 cells, the first 2")
        );
        assert!(told("group,username,email\nalpha,,a@example.org\n").contains("line 2"));
    }
}
