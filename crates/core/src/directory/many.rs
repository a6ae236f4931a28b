//! Many users at once: moved to another group, or deleted, all of them or nobody.

use thon_domain::{
    id::{GroupId, UserId},
    live::Change,
    user::User,
};
use thon_store::{
    Connection,
    people::{self, PersonFilter},
    users,
};

use super::{
    Directory, groups,
    removal::{Removal, VolumeFate},
};
use crate::{
    actor::{Action, Actor},
    error::Error,
};

impl Directory {
    /// What deleting these users would take with them. Those who are gone already are left out.
    ///
    /// # Errors
    /// `Forbidden` for those who may not.
    pub async fn removal_of_users(&self, actor: &Actor, users: Vec<UserId>) -> Result<Removal, Error> {
        actor.may(Action::EditUsers)?;
        let actor = actor.clone();
        self.store.read(move |c| removal(c, &actor, users)).await
    }

    /// Deletes these users. Their sandboxes are removed; volumes stay unless they shall go.
    ///
    /// # Errors
    /// As [`Directory::removal_of_users`].
    pub async fn delete_users(&self, actor: &Actor, users: Vec<UserId>, volumes: VolumeFate) -> Result<Removal, Error> {
        actor.may(Action::EditUsers)?;
        let actor = actor.clone();
        let removal = self
            .store
            .write(self.stamp(&actor), move |w| {
                let removal = removal(w, &actor, users)?;
                removal.carry_out(w, volumes)?;
                Ok::<_, Error>(removal)
            })
            .await?;
        self.poke_all(&removal);
        Ok(removal)
    }

    /// Moves these users to another group, and tells how many that were. Slugs, workspaces and instances go with them.
    ///
    /// # Errors
    /// `NotFound` when the group or one of them is not there, `Conflict` when a name is taken there or the group belongs to
    /// another event, `Forbidden` for those who may not. Nobody is moved then.
    pub async fn transfer_users(&self, actor: &Actor, users: Vec<UserId>, target: GroupId) -> Result<usize, Error> {
        actor.may(Action::EditUsers)?;
        let actor = actor.clone();
        self.store
            .write(self.stamp(&actor), move |w| {
                let new = groups::find(w, target)?;
                actor.must_run(new.event)?;
                let mut moved = Vec::new();
                for id in users {
                    let before = users::find(w, id)?.ok_or_else(|| Error::not_found("such user"))?;
                    if before.group == target {
                        continue;
                    }
                    let old = groups::find(w, before.group)?;
                    groups::of_one_event(&old, &new)?;
                    if users::by_name(w, target, &before.name)?.is_some() {
                        let what =
                            format!("{} already has somebody called {}; nobody was moved", new.name, before.name);
                        return Err(Error::conflict(what, "Rename one of the two first."));
                    }
                    let user = User { group: target, updated_at: w.at(), ..before };
                    users::update(w, &user)?;
                    moved.push(Change::UserMoved { user, from: old.id });
                }
                let count = moved.len();
                w.record_all(moved)?;
                Ok(count)
            })
            .await
    }
}

fn removal(c: &mut Connection, actor: &Actor, users: Vec<UserId>) -> Result<Removal, Error> {
    let filter = PersonFilter { users: Some(users), ..PersonFilter::default() };
    let people = people::page(c, &filter, None)?.0;
    for person in &people {
        actor.must_run_user(person.user.id)?;
    }
    Ok(Removal { people })
}
