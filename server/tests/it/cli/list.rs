//! `thon list`, by group and state.

use serde_json::Value;

use super::served::{Server, machine};

#[test]
fn sandboxes_are_listed_by_group_and_state() {
    let machine = machine(28260);
    let _server = Server::start(&machine);
    let nobody = machine.thon(&["launch", "--from-db"]);
    assert!(nobody.starts_with("exit 1") && nobody.contains("there is nobody in the database yet"), "{nobody}");
    insta::assert_snapshot!(machine.thon(&["list"]), @r"
    exit 0
    -- stdout

    -- stderr
    there are no such sandboxes
    ");

    machine.command(&["launch", "--demo", "-q"]).assert().success();
    machine.command(&["launch", "--from-db", "-q"]).assert().success();
    let list = |arguments: &[&str]| -> Vec<String> {
        let output = machine.command(&[&["list", "--json"], arguments].concat()).output().expect("it runs");
        let document: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
        let instances = document["instances"].as_array().expect("instances").clone();
        instances.iter().map(|one| one["user"]["username"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(list(&[]), ["alice", "bob", "carol"]);
    assert_eq!(list(&["--group", "BETA"]), ["carol"]);
    assert_eq!(list(&["--state", "running", "--state", "failed"]).len(), 3);
    assert!(list(&["--state", "paused"]).is_empty());

    let table = machine.thon(&["list", "--group", "alpha"]);
    let lines: Vec<&str> = table.lines().filter(|line| line.contains("alpha/")).collect();
    assert_eq!(lines.len(), 2, "{table}");
    assert!(
        lines[0].starts_with("alpha/alice  Running  ") && lines[0].ends_with(" http://alpha-alice.localhost:28260/")
    );
    insta::assert_snapshot!(machine.thon(&["list", "--group", "gamma"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: There is no group gamma.
    ");
    insta::assert_snapshot!(machine.thon(&["list", "--state", "asleep"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: invalid value 'asleep' for '--state <STATE>': there are: pending, running, pausing, paused, resuming, stopping, terminated, failed

    For more information, try '--help'.
    ");
}
