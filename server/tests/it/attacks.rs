//! What somebody tries who wants more than is theirs, on a whole server and in each tier, in requests written by hand.
//!
//! Each file is one kind of attack, each test says what the attacker wants.

mod bodies;
mod cookies;
mod embedding;
mod hosts;
mod http2;
mod joining;
mod neighbours;
mod paths;
mod redirects;
mod requests;
mod roles;
mod sign_in;
mod site;
mod smuggling;
