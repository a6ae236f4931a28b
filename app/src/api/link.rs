//! Sign-in links, before they are used.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use super::{codec::Answer, error::ApiError};

/// Tells whom a sign-in link signs in, without using it up.
#[server(prefix = "/sfn", endpoint = "link_owner", input = GetUrl, output = Answer)]
pub async fn link_owner(t: String) -> Result<String, ApiError> {
    let accounts = super::context::accounts()?;
    Ok(accounts.link_preview(&t).await?)
}
