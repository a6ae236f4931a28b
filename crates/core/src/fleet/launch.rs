//! Launching: one user's instance, or everybody's who has none.

use std::{
    collections::{BTreeSet, HashMap},
    net::{Ipv4Addr, TcpListener},
};

use thon_domain::{
    address::PortRange,
    id::{GroupId, InstanceId, JobId, UserId, WorkspaceId},
    instance::{Instance, Intent, State},
    job::JobKind,
    live::Change,
    user::User,
    workspace::{Storage, StorageChoice, Workspace},
};
use thon_store::{Connection, Writer, idempotency, instances, users, workspaces};

use super::{Fleet, Many, Operation, job::Draft, operation::anew, replace};
use crate::{
    actor::{Action, Actor},
    archive,
    error::Error,
    fault::{Point, point},
    secret::hash_of,
};

/// What instances get when nobody says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchDefaults {
    /// Where the ports of sandboxes begin.
    pub starting_port: u16,
    /// The ports at which sandboxes are reached where they have no names.
    pub public_ports: PortRange,
    /// How long instances run, in minutes; 0 means for ever.
    pub timeout_minutes: u32,
    /// How the workspaces of people who never started are kept.
    pub storage: StorageChoice,
    /// Whether every editor asks its person for a password.
    pub secure: bool,
}

/// What there is to choose at a launch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LaunchChoice {
    /// How long it may run, in minutes, 0 for ever; `None` for what is usual. Only organizers may choose.
    pub timeout_minutes: Option<u32>,
    /// Whether the editor asks the person for a password, also where that is not usual.
    pub secure: bool,
    /// Whether nothing shall outlive the sandbox. Volumes that the person has stay as they are, and are not mounted.
    pub ephemeral: bool,
}

/// A wish for a user's instance to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchInstance {
    pub user: UserId,
    pub choice: LaunchChoice,
    /// The caller's own name for this wish: asked again under the same name, it is the same wish.
    pub idempotency_key: Option<String>,
}

impl LaunchInstance {
    /// The usual for a user.
    pub const fn of(user: UserId) -> Self {
        let choice = LaunchChoice { timeout_minutes: None, secure: false, ephemeral: false };
        Self { user, choice, idempotency_key: None }
    }
}

impl Fleet {
    /// Asks for a user's instance to run. The answer is what is so now: `Pending`, or `Resuming` when it was paused.
    ///
    /// # Errors
    /// `Conflict` when it runs or starts already, `NotFound` when there is no such user.
    pub async fn launch(&self, actor: &Actor, user: UserId) -> Result<Instance, Error> {
        self.launch_with(actor, LaunchInstance::of(user)).await
    }

    /// As [`Fleet::launch`], with what there is to choose.
    ///
    /// # Errors
    /// As [`Fleet::launch`]; also `Conflict` when the key has named another wish or what is chosen is not how the paused one
    /// was launched, `Forbidden` for a participant who chooses how long.
    pub async fn launch_with(&self, actor: &Actor, wish: LaunchInstance) -> Result<Instance, Error> {
        actor.may(Action::Launch(wish.user))?;
        if wish.choice.timeout_minutes.is_some() {
            actor.may(Action::Renew(wish.user))?;
        }
        let whose = actor.account.map(|account| account.to_string()).unwrap_or_default();
        let key = wish.idempotency_key.as_ref().map(|key| hash_of(&format!("{whose}/{key}")));
        let fleet = self.clone();
        let instance = self
            .store
            .write(self.stamp(actor), move |w| {
                let user = users::find(w, wish.user)?.ok_or_else(|| Error::not_found("such user"))?;
                archive::group(w, user.group)?;
                if let Some(same) = key.as_deref().map(|key| earlier(w, key, &user)).transpose()?.flatten() {
                    return Ok(same);
                }
                let mut ports = PortPool::from(w, &fleet.defaults)?;
                let before = instances::of_user(w, user.id)?;
                let launched = fleet.launch_one(w, &user, before, (&mut ports, wish.choice))?;
                if let Some(key) = key {
                    idempotency::insert(w, &key, user.id)?;
                }
                launched.ok_or_else(|| already_there(&user))
            })
            .await?;
        point(Point::IntentCommitted);
        self.poke.poke(instance.id);
        Ok(instance)
    }

    /// Asks for the instance of everybody of their events who has none, in one group or in all. What is paused stays paused.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub async fn launch_missing(&self, actor: &Actor, group: Option<GroupId>) -> Result<Many<Instance>, Error> {
        self.launch_missing_with(actor, group, LaunchChoice::default()).await
    }

    /// As [`Fleet::launch_missing`], with what there is to choose.
    ///
    /// # Errors
    /// As [`Fleet::launch_missing`].
    pub async fn launch_missing_with(
        &self,
        actor: &Actor,
        group: Option<GroupId>,
        choice: LaunchChoice,
    ) -> Result<Many<Instance>, Error> {
        actor.may(Action::SeeFleet)?;
        let (fleet, actor, job) = (self.clone(), actor.clone(), JobId::new(self.nature.ids.next()));
        let launched = self
            .store
            .write(self.stamp(&actor), move |w| {
                let mut users = match group {
                    Some(group) => {
                        archive::group(w, group)?;
                        users::of_group(w, group)?
                    }
                    None => users::current(w)?,
                };
                users.retain(|user| actor.runs_user(user.id));
                let mut known: HashMap<UserId, Instance> =
                    instances::all(w)?.into_iter().map(|instance| (instance.user, instance)).collect();
                let mut ports = PortPool::from(w, &fleet.defaults)?;
                let (mut draft, mut each) = (Draft::new(job, JobKind::Launch, w), Vec::new());
                for user in &users {
                    let before = known.remove(&user.id);
                    if before.as_ref().is_some_and(|before| before.intent == Intent::Pause) {
                        continue;
                    }
                    if let Some(instance) = fleet.launch_one(w, user, before, (&mut ports, choice))? {
                        draft.note_user(w, user.id, &Ok(instance.clone()))?;
                        each.push(instance);
                    }
                }
                Ok::<_, Error>(Many { job: draft.begin(w)?, each })
            })
            .await?;
        if launched.job.is_some() {
            point(Point::IntentCommitted);
        }
        self.poke_those(launched.each.iter());
        Ok(launched)
    }

    /// Asks for one instance; `None` when it runs or is about to.
    pub(super) fn launch_one(
        &self,
        w: &mut Writer<'_>,
        user: &User,
        before: Option<Instance>,
        (ports, choice): (&mut PortPool, LaunchChoice),
    ) -> Result<Option<Instance>, Error> {
        let Some(before) = before else {
            return self.first(w, user, (ports, choice)).map(Some);
        };
        if before.intent == Intent::Pause && before.state != State::Failed {
            if (choice.secure && !before.secure) || (choice.ephemeral && !before.ephemeral) {
                return Err(launched_otherwise(user));
            }
            let change = Operation::Resume.on(&before, w.at())?;
            return change.map(|change| replace(w, &before, change)).transpose();
        }
        if before.intent == Intent::Run && before.state != State::Failed {
            return Ok(None);
        }
        let workspace = self.workspace(w, user)?;
        let instance = self.chosen(anew(&before, w.at()), choice, &workspace);
        replace(w, &before, Change::InstanceLaunched { instance }).map(Some)
    }

    fn first(
        &self,
        w: &mut Writer<'_>,
        user: &User,
        (ports, choice): (&mut PortPool, LaunchChoice),
    ) -> Result<Instance, Error> {
        // Before anything is written: of many, one that is refused must leave nothing behind.
        let (port, public_port) = (ports.take()?, ports.take_public());
        let workspace = self.workspace(w, user)?;
        let id = InstanceId::new(self.nature.ids.next());
        let first = Instance { public_port, ..Instance::first(id, user.id, port, w.at()) };
        let instance = self.chosen(first, choice, &workspace);
        instances::insert(w, &instance)?;
        w.record(Change::InstanceLaunched { instance: instance.clone() })?;
        Ok(instance)
    }

    /// The workspace of a user, made when they never had one.
    fn workspace(&self, w: &mut Writer<'_>, user: &User) -> Result<Workspace, Error> {
        if let Some(workspace) = workspaces::of_user(w, user.id)? {
            return Ok(workspace);
        }
        let id = WorkspaceId::new(self.nature.ids.next());
        let workspace = Workspace::of(id, user.id, &user.slug).stored(self.defaults.storage.of(&user.slug));
        workspaces::insert(w, &workspace)?;
        Ok(workspace)
    }

    /// The instance as it was chosen, or as is usual.
    fn chosen(&self, instance: Instance, choice: LaunchChoice, workspace: &Workspace) -> Instance {
        Instance {
            timeout_minutes: choice.timeout_minutes.unwrap_or(self.defaults.timeout_minutes),
            secure: choice.secure || self.defaults.secure,
            ephemeral: choice.ephemeral || workspace.storage == Storage::Ephemeral,
            ..instance
        }
    }
}

/// The instance that was asked for under this key, if it was used before.
fn earlier(c: &mut Connection, key_hash: &str, user: &User) -> Result<Option<Instance>, Error> {
    match idempotency::user_of(c, key_hash)? {
        None => Ok(None),
        Some(named) if named == user.id => Ok(instances::of_user(c, named)?),
        Some(_) => Err(Error::conflict(
            "this idempotency key was used for another user's instance",
            "Use a new key for each instance that you create.",
        )),
    }
}

/// Ports that no instance owns.
///
/// An instance keeps its port for life. One that Docker picked would go to somebody else after a restart of the daemon.
pub(super) struct PortPool {
    next: u16,
    used: BTreeSet<u16>,
    from: u16,
    public: PortRange,
}

impl PortPool {
    pub(super) fn from(c: &mut Connection, defaults: &LaunchDefaults) -> Result<Self, Error> {
        let (from, public) = (defaults.starting_port, defaults.public_ports);
        let mut used = instances::used_ports(c)?;
        used.extend(instances::given_public_ports(c)?);
        Ok(Self { next: from, used, from, public })
    }

    /// The first one that nobody else on this machine listens on either.
    fn take(&mut self) -> Result<u16, Error> {
        let Some(port) = (self.next..u16::MAX).find(|port| self.is_free(*port)) else {
            return Err(Error::conflict(
                format!("no port from {} up is free", self.from),
                "Set a lower `sandbox.starting_port`, or end what listens there.",
            ));
        };
        self.next = port + 1;
        self.used.insert(port);
        Ok(port)
    }

    /// One at which the sandbox is reached where it has no name; none when all were given, which concerns one tier only.
    fn take_public(&mut self) -> Option<u16> {
        let port = (self.public.first..=self.public.last).find(|port| self.is_free(*port));
        if port.is_none() {
            tracing::warn!(ports = %self.public, "no public port is left; set a wider range as `edge.public_ports`");
        }
        self.used.extend(port);
        port
    }

    /// Whether it is nobody's, on this machine either.
    fn is_free(&self, port: u16) -> bool {
        !self.used.contains(&port) && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
    }
}

fn launched_otherwise(user: &User) -> Error {
    Error::conflict(
        format!("the instance of {} is paused, and was launched in another way", user.name),
        "Resume it as it is, or terminate it first.",
    )
}

pub(super) fn already_there(user: &User) -> Error {
    Error::conflict(
        format!("{} has an instance that runs or is about to", user.name),
        "Terminate it first, or open it.",
    )
}
