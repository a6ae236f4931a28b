//! Switching between events: what the dashboard shows of one, and that nothing else looks at the choice.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};
use thon_domain::live::{FleetView, LiveMessage};
use tokio::time::timeout;

use crate::{
    app::{Client, Kind, PortBlock, TestApp, ask_over_tls},
    live::Followed,
};

/// What the browser keeps.
const CHOICE: &str = "thon_event";

/// Adds a second event, `autumn` with dora, and gives the ids of both, the first event's first.
async fn two_events(app: &TestApp) -> (String, String) {
    let file = "event_id: autumn\ntitle: Autumn hackathon\ngroups: {gamma: [dora]}\n";
    app.operator().post("/api/groups/import").yaml(file).await.with_status(200);
    let events = app.operator().get("/api/groups/events").await;
    (events.text("/0/id"), events.text("/1/id"))
}

/// Presses a button of the switcher on a page, as a plain form does, and says where that leads.
async fn choose(client: &Client, event: &str, page: &str) -> String {
    let body = if event.is_empty() { String::new() } else { format!("event={event}") };
    let asked = client.post("/sfn/choose_event").form(&body).header("accept", "text/html");
    let answer = asked.header("referer", &format!("{}{page}", client.origin())).await.with_status(302);
    answer.header("location").to_owned()
}

/// Who is on the pages of the dashboard.
async fn people(client: &Client) -> Vec<String> {
    names(&client.get("/sfn/fleet_view").await.with_status(200).json()["view"])
}

fn names(view: &Value) -> Vec<String> {
    let users = view["users"].as_object().expect("users");
    let mut names: Vec<_> = users.values().map(|user| user["name"].as_str().expect("a name").to_owned()).collect();
    names.sort();
    names
}

/// How many starts the overview tells of.
fn started(recent: &Value) -> usize {
    let latest = recent["latest"].as_array().expect("a list").iter();
    latest.filter(|one| one.to_string().contains("instance_started")).count()
}

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_pages_show_the_event_that_was_chosen(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let (spring, autumn) = two_events(&app).await;
    let admin = app.admin().await;
    let (all, first) = (["alice", "bob", "carol", "dora"], ["alice", "bob", "carol"]);
    assert_eq!(people(&admin).await, all);
    for (page, shown_then) in
        [("/", "/"), ("/users?q=a", "/users?q=a"), ("/groups/1", "/groups"), ("/events/1", "/events/1")]
    {
        assert_eq!(choose(&admin, &autumn, page).await, shown_then);
        assert_eq!(admin.cookie(CHOICE), autumn);
    }
    assert_eq!(people(&admin).await, ["dora"]);
    let choice = admin.get("/sfn/fleet_view").await.json()["choice"].clone();
    assert_eq!(choice["chosen"], json!(autumn));
    assert_eq!(choice["events"][&spring], json!({ "groups": 2, "people": 3 }), "the other can be chosen");
    assert_eq!(names(&admin.get("/sfn/fleet_view?whole=true").await.json()["view"]), all, "one's own page shows all");

    app.running("gamma/dora").await;
    app.running("alpha/alice").await;
    let recent = admin.get("/sfn/recent").await.with_status(200).json();
    assert_eq!(started(&recent), 1, "{recent}");
    assert_eq!(choose(&admin, &spring, "/").await, "/");
    assert_eq!(people(&admin).await, first);
    assert_eq!(choose(&admin, "", "/groups/1?q=a").await, "/groups/1?q=a");
    assert_eq!((admin.cookie(CHOICE), people(&admin).await), (String::new(), all.map(str::to_owned).to_vec()));
    let recent = admin.get("/sfn/recent").await.with_status(200).json();
    assert_eq!(started(&recent), 2, "{recent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_current_event_of_theirs_counts_as_no_choice() {
    let app = TestApp::new().await;
    let (spring, autumn) = two_events(&app).await;
    let admin = app.admin().await;
    let all = people(&admin).await;
    for garbage in ["", "autumn", "00000000-0000-0000-0000-000000000000", "%00", "\"x\"", &"9".repeat(3000)] {
        admin.set_cookie(CHOICE, garbage);
        assert_eq!(people(&admin).await, all, "{garbage:?}");
        admin.visit("/users").await.with_status(200);
    }
    admin.set_cookie(CHOICE, &autumn);
    assert_eq!(people(&admin).await, ["dora"]);
    app.operator().post("/api/groups/events/autumn/archive").await.with_status(200);
    assert_eq!(people(&admin).await, ["alice", "bob", "carol"], "an archived event is none");
    app.operator().post("/api/groups/events/autumn/unarchive").await.with_status(200);

    // Alice runs nothing: what she sees does not depend on it, in either direction.
    let alice = app.participant("alpha/alice").await;
    let hers = people(&alice).await;
    for event in [&spring, &autumn] {
        alice.set_cookie(CHOICE, event);
        assert_eq!(people(&alice).await, hers);
    }
    alice.post("/sfn/choose_event").form(&format!("event={autumn}")).await.with_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_does_not_look_at_the_choice() {
    let app = TestApp::new().await;
    let (_, autumn) = two_events(&app).await;
    let admin = app.admin().await;
    app.running("alpha/alice").await;
    let paths = ["/api/live/snapshot", "/api/groups", "/api/users", "/api/instances", "/api/groups/events"];
    for path in paths {
        admin.set_cookie(CHOICE, "");
        let before = admin.get(path).await.with_status(200).body;
        admin.set_cookie(CHOICE, &autumn);
        assert_eq!(admin.get(path).await.with_status(200).body, before, "{path}");
    }
    let launched = admin.post("/api/instances/launch-missing").json(json!({})).await.with_status(202);
    assert_eq!(launched.json()["instances"].as_array().map(Vec::len), Some(3), "{launched}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_tells_of_the_event_that_the_page_shows() {
    let app = TestApp::new().await;
    let (_, autumn) = two_events(&app).await;
    let admin = app.admin().await;
    let mut stream = Followed::at(&admin, &format!("/api/live?event={autumn}&readings=true")).await;
    let group = app.operator().get("/api/groups?event_id=autumn").await.text("/0/id");
    app.running("alpha/alice").await;
    let erin = json!({ "username": "erin", "group_id": group });
    app.operator().post("/api/users").json(erin).await.with_status(201);
    app.running("gamma/erin").await;
    let (dora, erin) = (app.user("gamma/dora").await, app.user("gamma/erin").await);
    let (mut heard, mut figures) = (Vec::new(), false);
    while heard.len() < 3 || !figures {
        match timeout(Duration::from_secs(20), stream.next()).await.expect("in time").expect("it goes on") {
            LiveMessage::Activity { activity } => {
                let change = &activity.change;
                let of = change.user().map(|user| user.id).or(change.instance().map(|one| one.user));
                heard.push((<&str>::from(change), of.expect("about somebody")));
            }
            LiveMessage::Readings { readings } => {
                assert!(readings.keys().all(|user| [dora, erin].contains(user)), "{readings:?}");
                figures |= readings.contains_key(&erin);
            }
            LiveMessage::Queue { places } => assert!(places.keys().all(|user| *user == erin), "{places:?}"),
            LiveMessage::Ready { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    let kinds = ["user_created", "instance_launched", "instance_started"];
    assert_eq!(heard, kinds.map(|kind| (kind, erin)));
    app.operator().delete("/api/groups/events/autumn").await.with_status(200);
    while stream.next().await.expect("it says so") != LiveMessage::Reset {}
    assert_eq!(stream.next().await, None);
    let view: FleetView = admin.get("/api/live/snapshot").await.read();
    let gone = admin.websocket(&format!("/api/live?after={}&event={autumn}", view.number), &admin.origin()).await;
    assert!(matches!(gone, Err(tokio_tungstenite::tungstenite::Error::Http(answer)) if answer.status() == 404));
}

#[tokio::test(flavor = "multi_thread")]
async fn launching_all_missing_stays_in_the_event_of_the_page() {
    let app = TestApp::new().await;
    let (spring, autumn) = two_events(&app).await;
    let admin = app.admin().await;
    // Another tab has chosen the other one meanwhile.
    admin.set_cookie(CHOICE, &spring);
    admin.post("/sfn/launch_missing").form(&format!("event={autumn}")).await.with_status(200);
    let list = admin.get("/api/instances").await.json();
    let whose: Vec<_> =
        list["instances"].as_array().expect("a list").iter().map(|one| &one["user"]["username"]).collect();
    assert_eq!(whose, ["dora"]);
    let refused = admin.post("/sfn/launch_missing").form("event=00000000-0000-0000-0000-000000000000").await;
    assert_eq!(refused.status, 404, "{refused}");
    assert_eq!(admin.get("/api/instances").await.text("/total"), "1", "and nobody was launched");
    // A group that is made lands where it can be seen.
    let made = |event: &str| format!("name=made-in-{event}&title=&event_id={event}");
    let here = admin.post("/sfn/create_group").form(&made("default")).header("accept", "text/html").await;
    assert!(here.header("location").starts_with("/groups/"), "{}", here.header("location"));
    let there = admin.post("/sfn/create_group").form(&made("autumn")).header("accept", "text/html").await;
    assert_eq!(there.header("location"), format!("/events/{autumn}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_and_roles_are_made_in_the_chosen_event() {
    let app = TestApp::new().await;
    let (_, autumn) = two_events(&app).await;
    let admin = app.admin().await;
    let code = "group=&seats=5&places=10&hours=1";
    admin.post("/sfn/make_code").form(code).await.with_status(200);
    admin.set_cookie(CHOICE, &autumn);
    admin.post("/sfn/make_code").form(code).await.with_status(200);
    admin.post("/sfn/grant_role").form("who=Max&role=mentor").await.with_status(200);
    admin.post("/sfn/grant_role").form("who=Ada&role=admin").await.with_status(200);
    let codes = admin.get("/api/join-codes").await.json();
    let made: BTreeSet<_> =
        codes["codes"].as_array().expect("a list").iter().map(|code| code["event_id"].as_str()).collect();
    assert_eq!(made, [Some("autumn"), Some("default")].into());
    let grants = admin.get("/api/grants").await.json();
    let events = |role: &str| -> Vec<_> {
        let all = grants["grants"].as_array().expect("a list").iter().filter(|grant| grant["role"] == role);
        all.map(|grant| grant["event_id"].clone()).collect()
    };
    assert_eq!(events("mentor"), [json!("autumn")]);
    assert!(events("admin").iter().all(Value::is_null), "{grants}");
}

#[tokio::test(flavor = "multi_thread")]
async fn under_tls_the_choice_is_bound_to_the_host() {
    let ports = PortBlock::take();
    let port = ports.first();
    let app = TestApp::configured(Kind::Sqlite, &format!("edge: {{https_port: {port}}}\n")).await;
    let (_, autumn) = two_events(&app).await;
    let session = format!("__Host-thon_session={}", app.admin().await.cookie("thon_session"));
    let (client, host) = (app.trusted().await, format!("localhost:{port}"));
    let at = ([127, 0, 0, 1].into(), port);
    let more = format!(
        "Origin: https://{host}\r\nAccept: text/html\r\nCookie: {session}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    );
    let said = ask_over_tls(&client, at, &host, "POST /sfn/choose_event", &more).await;
    let set = said.head.lines().find(|line| line.contains("thon_event")).expect("a cookie").to_owned();
    assert!(set.ends_with("__Host-thon_event=; Max-Age=0; HttpOnly; SameSite=Lax; Path=/; Secure"), "{set}");
    for (cookie, people) in [(format!("__Host-thon_event={autumn}"), 1), (format!("thon_event={autumn}"), 4)] {
        let more = format!("Cookie: {session}; {cookie}\r\n");
        let said = ask_over_tls(&client, at, &host, "GET /sfn/fleet_view", &more).await;
        let body = said.body.lines().find(|line| line.starts_with('{')).expect("JSON").to_owned();
        let view: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(names(&view["view"]).len(), people, "{cookie}");
    }
}
