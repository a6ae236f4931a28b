//! The access log: a line for each request and each tunnel, with who asked and without a secret.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use futures::{SinkExt, StreamExt};
use thon_edge::door::Rules;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Duration, sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    front::Front,
    house::{COOKIE, PATIENCE, account},
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// The lines so far, once there are so many.
    async fn lines(&self, wanted: usize) -> Vec<String> {
        let enough = async {
            loop {
                let text = String::from_utf8(self.0.lock().expect("a lock").clone()).expect("text");
                let lines: Vec<String> = text.lines().map(str::to_owned).collect();
                if lines.len() >= wanted {
                    return lines;
                }
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, enough).await.expect("the lines come")
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a lock").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn raw(front: &Front, target: &str, host: &str, cookie: &str) {
    let mut stream = TcpStream::connect(front.plain).await.expect("a connection");
    let request = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream.read_to_end(&mut Vec::new()).await.expect("an answer");
}

/// On one thread, so that the log is this test's alone.
#[tokio::test]
async fn every_request_is_a_line_without_secrets() {
    let log = Log::default();
    let writer = log.clone();
    let filter = tracing_subscriber::EnvFilter::new("off,thon::access=info");
    let subscriber = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(move || writer.clone());
    let _until_the_end = tracing::subscriber::set_default(subscriber.finish());
    let front = Front::new(Rules { access_log: true, ..Rules::default() }).await;

    raw(&front, "/a/b?token=hush-1", "alpha-alice.localhost", COOKIE).await;
    raw(&front, "/.thon/enter?t=hush-2", "alpha-alice.localhost", "").await;
    raw(&front, "/c", "alpha-alice.localhost", "thon_editor=hush-3").await;
    raw(&front, "/d", "localhost", "thon_session=hush-4").await;
    let lines = log.lines(4).await;
    let alice = format!(r#""viewer":"{}""#, account("alice"));
    for (line, wanted) in lines.iter().zip([
        [r#""path":"/a/b?…""#, r#""status":200"#, r#""sandbox":"alpha-alice""#, alice.as_str()],
        [r#""path":"/.thon/enter?…""#, r#""status":403"#, r#""method":"GET""#, r#""address":"127.0.0.1""#],
        [r#""path":"/c""#, r#""status":401"#, r#""sandbox":"alpha-alice""#, r#""duration_ms":"#],
        [r#""path":"/d""#, r#""status":200"#, r#""sent_bytes":"#, r#""message":"answered""#],
    ]) {
        assert!(wanted.iter().all(|part| line.contains(part)), "{line}");
        assert!(line.contains(&alice) == line.contains("/a/b"), "{line}");
    }

    let mut socket = front.socket_1().await;
    socket.send(Message::text("twelve bytes")).await.expect("sent");
    socket.next().await.expect("a message").expect("a message");
    assert_eq!(log.lines(4).await.len(), 4, "a tunnel is told of when it ends");
    drop(socket);
    let lines = log.lines(5).await;
    for part in
        [&alice, r#""message":"a tunnel ended""#, r#""status":101"#, r#""path":"/ws""#, r#""received_bytes":18"#]
    {
        assert!(lines[4].contains(part), "{part}: {}", lines[4]);
    }
    assert!(!lines.iter().any(|line| line.contains("hush") || line.contains("of-alice")), "{lines:?}");
}
