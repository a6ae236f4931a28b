//! Whoever wants more by a join code than a place: a code by guessing, a role by a field, another's place, another's team.

use serde_json::json;

use crate::app::TestApp;

async fn code(app: &TestApp) -> String {
    app.operator().post("/api/join-codes").json(json!({ "seats": 2 })).await.with_status(201).text("/code")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_by_guessing() {
    let app = TestApp::new().await;
    let text = code(&app).await;
    let mallory = app.stranger();
    for guess in 0..600 {
        // Looking counts as trying, and a page as a form.
        let said = if guess % 2 == 0 {
            mallory.get(&format!("/sfn/join_offer?code={guess:08}")).await.with_status(200).body
        } else {
            mallory.post("/join").form(&format!("code={guess:08}&name=m&new_team=m")).await.location().to_owned()
        };
        assert!(said.contains("\"code\"") || said.contains("error=code"), "{said}");
    }
    let right = mallory.post("/join").form(&format!("code={text}&name=m&new_team=m")).await;
    assert!(right.location().contains("error=too-many"), "{}", right.location());
    mallory.get("/api/instances").await.with_status(401);
    // Whoever is in already does not notice.
    app.participant("alpha/alice").await.get("/api/instances").await.with_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_by_a_field_too_many() {
    let app = TestApp::new().await;
    let text = code(&app).await;
    let mallory = app.stranger();
    let fields =
        "role=admin&roles[]=admin&account=00000000-0000-0000-0000-000000000000&event_id=default&approval=false";
    let came = mallory.post("/join").form(&format!("code={text}&name=m&new_team=m&{fields}")).await;
    assert_eq!(came.location(), "/");
    mallory.get("/api/grants").await.with_status(403);
    mallory.get("/api/join-codes").await.with_status(403);
    mallory.get("/open/alpha-alice").header("accept", "text/html").await.with_status(403);
    let viewer = mallory.get("/sfn/viewer").await.with_status(200).body;
    assert!(viewer.contains("\"participant\""), "{viewer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_in_a_group_that_the_code_is_not_for() {
    let app = TestApp::new().await;
    let wish = json!({ "seats": 50 });
    let text = app.operator().post("/api/join-codes").json(wish).await.with_status(201).text("/code");
    let alpha = app.operator().get(&format!("/api/users/{}", app.user("alpha/alice").await)).await.text("/group_id");
    for (team, told) in [
        (format!("team={alpha}"), "team"),
        ("new_team=alpha".to_owned(), "team-taken"),
        ("new_team=ALPHA".to_owned(), "team-taken"),
    ] {
        let came = app.stranger().post("/join").form(&format!("code={text}&name=m&{team}")).await;
        assert!(came.location().contains(&format!("&error={told}&")), "{}", came.location());
    }
    assert!(!app.operator().get("/api/users").await.with_status(200).body.contains("\"m\""), "nobody came in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_origin_that_joins_in_somebodys_name() {
    let app = TestApp::new().await;
    let text = code(&app).await;
    let form = format!("code={text}&name=m&new_team=m");
    let sent = app.stranger().post("/join").header("origin", "http://evil.example").form(&form).await;
    assert_eq!(sent.status, 403);
    assert!(!app.operator().get("/api/groups").await.body.contains("\"m\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_lets_themselves_in() {
    let app = TestApp::new().await;
    let wish = json!({ "approval": true });
    let text = app.operator().post("/api/join-codes").json(wish).await.with_status(201).text("/code");
    let mallory = app.stranger();
    mallory.post("/join").form(&format!("code={text}&name=m&new_team=m")).await;
    let id = app.operator().get("/api/arrivals").await.text("/arrivals/0/id");
    mallory.post(&format!("/api/arrivals/{id}/approve")).await.with_status(401);
    mallory.post("/sfn/let_in").form(&format!("arrival={id}")).await.with_status(401);
    let alice = app.participant("alpha/alice").await;
    alice.post(&format!("/api/arrivals/{id}/approve")).await.with_status(403);
    alice.post("/sfn/let_in").form(&format!("arrival={id}")).await.with_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_token_that_reads_or_makes_a_code() {
    let app = TestApp::new().await;
    let made = app.operator().post("/api/join-codes").json(json!({})).await.with_status(201).text("/id");
    let admin = app.admin().await;
    let writer = app.program(&admin, thon_domain::api_token::Scope::Write).await;
    writer.get(&format!("/api/join-codes/{made}")).await.with_status(403);
    writer.get(&format!("/api/join-codes/{made}/qr.svg")).await.with_status(403);
    writer.post("/api/join-codes").json(json!({})).await.with_status(403);
    writer.get("/api/join-codes").await.with_status(200);
}
