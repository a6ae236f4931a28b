//! Bodies of any size and pace: streamed, not collected, not cut.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::StatusCode;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_util::task::TaskTracker;

use crate::{
    editor::{CHUNK, CHUNKS},
    house::{House, PATIENCE, alice},
};

const ALL: usize = CHUNK * CHUNKS;
/// What two pairs of socket buffers and two of hyper's may hold; far from everything.
const HELD: usize = ALL / 2;

/// Waits until a number stops growing.
async fn settled(mut number: impl FnMut() -> usize) -> usize {
    let mut last = number();
    loop {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let now = number();
        if now == last {
            return now;
        }
        last = now;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_upload_waits_for_the_sandbox_and_not_in_the_edge() {
    let (house, editor) = House::with_alice().await;
    let tasks = TaskTracker::new();
    let (progress, counter) = tokio::sync::watch::channel(0_usize);
    let chunks = stream::iter(0..CHUNKS).map(move |_| {
        progress.send_modify(|sum| *sum += CHUNK);
        Ok::<_, std::convert::Infallible>(Frame::data(Bytes::from(vec![7; CHUNK])))
    });
    let stream = TcpStream::connect(house.address).await.expect("a connection");
    let (mut send, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a handshake");
    tasks.spawn(connection);
    let request = alice("/gulp").method("POST").body(StreamBody::new(chunks)).expect("a request");
    let answer = tasks.spawn(async move { send.send_request(request).await });

    let held = settled(|| *counter.borrow()).await;
    assert!(held < HELD, "{held} bytes were taken before the sandbox read any");
    editor.open_gate();
    let answer = tokio::time::timeout(PATIENCE, answer).await.expect("in time").expect("a task").expect("an answer");
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    assert_eq!(body, ALL.to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_download_comes_as_it_is_made_and_no_faster_than_it_is_read() {
    let (house, editor) = House::with_alice().await;
    let mut body = house.ask(alice("/pour").body(Full::default()).expect("a request")).await.into_body();
    let first = tokio::time::timeout(PATIENCE, body.frame()).await.expect("in time");
    let mut read = first.expect("a frame").expect("data").into_data().expect("data").len();
    assert!(read > 0, "the first bytes arrive before the rest is made");
    editor.open_gate();
    let made = settled(|| editor.produced()).await;
    assert!(made < HELD, "{made} bytes were made before the visitor read them");
    while let Some(frame) = body.frame().await {
        read += frame.expect("a frame").into_data().expect("data").len();
    }
    assert_eq!(read, ALL);
}

#[tokio::test]
async fn a_slow_sandbox_is_waited_for() {
    let (house, _editor) = House::with_alice().await;
    let began = Instant::now();
    let said = house.get(alice("/slow")).await;
    assert_eq!((said.status, said.text.as_str()), (StatusCode::OK, "at last"));
    assert!(began.elapsed() > Duration::from_secs(2));
    assert!(house.gate.lost().is_empty());
}

#[tokio::test]
async fn a_visitor_who_asks_first_is_told_to_go_on() {
    let (house, _editor) = House::with_alice().await;
    let mut stream = TcpStream::connect(house.address).await.expect("a connection");
    let head = "POST /x HTTP/1.1\r\nhost: alpha-alice.localhost:8100\r\ncookie: thon_editor=of-alice\r\n\
                expect: 100-continue\r\nconnection: close\r\ncontent-length: 4\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut first = [0; 25];
    tokio::time::timeout(PATIENCE, stream.read_exact(&mut first)).await.expect("in time").expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"text").await.expect("sent");
    let mut rest = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut rest)).await.expect("in time").expect("an answer");
    assert!(rest.contains("POST /x") && rest.ends_with("body text") && !rest.contains("expect"), "{rest}");
}

#[tokio::test]
async fn a_head_tells_the_length_of_what_it_does_not_bring() {
    let (house, _editor) = House::with_alice().await;
    let said = house.get(alice("/slow").method("HEAD")).await;
    assert_eq!((said.status, said.header("content-length"), said.text.as_str()), (StatusCode::OK, "7", ""));
}

#[tokio::test]
async fn an_event_stream_is_cut_with_the_right_to_read_it() {
    let (house, _editor) = House::with_alice().await;
    let mut body = house.ask(alice("/events").body(Full::default()).expect("a request")).await.into_body();
    assert!(body.frame().await.expect("a frame").is_ok());
    house.gate.token("alice").cancel();
    let end = tokio::time::timeout(Duration::from_secs(1), body.frame()).await.expect("within a second");
    assert!(end.is_none_or(|frame| frame.is_err()));
    assert_eq!(house.get(alice("/x")).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_visitor_who_leaves_is_not_the_sandboxs_fault() {
    let (house, editor) = House::with_alice().await;
    let mut stream = TcpStream::connect(house.address).await.expect("a connection");
    let head = "POST /gulp HTTP/1.1\r\nhost: alpha-alice.localhost:8100\r\ncookie: thon_editor=of-alice\r\n\
                content-length: 1000\r\n\r\nabc";
    stream.write_all(head.as_bytes()).await.expect("sent");
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(stream);
    editor.open_gate();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(house.gate.lost().is_empty());
}
