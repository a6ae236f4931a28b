//! A crowd at work while routes change all the time, as on the morning of an event: nobody is cut off, nobody's words are
//! lost.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use thon_domain::{instance::State, route::RouteTable};
use tokio::{task::JoinSet, time::sleep};
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

use crate::{
    editor::Editor,
    house::{ALICE, BOB, COOKIE, House, PATIENCE, running, table},
    tunnels::{Socket, echoes, open_at},
};

const SOCKETS: usize = 200;
const CHANGES: u32 = 1000;

/// A thousand of these make three seconds, in which everybody has something to say.
const BETWEEN_CHANGES: Duration = Duration::from_millis(3);
const BETWEEN_WORDS: Duration = Duration::from_millis(100);

/// Says something again and again, hears it come back, and once more when all is over.
async fn talks(mut socket: Socket, who: usize, said: Arc<AtomicU32>, over: CancellationToken) {
    while over.run_until_cancelled(sleep(BETWEEN_WORDS)).await.is_some() {
        let nth = said.fetch_add(1, Ordering::Relaxed);
        echoes(&mut socket, Message::text(format!("{who} says {nth}"))).await;
    }
    echoes(&mut socket, Message::text(format!("{who} is there"))).await;
}

/// The routes at some moment: others come and go, and these two change what they can without another upstream.
fn routes(change: u32, alices: &Editor, bobs: &Editor) -> RouteTable {
    let others = (0..change % 7).map(|other| running(&format!("b-{change}-{other}"), alices));
    let own = [(ALICE, alices), (BOB, bobs)].into_iter().enumerate().map(|(at, (name, editor))| {
        let mut route = running(name, editor);
        if change % 10 == u32::try_from(at).expect("a small number") {
            route.state = State::Stopping;
            route.reason = Some(format!("change {change}"));
        }
        route
    });
    table(others.chain(own).collect::<Vec<_>>())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_websockets_outlive_a_thousand_route_changes() {
    let (house, alices) = House::with_alice().await;
    let bobs = Editor::start("bob").await;
    house.edge.apply(&table([running(ALICE, &alices), running(BOB, &bobs)]));
    let (over, mut talkers) = (CancellationToken::new(), JoinSet::new());
    let said: Vec<Arc<AtomicU32>> = (0..SOCKETS).map(|_| Arc::default()).collect();
    for (who, said) in said.iter().enumerate() {
        let (name, cookie) = if who % 2 == 0 { (ALICE, COOKIE) } else { (BOB, "thon_editor=of-bob") };
        let mut socket = open_at(&house, name, cookie).await;
        echoes(&mut socket, Message::text("before")).await;
        talkers.spawn(talks(socket, who, said.clone(), over.clone()));
    }
    assert_eq!(house.tunnels.len(), SOCKETS);

    let counts = || said.iter().map(|said| said.load(Ordering::Relaxed));
    let before: Vec<u32> = counts().collect();
    for change in 0..CHANGES {
        house.edge.apply(&routes(change, &alices, &bobs));
        sleep(BETWEEN_CHANGES).await;
    }
    let fewest = counts().zip(before).map(|(now, before)| now - before).min();
    assert!(fewest >= Some(5), "somebody could say only {fewest:?} words during the changes");
    assert_eq!(house.tunnels.len(), SOCKETS, "nobody was cut off");

    over.cancel();
    tokio::time::timeout(PATIENCE, talkers.join_all()).await.expect("everybody is heard once more");
    assert!(house.gate.lost().is_empty());
}
