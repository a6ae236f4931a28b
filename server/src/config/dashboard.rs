//! Where THON listens.

use std::net::{IpAddr, Ipv4Addr};

use super::reader::Reader;

pub(super) const HOST: &str = "dashboard.host";

/// The address of the dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dashboard {
    /// 127.0.0.1 by default: other machines may knock only where people can sign in.
    pub host: IpAddr,
    pub port: u16,
}

impl Dashboard {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let takes = "an IP address such as 127.0.0.1 or 0.0.0.0";
        let host = reader.key(HOST, "The address that THON listens on").env("DASHBOARD_HOST").flag("--host");
        let host = host.word(loopback, takes, |text| match text {
            "localhost" => Some(loopback),
            address => address.parse().ok(),
        });
        let port = reader.key("dashboard.port", "The port that THON listens on").env("DASHBOARD_PORT").flag("--port");
        let port = port.whole(8100, 1..=65535);
        reader
            .key("dashboard.debug", "Whether the earlier THON started anew when its code changed")
            .env("DASHBOARD_DEBUG")
            .never("THON is a compiled program; log_level says how much it logs")
            .truth(false);
        Self { host, port }
    }
}
