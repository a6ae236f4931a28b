//! Requests that two servers would read differently: refused, or made plain before they go on.

use rstest::rstest;

use crate::{
    front::{Front, impatient},
    house::House,
};

/// A sandbox's name and the right to be there, in every request.
const HEAD: &str = "host: alpha-alice.localhost\r\ncookie: thon_editor=of-alice\r\n";

/// What follows. Without a right it gets no further than the edge, unless somebody takes it for a part of the first.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nhost: alpha-alice.localhost\r\n\r\n";

/// `{H}` stands for the head, `{S}` for what is hidden.
#[rstest]
#[case::cl_then_te("POST /outer HTTP/1.1\r\n{H}content-length: 6\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{S}")]
#[case::te_then_cl("POST /outer HTTP/1.1\r\n{H}transfer-encoding: chunked\r\ncontent-length: 6\r\n\r\n0\r\n\r\n{S}")]
#[case::te_twice(
    "POST /outer HTTP/1.1\r\n{H}transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n{S}"
)]
#[case::te_list_ends_otherwise("POST /outer HTTP/1.1\r\n{H}transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n{S}")]
#[case::te_identity_first("POST /outer HTTP/1.1\r\n{H}transfer-encoding: identity, chunked\r\n\r\n0\r\n\r\n{S}")]
#[case::te_unknown("POST /outer HTTP/1.1\r\n{H}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n{S}")]
#[case::te_space_before_colon(
    "POST /outer HTTP/1.1\r\n{H}transfer-encoding : chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n{S}"
)]
#[case::te_tab_after_colon("POST /outer HTTP/1.1\r\n{H}transfer-encoding:\tchunked\r\n\r\n0\r\n\r\n{S}")]
#[case::te_vertical_tab(
    "POST /outer HTTP/1.1\r\n{H}transfer-encoding:\x0bchunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n{S}"
)]
#[case::te_in_a_fold("POST /outer HTTP/1.1\r\n{H}x: y\r\n transfer-encoding: chunked\r\n\r\n0\r\n\r\n{S}")]
#[case::te_folded("POST /outer HTTP/1.1\r\n{H}transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n{S}")]
#[case::te_after_a_bare_lf("POST /outer HTTP/1.1\r\n{H}x: y\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{S}")]
#[case::te_after_a_bare_cr("POST /outer HTTP/1.1\r\n{H}x: y\rtransfer-encoding: chunked\r\n\r\n0\r\n\r\n{S}")]
#[case::te_with_a_nul(
    "POST /outer HTTP/1.1\r\n{H}transfer-encoding: chunked\x00\r\ncontent-length: 5\r\n\r\n0\r\n\r\n{S}"
)]
#[case::te_in_quotes("POST /outer HTTP/1.1\r\n{H}transfer-encoding: \"chunked\"\r\n\r\n0\r\n\r\n{S}")]
#[case::te_in_http_1_0("POST /outer HTTP/1.0\r\n{H}transfer-encoding: chunked\r\n\r\n0\r\n\r\n{S}")]
#[case::te_with_an_underscore(
    "POST /outer HTTP/1.1\r\n{H}transfer_encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n{S}"
)]
#[case::te_named_by_connection(
    "POST /outer HTTP/1.1\r\n{H}connection: transfer-encoding\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{S}"
)]
#[case::cl_list("POST /outer HTTP/1.1\r\n{H}content-length: 5, 5\r\n\r\nhello{S}")]
#[case::cl_list_of_two("POST /outer HTTP/1.1\r\n{H}content-length: 5, 50\r\n\r\nhello{S}")]
#[case::cl_twice_the_same("POST /outer HTTP/1.1\r\n{H}content-length: 5\r\ncontent-length: 5\r\n\r\nhello{S}")]
#[case::cl_twice("POST /outer HTTP/1.1\r\n{H}content-length: 5\r\ncontent-length: 50\r\n\r\nhello{S}")]
#[case::cl_hexadecimal("POST /outer HTTP/1.1\r\n{H}content-length: 0x5\r\n\r\nhello{S}")]
#[case::cl_negative("POST /outer HTTP/1.1\r\n{H}content-length: -5\r\n\r\nhello{S}")]
#[case::cl_signed("POST /outer HTTP/1.1\r\n{H}content-length: +5\r\n\r\nhello{S}")]
#[case::cl_with_a_space("POST /outer HTTP/1.1\r\n{H}content-length: 5 0\r\n\r\nhello{S}")]
#[case::cl_empty("POST /outer HTTP/1.1\r\n{H}content-length: \r\n\r\nhello{S}")]
#[case::cl_beyond_64_bits("POST /outer HTTP/1.1\r\n{H}content-length: 18446744073709551621\r\n\r\nhello{S}")]
#[case::cl_space_before_colon("POST /outer HTTP/1.1\r\n{H}content-length : 5\r\n\r\nhello{S}")]
#[case::cl_with_an_underscore("POST /outer HTTP/1.1\r\n{H}content_length: 95\r\ncontent-length: 5\r\n\r\nhello{S}")]
#[case::cl_named_by_connection(
    "POST /outer HTTP/1.1\r\n{H}connection: content-length\r\ncontent-length: 5\r\n\r\nhello{S}"
)]
#[case::cl_of_a_get("GET /outer HTTP/1.1\r\n{H}content-length: 5\r\n\r\nhello{S}")]
#[case::chunk_size_with_0x("POST /outer HTTP/1.1\r\n{H}transfer-encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n{S}")]
#[case::chunk_size_negative("POST /outer HTTP/1.1\r\n{H}transfer-encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n{S}")]
#[case::chunk_size_beyond_64_bits(
    "POST /outer HTTP/1.1\r\n{H}transfer-encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n{S}"
)]
#[case::chunk_size_ended_by_lf("POST /outer HTTP/1.1\r\n{H}transfer-encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n{S}")]
#[case::chunk_extension_with_lf(
    "POST /outer HTTP/1.1\r\n{H}transfer-encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n0\r\n\r\n{S}"
)]
#[case::chunk_longer_than_it_says(
    "POST /outer HTTP/1.1\r\n{H}transfer-encoding: chunked\r\n\r\n5\r\nhello!!\r\n0\r\n\r\n{S}"
)]
#[case::chunk_trailers_with_a_length(
    "POST /outer HTTP/1.1\r\n{H}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\ncontent-length: 50\r\nhost: x\r\n\r\n{S}"
)]
#[case::lines_ended_by_lf("POST /outer HTTP/1.1\n{H}content-length: 5\n\nhello{S}")]
#[case::two_hosts("GET /outer HTTP/1.1\r\n{H}host: localhost\r\n\r\n{S}")]
#[case::host_with_an_underscore("GET /outer HTTP/1.1\r\n{H}h_ost: localhost\r\n\r\n{S}")]
#[case::another_host_in_the_target("GET http://localhost/outer HTTP/1.1\r\n{H}\r\n{S}")]
#[case::a_space_in_the_target("GET /outer /x HTTP/1.1\r\n{H}\r\n{S}")]
#[case::a_tab_in_the_request_line("GET\t/outer\tHTTP/1.1\r\n{H}\r\n{S}")]
#[case::another_version("GET /outer HTTP/1.2\r\n{H}\r\n{S}")]
#[case::version_0_9("GET /outer\r\n{S}")]
#[case::a_tunnel_by_connect("CONNECT alpha-alice.localhost:80 HTTP/1.1\r\n{H}\r\n{S}")]
#[case::an_upgrade_with_a_body(
    "POST /outer HTTP/1.1\r\n{H}connection: upgrade\r\nupgrade: bytes\r\ncontent-length: 5\r\n\r\nhello{S}"
)]
#[case::an_upgrade_that_is_not_confirmed("GET /outer HTTP/1.1\r\n{H}connection: upgrade\r\nupgrade: bytes\r\n\r\n{S}")]
#[case::an_upgrade_to_http_2(
    "GET /outer HTTP/1.1\r\n{H}connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n{S}"
)]
#[case::the_preface_of_http_2("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{S}")]
#[case::an_expectation("POST /outer HTTP/1.1\r\n{H}expect: 100-continue\r\ncontent-length: 5\r\n\r\nhello{S}")]
#[tokio::test]
async fn a_sandbox_sees_the_one_request_or_none(#[case] bytes: &str) {
    let front = Front::new(impatient()).await;
    let said = front.raw(&bytes.replace("{H}", HEAD).replace("{S}", HIDDEN)).await;
    let seen = front.editor.seen();
    let is_right = matches!(&seen[..], [one] if one.ends_with(" /outer"));
    assert!(is_right || seen.is_empty(), "{seen:?}: {said}");
    assert_eq!(said.matches("HTTP/1.1 200").count(), seen.len(), "{said}");
    let first = said.split(' ').nth(1).unwrap_or_default();
    assert!(is_right || ["", "400", "405", "501", "505"].contains(&first), "{said}");
    assert!(!said.contains("/hidden"), "{said}");
}

#[tokio::test]
async fn what_looks_like_a_header_of_the_edge_is_none() {
    let (house, _editor) = House::with_alice().await;
    let claims = "x_forwarded_for: 9.9.9.9\r\nx-real_ip: 9.9.9.9\r\nx_own: kept\r\nforwarded: for=9.9.9.9\r\n";
    let said = house.raw(&format!("GET /outer HTTP/1.1\r\n{HEAD}{claims}connection: close\r\n\r\n")).await;
    assert!(!said.contains("9.9.9.9") && said.contains("x_own: kept") && said.contains("x-forwarded-for: 127.0.0.1"));
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
