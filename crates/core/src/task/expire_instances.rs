//! Ends instances whose time is over, warns before, and moves every end with a clock that jumps.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use thon_domain::{
    instance::Instance,
    live::{Cause, Change},
};
use thon_store::{Stamp, Store, Writer, idempotency, instances};

use super::{About, Beat};
use crate::{
    clock::Nature,
    error::Error,
    fleet::{
        Operation, advance,
        expiry::{Due, due},
    },
    poke::Poke,
};

/// How often it looks; how late an end or a warning may be.
const PERIOD: Duration = Duration::from_secs(10);

/// What this task is.
pub const ABOUT: About = About {
    name: "expire_instances",
    purpose: "Ends instances whose time is over, warns before, and moves every end with a clock that jumps.",
    period: PERIOD,
    woken_by: None,
};

/// How far the time of day may part from the time that passed before it counts as a jump.
const JUMP: TimeDelta = TimeDelta::seconds(60);

/// How long an idempotency key is remembered.
const KEYS_KEPT: TimeDelta = TimeDelta::hours(24);

/// What ends instances.
pub struct Expiry {
    store: Store,
    nature: Nature,
    poke: Poke,
    wall: DateTime<Utc>,
    monotonic: Instant,
}

impl Expiry {
    pub fn new(store: Store, nature: Nature, poke: Poke) -> Self {
        let (wall, monotonic) = (nature.clock.now(), nature.clock.monotonic());
        Self { store, nature, poke, wall, monotonic }
    }

    /// Looks until told to stop.
    pub async fn run(mut self, mut beat: Beat) {
        while beat.next().await {
            let looked = self.look().await;
            if let Err(error) = &looked {
                tracing::warn!(%error, "ends of instances cannot be looked at");
            }
            beat.ended(&looked);
        }
    }

    /// Looks once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn look(&mut self) -> Result<(), Error> {
        let jump = self.jump();
        let stamp = Stamp { at: self.nature.clock.now(), cause: Cause::thon() };
        let changed = self
            .store
            .write(stamp, move |w| {
                if let Some(by) = jump {
                    move_ends(w, by)?;
                }
                idempotency::forget_before(w, w.at() - KEYS_KEPT)?;
                expire(w)
            })
            .await?;
        if let Some(by) = jump {
            tracing::warn!(seconds = by.num_seconds(), "the clock jumped; the ends of instances moved with it");
        }
        for instance in changed {
            self.poke.poke(instance.id);
        }
        Ok(())
    }

    /// How far the time of day has parted from the time that passed since the last look.
    fn jump(&mut self) -> Option<TimeDelta> {
        let (wall, monotonic) = (self.nature.clock.now(), self.nature.clock.monotonic());
        let passed = TimeDelta::from_std(monotonic - self.monotonic).unwrap_or_default();
        let jump = (wall - self.wall) - passed;
        (self.wall, self.monotonic) = (wall, monotonic);
        (jump.abs() > JUMP).then_some(jump)
    }
}

fn move_ends(w: &mut Writer<'_>, by: TimeDelta) -> Result<(), Error> {
    w.record(Change::ClockJumped { seconds: by.num_seconds() })?;
    for before in instances::with_expiry(w)? {
        let after = Instance { expires_at: before.expires_at.map(|end| end + by), ..before.clone() };
        if advance(w, &before, &after)? {
            w.record(Change::InstanceRenewed { instance: after })?;
        }
    }
    Ok(())
}

fn expire(w: &mut Writer<'_>) -> Result<Vec<Instance>, Error> {
    let mut changed = Vec::new();
    for before in instances::with_expiry(w)? {
        let change = match due(&before, w.at()) {
            None => continue,
            Some(Due::Warn { warning, minutes }) => {
                let instance = Instance { warned_minutes: Some(warning), ..before.clone() };
                Change::InstanceExpiring { instance, minutes }
            }
            Some(Due::Expire) => {
                match Operation::Terminate.on(&before, w.at())?.and_then(|change| change.instance().cloned()) {
                    Some(instance) => Change::InstanceExpired { instance },
                    None => continue,
                }
            }
        };
        if let Some(after) = change.instance().cloned()
            && advance(w, &before, &after)?
        {
            w.record(change)?;
            changed.push(after);
        }
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use thon_domain::{
        instance::{Intent, State},
        workspace::StorageChoice,
    };

    use super::*;
    use crate::{
        actor::Actor,
        fleet::{Fleet, LaunchDefaults, LaunchInstance},
        testing::Ground,
    };

    struct House {
        ground: Ground,
        fleet: Fleet,
        expiry: Expiry,
        instance: Instance,
    }

    impl House {
        /// One instance that ends in half an hour.
        async fn new() -> Self {
            let ground = Ground::with("{ alpha: [alice] }").await;
            let (poke, _pokes) = Poke::channel();
            let defaults = LaunchDefaults {
                starting_port: 24_000,
                public_ports: thon_domain::address::PortRange::USUAL,
                timeout_minutes: 0,
                storage: StorageChoice::default(),
                secure: false,
            };
            let addresses = thon_domain::address::Addresses::local(8100);
            let nature = ground.clock.nature();
            let fleet = Fleet::new(ground.store.clone(), nature.clone(), defaults, addresses, poke.clone());
            let expiry = Expiry::new(ground.store.clone(), nature, poke);
            let user = ground.user("alpha/alice").await;
            let operator = Actor::operator();
            let launched = fleet.launch_with(&operator, LaunchInstance::of(user.id)).await.expect("launched");
            let renew = Operation::Renew { minutes: 30 };
            let instance = fleet.change(&operator, launched.id, renew).await.expect("renewed");
            Self { ground, fleet, expiry, instance }
        }

        async fn after(&mut self, minutes: i64) -> Instance {
            self.ground.clock.pass(TimeDelta::minutes(minutes));
            self.look().await
        }

        async fn look(&mut self) -> Instance {
            self.expiry.look().await.expect("a look");
            self.fleet.instance(&Actor::operator(), self.instance.id).await.expect("an instance").instance
        }
    }

    #[tokio::test]
    async fn warnings_come_before_the_end_and_the_end_is_a_termination() {
        let mut house = House::new().await;
        let mut bus = house.ground.store.activity();
        assert_eq!(house.after(14).await.warned_minutes, None);
        assert_eq!(house.after(1).await.warned_minutes, Some(15));
        assert_eq!(house.after(10).await.warned_minutes, Some(5));
        let over = house.after(5).await;
        assert_eq!((over.intent, over.state, over.expires_at), (Intent::Terminate, State::Stopping, None));
        let mut told = Vec::new();
        while let Ok(activity) = bus.try_recv() {
            told.push(<&str>::from(&activity.change));
        }
        assert_eq!(told, ["instance_expiring", "instance_expiring", "instance_expired"]);
    }

    #[tokio::test]
    async fn a_renewal_sets_the_end_from_now_on() {
        let mut house = House::new().await;
        house.after(20).await;
        let operator = Actor::operator();
        let renewed = house.fleet.change(&operator, house.instance.id, Operation::Renew { minutes: 60 }).await;
        let end = renewed.expect("renewed").expires_at.expect("an end");
        assert_eq!(end - house.ground.clock.nature().clock.now(), TimeDelta::minutes(60));
        assert_eq!(house.after(40).await.intent, Intent::Run);
        assert_eq!(house.after(20).await.intent, Intent::Terminate);
    }

    #[tokio::test]
    async fn an_end_moves_with_a_clock_that_jumps() {
        let mut house = House::new().await;
        let end = house.instance.expires_at.expect("an end");
        house.ground.clock.jump(TimeDelta::hours(1));
        let moved = house.look().await;
        assert_eq!((moved.intent, moved.expires_at), (Intent::Run, Some(end + TimeDelta::hours(1))));
        house.ground.clock.jump(TimeDelta::hours(-2));
        assert_eq!(house.look().await.expires_at, Some(end - TimeDelta::hours(1)));
        house.ground.clock.jump(TimeDelta::seconds(59));
        assert_eq!(house.look().await.expires_at, Some(end - TimeDelta::hours(1)));
    }
}
