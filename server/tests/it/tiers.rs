//! Each tier over TLS, with a certificate of THON's own authority: from the dashboard into an editor, and nowhere else.

use std::{net::IpAddr, sync::Arc};

use rustls::ClientConfig;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use self::sharing::Port;
use crate::app::{Kind, PortBlock, Said, TestApp, ask_over_tls};

mod sharing;

/// A server that is reached in one way, and who trusts it.
struct Reached {
    app: TestApp,
    client: Arc<ClientConfig>,
    port: u16,
    _ports: PortBlock,
}

impl Reached {
    async fn by(yaml: impl Fn(u16) -> String) -> Self {
        let ports = PortBlock::take();
        let port = ports.first();
        let app = Box::pin(TestApp::configured(Kind::Sqlite, &yaml(port))).await;
        for who in ["alpha/alice", "alpha/bob"] {
            app.running(who).await;
        }
        let client = app.trusted().await;
        Self { app, client, port, _ports: ports }
    }

    /// Asks over TLS as a browser does that knows this host; `at` is where the host leads.
    async fn ask(&self, at: (IpAddr, u16), host: &str, line: &str, more: &str) -> Said {
        ask_over_tls(&self.client, at, host, line, more).await
    }

    fn here(&self) -> (IpAddr, u16) {
        ([127, 0, 0, 1].into(), self.port)
    }

    async fn instance(&self, slug: &str) -> Value {
        let list: Value = self.app.admin().await.get("/api/instances").await.with_status(200).read();
        let all = list["instances"].as_array().expect("instances").clone();
        all.into_iter().find(|one| one["slug"] == slug).expect("an instance")
    }

    async fn tier(&self) -> Value {
        let health: Value = self.app.admin().await.get("/api/health").await.with_status(200).read();
        health["addresses"].clone()
    }

    /// The whole way of one participant, and what stays closed to them.
    async fn leads(&self, way: &Way<'_>) {
        let session = self.app.participant("alpha/alice").await.cookie("thon_session");
        let dashboard = way.dashboard;
        let bound = format!("Cookie: __Host-thon_session={session}\r\nAccept: text/html\r\n");
        let unbound = format!("Cookie: thon_session={session}\r\nAccept: text/html\r\n");
        let refused = self.ask(self.here(), dashboard, "GET /open/alpha-alice?to=/", &unbound).await;
        assert!(refused.header("location").starts_with("/sign-in"), "only the bound cookie counts: {}", refused.head);
        let opened = self.ask(self.here(), dashboard, "GET /open/alpha-alice?to=/", &bound).await;
        let origin = format!("https://{}", way.host);
        let target = opened.header("location").strip_prefix(&origin).unwrap_or_else(|| panic!("{}", opened.head));
        assert!(target.starts_with(&format!("{}/.thon/enter?t=", way.prefix)), "{target}");
        let entered = self.ask(way.at, way.host, &format!("GET {target}"), "").await;
        assert_eq!(entered.header("location"), format!("{}/", way.prefix), "{}", entered.head);
        let (pair, flags) = entered.header("set-cookie").split_once(';').expect("flags");
        assert_eq!(flags, format!(" HttpOnly; SameSite=Lax; Path={}/; Secure", way.prefix));
        let (name, _) = pair.split_once('=').expect("a cookie");
        assert_eq!(name, way.cookie);

        let cookie = format!("Cookie: {pair}; __Host-thon_session={session}\r\n");
        for path in ["/", "/api/instances", "/sfn/viewer", "/pkg/t.js", "/sign-in", "/docs", "/ca.crt"] {
            let said = self.ask(way.at, way.host, &format!("GET {}{path}", way.prefix), &cookie).await;
            assert_eq!(said.header("x-request-id"), "", "{path} is the sandbox's: {}", said.head);
            assert!(path != "/" || (said.status == 200 && said.body.contains("<h1>alpha-alice</h1>")), "{}", said.body);
        }
        let post = format!("POST {}/x", way.prefix);
        for foreign in way.foreign {
            let said = self.ask(way.at, way.host, &post, &format!("{cookie}Origin: {foreign}\r\n")).await;
            assert_eq!(said.status, 403, "{foreign}");
        }
        let own = self.ask(way.at, way.host, &post, &format!("{cookie}Origin: {origin}\r\n")).await;
        assert_ne!(own.status, 403, "{}", own.head);
        let alone = format!("Cookie: __Host-thon_session={session}; thon_session={session}\r\n");
        let said = self.ask(way.at, way.host, &format!("GET {}/", way.prefix), &alone).await;
        assert_eq!(said.status, 401, "the dashboard's cookie opens no editor");
        let (at, host, path) = way.neighbour;
        let said = self.ask(at, host, &format!("GET {path}"), &cookie).await;
        assert!([401, 403].contains(&said.status), "a neighbour: {}", said.head);
    }
}

/// What this machine saw of an address.
fn sight<'t>(tier: &'t Value, subject: &str) -> &'t Value {
    let mut sights = tier["sights"].as_array().expect("sights").iter();
    sights.find(|sight| sight["subject"] == subject).unwrap_or_else(|| panic!("no {subject} in {tier}"))
}

struct Way<'a> {
    dashboard: &'a str,
    at: (IpAddr, u16),
    host: &'a str,
    prefix: &'a str,
    cookie: &'a str,
    foreign: &'a [&'a str],
    neighbour: ((IpAddr, u16), &'a str, &'a str),
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_domain_each_sandbox_has_a_name() {
    let mut reached =
        Reached::by(|port| format!("nginx: {{domain: thon.example.org}}\nedge: {{https_port: {port}}}\n")).await;
    let (port, at) = (reached.port, reached.here());
    let named = |label: &str| format!("{label}thon.example.org:{port}");
    let (dashboard, host, neighbour) = (named(""), named("alpha-alice."), named("alpha-bob."));
    reached
        .leads(&Way {
            dashboard: &dashboard,
            at,
            host: &host,
            prefix: "",
            cookie: "__Host-thon_editor",
            foreign: &[&format!("https://{dashboard}"), &format!("https://{neighbour}"), "null"],
            neighbour: (at, &neighbour, "/"),
        })
        .await;
    reached
        .shares(&Port {
            dashboard: &dashboard,
            at,
            host: &named("3000--alpha-alice."),
            prefix: "",
            cookie: "__Host-thon_editor",
            editor: (&host, "/"),
        })
        .await;
    let before = reached.instance("alpha-alice").await;
    assert_eq!(before["url"], format!("https://{host}/"));
    assert_eq!((&before["domain_url"], &before["public_url"]), (&before["url"], &Value::Null));
    assert_eq!(before["local_url"], format!("http://alpha-alice.localhost:{}/", reached.app.port()));
    let tier = reached.tier().await;
    assert_eq!(tier["tier"], "domain");
    // RFC 2606 keeps this domain from leading anywhere.
    for name in [&dashboard, "*.thon.example.org"] {
        let seen = sight(&tier, name);
        assert!(seen["works"] == false && seen["detail"].to_string().contains("DNS"), "{seen}");
    }
    assert_eq!(sight(&tier, &format!("localhost:{}", reached.app.port()))["works"], true, "{tier}");
    reached.app.restart().await;
    assert_eq!(reached.instance("alpha-alice").await["url"], before["url"], "an address never changes");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_address_each_sandbox_has_a_port() {
    let reached =
        Reached::by(|port| format!("external_ip: 127.0.0.2\nedge: {{https_port: {port}, host: 127.0.0.2}}\n")).await;
    let url = |one: &Value| one["public_url"].as_str().expect("an address").to_owned();
    let (alice, bob) = (reached.instance("alpha-alice").await, reached.instance("alpha-bob").await);
    assert_eq!((&alice["url"], &alice["domain_url"]), (&alice["public_url"], &Value::Null));
    let host = |url: String| url.trim_start_matches("https://").trim_end_matches('/').to_owned();
    let (host, neighbour) = (host(url(&alice)), host(url(&bob)));
    let at = |host: &str| {
        let (name, port) = host.rsplit_once(':').expect("a port");
        (name.parse().expect("an address"), port.parse().expect("a port"))
    };
    let dashboard = format!("127.0.0.2:{}", reached.port);
    reached
        .leads(&Way {
            dashboard: &dashboard,
            at: at(&host),
            host: &host,
            prefix: "",
            cookie: "thon_editor_alpha-alice",
            foreign: &[&format!("https://{dashboard}"), &format!("https://{neighbour}"), "https://127.0.0.2"],
            neighbour: (at(&neighbour), &neighbour, "/"),
        })
        .await;
    reached
        .shares(&Port {
            dashboard: &dashboard,
            at: at(&host),
            host: &host,
            prefix: "/proxy/3000",
            cookie: "thon_editor_alpha-alice_3000",
            editor: (&host, "/"),
        })
        .await;
    let tier = reached.tier().await;
    assert_eq!(tier["tier"], "address");
    assert!(tier["warnings"].to_string().contains("cookies know no ports"), "{tier}");
    // Whoever opens the dashboard's own port is somebody else's business in this test; those of sandboxes are THON's.
    let seen = sight(&tier, &dashboard);
    assert!(seen["works"] == false && seen["detail"].to_string().contains("nobody answers"), "{seen}");
    let mut sights = tier["sights"].as_array().expect("sights").iter();
    let range = sights.find(|it| it["subject"].to_string().ends_with("at 127.0.0.2\"")).expect("ports");
    assert!(range["works"] == true && range["detail"].to_string().contains("This server answers"), "{range}");
    let next = 1 + [&host, &neighbour].map(|host| at(host).1).into_iter().max().expect("two");
    let _another = TcpListener::bind(("127.0.0.2", next)).await.expect("it is free");
    let checked: Value = reached.app.admin().await.get("/api/system/check").await.with_status(200).read();
    assert!(checked["notices"].to_string().contains(&format!("{next} is taken by other programs")), "{checked}");
    // The same port of this machine, in plain words for browsers that know no names.
    let (_, port) = at(&host);
    let mut plain = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let request = format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\nConnection: close\r\n\r\n");
    plain.write_all(request.as_bytes()).await.expect("sent");
    let mut said = String::new();
    plain.read_to_string(&mut said).await.expect("an answer");
    assert!(said.contains(&format!("http://localhost:{}/open/alpha-alice", reached.app.port())), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_it_has_a_path_for_each_sandbox_and_a_warning() {
    let reached =
        Reached::by(|port| format!("nginx: {{domain: thon.example.org}}\nedge: {{https_port: {port}, tier: path}}\n"))
            .await;
    let (host, at) = (format!("thon.example.org:{}", reached.port), reached.here());
    reached
        .leads(&Way {
            dashboard: &host,
            at,
            host: &host,
            prefix: "/s/alpha-alice",
            cookie: "thon_editor_alpha-alice",
            foreign: &["https://elsewhere.example.org", "null"],
            neighbour: (at, &host, "/s/alpha-bob/"),
        })
        .await;
    reached
        .shares(&Port {
            dashboard: &host,
            at,
            host: &host,
            prefix: "/s/3000--alpha-alice",
            cookie: "thon_editor_alpha-alice_3000",
            editor: (&host, "/s/alpha-alice/"),
        })
        .await;
    assert_eq!(reached.instance("alpha-alice").await["url"], format!("https://{host}/s/alpha-alice/"));
    let tier = reached.tier().await;
    assert_eq!(tier["tier"], "path");
    assert!(tier["warnings"].to_string().contains("one origin"), "{tier}");
    let checked: Value = reached.app.admin().await.get("/api/system/check").await.with_status(200).read();
    assert!(checked["notices"].to_string().contains("the path tier"), "{checked}");
}
