//! What goes wrong around a database: files, locks, lost connections, unreadable rows, other versions.

use std::{os::unix::fs::PermissionsExt, path::Path, time::Instant};

use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection};
use rstest::rstest;
use thon_domain::live::Change;
use thon_store::{DatabaseUrl, Store, StoreError, activity, events, settings, users};

use crate::{
    database::{Kind, read, refused, sql, write},
    make,
};

#[tokio::test]
async fn only_the_owner_may_look_into_the_file() {
    let (database, store) = Kind::Sqlite.store().await;
    write(&store, |w| settings::set(w, "key", "value")).await;
    let file = &database.address;
    let mode = |path: &str| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(file), 0o600);
    assert_eq!(mode(&format!("{file}-wal")), 0o600);
    assert_eq!(mode(Path::new(file).parent().and_then(Path::to_str).expect("a folder")), 0o700);
}

#[rstest]
#[tokio::test]
async fn what_is_written_is_there_after_a_restart(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (database, store) = kind.store().await;
    let recorded = |n| Change::AccountCreated { account: make::account(n).id, name: "Alice".to_owned() };
    write(&store, move |w| events::insert(w, &make::event(1)).and_then(|()| w.record(recorded(1)))).await;
    drop(store);
    let store = Store::open(&database.url).await.expect("it opens again");
    assert_eq!(read(&store, events::all).await, [make::event(1)]);
    assert_eq!(write(&store, move |w| w.record(recorded(2))).await, 2);
    assert_eq!(read(&store, activity::last_number).await, 2);
}

#[rstest]
#[tokio::test]
async fn a_newer_database_is_refused(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (database, store) = kind.store().await;
    sql(&store, "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000001')").await;
    drop(store);
    let error = Store::open(&database.url).await.err().expect("it is refused");
    assert!(matches!(error, StoreError::Migration(_)), "{error:?}");
    assert!(error.to_string().contains("made by a newer THON (migration 29990101000001)"), "{error}");
}

#[rstest]
#[tokio::test]
async fn reading_does_not_write(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let deleted = store.read(|c| Ok::<_, StoreError>(c.batch_execute("DELETE FROM activity_sequence")?)).await;
    deleted.expect_err("it is refused");
    assert_eq!(read(&store, activity::last_number).await, 0);
}

#[rstest]
#[tokio::test]
async fn an_unreadable_row_is_named(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, _cast) = make::with_cast(kind).await;
    sql(&store, "UPDATE users SET name = '../etc' WHERE name = 'ada'").await;
    let error = store.read(users::all).await.expect_err("it cannot be read");
    assert!(matches!(error, StoreError::Corrupt { place: "users.name", .. }), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn a_mistake_of_ours_is_no_conflict(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    for statement in ["SELECT nonsense FROM nowhere", "INSERT INTO activity_sequence (id, last) VALUES (2, 0)"] {
        let error = refused(&store, move |w| Ok(w.batch_execute(statement)?)).await;
        assert!(matches!(error, StoreError::Refused(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_locked_file_is_unavailable_not_broken() {
    let (database, store) = Kind::Sqlite.store().await;
    let mut other = SqliteConnection::establish(&database.address).expect("a second connection");
    other.batch_execute("BEGIN IMMEDIATE").expect("it takes the lock");
    let begun = Instant::now();
    let error = refused(&store, |w| settings::set(w, "key", "value")).await;
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(begun.elapsed().as_secs() >= 4, "it waits for the lock first");
    other.batch_execute("ROLLBACK").expect("it gives the lock back");
    write(&store, |w| settings::set(w, "key", "value")).await;
}

#[tokio::test]
async fn a_lost_connection_is_replaced() {
    let (_database, store) = Kind::Postgres.store().await;
    write(&store, |w| settings::set(w, "key", "one")).await;
    read(&store, |c| settings::value(c, "key")).await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()";
    let error = refused(&store, move |w| Ok(w.batch_execute(cut)?)).await;
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert_eq!(read(&store, |c| settings::value(c, "key")).await.as_deref(), Some("one"));
    write(&store, |w| settings::set(w, "key", "two")).await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let url = "postgres://thon:secret@127.0.0.1:1/thon".parse().expect("a URL");
    let error = Store::open(&url).await.err().expect("nobody listens");
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("thon.db");
    std::fs::write(&path, "certainly not a database, but long enough to be taken for one ".repeat(20)).expect("a file");
    let error = Store::open(&DatabaseUrl::from(path.as_path())).await.err().expect("it is refused");
    assert!(error.to_string().contains("thon.db"), "the file is named: {error}");
}
