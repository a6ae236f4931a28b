//! A whole THON behind a whole nginx: everybody comes through nginx, over TLS, and nobody is believed but nginx.

mod browser;
mod place;

use std::{fs, os::unix::fs::MetadataExt as _, path::Path, process::Command, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::{sleep, timeout},
};
use tokio_tungstenite::{client_async, tungstenite::ClientRequestBuilder};

use self::{
    browser::Browser,
    place::{As, Place},
};
use crate::{
    app::Client,
    docker::{Event, PEOPLE, docker},
    restart::machine::{Machine, SOON},
};

/// Waits until nginx has what it should.
async fn in_line(operator: &Client, log: impl Fn() -> String) {
    let in_line = async {
        while operator.get("/api/nginx/status").await.with_status(200).json()["in_line"] != json!(true) {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(SOON, in_line).await.unwrap_or_else(|_| panic!("nginx is not in line: {}", log()));
}

/// A browser in which somebody has pressed "Continue" on the page of their link, all of it through nginx.
async fn signed_in(place: &Place, operator: &Client, user: &str) -> Browser {
    let made = operator.post("/api/sign-in-links").json(json!({ "user": user })).await.with_status(201).text("/url");
    let dashboard = place.origin("");
    let secret = made.strip_prefix(&format!("{dashboard}/sign-in/link?t=")).unwrap_or_else(|| panic!("{made}"));
    let browser = Browser::new(place).await;
    let form = format!("t={secret}");
    let entered =
        browser.ask(&format!("{dashboard}/sign-in/link"), &["--data", &form, "-H", &place.origin_of("")]).await;
    assert_eq!((entered.status, entered.header("location")), (303, "/"), "{entered:?}");
    browser
}

/// A THON on simulated sandboxes behind an nginx, with the editors of Alice and Bob.
async fn behind_nginx(place: &Place, more: &str) -> Machine {
    behind(place, "front", more).await
}

/// The same with an nginx of this mode.
async fn behind(place: &Place, mode: &str, yaml: &str) -> Machine {
    let mut machine = Machine::new();
    machine.configure(&format!("{}{yaml}", place.yaml(mode)));
    place.give(machine.folder());
    machine.start(machine.thon_through(place.caller()).arg("run"));
    machine.ready().await;
    in_line(&machine.operator(), || machine.log()).await;
    for name in ["alice", "bob"] {
        let body = json!({ "group": "alpha", "username": name });
        let launched = machine.operator().post("/api/instances?wait=30").json(body).await.with_status(201);
        assert_eq!(launched.text("/state"), "Running", "{launched}");
    }
    machine
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_comes_through_nginx() {
    let place = Place::new(As::Ourselves);
    let machine = behind_nginx(&place, "").await;
    let (alice, bob) = (
        signed_in(&place, &machine.operator(), "alpha/alice").await,
        signed_in(&place, &machine.operator(), "alpha/bob").await,
    );
    let open = format!("{}/open/alpha-alice?to=/%3Fa%3Db", place.origin(""));
    let inside = alice.visit(&open).await;
    assert_eq!((inside.status, inside.url.as_str()), (200, &*format!("{}/?a=b", place.origin("alpha-alice."))));
    assert!(inside.body.contains("<h1>alpha-alice</h1>"), "{}", inside.body);
    let refused = bob.visit(&open).await;
    assert!(refused.status == 403 && refused.body.contains("This editor is not yours"), "{refused:?}");
    let outside = bob.ask(&place.origin("alpha-alice."), &[]).await;
    assert_eq!(outside.status, 401);

    let mut tunnel = place.tls("alpha-alice.").await;
    let host = place.host("alpha-alice.");
    let asked = format!(
        "GET /socket HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: echo\r\nOrigin: https://{host}\r\n\
         Cookie: {}\r\n\r\n",
        alice.cookies("alpha-alice."),
    );
    tunnel.write_all(asked.as_bytes()).await.expect("sent");
    let mut answer = vec![0; b"HTTP/1.1 101".len()];
    tunnel.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(answer, b"HTTP/1.1 101");
    tunnel.write_all(b"through both").await.expect("open");
    let heard = async {
        let mut heard = Vec::new();
        while !heard.ends_with(b"through both") {
            heard.push(tunnel.read_u8().await.expect("open"));
        }
    };
    timeout(SOON, heard).await.expect("every byte comes back");
    // Who signs out is cut off, through nginx as well.
    alice.ask(&format!("{}/sign-out", place.origin("")), &["--data", "", "-H", &place.origin_of("")]).await;
    let cut = timeout(SOON, tunnel.read_u8()).await.expect("it is cut");
    assert!(cut.is_err(), "{cut:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_through_nginx_outlives_a_thousand_changes_of_routes() {
    const ROUNDS: usize = 250;
    let place = Place::new(As::Ourselves);
    let machine = behind_nginx(&place, "").await;
    let alice = signed_in(&place, &machine.operator(), "alpha/alice").await;
    alice.visit(&format!("{}/open/alpha-alice", place.origin(""))).await;
    let mut tunnel = place.tls("alpha-alice.").await;
    let host = place.host("alpha-alice.");
    let asked = format!(
        "GET /socket HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: echo\r\nOrigin: https://{host}\r\n\
         Cookie: {}\r\n\r\n",
        alice.cookies("alpha-alice."),
    );
    tunnel.write_all(asked.as_bytes()).await.expect("sent");
    echoed(&mut tunnel, "the first").await;
    let reloads = machine.operator().get("/api/nginx/status").await.json()["reloads"].clone();

    // The neighbour's route changes four times in a round: pausing, paused, resuming, running.
    let list = machine.operator().get("/api/instances").await.json();
    let mut all = list["instances"].as_array().expect("instances").iter();
    let bob = all.find(|one| one["slug"] == "alpha-bob").expect("an instance")["id"].clone();
    let bob = bob.as_str().expect("an id");
    for round in 0..ROUNDS {
        for (act, told, state) in [("pause", "/status", "paused"), ("resume", "/state", "Running")] {
            let path = format!("/api/instances/{bob}/{act}?wait=20");
            let said = machine.operator().post(&path).await.with_status(200);
            assert_eq!(said.text(told), state, "{said}");
        }
        echoed(&mut tunnel, &format!("round {round}")).await;
    }
    let after = machine.operator().get("/api/nginx/status").await.json();
    assert_eq!(after["reloads"], reloads, "routes are none of this nginx's business: {after}");
}

/// Sends a word into a tunnel and waits until it comes back.
async fn echoed(tunnel: &mut (impl AsyncRead + AsyncWrite + Unpin), word: &str) {
    tunnel.write_all(word.as_bytes()).await.expect("open");
    let heard = async {
        let mut heard = Vec::new();
        while !heard.ends_with(word.as_bytes()) {
            heard.push(tunnel.read_u8().await.expect("open"));
        }
    };
    timeout(SOON, heard).await.expect("every byte comes back");
}

/// Waits until nginx leads to an editor by itself.
async fn known(place: &Place, slug: &str) {
    let known = async {
        while !place.texts().contains(&format!("server_name {slug}.")) {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(SOON, known).await.expect("nginx knows the editor");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_nginx_that_leads_by_itself_lets_in_whom_thon_lets_in() {
    let place = Place::new(As::Ourselves);
    let machine = behind(&place, "generated", "").await;
    known(&place, "alpha-bob").await;
    in_line(&machine.operator(), || machine.log()).await;
    let (alice, bob) = (
        signed_in(&place, &machine.operator(), "alpha/alice").await,
        signed_in(&place, &machine.operator(), "alpha/bob").await,
    );
    let (open, origin) = (format!("{}/open/alpha-alice", place.origin("")), place.origin("alpha-alice."));
    let inside = alice.visit(&open).await;
    assert!(inside.status == 200 && inside.body.contains("<h1>alpha-alice</h1>"), "{inside:?}");
    assert_eq!(bob.visit(&open).await.status, 403);
    assert_eq!(bob.ask(&origin, &[]).await.status, 401);
    let status = machine.operator().get("/api/nginx/status").await.json();
    assert_eq!((&status["mode"], status["ports"].as_array().map(Vec::len)), (&json!("generated"), Some(2)), "{status}");
    // Nothing that is opened anew is let in after the session has ended.
    alice.ask(&format!("{}/sign-out", place.origin("")), &["--data", "", "-H", &place.origin_of("")]).await;
    assert_eq!(alice.ask(&origin, &[]).await.status, 401);
    // A sandbox that ends is THON's to tell of, before nginx has heard of it.
    let bobs = format!("{}/open/alpha-bob", place.origin(""));
    assert_eq!(bob.visit(&bobs).await.status, 200);
    let all = machine.operator().get("/api/instances").await.json();
    let of_bob = all["instances"].as_array().and_then(|all| all.iter().find(|one| one["slug"] == "alpha-bob"));
    let id = of_bob.and_then(|one| one["id"].as_str()).expect("an id");
    machine.operator().delete(&format!("/api/instances/{id}?wait=30")).await.with_status(200);
    let page = bob.visit(&bobs).await;
    assert!(page.status == 503 && page.body.contains("/.thon/start"), "{page:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_nginx_is_believed() {
    let place = Place::new(As::Ourselves);
    let machine = behind_nginx(&place, "edge: {access_log: true}\nlog_format: json\n").await;
    let browser = Browser::new(&place).await;
    let forged = [
        ("x-thon-front", "a".repeat(43)),
        ("x-forwarded-for", "198.51.100.7".to_owned()),
        ("x-real-ip", "198.51.100.7".to_owned()),
        ("forwarded", "for=198.51.100.7;host=alpha-alice.thon.example.org;proto=http".to_owned()),
        ("x-forwarded-host", place.host("alpha-alice.")),
        ("x-forwarded-proto", "http".to_owned()),
    ];
    let forged: Vec<String> = forged.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let forged: Vec<&str> = forged.iter().flat_map(|line| ["-H", line]).collect();
    let from = [&forged[..], &["--interface", "127.0.0.9"]].concat();
    let answer = browser.ask(&format!("{}/healthz?through", place.origin("")), &from).await;
    assert_eq!(answer.status, 200, "the dashboard's, whatever host is claimed: {answer:?}");
    // Beside nginx, at the port that is for nginx alone.
    let direct = format!("http://localhost:{}/readyz?beside", machine.port);
    let answer = browser.ask(&direct, &forged).await;
    assert_eq!(answer.status, 200, "{answer:?}");

    let lines = async {
        loop {
            let log = machine.log();
            let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            let found: Vec<Value> = lines.filter(|line| line["target"] == "thon::access").collect();
            let of = |path: &str| found.iter().find(|line| line["path"] == path).map(|line| line["address"].clone());
            if let (Some(through), Some(beside)) = (of("/healthz?…"), of("/readyz?…")) {
                return (through, beside);
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    let (through, beside) = timeout(SOON, lines).await.expect("the log tells of both");
    assert_eq!((through, beside), (json!("127.0.0.9"), json!("127.0.0.1")));
    assert!(!machine.log().contains(&place::front_key(machine.folder())), "the key is in no log");
}

/// Neither THON nor its nginx needs root: the folder with nginx's files is theirs, and the ports are high ones.
#[tokio::test(flavor = "multi_thread")]
async fn both_run_without_root() {
    let place = Place::new(As::Nobody);
    let machine = behind_nginx(&place, "").await;
    let user = |path: &Path| fs::metadata(path).expect("it is there").uid();
    let own = user(Path::new("/proc/self"));
    let expected = if own == 0 { place::NOBODY } else { own };
    assert_eq!(user(Path::new(&format!("/proc/{}", machine.owner()))), expected);
    assert_eq!(user(&place.site()), expected);
    let alice = signed_in(&place, &machine.operator(), "alpha/alice").await;
    let inside = alice.visit(&format!("{}/open/alpha-alice", place.origin(""))).await;
    assert!(inside.status == 200 && inside.body.contains("<h1>alpha-alice</h1>"), "{inside:?}");
    machine.operator().post("/api/nginx/cleanup").await.with_status(200);
    assert!(!place.site().exists());
    machine.operator().post("/api/nginx/sync").await.with_status(200);
    assert!(place.site().exists());
}

/// On 80 and 443, beside the site that its package comes with, in a network of its own.
#[test]
fn the_systems_nginx_takes_it_and_gives_it_back() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/nginx/system.sh");
    for mode in ["front", "generated"] {
        let namespaces = if place::is_root() { "-mn" } else { "-rmn" };
        let mut command = Command::new("unshare");
        command.args([namespaces, "bash", script, env!("CARGO_BIN_EXE_thon"), mode]);
        let output = command.output().expect("unshare");
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
        assert!(output.status.success(), "{mode}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_an_editor_works_through_nginx() {
    an_editor_works("front", "nginx").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_an_editor_works_through_an_nginx_that_leads_there_by_itself() {
    an_editor_works("generated", "ngen").await;
}

async fn an_editor_works(mode: &str, word: &str) {
    let (place, folder) = (Place::new(As::Ourselves), TempDir::new().expect("a folder"));
    let event = Event::at(folder.path(), word);
    let yaml = fs::read_to_string(folder.path().join("thon.yaml")).expect("a file");
    fs::write(folder.path().join("thon.yaml"), yaml + &place.yaml(mode)).expect("written");
    let server = event.server().await;
    in_line(&server.operator(), || event.log()).await;
    server.launch(PEOPLE[0]).await;
    let slug = format!("{}-{}", event.group, PEOPLE[0]);
    if mode == "generated" {
        known(&place, &slug).await;
    }
    let secret = "{{range .Config.Env}}{{println .}}{{end}}";
    let told = docker(&["inspect", "--format", secret, &event.container_of(PEOPLE[0])]);
    let secret = told.lines().find_map(|line| line.strip_prefix("HASHED_PASSWORD=")).expect("a secret");
    assert!(!place.texts().contains(secret), "no editor's secret stands in nginx's files");
    let owner = signed_in(&place, &server.operator(), &format!("{}/{}", event.group, PEOPLE[0])).await;
    let open = format!("{}/open/{slug}?to=/%3Ffolder%3D/workspace", place.origin(""));
    let inside = owner.visit(&open).await;
    assert!(inside.status == 200 && inside.body.contains("workbench"), "{inside:?}");
    let neighbour = signed_in(&place, &server.operator(), &format!("{}/{}", event.group, PEOPLE[1])).await;
    assert_eq!(neighbour.visit(&open).await.status, 403);

    // What the workbench opens first.
    let host = place.host(&format!("{slug}."));
    let target = format!("ws://{host}/?reconnectionToken=1&reconnection=false&skipWebSocketFrames=false");
    let request = || ClientRequestBuilder::new(target.parse().expect("a URL"));
    let origin = format!("https://{host}");
    let opened = request().with_header("Origin", &origin).with_header("Cookie", owner.cookies(&format!("{slug}.")));
    let (socket, answer) = client_async(opened, place.tls(&format!("{slug}.")).await).await.expect("a websocket");
    assert_eq!(answer.status(), 101);
    drop(socket);
    let stranger = client_async(request().with_header("Origin", &origin), place.tls(&format!("{slug}.")).await).await;
    assert!(stranger.is_err(), "without a cookie nobody enters");
    server.stop();
}
