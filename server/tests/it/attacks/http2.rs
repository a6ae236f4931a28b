//! Over HTTP/2, in frames written by hand: what no browser sends, and what HTTP/1.1 would read as something else.

use std::{sync::Arc, time::Duration};

use rstest::rstest;
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::site::{Place, Site, Tier};

const SOON: Duration = Duration::from_secs(20);

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:status: 200` as an index into the static table (RFC 7541 appendix A).
const GOOD: u8 = 0x88;

/// RFC 9113 §4.1.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A field as a literal without indexing (RFC 7541 §6.2.2), its lengths in seven bits and what follows them (§5.1).
fn field(name: &str, value: &str) -> Vec<u8> {
    let text = |text: &str| {
        let length = match text.len() {
            short @ 0..127 => vec![u8::try_from(short).expect("short")],
            long => vec![
                127,
                u8::try_from((long - 127) % 128).expect("7 bits") | 128,
                u8::try_from((long - 127) / 128).expect("short"),
            ],
        };
        [length, text.as_bytes().to_vec()].concat()
    };
    [vec![0], text(name), text(value)].concat()
}

/// Sends one request of these fields; the first byte of what it is answered with, if with anything.
async fn sent(site: &Site, place: &Place, fields: &[(&str, &str)]) -> Option<u8> {
    let mut config = (*site.app.trusted().await).clone();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let name = place.host.rsplit_once(':').map_or(&*place.host, |(name, _)| name).to_owned();
    let stream = TcpStream::connect(place.at).await.expect("a connection");
    let agreed = TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(name).expect("a name"), stream);
    let mut stream = timeout(SOON, agreed).await.expect("in time").expect("TLS");
    let block: Vec<u8> = fields.iter().flat_map(|(name, value)| field(name, value)).collect();
    let all = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        frame(SETTINGS, 0, 0, &[]),
        frame(HEADERS, END_STREAM | END_HEADERS, 1, &block),
        frame(GOAWAY, 0, 0, &[0; 8]),
    ];
    stream.write_all(&all.concat()).await.expect("sent");
    let mut said = Vec::new();
    timeout(SOON, stream.read_to_end(&mut said)).await.expect("in time").ok();
    let mut rest = said.as_slice();
    while let [a, b, c, kind, _, _, _, _, _, after @ ..] = rest {
        let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        if *kind == HEADERS {
            return after.first().copied();
        }
        rest = after.get(length..).unwrap_or_default();
    }
    None
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_could_be_read_as_another_reaches_no_editor(
    #[values(Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let alice = site.session("alpha/alice").await;
    let (cookie, place) = (site.entered(&alice, "alpha-alice").await, site.editor("alpha-alice").await);
    let neighbour = site.editor("alpha-bob").await;
    let path = format!("{}/", place.prefix);
    let usual = |more: &[(&'static str, &str)]| {
        let fields = [
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", &*place.host),
            (":path", &*path),
            ("cookie", &*cookie),
        ];
        let kept = fields
            .into_iter()
            .filter(|(name, _)| !more.iter().any(|(other, _)| other == name && name.starts_with(':')));
        let (pseudo, fields): (Vec<_>, Vec<_>) = kept
            .chain(more.iter().copied())
            .map(|(name, value)| (name, value.to_owned()))
            .partition(|(name, _)| name.starts_with(':'));
        [pseudo, fields].concat()
    };
    let asked_at = async |place: &Place, fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
        sent(&site, place, &fields).await
    };
    let asked = async |fields| asked_at(&place, fields).await;
    assert_eq!(asked(usual(&[])).await, Some(GOOD), "a request as it should be gets through");

    let twice = format!("{path} HTTP/1.1\r\nHost: {}\r\nX: ", place.host);
    let beside = format!("{path}\r\nX: a");
    for (what, more) in [
        ("another host beside the authority", ("host", "elsewhere.example")),
        ("another authority", (":authority", "elsewhere.example")),
        ("no authority", (":authority", "")),
        ("a user before the authority", (":authority", "alice@elsewhere.example")),
        ("a coding of one connection", ("transfer-encoding", "chunked")),
        ("a header of one connection", ("connection", "upgrade")),
        ("an upgrade", ("upgrade", "websocket")),
        ("a length of what does not come", ("content-length", "5")),
        ("a length with a sign", ("content-length", "+0")),
        ("a line within a value", ("x", "a\r\nhost: elsewhere.example")),
        ("a zero byte within a value", ("x", "a\0b")),
        ("a name in capitals", ("X-Capital", "a")),
        ("a name with a colon", ("a:b", "c")),
        ("a name with a blank", ("transfer-encoding ", "chunked")),
        ("a request within the path", (":path", &*twice)),
        ("a header within the path", (":path", &*beside)),
        ("a path that is none", (":path", "x")),
        ("a request within the method", (":method", "GET / HTTP/1.1\r\nX: ")),
        ("a trace", (":method", "TRACE")),
        ("a tunnel to elsewhere", (":method", "CONNECT")),
    ] {
        assert_ne!(asked(usual(&[more])).await, Some(GOOD), "{what}");
    }
    let mut two = usual(&[]);
    two.insert(0, (":path", "/other".to_owned()));
    assert_ne!(asked(two).await, Some(GOOD), "two paths");
    // A neighbour's editor, with the cookie of one's own.
    let theirs = format!("{}/", neighbour.prefix);
    let fields = usual(&[(":authority", &*neighbour.host), (":path", &*theirs)]);
    assert_ne!(asked_at(&neighbour, fields).await, Some(GOOD), "a neighbour's");
}
