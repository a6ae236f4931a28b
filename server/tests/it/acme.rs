//! A whole server certified by a public authority: Pebble asks at its real doors and in a DNS, and browsers are answered.

use std::{cell::Cell, net::IpAddr, sync::Arc, time::Duration};

use rustls::ClientConfig;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use self::pebble::{Pebble, Ports};
use crate::app::{Kind, PortBlock, Said, TestApp, ask_over_tls, trusting_pem};

#[path = "../../../crates/adapters/tests/it/certificates/pebble.rs"]
mod pebble;

/// How many of a hundred nonces the authority refuses; Pebble's own default.
const REFUSED_NONCES: u8 = 5;
const SOON: Duration = Duration::from_secs(30);

/// A server that has been certified, and a browser that knows the authority.
struct Certified {
    app: TestApp,
    pebble: Pebble,
    browser: Arc<ClientConfig>,
    port: u16,
    _ports: PortBlock,
}

impl Certified {
    /// `yaml` gives the sections `edge` and `acme` without their braces, from the port of HTTPS and the authority.
    async fn by(yaml: impl Fn(u16, &Pebble) -> [String; 2]) -> Self {
        let ports = PortBlock::take();
        let port = ports.first();
        // Nobody listens where a proof on port 80 would be looked for.
        let pebble = Pebble::new(Ports { http: port + 1, tls: port }, REFUSED_NONCES).await;
        let [edge, acme] = yaml(port, &pebble);
        let (directory, root) = (&pebble.directory, pebble.server_root());
        let yaml = format!(
            "nginx: {{domain: thon.example.org, ssl_provider: acme}}\nedge: {{{edge}}}\n\
             acme: {{directory: '{directory}', ca_file: '{}', {acme}}}\n",
            root.display()
        );
        let app = Box::pin(TestApp::configured(Kind::Sqlite, &yaml)).await;
        app.certified().await;
        let browser = Arc::new(trusting_pem(&pebble.root()));
        Self { app, pebble, browser, port, _ports: ports }
    }

    async fn status(&self) -> Value {
        self.app.operator().get("/api/certificates").await.with_status(200).json()
    }

    /// Asks as a browser that takes no certificate but one of the authority's for this very name.
    async fn ask(&self, label: &str, line: &str, more: &str) -> Said {
        let at = (IpAddr::from([127, 0, 0, 1]), self.port);
        ask_over_tls(&self.browser, at, &format!("{label}thon.example.org:{}", self.port), line, more).await
    }

    async fn shows_the_dashboard(&self) {
        let said = self.ask("", "GET /sign-in", "Accept: text/html\r\n").await;
        assert!(said.status == 200 && said.body.contains("<h1"), "{} {}", said.head, said.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_proven_at_the_port_at_which_the_dashboard_is_served() {
    let server =
        Certified::by(|port, _| [format!("https_port: {port}, tier: path"), "challenge: tls-alpn-01".to_owned()]).await;
    let first = server.status().await["certificate"].clone();
    assert_eq!((&first["provider"], &first["names"]), (&json!("acme"), &json!(["thon.example.org"])));
    assert!(first["why"].as_str().is_some_and(|why| why.ends_with("proven by tls-alpn-01")), "{first}");
    server.shows_the_dashboard().await;

    // Browsers and the authority come to the same port at the same time, and each gets the certificate that is meant for it.
    let operator = server.app.operator();
    let renew = || async { operator.post("/api/certificates/renew").await };
    let visits = Cell::new(0);
    let visiting = async {
        loop {
            server.shows_the_dashboard().await;
            visits.set(visits.get() + 1);
        }
    };
    let renewed = tokio::select! {
        renewed = renew() => renewed.with_status(200).json()["certificate"].clone(),
        () = visiting => unreachable!("it goes on"),
    };
    assert!(visits.get() > 0, "nobody came in the meantime");
    assert_ne!(renewed["fingerprint"], first["fingerprint"]);
    server.shows_the_dashboard().await;

    server.pebble.lead_away("thon.example.org");
    let refused = renew().await.with_status(409).json();
    let said = refused["detail"].as_str().expect("a reason");
    assert!(said.contains("127.0.0.99") && said.contains("for the tls-alpn-01 challenge"), "{said}");
    assert_eq!(server.status().await["certificate"]["fingerprint"], renewed["fingerprint"], "it stays in use");
    server.shows_the_dashboard().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wildcard_that_is_proven_in_the_dns_serves_the_names_of_sandboxes() {
    let server = Certified::by(|port, pebble| {
        [format!("https_port: {port}"), format!("dns_hook: '{}'", pebble.hook().display())]
    })
    .await;
    let certificate = server.status().await["certificate"].clone();
    assert_eq!(certificate["names"], json!(["thon.example.org", "*.thon.example.org"]));
    assert!(certificate["why"].as_str().is_some_and(|why| why.ends_with("proven by dns-01")), "{certificate}");
    server.shows_the_dashboard().await;

    server.app.running("alpha/alice").await;
    let session = server.app.participant("alpha/alice").await.cookie("thon_session");
    let cookie = format!("Cookie: __Host-thon_session={session}\r\nAccept: text/html\r\n");
    let opened = server.ask("", "GET /open/alpha-alice", &cookie).await;
    let origin = format!("https://alpha-alice.thon.example.org:{}", server.port);
    let target = opened.header("location").strip_prefix(&origin).unwrap_or_else(|| panic!("{}", opened.head));
    let entered = server.ask("alpha-alice.", &format!("GET {target}"), "").await;
    let (cookie, _) = entered.header("set-cookie").split_once(';').expect("a cookie");
    let editor = server.ask("alpha-alice.", "GET /", &format!("Cookie: {cookie}\r\n")).await;
    assert!(editor.shows("alpha-alice"), "{} {}", editor.head, editor.body);

    // Each record is taken back, also the one for the wildcard beside the domain's own.
    let taken_back = async {
        loop {
            let calls = server.pebble.hook_calls();
            let count = |word: &str| calls.iter().filter(|call| call.starts_with(word)).count();
            if count("present") == 2 && count("cleanup") == 2 {
                return calls;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    let calls = timeout(SOON, taken_back).await.expect("both records are put up and taken back");
    assert!(calls.iter().all(|call| call.ends_with(" _acme-challenge.thon.example.org.")), "{calls:?}");
}
