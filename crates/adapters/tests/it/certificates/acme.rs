//! A real ACME server looks at every proof: on port 80, on port 443, in the DNS; with THON's own client and with certbot.

use std::{fs, os::unix::fs::PermissionsExt as _};

use thon_adapters::certificates::{
    acme::{Acme, AcmeOptions, Method},
    certbot::Certbot,
};
use thon_core::port::certificate_authority::{AuthorityError, CertificateAuthority, CertificateRequest};

use super::{contract, doors::Doors, pebble::Pebble, programs::executable, request};

/// How many of a hundred nonces a public authority may refuse; Pebble's own default.
const SOME: u8 = 5;

/// Debian's certbot tries again once only, and two in a row happen.
const NONE: u8 = 0;

/// An authority that refuses so many of a hundred nonces, and the doors at which it looks.
async fn proving(refused_nonces: u8) -> (Pebble, Doors) {
    let doors = Doors::open().await;
    (Pebble::new(doors.ports, refused_nonces).await, doors)
}

fn acme(pebble: &Pebble, doors: &Doors, methods: &[Method]) -> Acme {
    let options = AcmeOptions {
        directory: pebble.directory.clone(),
        root_file: Some(pebble.server_root()),
        folder: pebble.folder.path().join("acme"),
        email: Some("admin@example.org".to_owned()),
        methods: methods.to_vec(),
        dns_hook: methods.contains(&Method::Dns01).then(|| pebble.hook()),
    };
    Acme::new(options, doors.challenges.clone())
}

/// A server whose sandboxes have no names of their own.
fn single() -> CertificateRequest {
    CertificateRequest { wildcard: false, ..request() }
}

fn addresses() -> CertificateRequest {
    let addresses = ["127.0.0.1".parse().expect("an address")].into();
    CertificateRequest { domain: None, wildcard: false, addresses }
}

#[tokio::test]
async fn acme_proves_a_domain_on_port_80_and_keeps_its_account() {
    let (pebble, doors) = proving(SOME).await;
    let authority = acme(&pebble, &doors, &[Method::Http01]);
    contract(&authority, &single(), &pebble.root(), pebble.folder.path()).await;
    let account = || {
        let entries = fs::read_dir(pebble.folder.path().join("acme")).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path()).collect::<Vec<_>>()
    };
    let [file] = &account()[..] else { panic!("{:?}", account()) };
    assert_eq!(fs::metadata(file).expect("a file").permissions().mode() & 0o777, 0o600);
    let before = fs::read_to_string(file).expect("an account");
    acme(&pebble, &doors, &[Method::Http01]).issue(&single()).await.expect("a certificate");
    assert_eq!(fs::read_to_string(file).expect("an account"), before);
    assert!(authority.root().await.expect("asked").is_none(), "browsers know it already");
}

#[tokio::test]
async fn acme_proves_a_domain_on_port_443() {
    let (pebble, doors) = proving(SOME).await;
    contract(&acme(&pebble, &doors, &[Method::TlsAlpn01]), &single(), &pebble.root(), pebble.folder.path()).await;
}

#[tokio::test]
async fn acme_proves_a_wildcard_in_the_dns_through_a_hook() {
    let (pebble, doors) = proving(SOME).await;
    contract(&acme(&pebble, &doors, &[Method::Dns01]), &request(), &pebble.root(), pebble.folder.path()).await;
    let calls = pebble.hook_calls();
    let count = |word: &str| calls.iter().filter(|call| call.starts_with(word)).count();
    assert_eq!(calls[0], "present _acme-challenge.thon.example.org.");
    assert!(count("present") >= 2 && count("cleanup") == count("present"), "{calls:?}");
}

#[tokio::test]
async fn acme_proves_addresses_on_both_ports() {
    let (pebble, doors) = proving(SOME).await;
    for method in [Method::Http01, Method::TlsAlpn01] {
        let authority = acme(&pebble, &doors, &[method]);
        contract(&authority, &addresses(), &pebble.root(), pebble.folder.path()).await;
    }
}

#[tokio::test]
async fn acme_that_is_refused_tells_why_for_each_way() {
    let (pebble, doors) = proving(SOME).await;
    pebble.lead_away("thon.example.org");
    let refused =
        acme(&pebble, &doors, &[Method::Http01, Method::TlsAlpn01]).issue(&single()).await.expect_err("unproven");
    assert!(matches!(refused, AuthorityError::Rejected { .. }), "{refused}");
    let said = refused.to_string();
    assert!(said.contains("http-01: ") && said.contains("tls-alpn-01: ") && said.contains("127.0.0.99"), "{said}");
    let wildcard = acme(&pebble, &doors, &[Method::Http01]).issue(&request()).await.expect_err("nobody proves it");
    assert!(wildcard.to_string().contains("acme.dns_hook"), "{wildcard}");
    let mut nowhere = single();
    nowhere.domain = None;
    nowhere.addresses.clear();
    assert!(acme(&pebble, &doors, &[Method::Http01]).why_not(&nowhere).is_some());
}

#[tokio::test]
async fn acme_that_cannot_be_reached_may_be_later() {
    let (pebble, doors) = proving(SOME).await;
    let folder = pebble.folder.path().join("elsewhere");
    let options = AcmeOptions {
        directory: "https://127.0.0.1:1/dir".to_owned(),
        root_file: Some(pebble.server_root()),
        folder,
        email: None,
        methods: vec![Method::Http01],
        dns_hook: None,
    };
    let refused = Acme::new(options, doors.challenges.clone()).issue(&single()).await.expect_err("nobody is there");
    assert!(matches!(refused, AuthorityError::Unavailable { .. }), "{refused}");
}

#[tokio::test]
async fn certbot_itself_is_certified_by_file_and_by_dns() {
    let (pebble, doors) = proving(NONE).await;
    let program = pebble.folder.path().join("certbot");
    let script = format!("#!/bin/sh\nREQUESTS_CA_BUNDLE='{}' exec certbot \"$@\"\n", pebble.server_root().display());
    executable(&program, &script);
    let certbot = |dns: bool, folder: &str| Certbot {
        program: program.display().to_string(),
        folder: pebble.folder.path().join(folder),
        web_folder: doors.challenges.folder().expect("a folder").to_owned(),
        email: None,
        dns_hook: dns.then(|| pebble.hook()),
        directory: Some(pebble.directory.clone()),
    };
    let root = pebble.root();
    contract(&certbot(false, "by-file"), &single(), &root, pebble.folder.path()).await;
    contract(&certbot(true, "by-dns"), &request(), &root, pebble.folder.path()).await;
}
