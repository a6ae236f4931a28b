//! One step of one instance: look, decide, do, write down.

use std::{cmp::Reverse, time::Duration};

use thon_domain::{
    group::Group,
    id::InstanceId,
    instance::{Failure, Instance, Intent, State},
    live::{Cause, Change},
    route::{Route, Upstream},
    user::User,
    workspace::Workspace,
};
use thon_store::{Stamp, groups, instances, presence, users, workspaces};
use tokio::time::Instant;

use super::{
    PERIOD, RETRY, Reconciler,
    spec::spec,
    start_queue::{Turn, Waiting},
};
use crate::{
    error::{Error, sentence},
    fault::{Point, point},
    fleet::{
        advance, expiry,
        next_step::{Step, after_failed_try, after_loss, next_step},
    },
    port::{
        proxy::ProbeError,
        runtime::{RuntimeError, Sandbox},
    },
};

/// How long a look is good enough for asking an editor again, which is as long as for an editor that answers; whatever tells of a
/// change ends that at once.
const GOOD_FOR: Duration = PERIOD;

/// When the instance is to be looked at again.
#[derive(Clone, Debug)]
pub(super) enum Next {
    /// The next step follows at once.
    AtOnce,
    After(Duration),
    /// The editor is to be asked again soon, for which the runtime need not be.
    Ask(Box<Sight>),
    /// When something tells of a change, or in the next round.
    Nothing,
    /// When there is a place among those that start.
    Queue(Waiting),
}

/// Whether a step may start a sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It has to queue for that.
    None,
    /// Its turn has come.
    Held,
}

/// What the database knows of an instance.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) instance: Instance,
    pub(super) user: User,
    pub(super) group: Group,
    pub(super) workspace: Workspace,
}

/// What a look found.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    known: Known,
    sandbox: Option<Sandbox>,
    at: Instant,
}

impl Reconciler {
    /// Takes one step and says when the next one is due.
    #[tracing::instrument(name = "reconcile.step", skip_all, fields(instance.id = %id))]
    pub(super) async fn step(&self, id: InstanceId, place: Place, earlier: Option<Box<Sight>>) -> Next {
        match self.try_step(id, place, earlier).await {
            Ok(next) => next,
            Err(error) => {
                // An outage changes nothing that is stored; we come back when it is over.
                tracing::warn!(%error, "a step has to wait");
                Next::After(RETRY)
            }
        }
    }

    async fn try_step(&self, id: InstanceId, place: Place, earlier: Option<Box<Sight>>) -> Result<Next, Error> {
        let sight = if let Some(sight) = earlier.filter(|sight| sight.at.elapsed() < GOOD_FOR) {
            *sight
        } else {
            let (at, sandbox) = (Instant::now(), self.runtime.inspect(id).await?);
            let Some(known) = self.known(id).await? else { return self.unknown(id, sandbox).await };
            Sight { known, sandbox, at }
        };
        let Sight { known, sandbox, .. } = &sight;
        self.routes.set(route(known, sandbox.as_ref())).await;
        let now = self.nature.clock.now();
        let step = next_step(&known.instance, sandbox.as_ref(), now);
        if step != Step::Rest {
            tracing::debug!(?step, state = %known.instance.state, "step");
        }
        if matches!(step, Step::Create | Step::Start) && place == Place::None {
            let waiting = Waiting { user: known.user.id, turn: self.turn(known).await? };
            return Ok(Next::Queue(waiting));
        }
        self.take(step, sight).await
    }

    async fn take(&self, step: Step, sight: Sight) -> Result<Next, Error> {
        let Sight { known, sandbox, at } = sight;
        let id = known.instance.id;
        match step {
            Step::Rest => Ok(Next::Nothing),
            Step::Wait { until } => Ok(Next::After(self.until(until))),
            Step::Create => self.create(known).await,
            Step::Start => self.start(known.instance).await,
            Step::Pause => self.pause(known.instance).await,
            Step::Paused => self.paused(known).await,
            Step::Resume => self.resume(known.instance).await,
            Step::Remove => {
                self.runtime.remove(id).await?;
                point(Point::SandboxRemoved);
                Ok(Next::AtOnce)
            }
            Step::Probe { last } => self.probe(Sight { known, sandbox, at }, last).await,
            Step::Terminated => self.terminated(known).await,
            Step::Lost { code, reason } => {
                let after = after_loss(&known.instance, code, &reason, self.nature.clock.now());
                self.runtime.remove(id).await?;
                self.settle(known, after, |instance| Change::InstanceLost { instance }).await
            }
            Step::LostWhilePaused { code, reason } => {
                self.runtime.remove(id).await?;
                self.ended_while_paused(known, code, reason).await
            }
            Step::TryFailed { code, reason } => self.try_failed(known.instance, code, &reason).await,
        }
    }

    /// Makes a sandbox and starts it, in the one place that it has queued for.
    async fn create(&self, known: Known) -> Result<Next, Error> {
        let mut spec = spec(&known, &self.defaults);
        if known.instance.secure {
            spec.secret = self.defaults.passwords.secret_of(&known.instance).await?;
        }
        match self.runtime.create(&spec).await {
            Ok(()) => self.start(known.instance).await,
            failed => self.outcome(known.instance, failed).await,
        }
    }

    async fn start(&self, instance: Instance) -> Result<Next, Error> {
        let started = self.runtime.start(instance.id).await;
        point(Point::ContainerStarted);
        self.outcome(instance, started).await
    }

    async fn pause(&self, instance: Instance) -> Result<Next, Error> {
        let paused = self.runtime.pause(instance.id).await;
        point(Point::SandboxPaused);
        match paused {
            // It ended meanwhile, which the next look shows.
            Err(RuntimeError::Rejected { code: "not-running", .. }) => Ok(Next::After(RETRY)),
            paused => self.outcome(instance, paused).await,
        }
    }

    async fn resume(&self, instance: Instance) -> Result<Next, Error> {
        let resumed = self.runtime.resume(instance.id).await;
        point(Point::SandboxResumed);
        self.outcome(instance, resumed).await
    }

    /// When it is this one's turn to start.
    async fn turn(&self, known: &Known) -> Result<Turn, Error> {
        if known.instance.failure.is_none() {
            return Ok(Turn::Asked(known.instance.state_since));
        }
        let user = known.user.id;
        let last_active = self.store.read(move |c| Ok::<_, Error>(presence::last_active(c, user)?)).await?;
        Ok(Turn::Lost(Reverse(last_active)))
    }

    /// Goes on after the runtime did something, or writes down why it would not.
    async fn outcome(&self, instance: Instance, done: Result<(), RuntimeError>) -> Result<Next, Error> {
        match done {
            Ok(()) | Err(RuntimeError::NotFound(_)) => Ok(Next::AtOnce),
            Err(RuntimeError::Rejected { code, reason }) => self.rejected(instance, code, &reason).await,
            Err(unavailable @ RuntimeError::Unavailable { .. }) => Err(unavailable.into()),
        }
    }

    async fn probe(&self, sight: Sight, last: bool) -> Result<Next, Error> {
        let answer = self.routes.probe(&route(&sight.known, sight.sandbox.as_ref())).await;
        if matches!(answer, Err(ProbeError::NotReady(_))) && !last {
            return Ok(Next::Ask(Box::new(sight)));
        }
        let Sight { known, sandbox, .. } = sight;
        match answer {
            Ok(()) => {
                point(Point::EditorAnswered);
                self.running(known, sandbox).await
            }
            Err(ProbeError::NotReady(reason)) => {
                self.try_failed(
                    known.instance,
                    "editor-silent",
                    &format!("The editor did not answer in time: {reason}."),
                )
                .await
            }
            Err(ProbeError::Foreign) => {
                let reason = "Another editor answers at the port of this one; it is started anew.";
                self.try_failed(known.instance, "editor-foreign", reason).await
            }
        }
    }

    async fn running(&self, known: Known, observed: Option<Sandbox>) -> Result<Next, Error> {
        let now = self.nature.clock.now();
        let after = Instance {
            state: State::Running,
            state_since: now,
            next_attempt_at: None,
            failure: None,
            image: observed.map(|sandbox| sandbox.image),
            ..expiry::begun(&known.instance, now)
        };
        self.settle(known, after, |instance| Change::InstanceStarted { instance }).await
    }

    async fn paused(&self, known: Known) -> Result<Next, Error> {
        let after = Instance {
            state: State::Paused,
            state_since: self.nature.clock.now(),
            failure: None,
            ..known.instance.clone()
        };
        self.settle(known, after, |instance| Change::InstancePaused { instance }).await
    }

    async fn ended_while_paused(&self, known: Known, code: &str, reason: String) -> Result<Next, Error> {
        let after = Instance {
            state: State::Terminated,
            state_since: self.nature.clock.now(),
            intent: Intent::Terminate,
            failure: Some(Failure { code: code.to_owned(), reason }),
            ..known.instance.clone()
        };
        self.settle(known, after, |instance| Change::InstanceLost { instance }).await
    }

    async fn terminated(&self, known: Known) -> Result<Next, Error> {
        let after = Instance {
            state: State::Terminated,
            state_since: self.nature.clock.now(),
            next_attempt_at: None,
            failure: None,
            ..known.instance.clone()
        };
        self.settle(known, after, |instance| Change::InstanceTerminated { instance }).await
    }

    /// Takes the half-made sandbox away and writes down why; the files stay.
    async fn try_failed(&self, instance: Instance, code: &str, reason: &str) -> Result<Next, Error> {
        let after = after_failed_try(&instance, code, reason, self.nature.clock.now());
        self.give_up(instance, after).await
    }

    /// What would be refused again is not tried again.
    async fn rejected(&self, instance: Instance, code: &str, reason: &str) -> Result<Next, Error> {
        let now = self.nature.clock.now();
        let tried = after_failed_try(&instance, code, &sentence(reason), now);
        let after = Instance { state: State::Failed, state_since: now, next_attempt_at: None, ..tried };
        self.give_up(instance, after).await
    }

    async fn give_up(&self, before: Instance, after: Instance) -> Result<Next, Error> {
        self.runtime.remove(before.id).await?;
        let failed = after.state == State::Failed;
        let Some(known) = self.known(before.id).await? else { return Ok(Next::AtOnce) };
        self.settle(Known { instance: before, ..known }, after, move |instance| {
            if failed { Change::InstanceFailed { instance } } else { Change::InstanceTryFailed { instance } }
        })
        .await
    }

    /// Writes down a new state, if nobody wants something else by now.
    async fn settle(
        &self,
        known: Known,
        after: Instance,
        change: impl FnOnce(Instance) -> Change + Send + 'static,
    ) -> Result<Next, Error> {
        let stamp = Stamp { at: self.nature.clock.now(), cause: Cause::thon() };
        let (before, next) = (known.instance.clone(), after.clone());
        let written = self
            .store
            .write(stamp, move |w| {
                let written = advance(w, &before, &next)?;
                if written {
                    w.record(change(next))?;
                }
                Ok::<_, Error>(written)
            })
            .await?;
        if written {
            tracing::info!(state = %after.state, user = %known.user.slug, "settled");
        }
        Ok(Next::AtOnce)
    }

    /// A sandbox that the database does not know, or a user that is gone.
    async fn unknown(&self, id: InstanceId, observed: Option<Sandbox>) -> Result<Next, Error> {
        self.routes.forget(id).await;
        if observed.is_some() {
            tracing::warn!("a sandbox without an instance is removed; its volumes stay");
            self.runtime.remove(id).await?;
        }
        Ok(Next::Nothing)
    }

    async fn known(&self, id: InstanceId) -> Result<Option<Known>, Error> {
        self.store
            .read(move |c| {
                let Some(instance) = instances::find(c, id)? else { return Ok(None) };
                let Some(user) = users::find(c, instance.user)? else { return Ok(None) };
                let Some(group) = groups::find(c, user.group)? else { return Ok(None) };
                let Some(workspace) = workspaces::of_user(c, user.id)? else { return Ok(None) };
                Ok(Some(Known { instance, user, group, workspace }))
            })
            .await
    }

    fn until(&self, at: chrono::DateTime<chrono::Utc>) -> Duration {
        (at - self.nature.clock.now()).to_std().unwrap_or_default()
    }
}

/// The route to an instance: open while there is a sandbox, whatever its state.
pub(super) fn route(known: &Known, observed: Option<&Sandbox>) -> Route {
    let current = observed.filter(|sandbox| sandbox.generation == known.instance.generation);
    Route {
        slug: known.user.slug.clone(),
        instance: known.instance.id,
        user: known.user.id,
        state: known.instance.state,
        reason: known.instance.failure.as_ref().map(|failure| failure.reason.clone()),
        keeps_files: !known.instance.ephemeral,
        public_port: known.instance.public_port,
        upstream: current.map(|sandbox| Upstream {
            address: sandbox.address,
            secret: sandbox.secret.clone(),
            asks_password: known.instance.secure,
        }),
    }
}
