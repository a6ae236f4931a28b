//! Hosting: what somebody sees of the visits in their editor, and how they end one.

use thon_domain::{
    address::Doorway,
    id::{InstanceId, UserId, VisitId},
    live::Change,
    visit::{Farewell, Visit},
};
use thon_store::{Connection, Stamp, Store, editor_sessions, instances, users, visits};

use crate::{
    actor::{Action, Actor},
    clock::Nature,
    entry::{Cut, Entry},
    error::Error,
    fleet::no_instance,
};

/// The use cases of those whose editor is visited.
#[derive(Clone)]
pub struct Hosting {
    store: Store,
    nature: Nature,
    entry: Entry,
}

impl Hosting {
    pub const fn new(store: Store, nature: Nature, entry: Entry) -> Self {
        Self { store, nature, entry }
    }

    /// Who visits this instance's editor and who did lately, the newest first.
    ///
    /// # Errors
    /// `NotFound` when there is no such instance, `Forbidden` when it is somebody else's.
    pub async fn visits(&self, actor: &Actor, id: InstanceId) -> Result<Vec<Visit>, Error> {
        let actor = actor.clone();
        self.store
            .read(move |c| {
                let user = instances::find(c, id)?.ok_or_else(no_instance)?.user;
                actor.may(Action::SeeUser(user))?;
                Ok(visits::of_user(c, user, Visit::LATELY)?)
            })
            .await
    }

    /// As [`Hosting::visits`], of each place that is the actor's own.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn own(&self, actor: &Actor) -> Result<Vec<(UserId, Vec<Visit>)>, Error> {
        let users = actor.users.clone();
        let of = |c: &mut Connection, user| Ok::<_, Error>((user, visits::of_user(c, user, Visit::LATELY)?));
        self.store.read(move |c| users.into_iter().map(|user| of(c, user)).collect()).await
    }

    /// Asks a visitor to leave: what they have open of this sandbox is cut at once, and they come again by saying that they know.
    ///
    /// One that is over already is fine.
    ///
    /// # Errors
    /// `NotFound` when there is no such instance or visit, `Forbidden` for everybody but whose editor it is.
    pub async fn ask_to_leave(&self, actor: &Actor, id: InstanceId, visit: VisitId) -> Result<Visit, Error> {
        let (actor, stamp) = (actor.clone(), Stamp { at: self.nature.clock.now(), cause: actor.cause() });
        let (visit, cut) = self
            .store
            .write(stamp, move |w| {
                let instance = instances::find(w, id)?.ok_or_else(no_instance)?;
                actor.may(Action::AskToLeave(instance.user))?;
                let found = visits::find(w, visit)?.filter(|one| one.user == instance.user);
                let one = found.ok_or_else(|| Error::not_found("such visit"))?;
                if one.visit.until.is_some() || one.visit.asked_to_leave {
                    return Ok((one.visit, None));
                }
                let visit = Visit { asked_to_leave: true, ..one.visit };
                visits::update(w, &visit)?;
                let owner = users::find(w, one.user)?.ok_or_else(no_instance)?;
                editor_sessions::delete_of_editor(w, one.account, &owner.slug)?;
                w.record(Change::InstanceVisitorAsked { instance, visit: visit.clone() })?;
                Ok::<_, Error>((visit, Some(Cut::Visit { account: one.account, slug: owner.slug })))
            })
            .await?;
        if let Some(cut) = cut {
            self.entry.cut(&cut);
        }
        Ok(visit)
    }

    /// What somebody has to know before they visit by this door again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn farewell(&self, actor: &Actor, doorway: Doorway) -> Result<Option<Farewell>, Error> {
        self.entry.farewell(actor, doorway).await
    }
}

#[cfg(test)]
mod tests;
