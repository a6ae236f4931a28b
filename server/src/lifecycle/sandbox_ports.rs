//! A door for each sandbox, where it has no name of its own: plain on this machine, with TLS for everybody else.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use thon_core::reach::Reach;
use thon_domain::address::Pattern;
use thon_edge::{
    AtPorts, Edge,
    door::{Opening, Speaks},
    ports::Ports,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::work::Work;
use crate::front::Front;

/// How soon a port that somebody else has is tried again: a server that gives way still has all of them.
const AGAIN: Duration = Duration::from_millis(500);

/// Opens what the addresses promise, as long as the server takes connections.
pub(super) fn follow(edge: &Edge, front: &Front, host: IpAddr, reach: Reach, work: &Work) {
    let opening = Opening {
        leaving: work.leaving.clone(),
        stop: work.service.stopping().clone(),
        connections: work.service.tracker().clone(),
    };
    let at = |host, speaks| Ports::new(front.reception.clone(), host, speaks, edge.at_ports(), opening.clone());
    let mut doors = Vec::new();
    for pattern in reach.addresses.all() {
        match (pattern, &front.tls) {
            (Pattern::Loopback { .. }, _) => doors.push(at(IpAddr::V4(Ipv4Addr::LOCALHOST), Speaks::Http)),
            (Pattern::Address { .. }, Some(tls)) => doors.push(at(host, Speaks::Https(tls.clone()))),
            _ => {}
        }
    }
    let (edge, leaving) = (edge.clone(), work.leaving.clone());
    work.service.start(|stop| async move {
        tokio::select! {
            () = kept_open(&doors, &edge, &reach) => {}
            () = either(&stop, &leaving) => {}
        }
    });
}

async fn either(one: &CancellationToken, other: &CancellationToken) {
    tokio::select! {
        () = one.cancelled() => {}
        () = other.cancelled() => {}
    }
}

async fn kept_open(doors: &[Ports<AtPorts>], edge: &Edge, reach: &Reach) {
    let mut ports = edge.public_ports();
    loop {
        let wanted = ports.borrow_and_update().clone();
        let mut closed = BTreeMap::new();
        for door in doors {
            closed.extend(door.apply(&wanted).await.into_iter().map(|error| (error.port, error.cause.to_string())));
        }
        let is_whole = closed.is_empty();
        reach.keep_closed(closed);
        let changed =
            if is_whole { ports.changed().await } else { timeout(AGAIN, ports.changed()).await.unwrap_or(Ok(())) };
        if changed.is_err() {
            return;
        }
    }
}
