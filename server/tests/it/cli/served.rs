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

#[test]
fn groups_come_in_with_a_diff_first_and_go_out_as_they_came() {
    let machine = machine(28260);
    let _server = Server::start(&machine);
    machine.write("g.yaml", "title: Spring\ngroups:\n  alpha: [alice, {name: bob, email: b@example.org}]\n");
    insta::assert_snapshot!(machine.thon(&["groups", "import", "g.yaml", "--dry-run"]), @r"
    exit 0
    -- stdout
    + event default  title: Spring
    + alpha
    +   alice
    +   bob  email: b@example.org
    1 group and 2 users to make, 0 to change, 0 unchanged, 0 not in the file (they stay)
    -- stderr
    ");
    insta::assert_snapshot!(machine.thon(&["groups", "import", "g.yaml"]), @r"
    exit 1
    -- stdout
    + event default  title: Spring
    + alpha
    +   alice
    +   bob  email: b@example.org
    1 group and 2 users to make, 0 to change, 0 unchanged, 0 not in the file (they stay)
    -- stderr
    error: nothing was changed: there is nobody to ask
    hint: add --yes to do it without asking
    hint: add --dry-run only to look
    ");
    insta::assert_snapshot!(machine.thon(&["groups", "export"]), @r"
    exit 0
    -- stdout
    groups: {}
    -- stderr
    ");
    insta::assert_snapshot!(machine.thon(&["groups", "import", "g.yaml", "--yes"]), @r"
    exit 0
    -- stdout
    + event default  title: Spring
    + alpha
    +   alice
    +   bob  email: b@example.org
    1 group and 2 users to make, 0 to change, 0 unchanged, 0 not in the file (they stay)
    -- stderr
    imported
    ");
    insta::assert_snapshot!(machine.thon(&["groups", "import", "g.yaml"]), @r"
    exit 0
    -- stdout
    0 groups and 0 users to make, 0 to change, 3 unchanged, 0 not in the file (they stay)
    -- stderr
    everything was there already
    ");
    insta::assert_snapshot!(machine.thon(&["groups", "export", "--output", "out.yaml"]), @r"
    exit 0
    -- stdout

    -- stderr
    ");
    let out = fs::read_to_string(machine.path().join("out.yaml")).expect("it was written");
    insta::assert_snapshot!(out, @r"
    event_id: default
    title: Spring
    groups:
      alpha:
        users:
        - alice
        - name: bob
          email: b@example.org
    ");
    assert!(machine.thon(&["groups", "import", "out.yaml", "--yes"]).contains("everything was there already"));
    machine.write("bad.yaml", "groups:\n  alpha: 7\n");
    insta::assert_snapshot!(machine.thon(&["groups", "import", "bad.yaml"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: bad.yaml is no good groups file
    bad.yaml:2:10: groups.alpha: expected a list of users, found a number
    ");
}

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

#[test]
fn a_launch_that_does_not_fit_is_warned_about_before_it_happens() {
    let machine = Machine::with_yaml(
        "dashboard: {port: 28300}\nsandbox: {runtime: simulated, starting_port: 28301, memory: 1000GiB}\n",
    );
    let _server = Server::start(&machine);
    let said = machine.thon(&["launch", "--demo", "-q"]);
    assert!(said.starts_with("exit 0") && said.contains("alpha/alice  Running"), "{said}");
    let warning = "warning: 0 run, 3 would: fits 0 of 3 at 1000 GiB; oversubscribed after ";
    assert!(said.contains(warning), "{said}");
    let again = machine.thon(&["launch", "--demo", "-q"]);
    assert!(!again.contains("warning"), "they are all there: {again}");

    let many: Vec<String> = (0..1500).map(|nth| format!("p{nth}")).collect();
    machine.write("many.yaml", &format!("groups:\n  many: [{}]\n", many.join(", ")));
    let refused = machine.thon(&["launch", "--groups", "many.yaml", "--group", "many"]);
    assert!(refused.starts_with("exit 1"), "{refused}");
    let end = "error: nothing was launched: there is nobody to ask\nhint: add --yes to do it without asking";
    assert!(
        refused.contains("no more than 1000 can start, for lack of networks") && refused.ends_with(end),
        "{refused}"
    );
    assert!(machine.thon(&["list", "--group", "many"]).ends_with("there are no such sandboxes"));

    let told = machine.thon(&["capacity", "150"]);
    assert!(told.starts_with("exit 0\n-- stdout\nfits 0 of 150 at 1000 GiB; oversubscribed after "), "{told}");
    assert!(told.contains(": as documented; too few run to measure (3)"), "{told}");
    let output = machine.command(&["capacity", "--json"]).output().expect("it runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert_eq!((document["users"].as_u64(), document["running"].as_u64()), (Some(1503), Some(3)), "{document}");
    assert!(machine.thon(&["capacity", "0"]).starts_with("exit 1"));
}
