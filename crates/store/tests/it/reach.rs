//! How a PostgreSQL server is reached: over TLS, and by the socket of this machine.

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types};
use thon_store::{DatabaseUrl, Store};

use crate::database::{Database, Kind, read};

#[derive(QueryableByName)]
struct Way {
    #[diesel(sql_type = sql_types::Bool)]
    encrypted: bool,
    #[diesel(sql_type = sql_types::Bool)]
    by_socket: bool,
}

/// What the server itself says of the connection over which it is asked.
async fn way(address: &str) -> Way {
    let url: DatabaseUrl = address.parse().expect("a URL");
    let store = Store::open(&url).await.expect("the store opens");
    let question = "SELECT ssl AS encrypted, client_addr IS NULL AS by_socket \
                    FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE pid = pg_backend_pid()";
    read(&store, move |c| Ok(sql_query(question).get_result(c)?)).await
}

fn folder() -> String {
    std::env::var("THON_TEST_POSTGRES_DIR").expect("script/lib/postgres.sh tells it")
}

#[tokio::test]
async fn a_server_that_shows_the_right_certificate_is_talked_to_over_tls() {
    let database = Kind::Postgres.empty();
    let way = way(&format!("{}?sslmode=verify-full&sslrootcert={}/server.crt", database.address, folder())).await;
    assert!(way.encrypted && !way.by_socket);
}

#[tokio::test]
async fn a_server_that_nobody_known_vouches_for_is_refused() {
    let database = Kind::Postgres.empty();
    let url = format!("{}?sslmode=verify-full&sslrootcert=system", database.address).parse().expect("a URL");
    let error = Store::open(&url).await.err().expect("it is refused").to_string();
    assert!(error.contains("certificate verify failed"), "{error}");
}

#[tokio::test]
async fn a_server_is_reached_by_its_socket() {
    let database = Kind::Postgres.empty();
    let Database { address, .. } = &database;
    let (server, name) = address.rsplit_once('/').expect("a name");
    let (user, port) = server.split_once("@127.0.0.1:").expect("a user and a port");
    let way = way(&format!("{user}@:{port}/{name}?host={}", folder())).await;
    assert!(way.by_socket && !way.encrypted);
}
