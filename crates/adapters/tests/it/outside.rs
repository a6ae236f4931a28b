//! Somebody at the daemon who is not THON: looks inside, freezes, kills, takes names, and cleans up.

use std::collections::HashMap;

use bollard::{
    Docker,
    container::LogOutput,
    exec::{CreateExecOptions, StartExecResults},
    models::{ContainerCreateBody, ContainerInspectResponse, VolumeCreateRequest},
    query_parameters::{
        CreateContainerOptions, ListContainersOptions, ListVolumesOptions, RemoveContainerOptions, RemoveVolumeOptions,
    },
};
use futures::TryStreamExt as _;
use thon_domain::slug::Slug;

use crate::stage::IMAGE;

/// On what tests make by hand: whose it is to clean up.
const TEST: &str = "thon.test";

pub struct Outside(pub Docker);

impl Outside {
    pub fn connect() -> Self {
        // Any version from 20.10 on will do here; the adapter negotiates, and its tests would show if it did not.
        let version = bollard::ClientVersion { major_version: 1, minor_version: 41 };
        Self(Docker::connect_with_unix("unix:///var/run/docker.sock", 30, &version).expect("a Docker daemon"))
    }

    pub async fn inspect(&self, slug: &Slug) -> ContainerInspectResponse {
        self.0.inspect_container(&format!("thon-{slug}"), None).await.expect("a container")
    }

    /// What a command inside says, and its exit code.
    pub async fn run(&self, slug: &Slug, command: &[&str]) -> (String, i64) {
        let options = CreateExecOptions {
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            cmd: Some(command.to_vec()),
            ..Default::default()
        };
        let exec = self.0.create_exec(&format!("thon-{slug}"), options).await.expect("an exec").id;
        let StartExecResults::Attached { output, .. } = self.0.start_exec(&exec, None).await.expect("started") else {
            panic!("not attached");
        };
        let pieces: Vec<LogOutput> = output.try_collect().await.expect("output");
        let code = self.0.inspect_exec(&exec).await.expect("an exec").exit_code.expect("an exit code");
        (pieces.iter().map(ToString::to_string).collect(), code)
    }

    /// What a shell inside says; it must succeed.
    pub async fn sh(&self, slug: &Slug, script: &str) -> String {
        let (output, code) = self.run(slug, &["sh", "-c", script]).await;
        assert_eq!(code, 0, "{script}: {output}");
        output
    }

    /// Makes a container by hand that never runs.
    pub async fn container(&self, installation: &str, name: &str, labels: &[(&str, &str)]) -> String {
        let body = ContainerCreateBody {
            image: Some(IMAGE.to_owned()),
            labels: Some(with_test(installation, labels)),
            ..Default::default()
        };
        let options = CreateContainerOptions { name: Some(name.to_owned()), ..Default::default() };
        self.0.create_container(Some(options), body).await.expect("a container").id
    }

    /// Makes a volume by hand.
    pub async fn volume(&self, installation: &str, name: &str, labels: &[(&str, &str)]) {
        let labels = Some(with_test(installation, labels));
        let request = VolumeCreateRequest { name: Some(name.to_owned()), labels, ..Default::default() };
        self.0.create_volume(request).await.expect("a volume");
    }

    /// The names of the volumes with a label.
    pub async fn volumes(&self, label: &str, value: &str) -> Vec<String> {
        let filters = Some(HashMap::from([("label".to_owned(), vec![format!("{label}={value}")])]));
        let found = self.0.list_volumes(Some(ListVolumesOptions { filters })).await.expect("volumes");
        found.volumes.unwrap_or_default().into_iter().map(|volume| volume.name).collect()
    }

    /// The ids of the containers with a label, running or not.
    pub async fn containers(&self, label: &str, value: &str) -> Vec<String> {
        let filters = Some(HashMap::from([("label".to_owned(), vec![format!("{label}={value}")])]));
        let options = ListContainersOptions { all: true, filters, ..Default::default() };
        let found = self.0.list_containers(Some(options)).await.expect("containers");
        found.into_iter().filter_map(|container| container.id).collect()
    }

    /// Removes everything that a test made.
    pub async fn clean(&self, installation: &str) {
        for label in ["thon.installation", TEST] {
            for id in self.containers(label, installation).await {
                let force = RemoveContainerOptions { force: true, v: true, link: false };
                self.0.remove_container(&id, Some(force)).await.expect("removed");
            }
        }
        for label in ["thon.installation", TEST] {
            for name in self.volumes(label, installation).await {
                self.0.remove_volume(&name, None::<RemoveVolumeOptions>).await.expect("removed");
            }
        }
    }
}

fn with_test(installation: &str, labels: &[(&str, &str)]) -> HashMap<String, String> {
    let own = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    own.chain([(TEST.to_owned(), installation.to_owned())]).collect()
}
