//! Walks the tree of a groups file and notes every mistake instead of stopping at the first.

use std::collections::HashMap;

use thon_domain::{
    email,
    name::{GroupName, NameError, UserName},
    sandbox::SandboxOverrides,
};

use super::{GroupEntry, GroupsFile, MAX_USERS, Mistake, UserEntry};
use crate::{
    directory::fields::{self, LabelError},
    yaml::{Key, Node, Position, Value},
};

mod sandbox;

/// Reads entries and collects mistakes.
#[derive(Default)]
pub(super) struct Reader {
    mistakes: Vec<Mistake>,
    users: usize,
}

/// A group but for its name.
#[derive(Default)]
struct GroupBody {
    title: Option<String>,
    sandbox: Option<SandboxOverrides>,
    users: Vec<UserEntry>,
}

impl GroupBody {
    fn named(self, name: GroupName) -> GroupEntry {
        let Self { title, sandbox, users } = self;
        GroupEntry { name, title, sandbox, users }
    }
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
                "event_id" => file.event_id = self.label(node, "event_id", fields::event_id),
                "title" => file.title = self.label(node, "title", fields::title),
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
        let body = match &node.value {
            Value::Null => GroupBody::default(),
            Value::List(items) => GroupBody { users: self.users(items, &path), ..GroupBody::default() },
            Value::Map(entries) => self.group_body(entries, &path, false),
            other => {
                self.note(node.at, &path, format!("expected a list of users, found {}", other.kind()));
                GroupBody::default()
            }
        };
        Some(body.named(name?))
    }

    /// `{name: alpha, title: …, users: […]}`.
    fn listed_group(&mut self, node: &Node, path: &str) -> Option<GroupEntry> {
        let Value::Map(entries) = &node.value else {
            self.note(node.at, path, format!("expected a group as `{{name, users}}`, found {}", node.value.kind()));
            return None;
        };
        let body = self.group_body(entries, path, true);
        let Some(name) = node.child("name") else {
            self.note(node.at, path, "a group in a list needs a `name`");
            return None;
        };
        let name = self.name_of(name, path, GroupName::new)?;
        Some(body.named(name))
    }

    fn group_body(&mut self, entries: &[(Key, Node)], path: &str, named: bool) -> GroupBody {
        let mut body = GroupBody::default();
        self.report_twice(entries, path);
        for (key, node) in entries {
            match key.name.as_str() {
                "title" => body.title = self.label(node, &format!("{path}.title"), fields::title),
                "users" => body.users = self.user_list(node, &format!("{path}.users")),
                "sandbox" => body.sandbox = self.sandbox(node, &format!("{path}.sandbox")),
                "name" if named => {}
                other => {
                    let message = format!("unknown key `{other}`; a group has `title`, `sandbox` and `users`");
                    self.note(key.at, path, message);
                }
            }
        }
        body
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
            return Some(UserEntry { name: self.name_of(node, path, UserName::new)?, email: None, sandbox: None });
        };
        let (mut name, mut email, mut sandbox) = (None, None, None);
        self.report_twice(entries, path);
        for (key, value) in entries {
            match key.name.as_str() {
                "name" | "username" if name.is_none() => name = Some(value),
                "name" | "username" => self.note(key.at, path, "`name` and `username` are the same: keep one"),
                "email" => email = self.email(value, path),
                "sandbox" => sandbox = self.sandbox(value, &format!("{path}.sandbox")),
                other => {
                    self.note(key.at, path, format!("unknown key `{other}`; a user has `name`, `email` and `sandbox`"));
                }
            }
        }
        let Some(name) = name else {
            self.note(node.at, path, "a user needs a `name`");
            return None;
        };
        Some(UserEntry { name: self.name_of(name, path, UserName::new)?, email, sandbox })
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
            Value::Text(text) if text.trim().is_empty() => None,
            Value::Text(text) => email::checked(text).map_err(|e| self.note(node.at, &path, e.to_string())).ok(),
            other => {
                self.note(node.at, &path, format!("expected an e-mail address, found {}", other.kind()));
                None
            }
        }
    }

    /// A title or an id: one line of text, or nothing.
    fn label(
        &mut self,
        node: &Node,
        path: &str,
        checked: impl Fn(&str) -> Result<Option<String>, LabelError>,
    ) -> Option<String> {
        if matches!(node.value, Value::Null) {
            return None;
        }
        let Some(text) = node.as_text() else {
            self.note(node.at, path, format!("expected a text, found {}", node.value.kind()));
            return None;
        };
        checked(&text).map_err(|error| self.note(node.at, path, error.to_string())).ok().flatten()
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
