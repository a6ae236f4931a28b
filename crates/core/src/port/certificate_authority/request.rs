//! What a certificate is wanted for.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use super::CertificateName;

/// The names and addresses under which a server is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateRequest {
    /// The domain in lower case, if the server has one.
    pub domain: Option<String>,
    /// Whether sandboxes have names below the domain.
    pub wildcard: bool,
    /// The addresses under which the machine is reached, besides its own loopback.
    pub addresses: BTreeSet<IpAddr>,
}

impl CertificateRequest {
    /// Everything that a request may come in under: domain, names below it, addresses, `localhost` and loopback.
    pub fn all_names(&self) -> Vec<CertificateName> {
        let domain = self.domain_names().into_iter();
        let addresses = self.addresses.iter().copied().map(CertificateName::Address);
        let local = [
            CertificateName::Domain("localhost".to_owned()),
            CertificateName::Address(Ipv4Addr::LOCALHOST.into()),
            CertificateName::Address(Ipv6Addr::LOCALHOST.into()),
        ];
        let mut names = Vec::new();
        for name in domain.chain(addresses).chain(local) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The domain and, where sandboxes have names, all below it; nothing without a domain.
    pub fn domain_names(&self) -> Vec<CertificateName> {
        let Some(domain) = &self.domain else { return Vec::new() };
        let below = self.wildcard.then(|| CertificateName::Domain(format!("*.{domain}")));
        [CertificateName::Domain(domain.clone())].into_iter().chain(below).collect()
    }

    /// What a public authority certifies: the names of the domain, else the addresses of the internet.
    ///
    /// Not both: a certificate with an address lives for days only, and a domain needs none.
    pub fn public_names(&self) -> Vec<CertificateName> {
        let domain = self.domain_names();
        if !domain.is_empty() {
            return domain;
        }
        self.addresses.iter().copied().map(CertificateName::Address).filter(CertificateName::is_public).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_what_is_reached() {
        let told = |names: Vec<CertificateName>| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let mut request = CertificateRequest {
            domain: Some("thon.example.org".to_owned()),
            wildcard: true,
            addresses: ["8.8.8.8", "10.0.0.1", "127.0.0.1"].map(|text| text.parse().expect("an address")).into(),
        };
        assert_eq!(
            told(request.all_names()),
            "thon.example.org *.thon.example.org 8.8.8.8 10.0.0.1 127.0.0.1 localhost ::1"
        );
        assert_eq!(told(request.public_names()), "thon.example.org *.thon.example.org");
        request.wildcard = false;
        assert_eq!(told(request.public_names()), "thon.example.org");
        request.domain = None;
        assert_eq!(told(request.public_names()), "8.8.8.8");
    }
}
