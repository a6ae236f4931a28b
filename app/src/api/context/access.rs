//! What the page of the access shows and does.

use thon_core::{
    accounts::Whom,
    actor::{Action, Actor},
    directory::Directory,
    roles::{GrantRole, Granted, Grantee},
};
use thon_domain::{problem::FieldError, role::Role};

use super::{ApiError, Error, accounts, fleet, provided, roles};
use crate::api::access::{AccessBoard, GivenRole, RoleLine};

/// Everything on the page.
///
/// # Errors
/// `Forbidden` for those who organize nothing; when the database does not answer.
pub async fn access_board(actor: &Actor) -> Result<AccessBoard, ApiError> {
    Ok(AccessBoard { roles: roles()?.all(actor).await?.into_iter().map(line).collect() })
}

fn line(Granted { grant, account, event }: Granted) -> RoleLine {
    let title = event.map(|event| event.title.unwrap_or(event.event_id));
    let place = title.unwrap_or_else(|| "every event".to_owned());
    RoleLine { id: grant.id, role: grant.role, name: account.name, place }
}

/// Gives a role in the oldest event, and somebody new a link to sign in with.
///
/// # Errors
/// As [`thon_core::roles::Roles::grant`].
pub async fn give_role(actor: &Actor, who: String, role: Role) -> Result<GivenRole, ApiError> {
    actor.may(Action::GrantRole(role))?;
    let to = match who.split_once('/') {
        None => Grantee::Newcomer(who),
        Some((group, name)) => {
            let group = group.trim().parse().map_err(|error| invalid(&error))?;
            let name = name.trim().parse().map_err(|error| invalid(&error))?;
            Grantee::User(provided::<Directory>()?.user_named(actor, group, name).await?.id)
        }
    };
    let is_new = matches!(to, Grantee::Newcomer(_));
    let Granted { account, .. } = roles()?.grant(actor, GrantRole { to, role, event_id: None }).await?;
    if !is_new {
        return Ok(GivenRole { name: account.name, link: None });
    }
    let link = accounts()?.make_link(actor, Whom::Account(account.id)).await?;
    let link = format!("{}/sign-in/link?t={}", fleet()?.addresses().dashboard(), link.secret.reveal());
    Ok(GivenRole { name: account.name, link: Some(link) })
}

fn invalid(error: &impl ToString) -> Error {
    let fields = vec![FieldError { field: "who".to_owned(), message: error.to_string() }];
    Error::Invalid { what: "nobody was given a role: see the fields".to_owned(), fields }
}
