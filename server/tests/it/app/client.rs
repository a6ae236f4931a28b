//! A browser as far as HTTP goes: it keeps cookies per origin and says which origin a request comes from.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::PathBuf,
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UnixStream},
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite};

use super::Answer;

/// Nothing here takes longer, except what waits on purpose.
const TIMEOUT: Duration = Duration::from_secs(75);

#[derive(Clone, Debug)]
enum Way {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

/// A browser window at one origin. Windows of one browser share their cookies.
#[derive(Clone, Debug)]
pub struct Client {
    way: Way,
    host: String,
    /// By host and name, as no cookie of THON's has a `Domain`.
    cookies: Arc<Mutex<BTreeMap<(String, String), String>>>,
    /// What a program has instead of cookies.
    token: Option<String>,
}

impl Client {
    pub fn new(port: u16) -> Self {
        let way = Way::Tcp(SocketAddr::from(([127, 0, 0, 1], port)));
        Self { way, host: format!("localhost:{port}"), cookies: Arc::default(), token: None }
    }

    /// A browser at somebody else's server on 127.0.0.1.
    pub fn on_loopback(port: u16) -> Self {
        Self { host: format!("127.0.0.1:{port}"), ..Self::new(port) }
    }

    pub fn on_socket(path: PathBuf) -> Self {
        Self { way: Way::Unix(path), host: "localhost".to_owned(), cookies: Arc::default(), token: None }
    }

    /// The same browser at a sandbox's origin.
    pub fn at(&self, slug: &str) -> Self {
        Self { host: format!("{slug}.{}", self.host), ..self.clone() }
    }

    /// A program that comes with a token.
    pub fn with_token(&self, secret: &str) -> Self {
        Self { cookies: Arc::default(), token: Some(secret.to_owned()), ..self.clone() }
    }

    /// This window's origin.
    pub fn origin(&self) -> String {
        format!("http://{}", self.host)
    }

    /// The value of a cookie of this origin; empty when there is none.
    pub fn cookie(&self, name: &str) -> String {
        let cookies = self.cookies.lock().expect("a lock");
        cookies.get(&(self.host.clone(), name.to_owned())).cloned().unwrap_or_default()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().expect("a lock");
        cookies.insert((self.host.clone(), name.to_owned()), value.to_owned());
    }

    pub fn get(&self, target: &str) -> Ask {
        self.ask(Method::GET, target)
    }

    /// Looks at a page as a person does.
    pub fn visit(&self, target: &str) -> Ask {
        self.get(target).header("accept", "text/html").header("sec-fetch-mode", "navigate")
    }

    pub fn post(&self, target: &str) -> Ask {
        self.ask(Method::POST, target)
    }

    pub fn put(&self, target: &str) -> Ask {
        self.ask(Method::PUT, target)
    }

    pub fn delete(&self, target: &str) -> Ask {
        self.ask(Method::DELETE, target)
    }

    pub fn ask(&self, method: Method, target: &str) -> Ask {
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = target.parse().expect("a path");
        let unsafe_method = !matches!(method, Method::GET | Method::HEAD);
        *request.method_mut() = method;
        let ask = Ask { client: self.clone(), request }.header("host", &self.host);
        match &self.token {
            Some(token) => ask.header("authorization", &format!("Bearer {token}")),
            None if unsafe_method => ask.header("origin", &self.origin()),
            None => ask,
        }
    }

    /// Opens a websocket with this browser's cookies.
    ///
    /// # Errors
    /// When the server answers with something else.
    pub async fn websocket(
        &self,
        target: &str,
        origin: &str,
    ) -> Result<WebSocketStream<TcpStream>, tungstenite::Error> {
        let Way::Tcp(address) = self.way else { panic!("websockets are for browsers") };
        let uri = format!("ws://{}{target}", self.host).parse().expect("a URL");
        let mut request = tungstenite::ClientRequestBuilder::new(uri).with_header("Origin", origin);
        if let Some(token) = &self.token {
            request = request.with_header("Authorization", format!("Bearer {token}"));
        }
        if let Some(cookies) = self.cookies() {
            request = request.with_header("Cookie", cookies);
        }
        let stream = TcpStream::connect(address).await.expect("the server listens");
        Ok(client_async(request, stream).await?.0)
    }

    /// Leaves HTTP for an upgraded connection; a simulated editor gives back every byte.
    ///
    /// # Errors
    /// With the answer when it is another.
    pub async fn tunnel(&self) -> Result<TcpStream, String> {
        let Way::Tcp(address) = self.way else { panic!("tunnels are for browsers") };
        let mut stream = TcpStream::connect(address).await.expect("the server listens");
        let (host, origin, cookies) = (&self.host, self.origin(), self.cookies().unwrap_or_default());
        let head = format!(
            "GET /socket HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: echo\r\nOrigin: {origin}\r\n\
             Cookie: {cookies}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.expect("it is sent");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(tokio::time::timeout(TIMEOUT, stream.read_u8()).await.expect("in time").expect("an answer"));
        }
        let answer = String::from_utf8_lossy(&answer).into_owned();
        if answer.starts_with("HTTP/1.1 101") { Ok(stream) } else { Err(answer) }
    }

    fn cookies(&self) -> Option<String> {
        let cookies = self.cookies.lock().expect("a lock");
        let own = cookies.iter().filter(|((host, _), _)| *host == self.host);
        let line = own.map(|((_, name), value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        (!line.is_empty()).then_some(line)
    }

    /// Takes over what an answer says about cookies, as browsers do.
    fn keep(&self, answer: &Answer) {
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("ASCII");
            let (pair, flags) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').expect("a cookie");
            let key = (self.host.clone(), name.to_owned());
            let mut cookies = self.cookies.lock().expect("a lock");
            if flags.contains("Max-Age=0") {
                cookies.remove(&key);
            } else {
                cookies.insert(key, value.to_owned());
            }
        }
    }

    /// Whether somebody at the operator's socket answers that all is well.
    ///
    /// Of a killed server the socket's file is left, and nobody behind it; or, for a moment, a program that it was just starting,
    /// which has the socket until it runs: that one takes a connection and ends it.
    pub async fn is_well(&self, target: &str) -> bool {
        let Way::Unix(path) = &self.way else { panic!("a port is asked for by its page") };
        let Ok(stream) = UnixStream::connect(path).await else { return false };
        let answer = over(stream, self.get(target).request.map(Full::new));
        let answer = tokio::time::timeout(TIMEOUT, answer).await.expect("an answer in time");
        answer.is_ok_and(|answer| answer.status == 200)
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Answer {
        let answer = match &self.way {
            Way::Tcp(address) => over(TcpStream::connect(address).await.expect("the server listens"), request).await,
            Way::Unix(path) => over(UnixStream::connect(path).await.expect("the socket is there"), request).await,
        };
        answer.expect("an answer")
    }
}

/// A request that is being put together. Awaiting it sends it.
pub struct Ask {
    client: Client,
    request: Request<Bytes>,
}

impl Ask {
    /// Sets a header, in place of the one that would be sent.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        self.request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a header's value"));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.request.headers_mut().remove(name);
        self
    }

    pub fn body(mut self, kind: &str, body: impl Into<Bytes>) -> Self {
        *self.request.body_mut() = body.into();
        self.header("content-type", kind)
    }

    #[expect(clippy::needless_pass_by_value, reason = "json!() is written in place")]
    pub fn json(self, body: serde_json::Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn yaml(self, body: &str) -> Self {
        self.body("application/yaml", body.to_owned())
    }

    pub fn form(self, body: &str) -> Self {
        self.body("application/x-www-form-urlencoded", body.to_owned())
    }

    async fn send(mut self) -> Answer {
        if let Some(cookies) = self.client.cookies() {
            let headers = self.request.headers_mut();
            headers.entry("cookie").or_insert(HeaderValue::from_str(&cookies).expect("cookies"));
        }
        let answer = tokio::time::timeout(TIMEOUT, self.client.exchange(self.request.map(Full::new)));
        let answer = answer.await.expect("an answer in time");
        self.client.keep(&answer);
        answer
    }
}

impl IntoFuture for Ask {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// One request over one connection, both driven here, so that nothing of the client outlives the answer.
async fn over<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    request: Request<Full<Bytes>>,
) -> Result<Answer, hyper::Error> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let answer = async {
        let (head, body) = sender.send_request(request).await?.into_parts();
        // A body that is cut short is what some tests look for.
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok(Answer { status: head.status, headers: head.headers, body })
    };
    tokio::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        _ = connection => answer.await,
    }
}
