//! Every way in which the three can disagree.

use std::net::{Ipv4Addr, SocketAddr};

use chrono::{DateTime, Utc};
use thon_domain::{
    id::GroupId,
    route::{EditorSecret, Upstream},
    sandbox::SandboxOverrides,
    slug::Slug,
};
use uuid::Uuid;

use super::*;

const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

struct World {
    instance: Instance,
    user: User,
    sandboxes: Vec<Sandbox>,
    route: Option<Route>,
}

impl World {
    fn route(&mut self) -> &mut Route {
        self.route.as_mut().expect("a route")
    }
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// A world in which all three agree that one instance runs.
fn world() -> World {
    let (instance, user) = (InstanceId::new(Uuid::from_u128(1)), UserId::new(Uuid::from_u128(2)));
    let slug = Slug::new("alpha-alice").expect("a slug");
    let secret = EditorSecret::new("x");
    World {
        instance: Instance { state: State::Running, generation: 3, ..Instance::first(instance, user, 8443, AT) },
        user: User {
            id: user,
            group: GroupId::new(Uuid::nil()),
            account: None,
            name: "alice".parse().expect("a name"),
            email: None,
            slug: slug.clone(),
            sandbox: SandboxOverrides::default(),
            created_at: AT,
            updated_at: AT,
        },
        sandboxes: vec![Sandbox {
            instance,
            generation: 3,
            condition: Condition::Running { since: AT },
            address: address(8443),
            secret: secret.clone(),
            image: "thon/sandbox-lite:latest".to_owned(),
        }],
        route: Some(Route {
            slug,
            instance,
            user,
            state: State::Running,
            reason: None,
            keeps_files: true,
            public_port: None,
            upstream: Some(Upstream { address: address(8443), secret, asks_password: false }),
        }),
    }
}

fn found(world: World) -> Vec<&'static str> {
    let World { instance, user, sandboxes, route } = world;
    let table: RouteTable = route.into_iter().collect();
    compare(&[instance], &[user], sandboxes, &table).into_iter().map(|finding| finding.kind).collect()
}

/// What is changed in the world, and what is then found.
type Case = (fn(&mut World), &'static [&'static str]);

const CASES: &[Case] = &[
    (|_| {}, &[]),
    (|w| w.sandboxes.clear(), &["sandbox-missing", "route-wrong"]),
    (|w| w.sandboxes.push(w.sandboxes[0].clone()), &["sandbox-double"]),
    (|w| w.sandboxes[0].condition = Condition::Exited { code: 1, out_of_memory: false }, &["sandbox-missing"]),
    (|w| w.sandboxes[0].address = address(9999), &["port-wrong", "route-wrong"]),
    (|w| w.sandboxes[0].generation = 2, &["generation-old"]),
    (
        |w| w.sandboxes[0].instance = InstanceId::new(Uuid::nil()),
        &["sandbox-missing", "route-wrong", "sandbox-unknown"],
    ),
    (|w| w.instance.state = State::Terminated, &["sandbox-left", "route-old"]),
    (|w| w.route = None, &["route-missing"]),
    (|w| w.route().instance = InstanceId::new(Uuid::nil()), &["route-foreign", "route-unknown"]),
    (|w| w.sandboxes[0].secret = EditorSecret::new("y"), &["route-wrong"]),
    (
        |w| {
            w.instance.state = State::Pending;
            w.route().state = State::Pending;
        },
        &["on-the-way"],
    ),
];

#[test]
fn each_disagreement_is_found() {
    for (nth, (change, kinds)) in CASES.iter().enumerate() {
        let mut world = world();
        change(&mut world);
        assert_eq!(found(world), *kinds, "case {nth}");
    }
}

#[test]
fn what_is_not_enforced_is_said_with_what_helps() {
    let mut capabilities = Capabilities {
        network_rules: Enforcement::Enforced,
        disk_quota: Enforcement::impossible("no loop devices"),
        places: 1,
        runtimes: Vec::new(),
    };
    let said = |capabilities: &Capabilities| {
        let notices = not_enforced(capabilities);
        notices.into_iter().map(|one| format!("{}: {}", one.subject, one.detail)).collect::<Vec<_>>()
    };
    assert_eq!(said(&capabilities), ["disk limits: no loop devices"]);
    let commands = vec!["iptables -N A".to_owned(), "iptables -A A".to_owned()];
    capabilities.network_rules = Enforcement::NotEnforced { why: "THON is not root".to_owned(), commands };
    assert_eq!(said(&capabilities)[0], "network rules: THON is not root. Run: iptables -N A; iptables -A A");
}

#[test]
fn files_that_stay_elsewhere_are_told_of() {
    let World { user, .. } = world();
    let kept = Workspace::of(thon_domain::id::WorkspaceId::new(Uuid::nil()), user.id, &user.slug);
    let all = [kept];
    assert_eq!(kept_elsewhere(&all, std::slice::from_ref(&user), &StorageChoice::Volumes), []);
    let told = kept_elsewhere(&all, &[user], &StorageChoice::Ephemeral);
    assert_eq!((told[0].kind, told[0].subject.as_str()), ("kept-elsewhere", "alpha-alice"));
    assert!(told[0].detail.contains("stay in volumes"), "{}", told[0].detail);
}
