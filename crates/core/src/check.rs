//! The check: do the database, the runtime and the routes say the same?

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;
use thon_domain::{
    id::{InstanceId, UserId},
    instance::{Instance, Intent, State},
    route::{Route, RouteTable},
    user::User,
    workspace::{StorageChoice, Workspace},
};
use thon_store::{Store, instances, users, workspaces};

use crate::{
    actor::{Action, Actor},
    error::Error,
    port::{
        proxy::ReverseProxy,
        runtime::{BrokenSandbox, Capabilities, Condition, Enforcement, Sandbox, SandboxRuntime},
    },
};

mod health;

pub use health::Health;

/// Something that two of the three do not agree on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A word for programs, for example `sandbox-missing`.
    pub kind: &'static str,
    /// Whose it is: the slug, or the instance's id where there is none.
    pub subject: String,
    /// What is so, and what should be.
    pub detail: String,
}

/// The use case of checking.
#[derive(Clone)]
pub struct Check {
    store: Store,
    runtime: Arc<dyn SandboxRuntime>,
    proxy: Arc<dyn ReverseProxy>,
    /// How the workspaces of new people are kept.
    storage: StorageChoice,
}

impl Check {
    pub fn new(
        store: Store,
        runtime: Arc<dyn SandboxRuntime>,
        proxy: Arc<dyn ReverseProxy>,
        storage: StorageChoice,
    ) -> Self {
        Self { store, runtime, proxy, storage }
    }

    /// Compares the three, and asks every running editor through its route.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event, `Unavailable` when one of the three does not answer.
    pub async fn run(&self, actor: &Actor) -> Result<Vec<Finding>, Error> {
        actor.may(Action::SeeSystem)?;
        let (instances, users) = self.store.read(|c| Ok::<_, Error>((instances::all(c)?, users::all(c)?))).await?;
        let (sandboxes, broken) = (self.runtime.list().await?, self.runtime.broken().await?);
        let table = self.proxy.in_force();
        let mut findings = compare(&instances, &users, sandboxes, &table);
        findings.extend(broken.iter().map(of_broken));
        for route in table.iter().filter(|route| route.state == State::Running) {
            if let Err(error) = self.proxy.probe(route).await {
                findings.push(finding("editor-silent", &route.slug, &error));
            }
        }
        Ok(findings)
    }

    /// Tells what is so and not as somebody may expect, though nothing contradicts anything.
    ///
    /// # Errors
    /// As [`Check::run`].
    pub async fn notices(&self, actor: &Actor) -> Result<Vec<Finding>, Error> {
        actor.may(Action::SeeSystem)?;
        let capabilities = self.runtime.capabilities().await?;
        let kept = self.store.read(|c| Ok::<_, Error>((workspaces::all(c)?, users::all(c)?))).await?;
        let mut notices = not_enforced(&capabilities);
        notices.extend(kept_elsewhere(&kept.0, &kept.1, &self.storage));
        Ok(notices)
    }
}

/// What the runtime cannot keep here, with what would help.
fn not_enforced(capabilities: &Capabilities) -> Vec<Finding> {
    let all = [("network rules", &capabilities.network_rules), ("disk limits", &capabilities.disk_quota)];
    let missing = all.into_iter().filter_map(|(subject, enforcement)| match enforcement {
        Enforcement::Enforced => None,
        Enforcement::NotEnforced { why, commands } if commands.is_empty() => {
            Some(finding("not-enforced", &subject, why))
        }
        Enforcement::NotEnforced { why, commands } => {
            Some(finding("not-enforced", &subject, &format!("{why}. Run: {}", commands.join("; "))))
        }
    });
    missing.collect()
}

/// Whose files stay where the configuration would not put them now.
fn kept_elsewhere(all: &[Workspace], users: &[User], choice: &StorageChoice) -> Vec<Finding> {
    let slugs: BTreeMap<UserId, &User> = users.iter().map(|user| (user.id, user)).collect();
    let differing = all.iter().filter_map(|workspace| {
        let slug = &slugs.get(&workspace.user)?.slug;
        Some(finding("kept-elsewhere", slug, &workspace.differs(choice, slug)?))
    });
    differing.collect()
}

fn of_broken(broken: &BrokenSandbox) -> Finding {
    let BrokenSandbox { name, lacks, command } = broken;
    let detail = format!("it is marked as a sandbox of this THON and lacks {lacks}; it is left alone. Run: {command}");
    finding("container-broken", name, &detail)
}

fn finding(kind: &'static str, subject: &impl ToString, detail: &impl ToString) -> Finding {
    Finding { kind, subject: subject.to_string(), detail: detail.to_string() }
}

fn compare(instances: &[Instance], users: &[User], sandboxes: Vec<Sandbox>, table: &RouteTable) -> Vec<Finding> {
    let users: BTreeMap<UserId, &User> = users.iter().map(|user| (user.id, user)).collect();
    let mut seen: BTreeMap<InstanceId, Vec<Sandbox>> = BTreeMap::new();
    for sandbox in sandboxes {
        seen.entry(sandbox.instance).or_default().push(sandbox);
    }
    let mut findings = Vec::new();
    for instance in instances {
        let Some(user) = users.get(&instance.user) else { continue };
        let sandboxes = seen.remove(&instance.id).unwrap_or_default();
        let route = table.route(&user.slug);
        let mut say = |kind, detail: String| findings.push(finding(kind, &user.slug, &detail));
        of_runtime(instance, &sandboxes, &mut say);
        of_route(instance, sandboxes.first(), route, &mut say);
    }
    for id in seen.keys() {
        findings.push(finding("sandbox-unknown", id, &"a sandbox stands that the database does not know"));
    }
    let known: Vec<InstanceId> = instances.iter().map(|instance| instance.id).collect();
    for route in table.iter().filter(|route| !known.contains(&route.instance)) {
        findings.push(finding("route-unknown", &route.slug, &"a route stands to an instance that does not exist"));
    }
    findings
}

/// Database against runtime.
fn of_runtime(instance: &Instance, sandboxes: &[Sandbox], say: &mut impl FnMut(&'static str, String)) {
    if sandboxes.len() > 1 {
        say("sandbox-double", format!("{} sandboxes stand, at most one should", sandboxes.len()));
    }
    let runs = |sandbox: &&Sandbox| matches!(sandbox.condition, Condition::Running { .. });
    let running = sandboxes.iter().find(runs);
    match (instance.intent, instance.state) {
        (Intent::Run, State::Running) => match running {
            None => say("sandbox-missing", "the database says Running, no sandbox runs".to_owned()),
            Some(sandbox) => {
                if sandbox.address.port() != instance.host_port {
                    let (has, owns) = (sandbox.address.port(), instance.host_port);
                    say("port-wrong", format!("the sandbox is published at {has}, its port is {owns}"));
                }
                if sandbox.generation != instance.generation {
                    say("generation-old", "the sandbox is one of an earlier launch".to_owned());
                }
            }
        },
        (_, State::Failed | State::Terminated) if !sandboxes.is_empty() => {
            say("sandbox-left", format!("the database says {}, a sandbox stands", instance.state));
        }
        (Intent::Pause, State::Paused) if !sandboxes.iter().any(|one| one.condition == Condition::Paused) => {
            say("sandbox-missing", "the database says Paused, no sandbox is frozen".to_owned());
        }
        (_, state) if state.is_on_the_way() => {
            say("on-the-way", format!("still {}, look again in a moment", instance.state));
        }
        _ => {}
    }
}

/// Routes against both.
fn of_route(
    instance: &Instance,
    sandbox: Option<&Sandbox>,
    route: Option<&Route>,
    say: &mut impl FnMut(&'static str, String),
) {
    let Some(route) = route else { return say("route-missing", "no route stands".to_owned()) };
    if route.instance != instance.id {
        say("route-foreign", "the route leads to another instance".to_owned());
    }
    if route.state != instance.state {
        say("route-old", format!("the route says {}, the database {}", route.state, instance.state));
    }
    let led = route.upstream.as_ref().map(|upstream| (upstream.address, &upstream.secret));
    let should = sandbox.map(|sandbox| (sandbox.address, &sandbox.secret));
    if instance.state == State::Running && led != should {
        say("route-wrong", "the route leads elsewhere than to the sandbox".to_owned());
    }
}

#[cfg(test)]
mod tests;
