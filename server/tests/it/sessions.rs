//! Sessions: what a browser holds, how long it is good, and what ends it.

use chrono::TimeDelta;
use thon_core::secret::hash_of;
use thon_store::{sessions, sessions::SessionRow};

use crate::app::{Client, Kind, TestApp};

const COOKIE: &str = "thon_session";

async fn status(client: &Client) -> u16 {
    client.get("/api/groups").await.status.as_u16()
}

async fn row(app: &TestApp, client: &Client) -> Option<SessionRow> {
    let hash = hash_of(&client.cookie(COOKIE));
    app.store().read(move |c| sessions::find(c, &hash)).await.expect("it is read")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_for_this_host_and_for_no_script() {
    let app = TestApp::new().await;
    let secret = app.link_of("alpha/alice").await;
    let answer = app.stranger().post("/sign-in/link").form(&format!("t={secret}")).await;
    let (_, flags) = answer.header("set-cookie").split_once(';').expect("flags");
    insta::assert_snapshot!(flags.trim(), @"HttpOnly; SameSite=Lax; Path=/; Max-Age=86400");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_no_cookie() {
    let app = TestApp::new().await;
    for target in ["/sign-in", "/me", "/api/groups", "/healthz"] {
        let answer = app.stranger().visit(target).await;
        assert_eq!(answer.header("set-cookie"), "", "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_changes_at_every_sign_in() {
    let app = TestApp::new().await;
    let alice = app.participant("alpha/alice").await;
    let (planted, secret) = (alice.cookie(COOKIE), app.link_of("alpha/bob").await);
    alice.post("/sign-in/link").form(&format!("t={secret}")).await;
    assert_ne!(alice.cookie(COOKIE), planted);
    let old = app.stranger();
    old.set_cookie(COOKIE, &planted);
    assert_eq!(status(&old).await, 401, "whoever planted the id gains nothing");
    let invented = app.stranger();
    invented.set_cookie(COOKIE, "AAAAAAAAAAAAAAAAAAAAAA");
    invented.post("/sign-in/link").form(&format!("t={secret}")).await;
    assert_ne!(invented.cookie(COOKIE), "AAAAAAAAAAAAAAAAAAAAAA");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_it_on_both_sides() {
    let app = TestApp::new().await;
    let alice = app.participant("alpha/alice").await;
    let id = alice.cookie(COOKIE);
    assert_eq!(alice.post("/sign-out").form("").await.location(), "/sign-in");
    assert_eq!(alice.cookie(COOKIE), "");
    alice.set_cookie(COOKIE, &id);
    assert_eq!(status(&alice).await, 401);
    assert_eq!(row(&app, &alice).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_cookies_of_one_name_are_none() {
    let app = TestApp::new().await;
    let alice = app.participant("alpha/alice").await;
    let own = format!("{COOKIE}={}", alice.cookie(COOKIE));
    for cookies in [format!("{own}; {own}"), format!("{COOKIE}=x; {own}"), format!("{own}; a=b; {COOKIE}=")] {
        let answer = alice.get("/api/groups").header("cookie", &cookies).await;
        assert_eq!(answer.status, 401, "{cookies}");
    }
    alice.get("/api/groups").header("cookie", &format!("a=b; {own}; c=d")).await.with_status(200);
}

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_signs_nobody_out(#[case] kind: Kind) {
    let mut app = TestApp::on(kind).await;
    let alice = app.participant("alpha/alice").await;
    app.restart().await;
    assert_eq!(status(&alice).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_does_not_know_the_id() {
    let app = TestApp::new().await;
    let alice = app.participant("alpha/alice").await;
    let kept = row(&app, &alice).await.expect("a session under the hash");
    assert!(!format!("{kept:?}").contains(&alice.cookie(COOKIE)), "{kept:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_slides_without_a_write_per_request() {
    let app = TestApp::new().await;
    let alice = app.participant("alpha/alice").await;
    alice.get("/api/groups").await.with_status(200);
    let first = row(&app, &alice).await.expect("a session").expires_at;
    app.pass(TimeDelta::minutes(9));
    alice.get("/api/groups").await.with_status(200);
    assert_eq!(row(&app, &alice).await.expect("a session").expires_at, first, "nine minutes are not worth a write");
    app.pass(TimeDelta::minutes(2));
    let touched = alice.get("/api/groups").await.with_status(200);
    let moved = row(&app, &alice).await.expect("a session").expires_at - first;
    assert!((TimeDelta::minutes(10)..TimeDelta::minutes(12)).contains(&moved), "{moved}");
    assert!(touched.header("set-cookie").contains("Max-Age=86400"), "{touched:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_without_use_it_is_over() {
    let app = TestApp::new().await;
    let alice = app.participant("alpha/alice").await;
    for _ in 0..3 {
        app.pass(TimeDelta::hours(23));
        assert_eq!(status(&alice).await, 200);
    }
    app.pass(TimeDelta::hours(25));
    assert_eq!(status(&alice).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_where_one_is_signed_in_and_ends_it_there() {
    let mut app = TestApp::new().await;
    let secret = app.link_of("alpha/alice").await;
    let phone = app.stranger();
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";
    phone.post("/sign-in/link").form(&format!("t={secret}")).header("user-agent", agent).await.with_status(303);
    app.pass(TimeDelta::hours(2));
    let laptop = app.signed_in(&secret).await;
    let bob = app.participant("alpha/bob").await;
    app.restart().await;
    let list = laptop.get("/api/auth/sessions").await.with_status(200);
    let found: Vec<_> = list.json()["sessions"].as_array().expect("sessions").clone();
    assert_eq!(found.len(), 2, "{list}");
    assert_eq!((&found[0]["current"], &found[1]["current"]), (&true.into(), &false.into()));
    assert_eq!(found[1]["device"], "Firefox on Linux");
    assert_eq!(found[1]["signed_in_by"], "link");
    assert_eq!(found[1]["address"], "127.0.0.1");
    assert!(!list.body.contains(&laptop.cookie(COOKIE)) && !list.body.contains(&phone.cookie(COOKIE)));
    let page = laptop.visit("/account").await.with_status(200);
    assert!(page.body.contains("Firefox on Linux") && page.body.contains("this device"), "{}", page.body);

    let id = found[1]["id"].as_str().expect("an id");
    bob.delete(&format!("/api/auth/sessions/{id}")).await.with_status(404);
    assert_eq!(status(&phone).await, 200, "it is nobody else's to end");
    laptop.delete(&format!("/api/auth/sessions/{id}")).await.with_status(200);
    assert_eq!((status(&phone).await, status(&laptop).await, status(&bob).await), (401, 200, 200));
    laptop.delete(&format!("/api/auth/sessions/{id}")).await.with_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_others_end_at_once_and_a_narrow_token_ends_none() {
    let app = TestApp::new().await;
    let secret = app.link_of("alpha/alice").await;
    let devices = [app.signed_in(&secret).await, app.signed_in(&secret).await, app.signed_in(&secret).await];
    let program = app.program(&devices[0], thon_domain::api_token::Scope::Write).await;
    program.delete("/api/auth/sessions").await.with_status(403);
    let ended = devices[0].delete("/api/auth/sessions").await.with_status(200);
    assert_eq!(ended.json()["count"], 2);
    assert_eq!(status(&devices[0]).await, 200);
    for other in &devices[1..] {
        assert_eq!(status(other).await, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_ended_elsewhere_takes_its_editor_along() {
    let app = TestApp::new().await;
    app.running("alpha/alice").await;
    let secret = app.link_of("alpha/alice").await;
    let (here, there) = (app.signed_in(&secret).await, app.signed_in(&secret).await);
    let opened = there.visit("/open/alpha-alice?to=/").await;
    let window = there.at("alpha-alice");
    let (_, ticket) = opened.location().split_once("/.thon/").expect("a ticket");
    window.visit(&format!("/.thon/{ticket}")).await.with_status(303);
    let mut tunnel = window.tunnel().await.expect("an open editor");
    here.delete("/api/auth/sessions").await.with_status(200);
    let end = tokio::time::timeout(std::time::Duration::from_secs(5), async {
        use tokio::io::AsyncReadExt as _;
        let mut rest = Vec::new();
        tunnel.read_to_end(&mut rest).await.ok();
    });
    end.await.expect("it is cut within five seconds");
}
