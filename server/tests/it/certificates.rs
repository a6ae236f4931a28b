//! The certificate of a server under a domain: made at the start, told, renewed, kept, and its root for everybody.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::Value;
use tokio::time::{sleep, timeout};

use crate::app::{Kind, TestApp};

const UNDER_A_DOMAIN: &str = "nginx: {domain: thon.example.org}\nexternal_ip: 203.0.113.7\n";

/// The certificate in use, once there is one.
async fn certificate(app: &TestApp) -> Value {
    let looking = async {
        loop {
            let status = app.operator().get("/api/certificates").await.with_status(200).json();
            if !status["certificate"].is_null() {
                return status;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(20), looking).await.expect("a certificate")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_under_a_domain_has_a_certificate_of_its_own_authority() {
    let mut app = TestApp::configured(Kind::Sqlite, UNDER_A_DOMAIN).await;
    let status = certificate(&app).await;
    let certificate_of = |status: &Value| status["certificate"]["fingerprint"].clone();
    assert_eq!((&status["authority"], &status["certificate"]["provider"]), (&"auto".into(), &"own".into()));
    let names = ["thon.example.org", "*.thon.example.org", "203.0.113.7", "localhost", "127.0.0.1", "::1"];
    assert_eq!(status["certificate"]["names"], serde_json::json!(names));
    let why = status["certificate"]["why"].as_str().expect("a reason");
    assert!(why.starts_with("acme was passed over: nobody agreed"), "{why}");
    assert_eq!(status["concern"], Value::Null);

    let root = app.stranger().get("/ca.crt").await.with_status(200);
    assert_eq!(root.header("content-type"), "application/x-x509-ca-cert");
    assert!(root.body.starts_with("-----BEGIN CERTIFICATE-----"), "{}", root.body);
    let help = app.stranger().visit("/ca").await.with_status(200);
    let told = help.body.replace("<wbr>", "");
    let fingerprint = app.operator().get("/api/certificates/authority").await.json()["fingerprint"].clone();
    assert!(told.contains(fingerprint.as_str().expect("a fingerprint")), "{told}");
    for system in ["Windows", "macOS", "iPhone", "Android", "Firefox", "Debian"] {
        assert!(told.contains(system), "{system}");
    }
    assert!(!told.contains("<script") && !told.contains('{'), "{told}");
    app.stranger().get("/ca.der").await.with_status(200);
    let told = app.participant("alpha/alice").await.get("/api/certificates/authority").await.with_status(200).json();
    assert_eq!(told["pem"], root.body);

    app.restart().await;
    let kept = certificate(&app).await;
    assert_eq!(certificate_of(&kept), certificate_of(&status), "a restart needs no new one");
    app.organizer().await.post("/api/certificates/renew").await.with_status(403);
    let renewed = app.admin().await.post("/api/certificates/renew").await.with_status(200).json();
    assert_ne!(certificate_of(&renewed), certificate_of(&status));
    assert_eq!(app.stranger().get("/ca.crt").await.body, root.body, "people have trusted this root");

    app.pass(TimeDelta::days(300));
    app.restart().await;
    let later = timeout(Duration::from_secs(20), async {
        loop {
            let status = certificate(&app).await;
            if certificate_of(&status) != certificate_of(&renewed) {
                return status;
            }
            sleep(Duration::from_millis(50)).await;
        }
    });
    assert!(later.await.expect("renewed")["certificate"]["days_left"].as_i64() > Some(390));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_has_none_and_says_so() {
    let app = TestApp::new().await;
    let status = app.operator().get("/api/certificates").await.with_status(200).json();
    assert_eq!((&status["wanted"], &status["certificate"]), (&serde_json::json!([]), &Value::Null));
    let refused = app.operator().post("/api/certificates/renew").await.with_status(409).json();
    assert!(refused["hint"].as_str().is_some_and(|hint| hint.contains("nginx.domain")), "{refused}");
    app.stranger().get("/ca.crt").await.with_status(404);
    assert_eq!(app.operator().get("/api/health").await.with_status(200).json()["certificate"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_cannot_be_made_is_told_where_people_look() {
    let yaml = "nginx: {domain: thon.example.org, ssl_provider: acme}\n";
    let app = TestApp::configured(Kind::Sqlite, yaml).await;
    let refused = app.operator().post("/api/certificates/renew").await.with_status(409).json();
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("acme.dns_hook")), "{refused}");
    let health = app.operator().get("/api/health").await.with_status(200).json();
    let concern = health["certificate"]["concern"].as_str().expect("a concern");
    assert!(concern.starts_with("there is no certificate, so nothing is answered over TLS"), "{concern}");
    let check = app.operator().get("/api/system/check").await.with_status(200).json();
    let notices = check["notices"].as_array().expect("notices");
    assert!(notices.iter().any(|notice| notice["kind"] == "certificate"), "{notices:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_for_a_root_where_there_is_none_is_told_in_words() {
    let app = TestApp::new().await;
    let page = app.stranger().visit("/ca").await.with_status(404);
    assert!(page.body.contains("Nothing to trust here"), "{page}");
    app.stranger().get("/ca.crt").await.with_status(404);
}
