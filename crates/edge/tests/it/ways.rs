//! The ways into a sandbox beside a name of its own: a port of it, a port of an address, a path.

use std::{collections::BTreeSet, net::IpAddr};

use http::{Request, StatusCode, request};
use rstest::rstest;
use thon_domain::{
    address::{Addresses, Pattern},
    route::Route,
};
use thon_edge::{
    door::{Opening, Reception, Rules, Speaks},
    ports::Ports,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    editor::Editor,
    house::{ALICE, BOB, House, alice, running, table},
};

const ADDRESS: &str = "203.0.113.7";

fn chosen(chosen: Pattern) -> Addresses {
    Addresses { chosen, others: vec![Pattern::Local { port: 8100 }] }
}

fn address() -> Addresses {
    chosen(Pattern::Address { host: ADDRESS.to_owned(), port: 443 })
}

fn path() -> Addresses {
    chosen(Pattern::Path { host: "thon.example.org".to_owned(), port: 443 })
}

/// A house with two editors, each with a port of its own.
async fn two(addresses: Addresses) -> (House, [Editor; 2]) {
    let house = House::addressed(addresses).await;
    let editors = [Editor::start("alice").await, Editor::start("bob").await];
    let at = |port, route| Route { public_port: Some(port), ..route };
    house.edge.apply(&table([at(20_001, running(ALICE, &editors[0])), at(20_002, running(BOB, &editors[1]))]));
    (house, editors)
}

fn to(host: &str, path: &str) -> request::Builder {
    Request::builder().uri(path).header("host", host)
}

#[tokio::test]
async fn a_port_with_a_name_is_seen_as_a_root() {
    let (house, _editor) = House::with_alice().await;
    let at = |path: &str| alice(path).header("x-echo", "1");
    let named = |path: &str| to("3000--alpha-alice.localhost:8100", path).header("cookie", "a=1; thon_editor=of-alice");
    let said = house.get(named("/x?y")).await;
    assert!(said.text.starts_with("editor alice\nGET /proxy/3000/x?y\n"), "{said:?}");
    assert_eq!(said.sent("host"), ["3000--alpha-alice.localhost:8100"]);
    let cookies = said.sent("cookie").join("");
    assert!(cookies.starts_with("code-server-session=") && cookies.ends_with("; a=1"), "{cookies}");
    // What a program there refuses is its own, and no reason to look for another editor.
    assert_eq!(house.get(named("/private")).await.status, StatusCode::UNAUTHORIZED);
    assert!(house.gate.lost().is_empty());
    for out in ["/../healthz", "/a/../../x", "/%2e%2e/x", "/..%2fx", "/a/.%2E\\x", "/..\\x"] {
        assert_eq!(house.get(named(out)).await.status, StatusCode::BAD_REQUEST, "{out}");
    }
    assert_eq!(house.get(at("/a/../b")).await.status, StatusCode::OK, "in an editor that is nobody's business");
    let stranger = house.get(to("3000--alpha-alice.localhost:8100", "/x").header("accept", "text/html")).await;
    assert_eq!(stranger.header("location"), "http://localhost:8100/open/3000--alpha-alice?to=%2Fx");
}

#[tokio::test]
async fn behind_somebody_who_took_the_connection_a_port_is_told_by_the_host() {
    let (house, _editors) = two(address()).await;
    let cookie = "thon_editor_alpha-alice=of-alice; thon_editor_alpha-bob=of-bob; __Host-thon_session=x; a=1";
    for (port, who) in [(20_001, "alice"), (20_002, "bob")] {
        let host = format!("{ADDRESS}:{port}");
        let said = house.get(to(&host, "/api/instances").header("cookie", cookie)).await;
        assert!(said.text.starts_with(&format!("editor {who}\nGET /api/instances\n")), "{said:?}");
        let sent = said.sent("cookie").join("");
        assert!(!sent.contains("thon_") && sent.ends_with("; a=1"), "{sent}");
    }
    let mine = house.get(to("203.0.113.7:20002", "/x").header("cookie", "thon_editor_alpha-alice=of-alice")).await;
    assert_eq!(mine.status, StatusCode::UNAUTHORIZED, "a neighbour's name for the same cookie");
    let entered = house.get(to("203.0.113.7:20001", "/.thon/enter?t=ticket-of-alice&to=/a")).await;
    let set = "thon_editor_alpha-alice=of-alice; HttpOnly; SameSite=Lax; Path=/; Secure";
    assert_eq!((entered.header("location"), entered.header("set-cookie")), ("/a", set));
    for (host, said) in [(ADDRESS, "dashboard /"), ("203.0.113.7:443", "dashboard /"), ("localhost", "dashboard /")] {
        assert_eq!(house.get(to(host, "/")).await.text, said, "{host}");
    }
    for host in ["203.0.113.7:20003", "203.0.113.8:20001", "203.0.113.7:99999"] {
        assert_eq!(house.get(to(host, "/")).await.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    let named = house.get(alice("/x")).await;
    assert!(named.text.starts_with("editor alice\nGET /x\n"), "names for this machine stay: {named:?}");
}

#[tokio::test]
async fn an_inner_port_of_an_address_is_a_path_of_its_editor() {
    let (house, _editors) = two(address()).await;
    let ask = |cookie: &'static str| house.get(to("203.0.113.7:20001", "/proxy/3000/x").header("cookie", cookie));
    for cookie in ["thon_editor_alpha-alice=of-alice", "thon_editor_alpha-alice_3000=of-alice"] {
        let said = ask(cookie).await;
        assert!(said.text.starts_with("editor alice\nGET /proxy/3000/x\n"), "{cookie}: {said:?}");
    }
    assert_eq!(ask("thon_editor_alpha-alice_3001=of-alice").await.status, StatusCode::UNAUTHORIZED);
    let entered = house.get(to("203.0.113.7:20001", "/proxy/3000/.thon/enter?t=ticket-of-alice&to=/a")).await;
    assert_eq!(entered.header("location"), "/proxy/3000/a");
    let set = "thon_editor_alpha-alice_3000=of-alice; HttpOnly; SameSite=Lax; Path=/proxy/3000/; Secure";
    assert_eq!(entered.header("set-cookie"), set, "it is not sent to the editor itself");
}

#[tokio::test]
async fn a_path_is_taken_off_on_the_way_in_and_put_on_on_the_way_out() {
    let (house, _editors) = two(path()).await;
    let cookie = "thon_editor_alpha-alice=of-alice; thon_session=x; a=1";
    let ask = |path: &str| house.get(to("thon.example.org", path).header("cookie", cookie));
    let said = ask("/s/alpha-alice/api/x?y").await;
    assert!(said.text.starts_with("editor alice\nGET /api/x?y\n"), "{said:?}");
    assert!(!said.sent("cookie").join("").contains("thon_"), "{said:?}");
    let port = ask("/s/3000--alpha-alice/x").await;
    assert!(port.text.starts_with("editor alice\nGET /proxy/3000/x\n"), "{port:?}");
    assert_eq!(ask("/s/alpha-bob/x").await.status, StatusCode::UNAUTHORIZED);
    let slash = ask("/s/alpha-alice?a").await;
    assert_eq!((slash.status.as_u16(), slash.header("location")), (308, "/s/alpha-alice/?a"));
    let entered = house.get(to("thon.example.org", "/s/alpha-alice/.thon/enter?t=ticket-of-alice&to=/a")).await;
    let set = "thon_editor_alpha-alice=of-alice; HttpOnly; SameSite=Lax; Path=/s/alpha-alice/; Secure";
    assert_eq!((entered.header("location"), entered.header("set-cookie")), ("/s/alpha-alice/a", set));
    let set = ask("/s/alpha-alice/cookies").await;
    assert_eq!(
        set.header("service-worker-allowed"),
        "/s/alpha-alice/",
        "not the whole origin, which is the dashboard's"
    );
    let cookies: Vec<_> = set.headers.get_all("set-cookie").iter().cloned().collect();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        let text = cookie.to_str().expect("text").to_owned();
        assert!(!text.contains("thon_"), "{text}");
        assert!(!text.contains("Path=/") || text.contains("Path=/s/alpha-alice/"), "{text}");
    }
    for path in ["/", "/s", "/s/", "/s/api/x", "/s/Alpha-alice/", "/x/s/alpha-alice/", "/S/alpha-alice/"] {
        assert_eq!(ask(path).await.text, format!("dashboard {path}"), "{path}");
    }
    let elsewhere = house.get(to("localhost:8100", "/s/alpha-alice/x").header("cookie", cookie)).await;
    assert_eq!(elsewhere.text, "dashboard /s/alpha-alice/x", "paths are of one host");
    let home = house.get(to("thon.example.org", "/s/alpha-alice/x").header("accept", "text/html")).await;
    assert_eq!(home.header("location"), "https://thon.example.org/open/alpha-alice?to=%2Fx");
}

#[rstest]
#[case(path(), "thon.example.org", "/s/alpha-alice", "https://thon.example.org")]
#[case(address(), "203.0.113.7:20001", "", "https://203.0.113.7:20001")]
#[tokio::test]
async fn a_page_of_thons_own_asks_under_its_own_path(
    #[case] addresses: Addresses,
    #[case] host: &str,
    #[case] prefix: &str,
    #[case] origin: &str,
) {
    let house = House::addressed(addresses).await;
    let stopped = crate::house::route(ALICE, thon_domain::instance::State::Terminated, None);
    house.edge.apply(&table([Route { public_port: Some(20_001), ..stopped }]));
    let cookie = "thon_editor_alpha-alice=of-alice";
    let page = house.get(to(host, &format!("{prefix}/x")).header("cookie", cookie).header("accept", "text/html")).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    let escaped = prefix.replace('/', "&#x2f;");
    assert!(page.text.contains(&format!("action=\"{escaped}/.thon/start\"")), "{page:?}");
    assert!(page.text.contains(&format!("data-prefix=\"{escaped}\"")), "{page:?}");
    let start = |from: &'static str| {
        let form = "application/x-www-form-urlencoded";
        let asked = to(host, &format!("{prefix}/.thon/start")).method("POST").header("content-type", form);
        house.get(asked.header("cookie", cookie).header("origin", from))
    };
    assert_eq!(start("https://elsewhere.example.org").await.status, StatusCode::FORBIDDEN);
    assert_eq!(start("https://203.0.113.7").await.status, StatusCode::FORBIDDEN, "not the dashboard's either");
    assert_eq!(start("null").await.status, StatusCode::FORBIDDEN);
    let started = match origin {
        "https://thon.example.org" => start("https://thon.example.org").await,
        _ => start("https://203.0.113.7:20001").await,
    };
    assert_eq!(started.header("location"), format!("{prefix}/"), "{started:?}");
}

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

async fn said(port: u16, host: &str, more: &str) -> String {
    let mut stream = TcpStream::connect((HERE, port)).await.expect("a connection");
    let request = format!("GET /api/x HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{more}\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}

#[tokio::test]
async fn on_this_machine_a_sandbox_is_at_its_port_and_the_dashboard_is_not() {
    let chosen = Pattern::Local { port: 8100 };
    let house = House::addressed(Addresses { chosen, others: vec![Pattern::Loopback { port: 8100 }] }).await;
    let (editor, mut ports) = (Editor::start("alice").await, house.edge.public_ports());
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address").port();
    house.edge.apply(&table([Route { public_port: Some(free), ..running(ALICE, &editor) }]));
    assert_eq!(*ports.borrow_and_update(), BTreeSet::from([free]));
    house.edge.apply(&table([Route { public_port: Some(free), ..running(ALICE, &editor) }]));
    assert!(!ports.has_changed().expect("an edge"), "what stays is no news");

    let opening = Opening::default();
    let reception = Reception::new(Rules::default());
    let doors = Ports::new(reception, HERE, Speaks::Http, house.edge.at_ports(), opening.clone());
    assert!(doors.apply(&ports.borrow_and_update().clone()).await.is_empty());
    let own = format!("127.0.0.1:{free}");
    let cookie = "cookie: thon_editor_alpha-alice=of-alice; thon_session=x\r\n";
    let inside = said(free, &own, cookie).await;
    assert!(inside.contains("editor alice\nGET /api/x\n") && !inside.contains("thon_session"), "{inside}");
    assert!(said(free, &own, "").await.starts_with("HTTP/1.1 401"), "nobody without a cookie");
    let asked = said(free, &own, "accept: text/html\r\n").await;
    assert!(asked.contains("location: http://localhost:8100/open/alpha-alice?to=%2Fapi%2Fx"), "{asked}");
    for host in ["localhost", "127.0.0.1.example.org", "alpha-alice.localhost:8100", "[::1]", "example.org"] {
        let refused = said(free, host, cookie).await;
        assert!(refused.starts_with("HTTP/1.1 421"), "{host}: {refused}");
    }
    house.edge.apply(&table([]));
    assert!(said(free, &own, cookie).await.starts_with("HTTP/1.1 421"), "whose sandbox is gone, is nowhere");
    opening.stop.cancel();
}
