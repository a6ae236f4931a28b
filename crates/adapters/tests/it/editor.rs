//! A participant's request, as the edge would send it. Only ever to 127.0.0.1.

use thon_domain::route::EditorSecret;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Duration, timeout},
};

use crate::stage::eventually;

/// The status that an editor answers with; nothing while it does not answer.
pub async fn status(port: u16, path: &str, secret: Option<&EditorSecret>) -> Option<u16> {
    let cookie = secret.map(|secret| format!("Cookie: code-server-session={}\r\n", encoded(secret.reveal())));
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n{}Connection: close\r\n\r\n",
        cookie.unwrap_or_default()
    );
    let asking = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()
    };
    timeout(Duration::from_secs(5), asking).await.ok().flatten()
}

/// Whether an editor opens for this secret: it shows the workbench, or it shows the way to its sign-in page.
pub async fn opens(port: u16, secret: Option<&EditorSecret>) -> bool {
    // Without a folder code-server first leads to the one that it was started with.
    match status(port, "/?folder=/workspace", secret).await {
        Some(200) => true,
        Some(302) => false,
        other => panic!("neither in nor out: {other:?}"),
    }
}

/// Waits until an editor is healthy.
pub async fn healthy(port: u16) {
    eventually(20, "a healthy editor", async || (status(port, "/healthz", None).await == Some(200)).then_some(()))
        .await;
}

/// Asks for an upgrade, sends bytes and tells what comes back.
pub async fn upgraded(port: u16, secret: &EditorSecret, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let request = format!(
        "GET /socket HTTP/1.1\r\nHost: localhost\r\nCookie: code-server-session={}\r\nConnection: Upgrade\r\n\
         Upgrade: echo\r\n\r\n",
        encoded(secret.reveal())
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a head"));
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    stream.write_all(bytes).await.expect("sent");
    let mut back = vec![0; bytes.len()];
    timeout(Duration::from_secs(5), stream.read_exact(&mut back)).await.expect("in time").expect("an echo");
    back
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
