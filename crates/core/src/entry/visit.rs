//! Coming into somebody else's editor: a visit, unless they were asked to leave and do not know it yet.

use thon_domain::{
    address::{Door, Doorway},
    id::{AccountId, UserId, VisitId},
    live::Cause,
    visit::{Farewell, Visit},
};
use thon_store::{
    Connection, users,
    visits::{self, OneVisit},
};

use super::{Entry, may_enter};
use crate::{actor::Actor, error::Error, visits::role_of};

impl Entry {
    /// The visit that begins when they come in by this door; none in their own editor, and none at a port.
    pub(super) fn visit(&self, actor: &Actor, user: UserId, doorway: &Doorway) -> Option<(OneVisit, Cause)> {
        let account = visitor(actor, user, doorway)?;
        let visit = Visit {
            id: VisitId::new(self.nature.ids.next()),
            name: actor.name.clone(),
            role: role_of(actor, user),
            since: self.nature.clock.now(),
            until: None,
            asked_to_leave: false,
        };
        Some((OneVisit { user, account, visit }, actor.cause()))
    }

    /// What somebody has to know before they come in by this door again: that they were asked to leave.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn farewell(&self, actor: &Actor, doorway: Doorway) -> Result<Option<Farewell>, Error> {
        let actor = actor.clone();
        self.store
            .read(move |c| {
                let user = match may_enter(c, &actor, &doorway) {
                    Ok(user) => user,
                    Err(Error::Forbidden { .. } | Error::NotFound { .. }) => return Ok(None),
                    Err(error) => return Err(error),
                };
                let Some(asked) = asked_to_leave(c, &actor, user, &doorway)? else { return Ok(None) };
                let owner = users::find(c, user)?.map(|user| user.name.to_string());
                Ok(owner.map(|owner| Farewell { visit: asked.id, owner }))
            })
            .await
    }
}

/// As [`may_enter`], for whoever was not asked to leave or says that they know it.
pub(super) fn may_enter_again(
    c: &mut Connection,
    actor: &Actor,
    doorway: &Doorway,
    knows: Option<VisitId>,
) -> Result<UserId, Error> {
    let user = may_enter(c, actor, doorway)?;
    match asked_to_leave(c, actor, user, doorway)? {
        Some(asked) if knows != Some(asked.id) => Err(Error::forbidden("you were asked to leave this editor")),
        _ => Ok(user),
    }
}

/// Their last visit, if they were asked to end it.
fn asked_to_leave(c: &mut Connection, actor: &Actor, user: UserId, doorway: &Doorway) -> Result<Option<Visit>, Error> {
    let Some(account) = visitor(actor, user, doorway) else { return Ok(None) };
    let last = visits::last(c, user, account)?;
    Ok(last.map(|last| last.visit).filter(|visit| visit.asked_to_leave))
}

/// Whose visit it is to come in by this door, if it is one.
fn visitor(actor: &Actor, user: UserId, doorway: &Doorway) -> Option<AccountId> {
    actor.account.filter(|_| doorway.door == Door::Editor && !actor.users.contains(&user))
}
