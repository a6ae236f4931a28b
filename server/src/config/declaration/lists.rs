//! Keys that take several values: texts, or entries with keys of their own.

use std::{fmt::Display, str::FromStr};

use thon_core::{
    directory::groups_file::GroupEntry,
    yaml::{self, Node, Value},
};

use super::{Declaration, Said, Written};
use crate::config::{Mistake, Origin, ShownValue, keys, layers::Layers, reader::Reader};

impl<'a> Declaration<'_, 'a> {
    /// A list of words of one form: a YAML list, or one text with commas between them.
    pub fn words<T: Display + FromStr>(mut self, takes: &str) -> Vec<T> {
        takes.clone_into(&mut self.key.takes);
        self.key.default = ShownValue::Texts(Vec::new());
        let Some(said) = self.said() else {
            self.show(ShownValue::Texts(Vec::new()), Origin::Default);
            return Vec::new();
        };
        let mut words = Vec::new();
        for said in each_word(&said) {
            match said.written.text().and_then(|text| text.trim().parse().ok()) {
                Some(word) => words.push(word),
                None => self.reader.mistake(self.refusal(&said)),
            }
        }
        self.show(ShownValue::Texts(words.iter().map(ToString::to_string).collect()), said.origin);
        words
    }

    /// A list of entries, each read by the same declarations; the default is YAML as people would write it.
    pub fn entries<T>(mut self, default: &str, read: impl Fn(&mut Reader<'_>, &Node) -> T) -> Vec<T> {
        "a list of entries".clone_into(&mut self.key.takes);
        let nothing = Node { at: yaml::Position::default(), value: Value::Null };
        let mut fields = self.reader.entry(Layers::Entry { file: "".into(), node: &nothing }, String::new());
        read(&mut fields, &nothing);
        self.key.fields = fields.found.shown.into_iter().map(|shown| shown.key).collect();
        let default = yaml::parse(default).unwrap_or(nothing);
        let (_, shown) = self.each(&default, "", &read);
        self.key.default = ShownValue::Entries(shown);
        let (node, origin) = match self.said() {
            Some(Said { written: Written::Node(node @ Node { value: Value::List(_), .. }), origin }) => (node, origin),
            Some(said) => {
                self.reader.mistake(self.refusal(&said));
                (&default, said.origin)
            }
            None => (&default, Origin::Default),
        };
        let path = if let Origin::File { path, .. } = &origin { path.clone() } else { String::new().into() };
        let (values, shown) = self.each(node, path.as_str(), &read);
        self.show(ShownValue::Entries(shown), origin);
        values
    }

    /// A part of the file that the caller reads by itself.
    pub fn node(mut self, takes: &str) -> (Option<&'a Node>, Origin, Self) {
        takes.clone_into(&mut self.key.takes);
        match self.said() {
            Some(Said { written: Written::Node(node), origin }) => (Some(node), origin, self),
            _ => (None, Origin::Default, self),
        }
    }

    /// Notes how the groups took effect.
    pub fn show_groups(mut self, groups: Vec<GroupEntry>, origin: Origin) {
        self.key.default = ShownValue::Groups(Vec::new());
        self.show(ShownValue::Groups(groups), origin);
    }

    fn each<T>(
        &mut self,
        list: &Node,
        file: &str,
        read: &impl Fn(&mut Reader<'_>, &Node) -> T,
    ) -> (Vec<T>, Vec<Vec<(String, ShownValue)>>) {
        let Value::List(entries) = &list.value else { return (Vec::new(), Vec::new()) };
        let one = |(nth, node): (usize, &Node)| {
            let prefix = format!("{}[{nth}].", self.key.name);
            let mut reader = self.reader.entry(Layers::Entry { file: file.into(), node }, prefix.clone());
            let value = read(&mut reader, node);
            let found = reader.found;
            self.reader.found.mistakes.extend(found.mistakes);
            let fields = found.shown.iter().map(|shown| &shown.key);
            self.reader.found.mistakes.extend(keys::unknown(file.into(), node, &prefix, &fields.collect::<Vec<_>>()));
            (value, found.shown.into_iter().map(|shown| (shown.key.name, shown.value)).collect())
        };
        entries.iter().enumerate().map(one).unzip()
    }
}

/// The words of a list, however it was written.
fn each_word<'a>(said: &Said<'a>) -> Vec<Said<'a>> {
    let origin = |node: &Node| match &said.origin {
        Origin::File { path, .. } => Origin::File { path: path.clone(), at: node.at },
        other => other.clone(),
    };
    let text = match said.written {
        Written::Node(Node { value: Value::List(entries), .. }) => {
            return entries.iter().map(|node| Said { written: Written::Node(node), origin: origin(node) }).collect();
        }
        Written::Node(Node { value: Value::Text(text), .. }) => text,
        Written::Text(text) => text,
        Written::Node(_) => return vec![said.clone()],
    };
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| Said { written: Written::Text(word), origin: said.origin.clone() }).collect()
}

impl Reader<'_> {
    /// Notes that an entry of a list lacks something.
    pub(in crate::config) fn missing(&mut self, entry: &Node, message: String) {
        if let Layers::Entry { file, .. } = self.layers
            && !file.as_str().is_empty()
            && matches!(entry.value, Value::Map(_))
        {
            self.mistake(Mistake::at(file, entry.at, message));
        }
    }
}
