//! Whoever joins after having signed in elsewhere is known by that from then on.

use thon_domain::id::AccountId;
use thon_store::{
    Connection, StoreError, Writer,
    identities::{self, IdentityRow},
};

use crate::sign_in::Arrival;

/// The account that was linked before: of somebody who waits, or whose role was taken away.
pub(super) fn account(c: &mut Connection, arrival: &Arrival) -> Result<Option<AccountId>, StoreError> {
    Ok(identities::find(c, &arrival.authority, &arrival.subject)?.map(|row| row.account))
}

/// Has the account elsewhere open this one. One that opens another already goes on doing so.
pub(super) fn link(w: &mut Writer<'_>, arrival: &Arrival, account: AccountId) -> Result<(), StoreError> {
    if identities::find(w, &arrival.authority, &arrival.subject)?.is_some() {
        return Ok(());
    }
    let row = IdentityRow {
        authority: arrival.authority.clone(),
        subject: arrival.subject.clone(),
        account,
        admin_by_list: false,
        created_at: w.at(),
        used_at: w.at(),
        email: arrival.email.clone(),
    };
    identities::save(w, &row)
}
