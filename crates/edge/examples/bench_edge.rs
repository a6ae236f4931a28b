//! The edge alone, in front of one upstream, for `script/bench edge`.
//!
//! It is told what to do on standard input: first the upstream's address, then `swap N` as often as wanted, which adds and
//! removes N routes one by one. It says on standard output where it listens, and when it has swapped. It ends with its input.
#![expect(clippy::print_stdout, reason = "the measurement reads it")]

use std::{
    convert::Infallible,
    io::{self, BufRead as _},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Empty;
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
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

/// The sandbox that is asked, always there.
const OPEN: &str = "alpha-alice";

/// How long a table stands before the next one.
const PAUSE: Duration = Duration::from_millis(2);

/// Lets in whoever has a cookie.
struct Anybody;

#[async_trait]
impl Gatekeeper for Anybody {
    async fn redeem(&self, _: &str, _: &Doorway) -> Result<EditorCookie, Refusal> {
        Err(Refusal::Unknown)
    }

    async fn admit(&self, _: Option<&str>, _: &Doorway) -> Result<Admission, Refusal> {
        Ok(Admission { revoked: CancellationToken::new(), may_start: false, guest: false, viewer: None })
    }

    async fn start(&self, _: &str, _: &Doorway) -> Result<(), Refusal> {
        Err(Refusal::Forbidden)
    }

    fn lost(&self, _: InstanceId) {}

    fn opened(&self, _: UserId, _: Option<AccountId>) -> Box<dyn Send> {
        Box::new(())
    }

    fn led(&self, _: UserId, _: Option<AccountId>) {}
}

fn route(name: &str, number: u128, upstream: SocketAddr) -> io::Result<Route> {
    Ok(Route {
        slug: Slug::new(name).map_err(io::Error::other)?,
        instance: InstanceId::new(Uuid::from_u128(number)),
        user: UserId::new(Uuid::from_u128(number)),
        state: State::Running,
        reason: None,
        keeps_files: true,
        public_port: None,
        upstream: Some(Upstream { address: upstream, secret: EditorSecret::new("secret"), asks_password: false }),
    })
}

/// Adds so many routes and removes them again, one by one; the open one stays.
async fn swap(edge: &Edge, upstream: SocketAddr, count: u128) -> io::Result<()> {
    let mut routes = vec![route(OPEN, 0, upstream)?];
    for number in 1..=count {
        routes.push(route(&format!("beta-{number}"), number, upstream)?);
        edge.apply(&routes.iter().cloned().collect());
        tokio::time::sleep(PAUSE).await;
    }
    while routes.len() > 1 {
        routes.pop();
        edge.apply(&routes.iter().cloned().collect());
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

async fn next_line() -> io::Result<Option<String>> {
    let read = tokio::task::spawn_blocking(|| io::stdin().lock().lines().next().transpose());
    read.await.map_err(io::Error::other)?
}

#[tokio::main(worker_threads = 2)]
async fn main() -> io::Result<()> {
    let first = next_line().await?.unwrap_or_default();
    let upstream: SocketAddr = first.trim().parse().map_err(io::Error::other)?;
    let addresses = Addresses::local(8100);
    let hosts = Hosts::new(&addresses, [] as [&str; 0]);
    let edge = Edge::new(hosts, Arc::new(Anybody), TaskTracker::new());
    edge.apply(&RouteTable::from_iter([route(OPEN, 0, upstream)?]));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let dashboard = tower::service_fn(|_: Request<RequestBody>| async {
        Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
    });
    let (service, opening) = (edge.wrap(dashboard), Opening::default());
    let stop = opening.stop.clone();
    let doors = opening.connections.clone();
    doors.spawn(async move { Reception::new(Rules::default()).serve(listener, Speaks::Http, service, opening).await });
    while let Some(line) = next_line().await? {
        if let Some(count) = line.strip_prefix("swap ") {
            swap(&edge, upstream, count.trim().parse().map_err(io::Error::other)?).await?;
            println!("swapped");
        }
    }
    stop.cancel();
    Ok(())
}
