//! The static front: TLS, HTTP/2, websockets and everything else through nginx to THON's edge.

use std::sync::Arc;

use thon_core::port::proxy::ReverseProxy as _;
use thon_domain::{instance::State, route::RouteTable};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{
    house::{COOKIE, DOMAIN, House, certify, until},
    upstream::Editor,
};

fn table(editors: &[&Editor]) -> Arc<RouteTable> {
    Arc::new(editors.iter().map(|editor| editor.route()).collect())
}

fn owner(slug: &str) -> String {
    format!("cookie: {COOKIE}{slug}")
}

#[tokio::test(flavor = "multi_thread")]
async fn dashboard_and_sandboxes_are_reached_over_tls() {
    let house = House::new().await;
    let (alice, bob) = (Editor::start("alpha-alice").await, Editor::start("alpha-bob").await);
    house.proxy.apply(table(&[&alice, &bob])).await.expect("applied");
    house.proxy.sync().await.expect("nginx takes it");

    let told = house.curl(&format!("https://{DOMAIN}/a//b"), &["--http2", "-w", "%{http_version}"]).await;
    let (https, http) = (house.https(), house.http());
    let expected = format!("dashboard: GET https {DOMAIN}:{https} /a//b by 127.0.0.1, 0 bytes, key false\n2");
    assert_eq!(told, expected);
    // Whatever a visitor claims, nginx says who they are; and the key is not for them to send.
    let forged =
        ["-H", "x-forwarded-for: 1.1.1.1", "-H", "x-thon-front: x", "-H", "forwarded: for=1.1.1.1", "-d", "abc"];
    let told = house.curl(&format!("https://{DOMAIN}/"), &forged).await;
    assert_eq!(told, format!("dashboard: POST https {DOMAIN}:{https} / by 127.0.0.1, 3 bytes, key false\n"));
    let headers = house.curl(&format!("https://{DOMAIN}/"), &["-I"]).await;
    assert!(headers.to_lowercase().contains("strict-transport-security: max-age=60"), "{headers}");

    let url = format!("https://alpha-alice.{DOMAIN}/a/%2e?b=c");
    let told = house.curl(&url, &["--http2", "-H", &owner("alpha-alice"), "-b", "mine=1"]).await;
    assert!(told.starts_with(&format!("GET /a/%2e?b=c\nhost: alpha-alice.{DOMAIN}:{https}\n")), "{told}");
    assert!(told.contains("for: 127.0.0.1\nproto: https\nkey: \n"), "{told}");
    let neighbour = house.curl(&url, &["-H", &owner("alpha-bob"), "-w", "%{http_code}"]).await;
    assert!(neighbour.ends_with("403"), "{neighbour}");
    let stranger = house.curl(&url, &["-o", "/dev/null", "-w", "%{http_code}"]).await;
    assert_eq!(stranger, "401");

    // Plain HTTP leads to HTTPS, but for what nobody can fetch there yet. Under a sandbox's name nothing of it is told.
    let moved = ["-o", "/dev/null", "-w", "%{http_code} %{redirect_url}"];
    let told = house.curl(&format!("http://alpha-alice.{DOMAIN}/a?b=c"), &moved).await;
    assert_eq!(told, format!("308 https://alpha-alice.{DOMAIN}:{https}/a?b=c"));
    for path in ["/ca.crt", "/ca.der", "/.well-known/acme-challenge/a-Token_1"] {
        let told = house.curl(&format!("http://alpha-alice.{DOMAIN}{path}"), &[]).await;
        assert_eq!(told, format!("dashboard: GET http {DOMAIN} {path} by 127.0.0.1, 0 bytes, key false\n"));
    }
    assert_ne!(http, https);
    let unknown = house.curl("https://thon.example.com/", &["-k", "-o", "/dev/null", "-w", "%{http_code}"]).await;
    assert_eq!(unknown, "421", "a name that nobody has");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_key_is_not_believed() {
    let house = House::new().await;
    let url = format!("http://127.0.0.1:{}/", house.options.site.edge.port());
    let ask = async |lines: &[&str]| {
        let lines = lines.iter().flat_map(|line| ["-H", line]);
        let output = tokio::process::Command::new("curl").args(["-sS", &url]).args(lines).output().await.expect("curl");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let told =
        ask(&["x-forwarded-for: 1.1.1.1", "x-forwarded-host: thon.example.org", "x-forwarded-proto: https"]).await;
    let port = house.options.site.edge.port();
    assert_eq!(told, format!("dashboard: GET http 127.0.0.1:{port} / by 127.0.0.1, 0 bytes, key false\n"));
    let guessed = format!("x-thon-front: {}", "a".repeat(43));
    assert_eq!(ask(&["x-forwarded-for: 1.1.1.1", &guessed]).await, told);

    let file = std::fs::read_to_string(&house.options.front).expect("a file");
    let key = file.split_whitespace().nth(2).expect("a key").trim_end_matches(';');
    let header = format!("x-thon-front: {key}");
    let known = ask(&["x-forwarded-for: 1.1.1.1", "x-forwarded-host: thon.example.org", &header]).await;
    assert_eq!(known, "dashboard: GET http thon.example.org / by 1.1.1.1, 0 bytes, key false\n");
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&house.options.front).expect("a file"));
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_outlives_a_thousand_route_changes_and_a_new_certificate() {
    let house = House::new().await;
    let (alice, bob) = (Editor::start("alpha-alice").await, Editor::start("alpha-bob").await);
    house.proxy.apply(table(&[&alice])).await.expect("applied");
    house.proxy.sync().await.expect("nginx takes it");
    let mut socket = house.websocket("alpha-alice").await;
    let mut said = async |text: &[u8]| {
        socket.write_all(text).await.expect("open");
        let mut heard = vec![0; text.len()];
        socket.read_exact(&mut heard).await.expect("open");
        assert_eq!(heard, text);
    };
    said(b"first").await;
    let mut other = bob.route();
    for n in 0..1000 {
        other.state = if n % 2 == 0 { State::Running } else { State::Paused };
        let with_other = n % 3 > 0;
        let routes = [alice.route()].into_iter().chain(with_other.then(|| other.clone()));
        house.proxy.apply(Arc::new(routes.collect())).await.expect("applied");
        if n % 100 == 0 {
            house.proxy.sync().await.expect("in line");
            said(b"still here").await;
        }
    }
    said(b"after a thousand").await;
    house.reloaded(1).await; // routes are no matter of nginx's

    let before = house.tls(DOMAIN).await.get_ref().1.peer_certificates().expect("one")[0].clone().into_owned();
    certify(&house.options.site);
    house.proxy.sync().await.expect("nginx takes it");
    // A worker that is about to end may still take a connection for a moment.
    until(async || {
        let stream = house.try_tls(DOMAIN).await;
        stream.is_some_and(|stream| stream.get_ref().1.peer_certificates().expect("one")[0] != before)
    })
    .await;
    house.reloaded(2).await;
    said(b"after another certificate").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_any_size_goes_through() {
    let house = House::new().await;
    let alice = Editor::start("alpha-alice").await;
    house.proxy.apply(table(&[&alice])).await.expect("applied");
    house.proxy.sync().await.expect("nginx takes it");
    let file = house.folder.path().join("large");
    for size in [2 << 20, 64 << 20] {
        std::fs::write(&file, vec![b'a'; size]).expect("written");
        let url = format!("https://alpha-alice.{DOMAIN}/upload");
        let origin = format!("origin: https://alpha-alice.{DOMAIN}:{}", house.https());
        let data = format!("@{}", file.display());
        let told = house.curl(&url, &["-H", &owner("alpha-alice"), "-H", &origin, "--data-binary", &data]).await;
        assert!(told.ends_with(&format!("length: {size}\n")), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_of_nginx_brings_the_same_back() {
    let mut house = House::new().await;
    house.proxy.sync().await.expect("nginx takes it");
    house.power_cut();
    until(async || house.proxy.outside().await.is_some_and(|outside| outside.in_line)).await;
    let told = house.curl(&format!("https://{DOMAIN}/"), &[]).await;
    assert!(told.starts_with("dashboard: GET"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_does_not_tell_nginx_what_to_do() {
    let house = House::new().await;
    let alice = Editor::start("alpha-alice").await;
    house.proxy.apply(table(&[&alice])).await.expect("applied");
    house.proxy.sync().await.expect("nginx takes it");
    let url = format!("https://alpha-alice.{DOMAIN}/hostile");
    let told = house.curl(&url, &["-i", "-H", &owner("alpha-alice")]).await;
    assert!(told.contains("\nGET /hostile\n"), "its own answer, not that of another path: {told}");
}
