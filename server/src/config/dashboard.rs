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
        let expected = "an IP address such as 127.0.0.1 or 0.0.0.0";
        Self {
            host: reader.word(HOST, loopback, expected, |text| match text {
                "localhost" => Some(loopback),
                address => address.parse().ok(),
            }),
            port: reader.whole("dashboard.port", 8100, 1..=65535),
        }
    }
}
