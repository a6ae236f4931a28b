//! Keys that take one word or one text.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use camino::{Utf8Path, Utf8PathBuf};
use strum::IntoEnumIterator;
use thon_core::yaml::{Node, Value};

use super::{Declaration, Written};
use crate::config::{Mistake, Origin, ShownValue};

impl Declaration<'_, '_> {
    /// On or off; `1`, `yes` and `true` in any case are on, as in the earlier THON.
    pub fn truth(mut self, default: bool) -> bool {
        "true or false".clone_into(&mut self.key.takes);
        self.scalar(
            default,
            |truth| ShownValue::Truth(*truth),
            |text| match text.to_lowercase().as_str() {
                "true" | "yes" | "1" => Some(true),
                "false" | "no" | "0" => Some(false),
                _ => None,
            },
        )
    }

    /// A whole number within a range.
    pub fn whole<T>(mut self, default: T, range: RangeInclusive<T>) -> T
    where
        T: Copy + PartialOrd + FromStr + Display + Into<i64>,
    {
        self.key.takes = format!("a whole number from {} to {}", range.start(), range.end());
        let show = |number: &T| ShownValue::Integer((*number).into());
        self.scalar(default, show, |text| text.parse().ok().filter(|number| range.contains(number)))
    }

    /// A whole number within a range, or nothing at all.
    pub fn optional_whole<T>(mut self, range: RangeInclusive<T>) -> Option<T>
    where
        T: Copy + PartialOrd + FromStr + Display + Into<i64>,
    {
        self.key.takes = format!("a whole number from {} to {}", range.start(), range.end());
        let parse = |written: Written<'_>| written.text()?.trim().parse().ok().filter(|number| range.contains(number));
        let (value, origin) = self.read(parse, &[]);
        self.show(value.map_or(ShownValue::Unset, |number: T| ShownValue::Integer(number.into())), origin);
        value
    }

    /// A number within a range.
    pub fn decimal(mut self, default: f64, range: RangeInclusive<f64>) -> f64 {
        self.key.takes = format!("a number from {} to {}", range.start(), range.end());
        let show = |number: &f64| ShownValue::Float(*number);
        self.scalar(default, show, |text| text.parse().ok().filter(|number| range.contains(number)))
    }

    /// Anything else that is written as one word.
    pub fn word<T: Display>(mut self, default: T, takes: &str, parse: impl Fn(&str) -> Option<T>) -> T {
        takes.clone_into(&mut self.key.takes);
        self.scalar(default, |word| ShownValue::Text(word.to_string()), parse)
    }

    /// Anything that is written as one word, or nothing at all.
    pub fn optional_word<T: Display>(mut self, takes: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        takes.clone_into(&mut self.key.takes);
        let (value, origin) = self.read(|written| parse(written.text()?.trim()), &[]);
        self.show(value.as_ref().map_or(ShownValue::Unset, |word| ShownValue::Text(word.to_string())), origin);
        value
    }

    /// One of a closed list of words, in any case.
    pub fn choice<T: IntoEnumIterator + Display + Default + FromStr>(mut self) -> T {
        let words: Vec<String> = T::iter().map(|choice| choice.to_string()).collect();
        self.key.takes = format!("one of {}", words.join(", "));
        self.key.default = ShownValue::Text(T::default().to_string());
        let (value, origin) = self.read(|written| written.text()?.trim().parse().ok(), &words);
        let value: T = value.unwrap_or_default();
        self.show(ShownValue::Text(value.to_string()), origin);
        value
    }

    /// One of a closed list of words, or nothing at all.
    pub fn optional_choice<T: IntoEnumIterator + Display + FromStr>(mut self) -> Option<T> {
        let words: Vec<String> = T::iter().map(|choice| choice.to_string()).collect();
        self.key.takes = format!("one of {}", words.join(", "));
        let (value, origin) = self.read(|written| written.text()?.trim().parse::<T>().ok(), &words);
        self.show(ShownValue::text(value.as_ref().map(ToString::to_string).as_deref()), origin);
        value
    }

    /// A text that is not empty.
    pub fn text(self) -> Option<String> {
        self.checked_text("a text", |_| true)
    }

    /// A text that is not empty, or the default.
    pub fn text_or(self, default: &str) -> String {
        self.text_of("a text", default, |_| true)
    }

    /// A text of a certain form, or the default.
    pub fn text_of(mut self, takes: &str, default: &str, is_good: impl Fn(&str) -> bool) -> String {
        self.key.default = ShownValue::Text(default.to_owned());
        let (value, origin) = self.read_text(takes, &is_good);
        let value = value.unwrap_or_else(|| default.to_owned());
        self.show(ShownValue::Text(value.clone()), origin);
        value
    }

    /// A text that must be there, in an entry of a list.
    pub fn required_text(mut self, entry: &Node) -> String {
        let (value, origin) = self.read_text("a text", &|_| true);
        if value.is_none() && origin == Origin::Default {
            let name = self.reader.full_name(&self.key);
            self.reader.missing(entry, format!("{name} is missing"));
        }
        let value = value.unwrap_or_default();
        self.show(ShownValue::Text(value.clone()), origin);
        value
    }

    /// A text of a certain form.
    pub fn checked_text(mut self, takes: &str, is_good: impl Fn(&str) -> bool) -> Option<String> {
        let (value, origin) = self.read_text(takes, &is_good);
        self.show(ShownValue::text(value.as_deref()), origin);
        value
    }

    /// A path, from the current folder or from the person's home when it starts with `~/`.
    pub fn path(mut self) -> Option<Utf8PathBuf> {
        let (value, origin) = self.read_text("a path", &|_| true);
        let path = value.map(|path| self.reader.sources.absolute(Utf8Path::new(&path)));
        self.show(ShownValue::text(path.as_ref().map(|path| path.as_str())), origin);
        path
    }

    /// A path, or this one.
    pub fn path_or(mut self, default: &str) -> Utf8PathBuf {
        self.key.default = ShownValue::Text(default.to_owned());
        let (value, origin) = self.read_text("a path", &|_| true);
        let path = self.reader.sources.absolute(Utf8Path::new(value.as_deref().unwrap_or(default)));
        self.show(ShownValue::Text(path.to_string()), origin);
        path
    }

    /// A file that is there: from the current folder, else from THON's own.
    pub fn file(mut self) -> Option<Utf8PathBuf> {
        let (value, origin) = self.read_text("the path of a file", &|_| true);
        let path = value.map(|path| {
            let [here, home] = self.reader.places(Utf8Path::new(&path));
            if here.is_file() || here == home {
                return here;
            }
            if home.is_file() { home } else { here }
        });
        if let Some(missing) = path.as_ref().filter(|path| !path.is_file()) {
            let message = format!("{}: there is no file {missing}", self.reader.full_name(&self.key));
            let hint = format!("a path starts from the current folder, else from {}", self.reader.home.path());
            self.reader.mistake(Mistake::new(origin.clone(), message).with_hint(hint));
        }
        self.show(ShownValue::text(path.as_ref().map(|path| path.as_str())), origin);
        path
    }

    /// A text and where it was set; the caller decides how it is shown, after this.
    pub fn unshown_text(mut self, takes: &str) -> (Option<String>, Origin, Self) {
        let (value, origin) = self.read_text(takes, &|_| true);
        (value, origin, self)
    }

    pub(super) fn read_text(&mut self, takes: &str, is_good: &dyn Fn(&str) -> bool) -> (Option<String>, Origin) {
        takes.clone_into(&mut self.key.takes);
        let Some(said) = self.said() else { return (None, Origin::Default) };
        let text = match said.written {
            Written::Text(text) => Some(text),
            Written::Node(Node { value: Value::Text(text), .. }) => Some(text.as_str()),
            Written::Node(_) => None,
        };
        match text {
            Some(text) if is_good(text.trim()) => return (Some(text.to_owned()), said.origin),
            Some(_) => self.reader.mistake(self.refusal(&said)),
            None => self.reader.mistake(self.refusal(&said).with_hint("put it in quotation marks")),
        }
        (None, said.origin)
    }

    fn scalar<T>(mut self, default: T, show: impl Fn(&T) -> ShownValue, parse: impl Fn(&str) -> Option<T>) -> T {
        self.key.default = show(&default);
        let (value, origin) = self.read(|written| parse(written.text()?.trim()), &[]);
        let value = value.unwrap_or(default);
        self.show(show(&value), origin);
        value
    }
}
