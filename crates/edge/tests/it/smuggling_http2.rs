//! The same over HTTP/2, in frames written by hand: what no client sends, and no HTTP/1.1 may be made of.

use rstest::rstest;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::{
    front::{Front, impatient},
    house::PATIENCE,
};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// RFC 9113 §4.1.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A field as a literal without indexing (RFC 7541 §6.2.2).
fn field((name, value): (&str, &str)) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).expect("short")], text.as_bytes()].concat();
    [vec![0], text(name), text(value)].concat()
}

const USUAL: [(&str, &str); 4] =
    [(":method", "POST"), (":scheme", "https"), (":authority", "alpha-alice.localhost"), (":path", "/outer")];

const COOKIE: (&str, &str) = ("cookie", "thon_editor=of-alice");

/// Sends a request of these fields with a body of five bytes, and reads until the connection is closed.
async fn sent(front: &Front, fields: &[(&str, &str)]) -> Vec<u8> {
    let mut stream = front.agree(&["h2"]).await;
    let block: Vec<u8> = fields.iter().flat_map(|pair| field(*pair)).collect();
    let all = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        frame(SETTINGS, 0, 0, &[]),
        frame(HEADERS, END_HEADERS, 1, &block),
        frame(DATA, END_STREAM, 1, b"hello"),
        // GOAWAY: nothing else comes.
        frame(7, 0, 0, &[0; 8]),
    ];
    stream.write_all(&all.concat()).await.expect("sent");
    let mut said = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("in time").ok();
    said
}

#[tokio::test]
async fn a_request_as_it_should_be_gets_through() {
    let front = Front::new(impatient()).await;
    let said = sent(&front, &[&USUAL[..], &[COOKIE, ("content-length", "5")]].concat()).await;
    assert_eq!(front.editor.seen(), ["POST /outer"]);
    assert!(String::from_utf8_lossy(&said).contains("body hello"));
}

#[rstest]
#[case::a_length_too_short(&[("content-length", "0")])]
#[case::a_length_too_long(&[("content-length", "50")])]
#[case::two_lengths(&[("content-length", "5"), ("content-length", "0")])]
#[case::a_length_that_is_none(&[("content-length", "5,5")])]
#[case::chunks(&[("transfer-encoding", "chunked")])]
#[case::a_connection(&[("connection", "keep-alive")])]
#[case::a_kept_connection(&[("keep-alive", "timeout=5")])]
#[case::a_proxys_connection(&[("proxy-connection", "keep-alive")])]
#[case::an_upgrade(&[("upgrade", "websocket")])]
#[case::other_te(&[("te", "chunked")])]
#[case::a_line_in_a_value(&[("x", "a\r\nhost: localhost")])]
#[case::a_request_in_a_value(&[("x", "a\r\n\r\nGET /hidden HTTP/1.1\r\n")])]
#[case::a_bare_lf_in_a_value(&[("x", "a\nb")])]
#[case::a_nul_in_a_value(&[("x", "a\0b")])]
#[case::a_line_in_a_name(&[("x: a\r\ny", "b")])]
#[case::a_space_in_a_name(&[("x y", "b")])]
#[case::a_colon_in_a_name(&[("x:y", "b")])]
#[case::a_capital_in_a_name(&[("Content-Length", "5")])]
#[case::another_host(&[("host", "localhost")])]
#[case::a_pseudo_field_at_the_end(&[(":path", "/hidden")])]
#[case::an_unknown_pseudo_field(&[(":hidden", "1")])]
#[tokio::test]
async fn what_http_1_would_read_otherwise_is_refused(#[case] more: &[(&str, &str)]) {
    let front = Front::new(impatient()).await;
    let said = sent(&front, &[&USUAL[..], &[COOKIE], more].concat()).await;
    // A length that is wrong shows only when the body has ended before; then the request has broken off.
    let seen = front.editor.seen();
    let told = String::from_utf8_lossy(&said);
    assert!(!told.contains("editor alice"), "{seen:?} {told}");
    assert!(seen.is_empty() || (more[0].0 == "content-length" && seen == ["POST /outer"]), "{seen:?}");
}

#[rstest]
#[case::a_request_in_the_path(":path", "/outer HTTP/1.1\r\nhost: localhost\r\n\r\nGET /hidden")]
#[case::a_space_in_the_path(":path", "/outer /x")]
#[case::no_path(":path", "")]
#[case::a_request_in_the_method(":method", "GET /hidden HTTP/1.1\r\nx: y\r\n\r\nPOST")]
#[case::a_line_in_the_host(":authority", "alpha-alice.localhost\r\nx: y")]
#[case::a_path_in_the_host(":authority", "alpha-alice.localhost/hidden")]
#[case::a_user_in_the_host(":authority", "localhost@alpha-alice.localhost")]
#[case::a_line_in_the_scheme(":scheme", "https\r\n")]
#[tokio::test]
async fn what_stands_in_the_request_line_is_checked(#[case] name: &str, #[case] value: &str) {
    let front = Front::new(impatient()).await;
    let changed = USUAL.map(|(known, usual)| (known, if known == name { value } else { usual }));
    let said = sent(&front, &[&changed[..], &[COOKIE]].concat()).await;
    assert_eq!(front.editor.seen(), [""; 0]);
    assert!(!String::from_utf8_lossy(&said).contains("editor alice"));
}
