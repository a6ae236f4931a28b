//! Whoever asks, by a page, by REST or on the command line, gets the same sandbox.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::{
    app::Client,
    docker::{Event, Server, docker},
};

/// What a sandbox is made of, with what is its person's own taken out.
fn made_of(event: &Event, person: &str) -> String {
    let name = event.container_of(person);
    let told: Value = serde_json::from_str(&docker(&["inspect", &name])).expect("JSON");
    let (config, host) = (&told[0]["Config"], &told[0]["HostConfig"]);
    let mut env: Vec<String> = config["Env"].as_array().expect("variables").iter().map(ToString::to_string).collect();
    env.retain(|variable| !["HASHED_PASSWORD", "THON_AGENT_TOKEN"].iter().any(|own| variable.contains(own)));
    env.sort();
    let labels: Vec<&String> = config["Labels"].as_object().expect("labels").keys().collect();
    let limits = ["Memory", "MemorySwap", "NanoCpus", "PidsLimit", "CapDrop", "CapAdd", "SecurityOpt", "RestartPolicy"];
    let limits: Vec<String> = limits.map(|key| format!("{key}={}", host[key])).to_vec();
    let mounts = host["Mounts"].as_array().cloned().unwrap_or_default();
    let mounts: Vec<String> = mounts.iter().map(ToString::to_string).collect();
    let files =
        "cd ~ && find . -type f -path '*code-server*' -name '*.json' -o -name config.yaml | sort | xargs -r sha256sum";
    let files = docker(&["exec", &name, "sh", "-c", files]);
    let all = format!("{env:?} {} {} {labels:?} {limits:?} {mounts:?} {files}", config["Image"], config["Cmd"]);
    all.replace(&format!("-{person}"), "-somebody").replace(&format!("={person}"), "=somebody")
}

/// Waits until code-server has written the list of extensions, as it does a moment after it answers.
async fn has_its_extensions(event: &Event, person: &str) {
    let name = event.container_of(person);
    let look = "test -s ~/.local/share/code-server/extensions/extensions.json && echo there || true";
    let written = async {
        while docker(&["exec", &name, "sh", "-c", look]).is_empty() {
            sleep(Duration::from_millis(200)).await;
        }
    };
    timeout(Duration::from_secs(30), written).await.expect("code-server has written its list of extensions");
}

/// The admin's browser: pages are not on the operator's socket.
async fn admins_browser(event: &Event, server: &Server<'_>) -> Client {
    let link = server.operator().post("/api/sign-in-links").json(json!({})).await.with_status(201).text("/url");
    let (_, secret) = link.split_once("?t=").expect("a secret");
    let browser = Client::new(event.port());
    assert_eq!(browser.post("/sign-in/link").form(&format!("t={secret}")).await.location(), "/");
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_pages_rest_and_command_line_make_the_same_sandbox() {
    let event = Event::new("same");
    let server = event.server().await;
    server.launch("p1").await;
    let operator = server.operator();
    let p2 = operator.get("/api/users?search=p2").await.text("/users/0/id");
    let browser = admins_browser(&event, &server).await;
    browser.post("/sfn/launch_user").form(&format!("user={p2}")).await.with_status(200);
    let said = server.said(&["launch", "--from-db", "--group", &event.group, "--yes"]).await;
    server.all_running().await;
    for person in ["p1", "p2", "p3"] {
        has_its_extensions(&event, person).await;
    }
    let by_rest = made_of(&event, "p1");
    assert!(by_rest.contains("Memory=536870912") && by_rest.contains("somebody"), "{by_rest}");
    assert_eq!(made_of(&event, "p2"), by_rest, "a page");
    assert_eq!(made_of(&event, "p3"), by_rest, "the command line: {said}");
    server.stop();
}
