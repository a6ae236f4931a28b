//! The store against real databases: each test runs on SQLite and on PostgreSQL.
//!
//! PostgreSQL comes from `THON_TEST_POSTGRES_URL`, which `script/test` sets; without it those tests fail.

#![expect(clippy::expect_used, reason = "what tests share fails like a test")]

mod access;
mod audit;
mod corners;
mod database;
mod instances;
mod jobs;
mod log;
mod make;
mod ownership;
mod people;
mod reach;
mod removals;
mod snapshot;
mod visits;
