//! The enum over both databases, in a module of its own because what is derived for it imports all that it sees.

use diesel::{PgConnection, SqliteConnection};

/// A connection to either database. Elsewhere it is called `Connection`, a name that the derive needs for itself.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}
