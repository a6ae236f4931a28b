//! Has editors load what only their first page needs, once nobody waits for a start any more.
//!
//! An editor that answers has loaded half of itself. The other half would be done by its person's first click; done at the
//! start it would double the work of everybody's start. What it remembers is lost with the process, which costs one request
//! for each editor.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use thon_domain::{
    id::InstanceId,
    instance::State,
    route::{Route, RouteTable, Upstream},
};

use super::{About, Beat};
use crate::port::proxy::ReverseProxy;

/// What this task is. One editor in each run, so that no more than one core is busy with it.
pub const ABOUT: About = About {
    name: "warm_editors",
    purpose: "Has editors that have started load the rest of themselves, one by one, while nobody waits for a start.",
    period: Duration::from_millis(500),
    woken_by: None,
};

/// What warms editors.
pub struct WarmUp {
    proxy: Arc<dyn ReverseProxy>,
    /// Those that were, by what they were then: a new sandbox is cold again.
    warm: HashMap<InstanceId, Upstream>,
}

impl WarmUp {
    pub fn new(proxy: Arc<dyn ReverseProxy>) -> Self {
        Self { proxy, warm: HashMap::new() }
    }

    /// Warms until told to stop.
    pub async fn run(mut self, mut beat: Beat) {
        while beat.next().await {
            self.look().await;
            beat.ended(&Ok(()));
        }
    }

    /// Warms one editor, if one is cold and nobody is starting.
    pub async fn look(&mut self) {
        let table = self.proxy.in_force();
        self.forget_all_but(&table);
        if table.iter().any(|route| matches!(route.state, State::Pending | State::Resuming)) {
            return;
        }
        let Some(cold) = table.iter().find(|route| self.is_cold(route)) else { return };
        if let Some(upstream) = &cold.upstream {
            self.warm.insert(cold.instance, upstream.clone());
        }
        self.proxy.warm(cold).await;
    }

    fn is_cold(&self, route: &Route) -> bool {
        route.state == State::Running
            && route.upstream.is_some()
            && route.upstream.as_ref() != self.warm.get(&route.instance)
    }

    fn forget_all_but(&mut self, table: &RouteTable) {
        if self.warm.len() > table.iter().count() {
            let there: HashSet<_> = table.iter().map(|route| route.instance).collect();
            self.warm.retain(|instance, _| there.contains(instance));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use thon_domain::{id::UserId, route::EditorSecret, slug::Slug};
    use uuid::Uuid;

    use super::*;
    use crate::fake::proxy::RouteShelf;

    fn route(name: &str, state: State, secret: &str) -> Route {
        let id = Uuid::from_u128(name.len() as u128);
        Route {
            slug: Slug::new(name).expect("a slug"),
            instance: InstanceId::new(id),
            user: UserId::new(id),
            state,
            reason: None,
            keeps_files: true,
            public_port: None,
            upstream: (!secret.is_empty()).then(|| Upstream {
                address: SocketAddr::from((Ipv4Addr::LOCALHOST, 8443)),
                secret: EditorSecret::new(secret),
                asks_password: false,
            }),
        }
    }

    #[tokio::test]
    async fn each_editor_is_warmed_once_when_nobody_waits() {
        let shelf = Arc::new(RouteShelf::default());
        let mut warm_up = WarmUp::new(shelf.clone());
        let steps: [(&[Route], &[&str]); 5] = [
            (&[route("ada", State::Running, "x"), route("carla", State::Pending, "")], &[]),
            (&[route("ada", State::Running, "x"), route("carla", State::Running, "y")], &["ada", "carla"]),
            (&[route("ada", State::Running, "x"), route("carla", State::Running, "z")], &["carla"]),
            (&[route("ada", State::Paused, "x")], &[]),
            (&[route("ada", State::Running, "x"), route("carla", State::Running, "z")], &["carla"]),
        ];
        for (nth, (routes, expected)) in steps.into_iter().enumerate() {
            shelf.apply(Arc::new(routes.iter().cloned().collect())).await.expect("applied");
            for _ in 0..3 {
                warm_up.look().await;
            }
            let warmed: Vec<String> = shelf.take_warmed().iter().map(ToString::to_string).collect();
            assert_eq!(warmed, expected, "step {nth}");
        }
    }
}
