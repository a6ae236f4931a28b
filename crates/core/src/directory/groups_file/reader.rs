//! Walks the tree of a groups file and notes every mistake instead of stopping at the first.

use std::collections::HashMap;

use thon_domain::name::{GroupName, NameError, UserName};

use super::{GroupEntry, GroupsFile, MAX_USERS, Mistake, UserEntry};
use crate::yaml::{Key, Node, Position, Value};

/// The longest title, in characters.
const MAX_TITLE_CHARS: usize = 200;

/// The longest event id, in characters.
const MAX_EVENT_ID_CHARS: usize = 64;

/// The longest address (RFC 5321 §4.5.3.1.3, without the angle brackets), in bytes.
const MAX_EMAIL_BYTES: usize = 254;

/// Reads entries and collects mistakes.
#[derive(Default)]
pub(super) struct Reader {
    mistakes: Vec<Mistake>,
    users: usize,
}

impl Reader {
    pub fn finish(mut self) -> Vec<Mistake> {
        self.mistakes.sort_by_key(|mistake| mistake.at);
        self.mistakes
    }

    /// The whole file: keys with `groups` among them, or just a list of groups.
    pub fn file(&mut self, root: &Node) -> GroupsFile {
        match &root.value {
            Value::List(_) => GroupsFile { groups: self.groups(root, ""), ..GroupsFile::default() },
            Value::Map(entries) => self.keys(entries),
            other => {
                self.note(root.at, "", format!("expected the key `groups`, found {}", other.kind()));
                GroupsFile::default()
            }
        }
    }

    fn keys(&mut self, entries: &[(Key, Node)]) -> GroupsFile {
        let mut file = GroupsFile::default();
        self.report_twice(entries, "");
        for (key, node) in entries {
            match key.name.as_str() {
                "event_id" => file.event_id = self.label(node, "event_id", MAX_EVENT_ID_CHARS),
                "title" => file.title = self.label(node, "title", MAX_TITLE_CHARS),
                "groups" => file.groups = self.groups(node, "groups"),
                other => {
                    let message =
                        "unknown key; there are `event_id`, `title` and `groups`, and groups stand under `groups`";
                    self.note(key.at, other, message);
                }
            }
        }
        file
    }

    /// Groups: a map of name to group, or a list of groups that say their name.
    pub fn groups(&mut self, node: &Node, path: &str) -> Vec<GroupEntry> {
        let groups: Vec<(Position, Option<GroupEntry>)> = match &node.value {
            Value::Null => Vec::new(),
            Value::Map(entries) => {
                entries.iter().map(|(key, node)| (key.at, self.named_group(key, node, path))).collect()
            }
            Value::List(items) => items
                .iter()
                .enumerate()
                .map(|(nth, item)| (item.at, self.listed_group(item, &format!("{path}[{nth}]"))))
                .collect(),
            other => {
                self.note(node.at, path, format!("expected groups, found {}", other.kind()));
                Vec::new()
            }
        };
        let mut seen = HashMap::new();
        let known: Vec<_> = groups.into_iter().filter_map(|(at, group)| Some((at, group?))).collect();
        for (at, group) in &known {
            self.report_double(&mut seen, group.name.folded(), *at, &format!("group `{}`", group.name), path);
        }
        known.into_iter().map(|(_, group)| group).collect()
    }

    /// `alpha: [alice]`, `alpha: {title, users}` or `alpha:`.
    fn named_group(&mut self, key: &Key, node: &Node, path: &str) -> Option<GroupEntry> {
        let path = format!("{path}.{}", key.name);
        let name = self.name(GroupName::new(&key.name), key.at, &path);
        let (title, users) = match &node.value {
            Value::Null => (None, Vec::new()),
            Value::List(items) => (None, self.users(items, &path)),
            Value::Map(entries) => self.group_body(entries, &path, false),
            other => {
                self.note(node.at, &path, format!("expected a list of users, found {}", other.kind()));
                (None, Vec::new())
            }
        };
        Some(GroupEntry { name: name?, title, users })
    }

    /// `{name: alpha, title: …, users: […]}`.
    fn listed_group(&mut self, node: &Node, path: &str) -> Option<GroupEntry> {
        let Value::Map(entries) = &node.value else {
            self.note(node.at, path, format!("expected a group as `{{name, users}}`, found {}", node.value.kind()));
            return None;
        };
        let (title, users) = self.group_body(entries, path, true);
        let Some(name) = node.child("name") else {
            self.note(node.at, path, "a group in a list needs a `name`");
            return None;
        };
        let name = self.name_of(name, path, GroupName::new)?;
        Some(GroupEntry { name, title, users })
    }

    fn group_body(&mut self, entries: &[(Key, Node)], path: &str, named: bool) -> (Option<String>, Vec<UserEntry>) {
        let (mut title, mut users) = (None, Vec::new());
        self.report_twice(entries, path);
        for (key, node) in entries {
            match key.name.as_str() {
                "title" => title = self.label(node, &format!("{path}.title"), MAX_TITLE_CHARS),
                "users" => users = self.user_list(node, &format!("{path}.users")),
                "name" if named => {}
                other => self.note(key.at, path, format!("unknown key `{other}`; a group has `title` and `users`")),
            }
        }
        (title, users)
    }

    fn user_list(&mut self, node: &Node, path: &str) -> Vec<UserEntry> {
        match &node.value {
            Value::Null => Vec::new(),
            Value::List(items) => self.users(items, path),
            other => {
                self.note(node.at, path, format!("expected a list of users, found {}", other.kind()));
                Vec::new()
            }
        }
    }

    fn users(&mut self, items: &[Node], path: &str) -> Vec<UserEntry> {
        let (mut users, mut seen) = (Vec::new(), HashMap::new());
        for (nth, item) in items.iter().enumerate() {
            let path = format!("{path}[{nth}]");
            self.users += 1;
            if self.users == MAX_USERS + 1 {
                self.note(item.at, &path, format!("a groups file has at most {MAX_USERS} users"));
            }
            if let Some(user) = self.user(item, &path) {
                self.report_double(&mut seen, user.name.folded(), item.at, &format!("user `{}`", user.name), &path);
                users.push(user);
            }
        }
        users
    }

    /// `alice`, or `{name | username, email?}`.
    fn user(&mut self, node: &Node, path: &str) -> Option<UserEntry> {
        let Value::Map(entries) = &node.value else {
            return Some(UserEntry { name: self.name_of(node, path, UserName::new)?, email: None });
        };
        let (mut name, mut email) = (None, None);
        self.report_twice(entries, path);
        for (key, value) in entries {
            match key.name.as_str() {
                "name" | "username" if name.is_none() => name = Some(value),
                "name" | "username" => self.note(key.at, path, "`name` and `username` are the same: keep one"),
                "email" => email = self.email(value, path),
                other => {
                    self.note(key.at, path, format!("unknown key `{other}`; a user has `name` and `email`"));
                }
            }
        }
        let Some(name) = name else {
            self.note(node.at, path, "a user needs a `name`");
            return None;
        };
        Some(UserEntry { name: self.name_of(name, path, UserName::new)?, email })
    }

    /// A name, also one that looks like a number.
    fn name_of<N>(&mut self, node: &Node, path: &str, new: impl Fn(&str) -> Result<N, NameError>) -> Option<N> {
        if matches!(node.value, Value::Float(_)) {
            self.note(node.at, path, "put a name that looks like a decimal number in quotation marks");
            return None;
        }
        let Some(text) = node.as_text() else {
            self.note(node.at, path, format!("expected a name, found {}", node.value.kind()));
            return None;
        };
        self.name(new(&text), node.at, path)
    }

    fn name<N>(&mut self, name: Result<N, NameError>, at: Position, path: &str) -> Option<N> {
        name.map_err(|error| self.note(at, path, error.to_string())).ok()
    }

    fn email(&mut self, node: &Node, path: &str) -> Option<String> {
        let path = format!("{path}.email");
        match &node.value {
            Value::Null => None,
            Value::Text(text) if is_email(text.trim()) => Some(text.trim().to_owned()),
            Value::Text(text) if text.trim().is_empty() => None,
            Value::Text(text) => {
                self.note(node.at, &path, format!("{text:?} is no e-mail address such as alice@example.org"));
                None
            }
            other => {
                self.note(node.at, &path, format!("expected an e-mail address, found {}", other.kind()));
                None
            }
        }
    }

    /// A title or an id: one line of text, or nothing.
    fn label(&mut self, node: &Node, path: &str, max_chars: usize) -> Option<String> {
        if matches!(node.value, Value::Null) {
            return None;
        }
        let Some(text) = node.as_text() else {
            self.note(node.at, path, format!("expected a text, found {}", node.value.kind()));
            return None;
        };
        let text = text.trim();
        let chars = text.chars().count();
        if chars > max_chars {
            self.note(node.at, path, format!("at most {max_chars} characters, this one has {chars}"));
        } else if text.contains(char::is_control) {
            self.note(node.at, path, "only one line, without control characters");
        }
        Some(text.to_owned()).filter(|text| !text.is_empty())
    }

    fn report_twice(&mut self, entries: &[(Key, Node)], path: &str) {
        let mut seen = HashMap::new();
        for (key, _) in entries {
            self.report_double(&mut seen, key.name.clone(), key.at, &format!("key `{}`", key.name), path);
        }
    }

    fn report_double(&mut self, seen: &mut HashMap<String, u64>, id: String, at: Position, what: &str, path: &str) {
        if let Some(line) = seen.get(&id) {
            self.note(at, path, format!("{what} is there twice, first in line {line}"));
        } else {
            seen.insert(id, at.line);
        }
    }

    fn note(&mut self, at: Position, path: &str, message: impl Into<String>) {
        self.mistakes.push(Mistake { at, path: path.trim_start_matches('.').to_owned(), message: message.into() });
    }
}

/// Whether a text may be an address: enough to find a slip of the pen, no more (RFC 5321 allows nearly everything).
fn is_email(text: &str) -> bool {
    let strange = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';');
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= MAX_EMAIL_BYTES
        && !text.contains(strange)
        && !local.is_empty()
        && !local.contains('@')
        && !domain.is_empty()
        && !domain.starts_with('.')
        && !domain.ends_with('.')
}
