//! What the authority may certify at all: written into its root, so that who steals its key can be nobody else (RFC 5280 §4.2.1.10).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rcgen::{CidrSubnet, GeneralSubtree, NameConstraints};
use thon_core::port::certificate_authority::CertificateName;
use x509_parser::{
    certificate::X509Certificate,
    extensions::{GeneralName, GeneralSubtree as Subtree},
    prelude::FromDer as _,
};

/// Networks that are nobody's on the internet: their addresses may be added later without a new root.
const PRIVATE: [(IpAddr, u8); 9] = [
    (v4(127, 0), 8),
    (v4(10, 0), 8),
    (v4(172, 16), 12),
    (v4(192, 168), 16),
    (v4(169, 254), 16),
    // Shared by carriers, and what many overlay networks use (RFC 6598).
    (v4(100, 64), 10),
    (v6(0xfc00), 7),
    (v6(0xfe80), 10),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
];

const fn v4(a: u8, b: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(a, b, 0, 0))
}

const fn v6(first: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, 0))
}

/// What a root for these names permits: domains with all below them, private networks, other addresses one by one.
pub(super) fn for_names(names: &[CertificateName]) -> NameConstraints {
    let private = PRIVATE.map(|(network, bits)| CidrSubnet::from_addr_prefix(network, bits));
    let mut permitted: Vec<GeneralSubtree> = private.into_iter().map(GeneralSubtree::IpAddress).collect();
    for name in names {
        let subtree = match name {
            CertificateName::Domain(domain) => {
                GeneralSubtree::DnsName(domain.strip_prefix("*.").unwrap_or(domain).to_owned())
            }
            CertificateName::Address(address) if is_private(*address) => continue,
            CertificateName::Address(address) => {
                let bits = if address.is_ipv4() { 32 } else { 128 };
                GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(*address, bits))
            }
        };
        if !permitted.contains(&subtree) {
            permitted.push(subtree);
        }
    }
    NameConstraints { permitted_subtrees: permitted, excluded_subtrees: Vec::new() }
}

/// The first of the names that a root does not permit; `None` when it permits all.
pub(super) fn forbidden<'n>(root_der: &[u8], names: &'n [CertificateName]) -> Option<&'n CertificateName> {
    let Ok((_, root)) = X509Certificate::from_der(root_der) else { return names.first() };
    let constraints = root.name_constraints().ok().flatten();
    let Some(permitted) = constraints.and_then(|found| found.value.permitted_subtrees.as_ref()) else {
        return names.first();
    };
    names.iter().find(|name| !permitted.iter().any(|subtree| permits(subtree, name)))
}

fn permits(subtree: &Subtree<'_>, name: &CertificateName) -> bool {
    match (&subtree.base, name) {
        (GeneralName::DNSName(above), CertificateName::Domain(domain)) => {
            let domain = domain.strip_prefix("*.").unwrap_or(domain);
            domain == *above || domain.strip_suffix(above).is_some_and(|rest| rest.ends_with('.'))
        }
        (GeneralName::IPAddress(network), CertificateName::Address(address)) => {
            let address = octets(*address);
            network.len() == address.len() * 2 && within(network, &address)
        }
        _ => false,
    }
}

fn is_private(address: IpAddr) -> bool {
    PRIVATE.iter().any(|(network, bits)| {
        let (network, address) = (octets(*network), octets(address));
        let mask = (0..network.len()).map(|nth| mask(usize::from(*bits).saturating_sub(nth * 8)));
        let both: Vec<u8> = network.iter().copied().chain(mask).collect();
        network.len() == address.len() && within(&both, &address)
    })
}

/// Whether an address is one of a network, written as its address and its mask.
fn within(network: &[u8], address: &[u8]) -> bool {
    let (base, mask) = network.split_at(address.len());
    base.iter().zip(mask).zip(address).all(|((base, mask), byte)| base & mask == byte & mask)
}

/// A byte whose first bits are set.
fn mask(bits: usize) -> u8 {
    u8::MAX.checked_shl(8 - u32::try_from(bits.min(8)).unwrap_or(8)).unwrap_or(0)
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known() {
        for private in ["127.0.0.1", "10.9.9.9", "172.31.0.1", "100.127.0.1", "::1", "fd00::1", "febf::1"] {
            assert!(is_private(private.parse().expect("an address")), "{private}");
        }
        for public in ["126.0.0.1", "172.32.0.1", "100.128.0.1", "203.0.113.7", "fec0::1", "2001:db8::1", "::2"] {
            assert!(!is_private(public.parse().expect("an address")), "{public}");
        }
    }
}
