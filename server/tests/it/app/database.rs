//! A database of its own for each app, gone afterwards.

use std::{
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use tempfile::TempDir;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A database that is deleted when dropped.
pub struct Database {
    pub url: String,
    /// The address of the server and the name of the database, on PostgreSQL.
    name: Option<(String, String)>,
}

impl Kind {
    pub fn database(self, folder: &TempDir) -> Database {
        match self {
            Self::Sqlite => {
                Database { url: format!("sqlite://{}", folder.path().join("thon.db").display()), name: None }
            }
            Self::Postgres => postgres(),
        }
    }
}

fn postgres() -> Database {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let admin = std::env::var("THON_TEST_POSTGRES_URL").expect(
        "THON_TEST_POSTGRES_URL is not set: these tests need a PostgreSQL; \
         run them with script/test, or `eval \"$(script/lib/postgres.sh start)\"` first",
    );
    let name = format!("thon_server_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    sql(&admin, &format!("CREATE DATABASE {name}"));
    let (base, _) = admin.rsplit_once('/').expect("an address that names a database");
    Database { url: format!("{base}/{name}"), name: Some((admin, name)) }
}

fn sql(server: &str, statement: &str) {
    let output = Command::new("psql").args([server, "--quiet", "--command", statement]).output().expect("psql runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((admin, name)) = &self.name {
            sql(admin, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}
