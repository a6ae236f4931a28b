//! Ownership: one `thon run` per database, so that two never work against one another.
//!
//! The operating system (or PostgreSQL) gives the lock back when its holder ends, however it ends.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process,
    sync::Mutex,
    thread,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_types};

use crate::{
    StoreError,
    connection::{postgres, prepare_file},
    store::blocking,
    url::{DatabaseUrl, Place},
};

/// The advisory lock's key: "THON" in ASCII. Such locks belong to one database of a server.
const ADVISORY_KEY: i32 = 0x5448_4f4e;

/// How long PostgreSQL gets to notice that a holder is gone; it is told by the closed socket, but a moment later.
const PATIENCE: Duration = Duration::from_secs(1);

/// The right to run on a database, until dropped.
#[derive(Debug)]
pub struct Ownership {
    _held: Held,
}

enum Held {
    File {
        _lock: File,
    },
    /// The connection is the lock. The mutex lets it be kept anywhere; nobody uses it.
    Session {
        _connection: Mutex<PgConnection>,
    },
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::File { .. } => "File",
            Self::Session { .. } => "Session",
        })
    }
}

/// Why a database cannot be owned.
#[derive(Debug, thiserror::Error)]
pub enum OwnershipError {
    #[error("another `thon run` works on {database}: {holder}; stop it first, or give this one another database")]
    Held { database: String, holder: String },
    #[error("cannot lock {path}: {source}")]
    Lock { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Ownership {
    /// Takes a database for this process.
    ///
    /// # Errors
    /// When another process has it, who is named; or when it cannot be reached.
    pub async fn acquire(url: &DatabaseUrl) -> Result<Self, OwnershipError> {
        let url = url.clone();
        blocking(move || {
            let held = match url.place() {
                Place::Sqlite(path) => lock_file(path, &url)?,
                Place::Postgres(address) => lock_session(address, &url)?,
            };
            Ok(Self { _held: held })
        })
        .await
    }
}

/// Locks the file beside the database. The file stays when the lock goes: deleting it could take a successor's away.
fn lock_file(database: &Path, url: &DatabaseUrl) -> Result<Held, OwnershipError> {
    let path = beside(database).map_err(|source| OwnershipError::Lock { path: database.to_owned(), source })?;
    let failed = |source| OwnershipError::Lock { path: path.clone(), source };
    prepare_file(&path).map_err(failed)?;
    let mut file = OpenOptions::new().read(true).write(true).mode(0o600).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            file.read_to_string(&mut text).map_err(failed)?;
            let holder = if text.is_empty() { "a process that has only just begun" } else { text.trim() };
            return Err(OwnershipError::Held { database: url.to_string(), holder: holder.to_owned() });
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    // Over what is there, then cut: a full disk has no other block to give.
    let text = format!("{}\n", myself());
    file.rewind().and_then(|()| file.write_all(text.as_bytes())).map_err(failed)?;
    file.set_len(text.len() as u64).map_err(failed)?;
    Ok(Held::File { _lock: file })
}

/// `{path}.lock`, by the path's true name: two names of one file share one lock. Only what exists has a true name.
fn beside(database: &Path) -> io::Result<PathBuf> {
    prepare_file(database)?;
    let mut name = fs::canonicalize(database)?.into_os_string();
    name.push(".lock");
    Ok(name.into())
}

/// How this process is called in the other's error. The time is for people and never compared.
fn myself() -> String {
    let now = DateTime::<Utc>::from(SystemTime::now()).to_rfc3339_opts(SecondsFormat::Secs, true);
    format!("process {}, since {now}", process::id())
}

fn lock_session(address: &str, url: &DatabaseUrl) -> Result<Held, OwnershipError> {
    let mut connection = postgres(address)?;
    let name = format!("SET application_name = 'thon run, process {}'", process::id());
    connection.batch_execute(&name).map_err(StoreError::from)?;
    let pause = PATIENCE / 10;
    for _ in 0..10 {
        if try_advisory_lock(&mut connection)? {
            return Ok(Held::Session { _connection: Mutex::new(connection) });
        }
        thread::sleep(pause);
    }
    Err(OwnershipError::Held { database: url.to_string(), holder: session_holder(&mut connection)? })
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = sql_types::Bool)]
    locked: bool,
}

fn try_advisory_lock(connection: &mut PgConnection) -> Result<bool, StoreError> {
    let query = diesel::sql_query("SELECT pg_try_advisory_lock(0, $1) AS locked");
    Ok(query.bind::<sql_types::Integer, _>(ADVISORY_KEY).get_result::<Answer>(connection)?.locked)
}

#[derive(QueryableByName)]
struct Holder {
    #[diesel(sql_type = sql_types::Text)]
    holder: String,
}

/// Who holds the lock, as the server knows them.
fn session_holder(connection: &mut PgConnection) -> Result<String, StoreError> {
    let query = diesel::sql_query(
        "SELECT application_name || ' on ' || coalesce(host(client_addr), 'the server''s machine') \
             || ', since ' || to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') \
             || ', server process ' || activity.pid AS holder \
         FROM pg_locks locks JOIN pg_stat_activity activity USING (pid) \
         WHERE locks.locktype = 'advisory' AND locks.granted AND locks.classid = 0 AND locks.objid = $1::bigint::oid \
             AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    let holders = query.bind::<sql_types::BigInt, _>(i64::from(ADVISORY_KEY)).load::<Holder>(connection)?;
    Ok(holders.into_iter().next().map_or_else(|| "one that has just ended".to_owned(), |row| row.holder))
}
