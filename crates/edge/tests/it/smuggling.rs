//! Requests that two servers would read differently: refused, or made plain before they go on.

use rstest::rstest;

use crate::house::House;

const COOKIE: &str = "cookie: thon_editor=of-alice\r\nconnection: close\r\n";

#[rstest]
#[case::two_hosts("GET / HTTP/1.1\r\nhost: alpha-alice.localhost:8100\r\nhost: localhost:8100\r\n")]
#[case::the_same_host_twice("GET / HTTP/1.1\r\nhost: alpha-alice.localhost\r\nhost: alpha-alice.localhost\r\n")]
#[case::no_host("GET / HTTP/1.1\r\n")]
#[case::no_host_in_http_1_0("GET / HTTP/1.0\r\n")]
#[case::empty_host("GET / HTTP/1.1\r\nhost: \r\n")]
#[case::folded_host("GET / HTTP/1.1\r\nhost: alpha-alice\r\n .localhost:8100\r\n")]
#[case::folded_header("GET / HTTP/1.1\r\nhost: alpha-alice.localhost:8100\r\nx-a: b\r\n c\r\n")]
#[case::space_before_the_colon("GET / HTTP/1.1\r\nhost : alpha-alice.localhost:8100\r\n")]
#[case::two_lengths(
    "POST / HTTP/1.1\r\nhost: alpha-alice.localhost:8100\r\ncontent-length: 1\r\ncontent-length: 2\r\n"
)]
#[case::signed_length("POST / HTTP/1.1\r\nhost: alpha-alice.localhost:8100\r\ncontent-length: +1\r\n")]
#[case::chunked_twice_named(
    "POST / HTTP/1.1\r\nhost: alpha-alice.localhost:8100\r\ntransfer-encoding: chunked, identity\r\n"
)]
#[case::chunked_in_http_1_0("POST / HTTP/1.0\r\nhost: alpha-alice.localhost:8100\r\ntransfer-encoding: chunked\r\n")]
#[case::other_target("GET http://localhost:8100/ HTTP/1.1\r\nhost: alpha-alice.localhost:8100\r\n")]
#[tokio::test]
async fn a_twofold_request_is_refused(#[case] head: &str) {
    let (house, editor) = House::with_alice().await;
    let answer = house.raw(&format!("{head}{COOKIE}\r\n")).await;
    let status = answer.split(' ').nth(1).unwrap_or_default();
    assert_eq!(status, "400", "{answer:?}");
    assert_eq!(editor.connections(), 0, "the sandbox sees nothing of it");
}

#[tokio::test]
async fn a_request_of_two_lengths_stays_one_request() {
    let (house, editor) = House::with_alice().await;
    for order in
        ["content-length: 6\r\ntransfer-encoding: chunked\r\n", "transfer-encoding: chunked\r\ncontent-length: 6\r\n"]
    {
        let inner = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: alpha-alice.localhost:8100\r\n\r\n";
        let head = "POST /outer HTTP/1.1\r\nhost: alpha-alice.localhost:8100\r\n";
        let answer = house.raw(&format!("{head}{order}cookie: thon_editor=of-alice\r\n\r\n{inner}")).await;
        assert_eq!(answer.matches("GET /smuggled").count(), 0, "nothing without a cookie passes: {answer}");
        if answer.contains("POST /outer") {
            assert!(
                answer.contains("transfer-encoding: chunked\n") && !answer.contains("\ncontent-length: 6"),
                "{answer}"
            );
        }
    }
    assert!(editor.connections() <= 2);
}

#[tokio::test]
async fn pipelined_requests_are_each_asked_for_their_cookie() {
    let (house, _editor) = House::with_alice().await;
    let one = "GET /one HTTP/1.1\r\nhost: alpha-alice.localhost:8100\r\ncookie: thon_editor=of-alice\r\n\r\n";
    let two = "GET /two HTTP/1.1\r\nhost: alpha-alice.localhost:8100\r\nconnection: close\r\n\r\n";
    let three = "GET /three HTTP/1.1\r\nhost: localhost:8100\r\nconnection: close\r\n\r\n";
    let answer = house.raw(&format!("{one}{two}")).await;
    assert!(answer.contains("GET /one") && answer.contains("HTTP/1.1 401"), "{answer}");
    let answer = house.raw(&format!("{one}{three}")).await;
    assert!(answer.contains("GET /one") && answer.contains("dashboard /three"), "{answer}");
}
