//! THON's own authority: what it certifies, what even its key cannot certify, and when people have to trust it anew.

use std::{fs, os::unix::fs::PermissionsExt as _, sync::Arc};

use chrono::TimeDelta;
use rcgen::{CertificateParams, Issuer, KeyPair};
use thon_adapters::certificates::own_ca::OwnCa;
use thon_core::{
    clock::SystemClock,
    port::certificate_authority::{Bundle, CertificateAuthority as _, CertificateRequest},
};

use super::{contract, name, request, verify};

fn authority(folder: &tempfile::TempDir) -> OwnCa {
    OwnCa::new(folder.path().join("certificates"), Arc::new(SystemClock))
}

#[tokio::test]
async fn own_certifies_everything_under_which_the_server_is_reached() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = authority(&folder);
    assert!(own.root().await.expect("looked").is_none(), "nothing is made before it is needed");
    own.issue(&request()).await.expect("a certificate");
    let root = own.root().await.expect("looked").expect("a root");
    let issued = contract(&own, &request(), &root.pem, folder.path()).await;
    assert!(issued.bundle.not_after() - issued.bundle.not_before() < TimeDelta::days(397));
    assert_eq!(issued.bundle.certificate.issuer, root.subject);
    let key = folder.path().join("certificates/ca.key");
    assert_eq!(fs::metadata(key).expect("a key").permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn own_key_certifies_nothing_else_in_the_hands_of_a_thief() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = authority(&folder);
    own.issue(&request()).await.expect("a certificate");
    let read = |name: &str| fs::read_to_string(folder.path().join("certificates").join(name)).expect("a file");
    let root = read("ca.crt");
    let thief = Issuer::from_ca_cert_pem(&root, KeyPair::from_pem(&read("ca.key")).expect("a key")).expect("a root");
    for (wanted, good) in [
        ("bank.example", false),
        ("example.org", false),
        ("evilthon.example.org", false),
        ("203.0.113.8", false),
        ("2606:4700::1", false),
        ("alpha-alice.thon.example.org", true),
        ("192.168.7.7", true),
    ] {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([wanted.to_owned()]).expect("a name");
        let forged = params.signed_by(&key, &thief).expect("signed");
        let forged = Bundle::parse(&forged.pem(), &key.serialize_pem()).expect("a pair");
        assert_eq!(verify::by_rustls(&forged, &root, &name(wanted)).is_ok(), good, "{wanted}");
        let said = verify::by_openssl(&forged, &root, &name(wanted), folder.path());
        assert!(!said || good, "OpenSSL takes {wanted}");
    }
}

#[tokio::test]
async fn own_root_stays_until_it_cannot() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = authority(&folder);
    let fingerprint = async |request: &CertificateRequest| {
        let issued = own.issue(request).await.expect("a certificate");
        (own.root().await.expect("looked").expect("a root").fingerprint, issued.why)
    };
    let (first, why) = fingerprint(&request()).await;
    assert_eq!(why, "THON's own authority was made for it");
    let mut moved = request();
    moved.addresses.insert("192.168.1.5".parse().expect("an address"));
    let (second, why) = fingerprint(&moved).await;
    assert_eq!(first, second, "a private address may be added");
    assert_eq!(why, "THON's own authority signs it; people have its root already");
    moved.addresses.insert("198.51.100.9".parse().expect("an address"));
    let (third, why) = fingerprint(&moved).await;
    assert_ne!(third, second);
    assert!(why.ends_with("because the one before may not certify 198.51.100.9"), "{why}");
    moved.domain = Some("other.example.org".to_owned());
    assert_ne!(fingerprint(&moved).await.0, third);
    let kept = fs::read_dir(folder.path().join("certificates")).expect("a folder");
    let kept = kept.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    assert_eq!(kept.filter(|name| name.starts_with("ca-")).count(), 2, "roots of before can be taken out again");
}
