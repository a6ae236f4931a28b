//! The command line, as people meet it: the real binary, what it says and how it ends.

mod elsewhere;
mod operations;
mod passing;
mod served;
mod tokens;
mod watch;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use assert_cmd::Command;
use tempfile::TempDir;

/// A machine on which only the binary runs.
struct Machine(TempDir);

impl Machine {
    fn new() -> Self {
        let dir = TempDir::new().expect("a folder");
        fs::create_dir(dir.path().join(".thon")).expect("a folder");
        Self(dir)
    }

    fn with_yaml(text: &str) -> Self {
        let machine = Self::new();
        machine.write(".thon/thon.yaml", text);
        machine
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("a file");
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_thon"));
        command.args(arguments).env_clear().env("HOME", self.path()).current_dir(self.path());
        command
    }

    /// The quickest of ten good runs.
    fn quickest(&self, arguments: &[&str]) -> Duration {
        let times = (0..10).map(|_| {
            let start = Instant::now();
            self.command(arguments).assert().success();
            start.elapsed()
        });
        times.min().expect("ten runs")
    }

    /// What it says and how it ends, the folder's name taken out.
    fn thon(&self, arguments: &[&str]) -> String {
        self.thon_with(arguments, &[])
    }

    /// The same with these variables.
    fn thon_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let output = self.command(arguments).envs(variables.iter().copied()).output().expect("it runs");
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replace(&*self.path().to_string_lossy(), "~");
            text.replace(env!("CARGO_PKG_VERSION"), "[VERSION]").trim_end().to_owned()
        };
        let code = output.status.code().expect("an exit code");
        format!("exit {code}\n-- stdout\n{}\n-- stderr\n{}", text(&output.stdout), text(&output.stderr))
    }
}

#[test]
fn help() {
    insta::assert_snapshot!(Machine::new().thon(&["--help"]), @r"
    exit 0
    -- stdout
    A VS Code for everybody at your hackathon

    Usage: thon [OPTIONS] <COMMAND>

    Commands:
      run        Start THON and stay
      restart    Let a new server take the running one's place, unnoticed by those who work
      launch     Give everybody in the groups file their sandbox
      list       List the sandboxes: whose, in which state, where
      watch      Watch the sandboxes as they change, until Ctrl-C
      pause      Freeze sandboxes: they keep their memory and get no CPU
      resume     Let paused sandboxes go on
      terminate  End sandboxes; files stay
      recreate   Put new sandboxes in the place of old ones, with the same files
      renew      Say how long sandboxes may still run
      groups     Bring groups in from a file, or take them out
      token      Make, list and revoke what programs sign in with
      sign-in    Print a link that signs somebody in
      capacity   Tell how many sandboxes this machine carries
      cleanup    Remove what is left over of sandboxes; shows it first
      check      Compare database, sandboxes and routes
      config     Look at the configuration
      help       Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Options of every command:
          --config <FILE>    Read this configuration instead of ~/.thon/thon.yaml
          --env-file <FILE>  Take further variables from this file instead of the nearest .env
      -q, --quiet            Say only what was asked for
      -v, --verbose          Say more about what happens

    Options for a server elsewhere:
          --server <URL>       Talk to the server at this address, or at the one in THON_SERVER
          --token-file <FILE>  Read the token for it from this file instead of THON_TOKEN
          --ca <FILE>          Trust the authorities in this PEM file, and no others
          --insecure-http      Send the token although nothing is encrypted
    -- stderr
    ");
}

#[test]
fn help_of_launch() {
    insta::assert_snapshot!(Machine::new().thon(&["launch", "--help"]), @r"
    exit 0
    -- stdout
    Give everybody in the groups file their sandbox

    Usage: thon launch [OPTIONS]

    Options:
          --group <GROUP>  Launch only this group
          --groups <FILE>  Import this groups file first
          --demo           Import the demo event first: two groups, three people
          --from-db        Import nothing: only people who are in the database
      -y, --yes            Do not ask when the machine does not carry them all
          --secure         Let the editors that are launched now ask for a password
          --ephemeral      Keep nothing of what is launched now: stay, and end it with its files when this command ends
          --json           Print one JSON document
      -h, --help           Print help

    Options of every command:
          --config <FILE>    Read this configuration instead of ~/.thon/thon.yaml
          --env-file <FILE>  Take further variables from this file instead of the nearest .env
      -q, --quiet            Say only what was asked for
      -v, --verbose          Say more about what happens

    Options for a server elsewhere:
          --server <URL>       Talk to the server at this address, or at the one in THON_SERVER
          --token-file <FILE>  Read the token for it from this file instead of THON_TOKEN
          --ca <FILE>          Trust the authorities in this PEM file, and no others
          --insecure-http      Send the token although nothing is encrypted
    -- stderr
    ");
}

#[test]
fn help_of_run() {
    insta::assert_snapshot!(Machine::new().thon(&["run", "--help"]), @r"
    exit 0
    -- stdout
    Start THON and stay

    Usage: thon run [OPTIONS]

    Options:
          --log-level <LEVEL>  How much is logged: TRACE, DEBUG, INFO, WARN or ERROR
          --host <ADDRESS>     The address to listen on
          --port <PORT>        The port to listen on
          --secure             Let every editor ask its person for a password
          --insecure-no-auth   Let other machines connect although there is no way to sign in
      -h, --help               Print help

    Options of every command:
          --config <FILE>    Read this configuration instead of ~/.thon/thon.yaml
          --env-file <FILE>  Take further variables from this file instead of the nearest .env
      -q, --quiet            Say only what was asked for
      -v, --verbose          Say more about what happens

    Options for a server elsewhere:
          --server <URL>       Talk to the server at this address, or at the one in THON_SERVER
          --token-file <FILE>  Read the token for it from this file instead of THON_TOKEN
          --ca <FILE>          Trust the authorities in this PEM file, and no others
          --insecure-http      Send the token although nothing is encrypted
    -- stderr
    ");
}

#[test]
fn version_at_once() {
    let machine = Machine::new();
    insta::assert_snapshot!(machine.thon(&["--version"]), @r"
    exit 0
    -- stdout
    thon [VERSION]
    -- stderr
    ");
    let quickest = machine.quickest(&["--version"]);
    assert!(quickest.as_millis() < 20, "{quickest:?}");
}

#[test]
fn without_a_command_there_is_help() {
    let said = Machine::new().thon(&[]);
    assert!(said.starts_with("exit 1\n-- stdout\n\n-- stderr\nA VS Code for everybody"), "{said}");
}

#[test]
fn an_unknown_command() {
    insta::assert_snapshot!(Machine::new().thon(&["lauch"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: unrecognized subcommand 'lauch'

      tip: some similar subcommands exist: 'watch', 'launch'

    Usage: thon [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
}

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
    let keys = include_str!("../../../config/thon.yaml").lines().filter_map(|line| line.strip_prefix("# "));
    let keys: Vec<&str> = keys.filter(|line| !line.starts_with(is_prose)).collect();
    assert!(keys.len() > 200, "only {} lines", keys.len());
    let machine = Machine::with_yaml(&keys.join("\n"));
    let quickest = machine.quickest(&["config", "validate"]);
    // Twice what the optimized program may take: this one is not, and it reads a file of every key there is.
    assert!(quickest.as_millis() < 40, "{quickest:?}");
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
    hint: set auth.local_password_file, or keep to 127.0.0.1, or start with --insecure-no-auth
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

#[test]
fn a_bad_groups_file_is_told_before_anything_is_started() {
    let machine = Machine::new();
    machine.write("groups.yaml", "groups:\n  alpha: [alice, Alice, a/b]\n  beta: 7\n");
    insta::assert_snapshot!(machine.thon(&["launch", "--groups", "groups.yaml"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: groups.yaml is no good groups file
    groups.yaml:2:18: groups.alpha[1]: user `Alice` is there twice, first in line 2
    groups.yaml:2:25: groups.alpha[2]: a name must not contain '/'
    groups.yaml:3:9: groups.beta: expected a list of users, found a number
    ");
    insta::assert_snapshot!(machine.thon(&["launch", "--groups", "gruops.yaml"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: cannot read gruops.yaml: No such file or directory (os error 2)
    ");
    assert!(!machine.path().join(".thon/thon.log").exists());
}

#[test]
fn commands_that_need_a_server_say_so() {
    let machine = Machine::new();
    insta::assert_snapshot!(machine.thon(&["check"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: no THON server answers at ~/.thon/thon.sock: No such file or directory (os error 2)
    hint: start one with `thon run`
    ");
    insta::assert_snapshot!(machine.thon(&["sign-in"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: no THON server answers at ~/.thon/thon.sock: No such file or directory (os error 2)
    hint: start one with `thon run`
    ");
    insta::assert_snapshot!(machine.thon(&["sign-in", "alice"]), @r#"
    exit 1
    -- stdout

    -- stderr
    error: "alice" names no user
    hint: write GROUP/NAME, for example alpha/alice
    "#);
}
