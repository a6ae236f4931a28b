//! Launching many, with an answer for each.

use std::collections::HashSet;

use thon_domain::{
    id::{JobId, UserId},
    instance::Instance,
    job::JobKind,
};
use thon_store::{Writer, instances, users};

use super::{
    Fleet, LaunchChoice, Many,
    job::{Draft, passing},
    launch::{PortPool, already_there},
};
use crate::{
    actor::{Action, Actor},
    archive,
    error::Error,
    fault::{Point, point},
};

/// What became of the wish for one user's instance.
#[derive(Debug)]
pub struct LaunchOutcome {
    pub user: UserId,
    pub result: Result<Instance, Error>,
}

impl Fleet {
    /// Asks for the instances of many users, each on its own: one that is refused holds up no other.
    ///
    /// The outcomes are in the order of the users; one who comes twice is asked for once. All is written at once, with
    /// the job that tells how far it is.
    ///
    /// # Errors
    /// When the database does not answer: then nobody was asked for.
    pub async fn launch_all(
        &self,
        actor: &Actor,
        mut users: Vec<UserId>,
        choice: LaunchChoice,
    ) -> Result<Many<LaunchOutcome>, Error> {
        let mut seen = HashSet::new();
        users.retain(|user| seen.insert(*user));
        let (fleet, who, job) = (self.clone(), actor.clone(), JobId::new(self.nature.ids.next()));
        let many = self
            .store
            .write(self.stamp(actor), move |w| {
                let mut ports = PortPool::from(w, &fleet.defaults)?;
                let (mut draft, mut each) = (Draft::new(job, JobKind::Launch, w), Vec::with_capacity(users.len()));
                for user in users {
                    let result = passing(fleet.launch_for(w, &who, user, (&mut ports, choice)))?;
                    draft.note_user(w, user, &result)?;
                    each.push(LaunchOutcome { user, result });
                }
                Ok::<_, Error>(Many { job: draft.begin(w)?, each })
            })
            .await?;
        point(Point::IntentCommitted);
        self.poke_those(many.each.iter().filter_map(|outcome| outcome.result.as_ref().ok()));
        Ok(many)
    }

    /// Asks for one of many, within a transaction.
    fn launch_for(
        &self,
        w: &mut Writer<'_>,
        actor: &Actor,
        user: UserId,
        (ports, choice): (&mut PortPool, LaunchChoice),
    ) -> Result<Instance, Error> {
        actor.may(Action::Launch(user))?;
        if choice.timeout_minutes.is_some() {
            actor.may(Action::Renew(user))?;
        }
        let user = users::find(w, user)?.ok_or_else(|| Error::not_found("such user"))?;
        archive::group(w, user.group)?;
        let before = instances::of_user(w, user.id)?;
        self.launch_one(w, &user, before, (ports, choice))?.ok_or_else(|| already_there(&user))
    }
}
