//! An editor that lets in who knows its secret, tells what it was sent, and echoes what follows an upgrade.

use std::{convert::Infallible, net::SocketAddr};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use thon_domain::{
    id::{InstanceId, UserId},
    instance::State,
    route::{EditorSecret, Route, Upstream},
    slug::Slug,
};
use tokio::{
    io::{copy, split},
    net::TcpListener,
};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

pub struct Editor {
    pub slug: Slug,
    pub address: SocketAddr,
    pub secret: String,
}

impl Editor {
    pub async fn start(slug: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let secret = format!("secret-of-{slug}");
        let (tasks, known) = (TaskTracker::new(), secret.clone());
        tasks.clone().spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let known = known.clone();
                let service = service_fn(move |request| {
                    let known = known.clone();
                    async move { Ok::<_, Infallible>(answer(&known, request).await) }
                });
                let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tasks.spawn(async move { connection.with_upgrades().await.ok() });
            }
        });
        Self { slug: Slug::new(slug).expect("a slug"), address, secret }
    }

    pub fn route(&self) -> Route {
        Route {
            slug: self.slug.clone(),
            instance: InstanceId::new(Uuid::from_u128(u128::from(self.address.port()))),
            user: UserId::new(Uuid::from_u128(1)),
            state: State::Running,
            reason: None,
            keeps_files: true,
            public_port: None,
            upstream: Some(Upstream {
                address: self.address,
                secret: EditorSecret::new(self.secret.clone()),
                asks_password: false,
            }),
        }
    }
}

async fn answer(secret: &str, mut request: Request<Incoming>) -> Response<Full<Bytes>> {
    let header = |name: &str| {
        let values = request.headers().get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        values.collect::<Vec<_>>().join("|")
    };
    let cookie = header("cookie");
    if !cookie.split("; ").any(|pair| pair == format!("code-server-session={secret}")) {
        return text(StatusCode::UNAUTHORIZED, "this editor does not know you\n");
    }
    if request.headers().contains_key(header::UPGRADE) {
        let upgrade = hyper::upgrade::on(&mut request);
        TaskTracker::new().spawn(async move {
            let (mut reading, mut writing) = split(TokioIo::new(upgrade.await.expect("upgraded")));
            copy(&mut reading, &mut writing).await.ok();
        });
        let mut answer = text(StatusCode::SWITCHING_PROTOCOLS, "");
        answer.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("upgrade"));
        answer.headers_mut().insert(header::UPGRADE, header::HeaderValue::from_static("websocket"));
        return answer;
    }
    let told = format!(
        "{} {}\nhost: {}\ncookie: {cookie}\nfor: {}\nproto: {}\nkey: {}\nreal: {}\n",
        request.method(),
        request.uri(),
        header("host"),
        header("x-forwarded-for"),
        header("x-forwarded-proto"),
        ["x-thon-front", "x-thon-question", "x-thon-upstream", "x-thon-cookies"].map(header).concat(),
        header("x-real-ip"),
    );
    let hostile = request.uri().path() == "/hostile";
    let length = request.into_body().collect().await.expect("a body").to_bytes().len();
    let mut answer = text(StatusCode::OK, &format!("{told}length: {length}\n"));
    if hostile {
        // What nginx would do, and what a browser would keep, if they were let.
        let headers = answer.headers_mut();
        headers.insert("x-accel-redirect", header::HeaderValue::from_static("/.thon/auth"));
        headers.insert(header::SET_COOKIE, header::HeaderValue::from_static("thon_session=forged"));
    }
    answer
}

fn text(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(Bytes::copy_from_slice(text.as_bytes())));
    *answer.status_mut() = status;
    answer
}
