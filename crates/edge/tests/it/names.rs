//! Whose a host name is, and that nothing gets past that question.

use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rstest::rstest;
use thon_domain::address::{Addresses, Doorway, Pattern};
use thon_edge::{Hosts, Sorted};
use tokio::net::TcpStream;
use tokio_util::task::TaskTracker;

use crate::house::{COOKIE, House, alice, nothing, slug};

#[test]
fn every_name_is_somebodys_or_nobodys() {
    let hosts =
        Hosts::new(&Addresses::local(8100), ["THON.example.org", "10.0.0.7:8100", "2001:db8::1", "0.0.0.0", "::"]);
    for name in [
        "localhost",
        "localhost:8100",
        "localhost:1",
        "LocalHost",
        "127.0.0.1",
        "127.0.0.1:8100",
        "[::1]",
        "[::1]:8100",
        "thon.example.org",
        "thon.example.org:443",
        "10.0.0.7",
        "[2001:db8::1]:80",
    ] {
        assert_eq!(hosts.sort(name), Sorted::Dashboard, "{name}");
    }
    for name in
        ["alpha-alice.localhost", "alpha-alice.localhost:8100", "alpha-alice.localhost:9", "ALPHA-alice.LOCALHOST"]
    {
        assert_eq!(hosts.sort(name), Sorted::Sandbox(Doorway::editor(slug("alpha-alice"))), "{name}");
    }
    for name in ["3000--alpha-alice.localhost", "3000--Alpha-Alice.localhost:8100"] {
        let doorway = "3000--alpha-alice".parse().expect("a door");
        assert_eq!(hosts.sort(name), Sorted::Sandbox(doorway), "{name}");
    }
    for name in [
        "",
        ".",
        "localhost.",
        "localhost.:8100",
        "localhost:",
        "localhost:x",
        "localhost:99999",
        "localhost:+80",
        "localhost:80:80",
        "user@localhost",
        "localhost:80@example.org",
        "alpha-alice.localhost.",
        ".localhost",
        "a.b.localhost",
        "a--b.localhost",
        "03000--alpha-alice.localhost",
        "0--alpha-alice.localhost",
        "70000--alpha-alice.localhost",
        "3000--api.localhost",
        "3000--4000--alpha-alice.localhost",
        "-a.localhost",
        "api.localhost",
        "www.localhost",
        "alpha_alice.localhost",
        "alpha-alice.thon.example.org",
        "alpha-alice.example.org",
        "alpha-alicelocalhost",
        "xlocalhost",
        "127.0.0.1.",
        "127.0.0.2",
        "127.1",
        "0.0.0.0",
        "::1",
        "[::1",
        "[::1]x",
        "[::2]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "localhost localhost",
        "localhost,localhost",
        "localhost\\",
        "localhost/",
        "localhost#",
        "lоcalhost",
        "alpha-alice.localhost.example.org",
        "localhost.example.org",
    ] {
        assert_eq!(hosts.sort(name), Sorted::Unknown, "{name:?}");
    }
}

#[test]
fn the_configured_domain_is_the_dashboards() {
    let chosen = Pattern::Domain { domain: "Thon.Example.org".to_owned(), port: 443 };
    let addresses = Addresses { chosen, others: Vec::new() };
    let hosts = Hosts::new(&addresses, [""; 0]);
    assert_eq!(hosts.sort("thon.example.org"), Sorted::Dashboard);
    assert_eq!(hosts.sort("a-b.thon.example.org:443"), Sorted::Sandbox(Doorway::editor(slug("a-b"))));
    assert_eq!(hosts.sort("a-b.localhost"), Sorted::Unknown);
}

#[rstest]
#[case("/")]
#[case("/api/instances")]
#[case("/sfn/launch")]
#[case("/pkg/thon.js")]
#[case("/healthz")]
#[case("/sign-in")]
#[case("/open/alpha-alice?to=/")]
#[case("/docs")]
#[case("//localhost/api")]
#[case("/a/../.thon/state")]
#[case("/%2ethon/state")]
#[case("/.thonfile")]
#[tokio::test]
async fn every_path_under_a_sandboxs_name_is_the_sandboxs(#[case] path: &str) {
    let (house, _editor) = House::with_alice().await;
    let said = house.get(alice(path).header("x-echo", "1")).await;
    assert_eq!(said.status, StatusCode::OK, "{said:?}");
    assert!(said.text.starts_with(&format!("editor alice\nGET {path}\n")), "{said:?}");
}

#[tokio::test]
async fn the_dashboard_has_its_own_names_only() {
    let (house, _editor) = House::with_alice().await;
    let ask = |host: &'static str| house.get(Request::builder().uri("/.thon/state").header("host", host));
    assert_eq!(ask("localhost:8100").await.text, "dashboard /.thon/state");
    assert_eq!(ask("thon.example.org").await.text, "dashboard /.thon/state");
    for host in ["example.org", "alpha-alice.localhost.", "user@localhost"] {
        assert_eq!(ask(host).await.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
}

#[tokio::test]
async fn http2_names_its_host_in_the_target() {
    let (house, _editor) = House::with_alice().await;
    let tasks = TaskTracker::new();
    let stream = TcpStream::connect(house.address).await.expect("a connection");
    let (mut send, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("a handshake");
    tasks.spawn(connection);
    let uri = "http://alpha-alice.localhost:8100/api/x";
    let request = Request::builder().uri(uri).header("cookie", "a=1").header("cookie", COOKIE).body(nothing());
    let answer = send.send_request(request.expect("a request")).await.expect("an answer");
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    let text = String::from_utf8_lossy(&body);
    assert!(text.contains("GET /api/x") && text.contains("host: alpha-alice.localhost:8100"), "{text}");
    assert!(text.contains("; a=1\n") && !text.contains("thon_editor"), "{text}");

    let twice = Request::builder().uri(uri).header("host", "localhost:8100").body(nothing()).expect("a request");
    assert_eq!(send.send_request(twice).await.expect("an answer").status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_absolute_target_must_name_the_same_host() {
    let (house, _editor) = House::with_alice().await;
    let ask = |target: &'static str, host: &'static str| {
        let request = Request::builder().uri(target).header("host", host).header("cookie", COOKIE);
        house.answer(request.body(Full::default()).expect("a request"))
    };
    let same = ask("http://alpha-alice.localhost:8100/api/x", "alpha-alice.localhost:8100").await;
    assert!(same.text.starts_with("editor alice\nGET /api/x\n"), "{same:?}");
    let other = ask("http://localhost:8100/api/x", "alpha-alice.localhost:8100").await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST);
    let user = ask("http://user@localhost:8100/api/x", "user@localhost:8100").await;
    assert_eq!(user.status, StatusCode::MISDIRECTED_REQUEST);
}
