//! The address with which this machine speaks to the outside, as its own routes say: nobody outside is asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Somewhere outside that is only in documents (RFC 5737, RFC 3849). Nothing is ever sent there.
const OUTSIDE: [(IpAddr, IpAddr); 2] = [
    (IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))),
    (IpAddr::V6(Ipv6Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))),
];

/// The address that the default route speaks from, IPv4 before IPv6; none without such a route.
///
/// Behind a NAT it is a private one: what the world sees instead, only somebody in the world could tell.
pub fn outward_address() -> Option<IpAddr> {
    let mut own = OUTSIDE.into_iter().filter_map(|(here, there)| from(here, there).ok());
    own.find(|own| !own.is_unspecified() && !own.is_loopback())
}

/// Connecting a UDP socket chooses a route and an address, and sends nothing (udp(7)).
fn from(here: IpAddr, there: IpAddr) -> std::io::Result<IpAddr> {
    let socket = UdpSocket::bind(SocketAddr::new(here, 0))?;
    socket.connect(SocketAddr::new(there, 9))?;
    Ok(socket.local_addr()?.ip())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Whether the kernel's table has a default route of IPv4 (proc(5): `/proc/net/route`, destination and mask in hexadecimal).
    fn has_default_route() -> bool {
        let table = fs::read_to_string("/proc/net/route").unwrap_or_default();
        table.lines().any(|line| {
            let mut fields = line.split_whitespace().skip(1);
            (fields.next(), fields.nth(5)) == (Some("00000000"), Some("00000000"))
        })
    }

    #[test]
    fn the_address_is_one_of_this_machine_and_there_where_a_default_route_is() {
        let found = outward_address();
        if has_default_route() {
            assert!(found.is_some_and(|address| address.is_ipv4()), "{found:?}");
        }
        if let Some(address) = found {
            // Only an address of this machine can be listened on.
            UdpSocket::bind(SocketAddr::new(address, 0)).expect("an address of this machine");
            assert!(!address.is_loopback() && !address.is_unspecified(), "{address}");
        }
    }
}
