//! A person's volumes: made once, mounted only into their own sandbox, never deleted here.

use bollard::{Docker as Client, models::VolumeCreateRequest};
use thon_core::port::runtime::{RuntimeError, SandboxSpec};

use super::{daemon::bounded, error, labels};

/// Makes both volumes of a sandbox unless they are there.
///
/// # Errors
/// `Rejected` when one of that name is not this user's.
pub(super) async fn ensure(client: &Client, installation: &str, spec: &SandboxSpec) -> Result<(), RuntimeError> {
    for name in [&spec.workspace.workspace_volume, &spec.workspace.home_volume] {
        let wanted = VolumeCreateRequest {
            name: Some(name.clone()),
            labels: Some(labels::labels([
                (labels::USER, spec.user.to_string()),
                (labels::INSTALLATION, installation.to_owned()),
            ])),
            ..Default::default()
        };
        // Docker answers with the volume that is there, its old labels included: no moment between looking and making.
        let volume = bounded(client.create_volume(wanted)).await.map_err(error::explained)?;
        if volume.labels.get(labels::USER) != Some(&spec.user.to_string()) {
            return Err(foreign(name, volume.labels.get(labels::USER)));
        }
    }
    Ok(())
}

fn foreign(name: &str, owner: Option<&String>) -> RuntimeError {
    let whose = owner.map_or_else(|| "nobody that THON knows".to_owned(), |user| format!("user {user}"));
    let reason = format!(
        "the Docker volume `{name}` belongs to {whose}, so it is not mounted here. If nobody needs it, remove it with \
         `docker volume rm {name}`; else copy what it holds to a volume of another name first"
    );
    error::rejected("volume-foreign", reason)
}
