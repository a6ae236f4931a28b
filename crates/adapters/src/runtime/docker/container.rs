//! The container of a sandbox: its name, and everything that Docker is told about it.

use std::collections::HashMap;

use bollard::{
    Docker as Client,
    errors::Error,
    models::{
        ContainerCreateBody, ContainerInspectResponse, ContainerSummary, ContainerSummaryStateEnum, HostConfig,
        HostConfigLogConfig, PortBinding, PortMap, RestartPolicy, RestartPolicyNameEnum,
    },
    query_parameters::CreateContainerOptions,
};
use thon_core::port::runtime::{Limits, RuntimeError, SandboxSpec};
use thon_domain::{id::InstanceId, sharing::EDITOR_PORT, slug::Slug};

use super::{DockerOptions, daemon::bounded, disks::FileSystem, error, files::OWNER, labels, mounts, volumes};

/// Where the edge's secret goes in; code-server reads it.
pub(super) const SECRET: &str = "HASHED_PASSWORD";

/// Ends the name of a container whose files are not in yet. A slug has no dot, so no finished container ends like this.
const HALF_MADE: &str = ".new";

/// The name of a finished container.
pub(super) fn name(slug: &Slug) -> String {
    format!("thon-{slug}")
}

/// A finished container: its id, and the slug in its name, unless somebody has given it another one.
pub(super) struct Found {
    pub id: String,
    pub slug: Option<Slug>,
}

/// A container, if it is a finished one.
pub(super) fn found(container: &ContainerSummary) -> Option<Found> {
    let slug = container.names.iter().flatten().find_map(|name| slug(name));
    container.id.clone().filter(|_| is_finished(container)).map(|id| Found { id, slug })
}

/// The slug in the name of a finished container, as Docker tells it.
fn slug(name: &str) -> Option<Slug> {
    Slug::new(name.trim_start_matches('/').strip_prefix("thon-")?).ok()
}

/// Whether a container was made to the end, by one of its names as Docker tells them.
pub(super) fn is_finished_name(name: &str) -> bool {
    !name.ends_with(HALF_MADE)
}

/// Whether a container was made to the end. One that was not (THON was killed) is never started.
pub(super) fn is_finished(container: &ContainerSummary) -> bool {
    container.names.iter().flatten().all(|name| is_finished_name(name))
}

/// Of a finished container that runs: whose it is, and its id.
pub(super) fn running(container: ContainerSummary) -> Option<(InstanceId, String)> {
    let runs = container.state == Some(ContainerSummaryStateEnum::RUNNING) && is_finished(&container);
    let instance = volumes::read(container.labels.as_ref()?, labels::INSTANCE)?;
    container.id.filter(|_| runs).map(|id| (instance, id))
}

/// The key of the editor's port in Docker's maps.
pub(super) fn port_key() -> String {
    format!("{EDITOR_PORT}/tcp")
}

/// Where a container is put.
pub(super) struct Place {
    pub network: String,
    /// Where THON is for what runs inside, as an assignment.
    pub inward_url: Option<String>,
    /// The file system of the person's volumes, if they are limited.
    pub disk: Option<FileSystem>,
}

/// Makes a half-made container and tells its id.
///
/// # Errors
/// As `SandboxRuntime::create`.
pub(super) async fn make(
    client: &Client,
    options: &DockerOptions,
    place: &Place,
    spec: &SandboxSpec,
) -> Result<String, RuntimeError> {
    let name = format!("{}{HALF_MADE}", name(&spec.slug));
    let query = CreateContainerOptions { name: Some(name.clone()), ..Default::default() };
    match bounded(client.create_container(Some(query), body(options, place, spec))).await {
        Ok(made) => Ok(made.id),
        Err(error) => Err(naming(client, options, error, (spec.instance, &name)).await),
    }
}

/// What an error means for a call that gives a container its name.
///
/// A THON that was killed in the middle leaves Docker making a container that nobody can see yet and whose name is taken
/// already. That one is ours and soon seen, so waiting helps; a stranger's container is for a person to move.
pub(super) async fn naming(
    client: &Client,
    options: &DockerOptions,
    error: Error,
    (instance, name): (InstanceId, &str),
) -> RuntimeError {
    if !error::is_conflict(&error) {
        return error::explained(error);
    }
    let found = match bounded(client.inspect_container(name, None)).await {
        Err(error) if !error::is_missing(&error) => return error::explained(error),
        found => found.ok(),
    };
    let is_ours = |found: ContainerInspectResponse| {
        labels::is_of(&options.installation, instance, found.config.and_then(|config| config.labels).as_ref())
    };
    if found.is_none_or(is_ours) {
        error::unavailable(format!("Docker is still making an earlier `{name}`"))
    } else {
        error::name_taken(name)
    }
}

fn body(options: &DockerOptions, place: &Place, spec: &SandboxSpec) -> ContainerCreateBody {
    let own = spec.env.iter().filter(|(key, _)| *key != SECRET).map(|(key, value)| format!("{key}={value}"));
    let secret = format!("{SECRET}={}", spec.secret.reveal());
    ContainerCreateBody {
        image: Some(options.image_of(spec).to_owned()),
        // What the prompt of a terminal shows.
        hostname: Some(spec.slug.to_string()),
        env: Some(own.chain([secret]).chain(place.inward_url.clone()).collect()),
        // Whatever an image of one's own says: files and volumes are this user's, and root is nobody's.
        user: Some(format!("{OWNER}:{OWNER}")),
        labels: Some(labels::of(&options.installation, spec)),
        exposed_ports: Some(vec![port_key()]),
        host_config: Some(host_config(place, spec)),
        ..Default::default()
    }
}

fn host_config(place: &Place, spec: &SandboxSpec) -> HostConfig {
    let memory = bytes(spec.limits.memory_bytes);
    HostConfig {
        memory: Some(memory),
        // Memory and swap together: the same figure leaves no swap.
        memory_swap: Some(memory),
        nano_cpus: Some(nano_cpus(spec.limits)),
        pids_limit: Some(i64::from(spec.limits.pids)),
        // The image runs as an ordinary user and needs none of root's powers.
        cap_drop: Some(vec!["ALL".to_owned()]),
        security_opt: Some(vec!["no-new-privileges".to_owned()]),
        network_mode: Some(place.network.clone()),
        runtime: spec.runtime.clone(),
        port_bindings: Some(published(spec.host_port)),
        mounts: Some(mounts::of(spec, place.disk.as_ref())),
        tmpfs: mounts::passing(spec, place.disk.is_some()),
        // THON starts sandboxes itself; two that do would fight.
        restart_policy: Some(RestartPolicy { name: Some(RestartPolicyNameEnum::NO), maximum_retry_count: None }),
        log_config: Some(HostConfigLogConfig {
            typ: Some("json-file".to_owned()),
            config: Some(labels::labels([("max-size", "10m".to_owned()), ("max-file", "2".to_owned())])),
        }),
        ..Default::default()
    }
}

/// The editor, on this host only, at the port that THON keeps for the instance.
fn published(host_port: u16) -> PortMap {
    let binding = PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(host_port.to_string()) };
    HashMap::from([(port_key(), Some(vec![binding]))])
}

fn bytes(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a number of cores times 1e9 is far below 2^63, and `as` saturates"
)]
fn nano_cpus(limits: Limits) -> i64 {
    (limits.cpus * 1e9).round() as i64
}
