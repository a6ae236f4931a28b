//! Tunnels: byte for byte, for as long as the right and the sandbox last.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use http::StatusCode;
use thon_domain::instance::State;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};

use crate::{
    editor::Editor,
    house::{ALICE, BOB, COOKIE, House, PATIENCE, alice, route, running, stranger, table},
};

pub type Socket = WebSocketStream<TcpStream>;

async fn socket(house: &House, origin: Option<&str>, cookie: Option<&str>) -> Result<Socket, tungstenite::Error> {
    socket_of(house, ALICE, origin, cookie).await
}

async fn socket_of(
    house: &House,
    name: &str,
    origin: Option<&str>,
    cookie: Option<&str>,
) -> Result<Socket, tungstenite::Error> {
    let mut request = format!("ws://{name}.localhost:8100/ws").into_client_request().expect("a request");
    let headers = [("origin", origin), ("cookie", cookie)];
    for (name, value) in headers.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        request.headers_mut().insert(name, value.parse().expect("a header"));
    }
    let stream = TcpStream::connect(house.address).await.expect("a connection");
    client_async(request, stream).await.map(|(socket, _)| socket)
}

async fn open(house: &House) -> Socket {
    open_at(house, ALICE, COOKIE).await
}

/// A websocket of somebody's own page.
pub async fn open_at(house: &House, name: &str, cookie: &str) -> Socket {
    let origin = format!("http://{name}.localhost:8100");
    socket_of(house, name, Some(&origin), Some(cookie)).await.expect("a socket")
}

pub async fn echoes(socket: &mut Socket, message: Message) {
    socket.send(message.clone()).await.expect("sent");
    let back = tokio::time::timeout(PATIENCE, socket.next()).await.expect("in time");
    assert_eq!(back.expect("a message").expect("a message"), message);
}

async fn is_cut(mut socket: Socket) {
    let end = tokio::time::timeout(Duration::from_secs(1), socket.next()).await.expect("within a second");
    assert!(end.is_none_or(|message| message.is_err()), "the tunnel is cut, not closed by the editor");
}

/// A tunnel of no protocol that anybody knows.
async fn bytes(house: &House) -> TcpStream {
    let mut stream = TcpStream::connect(house.address).await.expect("a connection");
    let head = "GET /raw HTTP/1.1\r\nHost: alpha-alice.localhost:8100\r\nCookie: thon_editor=of-alice\r\n\
                Connection: keep-alive, Upgrade\r\nUpgrade: bytes\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.expect("a byte"));
    }
    let answer = String::from_utf8(answer).expect("text").to_ascii_lowercase();
    assert!(answer.starts_with("http/1.1 101 ") && answer.contains("\r\nupgrade: bytes\r\n"), "{answer}");
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_of_any_size_come_back_the_same() {
    let (house, _editor) = House::with_alice().await;
    let mut socket = open(&house).await;
    echoes(&mut socket, Message::text("hello")).await;
    let large: Vec<u8> = (0..8_000_000_u32).map(|nth| nth.to_le_bytes()[0] ^ nth.to_le_bytes()[2]).collect();
    echoes(&mut socket, Message::binary(large)).await;
}

#[tokio::test]
async fn not_a_byte_is_changed() {
    let (house, _editor) = House::with_alice().await;
    let mut stream = bytes(&house).await;
    // A text in three fragments with a ping between them, a frame with reserved bits, and no frame at all.
    let mut sent =
        vec![0x01, 0x83, 1, 2, 3, 4, b'a' ^ 1, b'b' ^ 2, b'c' ^ 3, 0x89, 0x80, 9, 9, 9, 9, 0x00, 0x80, 0, 0, 0, 0];
    sent.extend([0x80, 0x81, 0, 0, 0, 0, b'd', 0xff, 0xfe, 0x00, 0x7f, b'\r', b'\n', 0]);
    for byte in &sent {
        stream.write_all(&[*byte]).await.expect("sent");
    }
    let mut back = vec![0; sent.len()];
    tokio::time::timeout(PATIENCE, stream.read_exact(&mut back)).await.expect("in time").expect("bytes");
    assert_eq!(back, sent);
    // Longer than the 3 s after which an idle connection to an editor is closed.
    tokio::time::sleep(Duration::from_millis(3500)).await;
    stream.write_all(b"still here").await.expect("sent");
    let mut back = [0; 10];
    tokio::time::timeout(PATIENCE, stream.read_exact(&mut back)).await.expect("in time").expect("bytes");
    assert_eq!(&back, b"still here");
}

#[tokio::test]
async fn a_tunnel_ends_when_either_side_does() {
    let (house, _editor) = House::with_alice().await;
    let stream = bytes(&house).await;
    assert_eq!(house.tunnels.len(), 1);
    drop(stream);
    house.tunnels.close();
    tokio::time::timeout(PATIENCE, house.tunnels.wait()).await.expect("in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_swaps_do_not_disturb_a_tunnel() {
    let (house, editor) = House::with_alice().await;
    let mut socket = open(&house).await;
    for nth in 0..1000_u32 {
        let mut routes: Vec<_> = (0..nth % 7).map(|other| running(&format!("b-{nth}-{other}"), &editor)).collect();
        let mut own = running(ALICE, &editor);
        if nth % 10 == 3 {
            own.state = State::Stopping;
            own.reason = Some("asked to".to_owned());
        }
        routes.push(own);
        house.edge.apply(&table(routes));
        if nth % 50 == 0 {
            echoes(&mut socket, Message::text(nth.to_string())).await;
        }
    }
    echoes(&mut socket, Message::text("unharmed")).await;
}

#[tokio::test]
async fn an_open_tunnel_counts_until_it_ends() {
    let (house, editor) = House::with_alice().await;
    let whose = running(ALICE, &editor).user;
    let (mut first, mut second) = (open(&house).await, open(&house).await);
    for socket in [&mut first, &mut second] {
        echoes(socket, Message::text("hello")).await;
    }
    assert_eq!(house.gate.open(), [whose, whose]);
    drop(first);
    house.gate.token("alice").cancel();
    is_cut(second).await;
    house.tunnels.close();
    tokio::time::timeout(PATIENCE, house.tunnels.wait()).await.expect("in time");
    assert_eq!(house.gate.open(), []);
}

#[tokio::test]
async fn revoking_cuts_a_tunnel_within_a_second() {
    let (house, _editor) = House::with_alice().await;
    let mut socket = open(&house).await;
    echoes(&mut socket, Message::text("hello")).await;
    house.gate.token("bob").cancel();
    echoes(&mut socket, Message::text("somebody else was revoked")).await;
    house.gate.token("alice").cancel();
    is_cut(socket).await;
    assert!(matches!(
        socket_error(&house, Some("http://alpha-alice.localhost:8100"), Some(COOKIE)).await,
        StatusCode::UNAUTHORIZED
    ));
}

#[tokio::test]
async fn a_tunnel_ends_with_its_upstream() {
    let (house, editor) = House::with_alice().await;
    let other = Editor::start("other").await;
    for next in [
        table([]),
        table([route(ALICE, State::Terminated, None)]),
        table([running(BOB, &editor)]),
        table([running(ALICE, &other)]),
        table([route(ALICE, State::Running, Some((editor.address(), "another secret")))]),
    ] {
        house.edge.apply(&table([running(ALICE, &editor)]));
        let mut socket = open(&house).await;
        echoes(&mut socket, Message::text("hello")).await;
        house.edge.apply(&next);
        is_cut(socket).await;
    }
}

async fn socket_error(house: &House, origin: Option<&str>, cookie: Option<&str>) -> StatusCode {
    match socket(house, origin, cookie).await {
        Err(tungstenite::Error::Http(answer)) => answer.status(),
        Err(error) => panic!("{error}"),
        Ok(_) => StatusCode::SWITCHING_PROTOCOLS,
    }
}

#[tokio::test]
async fn a_foreign_page_opens_no_socket() {
    let (house, _editor) = House::with_alice().await;
    for origin in [
        "http://alpha-bob.localhost:8100",
        "http://localhost:8100",
        "http://alpha-alice.localhost:9100",
        "https://alpha-alice.localhost:8100",
        "http://alpha-alice.localhost",
        "http://alpha-alice.localhost:8100.example.org",
        "null",
        "",
    ] {
        assert_eq!(socket_error(&house, Some(origin), Some(COOKIE)).await, StatusCode::FORBIDDEN, "{origin}");
    }
    let own = Some("http://alpha-alice.localhost:8100");
    assert_eq!(socket_error(&house, own, None).await, StatusCode::UNAUTHORIZED);
    assert_eq!(socket_error(&house, own, Some("thon_editor=of-bob")).await, StatusCode::FORBIDDEN);
    assert_eq!(socket_error(&house, None, None).await, StatusCode::UNAUTHORIZED);
    assert_eq!(socket_error(&house, None, Some(COOKIE)).await, StatusCode::SWITCHING_PROTOCOLS);
}

#[tokio::test]
async fn an_upgrade_to_http2_is_not_heard() {
    let (house, _editor) = House::with_alice().await;
    let said = house.get(alice("/x").header("connection", "upgrade, http2-settings").header("upgrade", "h2c")).await;
    assert_eq!(said.status, StatusCode::OK);
    assert_eq!(said.sent("upgrade"), [""; 0]);
}

#[tokio::test]
async fn a_sandbox_that_does_not_run_has_no_sockets() {
    let (house, _editor) = House::with_alice().await;
    house.edge.apply(&table([route(ALICE, State::Pending, None)]));
    assert_eq!(socket_error(&house, None, Some(COOKIE)).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(house.get(stranger("/ws")).await.status, StatusCode::UNAUTHORIZED);
}
