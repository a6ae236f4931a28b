//! Certificates from programs of the host, and from the operator by hand.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use thon_adapters::certificates::{certbot::Certbot, files::Files, mkcert::Mkcert, openssl::OpenSsl};
use thon_core::port::certificate_authority::{AuthorityError, CertificateAuthority as _};

use super::{contract, name, request, verify};

#[tokio::test]
async fn mkcert_makes_what_its_root_vouches_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let root_folder = folder.path().join("root");
    let mkcert = Mkcert { folder: folder.path().join("certificates"), root_folder: Some(root_folder.clone()) };
    assert!(mkcert.root().await.expect("asked").is_none());
    mkcert.issue(&request()).await.expect("a certificate");
    let root = mkcert.root().await.expect("asked").expect("a root");
    contract(&mkcert, &request(), &root.pem, folder.path()).await;
    assert!(root_folder.join("rootCA.pem").is_file(), "it is the root of this test, not the machine's");
}

#[tokio::test]
async fn openssl_makes_one_that_vouches_for_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let openssl = OpenSsl { folder: folder.path().join("certificates") };
    let names = openssl.names(&request());
    let issued = openssl.issue(&request()).await.expect("a certificate");
    let certificate = &issued.bundle.certificate;
    assert_eq!((certificate.subject.as_str(), certificate.issuer.as_str()), ("CN=thon", "CN=thon"));
    assert!(certificate.lacks(&names).is_empty());
    assert_eq!((certificate.not_after - certificate.not_before).num_days(), 365);
    assert_eq!(openssl.root().await.expect("asked").expect("itself").fingerprint, certificate.fingerprint);
    // Each is its own root, so the contract of the others, whose root stays, is not its.
    for asked in names.iter().chain([&name("bank.example"), &name("203.0.113.8")]) {
        let (good, asked) = (names.contains(asked), name(&asked.to_string().replace('*', "alpha-alice")));
        assert_eq!(verify::by_rustls(&issued.bundle, &certificate.pem, &asked).is_ok(), good, "{asked}");
        assert_eq!(verify::by_openssl(&issued.bundle, &certificate.pem, &asked, folder.path()), good, "{asked}");
    }
    let other = openssl.renew(&request(), &issued).await.expect("another");
    assert_ne!(other.bundle.reveal_key(), issued.bundle.reveal_key());
}

#[tokio::test]
async fn a_program_that_is_not_there_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let certbot = Certbot {
        program: "thon-no-certbot".to_owned(),
        folder: folder.path().to_owned(),
        web_folder: folder.path().to_owned(),
        email: None,
        dns_hook: Some("/bin/true".into()),
        directory: None,
    };
    let refused = certbot.issue(&request()).await.expect_err("it is not there");
    assert!(matches!(refused, AuthorityError::NotFound { .. }), "{refused}");
    assert!(refused.to_string().contains("nginx.ssl_provider"), "{refused}");
    let unproven = Certbot { dns_hook: None, ..certbot }.issue(&request()).await.expect_err("a wildcard");
    assert!(unproven.to_string().contains("acme.dns_hook"), "{unproven}");
}

#[tokio::test]
async fn certbot_is_called_as_it_is_documented() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = OpenSsl { folder: folder.path().join("source") };
    source.issue(&request()).await.expect("a certificate to give");
    let program = folder.path().join("certbot");
    let (calls, live) = (folder.path().join("calls"), folder.path().join("certbot home/config/live/thon"));
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" >>'{}'\nmkdir -p '{live}'\ncp '{source}/openssl.crt' '{live}/fullchain.pem'\n\
         cp '{source}/openssl.key' '{live}/privkey.pem'\n",
        calls.display(),
        live = live.display(),
        source = folder.path().join("source").display(),
    );
    executable(&program, &script);
    let certbot = Certbot {
        program: program.display().to_string(),
        folder: folder.path().join("certbot home"),
        web_folder: folder.path().join("web"),
        email: Some("admin@example.org".to_owned()),
        dns_hook: Some("/opt/hook".into()),
        directory: None,
    };
    let first = certbot.issue(&request()).await.expect("a certificate");
    let said = fs::read_to_string(&calls).expect("calls").replace(&folder.path().display().to_string(), "");
    assert_eq!(
        said.lines().collect::<Vec<_>>().join(" "),
        "certonly --non-interactive --agree-tos --cert-name thon --config-dir /certbot home/config --work-dir /certbot \
         home/work --logs-dir /certbot home/logs --email admin@example.org --manual --preferred-challenges dns \
         --manual-auth-hook /opt/hook present --manual-cleanup-hook /opt/hook cleanup -d thon.example.org -d \
         *.thon.example.org"
    );
    let shell = Certbot { dns_hook: Some("/opt/hook;reboot".into()), ..certbot.clone() };
    let refused = shell.issue(&request()).await.expect_err("no word of a shell").to_string();
    assert!(refused.contains("certbot hands it to a shell"), "{refused}");
    assert!(!certbot.has_newer(&request(), &first).await);

    // Its own timer renews too.
    let other = source.issue(&request()).await.expect("another");
    fs::write(live.join("fullchain.pem"), &other.bundle.chain_pem).expect("written");
    fs::write(live.join("privkey.pem"), other.bundle.reveal_key()).expect("written");
    assert!(certbot.has_newer(&request(), &first).await);
    let renewed = certbot.renew(&request(), &first).await.expect("taken as it is");
    assert_eq!(renewed.bundle.certificate.fingerprint, other.bundle.certificate.fingerprint);
    let calls_before = fs::read_to_string(&calls).expect("calls").matches("certonly").count();
    certbot.renew(&request(), &renewed).await.expect("made anew");
    let calls_after = fs::read_to_string(&calls).expect("calls");
    assert_eq!((calls_before, calls_after.matches("certonly").count()), (1, 2));
    assert!(calls_after.contains("--force-renewal"));
}

#[tokio::test]
async fn files_of_the_operator_are_checked_and_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = OpenSsl { folder: folder.path().to_owned() };
    let made = source.issue(&request()).await.expect("a certificate");
    let files = Files { certificate: folder.path().join("own.pem"), key: folder.path().join("own.key") };
    let missing = files.issue(&request()).await.expect_err("they are not there");
    assert!(missing.to_string().contains("own.pem"), "{missing}");
    fs::write(&files.certificate, &made.bundle.chain_pem).expect("written");
    fs::write(&files.key, made.bundle.reveal_key()).expect("written");
    let first = files.issue(&request()).await.expect("a pair");
    assert!(!files.has_newer(&request(), &first).await);
    let other = source.issue(&request()).await.expect("another");
    fs::write(&files.certificate, &other.bundle.chain_pem).expect("written");
    assert!(!files.has_newer(&request(), &first).await, "half of a pair is none");
    let mismatch = files.issue(&request()).await.expect_err("the key is another's");
    assert!(mismatch.to_string().contains("not the one of the certificate"), "{mismatch}");
    fs::write(&files.key, other.bundle.reveal_key()).expect("written");
    assert!(files.has_newer(&request(), &first).await);
}

/// Writes a program.
pub fn executable(path: &Path, script: &str) {
    fs::write(path, script).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).expect("made executable");
}
