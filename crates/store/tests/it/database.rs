//! A database of its own for each test, gone afterwards.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::{Connection as _, PgConnection, connection::SimpleConnection};
use tempfile::TempDir;
use thon_store::{Connection, DatabaseUrl, Store, StoreError, Writer};

use crate::make::stamp;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// An empty database.
    pub fn empty(self) -> Database {
        match self {
            Self::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let address = folder.path().join("data/thon.db").to_str().expect("UTF-8").to_owned();
                Database { url: address.parse().expect("a URL"), address, _folder: Some(folder), name: None }
            }
            Self::Postgres => Database::postgres(),
        }
    }

    /// A database and a store on it.
    pub async fn store(self) -> (Database, Store) {
        let database = self.empty();
        let store = Store::open(&database.url).await.expect("the store opens");
        (database, store)
    }
}

/// A database that is deleted when dropped.
pub struct Database {
    pub url: DatabaseUrl,
    /// The same as text, with the password that the URL does not show.
    pub address: String,
    _folder: Option<TempDir>,
    /// The address of the server and the name of the database, on PostgreSQL.
    name: Option<(String, String)>,
}

impl Database {
    /// With a collation that is not byte by byte, so that ours of the columns is what counts.
    fn postgres() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let admin = std::env::var("THON_TEST_POSTGRES_URL").expect(
            "THON_TEST_POSTGRES_URL is not set: these tests need a PostgreSQL; \
             run them with script/test, or `eval \"$(script/lib/postgres.sh start)\"` first",
        );
        let name = format!("thon_store_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut server = PgConnection::establish(&admin).expect("PostgreSQL answers");
        let create = format!("CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'");
        server.batch_execute(&create).expect("a database is made");
        let (base, _) = admin.rsplit_once('/').expect("an address that names a database");
        let address = format!("{base}/{name}");
        Self { url: address.parse().expect("a URL"), address, _folder: None, name: Some((admin, name)) }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((admin, name)) = &self.name else { return };
        let mut server = PgConnection::establish(admin).expect("PostgreSQL answers");
        server.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).expect("the database is dropped");
    }
}

/// Writes what must succeed.
pub async fn write<T: Send + 'static>(
    store: &Store,
    f: impl FnOnce(&mut Writer<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.write(stamp(), f).await.expect("it is written")
}

/// Writes what must fail.
pub async fn refused<T: std::fmt::Debug + Send + 'static>(
    store: &Store,
    f: impl FnOnce(&mut Writer<'_>) -> Result<T, StoreError> + Send + 'static,
) -> StoreError {
    store.write(stamp(), f).await.expect_err("it is refused")
}

/// Reads what must succeed.
pub async fn read<T: Send + 'static>(
    store: &Store,
    f: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.read(f).await.expect("it is read")
}

/// Runs SQL that the store itself has no words for.
pub async fn sql(store: &Store, statement: &str) {
    let statement = statement.to_owned();
    write(store, move |w| Ok(w.batch_execute(&statement)?)).await;
}
