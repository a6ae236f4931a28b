//! The live stream: a snapshot, then everything after it, in order, as far as one may see it.

use std::time::Duration;

use futures::StreamExt as _;
use serde_json::json;
use thon_domain::{
    instance::State,
    live::{Activity, Change, FleetView, LiveMessage},
    role::Role,
};
use thon_store::{Stamp, StoreError};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{self, Message},
};

use crate::app::{Client, Kind, TestApp};

const SOON: Duration = Duration::from_secs(20);

/// Somebody's stream.
pub struct Followed(WebSocketStream<TcpStream>);

impl Followed {
    async fn after(client: &Client, number: i64) -> Self {
        Self::at(client, &format!("/api/live?after={number}")).await
    }

    pub async fn at(client: &Client, path: &str) -> Self {
        Self(client.websocket(path, &client.origin()).await.expect("a websocket"))
    }

    /// The next message; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<LiveMessage> {
        match timeout(SOON, self.0.next()).await.expect("a message in time") {
            Some(Ok(Message::Text(text))) => Some(serde_json::from_str(&text).expect("a message")),
            Some(Ok(Message::Close(_)) | Err(_)) | None => None,
            Some(Ok(other)) => panic!("{other:?}"),
        }
    }

    async fn activity(&mut self) -> Activity {
        match self.next().await {
            Some(LiveMessage::Activity { activity }) => *activity,
            other => panic!("{other:?}"),
        }
    }

    async fn ready(&mut self) -> i64 {
        match self.next().await {
            Some(LiveMessage::Ready { number }) => number,
            other => panic!("{other:?}"),
        }
    }
}

async fn snapshot(client: &Client) -> FleetView {
    client.get("/api/live/snapshot").await.with_status(200).read()
}

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_launch_is_followed_in_order(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let admin = app.admin().await;
    let from = snapshot(&admin).await.number;
    let mut stream = Followed::after(&admin, from).await;
    assert_eq!(stream.ready().await, from);
    app.running("alpha/alice").await;
    let (first, second) = (stream.activity().await, stream.activity().await);
    let kinds = [&first, &second].map(|activity| <&str>::from(&activity.change));
    assert_eq!(kinds, ["instance_launched", "instance_started"]);
    assert_eq!([first.number, second.number], [from + 1, from + 2], "nothing is lost");
    let mut late = Followed::after(&admin, from).await;
    assert_eq!([late.activity().await, late.activity().await], [first, second], "what was missed comes first");
    assert_eq!(late.ready().await, from + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_participant_hears_of_their_own_only() {
    let app = TestApp::new().await;
    let alice = app.participant("alpha/alice").await;
    let own = app.user("alpha/alice").await;
    let mut stream = Followed::after(&alice, snapshot(&alice).await.number).await;
    stream.ready().await;
    app.running("alpha/bob").await;
    app.link_of("beta/carol").await;
    app.running("alpha/alice").await;
    for _ in 0..2 {
        let activity = stream.activity().await;
        assert_eq!(activity.change.instance().map(|instance| instance.user), Some(own), "{activity:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_too_far_behind_starts_anew() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let from = snapshot(&admin).await.number;
    record(&app, 1001, |nth| Change::AccountCreated { account: account(nth), name: "x".to_owned() }).await;
    for (after, why) in [(from, "too far behind"), (from + 5000, "a number from the future")] {
        let mut stream = Followed::after(&admin, after).await;
        assert_eq!(stream.next().await, Some(LiveMessage::Reset), "{why}");
        assert_eq!(stream.next().await, None, "{why}");
    }
    let mut stream = Followed::after(&admin, from + 1).await;
    for _ in 0..1000 {
        stream.activity().await;
    }
    stream.ready().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_see_more_starts_anew() {
    let app = TestApp::new().await;
    let alice = app.participant("alpha/alice").await;
    let view = snapshot(&alice).await;
    let own = app.user("alpha/alice").await;
    let account = view.users[&own].account.expect("an account");
    let mut stream = Followed::after(&alice, view.number).await;
    stream.ready().await;
    record(&app, 1, |_| Change::RoleGranted { account, event: None, role: Role::Organizer }).await;
    assert_eq!(stream.next().await, Some(LiveMessage::Reset));
    assert_eq!(stream.next().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_with_the_session() {
    let app = TestApp::new().await;
    let alice = app.participant("alpha/alice").await;
    let mut stream = Followed::after(&alice, snapshot(&alice).await.number).await;
    stream.ready().await;
    alice.post("/sign-out").form("").await;
    let told = timeout(Duration::from_secs(1), stream.next()).await.expect("it is told within a second");
    assert_eq!(told, Some(LiveMessage::Reset), "every tab looks again and is led to the sign-in");
    assert_eq!(stream.next().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_with_the_server_and_goes_on_with_the_next() {
    let mut app = TestApp::new().await;
    let alice = app.participant("alpha/alice").await;
    let from = snapshot(&alice).await.number;
    let mut stream = Followed::after(&alice, from).await;
    stream.ready().await;
    app.restart().await;
    assert_eq!(stream.next().await, None);
    let mut stream = Followed::after(&alice, from).await;
    assert!(stream.ready().await >= from);
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshot_and_stream_are_the_later_snapshot_under_a_burst() {
    let app = TestApp::new().await;
    let names: Vec<String> = (0..20).map(|nth| format!("p{nth:02}")).collect();
    let file = format!("groups:\n  crowd: [{}]\n", names.join(", "));
    app.operator().post("/api/groups/import").yaml(&file).await.with_status(200);
    let (organizer, one) = (app.organizer().await, app.participant("crowd/p03").await);
    let mut followed = Vec::new();
    for client in [&organizer, &one] {
        let view = snapshot(client).await;
        let stream = Followed::after(client, view.number).await;
        followed.push((client, view, stream));
    }
    burst(&app).await;
    settled(&organizer).await;
    for (client, view, stream) in followed {
        let later = snapshot(client).await;
        assert_eq!(folded(view, stream, &later).await, later);
    }
}

/// Twenty launches, and while they are on their way every other one is ended.
async fn burst(app: &TestApp) {
    let operator = app.operator();
    let launch = operator.post("/api/instances/launch-missing").json(json!({"group": "crowd"}));
    let launched = launch.await.with_status(202).json();
    let ids = launched["instances"].as_array().expect("instances").iter().map(|it| it["id"].as_str().expect("an id"));
    let ids: Vec<&str> = ids.collect();
    assert_eq!(ids.len(), 20);
    let ends = ids.iter().step_by(2).map(|id| {
        let ask = operator.delete(&format!("/api/instances/{id}"));
        async { ask.await.with_status(200) }
    });
    futures::future::join_all(ends).await;
}

async fn settled(client: &Client) {
    let all = async {
        while snapshot(client).await.instances.values().any(|instance| instance.state.is_on_the_way()) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_secs(40), all).await.expect("all arrive");
    let view = snapshot(client).await;
    let running = view.instances.values().filter(|instance| instance.state == State::Running).count();
    assert_eq!((view.instances.len(), running), (20, 10));
}

/// What a browser has made of the stream when it has heard everything up to the later snapshot.
async fn folded(mut view: FleetView, mut stream: Followed, later: &FleetView) -> FleetView {
    while (FleetView { number: later.number, ..view.clone() }) != *later {
        match stream.next().await {
            Some(LiveMessage::Activity { activity }) => {
                assert!(activity.number > view.number, "{} after {}", activity.number, view.number);
                view.apply(&activity);
            }
            Some(LiveMessage::Ready { .. } | LiveMessage::Queue { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    // Hidden activity leaves gaps.
    FleetView { number: later.number, ..view }
}

async fn record(app: &TestApp, count: u32, change: impl Fn(u32) -> Change) {
    let changes: Vec<Change> = (0..count).map(change).collect();
    let stamp = Stamp { at: app.now(), cause: thon_domain::live::Cause { account: None, name: "test".to_owned() } };
    let written = app.store().write(stamp, move |w| {
        for change in changes {
            w.record(change)?;
        }
        Ok::<_, StoreError>(())
    });
    written.await.expect("it is written");
}

fn account(nth: u32) -> thon_domain::id::AccountId {
    format!("01890000-0000-7000-8000-{nth:012}").parse().expect("an id")
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_vanishes_for_those_who_saw_them() {
    let app = TestApp::new().await;
    let (admin, alice) = (app.admin().await, app.participant("alpha/alice").await);
    let (own, bob, carol) = (app.user("alpha/alice").await, app.user("alpha/bob").await, app.user("beta/carol").await);
    let mut view = snapshot(&alice).await;
    assert!(view.users.contains_key(&bob));
    let mut stream = Followed::after(&alice, view.number).await;
    stream.ready().await;
    for somebody in [carol, bob] {
        admin.delete(&format!("/api/users/{somebody}")).await.with_status(200);
    }
    let activity = stream.activity().await;
    assert_eq!(activity.change.deleted_user().map(|user| user.id), Some(bob), "carol is nobody of alice's");
    view.apply(&activity);
    assert_eq!(view.users.keys().collect::<Vec<_>>(), [&own]);
    admin.delete(&format!("/api/users/{own}")).await.with_status(200);
    assert_eq!(stream.next().await, Some(LiveMessage::Reset), "what alice may see has changed");
    assert_eq!(snapshot(&alice).await.users, [].into());
}

/// The status with which a stream is refused.
async fn refused(client: &Client, path: &str) -> u16 {
    match client.websocket(path, &client.origin()).await {
        Err(tungstenite::Error::Http(answer)) => answer.status().as_u16(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_and_logs_come_to_those_who_ask_and_may() {
    let app = TestApp::new().await;
    let id = app.running("alpha/alice").await;
    let (alice, bob) = (app.participant("alpha/alice").await, app.participant("alpha/bob").await);
    let own = app.user("alpha/alice").await;
    let mut stream = Followed::at(&alice, &format!("/api/live?look={id}")).await;
    let (mut figures, mut log) = (None, None);
    while figures.is_none() || log.is_none() {
        match stream.next().await.expect("it goes on") {
            LiveMessage::Readings { readings } => figures = readings.get(&own).copied().or(figures),
            LiveMessage::Log { anew, lines } => log = log.or(Some((anew, lines))),
            _ => {}
        }
    }
    assert_eq!(figures.map(|reading| (reading.cpu_millis, reading.memory_bytes)), Some((10, 60 << 20)));
    let (anew, lines) = log.expect("a log");
    assert!(anew && lines[0].text.contains("HTTP server listening on"), "{lines:?}");

    let look = format!("/api/live?look={id}");
    assert_eq!(refused(&bob, &look).await, 403);
    assert_eq!(refused(&alice, "/api/live?look=01890000-0000-7000-8000-000000000000").await, 404);
    // What may not be seen is left out, and without the wish nothing is told.
    let mut others = Followed::at(&bob, "/api/live?readings=true").await;
    let mut silent = Followed::at(&alice, "/api/live").await;
    loop {
        if let LiveMessage::Readings { readings } = others.next().await.expect("it goes on") {
            assert!(readings.is_empty(), "{readings:?}");
            break;
        }
    }
    app.running("alpha/bob").await;
    app.operator().delete(&format!("/api/instances/{id}")).await.with_status(200);
    let next = silent.next().await;
    assert!(matches!(next, Some(LiveMessage::Ready { .. })), "{next:?}");
    loop {
        match silent.next().await.expect("it goes on") {
            LiveMessage::Activity { activity } if activity.change.instance().is_some() => break,
            LiveMessage::Readings { .. } | LiveMessage::Log { .. } => panic!("nobody asked for it"),
            _ => {}
        }
    }
}
