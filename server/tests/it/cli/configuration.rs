//! `thon config`: what is shown, what is found wrong, and how soon.

use super::Machine;

/// These sections of a configuration that was shown.
fn sections(said: &str, names: &[&str]) -> String {
    let mut within = false;
    let kept = said.lines().filter(|line| {
        if !line.starts_with([' ', '-']) || line.starts_with("--") {
            within = names.iter().any(|name| line.strip_suffix(':') == Some(name));
        }
        within
    });
    kept.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_configuration_is_shown_without_its_secrets() {
    let machine = Machine::with_yaml(
        "\
auth: {local_password: hunter2}
database: {url: 'postgres://thon:hunter2@db/thon'}
groups:
  alpha: [alice, {name: bob, email: bob@example.org}]
",
    );
    let said = machine.thon(&["config", "show"]);
    insta::assert_snapshot!(sections(&said, &["database", "groups"]), @r"
    database:
      url: postgres://thon:***@db/thon
    groups:
    - name: alpha
      users:
      - name: alice
      - name: bob
        email: bob@example.org
    ");
    assert!(said.contains("\n  local_password: \"***\"\n") && !said.contains("hunter2"), "{said}");
}

#[test]
fn what_is_shown_can_be_read_again() {
    let machine = Machine::with_yaml("demo: true\nlog_level: WARN\ngroups:\n  '7': [no, '007', alice]\n  b:\n");
    let shown = machine.command(&["config", "show"]).output().expect("it runs").stdout;
    machine.write("again.yaml", &String::from_utf8(shown.clone()).expect("UTF-8"));
    let again = machine.command(&["config", "show", "--config", "again.yaml"]).output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&again.stdout), String::from_utf8_lossy(&shown), "{again:?}");
}

#[test]
fn every_value_tells_its_origin() {
    let machine = Machine::with_yaml("sandbox:\n  runtime: simulated\n");
    let output =
        machine.command(&["config", "show", "--origin"]).env("DASHBOARD_PORT", "9000").output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).replace(&*machine.path().to_string_lossy(), "~");
    let set: Vec<&str> = said.lines().filter(|line| line.contains(" # ") && !line.ends_with("# default")).collect();
    insta::assert_snapshot!(set.join("\n"), @r"
      port: 9000  # env DASHBOARD_PORT
      runtime: simulated  # ~/.thon/thon.yaml:2
    ");
    assert!(said.contains("  host: \"127.0.0.1\"  # default\n"), "{said}");
}

#[test]
fn a_good_configuration() {
    let machine = Machine::with_yaml("groups: {alpha: [alice, bob]}\n");
    insta::assert_snapshot!(machine.thon(&["config", "validate"]), @r"
    exit 0
    -- stdout
    the configuration is good: ~/.thon/thon.yaml
      database   sqlite://~/.thon/thon.db
      dashboard  http://127.0.0.1:8100
      sign-in    links
      sandboxes  docker, image thon/sandbox-lite:latest
      groups     1 with 2 people
    -- stderr
    ");
}

#[test]
fn a_good_configuration_with_hints() {
    let machine = Machine::with_yaml("langfuse: {enabled: true}\ndashboard: {debug: true}\n");
    machine.write(".env", "DASHBOARD_PORT=9000\n");
    insta::assert_snapshot!(machine.thon(&["config", "validate"]), @r"
    exit 0
    -- stdout
    the configuration is good: ~/.thon/thon.yaml
      database   sqlite://~/.thon/thon.db
      dashboard  http://127.0.0.1:9000
      sign-in    links
      sandboxes  docker, image thon/sandbox-lite:latest
      groups     0 with 0 people
      variables  ~/.env
    -- stderr
    hint: `langfuse.enabled` is read, but has no effect yet
    hint: `dashboard.debug` has no effect: THON is a compiled program; log_level says how much it logs
    ");
}

#[test]
fn a_configuration_is_checked_at_once() {
    // The shipped example with everything uncommented: as many keys as there are.
    let is_prose = |c: char| c.is_uppercase() || c == '`';
    let keys = include_str!("../../../../config/thon.yaml").lines().filter_map(|line| line.strip_prefix("# "));
    let keys: Vec<&str> = keys.filter(|line| !line.starts_with(is_prose)).collect();
    assert!(keys.len() > 200, "only {} lines", keys.len());
    let machine = Machine::with_yaml(&keys.join("\n"));
    let computes = machine.computes(&["config", "validate"]);
    // Twice what the optimized program may take: this one is not, and it reads a file of every key there is.
    assert!(computes.as_millis() < 40, "{computes:?}");
}

#[test]
fn a_bad_configuration() {
    let machine = Machine::with_yaml("sandbox:\n  imge: a\n  pids: many\ndashboard: {host: 0.0.0.0}\n");
    insta::assert_snapshot!(machine.thon(&["config", "validate"]), @r#"
    exit 1
    -- stdout

    -- stderr
    ~/.thon/thon.yaml:2:3: unknown key `sandbox.imge`
    hint: did you mean `sandbox.image`?
    ~/.thon/thon.yaml:3:9: sandbox.pids must be a whole number from 64 to 1000000, found "many"
    "#);
}

#[test]
fn a_configuration_open_to_everybody() {
    let machine = Machine::with_yaml("dashboard: {host: 0.0.0.0}\n");
    insta::assert_snapshot!(machine.thon(&["config", "validate"]), @r"
    exit 1
    -- stdout

    -- stderr
    ~/.thon/thon.yaml:1:19: dashboard.host is 0.0.0.0, but there is no way to sign in
    hint: set auth.local_password_file or a place to sign in with (auth.enabled), or keep to 127.0.0.1, or start with --insecure-no-auth
    ");
    let said = machine.thon(&["run"]);
    assert!(said.starts_with("exit 1") && said.contains("--insecure-no-auth"), "{said}");
}

#[test]
fn config_is_understood_before_and_after_the_command() {
    let machine = Machine::new();
    machine.write("other.yaml", "log_level: warn\n");
    let before = machine.thon(&["--config", "other.yaml", "config", "show"]);
    let after = machine.thon(&["config", "show", "--config", "other.yaml"]);
    assert_eq!(before, after);
    assert!(before.contains("log_level: WARN"), "{before}");
}
