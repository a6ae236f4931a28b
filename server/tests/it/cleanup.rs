//! What is left over in Docker: told, removed only as told, and never a stranger's or somebody's files by themselves.

use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp},
    docker::{Event, Server, docker},
};

const PATH: &str = "/api/system/cleanup";

async fn leftovers(server: &Server<'_>) -> Value {
    server.operator().get(PATH).await.with_status(200).json()
}

fn names(list: &Value) -> Vec<String> {
    let names = list.as_array().expect("a list").iter().map(|told| told["name"].as_str().expect("a name").to_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

async fn clean(server: &Server<'_>, digest: &Value, more: Value) -> Answer {
    let mut wish = json!({ "digest": digest });
    wish.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    server.operator().post(PATH).json(wish).await
}

/// A container that never runs and is gone with the test.
struct Stray(String);

impl Stray {
    fn new(event: &Event, word: &str, labels: &[&str]) -> Self {
        let name = format!("stray-{}-{word}", event.group);
        let mut arguments = vec!["create", "--name", &name];
        for label in labels {
            arguments.extend(["--label", label]);
        }
        arguments.push(crate::docker::IMAGE);
        docker(&arguments);
        Self(name)
    }

    fn is_there(&self) -> bool {
        !docker(&["ps", "--all", "--quiet", "--filter", &format!("name=^{}$", self.0)]).is_empty()
    }
}

impl Drop for Stray {
    fn drop(&mut self) {
        if self.is_there() {
            docker(&["rm", "--force", &self.0]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_leftovers_are_removed_as_they_were_shown() {
    let event = Event::new("cleanup");
    let server = event.server().await;
    server.launch("p1").await;
    assert_eq!(leftovers(&server).await["things"], json!([]), "a sandbox that runs is nobody's rubbish");
    let mark = format!("thon.installation={}", event.installation());
    let (first, stranger) =
        (Stray::new(&event, "one", &[&mark]), Stray::new(&event, "foreign", &["thon.installation=another"]));
    let seen = leftovers(&server).await;
    assert_eq!(names(&seen["things"]), std::slice::from_ref(&first.0));
    assert_eq!(seen["things"][0]["why"], "it carries THON's mark and is no sandbox");

    // Another one has come: nothing is removed, and the answer tells what is so now.
    let second = Stray::new(&event, "two", &[&mark]);
    let changed = clean(&server, &seen["digest"], json!({})).await.with_status(409);
    assert_eq!(changed.header("content-type"), "application/problem+json");
    assert_eq!(names(&changed.json()["leftovers"]["things"]), [first.0.clone(), second.0.clone()]);
    assert!(first.is_there() && second.is_there());

    let said = server.said(&["cleanup", "--dry-run"]).await;
    assert!(said.contains(&first.0) && first.is_there(), "{said}");
    let nobody = server.said(&["cleanup"]).await;
    assert!(nobody.contains("nothing was removed: there is nobody to ask") && first.is_there(), "{nobody}");
    let said = server.said(&["cleanup", "--yes"]).await;
    assert!(said.contains("2 removed"), "{said}");
    assert!(!first.is_there() && !second.is_there() && stranger.is_there());
    server.all_running().await;
    assert_eq!(event.containers().len(), 1, "the sandbox that runs was left alone");
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_volumes_of_the_deleted_stay_until_they_are_named() {
    let event = Event::new("orphans");
    let server = event.server().await;
    // The first one stays, so that the sandboxes' network is never empty.
    server.launch("p1").await;
    server.launch("p2").await;
    let operator = server.operator();
    let users = operator.get("/api/users?search=p2").await;
    operator.delete(&format!("/api/users/{}", users.text("/users/0/id"))).await.with_status(200);
    server.healed(&event).await;
    let orphans = ["home", "workspace"].map(|kind| format!("thon-{kind}-{}-p2", event.group));
    let seen = loop {
        let seen = leftovers(&server).await;
        // Until the sandbox is gone, they are in use.
        if seen["volumes"].as_array().is_some_and(|volumes| !volumes.is_empty()) {
            break seen;
        }
    };
    assert_eq!((names(&seen["volumes"]), names(&seen["things"])), (orphans.to_vec(), vec![]));
    let told = &seen["volumes"][0];
    assert_eq!(told["owner"], format!("{}-p2, deleted", event.group));
    assert!(told["size_bytes"].as_u64() > Some(0) && told["created_at"].is_string(), "{told:#}");

    let volumes = || docker(&["volume", "ls", "--quiet", "--filter", &format!("name={}-p2", event.group)]);
    clean(&server, &seen["digest"], json!({})).await.with_status(200);
    assert_eq!(volumes().lines().count(), 2, "never unless asked");
    let unknown = json!({ "volume_names": [format!("thon-home-{}-p1", event.group)] });
    clean(&server, &seen["digest"], unknown).await.with_status(404);
    let one = clean(&server, &seen["digest"], json!({ "volume_names": [orphans[0]] })).await.with_status(200);
    assert_eq!(names(&one.json()["removed"]), std::slice::from_ref(&orphans[0]));
    assert_eq!(volumes().trim(), orphans[1]);
    let said = server.said(&["cleanup", "--volumes", "--yes"]).await;
    assert!(said.contains("1 removed") && volumes().is_empty(), "{said}");
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_admin_cleans_up_and_organizers_may_look() {
    let app = TestApp::new().await;
    let organizer = app.organizer().await;
    let seen = organizer.get(PATH).await.with_status(200).json();
    assert_eq!((&seen["things"], &seen["volumes"]), (&json!([]), &json!([])));
    let wish = json!({ "digest": seen["digest"] });
    organizer.post(PATH).json(wish.clone()).await.with_status(403);
    app.participant("alpha/alice").await.get(PATH).await.with_status(403);
    let done = app.admin().await.post(PATH).json(wish).await.with_status(200);
    assert_eq!(done.json(), json!({ "removed": [], "left": [] }));
    let wrong = json!({ "digest": "x", "everything": true });
    app.operator().post(PATH).json(wrong).await.with_status(422);
}
