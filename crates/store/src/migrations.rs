//! Migrations: brings the tables of a database forward to what this program knows.

use std::collections::BTreeSet;

use diesel::{
    backend::Backend,
    connection::SimpleConnection,
    migration::{Migration, MigrationSource, MigrationVersion},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{Connection, StoreError};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Brings the tables forward.
///
/// SQLite's foreign keys are off meanwhile, because changing a table there means copying it. The connection is not for
/// anything else.
pub(crate) fn run(mut connection: Connection) -> Result<(), StoreError> {
    match &mut connection {
        Connection::Postgres(connection) => forward(connection, &POSTGRES),
        Connection::Sqlite(connection) => {
            connection.batch_execute("PRAGMA foreign_keys = OFF;")?;
            forward(connection, &SQLITE)
        }
    }
}

fn forward<DB: Backend>(
    harness: &mut impl MigrationHarness<DB>,
    source: &impl MigrationSource<DB>,
) -> Result<(), StoreError> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Migration(error.to_string());
    let known: Vec<Box<dyn Migration<DB>>> = source.migrations().map_err(failed)?;
    let versions: BTreeSet<MigrationVersion<'static>> =
        known.iter().map(|migration| migration.name().version().as_owned()).collect();
    let applied: BTreeSet<_> = harness.applied_migrations().map_err(failed)?.into_iter().collect();
    if let Some(newer) = applied.difference(&versions).next() {
        return Err(StoreError::Migration(format!(
            "it was made by a newer THON (migration {newer}); use that version, or a backup from before it"
        )));
    }
    for migration in known.iter().filter(|migration| !applied.contains(&migration.name().version().as_owned())) {
        tracing::info!(migration = %migration.name(), "migrating the database");
        harness.run_migration(migration.as_ref()).map_err(failed)?;
    }
    Ok(())
}
