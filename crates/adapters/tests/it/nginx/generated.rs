//! The generated form: nginx leads to running editors by itself, once THON has said of a request that it may pass.

use std::{fs, path::Path, sync::Arc, time::Duration};

use thon_core::port::proxy::ReverseProxy as _;
use thon_domain::{
    address::Pattern,
    instance::State,
    route::{Route, RouteTable},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{Instant, sleep},
};

use super::{
    house::{COOKIE, DOMAIN, House, until},
    upstream::Editor,
};

async fn generated() -> House {
    House::with(|options| options.question = Some(options.front.with_file_name("question.conf"))).await
}

/// A house whose sandboxes stand in the routes, and nginx's files with them.
async fn with(routes: Vec<Route>) -> House {
    let house = generated().await;
    house.lead(routes).await;
    house
}

impl House {
    async fn lead(&self, routes: Vec<Route>) {
        self.apply(routes).await;
        self.proxy.sync().await.expect("nginx takes it");
    }

    async fn apply(&self, routes: Vec<Route>) {
        self.proxy.apply(Arc::new(routes.into_iter().collect::<RouteTable>())).await.expect("applied");
    }

    /// What the owner of a sandbox gets there.
    async fn own(&self, editor: &Editor, path: &str, more: &[&str]) -> String {
        let cookie = format!("cookie: {COOKIE}{}", editor.slug);
        let url = format!("https://{}.{DOMAIN}{path}", editor.slug);
        self.curl(&url, &[&["-H", cookie.as_str()], more].concat()).await
    }
}

/// Only nginx tells an editor who asks in this header; the edge drops it.
fn is_direct(told: &str) -> bool {
    told.contains("\nreal: 127.0.0.1\n")
}

const STATUS: [&str; 4] = ["-o", "/dev/null", "-w", "%{http_code}"];

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_gets_the_editor_and_nobody_else_does() {
    let (alice, bob) = (Editor::start("alpha-alice").await, Editor::start("alpha-bob").await);
    let house = with(vec![alice.route(), bob.route()]).await;
    let cookies = format!("cookie: mine=1; thon_session=x; {COOKIE}alpha-alice; code-server-session=forged");
    let forged = ["-H", &*cookies, "-H", "x-thon-cookies: a=b", "-H", "x-forwarded-for: 1.1.1.1"];
    let https = house.https();
    for version in ["--http2", "--http1.1"] {
        let url = format!("https://alpha-alice.{DOMAIN}/a//b/%2e?c=%2F");
        let told = house.curl(&url, &[&forged[..], &[version, "--path-as-is"]].concat()).await;
        let expected = format!(
            "GET /a//b/%2e?c=%2F\nhost: alpha-alice.{DOMAIN}:{https}\ncookie: code-server-session={}; mine=1\n\
             for: 127.0.0.1\nproto: https\nkey: \nreal: 127.0.0.1\nlength: 0\n",
            alice.secret
        );
        assert_eq!(told, expected, "every byte of the path, and nothing that was claimed");
    }
    let url = format!("https://alpha-alice.{DOMAIN}/");
    let neighbour = format!("cookie: {COOKIE}alpha-bob");
    assert_eq!(house.curl(&url, &[&["-H", &*neighbour], &STATUS[..]].concat()).await, "403");
    assert_eq!(house.curl(&url, &STATUS).await, "401");
    let page = ["-H", "accept: text/html", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}"];
    let led = house.curl(&url, &page).await;
    assert_eq!(led, format!("303 https://{DOMAIN}:{https}/open/alpha-alice?to=%2F"), "the edge's own answer");
    let foreign = format!("origin: https://alpha-bob.{DOMAIN}:{https}");
    assert_eq!(house.own(&alice, "/", &[&["-H", &*foreign, "-d", "x"], &STATUS[..]].concat()).await, "403");
    // What belongs to THON under the sandbox's name, and what a program of the participant's answers, goes by the edge.
    assert!(!is_direct(&house.own(&alice, "/proxy/3000/", &[]).await));
    assert!(house.own(&alice, "/.thon/state", &[]).await.contains("\"state\":\"Running\""));
    let dashboard = house.curl(&format!("https://{DOMAIN}/x"), &[]).await;
    assert!(dashboard.starts_with("dashboard: GET https"), "{dashboard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_in_no_file_and_in_no_answer() {
    let (alice, bob) = (Editor::start("alpha-alice").await, Editor::start("alpha-bob").await);
    let house = with(vec![alice.route(), bob.route()]).await;
    let held = texts(house.folder.path());
    assert!(held.len() > 4, "{:?}", held.len());
    let told = held.iter().find(|text| text.contains(&alice.secret) || text.contains(&bob.secret));
    assert_eq!(told, None);
    let key = fs::read_to_string(house.options.question.as_ref().expect("a file")).expect("a key");
    let key = key.split_whitespace().last().expect("a key").trim_end_matches(';').to_owned();
    assert!(!fs::read_to_string(house.site()).expect("a file").contains(&key));

    let upstream = format!("x-thon-upstream: {}", alice.address);
    let asked = ["-H", "x-thon-question: x", "-H", "x-thon-method: GET", "-H", "x-thon-target: /", "-H", &upstream];
    for path in ["/.thon/auth", "/%2ethon/auth", "//.thon/auth", "/.thon//auth", "/x/../.thon/auth"] {
        let told = house.own(&alice, path, &[&asked[..], &["-i", "--path-as-is"]].concat()).await;
        // An editor that is led to is told the secret; it may not be told back by THON or nginx.
        let by_editor = told.contains("\nhost: ");
        assert!(by_editor || !told.contains(&alice.secret), "{path}: {told}");
        assert!(!told.to_lowercase().contains("x-thon-cookies"), "{path}: {told}");
    }
    let told = house.own(&alice, "/hostile", &["-i"]).await;
    assert!(told.contains("\nGET /hostile\n") && is_direct(&told), "nginx does nothing at a sandbox's word: {told}");
    let told = told.to_lowercase();
    assert!(!told.contains("set-cookie") && !told.contains("x-accel") && !told.contains("x-thon-cookies"), "{told}");
}

/// All files in a folder.
fn texts(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            texts.extend(self::texts(&path));
        } else {
            texts.push(fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default());
        }
    }
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nginx_does_not_know_yet_the_edge_leads_to() {
    let (alice, other) = (Editor::start("alpha-alice").await, Editor::start("alpha-alice").await);
    let house = with(vec![alice.route()]).await;
    assert!(is_direct(&house.own(&alice, "/", &[]).await));
    // Another sandbox, whose address the file does not have: the old one would be the wrong editor by now.
    house.apply(vec![other.route()]).await;
    let told = house.own(&other, "/", &[]).await;
    assert!(told.contains(&other.secret) || told.starts_with("GET /"), "{told}");
    assert!(!is_direct(&told));
    house.proxy.sync().await.expect("nginx takes it");
    // A worker of before may take one more connection; what it does not know yet goes by the edge, as above.
    until(async || is_direct(&house.own(&other, "/", &[]).await)).await;
    let mut paused = other.route();
    paused.state = State::Paused;
    house.apply(vec![paused]).await;
    let page = house.own(&other, "/", &[&["-H", "accept: text/html"], &STATUS[..]].concat()).await;
    assert_eq!(page, "503", "the page that says so, from the edge");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_and_websockets_of_any_size_and_length() {
    let (alice, bob) = (Editor::start("alpha-alice").await, Editor::start("alpha-bob").await);
    let house = with(vec![alice.route()]).await;
    let file = house.folder.path().join("large");
    fs::write(&file, vec![b'a'; 2 << 20]).expect("written");
    let (origin, data) =
        (format!("origin: https://alpha-alice.{DOMAIN}:{}", house.https()), format!("@{}", file.display()));
    let told = house.own(&alice, "/upload", &["-H", &origin, "--data-binary", &data]).await;
    assert!(is_direct(&told) && told.ends_with(&format!("length: {}\n", 2 << 20)), "{told}");
    let mut socket = house.websocket("alpha-alice").await;
    for text in [&b"before"[..], b"after"] {
        socket.write_all(text).await.expect("open");
        let mut heard = vec![0; text.len()];
        socket.read_exact(&mut heard).await.expect("open");
        assert_eq!(heard, text);
        house.lead(vec![alice.route(), bob.route()]).await;
    }
    house.reloaded(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_thon_is_away_people_are_told() {
    let dead = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port");
    let house = House::with(|options| {
        options.question = Some(options.front.with_file_name("question.conf"));
        options.site.edge = dead;
    });
    let (house, alice) = (house.await, Editor::start("alpha-alice").await);
    house.lead(vec![alice.route()]).await;
    let told = house.own(&alice, "/", &["-w", "%{http_code}"]).await;
    assert!(told.starts_with("THON does not answer") && told.ends_with("503"), "nobody passes unasked: {told}");
}

/// As the task does that keeps nginx in line.
async fn kept_in_line(house: &House) {
    loop {
        house.proxy.stale().await;
        sleep(Duration::from_millis(400)).await;
        house.proxy.sync().await.expect("nginx takes it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_launches_are_a_few_reloads_and_nobody_waits_for_one() {
    let house = generated().await;
    house.proxy.sync().await.expect("nginx takes it");
    let mut editors = Vec::new();
    for n in 0..40 {
        editors.push(Editor::start(&format!("alpha-p{n}")).await);
    }
    let began = Instant::now();
    let launching = async {
        for count in 1..=editors.len() {
            house.apply(editors[..count].iter().map(Editor::route).collect()).await;
            let told = house.own(&editors[count - 1], "/", &[]).await;
            assert!(told.starts_with("GET /\n"), "at once: {told}");
            sleep(Duration::from_millis(50)).await;
        }
        let last = editors.last().expect("editors");
        while !is_direct(&house.own(last, "/", &[]).await) {
            assert!(began.elapsed() < Duration::from_mins(1), "nginx never knows the last one");
            sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::select! {
        () = kept_in_line(&house) => {}
        () = launching => {}
    }
    let outside = house.proxy.outside().await.expect("an nginx");
    assert!(outside.reloads <= 4, "{} reloads in {:?}", outside.reloads, began.elapsed());
    assert_eq!((outside.form, outside.ports.len()), ("generated", 40));
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_and_ports_lead_to_editors_too_and_cleaning_up_takes_all_files() {
    let (mut alice, mut bob) = (Editor::start("alpha-alice").await.route(), Editor::start("alpha-bob").await.route());
    let port = crate::stage::free_port();
    (alice.public_port, bob.public_port) = (Some(port), Some(crate::stage::free_port()));
    bob.state = State::Paused;
    let house = House::with(|options| {
        options.question = Some(options.front.with_file_name("question.conf"));
        let https = options.site.listen.https_port;
        options.site.patterns = vec![
            Pattern::Path { host: DOMAIN.to_owned(), port: https },
            Pattern::Address { host: "127.0.0.1".to_owned(), port: https },
        ];
    });
    let house = house.await;
    house.lead(vec![alice, bob]).await;
    let cookie = "cookie: thon_editor_alpha-alice=of-alpha-alice";
    let told = house.curl(&format!("https://{DOMAIN}/s/alpha-alice/a//%2e?b"), &["-H", cookie]).await;
    assert!(told.starts_with("GET /a//%2e?b\n") && is_direct(&told), "{told}");
    let neighbour =
        house.curl(&format!("https://{DOMAIN}/s/alpha-bob/"), &[&["-H", cookie], &STATUS[..]].concat()).await;
    assert!(["401", "403"].contains(&&*neighbour), "{neighbour}");
    for path in ["/s/alpha-bob/../alpha-alice/", "//s/alpha-alice/x", "/%73/alpha-alice/x"] {
        let told = house.curl(&format!("https://{DOMAIN}{path}"), &["-H", cookie, "--path-as-is"]).await;
        assert!(!is_direct(&told), "what the two might read differently is the edge's: {path}: {told}");
    }

    let certificate = house.options.site.certificate.display().to_string();
    let at_port = ["-sS", "--cacert", &certificate, "-H", cookie, &format!("https://127.0.0.1:{port}/x")];
    let output = tokio::process::Command::new("curl").args(at_port).output().await.expect("curl");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.starts_with("GET /x\n") && is_direct(&told), "{told} {output:?}");

    let own = house.options.folder.join(format!("sites-available/sandbox-thon-{port}"));
    let theirs = own.with_file_name("theirs");
    fs::write(&theirs, "somebody's").expect("written");
    assert!(own.exists());
    assert_eq!(house.proxy.outside().await.expect("an nginx").files.len(), 3);
    house.proxy.clear().await.expect("cleared");
    assert!(!own.exists() && !house.site().exists() && theirs.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nginx_does_not_take_is_undone_and_the_edge_leads_on() {
    let (alice, mut bob) = (Editor::start("alpha-alice").await, Editor::start("alpha-bob").await.route());
    let house = House::with(|options| {
        options.question = Some(options.front.with_file_name("question.conf"));
        let host = "127.0.0.1".to_owned();
        options.site.patterns.push(Pattern::Address { host, port: options.site.listen.https_port });
    });
    let house = house.await;
    house.lead(vec![alice.route()]).await;
    let before = fs::read_to_string(house.site()).expect("a file");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    bob.public_port = Some(taken.local_addr().expect("an address").port());
    house.apply(vec![alice.route(), bob]).await;
    let error = house.proxy.sync().await.expect_err("the port is somebody's");
    assert!(error.to_string().contains("goes on with the configuration that it had"), "{error}");
    assert_eq!(fs::read_to_string(house.site()).expect("a file"), before);
    assert!(is_direct(&house.own(&alice, "/", &[]).await));
    let outside = house.proxy.outside().await.expect("an nginx");
    assert!(!outside.in_line && outside.trouble.is_some_and(|trouble| trouble.contains("goes on")));
}
