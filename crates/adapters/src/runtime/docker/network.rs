//! The sandboxes' own bridge: they reach the outside, but never each other.

use std::collections::HashMap;

use bollard::{
    Docker as Client,
    models::{Ipam, IpamConfig, NetworkCreateRequest, NetworkInspect},
};
use thon_core::port::runtime::RuntimeError;

use super::{daemon::bounded, error, labels};

/// Docker's option that keeps containers of one bridge apart
/// (<https://docs.docker.com/engine/network/drivers/bridge/#options>).
const ICC: &str = "com.docker.network.bridge.enable_icc";
const BRIDGE_NAME: &str = "com.docker.network.bridge.name";

/// Ranges to try, each of 1,022 addresses: about what the 1,023 ports of a Linux bridge can use. Chosen by THON, because
/// Docker's own choice may be a range that the venue uses.
const SUBNETS: [&str; 6] =
    ["10.213.0.0/22", "10.214.0.0/22", "10.215.0.0/22", "172.30.252.0/22", "172.31.252.0/22", "192.168.252.0/22"];

/// Makes the network unless it is there. Several THONs on one Docker share it.
///
/// # Errors
/// `Rejected` when a network of that name is not THON's, or every range is taken.
pub(super) async fn ensure(client: &Client, name: &str) -> Result<(), RuntimeError> {
    if is_there(client, name).await? {
        return Ok(());
    }
    for subnet in SUBNETS {
        match bounded(client.create_network(request(name, subnet))).await {
            Ok(_) => return Ok(()),
            Err(error) if error::says(&error, "overlaps") => {}
            // Somebody may have been quicker: the bridge's name is unique even where network names are not.
            Err(_) if is_there(client, name).await? => return Ok(()),
            Err(error) => return Err(error::explained(error)),
        }
    }
    let reason = format!(
        "no address range is left for the network `{name}`: remove unused networks (`docker network prune`), then try again"
    );
    Err(error::rejected("network-range", reason))
}

async fn is_there(client: &Client, name: &str) -> Result<bool, RuntimeError> {
    match bounded(client.inspect_network(name, None)).await {
        Ok(network) if is_ours(&network) => Ok(true),
        Ok(_) => {
            let reason = format!(
                "the Docker network `{name}` was not made by THON or lets sandboxes reach each other: remove it with \
                 `docker network rm {name}`, then try again"
            );
            Err(error::rejected("network-foreign", reason))
        }
        Err(error) if error::is_missing(&error) => Ok(false),
        Err(error) => Err(error::explained(error)),
    }
}

fn is_ours(network: &NetworkInspect) -> bool {
    let has = |map: &Option<HashMap<String, String>>, key: &str, value: &str| {
        map.as_ref().and_then(|map| map.get(key)).is_some_and(|found| found == value)
    };
    has(&network.labels, labels::NETWORK, "sandboxes") && has(&network.options, ICC, "false")
}

fn request(name: &str, subnet: &str) -> NetworkCreateRequest {
    let range = IpamConfig { subnet: Some(subnet.to_owned()), ..Default::default() };
    NetworkCreateRequest {
        name: name.to_owned(),
        driver: Some("bridge".to_owned()),
        ipam: Some(Ipam { config: Some(vec![range]), ..Default::default() }),
        options: Some(labels::labels([(BRIDGE_NAME, name.to_owned()), (ICC, "false".to_owned())])),
        labels: Some(labels::labels([(labels::NETWORK, "sandboxes".to_owned())])),
        ..Default::default()
    }
}
