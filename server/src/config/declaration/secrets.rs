//! Keys whose value is shown to nobody, each with a twin that names a file instead.

use std::{cmp::Ordering, fs};

use camino::Utf8Path;
use secrecy::SecretString;

use super::Declaration;
use crate::config::{Mistake, Origin, Shown, ShownValue};

impl Declaration<'_, '_> {
    /// A secret: the key itself, or the file that its twin names. One layer must not say both.
    pub fn secret(mut self, twin: &str) -> Option<SecretString> {
        self.key.secret = true;
        let (secret, origin) = self.read_text("a text", &|_| true);
        let secret = secret.and_then(|secret| self.not_hidden(secret, &origin, twin));
        let (file, file_origin) = self.twin(twin);
        let secret = match (secret, file) {
            (Some(secret), Some(file)) => match origin.strength().cmp(&file_origin.strength()) {
                Ordering::Greater => Some(secret),
                Ordering::Less => self.content(twin, &file, &file_origin),
                Ordering::Equal => {
                    let message = format!("{} and {twin} are both set", self.key.name);
                    self.reader.mistake(Mistake::new(file_origin.clone(), message).with_hint("keep one of them"));
                    None
                }
            },
            (None, Some(file)) => self.content(twin, &file, &file_origin),
            (secret, None) => secret,
        };
        self.show_secret(secret.map(SecretString::from), origin)
    }

    /// The key itself, before its twin in the order of what is shown.
    fn show_secret(self, secret: Option<SecretString>, origin: Origin) -> Option<SecretString> {
        let hidden = (origin != Origin::Default && secret.is_some()).then_some(ShownValue::HIDDEN);
        let shown = Shown { key: self.key, value: ShownValue::text(hidden), origin, secret: secret.clone() };
        let all = &mut self.reader.found.shown;
        all.insert(all.len().saturating_sub(1), shown);
        secret
    }

    fn twin(&mut self, name: &str) -> (Option<String>, Origin) {
        let effect = self.key.effect;
        let mut twin = self.reader.key(name, "A file that holds this secret and nothing else");
        twin.key.effect = effect;
        let (path, origin) = twin.read_text("the path of a file", &|_| true);
        twin.show(ShownValue::text(path.as_deref()), origin.clone());
        (path, origin)
    }

    fn content(&mut self, twin: &str, path: &str, origin: &Origin) -> Option<String> {
        let path = self.reader.sources.absolute(Utf8Path::new(path));
        let message = match fs::read_to_string(&path) {
            Ok(text) if !text.trim_end().is_empty() => return Some(text.trim_end().to_owned()),
            Ok(_) => format!("{twin}: {path} is empty"),
            Err(error) => format!("{twin}: cannot read {path}: {error}"),
        };
        let hint = "the file holds the secret and nothing else";
        self.reader.mistake(Mistake::new(origin.clone(), message).with_hint(hint));
        None
    }

    /// What `thon config show` prints in the place of a secret is not the secret.
    fn not_hidden(&mut self, secret: String, origin: &Origin, twin: &str) -> Option<String> {
        if secret != ShownValue::HIDDEN {
            return Some(secret);
        }
        let message = format!("{} is {secret}, which only stands for a secret", self.key.name);
        let hint = format!("write the secret itself, or the file that holds it with {twin}");
        self.reader.mistake(Mistake::new(origin.clone(), message).with_hint(hint));
        None
    }
}
