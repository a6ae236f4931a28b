//! Limits: what is slow, large or too much is turned away, and nobody else notices.

use std::time::Duration;

use http::Request;
use http_body_util::Empty;
use thon_edge::door::{Limits, Rules};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use crate::{
    front::{Front, impatient},
    house::{COOKIE, PATIENCE},
};

/// Reads until the other side closes, and says after how long that was.
async fn closed<S: AsyncRead + Unpin>(stream: &mut S) -> (String, Duration) {
    let (since, mut said) = (Instant::now(), Vec::new());
    timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("in time").ok();
    (String::from_utf8_lossy(&said).into_owned(), since.elapsed())
}

async fn asked(front: &Front, text: &str) -> String {
    let mut stream = TcpStream::connect(front.plain).await.expect("a connection");
    stream.write_all(text.as_bytes()).await.expect("sent");
    closed(&mut stream).await.0
}

#[tokio::test]
async fn whoever_says_nothing_is_turned_away() {
    let front = Front::new(impatient()).await;
    let connect = |address| async move { TcpStream::connect(address).await.expect("a connection") };
    let (mut plain, mut no_tls) = (connect(front.plain).await, connect(front.tls).await);
    let (mut first, mut second) = (front.agree(&["http/1.1"]).await, front.agree(&["h2"]).await);
    let all = tokio::join!(closed(&mut plain), closed(&mut no_tls), closed(&mut first), closed(&mut second));
    for (_, after) in [all.0, all.1, all.2, all.3] {
        assert!(after < Duration::from_secs(5), "{after:?}");
    }
}

#[tokio::test]
async fn whoever_sends_a_header_now_and_then_is_turned_away() {
    let front = Front::new(impatient()).await;
    let mut stream = TcpStream::connect(front.plain).await.expect("a connection");
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n").await.expect("sent");
    let since = Instant::now();
    // A byte each 50 ms would go on for an hour.
    while stream.write_all(b"a").await.is_ok() && since.elapsed() < PATIENCE {
        sleep(Duration::from_millis(50)).await;
    }
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
    assert_eq!(front.editor.connections(), 0);
}

#[tokio::test]
async fn whoever_stops_in_the_middle_of_a_body_is_turned_away() {
    let front = Front::new(impatient()).await;
    let head = format!(
        "POST /echo HTTP/1.1\r\nhost: alpha-alice.localhost\r\ncookie: {COOKIE}\r\ncontent-length: 100\r\n\r\n"
    );
    let mut stream = TcpStream::connect(front.plain).await.expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("sent");
    // Whoever goes on is not hurried, however slow.
    for _ in 0..10 {
        sleep(Duration::from_millis(100)).await;
        stream.write_all(b"a").await.expect("sent");
    }
    let (said, after) = closed(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 400 "), "{said}");
    assert!(after < Duration::from_secs(5), "{after:?}");
}

#[tokio::test]
async fn an_open_websocket_is_not_hurried() {
    let front = Front::new(impatient()).await;
    let (mut first, mut http_2) = (front.socket_1().await, front.http_2().await);
    let mut second = front.socket_2(&mut http_2).await;
    sleep(Duration::from_millis(1500)).await;
    assert_eq!(front.house.gate.open().len(), 2);
    futures::SinkExt::close(&mut first).await.expect("closed in order");
    futures::SinkExt::close(&mut second).await.expect("closed in order");
}

#[tokio::test]
async fn large_headers_and_many_are_refused() {
    let limits = Limits { header_bytes: 16 << 10, headers: 40, ..Limits::default() };
    let front = Front::new(Rules { limits, ..Rules::default() }).await;
    let request = |more: String| format!("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{more}\r\n");
    let many =
        |count: usize| (0..count).flat_map(|nth| ["x-".to_owned(), nth.to_string(), ": a\r\n".to_owned()]).collect();
    assert!(asked(&front, &request(many(38))).await.starts_with("HTTP/1.1 200"));
    assert!(asked(&front, &request(many(39))).await.starts_with("HTTP/1.1 431"));
    assert!(asked(&front, &request(format!("x: {}\r\n", "a".repeat(15_000)))).await.starts_with("HTTP/1.1 200"));
    assert!(asked(&front, &request(format!("x: {}\r\n", "a".repeat(17_000)))).await.starts_with("HTTP/1.1 431"));
    let long = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(70_000));
    let said = asked(&front, &long).await;
    assert!(said.starts_with("HTTP/1.1 414") || said.starts_with("HTTP/1.1 431"), "{said}");

    let mut send = front.http_2().await;
    let large = Request::builder().uri("https://localhost/").header("x", "a".repeat(17_000));
    let refused = send.send_request(large.body(Empty::new()).expect("a request")).await;
    assert!(refused.is_err() || refused.is_ok_and(|answer| answer.status() == 431));
    let usual = Request::builder().uri("https://localhost/").body(Empty::new()).expect("a request");
    assert_eq!(front.http_2().await.send_request(usual).await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_no_more() {
    let limits = Limits { connections_per_address: 3, ..Limits::default() };
    let front = Front::new(Rules { limits, ..Rules::default() }).await;
    let mut held = vec![front.agree(&["h2"]).await, front.agree(&["http/1.1"]).await];
    let _third = front.socket_1().await;
    for address in [front.plain, front.tls] {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let (said, after) = closed(&mut stream).await;
        assert!(said.is_empty() && after < Duration::from_secs(5), "{said}");
    }
    held.pop();
    let get = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let again = async {
        while !asked(&front, get).await.starts_with("HTTP/1.1 200") {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, again).await.expect("whoever leaves makes room");
}
