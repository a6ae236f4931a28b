//! Every authority makes real certificates, looked at by those who will look at them: rustls, OpenSSL, a real ACME server.

mod acme;
mod chain;
mod doors;
mod own;
mod pebble;
mod programs;
mod verify;

use std::{net::IpAddr, path::Path};

use thon_core::port::certificate_authority::{CertificateAuthority, CertificateName, CertificateRequest, Issued};

/// A server under a domain and two addresses.
fn request() -> CertificateRequest {
    CertificateRequest {
        domain: Some("thon.example.org".to_owned()),
        wildcard: true,
        addresses: ["203.0.113.7", "10.1.2.3"].map(|text| text.parse::<IpAddr>().expect("an address")).into(),
    }
}

fn name(text: &str) -> CertificateName {
    text.parse().expect("a name")
}

/// What holds for every authority: good now, for all its names and for none else, with a key of its own each time.
async fn contract(
    authority: &dyn CertificateAuthority,
    request: &CertificateRequest,
    root: &str,
    folder: &Path,
) -> Issued {
    let issued = authority.issue(request).await.expect("a certificate");
    assert_eq!(issued.provider, authority.name());
    let names = authority.names(request);
    assert!(!names.is_empty());
    let certificate = &issued.bundle.certificate;
    assert_eq!(certificate.lacks(&names), Vec::<&CertificateName>::new(), "{:?}", certificate.names);
    for wanted in names.iter().chain([&name("bank.example"), &name("evilthon.example.org"), &name("203.0.113.8")]) {
        // A star is nothing that somebody asks for.
        let asked = name(&wanted.to_string().replace('*', "alpha-alice"));
        let good = names.contains(wanted);
        assert_eq!(verify::by_rustls(&issued.bundle, root, &asked).is_ok(), good, "{asked}");
        assert_eq!(verify::by_openssl(&issued.bundle, root, &asked, folder), good, "{asked}");
    }
    let other = authority.renew(request, &issued).await.expect("another");
    assert_ne!(other.bundle.certificate.fingerprint, certificate.fingerprint);
    assert_ne!(other.bundle.reveal_key(), issued.bundle.reveal_key());
    issued
}
