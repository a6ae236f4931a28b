use std::net::SocketAddr;

use chrono::TimeDelta;
use thon_domain::{
    address::Addresses,
    id::{InstanceId, UserId},
    instance::State,
    role::Role,
    route::{Route, RouteTable},
};

use super::*;
use crate::{
    fake::{clock::StoppedClock, proxy::RouteShelf, surroundings::World},
    port::surroundings::Answer,
};

const OURS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));
const THEIRS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 9));
const EVERYWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);
const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

struct House {
    world: Arc<World>,
    clock: StoppedClock,
    outlook: Outlook,
}

impl House {
    async fn of(chosen: Pattern) -> Self {
        Self::with(chosen, &[]).await
    }

    /// A server with sandboxes at these ports.
    async fn with(chosen: Pattern, ports: &[u16]) -> Self {
        let (world, clock, proxy) =
            (Arc::new(World::default()), StoppedClock::default(), Arc::new(RouteShelf::default()));
        world.own(OURS);
        world.own(HERE);
        let routes = ports.iter().map(|port| Route {
            slug: format!("alpha-p{port}").parse().expect("a slug"),
            instance: InstanceId::new(uuid::Uuid::from_u128((*port).into())),
            user: UserId::new(uuid::Uuid::from_u128((*port).into())),
            state: State::Running,
            reason: None,
            keeps_files: true,
            public_port: Some(*port),
            upstream: None,
        });
        proxy.apply(Arc::new(routes.collect::<RouteTable>())).await.expect("applied");
        let place = Place { address: Some(OURS), host: EVERYWHERE, ports: PortRange { first: 20_001, last: 20_400 } };
        let reach = Reach::new(Addresses { chosen, others: Vec::new() }, "A test.", Vec::new());
        let outlook = Outlook::new(reach, place, proxy, world.clone(), clock.nature().clock);
        Self { world, clock, outlook }
    }

    /// What is seen now, a line each.
    async fn sees(&self) -> String {
        let sights = self.outlook.look(&Actor::operator()).await.expect("may look");
        let line =
            |sight: Sight| format!("{} {}: {}", if sight.works { "+" } else { "-" }, sight.subject, sight.detail);
        sights.into_iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

fn domain() -> Pattern {
    Pattern::Domain { domain: "thon.example.org".to_owned(), port: 443 }
}

fn at(address: IpAddr, port: u16) -> SocketAddr {
    SocketAddr::new(address, port)
}

#[tokio::test]
async fn a_domain_leads_here_with_all_names_below_it() {
    let house = House::of(domain()).await;
    insta::assert_snapshot!(house.sees().await, @r"
    - thon.example.org: The DNS knows no thon.example.org. Add the record `thon.example.org. A 203.0.113.7`.
    - *.thon.example.org: The DNS knows no *.thon.example.org. Add the record `*.thon.example.org. A 203.0.113.7`.
    ");
    house.world.leads("thon.example.org", Ok(&[OURS]));
    insta::assert_snapshot!(house.sees().await, @r"
    - thon.example.org: thon.example.org leads to 203.0.113.7. 203.0.113.7 is this machine, and nobody answers at port 443: connection refused. Does THON, or who stands in front of it, listen there, and does the firewall let it through?
    - *.thon.example.org: The DNS knows no *.thon.example.org. Add the record `*.thon.example.org. A 203.0.113.7`.
    ");
    house.world.at(at(OURS, 443), Answer::Foreign);
    house.world.leads("*.thon.example.org", Ok(&[OURS]));
    insta::assert_snapshot!(house.sees().await, @r"
    - thon.example.org: thon.example.org leads to 203.0.113.7. Another program answers at port 443 of this machine. `ss -ltnp` names it: stop it, or give it another port.
    - *.thon.example.org: *.thon.example.org leads to 203.0.113.7. Another program answers at port 443 of this machine. `ss -ltnp` names it: stop it, or give it another port.
    ");
    house.world.at(at(OURS, 443), Answer::Own);
    insta::assert_snapshot!(house.sees().await, @r"
    + thon.example.org: It leads to 203.0.113.7, and this server answers there.
    + *.thon.example.org: It leads to 203.0.113.7, and this server answers there.
    ");
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_is_told_with_where_it_should() {
    let house = House::of(domain()).await;
    house.world.at(at(OURS, 443), Answer::Own);
    // One of two addresses is an old one.
    house.world.leads("thon.example.org", Ok(&[OURS, THEIRS]));
    house.world.leads("*.thon.example.org", Err("it says nothing within 2 s"));
    insta::assert_snapshot!(house.sees().await, @r"
    - thon.example.org: thon.example.org leads to 198.51.100.9. Nobody answers at port 443 of 198.51.100.9, which is none of this machine's addresses: connection refused. If it is a router's, let it forward the port to this machine, and try from a phone: many routers do not lead their own network back. This machine's address is 203.0.113.7.
    - *.thon.example.org: The DNS cannot be asked for *.thon.example.org: it says nothing within 2 s. Is the resolver of this machine right (/etc/resolv.conf)?
    ");
    house.world.at(at(THEIRS, 443), Answer::Foreign);
    insta::assert_snapshot!(house.sees().await.lines().next().expect("a line"), @r"
    - thon.example.org: thon.example.org leads to 198.51.100.9. Another machine answers at 198.51.100.9: it is none of this machine's addresses. This machine's address is 203.0.113.7.
    ");
    // A router that leads back.
    house.world.at(at(THEIRS, 443), Answer::Own);
    insta::assert_snapshot!(house.sees().await.lines().next().expect("a line"), @r"
    + thon.example.org: It leads to 203.0.113.7, 198.51.100.9, and this server answers there.
    ");
}

#[tokio::test]
async fn ports_of_sandboxes_are_this_servers_and_the_next_are_free() {
    let address = Pattern::Address { host: "10.0.0.7".to_owned(), port: 443 };
    let house = House::with(address, &[20_001, 20_002]).await;
    let private = IpAddr::from([10, 0, 0, 7]);
    house.world.own(private);
    for door in [at(private, 443), at(HERE, 20_001), at(HERE, 20_002)] {
        house.world.at(door, Answer::Own);
    }
    insta::assert_snapshot!(house.sees().await, @r"
    + 10.0.0.7: This server answers there. It is a private address: only machines of the same network reach it.
    + ports 20001-20400 at 0.0.0.0: This server answers at those of sandboxes, and the next ones are free.
    ");
    house.world.at(at(HERE, 20_002), Answer::Foreign);
    for port in [20_005, 20_006, 20_399] {
        house.world.at(at(EVERYWHERE, port), Answer::Foreign);
    }
    insta::assert_snapshot!(house.sees().await, @r"
    + 10.0.0.7: This server answers there. It is a private address: only machines of the same network reach it.
    - ports 20001-20400 at 0.0.0.0: 20002 is given to a sandbox, and this server does not answer there. 20005 and 1 more are taken by other programs, and whoever is given one cannot be reached there. `ss -ltnp` names the programs: stop them, or choose other ports with `edge.public_ports`.
    ");
}

#[tokio::test]
async fn on_one_machine_the_dashboard_answers() {
    let house = House::of(Pattern::Local { port: 8100 }).await;
    insta::assert_snapshot!(house.sees().await, @r"
    - localhost:8100: 127.0.0.1 is this machine, and nobody answers at port 8100: connection refused. Does THON, or who stands in front of it, listen there, and does the firewall let it through?
    ");
    house.world.at(at(HERE, 8100), Answer::Own);
    insta::assert_snapshot!(house.sees().await, @r"
    + localhost:8100: This server answers there.
    ");
}

#[tokio::test]
async fn pages_show_what_was_seen_half_a_minute_ago_at_most() {
    let house = House::of(domain()).await;
    let operator = Actor::operator();
    house.outlook.sights(&operator).await.expect("may look");
    let looked = house.world.looked();
    house.clock.pass(TimeDelta::seconds(29));
    house.outlook.sights(&operator).await.expect("may look");
    assert_eq!(house.world.looked(), looked, "what was seen is fresh enough");
    house.outlook.look(&operator).await.expect("may look");
    assert!(house.world.looked() > looked, "who wants to know it now is told what is so now");
    let participant = Actor { role: Role::Participant, ..operator };
    assert!(matches!(house.outlook.sights(&participant).await, Err(Error::Forbidden { .. })));
    assert!(matches!(house.outlook.look(&participant).await, Err(Error::Forbidden { .. })));
}
