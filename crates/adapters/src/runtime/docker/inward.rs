//! The way from a sandbox to this host: the port that the packet filter leaves open, on each bridge's own address.

use std::net::{IpAddr, SocketAddr};

use bollard::models::{Ipam, Network};
use thon_core::port::runtime::RuntimeError;

use super::{Docker, network};

/// The variable that tells programs in a sandbox where THON is, for example `http://10.213.0.1:8200/agent/`.
const URL_VARIABLE: &str = "THON_AGENT_URL";

impl Docker {
    /// Where sandboxes come to, on every bridge that there is now.
    pub(super) async fn inward(&self) -> Result<Vec<SocketAddr>, RuntimeError> {
        let Some(port) = self.inward_port() else { return Ok(Vec::new()) };
        let client = self.daemon.client().await?;
        let networks = self.networks(client).await?;
        Ok(networks
            .into_iter()
            .filter_map(|network| gateway(network.ipam.as_ref()?))
            .map(|at| SocketAddr::new(at, port))
            .collect())
    }

    /// What a sandbox on this bridge is told of it, as an assignment; nothing where there is no way.
    pub(super) fn inward_url(&self, network: &Network) -> Option<String> {
        let at = SocketAddr::new(gateway(network.ipam.as_ref()?)?, self.inward_port()?);
        Some(format!("{URL_VARIABLE}=http://{at}/agent/"))
    }

    /// Bridges of another machine have addresses that are not here.
    fn inward_port(&self) -> Option<u16> {
        self.options.sandbox_listener_port.filter(|_| self.daemon.is_local())
    }
}

/// The host's own address on a bridge. Where Docker chose it, version 20.10 tells it only after the daemon was started anew.
fn gateway(ipam: &Ipam) -> Option<IpAddr> {
    ipam.config.as_ref()?.iter().find_map(|range| match &range.gateway {
        Some(told) => told.parse().ok(),
        None => network::first_address(range.subnet.as_ref()?).map(IpAddr::V4),
    })
}
