//! `/api/settings`: what an admin may change while THON runs, and what the configuration fixes.

use serde_json::{Value, json};

use crate::app::{Answer, Kind, TestApp};

/// The setting of a key in a list of them.
fn of<'a>(list: &'a Value, key: &str) -> &'a Value {
    let settings = list["settings"].as_array().expect("settings");
    settings.iter().find(|setting| setting["key"] == key).unwrap_or_else(|| panic!("no {key} in {list:#}"))
}

fn errors(answer: Answer) -> String {
    let problem = answer.with_status(422).json();
    let told = problem["errors"].as_array().expect("errors").iter();
    told.map(|error| format!("{}: {}", error["field"], error["message"])).collect::<Vec<_>>().join("\n")
}

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_setting_is_kept_and_counts_after_a_restart(#[case] kind: Kind) {
    let mut app = TestApp::on(kind).await;
    let change = json!({"settings": {"sandbox.image": "thon/mine", "gateway_rate_limit": "500"}});
    let set = app.operator().put("/api/settings").json(change).await.with_status(200).json();
    let image = of(&set, "sandbox.image");
    assert_eq!((&image["value"], &image["in_force"]), (&json!("thon/mine"), &Value::Null));
    assert_eq!((&image["needs_restart"], &image["locked"]), (&json!(true), &json!(false)));
    assert_eq!(of(&set, "gateway.token_limit")["value"], "500");

    app.restart().await;
    let list = app.operator().get("/api/settings").await.with_status(200).json();
    let image = of(&list, "sandbox.image");
    assert_eq!((&image["in_force"], &image["origin"]), (&json!("thon/mine"), &json!("database")));
    assert_eq!((&image["needs_restart"], &image["has_effect"]), (&json!(false), &json!(true)));
    assert_eq!(of(&list, "gateway.token_limit")["has_effect"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_older_address_takes_the_older_names() {
    let app = TestApp::new().await;
    let client = app.operator();
    let address = "/api/instances/settings/external_ip";
    assert_eq!(client.get(address).await.with_status(200).json()["value"], Value::Null);
    let change = json!({"key": "external_ip", "value": "203.0.113.7"});
    client.put(address).json(change).await.with_status(200);
    let told = client.get(address).await.with_status(200).json();
    assert_eq!((&told["key"], &told["value"]), (&json!("external_ip"), &json!("203.0.113.7")));

    // One key has three names.
    let window = "/api/instances/settings/gateway_time_window";
    client.put(window).json(json!({"value": "90"})).await.with_status(200);
    let told = client.get("/api/instances/settings/gateway_rate_limit_window").await.json();
    assert_eq!((&told["key"], &told["value"]), (&json!("gateway_rate_limit_window"), &json!("90")));

    client.put(address).json(json!({"value": ""})).await.with_status(200);
    assert_eq!(client.get(address).await.json()["value"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_value_is_refused_with_all_others() {
    let app = TestApp::new().await;
    let client = app.operator();
    let change = json!({"settings": {
        "external_ip": "203.0.113", "nginx_domain": "a b;", "gateway_mode": "per-usr", "sandbox.image": "good",
    }});
    insta::assert_snapshot!(errors(client.put("/api/settings").json(change).await), @r#"
    "external_ip": "external_ip must be an IP address, found \"203.0.113\""
    "nginx.domain": "nginx.domain must be a domain name such as thon.example.org, found \"a b;\""
    "gateway.mode": "gateway.mode must be one of per-user, per-group, found \"per-usr\"; did you mean per-user?"
    "#);
    let list = client.get("/api/settings").await.json();
    let changed = list["settings"].as_array().expect("settings").iter().filter(|s| s["needs_restart"] == true).count();
    assert_eq!(changed, 0, "{list:#}");

    // What does not go together with the rest is refused too.
    let answer = client.put("/api/settings").json(json!({"settings": {"gateway_enabled": "true"}})).await;
    assert!(errors(answer).contains("there is no model behind the gateway"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_file_says_is_fixed_and_told_with_its_line() {
    let app = TestApp::configured(Kind::Sqlite, "nginx:\n  domain: thon.example.org\n").await;
    let client = app.operator();
    let told = client.get("/api/instances/settings/nginx_domain").await.with_status(200).json();
    assert_eq!((&told["value"], &told["locked"]), (&json!("thon.example.org"), &json!(true)));
    let origin = told["origin"].as_str().expect("a text");
    assert!(origin.contains("/thon.yaml:"), "{origin}");
    let refused = client.put("/api/instances/settings/nginx_domain").json(json!({"value": "other.example"})).await;
    let problem = refused.with_status(409).json();
    assert_eq!(problem["detail"], format!("The setting nginx.domain is fixed by {origin}."));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_setting_is_not_told() {
    let app = TestApp::new().await;
    let client = app.operator();
    for key in ["installation", "auth.local_password", "database.url", "gateway.admin_key", "dashboard.port", "x"] {
        let address = format!("/api/instances/settings/{key}");
        client.get(&address).await.with_status(404);
        client.put(&address).json(json!({"value": "x"})).await.with_status(404);
        client.put("/api/settings").json(json!({"settings": {key: "x"}})).await.with_status(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_is_not_good_any_more_keeps_no_server_from_starting() {
    let mut app = TestApp::new().await;
    let stamp = thon_store::Stamp {
        at: app.now(),
        cause: thon_domain::live::Cause { account: None, name: "a later THON".to_owned() },
    };
    app.store()
        .write(stamp, |w| {
            thon_store::settings::set(w, "gateway.mode", "per-planet")?;
            thon_store::settings::set(w, "sandbox.image", "thon/mine")
        })
        .await
        .expect("written");
    app.restart().await;
    let list = app.operator().get("/api/settings").await.json();
    assert_eq!(of(&list, "gateway.mode")["in_force"], "per-user");
    assert_eq!(of(&list, "sandbox.image")["in_force"], "thon/mine");
}
