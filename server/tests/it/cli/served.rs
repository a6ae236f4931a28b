//! The commands that talk to a server, against a real one on the simulated runtime.

use std::{
    fs,
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread::{self, sleep},
    time::{Duration, Instant},
};

use serde_json::Value;

use super::Machine;

/// A machine whose server listens on `port` and gives its sandboxes the ports after it: each test has its own.
pub(super) fn machine(port: u16) -> Machine {
    Machine::with_yaml(&format!(
        "dashboard: {{port: {port}}}\nsandbox: {{runtime: simulated, starting_port: {}}}\n",
        port + 1
    ))
}

/// A server in the foreground, ended with the test.
pub(super) struct Server(Child);

impl Server {
    pub fn start(machine: &Machine) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_thon"));
        command.arg("run").env_clear().env("HOME", machine.path()).current_dir(machine.path());
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let server = Self(child);
        let deadline = Instant::now() + Duration::from_secs(20);
        while !machine.thon(&["check"]).starts_with("exit 0") {
            assert!(Instant::now() < deadline, "the server is not ready: {}", machine.thon(&["check"]));
            sleep(Duration::from_millis(50));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that `thon launch` has started, found by what it said about it.
struct Background(String);

impl Background {
    fn from(said: &str) -> Self {
        let number = said.split_once("(process ").and_then(|(_, rest)| rest.split_once(',')).map(|(number, _)| number);
        Self(number.expect("a process number").to_owned())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(&self.0).status();
    }
}

/// What was said, without tokens and process numbers.
fn steady(said: &str) -> String {
    let mut steady = String::new();
    let mut rest = said;
    while let Some((before, after)) = rest.split_once("?t=") {
        steady.push_str(before);
        steady.push_str("?t=[TOKEN]");
        rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    }
    steady.push_str(rest);
    match steady.split_once("(process ") {
        Some((before, after)) => {
            format!("{before}(process [N]{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => steady,
    }
}

/// The lines of progress come in any order.
fn sorted_progress(said: &str) -> String {
    let (head, progress): (Vec<&str>, Vec<&str>) =
        said.lines().partition(|line| !line.ends_with(": starting") && !line.ends_with(": running"));
    let mut progress = progress;
    progress.sort_unstable();
    progress.dedup();
    [head, progress].concat().join("\n")
}

#[test]
fn the_demo_from_nothing() {
    let machine = machine(28100);
    let said = machine.thon(&["launch", "--demo"]);
    let _server = Background::from(&said);
    insta::assert_snapshot!(sorted_progress(&steady(&said)), @r"
    exit 0
    -- stdout
    PERSON       STATE    ADDRESS                              SIGN IN WITH
    alpha/alice  Running  http://alpha-alice.localhost:28100/  http://localhost:28100/sign-in/link?t=[TOKEN]
    alpha/bob    Running  http://alpha-bob.localhost:28100/    http://localhost:28100/sign-in/link?t=[TOKEN]
    beta/carol   Running  http://beta-carol.localhost:28100/   http://localhost:28100/sign-in/link?t=[TOKEN]

    the organizer signs in with http://localhost:28100/sign-in/link?t=[TOKEN]
    -- stderr
    no server was running: started `thon run` in the background (process [N], log in ~/.thon/thon.log)
    alpha/alice: running
    alpha/alice: starting
    alpha/bob: running
    alpha/bob: starting
    beta/carol: running
    beta/carol: starting
    ");

    // Again: nothing to start, nothing to say but where everybody is.
    insta::assert_snapshot!(machine.thon(&["launch", "--group", "alpha"]), @r"
    exit 0
    -- stdout
    PERSON       STATE    ADDRESS
    alpha/alice  Running  http://alpha-alice.localhost:28100/
    alpha/bob    Running  http://alpha-bob.localhost:28100/
    -- stderr
    ");
}

#[test]
fn without_groups_one_sandbox_is_made() {
    let machine = machine(28120);
    let _server = Server::start(&machine);
    let unknown = machine.thon(&["launch", "--group", "alpha"]);
    assert!(unknown.starts_with("exit 1") && unknown.contains("there are no groups yet"), "{unknown}");
    insta::assert_snapshot!(sorted_progress(&machine.thon(&["launch"])), @r"
    exit 0
    -- stdout
    PERSON             STATE    ADDRESS
    default/workspace  Running  http://default-workspace.localhost:28120/
    -- stderr
    hint: there are no groups yet, so default/workspace was made; try --groups FILE or --demo
    default/workspace: running
    default/workspace: starting
    ");
}

#[test]
fn a_groups_file_is_launched_and_imported_only_once() {
    let machine = machine(28140);
    let _server = Server::start(&machine);
    machine.write("groups.yaml", "groups:\n  Team A: [Zo\u{eb}]\n  beta: [carol]\n");
    let first = machine.thon(&["launch", "-v", "--groups", "groups.yaml", "--group", "team a"]);
    assert!(first.contains("imported: 2 groups and 2 people are new, 0 were there"), "{first}");
    assert!(first.contains("Team A/Zo\u{eb}  Running  http://team-a-zoe.localhost:28140/"), "{first}");
    assert!(!first.contains("carol"), "{first}");

    let again = machine.thon(&["launch", "-v", "--groups", "groups.yaml", "--group", "team a"]);
    assert!(again.contains("imported: 0 groups and 0 people are new"), "{again}");
    insta::assert_snapshot!(machine.thon(&["launch", "--group", "beat"]), @r#"
    exit 1
    -- stdout

    -- stderr
    error: there is no group "beat"
    hint: did you mean beta?
    "#);
}

#[test]
fn programs_get_json() {
    let machine = machine(28160);
    let _server = Server::start(&machine);
    let output = machine.command(&["launch", "--demo", "--json"]).output().expect("it runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    let instances = document["instances"].as_array().expect("instances");
    assert_eq!(instances.len(), 3);
    assert!(
        instances.iter().all(|instance| instance["state"] == "Running" && instance["id"].is_string()),
        "{document}"
    );
    assert_eq!(document["sign_in_links"]["participants"].as_array().map(Vec::len), Some(3));

    let check = machine.command(&["check", "--json"]).output().expect("it runs");
    let check: Value = serde_json::from_slice(&check.stdout).expect("JSON");
    assert_eq!(check["findings"], serde_json::json!([]));
    assert_eq!(check["notices"][1]["kind"], "not-enforced", "a simulated sandbox enforces nothing: {check}");
}

#[test]
fn links_sign_people_in() {
    let machine = machine(28180);
    let _server = Server::start(&machine);
    machine.command(&["launch", "--demo", "-q"]).assert().success();
    let admin = steady(&machine.thon(&["sign-in", "-q"]));
    insta::assert_snapshot!(admin, @r"
    exit 0
    -- stdout
    http://localhost:28180/sign-in/link?t=[TOKEN]
    -- stderr
    ");
    insta::assert_snapshot!(steady(&machine.thon(&["sign-in", "alpha/alice"])), @r"
    exit 0
    -- stdout
    http://localhost:28180/sign-in/link?t=[TOKEN]
    -- stderr
    signs in alice
    ");
    insta::assert_snapshot!(machine.thon(&["sign-in", "alpha/zoe"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: There is no user alpha/zoe.
    ");
}

#[test]
fn a_server_that_cannot_start_is_told_with_its_log() {
    let machine = machine(28200);
    machine.write(".thon/thon.yaml", "log_level: ERROR\ndashboard: {port: 28200}\nsandbox: {runtime: simulated}\n");
    let _taken = TcpListener::bind("127.0.0.1:28200").expect("a free port");
    insta::assert_snapshot!(steady(&machine.thon(&["launch"])), @r"
    exit 1
    -- stdout

    -- stderr
    no server was running: started `thon run` in the background (process [N], log in ~/.thon/thon.log)
    error: the server ended at once (exit status: 1); its log says:
      error: cannot listen on 127.0.0.1:28200; end what listens there, or choose another `dashboard.port`: Address already in use (os error 98)
    ");
    let mode = fs::metadata(machine.path().join(".thon/thon.log")).expect("a log").permissions();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
}

#[test]
fn two_launches_at_the_same_moment_share_a_server() {
    let machine = machine(28240);
    let said: Vec<String> = thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| machine.thon(&["launch"])));
        both.map(|launch| launch.join().expect("no panic")).into()
    });
    let _servers: Vec<_> =
        said.iter().filter(|said| said.contains("(process ")).map(|said| Background::from(said)).collect();
    for said in said {
        assert!(said.starts_with("exit 0"), "{said}");
        assert!(said.contains("default/workspace  Running"), "{said}");
    }
}

#[test]
fn a_second_server_is_refused() {
    let machine = machine(28220);
    let _server = Server::start(&machine);
    let said = machine.thon(&["run", "--port", "28230"]);
    assert!(said.starts_with("exit 1\n"), "{said}");
}

#[test]
fn what_was_set_in_the_running_server_is_shown() {
    let machine = machine(28170);
    let server = Server::start(&machine);
    let socket = machine.path().join(".thon/thon.sock");
    let mut put = Command::new("curl");
    put.args(["--silent", "--fail", "--unix-socket"]).arg(&socket).args(["--request", "PUT", "--json"]);
    put.args([r#"{"value": "thon/mine"}"#, "http://localhost/api/instances/settings/sandbox_image"]);
    assert!(put.stdout(Stdio::null()).status().expect("curl runs").success());
    let said = machine.thon(&["config", "show", "--origin"]);
    assert!(said.contains("  image: thon/mine  # database\n"), "{said}");
    drop(server);
    let said = machine.thon(&["config", "show", "--origin"]);
    assert!(said.contains("  image:  # default\n") && said.contains("no server answers"), "{said}");
}
