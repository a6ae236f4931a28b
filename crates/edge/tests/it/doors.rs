//! Doors: who is behind a load balancer or a proxy, how connections end, and the way to HTTPS.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use http::Request;
use http_body_util::{BodyExt, Empty};
use thon_domain::{address::Addresses, network::Network};
use thon_edge::{
    Hosts, ToHttps,
    door::{Limits, Rules, Speaks},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    front::Front,
    house::{COOKIE, PATIENCE},
};

const GET: &str = "GET /x HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";

async fn raw(address: std::net::SocketAddr, text: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // Whoever is turned away may not even be listened to.
    stream.write_all(text.as_bytes()).await.ok();
    let mut said = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("in time").ok();
    String::from_utf8_lossy(&said).into_owned()
}

fn here() -> Vec<Network> {
    vec!["127.0.0.0/8".parse().expect("a network")]
}

#[tokio::test]
async fn a_load_balancer_says_who_is_behind_it() {
    let limits = Limits { connections_per_address: 1, ..Limits::default() };
    let front = Front::new(Rules { proxy_protocol: here(), limits, ..Rules::default() }).await;
    let announced = "PROXY TCP4 198.51.100.7 127.0.0.1 56324 443\r\n";
    let said = raw(front.plain, &format!("{announced}{GET}x-forwarded-for: 9.9.9.9\r\n\r\n")).await;
    assert!(said.ends_with("198.51.100.7 /x"), "{said}");
    for without in [format!("{GET}\r\n"), "PROXY nonsense\r\n\r\n".to_owned()] {
        assert_eq!(raw(front.plain, &without).await, "", "it is required");
    }
    let mut stream = TcpStream::connect(front.tls).await.expect("a connection");
    stream.write_all(announced.as_bytes()).await.expect("sent");
    let _one = front.agree_over(stream, &["h2"]).await;
    assert_eq!(raw(front.plain, &format!("{announced}{GET}\r\n")).await, "", "counted by the real address");
    let other = format!("PROXY TCP6 2001:db8::7 ::1 1 443\r\n{GET}\r\n");
    assert!(raw(front.plain, &other).await.ends_with("2001:db8::7 /x"));
}

#[tokio::test]
async fn nobody_else_may_say_so() {
    let front =
        Front::new(Rules { proxy_protocol: vec!["10.0.0.0/8".parse().expect("a network")], ..Rules::default() });
    let said = raw(front.await.plain, &format!("PROXY TCP4 198.51.100.7 127.0.0.1 56324 443\r\n{GET}\r\n")).await;
    assert!(said.starts_with("HTTP/1.1 400"), "{said}");
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_and_no_other() {
    let limits = Limits { connections_per_address: 2, ..Limits::default() };
    let front = Front::new(Rules { trusted: here(), limits, hsts_s: 60, ..Rules::default() }).await;
    let claims = "x-forwarded-for: 9.9.9.9, 198.51.100.7\r\nx-forwarded-proto: https\r\n";
    let said = raw(front.plain, &format!("{GET}{claims}\r\n")).await;
    assert!(said.ends_with(&format!("https {} 198.51.100.7 /x", front.plain.port())), "{said}");
    let named = "x-forwarded-host: thon.example.org\r\n";
    let said = raw(front.plain, &format!("{GET}{claims}{named}\r\n")).await;
    assert!(said.contains("strict-transport-security: max-age=60"), "{said}");

    let editor = format!("GET /x HTTP/1.1\r\nhost: inner\r\nconnection: close\r\ncookie: {COOKIE}\r\n");
    let named = "x-forwarded-host: alpha-alice.localhost\r\n";
    let said = raw(front.plain, &format!("{editor}{claims}{named}forwarded: for=8.8.8.8\r\n\r\n")).await;
    for line in ["x-forwarded-for: 198.51.100.7", "x-forwarded-proto: https", "host: alpha-alice.localhost"] {
        assert!(said.contains(&format!("\n{line}\n")), "{line}: {said}");
    }
    assert!(!said.contains("9.9.9.9") && !said.contains("8.8.8.8") && !said.contains("strict-transport"), "{said}");

    let stranger = Front::new(Rules::default()).await;
    let said = raw(stranger.plain, &format!("{GET}{claims}{named}\r\n")).await;
    assert!(said.ends_with(&format!("http {} 127.0.0.1 /x", stranger.plain.port())), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_inside_may_finish_when_a_door_closes() {
    let front = Front::new(Rules::default()).await;
    let (mut first, mut http_2) = (front.socket_1().await, front.http_2().await);
    let mut second = front.socket_2(&mut http_2).await;
    let slow = Request::builder().uri("https://alpha-alice.localhost/slow").header("cookie", COOKIE);
    let slow = http_2.send_request(slow.body(Empty::new()).expect("a request"));
    let mut idle = front.agree(&["http/1.1"]).await;
    idle.write_all(b"GET /x HTTP/1.1\r\nhost: localhost\r\n\r\n").await.expect("sent");
    // Until its request has come in, it is a connection that said nothing.
    tokio::time::sleep(Duration::from_millis(300)).await;
    front.opening.leaving.cancel();
    let refused = timeout(PATIENCE, async { while TcpStream::connect(front.tls).await.is_ok() {} }).await;
    refused.expect("no connection is taken any more");
    idle.write_all(b"GET /y HTTP/1.1\r\nhost: localhost\r\n\r\n").await.expect("sent");
    let mut said = String::new();
    timeout(PATIENCE, idle.read_to_string(&mut said)).await.expect("in time").ok();
    assert!(said.contains("/y") && said.contains("connection: close"), "{said}");

    front.opening.stop.cancel();
    let answer = timeout(PATIENCE, slow).await.expect("in time").expect("an answer");
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    assert_eq!(&body[..], b"at last");
    let another = Request::builder().uri("https://localhost/").body(Empty::new()).expect("a request");
    assert!(http_2.send_request(another).await.is_err(), "a browser opens another connection");
    for text in ["still", "here"] {
        first.send(Message::text(text)).await.expect("sent");
        second.send(Message::text(text)).await.expect("sent");
        let back = timeout(PATIENCE, futures::future::join(first.next(), second.next())).await.expect("in time");
        for message in [back.0, back.1] {
            assert_eq!(message.expect("a message").expect("a message"), Message::text(text));
        }
    }
    drop((first, second));
    front.opening.connections.close();
    timeout(PATIENCE, front.opening.connections.wait()).await.expect("nothing is left over");
}

#[tokio::test]
async fn everybody_is_sent_to_https_but_for_challenges() {
    let front = Front::new(Rules::default()).await;
    let hosts = Hosts::new(&Addresses::local(8100), ["thon.example.org"]);
    let texts = || front.proofs.texts.lock().expect("a lock");
    texts().insert("token-1".to_owned(), "token-1.thumbprint".to_owned());
    let to_https = ToHttps::new(hosts, 8443, front.proofs.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (reception, opening) = (front.reception.clone(), front.opening.clone());
    front.house.tasks.spawn(async move { reception.serve(listener, Speaks::Http, to_https, opening).await });
    let ask = |line: &'static str, host: &'static str| async move {
        raw(address, &format!("{line} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")).await
    };
    for (line, host, location) in [
        ("GET /a?b=c", "thon.example.org", "https://thon.example.org:8443/a?b=c"),
        ("POST /a", "alpha-alice.localhost:80", "https://alpha-alice.localhost:8443/a"),
        ("OPTIONS *", "localhost", "https://localhost:8443/"),
        ("GET //evil.example", "localhost", "https://localhost:8443//evil.example"),
    ] {
        let said = ask(line, host).await;
        assert!(said.starts_with("HTTP/1.1 308") && said.contains(&format!("location: {location}\r\n")), "{said}");
    }
    assert!(ask("GET /", "evil.example").await.starts_with("HTTP/1.1 421"));
    let said = ask("GET /.well-known/acme-challenge/token-1", "anything.example").await;
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("\r\n\r\ntoken-1.thumbprint"), "{said}");
    assert!(ask("GET /.well-known/acme-challenge/token-2", "localhost").await.starts_with("HTTP/1.1 404"));
    assert!(ask("GET /ca.crt", "localhost").await.starts_with("HTTP/1.1 308"), "there is no root to trust");
    *front.proofs.root.lock().expect("a lock") = Some("-----BEGIN".to_owned());
    let said = ask("GET /ca.crt", "localhost").await;
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("\r\n\r\n-----BEGIN"), "{said}");
    assert!(said.contains("content-type: application/x-x509-ca-cert\r\n"), "{said}");
    assert!(ask("GET /ca.crt", "alpha-alice.localhost").await.starts_with("HTTP/1.1 308"), "it is the sandbox's");
    texts().clear();
    assert!(ask("GET /.well-known/acme-challenge/token-1", "localhost").await.starts_with("HTTP/1.1 404"));
}
