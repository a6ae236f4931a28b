//! The audit as programs read it: every way in, every outcome, and no secret.

use serde_json::{Value, json};

use crate::app::{Client, Kind, TestApp};

/// What the audit says, the newest first, as `deed detail object outcome`.
async fn told(client: &Client, query: &str) -> Vec<String> {
    let lines = client.get(&format!("/api/audit?{query}")).await.with_status(200).json();
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or("").to_owned();
    let line = |line: &Value| {
        let parts = ["deed", "detail", "object", "outcome"].map(|key| text(line, key));
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    lines["audit"].as_array().expect("lines").iter().map(line).collect()
}

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn who_did_what_from_where_and_what_came_of_it(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let admin = app.admin().await;
    let alice = app.participant("alpha/alice").await;
    alice.post("/api/instances?wait=20").json(json!({ "group": "alpha", "username": "alice" })).await.with_status(201);
    alice.post("/api/instances").json(json!({ "group": "alpha", "username": "bob" })).await.with_status(403);
    alice.post("/api/instances").json(json!({ "group": [] })).await.with_status(422);
    admin.put("/api/settings").json(json!({ "settings": { "gateway_mode": "per-group" } })).await.with_status(200);
    admin.post("/sfn/set_settings").form("values[gateway.mode]=per-user").await;

    let hers = admin.get("/api/audit?who=alice").await.with_status(200).json();
    let lines = hers["audit"].as_array().expect("lines");
    let launched = lines.iter().find(|line| line["deed"] == "launch" && line["outcome"] == "done").expect("a launch");
    assert_eq!((&launched["object"], &launched["via"]), (&"alpha/alice".into(), &"api".into()));
    assert_eq!((&launched["address"], &launched["who"]), (&"127.0.0.1".into(), &"alice".into()));
    assert!(launched["request_id"].as_str().is_some_and(|id| id.len() == 32), "{launched}");
    let refused = lines.iter().find(|line| line["reason"] == "This instance is somebody else's.").expect("refused");
    assert_eq!((&refused["outcome"], &refused["detail"]), (&"refused".into(), &"POST /api/instances".into()));
    assert!(lines.iter().any(|line| line["detail"] == "POST /api/instances" && line["outcome"] == "refused"));
    assert!(lines.iter().any(|line| line["deed"] == "sign_in" && line["outcome"] == "done"), "{lines:#?}");

    let settings = admin.get("/api/audit?deed=change_settings&outcome=done").await.json();
    let vias: Vec<_> = settings["audit"].as_array().expect("lines").iter().map(|line| line["via"].clone()).collect();
    assert_eq!(vias, ["page", "api"], "{settings:#}");
    let operator = admin.get("/api/audit?who=operator&deed=make_link").await.json();
    assert_eq!(
        (&operator["audit"][0]["via"], &operator["audit"][0]["address"]),
        (&"command_line".into(), &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_are_there_the_refused_too() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    stranger.post("/sign-in").form("password=wrong+password").await;
    stranger.post("/sign-in/link").form("t=nonsense").await;
    stranger.post("/api/auth/local").json(json!({ "password": "wrong" })).await;
    let joins = stranger.post("/join").form("code=AAAA-AAAA&name=Mal&new_team=x").await;
    assert!(joins.location().contains("error="), "{joins:?}");
    let alice = app.participant("alpha/alice").await;
    alice.post("/sign-out").form("").await;
    let all = app.operator().get("/api/audit?outcome=refused").await.json();
    let refused = all["audit"].as_array().expect("lines");
    assert!(refused.iter().all(|line| line["who"] == "" && line["address"] == "127.0.0.1"), "{refused:#?}");
    let reasons: Vec<_> = refused.iter().filter_map(|line| line["reason"].as_str()).collect();
    assert!(reasons.contains(&"The password is wrong."), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.starts_with("There is no such link")), "{reasons:?}");
    assert!(refused.iter().any(|line| line["deed"] == "join"), "{refused:#?}");
    let done = told(&app.operator(), "who=alice").await;
    assert_eq!(done, ["sign_out alice done", "sign_in with a link alice done"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_roles_codes_visits_and_exports_are_there() {
    let app = TestApp::new().await;
    app.running("alpha/alice").await;
    let admin = app.admin().await;
    let made = admin.post("/api/tokens").json(json!({ "name": "ci", "scope": "write" })).await.with_status(201);
    admin.delete(&format!("/api/tokens/{}", made.text("/id"))).await.with_status(200);
    let mentor = app.with_role("mentor").await;
    let entered = mentor.get("/open/alpha-alice").await.location().to_owned();
    let path = entered.split_once("/.thon/").map(|(_, rest)| format!("/.thon/{rest}")).expect("a ticket");
    mentor.at("alpha-alice").get(&path).await;
    let judge = app.with_role("judge").await;
    judge.get("/open/alpha-alice").header("accept", "text/html").await.with_status(403);
    let code = admin.post("/api/join-codes").json(json!({})).await.with_status(201);
    app.stranger().post("/join").form(&format!("code={}&name=Zoe&new_team=zeta", code.text("/code"))).await;
    admin.get("/api/groups/export").await.with_status(200);
    let all = told(&app.operator(), "page_size=200").await;
    for line in [
        "make_token for write ci done",
        "revoke_token ci done",
        "change_role mentor given Olga done",
        "visit alpha/alice done",
        "open_editor alpha/alice refused",
        "make_join_code join code done",
        "join with a join code join code done",
        "edit_users created zeta/Zoe done",
        "export groups default done",
    ] {
        assert!(all.iter().any(|told| told == line), "{line}: {all:#?}");
    }
    let visit = app.operator().get("/api/audit?deed=visit").await.json();
    assert_eq!((&visit["audit"][0]["who"], &visit["audit"][0]["address"]), (&"Olga".into(), &"127.0.0.1".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_ever_in_it() {
    let app = TestApp::configured(Kind::Sqlite, "auth: {local_password: 'a very secret password'}\n").await;
    let admin = app.admin().await;
    let mut secrets = vec!["a very secret password".to_owned(), "another wrong password".to_owned()];
    let stranger = app.stranger();
    stranger.post("/sign-in").form("password=another+wrong+password").await;
    stranger.post("/api/auth/local").json(json!({ "password": "a very secret password" })).await.with_status(200);
    secrets.push(stranger.cookie("thon_session"));
    let token = admin.post("/api/tokens").json(json!({ "name": "ci", "scope": "write" })).await.text("/token");
    app.stranger().with_token(&token).post("/api/sign-in-links").json(json!({})).await.with_status(403);
    app.stranger().with_token("thon_not-a-good-one").post("/api/tokens").json(json!({ "name": "x" })).await;
    let link = app.link_of("alpha/alice").await;
    app.signed_in(&link).await;
    stranger.post(&format!("/sign-in/link?t={link}")).form(&format!("t={link}x")).await;
    let code = admin.post("/api/join-codes").json(json!({})).await.text("/code");
    app.stranger().post("/join").form(&format!("code={code}&name=Zoe&new_team=zeta")).await;
    app.stranger().post(&format!("/join?code={code}")).form(&format!("code={code}&name=&new_team=zeta")).await;
    secrets.extend([token, "thon_not-a-good-one".to_owned(), link, code]);
    let export = app.operator().get("/api/audit/export").await.with_status(200).body;
    assert!(export.lines().count() > 10, "{export}");
    for secret in secrets {
        assert!(!secret.is_empty() && !export.contains(&secret), "{secret} stands in the audit");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_paged_searched_and_taken_out() {
    let app = TestApp::new().await;
    let organizer = app.organizer().await;
    for name in ["one", "two", "three"] {
        organizer.post("/api/groups").json(json!({ "name": name })).await.with_status(201);
    }
    let first = organizer.get("/api/audit?deed=edit_groups&who=olga&page_size=2").await.with_status(200).json();
    assert_eq!((&first["total"], &first["page"], &first["page_size"]), (&3.into(), &1.into(), &2.into()));
    assert_eq!(first["audit"][0]["object"], "three");
    assert_eq!(
        told(&organizer, "deed=edit_groups&page_size=2&page=2&who=olga").await,
        ["edit_groups created one done"]
    );
    assert_eq!(told(&organizer, "object=TWO").await, ["edit_groups created two done"]);
    let until = first["audit"][1]["at"].as_str().expect("a time").to_owned();
    assert_eq!(told(&organizer, &format!("deed=edit_groups&who=olga&until={until}")).await.len(), 1);
    for query in ["deed=nothing", "outcome=maybe", "page=0", "since=yesterday", "whom=x"] {
        organizer.get(&format!("/api/audit?{query}")).await.with_status(422);
    }
    let export = organizer.get("/api/audit/export?deed=edit_groups&who=olga").await.with_status(200);
    assert_eq!(export.headers["content-type"], "application/x-ndjson");
    let lines: Vec<Value> = export.body.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.iter().map(|line| &line["object"]).collect::<Vec<_>>(), ["three", "two", "one"]);
    app.participant("alpha/alice").await.get("/api/audit").await.with_status(403);
    app.stranger().get("/api/audit").await.with_status(401);
}
