//! The editor of a simulated sandbox: what code-server does at its door, and an echo behind it.

use std::{
    convert::Infallible,
    io,
    net::{Ipv4Addr, TcpListener as StdListener},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderMap, Request, Response, StatusCode,
    header::{CONNECTION, CONTENT_TYPE, COOKIE, LOCATION, UPGRADE},
};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use thon_core::port::runtime::SandboxSpec;
use thon_domain::{route::EditorSecret, slug::Slug};
use tokio::{
    io::{copy, split},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::SimulatedOptions;

/// The cookie that code-server compares with `HASHED_PASSWORD`.
const SESSION: &str = "code-server-session";

/// A running editor; dropping it leaves it running.
pub(super) struct Editor {
    stop: CancellationToken,
    frozen: watch::Sender<bool>,
    listening: JoinHandle<()>,
}

impl Editor {
    /// Listens on the sandbox's port and answers when the start has taken its time.
    ///
    /// # Errors
    /// When the port is taken.
    pub(super) fn start(spec: &SandboxSpec, options: &SimulatedOptions) -> io::Result<Self> {
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, spec.host_port))?;
        listener.set_nonblocking(true)?;
        let stop = options.tasks.stopping().child_token();
        let frozen = watch::Sender::new(false);
        let door = Door {
            slug: spec.slug.clone(),
            secret: spec.secret.clone(),
            opens: Instant::now() + options.start_delay,
            tasks: options.tasks.tracker().clone(),
            frozen: frozen.subscribe(),
            closing: options.closing.clone(),
            stop: stop.clone(),
        };
        let listening = options.tasks.tracker().spawn(Arc::new(door).listen(TcpListener::from_std(listener)?));
        Ok(Self { stop, frozen, listening })
    }

    /// From now on it computes nothing, or goes on. The kernel still takes connections, as for a frozen container.
    pub(super) fn freeze(&self, frozen: bool) {
        self.frozen.send_replace(frozen);
    }

    pub(super) fn is_frozen(&self) -> bool {
        *self.frozen.borrow()
    }

    /// Ends it with all its connections, and comes back when its port is free.
    pub(super) async fn end(self) {
        self.stop.cancel();
        if let Err(error) = self.listening.await {
            tracing::error!(%error, "a simulated editor ended badly");
        }
    }
}

/// What stands between the port and the echo.
struct Door {
    slug: Slug,
    secret: EditorSecret,
    opens: Instant,
    tasks: TaskTracker,
    frozen: watch::Receiver<bool>,
    closing: CancellationToken,
    stop: CancellationToken,
}

impl Door {
    async fn listen(self: Arc<Self>, listener: TcpListener) {
        let taken = || self.closing.run_until_cancelled(listener.accept());
        while let Some(Some(accepted)) = self.stop.run_until_cancelled(taken()).await {
            match accepted {
                Ok((stream, _)) => self.track(self.clone().serve(stream)),
                Err(error) => {
                    tracing::debug!(%error, "a connection was lost before it was taken");
                    sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    /// Runs something until this editor ends.
    fn track(&self, work: impl Future<Output = ()> + Send + 'static) {
        let (stop, frozen) = (self.stop.clone(), self.frozen.clone());
        self.tasks.spawn(async move {
            stop.run_until_cancelled(unless_frozen(frozen, work)).await;
        });
    }

    async fn serve(self: Arc<Self>, stream: TcpStream) {
        let answer = service_fn(|request| {
            let door = self.clone();
            async move { Ok::<_, Infallible>(door.answer(request)) }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).with_upgrades();
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to a simulated editor broke");
        }
    }

    fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        if Instant::now() < self.opens {
            return text(StatusCode::SERVICE_UNAVAILABLE, "text/plain", "starting");
        }
        match request.uri().path() {
            "/healthz" => text(StatusCode::OK, "application/json", r#"{"status":"alive"}"#),
            "/login" if self.lets_in(request.headers()) => led_to("./"),
            "/login" => text(StatusCode::OK, "text/html", "<!doctype html><title>Sign in</title>A simulated editor."),
            _ if !self.lets_in(request.headers()) => led_to("./login"),
            _ if request.headers().contains_key(UPGRADE) => self.echo(request),
            _ => text(StatusCode::OK, "text/html", &self.page()),
        }
    }

    fn lets_in(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut sessions = cookies
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == SESSION);
        sessions.any(|(_, value)| decoded(value) == self.secret.reveal().as_bytes())
    }

    fn page(&self) -> String {
        let slug = &self.slug;
        format!(
            "<!doctype html><html lang=en><meta charset=utf-8><title>{slug}</title>\
             <h1>{slug}</h1><p>A simulated sandbox: nothing runs here.</p>"
        )
    }

    /// Gives back every byte, whatever protocol was asked for.
    fn echo(&self, mut request: Request<Incoming>) -> Response<Full<Bytes>> {
        let protocol = request.headers().get(UPGRADE).cloned();
        let upgraded = hyper::upgrade::on(&mut request);
        self.track(async move {
            let Ok(stream) = upgraded.await else { return };
            let (mut reader, mut writer) = split(TokioIo::new(stream));
            if let Err(error) = copy(&mut reader, &mut writer).await {
                tracing::debug!(%error, "an echo broke");
            }
        });
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        response.headers_mut().insert(CONNECTION, http::HeaderValue::from_static("Upgrade"));
        if let Some(protocol) = protocol {
            response.headers_mut().insert(UPGRADE, protocol);
        }
        response
    }
}

/// Goes on with something only while it is not frozen.
async fn unless_frozen(mut frozen: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    let mut work = pin!(work);
    // When the editor has gone, whoever tells of freezing has, too, and the work ends with it.
    while frozen.wait_for(|frozen| !frozen).await.is_ok() {
        tokio::select! {
            () = &mut work => return,
            _ = frozen.wait_for(|frozen| *frozen) => {}
        }
    }
}

fn text(status: StatusCode, kind: &'static str, body: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body.to_owned()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(kind));
    response
}

fn led_to(place: &'static str) -> Response<Full<Bytes>> {
    let mut response = text(StatusCode::FOUND, "text/plain", "go on there");
    response.headers_mut().insert(LOCATION, http::HeaderValue::from_static(place));
    response
}

/// Undoes percent-encoding (RFC 3986 §2.1); what is not an escape stays as it is.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let escaped = tail.get(..2).filter(|hex| byte == b'%' && hex.iter().all(u8::is_ascii_hexdigit));
        let value = escaped.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(value.unwrap_or(byte));
        rest = if value.is_some() { &tail[2..] } else { tail };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_read_as_a_browser_writes_it() {
        assert_eq!(decoded("%24argon2id%24v%3D19"), b"$argon2id$v=19");
        assert_eq!(decoded("100%"), b"100%");
        assert_eq!(decoded("%zz%+1%2"), b"%zz%+1%2");
    }
}
