//! The chain that `auto` is: who is passed over, who fails, who makes it, and when the better one is asked again.

use std::{path::Path, sync::Arc};

use thon_adapters::certificates::{
    auto::{Auto, Step},
    files::Files,
    own_ca::OwnCa,
};
use thon_core::{clock::SystemClock, port::certificate_authority::CertificateAuthority as _};

use super::request;

fn own(folder: &Path) -> Step {
    Step { authority: Arc::new(OwnCa::new(folder.join("own"), Arc::new(SystemClock))), passed_over: None }
}

fn files(folder: &Path) -> Files {
    Files { certificate: folder.join("own/a.pem"), key: folder.join("own/a.key") }
}

#[tokio::test]
async fn who_cannot_is_passed_over_and_the_reason_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Step { authority: Arc::new(files(folder.path())), passed_over: Some("there are no files".to_owned()) };
    let auto = Auto::new(vec![first, own(folder.path())], Arc::new(SystemClock));
    let issued = auto.issue(&request()).await.expect("a certificate");
    assert_eq!(issued.provider, "own");
    assert_eq!(issued.why, "files was passed over: there are no files; THON's own authority was made for it");
    assert!(!auto.has_newer(&request(), &issued).await);
    let root = auto.root().await.expect("looked").expect("a root");
    assert_eq!(root.subject, issued.bundle.certificate.issuer);
    auto.renew(&request(), &issued).await.expect("another");
}

#[tokio::test]
async fn who_fails_is_asked_again_and_takes_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Step { authority: Arc::new(files(folder.path())), passed_over: None };
    let auto = Auto::new(vec![first, own(folder.path())], Arc::new(SystemClock));
    let issued = auto.issue(&request()).await.expect("a certificate");
    assert_eq!(issued.provider, "own");
    assert!(issued.why.starts_with("files made none: "), "{}", issued.why);
    assert_eq!(auto.names_by("own", &request()).len(), 7);
    assert!(auto.has_newer(&request(), &issued).await, "the better one may work by now");
    let refused = auto.renew(&request(), &issued).await.expect_err("it does not, and the old one is good");
    assert!(refused.to_string().ends_with("own stays in use"), "{refused}");

    let files = files(folder.path());
    std::fs::write(&files.certificate, &issued.bundle.chain_pem).expect("written");
    std::fs::write(&files.key, issued.bundle.reveal_key()).expect("written");
    let better = auto.renew(&request(), &issued).await.expect("it does");
    assert_eq!(better.provider, "files");
    assert!(!auto.has_newer(&request(), &better).await);
}
