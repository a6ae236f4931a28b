//! Whose account an identity opens.

use thon_domain::{
    account::Account,
    id::{GrantId, UserId},
    live::Change,
    name::UserName,
    role::Role,
    user::User,
};
use thon_store::{
    StoreError, Writer, accounts, grants,
    identities::{self, IdentityRow},
    users,
};

use crate::{
    accounts::{account_of, grant, insert_account, seat},
    clock::Nature,
    error::Error,
    port::identity::Identity,
};

/// Somebody who may come in, if they are known.
pub(super) struct Claim {
    pub authority: String,
    pub identity: Identity,
    pub is_admin: bool,
    /// Whether a place of this name is theirs: anybody may choose a name elsewhere, so an organizer has to have listed it.
    pub by_login: bool,
}

/// The account that an identity opens: the one that it opened before, else the one of a place that is theirs, else an admin's
/// own. Nothing when nobody here knows them.
pub(super) fn account(w: &mut Writer<'_>, nature: &Nature, claim: &Claim) -> Result<Option<Account>, Error> {
    let Identity { subject, name, .. } = &claim.identity;
    let known = identities::find(w, &claim.authority, subject)?;
    let places = places(w, claim)?;
    let before = match &known {
        Some(row) => accounts::find(w, row.account)?,
        None => None,
    };
    let account = match (before, places.first()) {
        (Some(account), _) => account,
        (None, Some(place)) => account_of(w, nature, place.id)?,
        (None, None) if claim.is_admin => insert_account(w, nature, name)?,
        (None, None) => return Ok(None),
    };
    for place in places.into_iter().filter(|place| place.account.is_none()) {
        // The first has one by now.
        if users::find(w, place.id)?.is_some_and(|now| now.account.is_none()) {
            seat(w, nature, &account, place)?;
        }
    }
    let was_listed = known.as_ref().is_some_and(|row| row.admin_by_list);
    let listed = admin(w, nature, &account, claim.is_admin, was_listed)?;
    let row = IdentityRow {
        authority: claim.authority.clone(),
        subject: subject.clone(),
        account: account.id,
        admin_by_list: listed,
        created_at: known.map_or(w.at(), |row| row.created_at),
        used_at: w.at(),
        email: claim.identity.emails.first().cloned(),
    };
    identities::save(w, &row)?;
    let has_role = !grants::of_account(w, account.id)?.is_empty();
    Ok(has_role.then_some(account))
}

/// The places whose address the provider has made sure of, and those whose name an organizer has vouched for.
fn places(w: &mut Writer<'_>, claim: &Claim) -> Result<Vec<User>, StoreError> {
    let emails: Vec<String> = claim.identity.emails.iter().map(|email| email.to_lowercase()).collect();
    let login = claim.identity.login.as_deref().filter(|_| claim.by_login);
    let login = login.and_then(|login| login.parse::<UserName>().ok());
    let mut places = users::with_emails(w, &emails)?;
    if let Some(login) = login {
        let known: Vec<UserId> = places.iter().map(|place| place.id).collect();
        places.extend(users::named(w, &login)?.into_iter().filter(|place| !known.contains(&place.id)));
    }
    Ok(places)
}

/// Makes somebody an admin whom the configuration lists, and takes from whom it lists no more what it gave.
fn admin(w: &mut Writer<'_>, nature: &Nature, account: &Account, is: bool, was: bool) -> Result<bool, Error> {
    let own = grants::of_account(w, account.id)?.into_iter().find(|grant| grant.role == Role::Admin);
    match own {
        None if is => {
            grant(w, nature, account.id, None, Role::Admin)?;
            Ok(true)
        }
        // The last one stays, whoever made them one.
        Some(own) if was && !is && grants::in_roles(w, &[Role::Admin])?.len() > 1 => {
            revoke(w, account, own.id)?;
            Ok(false)
        }
        own => Ok(was && own.is_some()),
    }
}

fn revoke(w: &mut Writer<'_>, account: &Account, id: GrantId) -> Result<(), Error> {
    grants::delete(w, id)?;
    w.record(Change::RoleRevoked { account: account.id, event: None, role: Role::Admin })?;
    Ok(())
}
