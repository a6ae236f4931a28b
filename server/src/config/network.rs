//! How THON is seen from outside.

use std::net::IpAddr;

use thon_domain::network::Network as Addresses;

use super::reader::Reader;

/// The network around the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// The address under which the machine is reached; none means that it is looked for.
    pub external_ip: Option<IpAddr>,
    /// The proxies whose word about a caller's address is taken.
    pub trusted_proxies: Vec<Addresses>,
}

impl Network {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            external_ip: reader
                .key("external_ip", "The address under which the machine is reached; without one it is looked for")
                .env("EXTERNAL_IP")
                .env("LEMONADE_EXTERNAL_IP")
                .setting(&["external_ip"])
                .optional_word("an IP address", |text| text.parse().ok()),
            trusted_proxies: reader
                .key(
                    "trusted_proxies",
                    "The proxies in front of THON whose word is taken for a caller's address, scheme and host \
                     (X-Forwarded-For, -Proto and -Host, or Forwarded)",
                )
                .words("a list of addresses and networks such as 10.0.0.0/8"),
        }
    }
}
