//! The store: readers beside one another, one writer, and the bus that tells what was committed.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use diesel::{connection::SimpleConnection, r2d2::Pool};
use thon_domain::live::Activity;
use tokio::sync::{Mutex, Semaphore, broadcast};

use crate::{
    Connection, Stamp, StoreError, Trail, Writer,
    connection::{Opener, Purpose, begin, commit, roll_back},
    migrations,
    url::{DatabaseUrl, Place},
};

/// How many connections read at a time.
const READERS: u32 = 8;

/// How many activities a slow subscriber may lag behind.
const BUS_CAPACITY: usize = 4096;

/// How long to try for a connection before saying that there is none.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What THON remembers. Clones are handles to the same store.
#[derive(Clone)]
pub struct Store(Arc<Inside>);

struct Inside {
    readers: Pool<Opener>,
    /// One permit per reading connection, so that those who wait hold no thread.
    reading: Arc<Semaphore>,
    /// A pool of one: a lost connection is replaced. Held from begin to publication, so that the bus is in commit order.
    writer: Arc<Mutex<Pool<Opener>>>,
    bus: broadcast::Sender<Arc<Activity>>,
    /// Raised before each writing transaction and after it, so that it is odd in between.
    version: AtomicU64,
}

/// A state of the database: what is read twice at the same version is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u64);

impl Store {
    /// Opens a database, makes it where there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be reached or made, or when it was made by a newer THON.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let first = url.clone();
        blocking(move || migrations::run(Connection::open(&first)?)).await?;
        let inside = Inside {
            readers: pool(url, Purpose::Reading, READERS),
            reading: Arc::new(Semaphore::new(READERS as usize)),
            writer: Arc::new(Mutex::new(pool(url, Purpose::Writing, 1))),
            bus: broadcast::Sender::new(BUS_CAPACITY),
            version: AtomicU64::new(0),
        };
        Ok(Self(Arc::new(inside)))
    }

    /// Ends the use of the database: what is under way is finished, everything after is refused as unavailable.
    ///
    /// For a server that gives its database to another while it still has other things to end.
    pub async fn close(&self) {
        let _writing = self.0.writer.lock().await;
        // Whoever reads has a permit, so all permits mean that nobody does.
        let _all = self.0.reading.acquire_many(READERS).await;
        // The other server writes from now on, so it stays odd.
        self.0.version.fetch_add(1, Ordering::SeqCst);
        self.0.reading.close();
    }

    /// The version of the database now; none while it is being written.
    ///
    /// When it is the same before and after a read, the read found that version. Nobody else writes: a database has one owner
    /// (see [`crate::Ownership`]).
    pub fn version(&self) -> Option<Version> {
        let version = self.0.version.load(Ordering::SeqCst);
        version.is_multiple_of(2).then_some(Version(version))
    }

    /// Reads in one transaction that sees one moment of the database.
    ///
    /// # Errors
    /// What `f` returns, and when there is no connection.
    ///
    /// # Panics
    /// When `f` does.
    pub async fn read<T, E>(&self, f: impl FnOnce(&mut Connection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let permit = Arc::clone(&self.0.reading).acquire_owned().await.map_err(|e| StoreError::unavailable(&e))?;
        let readers = self.0.readers.clone();
        blocking(move || {
            let _permit = permit;
            let mut connection = readers.get().map_err(|error| StoreError::unavailable(&error))?;
            transaction(&mut connection, |connection| {
                if let Connection::Postgres(connection) = connection {
                    connection
                        .batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                        .map_err(StoreError::from)?;
                }
                f(connection)
            })
        })
        .await
    }

    /// Writes in one transaction, then publishes what it recorded. When `f` fails, nothing happened.
    ///
    /// # Errors
    /// What `f` returns, and when the transaction cannot begin or be committed.
    ///
    /// # Panics
    /// When `f` does, after the transaction is taken back.
    pub async fn write<T, E>(
        &self,
        stamp: Stamp,
        f: impl FnOnce(&mut Writer<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let writer = Arc::clone(&self.0.writer).lock_owned().await;
        if self.0.reading.is_closed() {
            return Err(StoreError::unavailable(&"it was given to another server").into());
        }
        let inside = Arc::clone(&self.0);
        blocking(move || {
            let mut connection = writer.get().map_err(|error| StoreError::unavailable(&error))?;
            let changing = Changing::of(&inside);
            let (answer, finished) = transaction(&mut connection, |connection| {
                let mut writer = Writer::begin(connection, stamp)?;
                let answer = f(&mut writer)?;
                Ok::<_, E>((answer, writer.finish()?))
            })?;
            // Before anybody is told, so that they find the new.
            drop(changing);
            if let Some(trail) = Trail::current() {
                trail.wrote(finished.lines);
            }
            for activity in finished.recorded {
                // Without a subscriber there is nobody to miss it.
                let _ = inside.bus.send(activity);
            }
            Ok(answer)
        })
        .await
    }

    /// What is committed from now on, in order.
    pub fn activity(&self) -> broadcast::Receiver<Arc<Activity>> {
        self.0.bus.subscribe()
    }
}

/// That the database is being written. There is one at a time: only whoever holds the writer makes it.
struct Changing<'a>(&'a AtomicU64);

impl<'a> Changing<'a> {
    fn of(inside: &'a Inside) -> Self {
        inside.version.fetch_add(1, Ordering::SeqCst);
        Self(&inside.version)
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A pool that opens connections when they are first needed.
fn pool(url: &DatabaseUrl, purpose: Purpose, size: u32) -> Pool<Opener> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(0))
        .connection_timeout(CONNECT_TIMEOUT)
        // A server may have gone since; a file has not.
        .test_on_check_out(matches!(url.place(), Place::Postgres(_)))
        .build_unchecked(Opener { url: url.clone(), purpose })
}

/// Runs `f` in a transaction, which is taken back when it fails or panics.
fn transaction<T, E: From<StoreError>>(
    connection: &mut Connection,
    f: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    begin(connection)?;
    match catch_unwind(AssertUnwindSafe(|| f(connection))) {
        Ok(Ok(answer)) => {
            commit(connection)?;
            Ok(answer)
        }
        Ok(Err(error)) => {
            roll_back(connection);
            Err(error)
        }
        Err(panic) => {
            roll_back(connection);
            resume_unwind(panic)
        }
    }
}

/// Runs `f` where it may block, on the trail of whoever waits for it, and hands a panic on to them.
pub(crate) async fn blocking<T, E>(f: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let trail = Trail::current();
    let on_trail = move || match trail {
        Some(trail) => trail.follow_here(f),
        None => f(),
    };
    match tokio::task::spawn_blocking(on_trail).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Err(StoreError::Unavailable("THON is shutting down".to_owned()).into()),
        },
    }
}
