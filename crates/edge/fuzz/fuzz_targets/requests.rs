//! Whatever bytes come to the door, a sandbox sees no request that the edge did not make, and none that it should not.
//!
//! Each request of the edge's carries the editor's secret, which no caller knows. So a request without it, or with it twice, was
//! smuggled; one with a cookie of THON's, with two hosts, or for the edge's own paths was let through by mistake.
#![no_main]

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderName, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use libfuzzer_sys::{Corpus, fuzz_target};
use thon_domain::{
    address::{Addresses, Doorway},
    id::{AccountId, InstanceId, UserId},
    instance::State,
    route::{EditorSecret, Route, RouteTable, Upstream},
    slug::Slug,
};
use thon_edge::{
    Admission, Edge, EditorCookie, Gatekeeper, Hosts, Refusal,
    door::{Opening, Reception, RequestBody, Rules, Speaks},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

const HOME: &str = "alpha-alice";
const COOKIE: &str = "of-alice";
const PROOF: &str = "code-server-session=known-to-the-edge";
const SECRET: &str = "known-to-the-edge";

/// How long an answer is waited for: whoever announces a body that never comes gets none.
const PATIENCE: Duration = Duration::from_millis(100);

struct World {
    runtime: Runtime,
    door: SocketAddr,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("a runtime");
    let door = runtime.block_on(opened());
    World { runtime, door }
});

/// The door and the sandbox, for as long as the process lives.
static TASKS: LazyLock<TaskTracker> = LazyLock::new(TaskTracker::new);

/// What a sandbox saw and should not have seen.
static OFFENCE: Mutex<Option<String>> = Mutex::new(None);

fuzz_target!(|data: &[u8]| -> Corpus {
    // The fuzzer looks into comparisons and finds it there, which no caller can.
    if data.windows(SECRET.len()).any(|found| found.eq_ignore_ascii_case(SECRET.as_bytes())) {
        return Corpus::Reject;
    }
    let World { runtime, door } = &*WORLD;
    let answer = runtime.block_on(async { tokio::time::timeout(PATIENCE, said(*door, data)).await });
    let answer = answer.ok().unwrap_or_default();
    if let Some(offence) = OFFENCE.lock().expect("a lock").take() {
        panic!("{offence}");
    }
    let text = String::from_utf8_lossy(&answer);
    assert!(!text.contains(SECRET), "the secret came out: {text}");
    assert!(!text.starts_with("HTTP/1.1 500"), "the edge broke: {text}");
    Corpus::Keep
});

async fn said(door: SocketAddr, data: &[u8]) -> Vec<u8> {
    let mut answer = Vec::new();
    let Ok(mut stream) = TcpStream::connect(door).await else { return answer };
    // A caller may be gone, or sent away, at any byte.
    let _ = stream.write_all(data).await;
    let _ = stream.shutdown().await;
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

/// Opens the door, with an edge and one sandbox behind it.
async fn opened() -> SocketAddr {
    let sandbox = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let upstream = sandbox.local_addr().expect("an address");
    TASKS.spawn(sandboxed(sandbox));
    let addresses = Addresses::local(8100);
    let hosts = Hosts::new(&addresses, ["thon.example.org"]);
    let edge = Edge::new(hosts, Arc::new(Gate), TaskTracker::new());
    edge.apply(&RouteTable::from_iter([Route {
        slug: Slug::new(HOME).expect("a slug"),
        instance: InstanceId::new(Uuid::from_u128(1)),
        user: UserId::new(Uuid::from_u128(2)),
        state: State::Running,
        reason: None,
        keeps_files: true,
        public_port: None,
        upstream: Some(Upstream { address: upstream, secret: EditorSecret::new(SECRET), asks_password: false }),
    }]));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let door = listener.local_addr().expect("an address");
    let dashboard = tower::service_fn(|_: Request<RequestBody>| async {
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"dashboard"))))
    });
    let service = edge.wrap(dashboard);
    let serving = async move {
        Reception::new(Rules::default()).serve(listener, Speaks::Http, service, Opening::default()).await
    };
    TASKS.spawn(serving);
    door
}

/// Answers every request, and looks at each.
async fn sandboxed(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        TASKS.spawn(async move {
            let answers = service_fn(|request: Request<Incoming>| async move {
                if let Some(offence) = offence(&request) {
                    OFFENCE.lock().expect("a lock").get_or_insert(format!("{offence}: {request:?}"));
                }
                let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
                Ok::<_, Infallible>(Response::new(Full::new(body)))
            });
            let served = http1::Builder::new().max_headers(512).serve_connection(TokioIo::new(stream), answers).await;
            // Words that are no request at all reached a sandbox, unless the edge just hung up.
            if let Err(error) = served
                && error.is_parse()
            {
                OFFENCE.lock().expect("a lock").get_or_insert(format!("not HTTP: {error}"));
            }
        });
    }
}

fn offence(request: &Request<Incoming>) -> Option<&'static str> {
    let all = |name: HeaderName| request.headers().get_all(name).iter().collect::<Vec<_>>();
    let cookies: Vec<String> =
        all(header::COOKIE).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
    let cookies = cookies.join("; ");
    if cookies.matches(PROOF).count() != 1 {
        return Some("the edge did not make this request");
    }
    if cookies.split(';').any(|cookie| is_thons(cookie.split('=').next().unwrap_or_default().trim())) {
        return Some("a cookie of THON's");
    }
    if all(header::HOST).len() != 1 || all(HeaderName::from_static("x-forwarded-for")).len() != 1 {
        return Some("two hosts or two callers");
    }
    if request.headers().contains_key(header::TRANSFER_ENCODING)
        && request.headers().contains_key(header::CONTENT_LENGTH)
    {
        return Some("two lengths");
    }
    request.uri().path().starts_with("/.thon/").then_some("a path of the edge's own")
}

fn is_thons(name: &str) -> bool {
    let name = name.strip_prefix("__Host-").unwrap_or(name);
    ["thon_session", "thon_event", "thon_editor"].contains(&name) || name.starts_with("thon_editor_")
}

/// Lets in whoever has Alice's cookie.
struct Gate;

#[async_trait]
impl Gatekeeper for Gate {
    async fn redeem(&self, _: &str, _: &Doorway) -> Result<EditorCookie, Refusal> {
        Err(Refusal::Unknown)
    }

    async fn admit(&self, cookie: Option<&str>, doorway: &Doorway) -> Result<Admission, Refusal> {
        if cookie != Some(COOKIE) {
            return Err(Refusal::Unknown);
        }
        if doorway.slug.as_str() != HOME {
            return Err(Refusal::Forbidden);
        }
        Ok(Admission { revoked: CancellationToken::new(), may_start: false, guest: false, viewer: None })
    }

    async fn start(&self, _: &str, _: &Doorway) -> Result<(), Refusal> {
        Err(Refusal::Forbidden)
    }

    fn lost(&self, _: InstanceId) {}

    fn opened(&self, _: UserId, _: Option<AccountId>) -> Box<dyn Send> {
        Box::new(())
    }
}
