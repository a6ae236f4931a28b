//! Where the database is: a SQLite file or a PostgreSQL server, told apart by how the URL begins.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

/// Names a database: `sqlite:PATH`, a bare path, or `postgres://…`. Never printed with its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Place);

/// The two kinds of databases.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Sqlite(PathBuf),
    Postgres(String),
}

/// Says why a text names no database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    #[error("the database URL is empty: give a file path or postgres://…")]
    Empty,
    #[error("a database in memory would be gone with its first connection: give a file path or postgres://…")]
    InMemory,
    #[error("`{0}:` names no database that THON can use: give a file path, sqlite:PATH or postgres://…")]
    Scheme(String),
    #[error("a database path must not contain a zero byte")]
    ZeroByte,
}

impl DatabaseUrl {
    pub(crate) const fn place(&self) -> &Place {
        &self.0
    }
}

impl From<&Path> for DatabaseUrl {
    fn from(path: &Path) -> Self {
        Self(Place::Sqlite(path.to_owned()))
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.contains('\0') {
            return Err(DatabaseUrlError::ZeroByte);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self(Place::Postgres(text.to_owned())));
        }
        let path = match text.strip_prefix("sqlite:") {
            Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
            None => text,
        };
        if let Some((scheme, _)) = path.split_once("://") {
            return Err(DatabaseUrlError::Scheme(scheme.to_owned()));
        }
        match path {
            "" => Err(DatabaseUrlError::Empty),
            ":memory:" => Err(DatabaseUrlError::InMemory),
            // SQLite would read it as a URI and its query as options.
            uri if uri.starts_with("file:") => Err(DatabaseUrlError::Scheme("file".to_owned())),
            path => Ok(Self(Place::Sqlite(PathBuf::from(path)))),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Place::Postgres(url) => f.write_str(&redacted(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// The URL with stars for its password, which may stand before the `@` or as a parameter.
///
/// <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS>
fn redacted(url: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let (scheme, rest) = base.split_once("://").unwrap_or(("postgres", base));
    let shown = match rest.rsplit_once('@') {
        Some((credentials, host)) => match credentials.split_once(':') {
            Some((user, _)) => format!("{scheme}://{user}:***@{host}"),
            None => format!("{scheme}://{credentials}@{host}"),
        },
        None => format!("{scheme}://{rest}"),
    };
    let Some(query) = query else { return shown };
    let parameters: Vec<_> = query.split('&').map(hidden_parameter).collect();
    format!("{shown}?{}", parameters.join("&"))
}

fn hidden_parameter(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((key, _)) if key.ends_with("password") => format!("{key}=***"),
        _ => parameter.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("thon.db", "sqlite:thon.db")]
    #[case("sqlite:data/thon.db", "sqlite:data/thon.db")]
    #[case("sqlite:///var/lib/thon.db", "sqlite:/var/lib/thon.db")]
    #[case("postgres://thon:s3:cr@t@db/thon", "postgres://thon:***@db/thon")]
    #[case("postgresql://thon@db/thon?sslmode=require", "postgresql://thon@db/thon?sslmode=require")]
    #[case("postgres://db/thon?user=a&password=b", "postgres://db/thon?user=a&password=***")]
    fn a_url_is_shown_without_its_password(#[case] text: &str, #[case] shown: &str) {
        let url: DatabaseUrl = text.parse().expect("a good URL");
        assert_eq!(url.to_string(), shown);
        assert_eq!(format!("{url:?}"), format!("DatabaseUrl({shown})"));
    }

    #[rstest]
    #[case("", DatabaseUrlError::Empty)]
    #[case("sqlite:", DatabaseUrlError::Empty)]
    #[case("sqlite::memory:", DatabaseUrlError::InMemory)]
    #[case("mysql://root@db/thon", DatabaseUrlError::Scheme("mysql".to_owned()))]
    #[case("file:thon.db?mode=ro", DatabaseUrlError::Scheme("file".to_owned()))]
    #[case("thon\0.db", DatabaseUrlError::ZeroByte)]
    fn another_text_is_refused(#[case] text: &str, #[case] error: DatabaseUrlError) {
        assert_eq!(text.parse::<DatabaseUrl>(), Err(error));
    }
}
