//! Where THON remembers.

use camino::Utf8Path;
use secrecy::{ExposeSecret, SecretString};

use super::{Home, Mistake, Origin, ShownValue, reader::Reader};

/// The database.
#[derive(Clone, Debug)]
pub struct Database {
    /// `sqlite:///path` or `postgres://…`; a secret because it may hold a password.
    pub url: SecretString,
}

impl Database {
    pub(super) fn read(reader: &mut Reader<'_>, home: &Home) -> Self {
        let (url, origin) = reader.unshown_text("database.url");
        let (url, origin) = match (url, reader.sources.variable("THON_DB_PATH")) {
            (Some(url), _) if matches!(origin, Origin::Environment(_)) => (url, origin),
            (_, Some(path)) => {
                (sqlite(&reader.sources.absolute(Utf8Path::new(path))), Origin::Environment("THON_DB_PATH"))
            }
            (Some(url), None) => (url, origin),
            (None, None) => (sqlite(&home.database()), origin),
        };
        let known = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme));
        if !known {
            let message = format!("database.url must start with sqlite:// or postgres://, found {:?}", masked(&url));
            let hint = "for a file write sqlite:///path/to/thon.db, or set THON_DB_PATH to its path";
            reader.mistake(Mistake::new(origin.clone(), message).with_hint(hint));
        }
        reader.show("database.url", ShownValue::Text(masked(&url)), origin);
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
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
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
