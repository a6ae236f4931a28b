//! The labels by which THON knows its own.

use std::collections::HashMap;

use thon_core::port::runtime::SandboxSpec;
use thon_domain::id::InstanceId;

/// Which THON made it.
pub(super) const INSTALLATION: &str = "thon.installation";
/// The instance whose sandbox a container is.
pub(super) const INSTANCE: &str = "thon.instance";
/// Whose it is, on containers and volumes.
pub(super) const USER: &str = "thon.user";
/// On volumes: the size of the file system that they are in, in bytes.
pub(super) const DISK: &str = "thon.disk";
/// Whose it is, on volumes that a group shares.
pub(super) const GROUP: &str = "thon.group";
/// On volumes: what it holds (`VolumeKind`).
pub(super) const KIND: &str = "thon.kind";
/// Which sandbox of the instance it is.
pub(super) const GENERATION: &str = "thon.generation";
/// On the network: that it was made by some THON, for sandboxes.
pub(super) const NETWORK: &str = "thon.network";
/// On the image: which promises it keeps (`Dockerfile`).
pub(super) const CONTRACT: &str = "thon.contract";

/// The labels of a sandbox's container.
pub(super) fn of(installation: &str, spec: &SandboxSpec) -> HashMap<String, String> {
    labels([
        (INSTALLATION, installation.to_owned()),
        (INSTANCE, spec.instance.to_string()),
        (USER, spec.user.to_string()),
        (GENERATION, spec.generation.to_string()),
    ])
}

pub(super) fn labels<const N: usize>(pairs: [(&str, String); N]) -> HashMap<String, String> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Docker's filter for the containers of an installation, of one instance or of all.
pub(super) fn filter(installation: &str, instance: Option<InstanceId>) -> HashMap<String, Vec<String>> {
    let mut wanted = vec![format!("{INSTALLATION}={installation}")];
    wanted.extend(instance.map(|id| format!("{INSTANCE}={id}")));
    HashMap::from([("label".to_owned(), wanted)])
}

/// Whether a container with these labels is a sandbox of this instance.
pub(super) fn is_of(installation: &str, instance: InstanceId, labels: Option<&HashMap<String, String>>) -> bool {
    let says = |key: &str, value: &str| labels.and_then(|labels| labels.get(key)).is_some_and(|said| said == value);
    says(INSTALLATION, installation) && says(INSTANCE, &instance.to_string())
}
