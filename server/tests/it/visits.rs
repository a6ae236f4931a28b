//! Visits through real doors: from when to when, who is told, and asking a visitor to leave.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::Value;
use tokio::{
    io::AsyncReadExt as _,
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::app::{Client, TestApp};

/// Somebody's way into alice's editor, with whatever they have to say first.
async fn window(client: &Client, again: &str) -> Client {
    let opened = client.visit(&format!("/open/alpha-alice?to=/{again}")).await.with_status(303);
    let (_, ticket) = opened.location().split_once("/.thon/").expect("a ticket");
    let window = client.at("alpha-alice");
    window.visit(&format!("/.thon/{ticket}")).await.with_status(303);
    window
}

/// What the audit tells of visits, the oldest first.
async fn told(app: &TestApp) -> Vec<String> {
    let all = app.operator().get("/api/audit?page_size=200").await.with_status(200).json();
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let of_visits = |line: &&Value| text(line, "deed").contains("visit") && line["outcome"] == "done";
    let lines = all["audit"].as_array().expect("lines").iter().rev().filter(of_visits);
    lines.map(|line| format!("{} {} {}", text(line, "who"), text(line, "deed"), text(line, "object"))).collect()
}

/// The visits in alice's editor, once the newest is over.
async fn over(client: &Client, instance: &str) -> Vec<Value> {
    let waiting = async {
        loop {
            let listed = client.get(&format!("/api/instances/{instance}/visits")).await.with_status(200).json();
            let visits = listed["visits"].as_array().expect("visits").clone();
            if visits.iter().all(|visit| !visit["until"].is_null()) {
                return visits;
            }
            sleep(Duration::from_millis(200)).await;
        }
    };
    timeout(Duration::from_secs(30), waiting).await.expect("it ends")
}

async fn is_cut(mut tunnel: TcpStream) {
    let end = timeout(Duration::from_secs(5), async {
        let mut rest = Vec::new();
        tunnel.read_to_end(&mut rest).await.ok();
    });
    end.await.expect("it is cut within five seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_has_a_beginning_and_an_end_by_whoever_visits() {
    let app = TestApp::new().await;
    let instance = app.running("alpha/alice").await.to_string();
    let (alice, mentor) = (app.participant("alpha/alice").await, app.with_role("mentor").await);
    let inside = window(&mentor, "").await;
    let tunnel = inside.tunnel().await.expect("an open editor");
    let listed = alice.get(&format!("/api/instances/{instance}/visits")).await.with_status(200).json();
    let visit = &listed["visits"][0];
    assert_eq!((&visit["name"], &visit["role"], &visit["until"]), (&"Olga".into(), &"mentor".into(), &Value::Null));
    assert!(alice.visit("/me").await.with_status(200).body.contains("In your editor for"), "it is rendered");
    drop(tunnel);
    sleep(Duration::from_millis(500)).await;
    app.pass(TimeDelta::seconds(15));
    let visits = over(&alice, &instance).await;
    assert_eq!((visits.len(), &visits[0]["asked_to_leave"]), (1, &false.into()));
    assert_eq!(told(&app).await, ["Olga visit alpha/alice", "Olga end_visit alpha/alice"]);
    assert!(alice.visit("/me").await.body.contains("Was here for"), "and told of for a while");
    app.participant("alpha/bob").await.get(&format!("/api/instances/{instance}/visits")).await.with_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_ends_ends_the_visits_in_it() {
    let app = TestApp::new().await;
    let instance = app.running("alpha/alice").await.to_string();
    let mentor = app.with_role("mentor").await;
    let tunnel = window(&mentor, "").await.tunnel().await.expect("an open editor");
    app.operator().delete(&format!("/api/instances/{instance}?wait=20")).await.with_status(200);
    is_cut(tunnel).await;
    sleep(Duration::from_millis(500)).await;
    app.pass(TimeDelta::seconds(15));
    over(&app.operator(), &instance).await;
    assert_eq!(told(&app).await, ["Olga visit alpha/alice", "Olga end_visit alpha/alice"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_asked_to_leave_is_out_within_five_seconds_and_comes_again_by_a_click() {
    let app = TestApp::new().await;
    let instance = app.running("alpha/alice").await.to_string();
    let (alice, bob) = (app.participant("alpha/alice").await, app.participant("alpha/bob").await);
    let mentor = app.with_role("mentor").await;
    let inside = window(&mentor, "").await;
    let tunnel = inside.tunnel().await.expect("an open editor");
    let hers = window(&alice, "").await.tunnel().await.expect("her own");
    let listed = alice.get(&format!("/api/instances/{instance}/visits")).await.json();
    let visit = listed["visits"][0]["id"].as_str().expect("an id").to_owned();
    let ask = format!("/api/instances/{instance}/visits/{visit}/ask-to-leave");

    for other in [&bob, &mentor, &app.organizer().await, &app.admin().await, &app.operator()] {
        other.post(&ask).await.with_status(403);
    }
    let bobs = app.running("alpha/bob").await;
    bob.post(&format!("/api/instances/{bobs}/visits/{visit}/ask-to-leave")).await.with_status(404);
    app.stranger().post(&ask).await.with_status(401);

    alice.post(&ask).await.with_status(200);
    is_cut(tunnel).await;
    assert_eq!(inside.get("/").header("accept", "application/json").await.status, 401, "nor by a request");
    let led = inside.visit("/").await.with_status(303);
    let path = led.location().split_once("/open/").map(|(_, rest)| format!("/open/{rest}")).expect("to the dashboard");
    let page = mentor.visit(&path).await.with_status(403);
    assert!(page.body.contains("alice asked you to leave"), "{}", page.body);
    assert!(page.body.contains(&format!("again={visit}")), "with a way back");
    mentor.visit("/open/alpha-alice?again=00000000-0000-0000-0000-000000000000").await.with_status(403);

    let again = window(&mentor, &format!("&again={visit}")).await;
    let _tunnel = again.tunnel().await.expect("in again");
    let told = told(&app).await;
    assert_eq!(
        told,
        [
            "Olga visit alpha/alice",
            "alice end_visit_of alpha/alice",
            "Olga end_visit alpha/alice",
            "Olga visit alpha/alice",
        ]
    );
    let mut hers = hers;
    let mut rest = [0; 1];
    let quiet = timeout(Duration::from_millis(200), hers.read(&mut rest)).await;
    assert!(quiet.is_err(), "her own editor stays open");
}
