//! Who is signed in.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use super::{codec::Answer, error::ApiError};
use crate::viewer::Viewer;

/// Tells who is signed in, if anybody is.
#[server(name = ReadViewer, prefix = "/sfn", endpoint = "viewer", input = GetUrl, output = Answer)]
pub async fn viewer() -> Result<Option<Viewer>, ApiError> {
    let visitor = super::context::visitor();
    Ok(visitor.map(|actor| Viewer { events: actor.events(), name: actor.name, role: actor.role, users: actor.users }))
}
