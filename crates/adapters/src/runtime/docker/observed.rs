//! What Docker shows of a container, read back as a sandbox.

use std::net::{Ipv4Addr, SocketAddr};

use bollard::{
    Docker as Client,
    models::{
        ContainerInspectResponse, ContainerState, ContainerStateStatusEnum as Status, ContainerSummary, HostConfig,
    },
    query_parameters::ListContainersOptions,
};
use chrono::{DateTime, Utc};
use thon_core::port::runtime::{BrokenSandbox, Condition, RuntimeError, Sandbox};
use thon_domain::route::EditorSecret;

use super::{container, daemon::bounded, error, labels};

/// 128 + SIGKILL: what the main process exits with when the kernel takes its memory.
const KILLED: i64 = 137;

/// What stands behind an id.
pub(super) enum Seen {
    Sandbox(Sandbox),
    /// It has our mark and is not of THON's shape.
    Broken(BrokenSandbox),
    Gone,
}

impl Seen {
    /// The sandbox, if it is one.
    pub(super) fn sandbox(self) -> Option<Sandbox> {
        match self {
            Self::Sandbox(sandbox) => Some(sandbox),
            Self::Broken(BrokenSandbox { name, lacks, .. }) => {
                tracing::warn!(container = name, lacks, "a container with our label is no sandbox");
                None
            }
            Self::Gone => None,
        }
    }

    /// What is wrong with it, if something is.
    pub(super) fn broken(self) -> Option<BrokenSandbox> {
        if let Self::Broken(broken) = self { Some(broken) } else { None }
    }
}

/// Looks at a container.
///
/// # Errors
/// `Unavailable` when Docker does not answer.
pub(super) async fn look(client: &Client, id: String) -> Result<Seen, RuntimeError> {
    match bounded(client.inspect_container(&id, None)).await {
        Ok(container) => Ok(seen(container, &id)),
        Err(error) if error::is_missing(&error) => Ok(Seen::Gone),
        Err(error) => Err(error::explained(error)),
    }
}

/// All containers of this Docker, running or not, a stranger's too.
///
/// # Errors
/// `Unavailable` when Docker does not answer.
pub(super) async fn everything(client: &Client) -> Result<Vec<ContainerSummary>, RuntimeError> {
    let all = ListContainersOptions { all: true, ..Default::default() };
    bounded(client.list_containers(Some(all))).await.map_err(error::explained)
}

fn seen(container: ContainerInspectResponse, id: &str) -> Seen {
    let name = container.name.as_deref().unwrap_or(id).trim_start_matches('/').to_owned();
    match sandbox(container) {
        Ok(sandbox) => Seen::Sandbox(sandbox),
        Err(lacks) => Seen::Broken(BrokenSandbox { command: format!("docker rm --force {name}"), name, lacks }),
    }
}

/// The sandbox that a container is, or what it lacks to be one.
fn sandbox(container: ContainerInspectResponse) -> Result<Sandbox, &'static str> {
    let is_finished = container::is_finished_name(container.name.as_deref().ok_or("a name")?);
    let config = container.config.ok_or("a configuration")?;
    let labels = config.labels.unwrap_or_default();
    let generation = || labels.get(labels::GENERATION)?.parse().ok();
    Ok(Sandbox {
        instance: labels.get(labels::INSTANCE).and_then(|id| id.parse().ok()).ok_or("the instance in its labels")?,
        generation: if is_finished { generation().ok_or("the generation in its labels")? } else { 0 },
        condition: condition(&container.state.ok_or("a state")?),
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, port(container.host_config).ok_or("a published port")?)),
        secret: EditorSecret::new(config.env.as_deref().and_then(secret).ok_or("the secret of the edge")?),
        image: config.image.ok_or("an image")?,
    })
}

/// The port that was asked for: what Docker shows as bound is empty while nothing runs.
fn port(config: Option<HostConfig>) -> Option<u16> {
    let bindings = config?.port_bindings?.remove(&container::port_key())??;
    bindings.first()?.host_port.as_deref()?.parse().ok()
}

fn secret(env: &[String]) -> Option<&str> {
    env.iter().find_map(|entry| entry.strip_prefix(container::SECRET)?.strip_prefix('='))
}

fn condition(state: &ContainerState) -> Condition {
    match state.status {
        Some(Status::CREATED) => Condition::Created,
        Some(Status::RUNNING | Status::RESTARTING | Status::STOPPING) => Condition::Running { since: since(state) },
        Some(Status::PAUSED) => Condition::Paused,
        _ => {
            let code = state.exit_code.unwrap_or_default();
            // Docker also remembers when the kernel ended some other process of the container.
            Condition::Exited { code, out_of_memory: code == KILLED && state.oom_killed == Some(true) }
        }
    }
}

fn since(state: &ContainerState) -> DateTime<Utc> {
    let time = state.started_at.as_deref().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    time.map(DateTime::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(status: Status, exit_code: i64, oom_killed: bool) -> ContainerState {
        ContainerState {
            status: Some(status),
            exit_code: Some(exit_code),
            oom_killed: Some(oom_killed),
            started_at: Some("2026-11-24T10:00:00.123456789Z".to_owned()),
            ..Default::default()
        }
    }

    #[test]
    fn the_end_of_another_process_is_not_the_end_of_the_editor() {
        let ended = |code, oom| condition(&state(Status::EXITED, code, oom));
        assert_eq!(ended(137, true), Condition::Exited { code: 137, out_of_memory: true });
        assert_eq!(ended(137, false), Condition::Exited { code: 137, out_of_memory: false });
        assert_eq!(ended(0, true), Condition::Exited { code: 0, out_of_memory: false });
    }

    #[test]
    fn a_running_one_tells_since_when() {
        let Condition::Running { since } = condition(&state(Status::RUNNING, 0, false)) else { panic!("not running") };
        assert_eq!(since.to_rfc3339(), "2026-11-24T10:00:00.123456789+00:00");
    }

    #[test]
    fn the_secret_is_found_whole() {
        let env = ["PATH=/bin", "HASHED_PASSWORD_FILE=no", "HASHED_PASSWORD=$argon2id$v=19$a=b"].map(str::to_owned);
        assert_eq!(secret(&env), Some("$argon2id$v=19$a=b"));
    }
}
