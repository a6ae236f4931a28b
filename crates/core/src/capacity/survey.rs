//! The survey: measures the machine and what runs on it, and tells what it carries of a wish before that is granted.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use futures::{StreamExt as _, stream};
use thon_domain::{
    group::Group,
    id::{GroupId, InstanceId, UserId},
    instance::State,
    sandbox::SandboxOverrides,
};
use thon_store::{
    Store, groups,
    people::{self, Person, PersonFilter},
};

use super::{Capacity, Demand, Usual};
use crate::{
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
    port::{
        host::{Host, HostFigures},
        runtime::{Limits, SandboxRuntime},
    },
};

/// How many running sandboxes are measured at most, all at once: each takes half a second.
const SAMPLE: usize = 16;

/// What is configured about sandboxes.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What each may take when nobody wants otherwise.
    pub limits: Limits,
    /// Where the ports of sandboxes begin.
    pub starting_port: u16,
}

/// What was measured, and when.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    pub at: DateTime<Utc>,
    pub host: Host,
    pub usual: Usual,
    /// How many sandboxes the runtime's networks take.
    places: u32,
}

/// For whom there has to be room, besides those who have a sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// So many in all, whoever they are.
    Number(u32),
    Everybody,
    Group(GroupId),
    Users(Vec<UserId>),
}

/// What the machine carries of a wish.
#[derive(Clone, Debug)]
pub struct Survey {
    pub measured: Measured,
    pub demand: Demand,
    pub capacity: Capacity,
    /// How many of them are there already.
    pub running: u32,
}

/// That a wish is more than the machine carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What was asked for and what there is, in a sentence.
    pub sentence: String,
    /// Whether people at work would run out of memory, or some could not start at all.
    pub is_oversubscribed: bool,
}

impl Survey {
    /// What to say before the wish is granted; nothing when all fit or nobody new comes.
    pub fn warning(&self) -> Option<Warning> {
        let Self { demand, capacity, running, .. } = self;
        let wanted = demand.sandboxes;
        (wanted > *running && capacity.is_tight(wanted)).then(|| Warning {
            sentence: format!("{running} run, {wanted} would: {}.", capacity.sentence),
            is_oversubscribed: wanted > capacity.oversubscribed_after,
        })
    }
}

/// The use case of telling what the machine carries. Clones share what was measured last.
#[derive(Clone)]
pub struct Surveyor {
    store: Store,
    nature: Nature,
    runtime: Arc<dyn SandboxRuntime>,
    host: Arc<dyn HostFigures>,
    plan: Plan,
    last: Arc<Mutex<Option<Measured>>>,
}

impl Surveyor {
    pub fn new(
        store: Store,
        nature: Nature,
        runtime: Arc<dyn SandboxRuntime>,
        host: Arc<dyn HostFigures>,
        plan: Plan,
    ) -> Self {
        Self { store, nature, runtime, host, plan, last: Arc::default() }
    }

    /// Measures now, and tells what the machine carries of a wish.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event, `Unavailable` when the machine cannot be measured.
    pub async fn survey(&self, actor: &Actor, who: Who) -> Result<Survey, Error> {
        actor.may(Action::SeeSystem)?;
        let measured = self.measure().await?;
        self.surveyed(measured, who).await
    }

    /// As [`Surveyor::survey`], from what was measured last; nothing before the first time. Waits for no runtime.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event; when the database does not answer.
    pub async fn last_survey(&self, actor: &Actor, who: Who) -> Result<Option<Survey>, Error> {
        actor.may(Action::SeeSystem)?;
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match last {
            Some(measured) => self.surveyed(measured, who).await.map(Some),
            None => Ok(None),
        }
    }

    /// What to say before these people are granted a sandbox, from what was measured last.
    ///
    /// A participant's own sandbox is nobody's to be warned about.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn warning(&self, actor: &Actor, who: Who) -> Result<Option<Warning>, Error> {
        if actor.may(Action::SeeSystem).is_err() {
            return Ok(None);
        }
        Ok(self.last_survey(actor, who).await?.and_then(|survey| survey.warning()))
    }

    /// Measures the machine and what runs on it.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be measured.
    pub async fn measure(&self) -> Result<Measured, Error> {
        let host = self.host.measure().await?;
        let places = self.runtime.capabilities().await?.places;
        let measured = Measured { at: self.nature.clock.now(), host, usual: self.usual().await?, places };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(measured);
        Ok(measured)
    }

    /// What some of those that run take; one that ends meanwhile is left out.
    async fn usual(&self) -> Result<Usual, Error> {
        let everybody = self.everybody().await?;
        let running = everybody.iter().filter_map(|seat| seat.instance.filter(|(_, state)| *state == State::Running));
        let sample: Vec<InstanceId> = running.map(|(id, _)| id).take(SAMPLE).collect();
        let looks = stream::iter(sample).map(|id| self.runtime.stats(id)).buffer_unordered(SAMPLE);
        let taken: Vec<u64> =
            looks.filter_map(async |stats| stats.ok()).map(|stats| stats.memory_bytes).collect().await;
        Ok(Usual::of(&taken))
    }

    async fn surveyed(&self, measured: Measured, who: Who) -> Result<Survey, Error> {
        let everybody = self.everybody().await?;
        let running = everybody.iter().filter(|seat| seat.holds_memory()).count();
        let demand = self.demand(&everybody, &who, &measured);
        let capacity = Capacity::of(&measured.host, &demand);
        Ok(Survey { measured, demand, capacity, running: u32::try_from(running).unwrap_or(u32::MAX) })
    }

    fn demand(&self, everybody: &[Seat], who: &Who, measured: &Measured) -> Demand {
        let wanted: Vec<&Seat> = everybody.iter().filter(|seat| seat.holds_memory() || who.names(seat)).collect();
        let sandboxes = match who {
            Who::Number(number) => *number,
            _ => u32::try_from(wanted.len()).unwrap_or(u32::MAX),
        };
        let limits = || wanted.iter().map(|seat| self.plan.limits.with(&seat.wishes));
        Demand {
            sandboxes,
            memory_bytes: mean(limits().map(|limits| limits.memory_bytes)).unwrap_or(self.plan.limits.memory_bytes),
            disk_bytes: mean(limits().filter_map(|limits| limits.disk_bytes)).or(self.plan.limits.disk_bytes),
            usual: measured.usual,
            with_volumes: u32::try_from(wanted.iter().filter(|seat| seat.has_volumes).count()).unwrap_or(u32::MAX),
            ports: u32::from(u16::MAX - self.plan.starting_port),
            places: measured.places,
        }
    }

    async fn everybody(&self) -> Result<Vec<Seat>, Error> {
        self.store
            .read(|c| {
                let (people, _) = people::page(c, &PersonFilter::default(), None)?;
                let groups: HashMap<GroupId, Group> =
                    groups::all(c)?.into_iter().map(|group| (group.id, group)).collect();
                Ok(people.into_iter().map(|person| Seat::new(person, &groups)).collect())
            })
            .await
    }
}

/// What counts about a user here.
struct Seat {
    user: UserId,
    group: GroupId,
    instance: Option<(InstanceId, State)>,
    has_volumes: bool,
    wishes: SandboxOverrides,
}

impl Seat {
    fn new(person: Person, groups: &HashMap<GroupId, Group>) -> Self {
        let of_group = groups.get(&person.user.group).map(|group| group.sandbox.clone()).unwrap_or_default();
        Self {
            user: person.user.id,
            group: person.user.group,
            instance: person.instance,
            has_volumes: person.workspace.is_some(),
            wishes: person.user.sandbox.over(of_group),
        }
    }

    /// Whether there is a sandbox, or is to be one. A frozen one keeps its memory.
    fn holds_memory(&self) -> bool {
        self.instance.is_some_and(|(_, state)| !matches!(state, State::Stopping | State::Terminated | State::Failed))
    }
}

impl Who {
    fn names(&self, seat: &Seat) -> bool {
        match self {
            Self::Number(_) => false,
            Self::Everybody => true,
            Self::Group(group) => seat.group == *group,
            Self::Users(users) => users.contains(&seat.user),
        }
    }
}

fn mean(figures: impl Iterator<Item = u64>) -> Option<u64> {
    let (count, sum) = figures.fold((0_u64, 0_u64), |(count, sum), one| (count + 1, sum.saturating_add(one)));
    sum.checked_div(count)
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use thon_domain::{address::Addresses, workspace::StorageChoice};

    use super::*;
    use crate::{
        fake::runtime::Shelf,
        fleet::{Fleet, LaunchDefaults},
        poke::Poke,
        port::host::HostError,
        testing::Ground,
    };

    const GIB: u64 = 1 << 30;

    struct Machine(u64);

    #[async_trait]
    impl HostFigures for Machine {
        async fn measure(&self) -> Result<Host, HostError> {
            Ok(Host { memory_bytes: self.0, cores: 4, disk_free_bytes: Some(100 * GIB) })
        }
    }

    fn surveyor(ground: &Ground, memory_gib: u64) -> Surveyor {
        let nature = ground.clock.nature();
        let runtime = Arc::new(Shelf::new(nature.clock.clone()));
        let plan = Plan { limits: Limits::default(), starting_port: 20_000 };
        Surveyor::new(ground.store.clone(), nature, runtime, Arc::new(Machine(memory_gib * GIB)), plan)
    }

    #[tokio::test]
    async fn a_launch_that_does_not_fit_is_told_before_it_happens() {
        let ground = Ground::with("{ alpha: [alice, bob], beta: [carol, dave, erin, frank, grace, heidi] }").await;
        let operator = Actor::operator();
        let small = surveyor(&ground, 3);
        assert_eq!(small.warning(&operator, Who::Everybody).await.expect("asked"), None, "nothing is measured yet");
        let survey = small.survey(&operator, Who::Everybody).await.expect("surveyed");
        assert_eq!(survey.capacity.sentence, "fits 1 of 8 at 2 GiB; oversubscribed after 5");
        assert_eq!(
            small.warning(&operator, Who::Everybody).await.expect("asked"),
            Some(Warning {
                sentence: "0 run, 8 would: fits 1 of 8 at 2 GiB; oversubscribed after 5.".to_owned(),
                is_oversubscribed: true
            })
        );
        let alpha = ground.user("alpha/alice").await.group;
        let some = small.warning(&operator, Who::Group(alpha)).await.expect("asked").expect("too many");
        assert!(!some.is_oversubscribed, "{some:?}");
        let alice = ground.user("alpha/alice").await.id;
        assert_eq!(small.warning(&operator, Who::Users(vec![alice])).await.expect("asked"), None);
        let many = small.survey(&operator, Who::Number(150)).await.expect("surveyed");
        assert_eq!(many.capacity.sentence, "fits 1 of 150 at 2 GiB; oversubscribed after 5");
        let large = surveyor(&ground, 300).survey(&operator, Who::Everybody).await.expect("surveyed");
        assert_eq!(large.warning(), None);
    }

    #[tokio::test]
    async fn who_is_there_counts_with_what_they_may_take() {
        let ground = Ground::with("{ alpha: {users: [alice, bob], sandbox: {memory: 6GiB}}, beta: [carol] }").await;
        let (operator, surveyor) = (Actor::operator(), surveyor(&ground, 9));
        let defaults = LaunchDefaults {
            starting_port: 24_500,
            public_ports: thon_domain::address::PortRange::USUAL,
            timeout_minutes: 0,
            storage: StorageChoice::default(),
            secure: false,
        };
        let (nature, poke) = (ground.clock.nature(), Poke::channel().0);
        let fleet = Fleet::new(ground.store.clone(), nature, defaults, Addresses::local(8100), poke);
        fleet.launch(&operator, ground.user("alpha/alice").await.id).await.expect("launched");
        let beta = ground.user("beta/carol").await.group;
        let survey = surveyor.survey(&operator, Who::Group(beta)).await.expect("surveyed");
        assert_eq!((survey.running, survey.demand.sandboxes, survey.demand.memory_bytes), (1, 2, 4 * GIB));
        assert_eq!((survey.demand.with_volumes, survey.warning()), (1, None));
        let all = surveyor.survey(&operator, Who::Everybody).await.expect("surveyed");
        assert!(all.warning().is_some(), "{all:?}");
        let nobody = Actor { role: thon_domain::role::Role::Participant, ..operator };
        assert!(matches!(surveyor.survey(&nobody, Who::Everybody).await, Err(Error::Forbidden { .. })));
        assert_eq!(surveyor.warning(&nobody, Who::Everybody).await.expect("asked"), None);
    }
}
