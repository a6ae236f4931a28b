//! A small editor that guards itself as code-server does, and says what it was sent.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{HeaderMap, HeaderName, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    body::{Frame, Incoming},
    service::service_fn,
};
use hyper_util::{rt::TokioExecutor, rt::TokioIo, server::conn::auto};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Semaphore,
};
use tokio_util::task::TaskTracker;

type Answer = Response<UnsyncBoxBody<Bytes, Infallible>>;

pub const CHUNK: usize = 64 * 1024;
/// 150 MiB: the kernel lets the buffers of a single connection grow to 32.
pub const CHUNKS: usize = 2400;

#[derive(Clone)]
pub struct Editor(Arc<Inside>);

struct Inside {
    name: &'static str,
    address: SocketAddr,
    secret: String,
    connections: AtomicUsize,
    produced: AtomicUsize,
    seen: Mutex<Vec<String>>,
    gate: Semaphore,
    tasks: TaskTracker,
}

impl Editor {
    pub async fn start(name: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::serve(name, listener)
    }

    pub fn serve(name: &'static str, listener: TcpListener) -> Self {
        let tasks = TaskTracker::new();
        let editor = Self(Arc::new(Inside {
            name,
            address: listener.local_addr().expect("an address"),
            secret: format!("$argon2id$v=19$m=65536,t=3,p=4${name}+/$abc="),
            connections: AtomicUsize::new(0),
            produced: AtomicUsize::new(0),
            seen: Mutex::default(),
            gate: Semaphore::new(0),
            tasks: tasks.clone(),
        }));
        let serving = editor.clone();
        tasks.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.0.connections.fetch_add(1, Ordering::SeqCst);
                let editor = serving.clone();
                serving.0.tasks.spawn(async move {
                    let service = service_fn(move |request| {
                        let editor = editor.clone();
                        async move { Ok::<_, Infallible>(editor.answer(request).await) }
                    });
                    let builder = auto::Builder::new(TokioExecutor::new());
                    builder.serve_connection_with_upgrades(TokioIo::new(stream), service).await.ok();
                });
            }
        });
        editor
    }

    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    pub fn secret(&self) -> &str {
        &self.0.secret
    }

    pub fn connections(&self) -> usize {
        self.0.connections.load(Ordering::SeqCst)
    }

    /// Every request so far, as method and path.
    pub fn seen(&self) -> Vec<String> {
        self.0.seen.lock().expect("a lock").clone()
    }

    /// Begins to write down requests anew.
    pub fn forget(&self) {
        self.0.seen.lock().expect("a lock").clear();
    }

    /// Bytes read from or written to a visitor by `/gulp` and `/pour`.
    pub fn produced(&self) -> usize {
        self.0.produced.load(Ordering::SeqCst)
    }

    /// Lets `/gulp` and `/pour` go on.
    pub fn open_gate(&self) {
        self.0.gate.add_permits(1);
    }

    async fn answer(&self, request: Request<Incoming>) -> Answer {
        let path = request.uri().path().to_owned();
        self.0.seen.lock().expect("a lock").push(format!("{} {path}", request.method()));
        if path == "/healthz" && !request.headers().contains_key("x-echo") {
            return text(StatusCode::OK, "alive");
        }
        if path == "/login" {
            return if self.knows(request.headers()) { led_to("./") } else { text(StatusCode::OK, "a form") };
        }
        if !self.knows(request.headers()) {
            return if path == "/" { led_to("./login?to=%2F") } else { text(StatusCode::UNAUTHORIZED, "who are you") };
        }
        match path.as_str() {
            "/ws" | "/raw" => self.upgrade(request),
            "/gulp" => self.gulp(request).await,
            "/pour" => self.pour(),
            "/slow" => {
                tokio::time::sleep(Duration::from_millis(2500)).await;
                text(StatusCode::OK, "at last")
            }
            "/proxy/3000/private" => text(StatusCode::UNAUTHORIZED, "a program's own"),
            "/events" => events(),
            "/cookies" => cookies(),
            _ => self.said(request).await,
        }
    }

    /// As code-server: the cookie, decoded, is the secret.
    fn knows(&self, headers: &HeaderMap) -> bool {
        let cookie = headers.get(header::COOKIE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let session = cookie.split("; ").find_map(|pair| pair.strip_prefix("code-server-session="));
        session.is_some_and(|session| {
            session.replace("%24", "$").replace("%3D", "=").replace("%2C", ",").replace("%2B", "+").replace("%2F", "/")
                == self.0.secret
        })
    }

    /// Says who answers and what arrived, a line each.
    async fn said(&self, request: Request<Incoming>) -> Answer {
        let (parts, body) = request.into_parts();
        let mut lines = vec![format!("editor {}", self.0.name), format!("{} {}", parts.method, parts.uri)];
        for (name, value) in &parts.headers {
            lines.push(format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())));
        }
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        lines.push(format!("body {}", String::from_utf8_lossy(&body)));
        text(StatusCode::OK, &lines.join("\n"))
    }

    fn upgrade(&self, mut request: Request<Incoming>) -> Answer {
        let key = request.headers().get(header::SEC_WEBSOCKET_KEY).cloned();
        let upgrade = hyper::upgrade::on(&mut request);
        let is_raw = request.uri().path() == "/raw";
        self.0.tasks.spawn(async move {
            let Ok(upgraded) = upgrade.await else { return };
            if is_raw { echo_bytes(TokioIo::new(upgraded)).await } else { echo_messages(TokioIo::new(upgraded)).await }
        });
        let mut answer = text(StatusCode::SWITCHING_PROTOCOLS, "");
        let headers = answer.headers_mut();
        headers.insert(header::CONNECTION, "Upgrade".parse().expect("a header"));
        headers.insert(header::UPGRADE, if is_raw { "bytes" } else { "websocket" }.parse().expect("a header"));
        if let Some(key) = key {
            let accept = tokio_tungstenite::tungstenite::handshake::derive_accept_key(key.as_bytes());
            headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept.parse().expect("a header"));
        }
        answer
    }

    /// Reads nothing until the gate opens, then everything, and says how much it was.
    async fn gulp(&self, request: Request<Incoming>) -> Answer {
        self.0.gate.acquire().await.expect("a gate").forget();
        let mut body = request.into_body();
        while let Some(Ok(frame)) = body.frame().await {
            self.0.produced.fetch_add(frame.data_ref().map_or(0, Bytes::len), Ordering::SeqCst);
        }
        text(StatusCode::OK, &self.produced().to_string())
    }

    /// Sends one chunk, and after the gate has opened all others.
    fn pour(&self) -> Answer {
        let inside = Arc::clone(&self.0);
        let chunks = stream::iter(0..CHUNKS).then(move |nth| {
            let inside = Arc::clone(&inside);
            async move {
                if nth == 1 {
                    inside.gate.acquire().await.expect("a gate").forget();
                }
                inside.produced.fetch_add(CHUNK, Ordering::SeqCst);
                Ok(Frame::data(Bytes::from(vec![u8::try_from(nth % 251).expect("small"); CHUNK])))
            }
        });
        Response::new(StreamBody::new(chunks).boxed_unsync())
    }
}

async fn echo_bytes(mut stream: TokioIo<hyper::upgrade::Upgraded>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read) = stream.read(&mut buffer).await {
        if read == 0 || stream.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

async fn echo_messages(stream: TokioIo<hyper::upgrade::Upgraded>) {
    let role = tokio_tungstenite::tungstenite::protocol::Role::Server;
    let (write, read) = tokio_tungstenite::WebSocketStream::from_raw_socket(stream, role, None).await.split();
    let messages = read.take_while(|message| {
        let goes_on = message.as_ref().is_ok_and(|it| it.is_text() || it.is_binary());
        async move { goes_on }
    });
    messages.forward(write).await.ok();
}

/// An event stream that says one thing and then stays silent.
fn events() -> Answer {
    let first = stream::iter([Ok(Frame::data(Bytes::from_static(b"data: 1\n\n")))]);
    Response::new(StreamBody::new(first.chain(stream::pending())).boxed_unsync())
}

fn cookies() -> Answer {
    let mut answer = text(StatusCode::OK, "");
    for line in [
        "a=1; Path=/",
        "thon_session=x",
        "__Host-thon_editor=x",
        "code-server-session=x; Path=/",
        "=thon_editor=x",
        "b=2; Domain=localhost",
    ] {
        answer.headers_mut().append(header::SET_COOKIE, line.parse().expect("a header"));
    }
    answer.headers_mut().insert(HeaderName::from_static("clear-site-data"), "\"*\"".parse().expect("a header"));
    answer.headers_mut().insert(HeaderName::from_static("service-worker-allowed"), "/".parse().expect("a header"));
    answer.headers_mut().insert(header::CONNECTION, "x-hop".parse().expect("a header"));
    answer.headers_mut().insert(HeaderName::from_static("x-hop"), "1".parse().expect("a header"));
    answer
}

fn led_to(place: &'static str) -> Answer {
    let mut answer = text(StatusCode::FOUND, "");
    answer.headers_mut().insert(header::LOCATION, http::HeaderValue::from_static(place));
    answer
}

fn text(status: StatusCode, text: &str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(text.to_owned())).boxed_unsync());
    *answer.status_mut() = status;
    answer
}
