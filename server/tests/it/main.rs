//! The tests of the `thon` program, in one binary because linking is what takes time.

#![expect(clippy::expect_used, reason = "clippy knows test functions, but not what they are made of")]

mod acceptance;
mod answers;
mod app;
mod attacks;
mod certificates;
mod chaos;
mod check;
mod cleanup;
mod cli;
mod config;
mod csrf;
mod docker;
mod docker_inward;
mod docker_look;
mod docker_same;
mod docker_secure;
mod editor;
mod events;
mod faults;
mod groups;
mod https;
mod identity;
mod instances;
mod jobs;
mod join;
mod kill_nine;
mod live;
mod nginx;
mod openapi;
mod outage;
mod policy;
mod ports;
mod random_walk;
mod renewal;
mod restart;
mod roles;
mod sessions;
mod settings;
mod shape;
mod sign_in;
mod system;
mod tiers;
mod tokens;
mod users;
