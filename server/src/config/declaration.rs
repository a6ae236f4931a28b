//! Declaring a key while it is read: first what it is called, then what it takes.

mod lists;
mod scalars;
mod secrets;

use secrecy::SecretString;

use super::{
    Effect, Key, Mistake, Origin, Shown, ShownValue,
    keys::nearest,
    layers::{Said, Written},
    reader::Reader,
};

/// A key that is being declared. The last call says what it takes, and reads it.
pub(super) struct Declaration<'r, 'a> {
    reader: &'r mut Reader<'a>,
    key: Key,
}

impl<'r, 'a> Declaration<'r, 'a> {
    pub const fn new(reader: &'r mut Reader<'a>, key: Key) -> Self {
        Self { reader, key }
    }

    /// A variable that sets it.
    pub fn env(mut self, name: &'static str) -> Self {
        self.key.variables.push(name);
        self
    }

    /// Another name in `thon.yaml`.
    pub fn alias(mut self, name: &'static str) -> Self {
        self.key.aliases.push(name);
        self
    }

    /// The flag that sets it.
    pub fn flag(mut self, name: &'static str) -> Self {
        self.key.flag = Some(name);
        self
    }

    /// What it decides is not there yet.
    pub fn later(mut self) -> Self {
        self.key.effect = Effect::Later;
        self
    }

    /// It decides nothing any more, and why.
    pub fn never(mut self, why: &'static str) -> Self {
        self.key.effect = Effect::Never(why);
        self
    }

    /// It may be set while THON runs, also under these names.
    pub fn setting(mut self, names: &'static [&'static str]) -> Self {
        self.key.setting = Some(names);
        self
    }

    /// Its value is shown as the caller decides, and in no message.
    pub fn confidential(mut self) -> Self {
        self.key.secret = true;
        self
    }

    pub fn defaults_to(&mut self, default: ShownValue) {
        self.key.default = default;
    }

    /// What was written, by the strongest layer; a mistake when one layer says two things.
    fn said(&mut self) -> Option<Said<'a>> {
        let mut said = self.reader.layers.find(&self.key).into_iter();
        let first = said.next()?;
        for other in said.filter(|other| other.written.text() != first.written.text()) {
            let name = self.reader.full_name(&self.key);
            let message = format!("{name} is set twice and differently, also by {}", first.origin);
            self.reader.mistake(Mistake::new(other.origin, message).with_hint("keep one of them"));
        }
        Some(first)
    }

    /// Says that something else was written than may be.
    fn refusal(&self, said: &Said<'_>) -> Mistake {
        let found = if self.key.secret { said.written.kind().to_owned() } else { said.written.described() };
        let message = format!("{} must be {}, found {found}", self.reader.full_name(&self.key), self.key.takes);
        Mistake::new(said.origin.clone(), message)
    }

    /// Reads one value: parsed, or refused, or not there.
    fn read<T>(&mut self, parse: impl Fn(Written<'a>) -> Option<T>, choices: &[String]) -> (Option<T>, Origin) {
        let Some(said) = self.said() else { return (None, Origin::Default) };
        let value = parse(said.written);
        if value.is_none() {
            let mistake = self.refusal(&said);
            let near = said.written.text().and_then(|text| nearest(&text, choices.iter().map(String::as_str)));
            self.reader.mistake(match near {
                Some(near) => mistake.with_hint(format!("did you mean {near}?")),
                None => mistake,
            });
        }
        (value, said.origin)
    }

    /// Notes how the key took effect.
    fn show(self, value: ShownValue, origin: Origin) {
        self.show_hiding(value, None, origin);
    }

    /// Notes how a key took effect whose value is shown otherwise than it is.
    pub fn show_hiding(self, value: ShownValue, secret: Option<SecretString>, origin: Origin) {
        self.reader.found.shown.push(Shown { key: self.key, value, origin, secret });
    }
}
