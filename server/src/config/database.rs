//! Where THON remembers.

use camino::Utf8Path;
use secrecy::{ExposeSecret, SecretString};

use super::{Mistake, ShownValue, reader::Reader};

/// The database.
#[derive(Clone, Debug)]
pub struct Database {
    /// `sqlite:///path` or `postgres://…`; a secret because it may hold a password.
    pub url: SecretString,
}

impl Database {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let path =
            reader.environment("THON_DB_PATH").map(|(path, origin)| (reader.sources.absolute(path.into()), origin));
        let default = sqlite(&reader.home.database());
        let key = reader.key("database.url", "The database").env("THON_DB_URL").confidential();
        let (url, origin, mut key) = key.unshown_text("sqlite:///path/to/thon.db or postgres://user@host/name");
        let (url, origin) = match (url, path) {
            (Some(url), Some((_, weaker))) if origin.strength() >= weaker.strength() => (url, origin),
            (_, Some((path, origin))) => (sqlite(&path), origin),
            (Some(url), None) => (url, origin),
            (None, None) => (default.clone(), origin),
        };
        key.defaults_to(ShownValue::Text(default));
        let shown = masked(&url);
        key.show_hiding(ShownValue::Text(shown.clone()), Some(url.clone().into()), origin.clone());
        let known = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme));
        if !known {
            let message = format!("database.url must start with sqlite:// or postgres://, found {shown:?}");
            let hint = "for a file write sqlite:///path/to/thon.db, or set THON_DB_PATH to its path";
            reader.mistake(Mistake::new(origin, message).with_hint(hint));
        }
        Self { url: url.into() }
    }

    /// The address with its password hidden.
    pub fn shown(&self) -> String {
        masked(self.url.expose_secret())
    }
}

fn sqlite(path: &Utf8Path) -> String {
    format!("sqlite://{path}")
}

/// `postgres://user:***@host/name`; also a `password=` among the parameters is hidden.
fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // What is no address may be anything, a password too.
        return if url.starts_with("sqlite:") { url.to_owned() } else { ShownValue::HIDDEN.to_owned() };
    };
    let (place, parameters) = rest.split_once('?').map_or((rest, None), |(place, rest)| (place, Some(rest)));
    let place = match place.rsplit_once('@') {
        Some((who, host)) => match who.split_once(':') {
            Some((user, _)) => format!("{user}:{}@{host}", ShownValue::HIDDEN),
            None => place.to_owned(),
        },
        None => place.to_owned(),
    };
    let parameters = parameters.map(|parameters| format!("?{}", masked_parameters(parameters))).unwrap_or_default();
    format!("{scheme}://{place}{parameters}")
}

fn masked_parameters(parameters: &str) -> String {
    let hide = |parameter: &str| match parameter.split_once('=') {
        Some((name, _)) if name.contains("password") => format!("{name}={}", ShownValue::HIDDEN),
        _ => parameter.to_owned(),
    };
    parameters.split('&').map(hide).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (url, shown) in [
            ("postgres://thon:s3c@ret@db:5432/thon", "postgres://thon:***@db:5432/thon"),
            ("postgres://thon@db/thon", "postgres://thon@db/thon"),
            ("postgres:///thon?user=a&password=b", "postgres:///thon?user=a&password=***"),
            ("sqlite:///root/.thon/thon.db", "sqlite:///root/.thon/thon.db"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }
}
