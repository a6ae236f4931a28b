//! Ownership, and what a process leaves that is killed while it writes.

use std::{
    env,
    process::{Child, Command, Stdio},
    time::Duration,
};

use rstest::rstest;
use thon_domain::live::Change;
use thon_store::{DatabaseUrl, Ownership, OwnershipError, Store, StoreError, activity};

use crate::{
    database::{Kind, read, write},
    make,
};

/// Names to the child process the database that it shall own and write to.
const CHILD: &str = "THON_TEST_OWN_AND_WRITE";

#[rstest]
#[tokio::test]
async fn a_database_has_one_owner(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let database = kind.empty();
    let first = Ownership::acquire(&database.url).await.expect("nobody has it");
    let error = Ownership::acquire(&database.url).await.expect_err("the first has it");
    assert!(matches!(error, OwnershipError::Held { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(&format!("process {}", std::process::id())) && text.contains("since 20"), "{text}");
    drop(first);
    Ownership::acquire(&database.url).await.expect("it is free again");
}

#[tokio::test]
async fn two_names_of_one_file_are_one_database() {
    let database = Kind::Sqlite.empty();
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let link = elsewhere.path().join("other.db");
    std::os::unix::fs::symlink(database.address.as_str(), &link).expect("a link");
    let _owner = Ownership::acquire(&database.url).await.expect("nobody has it");
    let other = DatabaseUrl::from(link.as_path());
    let error = Ownership::acquire(&other).await.expect_err("it is taken");
    assert!(matches!(error, OwnershipError::Held { .. }), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn a_store_that_was_closed_is_used_by_nobody(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let database = kind.empty();
    let store = Store::open(&database.url).await.expect("a database");
    write(&store, |_| Ok(())).await;
    let clone = store.clone();
    store.close().await;
    let refused = clone.read(|_| Ok::<_, StoreError>(())).await.expect_err("it is closed");
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
    let refused = clone.write(make::stamp(), |_| Ok::<_, StoreError>(())).await.expect_err("it is closed");
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
}

#[rstest]
#[tokio::test]
async fn a_killed_owner_leaves_the_database_free_and_whole(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (database, store) = kind.store().await;
    let mut child = child(&database.address);
    let begun = tokio::time::timeout(Duration::from_secs(30), async {
        while read(&store, activity::last_number).await < 50 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    begun.await.expect("the child writes");
    let error = Ownership::acquire(&database.url).await.expect_err("the child has it");
    assert!(error.to_string().contains(&format!("process {}", child.0.id())), "{error}");
    child.kill();

    let _owner = Ownership::acquire(&database.url).await.expect("it is free");
    let next = write(&store, |w| w.record(change())).await;
    let (numbers, last) = read(&store, |c| {
        let entries = activity::after(c, 0, 1_000_000)?;
        Ok((entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), activity::last_number(c)?))
    })
    .await;
    assert_eq!(numbers, (1..=next).collect::<Vec<_>>(), "no number is lost or used twice");
    assert_eq!(last, next);
    assert_eq!(next % 3, 1, "each write of the child, of three, is there as a whole or not at all");
}

/// Runs this test program again, as a process that owns the database and writes to it until it is killed.
fn child(address: &str) -> Killed {
    let child = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", "ownership::the_child_owns_and_writes"])
        .env(CHILD, address)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    Killed(child)
}

/// A process that does not outlive the test, even one that fails.
struct Killed(Child);

impl Killed {
    /// As `kill -9` does.
    fn kill(&mut self) {
        self.0.kill().expect("it is killed");
        self.0.wait().expect("it is gone");
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The other process of the test above; without its order there is nothing to do.
#[tokio::test]
async fn the_child_owns_and_writes() {
    let Ok(url) = env::var(CHILD) else { return };
    let url: DatabaseUrl = url.parse().expect("a URL");
    let _owner = Ownership::acquire(&url).await.expect("nobody has it");
    let store = Store::open(&url).await.expect("it opens");
    loop {
        write(&store, |w| (0..3).try_for_each(|_| w.record(change()).map(drop))).await;
    }
}

fn change() -> Change {
    Change::SignedIn { account: make::account(1).id }
}
