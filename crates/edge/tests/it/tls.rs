//! TLS against real clients: versions, names, protocols, websockets over both, and an exchange while they are open.

use std::fmt::Write as _;

use futures::{SinkExt, StreamExt};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use thon_edge::door::Rules;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

use crate::{
    front::{Front, Made, NAMES, file, told},
    house::{COOKIE, PATIENCE},
};

async fn echoes<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>, text: &str) {
    socket.send(Message::text(text)).await.expect("sent");
    let back = tokio::time::timeout(PATIENCE, socket.next()).await.expect("in time");
    assert_eq!(back.expect("a message").expect("a message"), Message::text(text));
}

/// What `openssl s_client` says of a handshake.
async fn openssl(front: &Front, arguments: &[&str]) -> String {
    let address = front.tls.to_string();
    let output = told("openssl", &[&["s_client", "-connect", &address], arguments].concat()).await;
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The names of the certificate that is shown to somebody who asks for one.
async fn names_shown(front: &Front, name: &str) -> String {
    let shown = openssl(front, &["-servername", name, "-showcerts"]).await;
    let path = file(&shown);
    let arguments = ["x509", "-in", path.to_str().expect("UTF-8"), "-noout", "-ext", "subjectAltName"];
    let output = told("openssl", &arguments).await;
    std::fs::remove_file(path).expect("removed");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openssl_agrees_on_what_is_good_only() {
    let front = Front::new(Rules::default()).await;
    for (version, shown) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
        let said = openssl(&front, &[version, "-alpn", "h2,http/1.1"]).await;
        assert!(said.contains(shown) && said.contains("ALPN protocol: h2"), "{said}");
    }
    let said = openssl(&front, &["-alpn", "http/1.1"]).await;
    assert!(said.contains("ALPN protocol: http/1.1"), "{said}");
    let said = openssl(&front, &["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"]).await;
    assert!(said.contains("alert") && !said.contains("ALPN protocol"), "{said}");
    let said = openssl(&front, &["-alpn", "acme-tls/1", "-servername", "localhost"]).await;
    assert!(said.contains("alert"), "nobody asked for a challenge: {said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_name_chooses_the_certificate() {
    let front = Front::new(Rules::default()).await;
    let wild = Made::new(&["thon.example.org", "*.thon.example.org"]);
    front.certificates.replace(&[front.made.pem(), wild.pem()]).expect("certificates");
    for (asked, shown) in [
        ("localhost", "DNS:localhost"),
        ("thon.example.org", "DNS:thon.example.org"),
        ("alpha-alice.thon.example.org", "DNS:*.thon.example.org"),
        ("a.b.thon.example.org", "DNS:localhost"),
        ("nobody.example", "DNS:localhost"),
    ] {
        let said = names_shown(&front, asked).await;
        assert!(said.contains(shown), "{asked}: {said}");
    }
    let challenge = Made::new(&["thon.example.org", "challenge.example"]);
    let proofs = || front.proofs.certificates.lock().expect("a lock");
    proofs().insert("thon.example.org".to_owned(), challenge.der());
    let said = openssl(&front, &["-alpn", "acme-tls/1", "-servername", "thon.example.org"]).await;
    assert!(said.contains("ALPN protocol: acme-tls/1"), "{said}");
    assert!(!names_shown(&front, "thon.example.org").await.contains("challenge"), "browsers see nothing of it");
    proofs().clear();
    let said = openssl(&front, &["-alpn", "acme-tls/1", "-servername", "thon.example.org"]).await;
    assert!(!said.contains("ALPN protocol: acme-tls/1"), "{said}");
}

#[tokio::test]
async fn a_key_that_is_another_certificates_changes_nothing() {
    let front = Front::new(Rules::default()).await;
    let (one, other) = (Made::new(NAMES), Made::new(NAMES));
    let mixed = thon_edge::tls::Pem { key: other.pem().key, ..one.pem() };
    for bad in [mixed, thon_edge::tls::Pem { chain: b"", ..one.pem() }, thon_edge::tls::Pem { key: b"no", ..one.pem() }]
    {
        front.certificates.replace(&[bad]).expect_err("refused");
    }
    front.agree(&["h2"]).await;
    assert!(!format!("{:?}", one.pem()).contains("PRIVATE"), "keys are not printed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn curl_opens_an_editor_over_both() {
    let front = Front::new(Rules::default()).await;
    let root = file(&front.made.chain);
    let port = front.tls.port();
    let place = format!("alpha-alice.localhost:{port}:127.0.0.1");
    for (flag, version) in [("--http1.1", "1.1"), ("--http2", "2")] {
        let (url, cookie) = (format!("https://alpha-alice.localhost:{port}/a?b"), format!("Cookie: {COOKIE}"));
        let mut arguments = vec!["-sS", flag, "--cacert", root.to_str().expect("UTF-8"), "--resolve", &place];
        arguments.extend(["-H", &cookie, "-H", "X-Forwarded-For: 9.9.9.9", "-w", "\nHTTP %{http_version}\n", &url]);
        let output = told("curl", &arguments).await;
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        let mut wanted = String::new();
        writeln!(wanted, "HTTP {version}").expect("a text");
        assert!(said.contains("GET /a?b") && said.ends_with(&wanted), "{said}");
        for line in ["x-forwarded-proto: https", "x-forwarded-for: 127.0.0.1"] {
            assert!(said.contains(&format!("{line}\n")), "{line}: {said}");
        }
        assert!(said.contains(&format!("host: alpha-alice.localhost:{port}\n")), "{said}");
    }
    std::fs::remove_file(root).expect("removed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn websockets_go_over_both_and_outlive_their_certificate() {
    let front = Front::new(Rules::default()).await;
    let mut first = front.socket_1().await;
    let mut http_2 = front.http_2().await;
    let mut second = front.socket_2(&mut http_2).await;
    echoes(&mut first, "over HTTP/1.1").await;
    echoes(&mut second, "over HTTP/2").await;
    let large = "x".repeat(3_000_000);
    echoes(&mut second, &large).await;

    let renewed = Made::new(NAMES);
    for _ in 0..20 {
        front.certificates.replace(&[renewed.pem()]).expect("a certificate");
        front.certificates.replace(&[front.made.pem()]).expect("a certificate");
    }
    front.certificates.replace(&[renewed.pem()]).expect("a certificate");
    echoes(&mut first, "the same as before").await;
    echoes(&mut second, "the same as before").await;
    let stream = tokio::net::TcpStream::connect(front.tls).await.expect("a connection");
    crate::front::agreed(&renewed, stream, &["h2"]).await;
    let mut third = front.socket_2(&mut http_2).await;
    echoes(&mut third, "another over the same connection").await;
    assert_eq!(front.house.gate.open().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_websocket_over_http_2_is_let_in_by_the_same_rules() {
    let front = Front::new(Rules::default()).await;
    let mut send = front.http_2().await;
    let own = format!("https://alpha-alice.localhost:{}", front.tls.port());
    for (origin, cookie, status) in [
        ("https://alpha-bob.localhost", COOKIE, StatusCode::FORBIDDEN),
        (own.replace("https", "http").as_str(), COOKIE, StatusCode::FORBIDDEN),
        (own.as_str(), "a=b", StatusCode::UNAUTHORIZED),
        (own.as_str(), "thon_editor=of-bob", StatusCode::FORBIDDEN),
    ] {
        let answer = send.send_request(front.connect(origin, cookie)).await.expect("an answer");
        assert_eq!(answer.status(), status, "{origin} {cookie}");
    }
    let mut other = front.connect(&own, COOKIE);
    other.extensions_mut().insert(hyper::ext::Protocol::from_static("connect-udp"));
    assert_eq!(send.send_request(other).await.expect("an answer").status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(front.editor.connections(), 0, "the sandbox sees nothing of it");
    let mut socket = front.socket_2(&mut send).await;
    echoes(&mut socket, "hello").await;
    front.house.gate.token("alice").cancel();
    let end = tokio::time::timeout(PATIENCE, socket.next()).await.expect("in time");
    assert!(end.is_none_or(|message| message.is_err()), "revoking cuts it");
}

#[tokio::test]
async fn browsers_are_told_to_come_by_https_but_for_no_sandbox_and_not_to_localhost() {
    let front = Front::new(Rules { hsts_s: 600, ..Rules::default() }).await;
    let mut send = front.http_2().await;
    for (host, path, told) in [
        ("thon.example.org", "/", Some("max-age=600")),
        ("localhost", "/", None),
        ("alpha-alice.localhost", "/a", None),
        ("alpha-alice.localhost", "/.thon/state", None),
        ("nobody.example", "/", Some("max-age=600")),
    ] {
        let request = Request::builder().uri(format!("https://{host}{path}")).header("cookie", COOKIE);
        let answer = send.send_request(request.body(Empty::new()).expect("a request")).await.expect("an answer");
        let said = answer.headers().get("strict-transport-security").map(|value| value.to_str().expect("text"));
        assert_eq!(said, told, "{host}{path}");
        answer.into_body().collect().await.expect("a body");
    }
}
