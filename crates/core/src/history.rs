//! Looking back: what happened, to one instance and to all.

use thon_domain::{
    id::InstanceId,
    live::{Activity, Sight},
    starts::{Ending, Starts},
};
use thon_store::{Store, activity, instances};

use crate::{
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
};

/// The kinds of activity that end a start.
const ENDINGS: [(&str, Ending); 2] = [("instance_started", Ending::Started), ("instance_failed", Ending::Failed)];

/// How many entries are looked at for the last that happened: a hall that signs in makes four for each person.
const LOOKED_AT: i64 = 400;

/// The use cases of looking back.
#[derive(Clone)]
pub struct History {
    store: Store,
    nature: Nature,
}

impl History {
    pub fn new(store: Store, nature: Nature) -> Self {
        Self { store, nature }
    }

    /// What happened to an instance before an entry, the newest first, at most `most`.
    ///
    /// # Errors
    /// `NotFound` when there is no such instance, `Forbidden` when it is somebody else's.
    pub async fn of_instance(
        &self,
        actor: &Actor,
        id: InstanceId,
        before: Option<i64>,
        most: u32,
    ) -> Result<Vec<Activity>, Error> {
        let actor = actor.clone();
        self.store
            .read(move |c| {
                let found = instances::find(c, id)?.ok_or_else(|| Error::not_found("such instance"))?;
                actor.may(Action::SeeUser(found.user))?;
                Ok(activity::of_instance(c, found.user, before, most.into())?)
            })
            .await
    }

    /// The last that happened to the fleet, the newest first, at most `most`, of the last [`LOOKED_AT`] entries.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub async fn latest(&self, actor: &Actor, most: u32) -> Result<Vec<Activity>, Error> {
        actor.may(Action::SeeFleet)?;
        let (sight, most) = (actor.sight(), most as usize);
        let entries = self.store.read(|c| Ok::<_, Error>(activity::before(c, i64::MAX, LOOKED_AT)?)).await?;
        let fleet = entries.iter().filter(|entry| entry.change.is_about_fleet());
        Ok(fleet.filter_map(|entry| sight.of(entry)).take(most).collect())
    }

    /// How many starts came to which end in the last hours.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub async fn starts(&self, actor: &Actor) -> Result<Starts, Error> {
        actor.may(Action::SeeFleet)?;
        let mut starts = Starts::until(self.nature.clock.now());
        let (kinds, since) = (ENDINGS.map(|(kind, _)| kind), starts.since);
        let of = match actor.sight() {
            Sight::All => None,
            Sight::Own { users, .. } => Some(users),
        };
        let moments =
            self.store.read(move |c| Ok::<_, Error>(activity::moments(c, &kinds, since, of.as_ref())?)).await?;
        for (at, kind) in moments {
            if let Some((_, ending)) = ENDINGS.iter().find(|(known, _)| *known == kind) {
                starts.add(at, *ending);
            }
        }
        Ok(starts)
    }
}

#[cfg(test)]
mod tests {
    use thon_domain::live::Change;

    use super::*;
    use crate::{fleet::Operation, testing::Ground};

    #[tokio::test]
    async fn an_instance_has_its_own_past_page_by_page() {
        let ground = Ground::with("{alpha: [alice, bob]}").await;
        let (alice, bob) = (ground.user("alpha/alice").await, ground.user("alpha/bob").await);
        let (fleet, operator) = (ground.fleet(), Actor::operator());
        let hers = fleet.launch(&operator, alice.id).await.expect("launched");
        fleet.launch(&operator, bob.id).await.expect("launched");
        fleet.change(&operator, hers.id, Operation::Renew { minutes: 5 }).await.expect("renewed");
        fleet.change(&operator, hers.id, Operation::Terminate).await.expect("terminated");
        let history = History::new(ground.store.clone(), ground.clock.nature());
        let kinds = |page: &[Activity]| page.iter().map(|one| <&str>::from(&one.change)).collect::<Vec<_>>();
        let newest = history.of_instance(&operator, hers.id, None, 2).await.expect("a page");
        assert_eq!(kinds(&newest), ["instance_stopping", "instance_renewed"]);
        let older = history.of_instance(&operator, hers.id, Some(newest[1].number), 2).await.expect("a page");
        assert_eq!(kinds(&older), ["instance_launched"]);
        assert!(older.iter().all(|one| one.change.instance().is_some_and(|one| one.user == alice.id)));

        let stranger = ground.participant(bob.id).await;
        let refused = history.of_instance(&stranger, hers.id, None, 2).await;
        assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
        assert!(matches!(history.latest(&stranger, 1).await, Err(Error::Forbidden { .. })));
        let latest = history.latest(&operator, 500).await.expect("a list");
        assert!(latest.windows(2).all(|pair| pair[0].number > pair[1].number));
        assert!(latest.iter().any(|one| matches!(one.change, Change::InstanceRenewed { .. })));
        assert!(!latest.iter().any(|one| matches!(one.change, Change::SignedIn { .. } | Change::LinkMade { .. })));
    }

    #[tokio::test]
    async fn starts_are_counted_by_their_end() {
        let ground = Ground::with("{alpha: [alice]}").await;
        let history = History::new(ground.store.clone(), ground.clock.nature());
        let starts = history.starts(&Actor::operator()).await.expect("counted");
        assert_eq!(starts, Starts::until(ground.clock.nature().clock.now()));
    }
}
