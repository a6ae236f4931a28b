//! `thon launch --ephemeral`: what it has launched ends with it, and nothing else does.

use std::{
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    Machine,
    served::{Server, machine},
};

/// State and kind of every instance, by person.
fn listed(machine: &Machine) -> Vec<(String, String, bool)> {
    let output = machine.command(&["list", "--json"]).output().expect("it runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let instances = document["instances"].as_array().expect("instances").iter();
    instances.map(|one| (text(&one["slug"]), text(&one["state"]), one["ephemeral"] == true)).collect()
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "not within 30 s: {what}");
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn what_is_launched_to_pass_ends_with_its_command() {
    let machine = machine(28280);
    let _server = Server::start(&machine);
    machine.thon(&["launch", "--demo", "--group", "beta"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_thon"));
    command.args(["launch", "--from-db", "--ephemeral"]).env_clear().env("HOME", machine.path());
    let mut child =
        command.current_dir(machine.path()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let running = |slug: &str, passing| (slug.to_owned(), "Running".to_owned(), passing);
    let all = [running("alpha-alice", true), running("alpha-bob", true), running("beta-carol", false)];
    until("everybody runs", || listed(&machine) == all);
    assert!(child.try_wait().expect("it is ours").is_none(), "it stays");
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(interrupted.success());
    // Whether it had seen everybody run when it was interrupted is chance; it ends by itself in any case.
    assert!(child.wait().expect("it ends").code().is_some());
    until("what was launched has ended", || {
        let now = listed(&machine);
        now.iter().all(|(_, state, passing)| *passing == (state == "Terminated")) && now[2] == all[2]
    });
}
