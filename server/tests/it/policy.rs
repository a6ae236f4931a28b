//! Who may do what: every address of the server, asked by everybody.
//!
//! The rows come from the code: what the API's description lists, what server functions are registered, which pages the
//! app has. A row that nobody has thought about fails the test. Every cell is an answer of the real server.

use std::collections::BTreeSet;

use serde_json::json;
use thon_domain::{
    api_token::Scope,
    id::{InstanceId, UserId},
};
use thon_server::http::pages;

use crate::app::{Answer, Client, TestApp};

/// What ends the session of whoever asks, or all others of theirs.
const ENDS_SESSIONS: [&str; 3] = ["/sign-", "/auth/logout", "session"];

mod row;

use row::{Row, Subject};

/// What is neither in the API's description nor a server function nor a page.
const BY_HAND: &[&str] = &[
    "POST /sign-in",
    "POST /sign-in/link",
    "POST /join",
    "POST /sign-out",
    "GET /healthz",
    "GET /readyz",
    "GET /docs/",
    "GET /api/openapi.json",
    "GET /api/unknown",
    "GET /unknown",
    "GET /favicon.svg",
    "GET /ca",
    "GET /ca.crt",
    "GET /ca.der",
    "GET /.well-known/acme-challenge/{token}",
    "GET /pkg/thon.js",
    "GET /fonts/inter.woff2",
];

#[tokio::test(flavor = "multi_thread")]
async fn everybody_asks_for_everything() {
    let app = TestApp::new().await;
    app.operator().post("/api/groups/events").json(json!({ "event_id": "elsewhere" })).await.with_status(201);
    let own = subject(&app, "alpha/alice").await;
    let others = subject(&app, "alpha/bob").await;
    let programs = Programs::with_tokens(&app).await;
    let mut table = vec![line(
        "",
        [
            "stranger",
            "participant",
            "(others')",
            "mentor",
            "judge",
            "organizer",
            "(elsewhere)",
            "admin",
            "operator",
            "admin: read",
            "admin: write",
            "admin: admin",
            "alice: admin",
            "(others')",
        ],
    )];
    let mut people = People::signed_in(&app).await;
    for name in addresses(&app).await {
        // Who has been to these is somebody else, or nobody, afterwards.
        let changes_who_asks = ENDS_SESSIONS.iter().any(|end| name.contains(end));
        let rows =
            Row::of(&name).unwrap_or_else(|| panic!("nobody has said who may `{name}`: add it to policy/row.rs"));
        for row in rows {
            let stranger = verdict(&row, &own, app.stranger()).await;
            let participant = verdict(&row, &own, people.alice.clone()).await;
            let again = if changes_who_asks { app.participant("alpha/alice").await } else { people.alice.clone() };
            let cells = [
                stranger,
                participant,
                verdict(&row, &others, again).await,
                verdict(&row, &own, people.mentor.clone()).await,
                verdict(&row, &own, people.judge.clone()).await,
                verdict(&row, &own, people.organizer.clone()).await,
                verdict(&row, &own, people.elsewhere.clone()).await,
                verdict(&row, &own, people.admin.clone()).await,
                verdict(&row, &own, app.operator()).await,
                verdict(&row, &own, programs.admin[0].clone()).await,
                verdict(&row, &own, programs.admin[1].clone()).await,
                verdict(&row, &own, programs.admin[2].clone()).await,
                verdict(&row, &own, programs.alice.clone()).await,
                verdict(&row, &others, programs.alice.clone()).await,
            ];
            table.push(line(&row.name, cells.each_ref().map(String::as_str)));
            if changes_who_asks {
                people = People::signed_in(&app).await;
            }
        }
    }
    insta::assert_snapshot!(table.join("\n"));
}

fn line(name: &str, cells: [&str; 14]) -> String {
    let line = cells.iter().fold(format!("{name:<52}"), |line, cell| format!("{line} {cell:<12}"));
    line.trim_end().to_owned()
}

/// Those who are signed in. All come from one address, which may not sign in as often as there are rows.
struct People {
    alice: Client,
    mentor: Client,
    judge: Client,
    organizer: Client,
    /// An organizer of another event, in which none of the others is.
    elsewhere: Client,
    admin: Client,
}

impl People {
    async fn signed_in(app: &TestApp) -> Self {
        Self {
            alice: app.participant("alpha/alice").await,
            mentor: app.with_role("mentor").await,
            judge: app.with_role("judge").await,
            organizer: app.organizer().await,
            elsewhere: app.with_role_in("organizer", "elsewhere").await,
            admin: app.admin().await,
        }
    }
}

/// Programs with a token: the admin's for each scope, and one that may more than its owner.
struct Programs {
    admin: [Client; 3],
    alice: Client,
}

impl Programs {
    async fn with_tokens(app: &TestApp) -> Self {
        let (admin, alice) = (app.admin().await, app.participant("alpha/alice").await);
        Self {
            admin: [
                app.program(&admin, Scope::Read).await,
                app.program(&admin, Scope::Write).await,
                app.program(&admin, Scope::Admin).await,
            ],
            alice: app.program(&alice, Scope::Admin).await,
        }
    }
}

/// Everything that can be asked for, each once, in order.
async fn addresses(app: &TestApp) -> BTreeSet<String> {
    let description = app.admin().await.get("/api/openapi.json").await.json();
    let paths = description["paths"].as_object().expect("paths").clone();
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().expect("methods").keys();
        methods.map(|method| format!("{} {path}", method.to_uppercase())).collect::<Vec<_>>()
    });
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, method)| format!("{method} {path}"));
    let pages = pages::paths().into_iter().map(|path| format!("GET {path}"));
    let all: BTreeSet<String> =
        operations.chain(functions).chain(pages).chain(BY_HAND.iter().map(|row| (*row).to_owned())).collect();
    assert!(all.iter().any(|row| row.contains("/sfn/")) && all.contains("GET /me"), "{all:?}");
    all
}

async fn subject(app: &TestApp, name: &str) -> Subject {
    let user: UserId = app.user(name).await;
    let instance: InstanceId = app.running(name).await;
    let (group, user_name) = name.split_once('/').expect("group/user");
    let renewal = json!({"kind": "renew", "instance_ids": [instance]});
    let job = app.operator().post("/api/jobs").json(renewal).await.with_status(202).text("/job/id");
    let group_id = app.operator().get(&format!("/api/users/{user}")).await.with_status(200).text("/group_id");
    Subject {
        user,
        group: group_id.parse().expect("an id"),
        instance,
        name: user_name.to_owned(),
        slug: format!("{group}-{user_name}"),
        job,
    }
}

async fn verdict(row: &Row, subject: &Subject, client: Client) -> String {
    word(&row.ask(&client, subject).await, &row.name)
}

/// What an answer means to the one who asked.
fn word(answer: &Answer, row: &str) -> String {
    let status = answer.status.as_u16();
    assert!(status < 500, "{row}: {status} {}", answer.body);
    // Whether the site is built is no matter of who asks.
    let asset = ["GET /pkg/", "GET /fonts/", "GET /favicon"].iter().any(|start| row.starts_with(start));
    match status {
        302 | 303 => place(answer.header("location")).to_owned(),
        200 | 404 if asset && !answer.body.contains("not-found") => "yes".to_owned(),
        401 => "sign in".to_owned(),
        403 => "no".to_owned(),
        404 => "-".to_owned(),
        101 | 200..=202 | 409 => "yes".to_owned(),
        other => format!("{other}!"),
    }
}

/// What it means to be sent elsewhere.
fn place(location: &str) -> &'static str {
    match location {
        to if to.starts_with("/sign-in?next=") => "sign in",
        to if to.starts_with("/sign-in?error=") => "refused",
        to if to.contains("/.thon/enter?t=") => "to editor",
        "/sign-in" => "to sign-in",
        to if to.starts_with("/join") => "to join",
        "/" => "to /",
        other => panic!("nobody has said what it means to be sent to {other}"),
    }
}
