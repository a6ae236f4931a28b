//! Coming in by a code, as a browser does it, and being let in.

use serde_json::{Value, json};

use crate::app::{Client, Kind, TestApp};

/// A fresh code, as people type it.
async fn code(app: &TestApp, wish: Value) -> String {
    app.operator().post("/api/join-codes").json(wish).await.with_status(201).text("/code")
}

fn form(code: &str, name: &str, team: &str) -> String {
    format!("code={code}&name={name}&new_team={team}")
}

async fn instances(client: &Client) -> Vec<Value> {
    client.get("/api/instances").await.with_status(200).json()["instances"].as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_leads_from_the_wall_to_a_running_editor() {
    let app = TestApp::new().await;
    let text = code(&app, json!({})).await;
    let carol = app.stranger();
    let page = carol.get(&format!("/join?code={text}")).header("accept", "text/html").await.with_status(200);
    assert!(page.body.contains("Your name in the event") && page.body.contains("<path d=\"M4 4h7"), "{}", page.body);
    assert_eq!(page.header("cache-control"), "no-store", "it carries what makes its form one");
    assert_eq!(carol.post("/join").form(&form(&text, "carol", "rockets")).await.location(), "/");
    let own = instances(&carol).await;
    assert_eq!(own.len(), 1, "{own:?}");
    assert_eq!(own[0]["user"]["username"], "carol");
    let id = own[0]["id"].as_str().expect("an id");
    let operator = app.operator();
    for _ in 0..100 {
        if operator.get(&format!("/api/instances/{id}")).await.text("/state") == "Running" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it does not run");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_on_the_page_and_nothing_is_made() {
    let app = TestApp::new().await;
    let text = code(&app, json!({})).await;
    let zoe = app.stranger();
    for (form, word) in [
        (form("00000000", "zoe", "rockets"), "code"),
        (form(&text, "..%2Fetc", "rockets"), "name"),
        (form(&text, "zoe", ""), "team"),
        (form(&text, "zoe", "alpha"), "team-taken"),
    ] {
        let back = zoe.post("/join").form(&form).await;
        assert!(back.location().contains(&format!("&error={word}&")), "{word}: {}", back.location());
    }
    zoe.get("/api/instances").await.with_status(401);
    let groups = app.operator().get("/api/groups").await.body;
    assert!(!groups.contains("rockets") && !groups.contains("zoe"), "{groups}");
}

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_is_nobody_and_goes_on_once_an_organizer_says_so(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let text = code(&app, json!({ "approval": true })).await;
    let carol = app.stranger();
    assert_eq!(carol.post("/join").form(&form(&text, "carol", "rockets")).await.location(), "/join/waiting");
    carol.get("/api/instances").await.with_status(401);
    carol.get("/api/arrivals").await.with_status(401);
    let waits = carol.get("/join/waiting").header("accept", "text/html").await.with_status(200);
    assert!(
        waits.body.contains("Waiting for approval") && waits.body.contains("http-equiv=\"refresh\""),
        "{}",
        waits.body
    );
    let elsewhere = carol.get("/instances").header("accept", "text/html").await;
    assert_eq!(elsewhere.location(), "/join/waiting", "there is one page for them");
    let organizer = app.organizer().await;
    let listed = organizer.get("/api/arrivals").await.with_status(200);
    assert_eq!((listed.text("/arrivals/0/name"), listed.text("/arrivals/0/team")), ("carol".into(), "rockets".into()));
    let path = format!("/api/arrivals/{}", listed.text("/arrivals/0/id"));
    organizer.post(&format!("{path}/approve")).await.with_status(200);
    organizer.post(&format!("{path}/refuse")).await.with_status(404);
    let goes_on = carol.get("/join/waiting").header("accept", "text/html").await;
    assert_eq!((goes_on.status.as_u16(), goes_on.header("location")), (302, "/"));
    assert_eq!(instances(&carol).await.len(), 1, "let in, and launched");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_does_not_tell_a_code_and_a_drawing_does() {
    let app = TestApp::new().await;
    let made = app.operator().post("/api/join-codes").json(json!({ "seats": 3, "places": 7 })).await.with_status(201);
    let (text, id) = (made.text("/code"), made.text("/id"));
    let plain = text.replace('-', "");
    let organizer = app.organizer().await;
    let listed = organizer.get("/api/join-codes").await.with_status(200);
    assert!(!listed.body.contains(&text) && !listed.body.contains(&plain), "{}", listed.body);
    assert!(made.text("/url").ends_with(&format!("/join?code={plain}")), "{made}");
    let drawing = organizer.get(&format!("/api/join-codes/{id}/qr.svg")).await.with_status(200);
    assert_eq!(drawing.header("content-type"), "image/svg+xml");
    assert!(drawing.body.starts_with("<svg ") && drawing.body.contains("h7v1h-7z"), "{}", drawing.body);
    organizer.delete(&format!("/api/join-codes/{id}")).await.with_status(200);
    organizer.delete(&format!("/api/join-codes/{id}")).await.with_status(404);
    organizer.get(&format!("/api/join-codes/{id}")).await.with_status(404);
    for wrong in [
        json!({ "seats": 0 }),
        json!({ "places": 10_001 }),
        json!({ "expires_in_hours": 745 }),
        json!({ "role": "admin" }),
    ] {
        organizer.post("/api/join-codes").json(wrong).await.with_status(422);
    }
}
