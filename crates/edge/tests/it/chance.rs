//! Requests made by chance out of known pieces: whatever comes, a sandbox sees no request that nobody was let in with.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use thon_edge::door::{Limits, Rules};

use crate::front::Front;

/// Pieces that mean something to one reader of HTTP or another.
const PIECES: &[&str] = &[
    "\r\n",
    "\n",
    "\r",
    " ",
    "\t",
    "\0",
    ":",
    ",",
    ";",
    "0",
    "5",
    "ffffffffffffffff",
    "0\r\n\r\n",
    "5\r\nhello\r\n",
    "GET /outer HTTP/1.1\r\n",
    "POST /outer HTTP/1.1\r\n",
    "HEAD /outer HTTP/1.0\r\n",
    "CONNECT a:1 HTTP/1.1\r\n",
    "GET http://localhost/outer HTTP/1.1\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n",
    "host: alpha-alice.localhost\r\n",
    "host: localhost\r\n",
    "Host : alpha-alice.localhost\r\n",
    "content-length: 5\r\n",
    "content-length: 0\r\n",
    "content-length: 5, 5\r\n",
    "Content_Length: 50\r\n",
    "transfer-encoding: chunked\r\n",
    "transfer-encoding: identity, chunked\r\n",
    "Transfer-Encoding:\x0bchunked\r\n",
    "connection: close\r\n",
    "connection: upgrade\r\nupgrade: bytes\r\n",
    "connection: content-length, cookie\r\n",
    "expect: 100-continue\r\n",
    "x: y\r\n z\r\n",
    "x-forwarded-for: 9.9.9.9\r\n",
    "hello",
    "é",
    "\u{7f}",
    "GET /hidden HTTP/1.1\r\nhost: alpha-alice.localhost\r\n\r\n",
];

fn request() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => "[ -~\r\n]{0,12}",
    ];
    (any::<bool>(), prop::collection::vec(piece, 1..14)).prop_map(|(usual, pieces)| {
        let start = "POST /outer HTTP/1.1\r\nhost: alpha-alice.localhost\r\ncookie: thon_editor=of-alice\r\n";
        format!("{}{}", if usual { start } else { "" }, pieces.concat())
    })
}

/// Goes on for so long. A request that fails is printed, to be put into the corpus of `smuggling.rs`.
async fn asked_by_chance(long: Duration, chance: [u8; 32]) {
    let short = Duration::from_millis(40);
    let limits = Limits { header_timeout: short, ..Limits::default() };
    let front = Front::new(Rules { limits, ..Rules::default() }).await;
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &chance));
    let (until, mut asked) = (Instant::now() + long, 0_u64);
    while Instant::now() < until {
        let one = request().new_tree(&mut runner).expect("a request").current();
        // Whoever announces a body that never comes is waited for, and an agreed tunnel stays open.
        let said = tokio::time::timeout(Duration::from_millis(200), front.raw(&format!("{one}\r\n\r\n"))).await;
        let said = said.unwrap_or_default();
        let seen = front.editor.seen();
        assert!(seen.iter().all(|seen| seen.ends_with(" /outer")), "{seen:?}\n{one:?}\n{said:?}\nchance {chance:?}");
        assert!(!said.contains("\nx-forwarded-for: 9.9.9.9") && !said.contains("HTTP/1.1 500"), "{one:?}\n{said:?}");
        front.editor.forget();
        asked += 1;
    }
    assert!(asked > long.as_secs(), "only {asked} requests were asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_by_chance_gets_further_than_it_may() {
    asked_by_chance(Duration::from_secs(5), [7; 32]).await;
}

/// Ten minutes, from another seed each time. `script/test --long --only rust by_chance` runs it alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_no_request_by_chance_gets_further_than_it_may() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_nanos().to_le_bytes();
    let seed: [u8; 32] = [now, now].concat().try_into().expect("32 bytes");
    asked_by_chance(Duration::from_mins(10), seed).await;
}
