//! The ports inside a sandbox: for whom they are, and what follows when that ends.

use std::time::Duration;

use serde_json::{Value, json};
use thon_domain::{api_token::Scope, id::InstanceId};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use crate::app::{Client, TestApp};

const DOOR: &str = "3000--alpha-alice";

async fn share(who: &Client, id: InstanceId, port: u32, audience: &str) -> crate::app::Answer {
    who.put(&format!("/api/instances/{id}/ports/{port}")).json(json!({ "audience": audience })).await
}

/// A window at the port, after the way through the dashboard.
async fn entered(client: &Client) -> Client {
    let window = client.at(DOOR);
    let opened = client.visit(&format!("/open/{DOOR}?to=/")).await;
    let target = opened.location().strip_prefix(&window.origin()).unwrap_or_else(|| panic!("{opened:?}")).to_owned();
    window.visit(&target).await.with_status(303);
    window
}

async fn is_inside(window: &Client) -> bool {
    let answer = window.get("/x").await;
    assert!([200, 401, 403].contains(&answer.status.as_u16()), "{answer}");
    answer.status == 200 && answer.body.contains("A simulated sandbox")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_is_its_owners_until_it_is_shared_and_again_afterwards() {
    let app = TestApp::new().await;
    let id = app.running("alpha/alice").await;
    let (alice, bob, carol) =
        (app.participant("alpha/alice").await, app.participant("alpha/bob").await, app.participant("beta/carol").await);
    assert!(is_inside(&entered(&alice).await).await);
    let refused = bob.visit(&format!("/open/{DOOR}")).await.with_status(403);
    assert!(refused.body.contains("not shared with you"), "{}", refused.body);

    share(&alice, id, 3000, "group").await.with_status(200);
    let window = entered(&bob).await;
    assert!(is_inside(&window).await);
    carol.visit(&format!("/open/{DOOR}")).await.with_status(403);
    assert!(!is_inside(&app.stranger().at(DOOR)).await);
    let mut tunnel = window.tunnel().await.expect("an open tunnel");
    tunnel.write_all(b"ping").await.expect("it is open");
    let mut echo = [0; 4];
    tunnel.read_exact(&mut echo).await.expect("it is open");
    // What opens the port opens nothing else.
    for door in ["alpha-alice", "3001--alpha-alice", "alpha-bob"] {
        let other = app.stranger().at(door);
        other.set_cookie("thon_editor", &window.cookie("thon_editor"));
        other.get("/").await.with_status(401);
    }
    let mut own = entered(&alice).await.tunnel().await.expect("an open tunnel");

    alice.delete(&format!("/api/instances/{id}/ports/3000")).await.with_status(200);
    let cut = timeout(Duration::from_secs(1), tunnel.read(&mut echo)).await.expect("it is cut within a second");
    assert!(matches!(cut, Ok(0) | Err(_)), "{cut:?}");
    assert!(!is_inside(&window).await);
    own.write_all(b"pong").await.expect("it is open");
    own.read_exact(&mut echo).await.expect("the owner's stays open");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_comes_in_unknown_and_starts_nothing() {
    let app = TestApp::new().await;
    let id = app.running("alpha/alice").await;
    let alice = app.participant("alpha/alice").await;
    let stranger = app.stranger().at(DOOR);
    assert!(!is_inside(&stranger).await);
    share(&alice, id, 3000, "everybody").await.with_status(200);
    assert!(is_inside(&stranger).await);
    app.stranger().at("alpha-alice").get("/").await.with_status(401);
    app.stranger().at("3001--alpha-alice").get("/").await.with_status(401);
    let mut tunnel = stranger.tunnel().await.expect("an open tunnel");
    share(&alice, id, 3000, "group").await.with_status(200);
    let cut = timeout(Duration::from_secs(1), tunnel.read(&mut [0])).await.expect("it is cut within a second");
    assert!(matches!(cut, Ok(0) | Err(_)), "{cut:?}");
    assert!(!is_inside(&stranger).await);

    share(&alice, id, 3000, "everybody").await.with_status(200);
    app.operator().delete(&format!("/api/instances/{id}?wait=30")).await.with_status(200);
    let stopped = stranger.visit("/").await.with_status(503);
    assert!(!stopped.body.contains("/.thon/start"), "no button for guests: {}", stopped.body);
    stranger.post("/.thon/start").header("origin", &stranger.origin()).await.with_status(401);
    let bob = app.participant("alpha/bob").await;
    let guest = entered(&bob).await;
    guest.post("/.thon/start").header("origin", &guest.origin()).await.with_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn sharing_outlives_a_restart_and_a_new_sandbox() {
    let mut app = TestApp::new().await;
    let id = app.running("alpha/alice").await;
    share(&app.participant("alpha/alice").await, id, 3000, "everybody").await.with_status(200);
    app.restart().await;
    app.operator().post(&format!("/api/instances/{id}/recreate?wait=30")).await.with_status(200);
    let stranger = app.stranger().at(DOOR);
    let inside = timeout(Duration::from_secs(20), async {
        while stranger.get("/").await.status != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    inside.await.expect("it is there again");
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_say_for_whom_a_port_is() {
    let app = TestApp::new().await;
    let id = app.running("alpha/alice").await;
    let (alice, bob) = (app.participant("alpha/alice").await, app.participant("alpha/bob").await);
    let list = format!("/api/instances/{id}/ports");
    assert_eq!(alice.get(&list).await.with_status(200).json(), json!({ "id": id, "ports": [] }));
    share(&alice, id, 8080, "judges").await.with_status(200);
    let program = app.program(&alice, Scope::Write).await;
    let said = share(&program, id, 3000, "everybody").await.with_status(200).json();
    let url = |port: u16| format!("http://{port}--alpha-alice.localhost:{}/", app.port());
    let expected = json!({ "id": id, "ports": [
        { "port": 3000, "audience": "everybody", "url": url(3000) },
        { "port": 8080, "audience": "judges", "url": url(8080) },
    ]});
    assert_eq!(said, expected);
    assert_eq!(alice.get(&list).await.json(), expected);

    for (port, why) in [(8443, "the editor itself"), (0, "from 1 to 65535")] {
        let refused = share(&alice, id, port, "group").await.with_status(422);
        assert_eq!(refused.text("/errors/0/field"), "port");
        assert!(refused.body.contains(why), "{refused}");
    }
    assert!(share(&alice, id, 65_536, "group").await.status.is_client_error());
    assert!(share(&alice, id, 3001, "mars").await.status.is_client_error());
    share(&bob, id, 3001, "group").await.with_status(403);
    share(&app.program(&alice, Scope::Read).await, id, 3001, "group").await.with_status(403);
    bob.get(&list).await.with_status(403);
    app.stranger().get(&list).await.with_status(401);
    assert_eq!(alice.get(&list).await.json(), expected, "nothing of that changed anything");
    let history: Value = app.admin().await.get("/api/live/snapshot").await.with_status(200).json();
    assert!(history.to_string().contains(r#""shared_ports":[{"audience":"everybody","port":3000}"#), "{history}");
}
