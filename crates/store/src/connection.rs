//! The connection: one type for both databases, and how each kind is opened.

use std::{
    fs::{DirBuilder, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
    time::Duration,
};

use diesel::{
    Connection as _, PgConnection, SqliteConnection,
    connection::{SimpleConnection, TransactionManager},
    r2d2::{ManageConnection, R2D2Connection},
};

use crate::{
    StoreError,
    url::{DatabaseUrl, Place},
};

/// How long SQLite waits for a lock that another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Checks that each statement of a reading connection is one that only reads.
const READ_ONLY: &str = "PRAGMA query_only = ON;";

mod any;

/// A connection to either database.
pub type Connection = any::AnyConnection;

/// The dialect of either database.
pub(crate) type Dialect = <Connection as diesel::Connection>::Backend;

impl Connection {
    pub(crate) fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        match url.place() {
            Place::Postgres(url) => postgres(url).map(Self::Postgres),
            Place::Sqlite(path) => sqlite(path).map(Self::Sqlite),
        }
    }
}

/// Opens a connection to a PostgreSQL server.
pub(crate) fn postgres(url: &str) -> Result<PgConnection, StoreError> {
    PgConnection::establish(url).map_err(|error| StoreError::unavailable(&error))
}

/// Opens a SQLite file with what is set per connection.
///
/// WAL lets readers go on while the writer writes. With it, `synchronous = NORMAL` survives a crash of THON whole and a power
/// cut without damage (<https://www.sqlite.org/pragma.html#pragma_synchronous>).
fn sqlite(path: &Path) -> Result<SqliteConnection, StoreError> {
    let unavailable =
        |error: &dyn ToString| StoreError::Unavailable(format!("{}: {}", path.display(), error.to_string()));
    prepare_file(path).map_err(|error| unavailable(&error))?;
    let Some(text) = path.to_str() else { return Err(unavailable(&"the path is not UTF-8")) };
    let mut connection = SqliteConnection::establish(text).map_err(|error| unavailable(&error))?;
    let pragmas = format!(
        "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;",
        BUSY_TIMEOUT.as_millis()
    );
    connection.batch_execute(&pragmas).map_err(|error| unavailable(&error))?;
    Ok(connection)
}

/// Makes the file and the folders above it, for its owner alone: it holds password hashes.
///
/// SQLite gives its side files (`-wal`, `-shm`) the mode of the database.
pub(crate) fn prepare_file(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path).map(drop)
}

/// What a pool's connections are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Reading,
    Writing,
}

/// Opens connections for a pool and tells good ones from broken ones.
#[derive(Debug)]
pub(crate) struct Opener {
    pub url: DatabaseUrl,
    pub purpose: Purpose,
}

impl ManageConnection for Opener {
    type Connection = Connection;
    type Error = StoreError;

    fn connect(&self) -> Result<Connection, StoreError> {
        let mut connection = Connection::open(&self.url)?;
        if let (Connection::Sqlite(connection), Purpose::Reading) = (&mut connection, self.purpose) {
            connection.batch_execute(READ_ONLY)?;
        }
        Ok(connection)
    }

    fn is_valid(&self, connection: &mut Connection) -> Result<(), StoreError> {
        Ok(connection.ping()?)
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        std::thread::panicking() || connection.is_broken()
    }
}

/// How many rows one statement inserts: PostgreSQL takes 65,535 values in one, SQLite 32,766, and a row has at most 16.
pub(crate) const ROWS_PER_STATEMENT: usize = 1000;

/// Inserts many rows with few statements, which diesel cannot through the enum: each dialect has its own batches.
macro_rules! insert_rows {
    ($connection:expr, $table:expr, $rows:expr) => {{
        for rows in $rows.chunks($crate::connection::ROWS_PER_STATEMENT) {
            match &mut *$connection {
                $crate::Connection::Postgres(c) => diesel::insert_into($table).values(rows).execute(c)?,
                $crate::Connection::Sqlite(c) => diesel::insert_into($table).values(rows).execute(c)?,
            };
        }
        Ok(())
    }};
}

pub(crate) use insert_rows;

/// Begins a transaction on the connection.
pub(crate) fn begin(connection: &mut Connection) -> Result<(), StoreError> {
    Ok(<Connection as diesel::Connection>::TransactionManager::begin_transaction(connection)?)
}

/// Makes the transaction's changes last.
pub(crate) fn commit(connection: &mut Connection) -> Result<(), StoreError> {
    Ok(<Connection as diesel::Connection>::TransactionManager::commit_transaction(connection)?)
}

/// Takes the transaction's changes back. A connection that cannot even do that is thrown away by its pool.
pub(crate) fn roll_back(connection: &mut Connection) {
    if let Err(error) = <Connection as diesel::Connection>::TransactionManager::rollback_transaction(connection) {
        tracing::warn!(%error, "a transaction could not be rolled back");
    }
}
