//! `thon pause`, `resume`, `terminate`, `recreate` and `renew` against a real server on the simulated runtime.

use serde_json::Value;

use super::{
    Machine,
    served::{Server, machine},
};

/// A server with the demo's three people, all running.
fn demo(port: u16) -> (Machine, Server) {
    let machine = machine(port);
    let server = Server::start(&machine);
    machine.command(&["launch", "--demo", "-q"]).assert().success();
    (machine, server)
}

#[test]
fn everything_is_done_to_those_who_are_named() {
    let (machine, _server) = demo(28360);
    insta::assert_snapshot!(machine.thon(&["pause", "alpha/alice", "ALPHA/bob", "--wait", "20"]), @r"
    exit 0
    -- stdout
    PERSON       OUTCOME
    alpha/alice  paused
    alpha/bob    paused
    -- stderr
    ");
    insta::assert_snapshot!(machine.thon(&["resume", "--group", "alpha", "--wait", "20"]), @r"
    exit 0
    -- stdout
    PERSON       OUTCOME
    alpha/alice  running
    alpha/bob    running
    -- stderr
    ");
    insta::assert_snapshot!(machine.thon(&["renew", "beta/carol", "--minutes", "30"]), @r"
    exit 0
    -- stdout
    PERSON      OUTCOME
    beta/carol  renewed
    -- stderr
    ");
    assert!(machine.thon(&["list", "--group", "beta"]).contains("ENDS"), "there is an end");
    let id = id_of(&machine, "carol");
    insta::assert_snapshot!(machine.thon(&["terminate", &id, "--wait", "20"]), @r"
    exit 0
    -- stdout
    PERSON      OUTCOME
    beta/carol  terminated
    -- stderr
    ");
    insta::assert_snapshot!(machine.thon(&["recreate", "beta/carol", "--wait", "20"]), @r"
    exit 0
    -- stdout
    PERSON      OUTCOME
    beta/carol  running
    -- stderr
    ");
    assert_eq!(id_of(&machine, "carol"), id, "it is the same instance");
    insta::assert_snapshot!(machine.thon(&["resume", "--all"]), @r"
    exit 0
    -- stdout

    -- stderr
    there are no sandboxes that this could be done with
    ");
}

#[test]
fn who_is_refused_is_told_with_the_reason_and_the_others_go_on() {
    let (machine, _server) = demo(28370);
    machine.command(&["terminate", "alpha/bob", "--wait", "20"]).assert().success();
    insta::assert_snapshot!(machine.thon(&["pause", "alpha/alice", "alpha/bob", "--wait", "20"]), @r"
    exit 1
    -- stdout
    PERSON       OUTCOME
    alpha/alice  paused
    alpha/bob    refused
    -- stderr
    error: 1 of 2 did not go well
      alpha/bob: Cannot pause an instance that is terminated.
    ");
    let output = machine.command(&["pause", "alpha/alice", "alpha/bob", "--json"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    let told: Vec<_> = told["results"].as_array().expect("results").iter().collect();
    assert_eq!((&told[0]["user"], &told[0]["status"]), (&"alpha/alice".into(), &"paused".into()));
    assert_eq!((&told[1]["user"], &told[1]["status"]), (&"alpha/bob".into(), &"error".into()));
}

#[test]
fn many_are_asked_about_first() {
    let (machine, _server) = demo(28380);
    insta::assert_snapshot!(machine.thon(&["terminate", "--all"]), @r"
    exit 1
    -- stdout

    -- stderr
    terminate 3 of them: what runs there ends, files stay
    error: nothing was changed: there is nobody to ask
    hint: add --yes to do it without asking
    ");
    let all = machine.thon(&["terminate", "--all", "--yes", "--wait", "20"]);
    assert!(all.starts_with("exit 0") && all.matches("terminated").count() == 3, "{all}");
}

#[test]
fn who_is_meant_has_to_be_said() {
    let (machine, _server) = demo(28390);
    insta::assert_snapshot!(machine.thon(&["pause", "alpha/alic"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: alpha/alic has no sandbox; did you mean alpha/alice?
    hint: `thon list` shows who has one
    ");
    for arguments in [&["pause"][..], &["pause", "alpha/alice", "--all"], &["pause", "--group", "alpha", "--all"]] {
        assert!(machine.thon(arguments).starts_with("exit 1"), "{arguments:?}");
    }
}

fn id_of(machine: &Machine, name: &str) -> String {
    let output = machine.command(&["list", "--json"]).output().expect("it runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    let instances = document["instances"].as_array().expect("instances");
    let found = instances.iter().find(|one| one["user"]["username"] == name).expect("they have one");
    found["id"].as_str().expect("an id").to_owned()
}
