//! `/api/jobs`: long work that people can look at, come back to and call off.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::app::{Kind, TestApp};

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

/// Waits until each item of a job has an outcome.
async fn over(app: &TestApp, id: &str) -> Value {
    let looking = async {
        loop {
            let job = app.operator().get(&format!("/api/jobs/{id}")).await.with_status(200).json();
            if job["finished_at"].is_string() {
                return job;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(30), looking).await.unwrap_or_else(|_| panic!("job {id} is not over"))
}

fn items(job: &Value) -> Vec<String> {
    let items = job["items"].as_array().expect("items").iter();
    items
        .map(|item| format!("{} {}", item["label"].as_str().unwrap_or("-"), item["state"].as_str().unwrap_or("-")))
        .collect()
}

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_launched_and_the_job_outlives_a_restart(#[case] kind: Kind) {
    let mut app = TestApp::on(kind).await;
    let wish = json!({"kind": "launch"});
    let begun = app.operator().post("/api/jobs").json(wish.clone()).await.with_status(202);
    let id = begun.text("/job/id");
    assert_eq!((begun.text("/job/state").as_str(), begun.text("/job/counts/total").as_str()), ("running", "3"));
    app.restart().await;
    let job = over(&app, &id).await;
    assert_eq!(items(&job), ["alpha/alice done", "alpha/bob done", "beta/carol done"], "{job:#}");
    assert_eq!(
        (&job["state"], &job["counts"]["done"], &job["asked_by"]),
        (&"done".into(), &3.into(), &"operator".into())
    );
    let nobody = app.operator().post("/api/jobs").json(wish).await.with_status(202);
    assert_eq!(nobody.json(), json!({"job": null}), "everybody runs");
    let listed = app.organizer().await.get("/api/jobs?page_size=1").await.with_status(200);
    assert_eq!((listed.text("/total").as_str(), listed.text("/jobs/0/id")), ("1", id));
    assert!(listed.json()["jobs"][0].get("items").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_many_names_its_job() {
    let app = TestApp::new().await;
    let client = app.operator();
    let launched = client.post("/api/instances/launch-missing").json(json!({"group": "alpha"})).await.with_status(202);
    let job = over(&app, &launched.text("/job_id")).await;
    assert_eq!(items(&job), ["alpha/alice done", "alpha/bob done"]);
    let ids: Vec<String> = (0..2).map(|nth| launched.text(&format!("/instances/{nth}/id"))).collect();
    let asked = json!({"instance_ids": [ids[0], NOBODY, ids[1]]});
    let paused = client.post("/api/instances/bulk/pause").json(asked).await.with_status(200);
    let job = over(&app, &paused.text("/job_id")).await;
    assert_eq!(items(&job), ["alpha/alice done", &format!("{NOBODY} refused"), "alpha/bob done"]);
    assert_eq!(job["items"][1]["error"], "There is no such instance.");
    let empty = client.post("/api/instances/bulk/pause").json(json!({"instance_ids": []})).await.with_status(200);
    assert_eq!(empty.json(), json!({"results": []}), "nobody was asked, so there is no job");
    let group = client.get("/api/groups").await.text("/0/id");
    let stopped = client.post(&format!("/api/groups/{group}/stop")).await.with_status(200);
    assert_eq!(over(&app, &stopped.text("/job_id")).await["kind"], "terminate");
    let started = client.post(&format!("/api/groups/{group}/start")).await.with_status(202);
    over(&app, &started.text("/job_id")).await;
    let users = json!({"user_ids": [app.user("beta/carol").await]});
    let one = client.post("/api/instances/bulk/launch").json(users).await.with_status(200);
    assert_eq!(items(&over(&app, &one.text("/job_id")).await), ["beta/carol done"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_called_off_once_and_only_while_it_goes_on() {
    let app = TestApp::new().await;
    let begun = app.operator().post("/api/jobs").json(json!({"kind": "launch"})).await.with_status(202);
    let id = begun.text("/job/id");
    let cancelled = app.operator().post(&format!("/api/jobs/{id}/cancel")).await.with_status(200).json();
    let (left, goes_on) = (cancelled["left_queue"].as_u64(), cancelled["go_on"].as_u64());
    assert_eq!(left.zip(goes_on).map(|(left, goes_on)| left + goes_on), Some(3), "{cancelled:#}");
    let job = over(&app, &id).await;
    assert_eq!(job["state"], "cancelled");
    insta::assert_snapshot!(app.operator().post(&format!("/api/jobs/{id}/cancel")).await, @r#"
    409
    {
      "code": "conflict",
      "detail": "This job is over already.",
      "hint": "Look at what became of it.",
      "request_id": "[request id]",
      "status": 409,
      "title": "Not possible now",
      "type": "about:blank"
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_their_askers_and_the_organizers() {
    let app = TestApp::new().await;
    let id = app.running("alpha/alice").await;
    let alice = app.participant("alpha/alice").await;
    let own = alice.post("/api/jobs").json(json!({"kind": "pause", "instance_ids": [id]})).await.with_status(202);
    let own = format!("/api/jobs/{}", own.text("/job/id"));
    alice.get(&own).await.with_status(200);
    assert_eq!(alice.get("/api/jobs").await.text("/total"), "1");
    let bob = app.participant("alpha/bob").await;
    bob.get(&own).await.with_status(404);
    bob.post(&format!("{own}/cancel")).await.with_status(404);
    assert_eq!(bob.get("/api/jobs").await.text("/total"), "0");
    bob.post("/api/jobs").json(json!({"kind": "launch"})).await.with_status(403);
    app.organizer().await.get(&own).await.with_status(200);
    app.operator().get(&format!("/api/jobs/{NOBODY}")).await.with_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_makes_no_sense_is_refused() {
    let app = TestApp::new().await;
    for wish in [
        json!({"kind": "sleep"}),
        json!({"kind": "pause"}),
        json!({"kind": "pause", "user_ids": [NOBODY]}),
        json!({"kind": "pause", "instance_ids": [NOBODY], "timeout_minutes": 5}),
        json!({"kind": "launch", "instance_ids": [NOBODY]}),
        json!({"kind": "launch", "user_ids": [NOBODY], "group": "alpha"}),
        json!({"kind": "launch", "timeout_minutes": 5}),
    ] {
        app.operator().post("/api/jobs").json(wish).await.with_status(422);
    }
    app.operator().post("/api/jobs").json(json!({"kind": "launch", "group": "nobody"})).await.with_status(404);
    let jobs = app.operator().get("/api/jobs").await.with_status(200).json();
    assert_eq!(jobs["total"], 0);
}
