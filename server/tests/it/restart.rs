//! A restart in the middle of everything: another process takes over, and nobody is refused, cut off or signed out.

pub mod machine;

use std::{
    net::{Ipv4Addr, TcpListener},
    os::fd::OwnedFd,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use command_fds::{CommandFdExt as _, FdMapping};
use futures::StreamExt as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;

use crate::app::Client;
use machine::{Machine, SOON, runs, signal};

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_requests_and_none_is_refused() {
    let machine = Machine::running().await;
    let admin = machine.signed_in(None).await;
    let (over, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut askers = JoinSet::new();
    for path in ["/api/instances", "/api/groups", "/instances", "/healthz"] {
        askers.spawn(ask_until(over.clone(), asked.clone(), (admin.clone(), path)));
    }
    at_least(&asked, 50).await;
    machine.restarted().await;
    machine.restarted().await;
    at_least(&asked, 200).await;
    over.store(true, Ordering::Relaxed);
    askers.join_all().await;
    machine.healed().await;
}

/// Asks over a connection of its own each time: a refused one fails the test, too.
async fn ask_until(over: Arc<AtomicBool>, asked: Arc<AtomicUsize>, (admin, path): (Client, &'static str)) {
    while !over.load(Ordering::Relaxed) {
        let answer = admin.get(path).header("accept", "text/html, application/json").await;
        let others = asked.fetch_add(1, Ordering::Relaxed);
        assert_eq!(answer.status, 200, "{path}, after {others} others: {answer}");
    }
}

/// Waits until so many were answered, however slow the machine is.
async fn at_least(asked: &AtomicUsize, wanted: usize) {
    let enough = async {
        while asked.load(Ordering::Relaxed) < wanted {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, enough).await.expect("requests are answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_editor_goes_on_and_ends_with_its_session() {
    let machine = Machine::running().await;
    let (alice, window) = machine.at_work("alice").await;
    let mut socket = window.tunnel().await.expect("an open tunnel");
    echo(&mut socket, "before").await;
    let (old, _) = machine.restarted().await;
    echo(&mut socket, "after").await;
    assert!(runs(old), "somebody has to carry it");
    assert!(machine.signed_in(Some("alpha/bob")).await.get("/api/instances").await.status == 200);
    assert_eq!(alice.get("/api/instances").await.status, 200, "sessions live on");

    // The new server alone knows of the sign-out.
    alice.post("/sign-out").form("").await.with_status(303);
    cut(&mut socket).await;
    machine.ended(old).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_drains_ends_with_the_server_after_it() {
    let machine = Machine::running().await;
    let (_, window) = machine.at_work("alice").await;
    let mut first = window.tunnel().await.expect("an open tunnel");
    let (oldest, old) = machine.restarted().await;
    machine.healed().await;
    let mut second = reopened(&window).await;
    echo(&mut first, "one").await;
    let (_, new) = machine.restarted().await;
    cut(&mut first).await;
    machine.ended(oldest).await;
    echo(&mut second, "two").await;

    signal("-TERM", new);
    cut(&mut second).await;
    machine.ended(old).await;
    machine.ended(new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_told_to_come_back_and_can() {
    let machine = Machine::running().await;
    let admin = machine.signed_in(None).await;
    let number = admin.get("/api/live/snapshot").await.with_status(200).json()["number"].to_string();
    let live = format!("/api/live?after={number}");
    let mut before = admin.websocket(&live, &admin.origin()).await.expect("a stream");
    machine.restarted().await;
    let told = timeout(SOON, async {
        loop {
            match before.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return u16::from(frame.code),
                Some(Ok(Message::Text(_))) => {}
                other => panic!("{other:?}"),
            }
        }
    });
    // "Service Restart" (RFC 6455's registry of close codes).
    assert_eq!(told.await.expect("in time"), 1012);
    let mut again = admin.websocket(&live, &admin.origin()).await.expect("a stream");
    assert!(matches!(again.next().await, Some(Ok(Message::Text(_)))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_server_that_cannot_start_changes_nothing() {
    let machine = Machine::running().await;
    let (_, window) = machine.at_work("alice").await;
    let mut socket = window.tunnel().await.expect("an open tunnel");
    let server = machine.owner();

    machine.configure("dashbord: {}\n");
    let (code, said) = machine.restart().await;
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("dashbord") && said.contains("still serves"), "{said}");

    machine.configure("");
    machine.install(&machine.script("#!/bin/sh\nexit 3\n"));
    let (code, said) = machine.restart().await;
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("exit status: 3"), "{said}");

    assert_eq!(machine.owner(), server);
    echo(&mut socket, "untouched").await;
    machine.install(Path::new(env!("CARGO_BIN_EXE_thon")));
    machine.restarted().await;
}

/// The new one's configuration is good, but its database is not there: that shows only when it takes over.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_server_that_fails_while_taking_over_gives_everything_back() {
    let machine = Machine::running().await;
    let admin = machine.signed_in(None).await;
    let server = machine.owner();
    machine.configure("database: {url: 'postgres://127.0.0.1:9/nowhere'}\n");
    let (code, said) = machine.restart().await;
    assert_eq!(code, 2, "{said}");
    assert_eq!(admin.get("/api/instances").await.status, 200);
    assert_eq!(machine.owner(), server);
    machine.configure("");
    machine.restarted().await;
    assert_eq!(admin.get("/api/instances").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hang_up_restarts_and_the_service_manager_is_told() {
    let machine = Machine::running().await;
    let old = machine.owner();
    signal("-HUP", old);
    machine.ended(old).await;
    let new = machine.owner();
    assert_ne!(old, new);
    assert_eq!(machine.told(), ["READY=1".to_owned(), format!("MAINPID={new}"), "READY=1".to_owned()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_managers_socket_is_answered() {
    let mut machine = Machine::new();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, machine.port)).expect("a free port");
    // Somebody is early, and waits instead of being refused.
    let mut early = JoinSet::new();
    early.spawn(Client::new(machine.port).get("/healthz").into_future());
    sleep(Duration::from_millis(100)).await;
    machine.start(activated(&machine, listener.into()).arg("run"));
    early.join_next().await.expect("somebody").expect("an answer").with_status(200);
    machine.ready().await;
    machine.restarted().await;
    Client::new(machine.port).get("/healthz").await.with_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_the_configuration_does_not_name_is_refused() {
    let machine = Machine::new();
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, machine.port)).expect("a free port");
    let status = activated(&machine, listener.into()).arg("run").status().expect("it runs");
    assert_eq!(status.code(), Some(1), "{}", machine.log());
    assert!(machine.log().contains("0.0.0.0"), "{}", machine.log());
}

/// THON as systemd starts it when a socket of its `.socket` unit is connected to.
fn activated(machine: &Machine, socket: OwnedFd) -> std::process::Command {
    let mut command = machine.thon();
    command.env("LISTEN_FDS", "1").env("LISTEN_FDNAMES", "thon.socket");
    command.fd_mappings(vec![FdMapping { parent_fd: socket, child_fd: 3 }]).expect("no collision");
    command
}

/// As VS Code does when its socket broke, until the sandbox is back.
async fn reopened(window: &Client) -> TcpStream {
    let open = async {
        loop {
            if let Ok(socket) = window.tunnel().await {
                return socket;
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(SOON, open).await.expect("the editor is back")
}

async fn echo(socket: &mut TcpStream, text: &str) {
    socket.write_all(text.as_bytes()).await.expect("it is open");
    let mut back = vec![0; text.len()];
    timeout(SOON, socket.read_exact(&mut back)).await.expect("in time").expect("it is open");
    assert_eq!(back, text.as_bytes());
}

async fn cut(socket: &mut TcpStream) {
    let read = timeout(SOON, socket.read(&mut [0; 1])).await.expect("it ends in time");
    assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
}
