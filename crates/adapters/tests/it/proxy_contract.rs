//! What every reverse proxy keeps, with editors of both runtimes behind it.

use std::sync::Arc;

use async_trait::async_trait;
use thon_adapters::proxy::embedded::Embedded;
use thon_core::port::{
    proxy::{ProbeError, ReverseProxy},
    runtime::SandboxSpec,
};
use thon_domain::{
    address::{Addresses, Doorway},
    id::{AccountId, InstanceId, UserId},
    instance::State,
    route::{EditorSecret, Route, RouteTable, Upstream},
};
use thon_edge::{Admission, Edge, EditorCookie, Gatekeeper, Hosts, Refusal};
use tokio_util::task::TaskTracker;

use crate::{nginx::house::House, stage::Stage};

/// Lets nobody in: a probe needs no cookie.
struct Closed;

#[async_trait]
impl Gatekeeper for Closed {
    async fn redeem(&self, _: &str, _: &Doorway) -> Result<EditorCookie, Refusal> {
        Err(Refusal::Unknown)
    }

    async fn admit(&self, _: Option<&str>, _: &Doorway) -> Result<Admission, Refusal> {
        Err(Refusal::Unknown)
    }

    async fn start(&self, _: &str, _: &Doorway) -> Result<(), Refusal> {
        Err(Refusal::Unknown)
    }

    fn lost(&self, _: InstanceId) {}

    fn opened(&self, _: UserId, _: Option<AccountId>) -> Box<dyn Send> {
        Box::new(())
    }

    fn led(&self, _: UserId, _: Option<AccountId>) {}
}

fn embedded() -> Embedded {
    let hosts = Hosts::new(&Addresses::local(8100), ["localhost"]);
    Embedded::new(Edge::new(hosts, Arc::new(Closed), TaskTracker::new()))
}

fn route(spec: &SandboxSpec) -> Route {
    let address = ([127, 0, 0, 1], spec.host_port).into();
    Route {
        slug: spec.slug.clone(),
        instance: spec.instance,
        user: spec.user,
        state: State::Running,
        reason: None,
        keeps_files: true,
        public_port: None,
        upstream: Some(Upstream { address, secret: spec.secret.clone(), asks_password: false }),
    }
}

async fn the_table_in_force_is_the_last_one_applied(proxy: &dyn ReverseProxy) {
    let stage = Stage::simulated();
    assert_eq!(*proxy.in_force(), RouteTable::default());
    for name in ["ada", "bob"] {
        let table: Arc<RouteTable> = Arc::new([route(&stage.person(name))].into_iter().collect());
        proxy.apply(table.clone()).await.expect("applied");
        assert_eq!(proxy.in_force(), table);
    }
}

/// What stands outside is brought there and taken away as often as somebody likes; the routes are no part of it.
async fn what_is_outside_comes_and_goes(proxy: &dyn ReverseProxy) {
    let table: Arc<RouteTable> = Arc::new([route(&Stage::simulated().person("ada"))].into_iter().collect());
    proxy.apply(table.clone()).await.expect("applied");
    for _ in 0..2 {
        proxy.sync().await.expect("in line");
        let there = proxy.outside().await;
        assert!(there.is_none_or(|there| there.in_line && there.trouble.is_none() && !there.files.is_empty()));
        proxy.clear().await.expect("cleared");
        proxy.clear().await.expect("cleared already");
        let gone = proxy.outside().await;
        assert!(gone.is_none_or(|gone| !gone.in_line && gone.trouble.is_none() && gone.files.is_empty()));
        assert_eq!(proxy.in_force(), table);
    }
}

/// A probe that told of a good editor when it is another's would let somebody into it.
async fn a_probe_tells_the_right_editor_from_the_wrong_one(proxy: &dyn ReverseProxy, stage: &Stage) {
    let spec = stage.person("ada");
    let good = route(&spec);
    proxy.apply(Arc::new([good.clone()].into_iter().collect())).await.expect("applied");
    let silent = proxy.probe(&good).await;
    assert!(matches!(silent, Err(ProbeError::NotReady(_))), "{silent:?}");

    stage.launch(&spec).await;
    assert_eq!(proxy.probe(&good).await, Ok(()));
    let secret = EditorSecret::new(format!("{}x", spec.secret.reveal()));
    let upstream = good.upstream.clone().map(|upstream| Upstream { secret, ..upstream });
    assert_eq!(proxy.probe(&Route { upstream, ..good.clone() }).await, Err(ProbeError::Foreign));

    stage.runtime.remove(spec.instance).await.expect("removed");
    let gone = proxy.probe(&Route { upstream: None, ..good }).await;
    assert!(matches!(gone, Err(ProbeError::NotReady(_))), "{gone:?}");
}

#[tokio::test]
async fn embedded_keeps_the_contract() {
    the_table_in_force_is_the_last_one_applied(&embedded()).await;
    what_is_outside_comes_and_goes(&embedded()).await;
    a_probe_tells_the_right_editor_from_the_wrong_one(&embedded(), &Stage::simulated()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_keeps_the_contract() {
    let house = House::new().await;
    the_table_in_force_is_the_last_one_applied(&*house.proxy).await;
    what_is_outside_comes_and_goes(&*house.proxy).await;
    a_probe_tells_the_right_editor_from_the_wrong_one(&*house.proxy, &Stage::simulated()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_probe_tells_the_right_editor_from_the_wrong_one() {
    let house = House::new().await;
    a_probe_tells_the_right_editor_from_the_wrong_one(&embedded(), &Stage::docker()).await;
    a_probe_tells_the_right_editor_from_the_wrong_one(&*house.proxy, &Stage::docker()).await;
}
