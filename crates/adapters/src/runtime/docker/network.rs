//! The sandboxes' own bridges: they reach the outside, but never each other.

use std::{collections::HashMap, net::Ipv4Addr};

use bollard::{
    Docker as Client,
    models::{ContainerSummary, Ipam, IpamConfig, Network, NetworkCreateRequest},
    query_parameters::ListNetworksOptions,
};
use thon_core::port::runtime::RuntimeError;

use super::{DockerOptions, daemon::bounded, error, labels};

/// Docker's option that keeps containers of one bridge apart
/// (<https://docs.docker.com/engine/network/drivers/bridge/#options>).
const ICC: &str = "com.docker.network.bridge.enable_icc";
const BRIDGE_NAME: &str = "com.docker.network.bridge.name";

/// How many sandboxes share a bridge: well below the 1,023 ports of a Linux bridge and the 1,021 addresses of its range,
/// so that starts at the same time, which may each take the last place, do no harm.
pub(super) const USUAL_SHARE: usize = 500;

/// Private ranges (RFC 1918) that networks of 1,022 addresses are cut from, one after the other. Chosen by THON, because
/// Docker's own choice may be a range that the venue uses.
const RANGES: [[u8; 2]; 4] = [[10, 213], [10, 214], [10, 215], [172, 30]];

/// How many networks of 1,022 addresses a range has.
const NETWORKS_PER_RANGE: u8 = 64;

/// How many sandboxes all networks take together.
pub(super) fn places(share: usize) -> u32 {
    u32::try_from(subnets().count().saturating_mul(share)).unwrap_or(u32::MAX)
}

/// The network for the next sandbox beside the `others` of this Docker, made unless it is there: its name, and what Docker tells
/// of it. Several THONs share them.
///
/// # Errors
/// `Rejected` when a network of that name is not THON's, or every range is taken.
pub(super) async fn choose(
    client: &Client,
    options: &DockerOptions,
    others: &[ContainerSummary],
) -> Result<(String, Network), RuntimeError> {
    let networks = others.iter().filter_map(|container| container.host_config.as_ref()?.network_mode.clone());
    let mut counts = HashMap::new();
    for network in networks {
        *counts.entry(network).or_insert(0) += 1;
    }
    let name = first_with_room(&options.network_prefix, &counts, options.sandboxes_per_network);
    let network = ensure(client, &name).await?;
    Ok((name, network))
}

/// The first network that has room. A container keeps its network for life, so only new ones are counted out.
fn first_with_room(prefix: &str, counts: &HashMap<String, usize>, share: usize) -> String {
    let names = (0_usize..).map(|number| format!("{prefix}{number}"));
    let mut with_room = names.filter(|name| counts.get(name).copied().unwrap_or_default() < share.max(1));
    // There are more numbers than containers.
    with_room.next().unwrap_or_else(|| format!("{prefix}0"))
}

/// Whether a network has a name that ours have: the prefix and a number.
pub(super) fn is_named(prefix: &str, name: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|number| number.parse::<usize>().is_ok())
}

async fn ensure(client: &Client, name: &str) -> Result<Network, RuntimeError> {
    if let Some(there) = find(client, name).await? {
        return Ok(there);
    }
    for subnet in subnets() {
        let made = bounded(client.create_network(request(name, &subnet))).await;
        if made.as_ref().is_err_and(|error| error::says(error, "overlaps")) {
            continue;
        }
        // Somebody may have been quicker: the bridge's name is unique even where network names are not.
        return match find(client, name).await? {
            Some(there) => Ok(there),
            None => {
                Err(made
                    .map_or_else(error::explained, |_| error::unavailable(format!("the network `{name}` has gone"))))
            }
        };
    }
    let reason = format!(
        "no address range is left for the network `{name}`: remove unused networks (`docker network prune`), then try again"
    );
    Err(error::rejected("network-range", reason))
}

/// The address that Docker gives the host on a bridge, unless another is asked for: the first of the range.
pub(super) fn first_address(subnet: &str) -> Option<Ipv4Addr> {
    let (network, _) = subnet.split_once('/')?;
    let network: Ipv4Addr = network.parse().ok()?;
    Some(Ipv4Addr::from_bits(network.to_bits().checked_add(1)?))
}

fn subnets() -> impl Iterator<Item = String> {
    RANGES.into_iter().flat_map(|[a, b]| (0..NETWORKS_PER_RANGE).map(move |nth| format!("{a}.{b}.{}.0/22", nth * 4)))
}

/// The network of this name, if there is one. A list, because a look at one network tells of each container in it as well.
async fn find(client: &Client, name: &str) -> Result<Option<Network>, RuntimeError> {
    let filters = HashMap::from([("name".to_owned(), vec![name.to_owned()])]);
    let options = ListNetworksOptions { filters: Some(filters) };
    let found = bounded(client.list_networks(Some(options))).await.map_err(error::explained)?;
    // The filter lets names through that only contain it.
    match found.into_iter().find(|network| network.name.as_deref() == Some(name)) {
        Some(network) if !is_ours(&network) => {
            let reason = format!(
                "the Docker network `{name}` was not made by THON or lets sandboxes reach each other: remove it with \
                 `docker network rm {name}`, then try again"
            );
            Err(error::rejected("network-foreign", reason))
        }
        found => Ok(found),
    }
}

fn is_ours(network: &Network) -> bool {
    let has = |map: &Option<HashMap<String, String>>, key: &str, value: &str| {
        map.as_ref().and_then(|map| map.get(key)).is_some_and(|found| found == value)
    };
    has(&network.labels, labels::NETWORK, "sandboxes") && has(&network.options, ICC, "false")
}

fn request(name: &str, subnet: &str) -> NetworkCreateRequest {
    // Docker 20.10 chooses the same, but does not tell it before the daemon is started anew.
    let gateway = first_address(subnet).map(|at| at.to_string());
    let range = IpamConfig { subnet: Some(subnet.to_owned()), gateway, ..Default::default() };
    NetworkCreateRequest {
        name: name.to_owned(),
        driver: Some("bridge".to_owned()),
        ipam: Some(Ipam { config: Some(vec![range]), ..Default::default() }),
        options: Some(labels::labels([(BRIDGE_NAME, name.to_owned()), (ICC, "false".to_owned())])),
        labels: Some(labels::labels([(labels::NETWORK, "sandboxes".to_owned())])),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_network_leads_to_the_next() {
        let chosen = |counts: &[(&str, usize)]| {
            let counts = counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
            first_with_room("thon", &counts, 500)
        };
        assert_eq!(chosen(&[]), "thon0");
        assert_eq!(chosen(&[("thon0", 499), ("bridge", 900)]), "thon0");
        assert_eq!(chosen(&[("thon0", 500)]), "thon1");
        assert_eq!(chosen(&[("thon0", 500), ("thon1", 501)]), "thon2");
        // Room that comes free is used again.
        assert_eq!(chosen(&[("thon0", 3), ("thon1", 500)]), "thon0");
    }

    #[test]
    fn no_range_is_tried_twice() {
        let all: std::collections::BTreeSet<_> = subnets().collect();
        assert_eq!((all.len(), subnets().count()), (256, 256));
        assert_eq!(subnets().nth(63).as_deref(), Some("10.213.252.0/22"));
        assert!(subnets().all(|subnet| first_address(&subnet).is_some_and(|at| at.octets()[3] == 1)));
    }
}
