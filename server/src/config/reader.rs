//! Reads keys out of the layers with the type that each must have, noting every mistake and everything shown.

use std::{fmt::Display, fs, ops::RangeInclusive, str::FromStr};

use camino::{Utf8Path, Utf8PathBuf};
use figment::value::Value;
use secrecy::SecretString;
use strum::IntoEnumIterator;
use thon_core::{directory::groups_file::GroupEntry, yaml::Node};

use super::{Mistake, Origin, Shown, ShownValue, Sources, keys::nearest, layers::Layers};

/// Reads keys; a mistake is noted and the default goes on in its place, so that the next one is found too.
pub(super) struct Reader<'a> {
    layers: &'a Layers<'a>,
    pub sources: &'a Sources,
    shown: Vec<Shown>,
    mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    pub const fn new(layers: &'a Layers<'a>, sources: &'a Sources) -> Self {
        Self { layers, sources, shown: Vec::new(), mistakes: Vec::new() }
    }

    pub fn finish(self) -> (Vec<Shown>, Vec<Mistake>) {
        (self.shown, self.mistakes)
    }

    /// A key that is on or off; `1`, `yes` and `true` in any case are on, as in the earlier THON.
    pub fn truth(&mut self, key: &'static str, default: bool) -> bool {
        let (value, origin) = self.scalar(key, "true or false", |text| match text.to_lowercase().as_str() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" => Some(false),
            _ => None,
        });
        let value = value.unwrap_or(default);
        self.show(key, ShownValue::Truth(value), origin);
        value
    }

    /// A whole number within a range.
    pub fn whole<T>(&mut self, key: &'static str, default: T, range: RangeInclusive<T>) -> T
    where
        T: Copy + PartialOrd + FromStr + Display + Into<u64>,
    {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        let (value, origin) =
            self.scalar(key, &expected, |text| text.parse().ok().filter(|number| range.contains(number)));
        let value = value.unwrap_or(default);
        self.show(key, ShownValue::Integer(value.into()), origin);
        value
    }

    /// A number within a range.
    pub fn decimal(&mut self, key: &'static str, default: f64, range: RangeInclusive<f64>) -> f64 {
        let expected = format!("a number from {} to {}", range.start(), range.end());
        let (value, origin) =
            self.scalar(key, &expected, |text| text.parse().ok().filter(|number| range.contains(number)));
        let value = value.unwrap_or(default);
        self.show(key, ShownValue::Float(value), origin);
        value
    }

    /// Anything that is written as one word.
    pub fn word<T: Display>(
        &mut self,
        key: &'static str,
        default: T,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> T {
        let (value, origin) = self.scalar(key, expected, parse);
        let value = value.unwrap_or(default);
        self.show(key, ShownValue::Text(value.to_string()), origin);
        value
    }

    /// Anything that is written as one word, or nothing at all.
    pub fn optional_word<T: Display>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let (value, origin) = self.scalar(key, expected, parse);
        self.show(key, ShownValue::text(value.as_ref().map(ToString::to_string).as_deref()), origin);
        value
    }

    /// A path, from the current folder or from the person's home when it starts with `~/`.
    pub fn path(&mut self, key: &'static str) -> Option<Utf8PathBuf> {
        let path = self.text(key)?;
        Some(self.sources.absolute(Utf8Path::new(&path)))
    }

    /// One of a closed list of words, in any case.
    pub fn choice<T: IntoEnumIterator + Display + Default>(&mut self, key: &'static str) -> T {
        let words: Vec<String> = T::iter().map(|choice| choice.to_string()).collect();
        let default = T::default();
        let (text, origin) = self.scalar(key, &format!("one of {}", words.join(", ")), |text| Some(text.to_owned()));
        let chosen = text.and_then(|text| self.chosen(key, &text, &words, &origin));
        let value = chosen.unwrap_or(default);
        self.show(key, ShownValue::Text(value.to_string()), origin);
        value
    }

    fn chosen<T: IntoEnumIterator + Display>(
        &mut self,
        key: &str,
        text: &str,
        words: &[String],
        origin: &Origin,
    ) -> Option<T> {
        let chosen = T::iter().find(|choice| choice.to_string().eq_ignore_ascii_case(text));
        if chosen.is_none() {
            let message = format!("{key} must be one of {}, found {text:?}", words.join(", "));
            let mistake = Mistake::new(origin.clone(), message);
            self.mistakes.push(match nearest(text, words.iter().map(String::as_str)) {
                Some(near) => mistake.with_hint(format!("did you mean {near}?")),
                None => mistake,
            });
        }
        chosen
    }

    /// A text that is not empty.
    pub fn text(&mut self, key: &'static str) -> Option<String> {
        let (value, origin) = self.unshown_text(key);
        self.show(key, ShownValue::text(value.as_deref()), origin);
        value
    }

    /// A text, and where it was set; the caller shows it.
    pub fn unshown_text(&mut self, key: &'static str) -> (Option<String>, Origin) {
        match self.layers.find(key) {
            None => (None, Origin::Default),
            Some((Value::String(_, text), origin)) => (Some(text).filter(|text| !text.is_empty()), origin),
            Some((other, origin)) => {
                let message = format!("{key} must be a text, found {}", described(&other));
                self.mistakes.push(Mistake::new(origin.clone(), message).with_hint("put it in quotation marks"));
                (None, origin)
            }
        }
    }

    /// A secret: the key itself, or the file that its `_file` twin names. Only one of them may be set.
    pub fn secret(&mut self, key: &'static str, file_key: &'static str) -> Option<SecretString> {
        let (secret, origin) = self.unshown_text(key);
        let (path, file_origin) = self.unshown_text(file_key);
        let hidden = secret.as_ref().map(|_| ShownValue::HIDDEN);
        self.show(key, ShownValue::text(hidden), origin.clone());
        self.show(file_key, ShownValue::text(path.as_deref()), file_origin.clone());
        match (secret, path) {
            (Some(secret), None) => Some(secret.into()),
            (None, Some(path)) => self.secret_file(file_key, &path, file_origin),
            (None, None) => None,
            // A stronger layer may replace the file of a weaker one, but one layer must not say both.
            (Some(secret), Some(_)) if matches!(origin, Origin::Environment(_)) => Some(secret.into()),
            (Some(_), Some(_)) => {
                let message = format!("{key} and {file_key} are both set");
                self.mistakes.push(Mistake::new(file_origin, message).with_hint("keep one of them"));
                None
            }
        }
    }

    fn secret_file(&mut self, key: &str, path: &str, origin: Origin) -> Option<SecretString> {
        let path = self.sources.absolute(Utf8Path::new(path));
        let message = match fs::read_to_string(&path) {
            Ok(text) if !text.trim_end().is_empty() => return Some(text.trim_end().to_owned().into()),
            Ok(_) => format!("{key}: {path} is empty"),
            Err(error) => format!("{key}: cannot read {path}: {error}"),
        };
        self.mistakes.push(Mistake::new(origin, message).with_hint("the file holds the secret and nothing else"));
        None
    }

    /// The node of a key in the file, for values that are more than a scalar.
    pub fn node(&self, key: &str) -> Option<(&'a Node, Origin)> {
        self.layers.node(key)
    }

    pub fn show(&mut self, key: &'static str, value: ShownValue, origin: Origin) {
        self.shown.push(Shown { key, value, origin });
    }

    pub fn show_groups(&mut self, groups: &[GroupEntry], origin: Origin) {
        self.show("groups", ShownValue::Groups(groups.to_vec()), origin);
    }

    pub fn mistake(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
    }

    /// One scalar as a text, parsed; a mistake when it is not what was expected.
    fn scalar<T>(&mut self, key: &str, expected: &str, parse: impl Fn(&str) -> Option<T>) -> (Option<T>, Origin) {
        let Some((value, origin)) = self.layers.find(key) else { return (None, Origin::Default) };
        let parsed = text_of(&value).and_then(|text| parse(text.trim()));
        if parsed.is_none() {
            let message = format!("{key} must be {expected}, found {}", described(&value));
            self.mistakes.push(Mistake::new(origin.clone(), message));
        }
        (parsed, origin)
    }
}

/// A scalar as people wrote it.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Char(_, one) => Some(one.to_string()),
        Value::Bool(_, truth) => Some(truth.to_string()),
        Value::Num(_, number) => number
            .to_i128()
            .map(|number| number.to_string())
            .or_else(|| number.to_u128().map(|number| number.to_string()))
            .or_else(|| number.to_f64().map(|number| number.to_string())),
        Value::Empty(..) | Value::Dict(..) | Value::Array(..) => None,
    }
}

fn described(value: &Value) -> String {
    match value {
        Value::Dict(..) => "keys and values".to_owned(),
        Value::Array(..) => "a list".to_owned(),
        Value::String(_, text) => format!("{text:?}"),
        scalar => text_of(scalar).unwrap_or_else(|| "nothing".to_owned()),
    }
}
