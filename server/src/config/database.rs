//! Where THON remembers.

use std::path::Path;

use camino::Utf8Path;
use secrecy::{ExposeSecret, SecretString};

use super::{Mistake, ShownValue, reader::Reader};

/// Where distributions let PostgreSQL put its socket. The client that is built in would look in `/tmp`.
const SOCKETS: &str = "/run/postgresql";

/// What leads the client to another place, when its address names none (<https://www.postgresql.org/docs/current/libpq-envars.html>).
const PLACES: [&str; 3] = ["PGHOST", "PGHOSTADDR", "PGSERVICE"];

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
        let by_client = PLACES.iter().any(|name| reader.environment(name).is_some()) || !Path::new(SOCKETS).is_dir();
        Self { url: if by_client { url } else { by_socket(url) }.into() }
    }

    /// The address with its password hidden.
    pub fn shown(&self) -> String {
        masked(self.url.expose_secret())
    }
}

fn sqlite(path: &Utf8Path) -> String {
    format!("sqlite://{path}")
}

/// The scheme of an address, its place, and its parameters; nothing for what is no address.
fn parts(url: &str) -> Option<(&str, &str, Option<&str>)> {
    let (scheme, rest) = url.split_once("://")?;
    let (place, parameters) = rest.split_once('?').map_or((rest, None), |(place, rest)| (place, Some(rest)));
    Some((scheme, place, parameters))
}

/// The address of a PostgreSQL server, with this machine's socket if it names no host. Any other one stays as it is.
fn by_socket(url: String) -> String {
    let Some((scheme, place, parameters)) = parts(&url) else { return url };
    let place = place.split_once('/').map_or(place, |(place, _)| place);
    let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
    let leads_elsewhere =
        |parameter: &str| matches!(parameter.split_once('='), Some(("host" | "hostaddr" | "service", _)));
    let is_named = !(host.is_empty() || host.starts_with(':'))
        || parameters.is_some_and(|parameters| parameters.split('&').any(leads_elsewhere));
    if is_named || !scheme.starts_with("postgres") {
        return url;
    }
    let joint = if parameters.is_some() { '&' } else { '?' };
    format!("{url}{joint}host={SOCKETS}")
}

/// `postgres://user:***@host/name`; also a `password=` among the parameters is hidden.
fn masked(url: &str) -> String {
    let Some((scheme, place, parameters)) = parts(url) else {
        // What is no address may be anything, a password too.
        return if url.starts_with("sqlite:") { url.to_owned() } else { ShownValue::HIDDEN.to_owned() };
    };
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
    fn a_server_without_a_host_is_the_one_of_this_machine() {
        for (url, taken) in [
            ("postgres:///thon", "postgres:///thon?host=/run/postgresql"),
            ("postgres://thon@/thon?sslmode=disable", "postgres://thon@/thon?sslmode=disable&host=/run/postgresql"),
            ("postgresql://thon:a%40b@:5433/thon", "postgresql://thon:a%40b@:5433/thon?host=/run/postgresql"),
            ("postgres://", "postgres://?host=/run/postgresql"),
            ("postgres://db/thon", "postgres://db/thon"),
            ("postgres://thon@db:5433/thon", "postgres://thon@db:5433/thon"),
            ("postgres:///thon?host=/tmp", "postgres:///thon?host=/tmp"),
            ("postgres:///thon?service=event", "postgres:///thon?service=event"),
            ("sqlite:///root/.thon/thon.db", "sqlite:///root/.thon/thon.db"),
            ("sqlite:thon.db", "sqlite:thon.db"),
        ] {
            assert_eq!(by_socket(url.to_owned()), taken);
        }
    }

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
