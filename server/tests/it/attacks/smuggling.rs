//! One request that is two to somebody behind the server.

use rstest::rstest;

use super::site::{Site, Tier};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_second_request_rides_along_with_the_first(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let alice = site.session("alpha/alice").await;
    let (in_own, sandbox) = (site.entered(&alice, "alpha-alice").await, site.editor("alpha-alice").await);
    let dashboard = site.dashboard();
    for (place, cookie) in [(&sandbox, &in_own), (&dashboard, &alice)] {
        let (host, origin, prefix) = (&place.host, place.origin(), &place.prefix);
        let hidden = format!("GET {prefix}/hidden HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n");
        let length = hidden.len();
        let chunk = format!("0\r\n\r\n{hidden}");
        for (what, framing, body) in [
            ("both lengths", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n".to_owned(), chunk.clone()),
            ("both, the other way", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n".to_owned(), chunk.clone()),
            ("two lengths", format!("Content-Length: 0\r\nContent-Length: {length}\r\n"), hidden.clone()),
            ("two lengths in a line", format!("Content-Length: 0, {length}\r\n"), hidden.clone()),
            ("a length with a sign", format!("Content-Length: +{length}\r\n"), hidden.clone()),
            ("a length below nothing", "Content-Length: -1\r\n".to_owned(), hidden.clone()),
            ("a length in hexadecimal", "Content-Length: 0x0\r\n".to_owned(), hidden.clone()),
            ("a coding that is none", "Transfer-Encoding: xchunked\r\n".to_owned(), chunk.clone()),
            ("a coding after chunked", "Transfer-Encoding: chunked, identity\r\n".to_owned(), chunk.clone()),
            ("a blank before the colon", "Transfer-Encoding : chunked\r\n".to_owned(), chunk.clone()),
            ("a line that goes on", "X: a\r\n Transfer-Encoding: chunked\r\n".to_owned(), chunk.clone()),
            ("a zero byte", "X: a\0b\r\nContent-Length: 0\r\n".to_owned(), hidden.clone()),
            ("a bare carriage return", "X: a\rContent-Length: 0\r\n".to_owned(), hidden.clone()),
        ] {
            let head = format!("POST {prefix}/x HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nCookie: {cookie}\r\n");
            let said = site.say(place, format!("{head}{framing}\r\n{body}").as_bytes()).await;
            // Where both stand, chunked counts, and nothing is read after that request (RFC 9112 §6.3).
            let is_refused = matches!(said.status, 0 | 400 | 501);
            assert!(is_refused || what.starts_with("both"), "{what} at {host}{prefix}: {}", said.head);
            assert!(!said.body.contains("HTTP/1.1"), "{what} at {host}{prefix} is one request: {}", said.body);
        }
    }
}
