//! The configuration: precedence, origins, and every mistake with its place.

mod reference;
mod rules;
mod secrets;
mod variables;

use std::fs;

use camino::Utf8PathBuf;
use miette::{GraphicalReportHandler, GraphicalTheme};
use secrecy::ExposeSecret;
use tempfile::TempDir;
use thon_server::config::{ByteSize, Config, Flag, Loaded, Runtime, Sources};

/// A home folder of its own, with or without a `thon.yaml`.
struct Machine {
    dir: TempDir,
    sources: Sources,
}

impl Machine {
    fn new() -> Self {
        let dir = TempDir::new().expect("a folder");
        let home = Utf8PathBuf::from_path_buf(dir.path().to_owned()).expect("UTF-8");
        fs::create_dir_all(home.join(".thon")).expect("a folder");
        fs::create_dir_all(home.join("cwd")).expect("a folder");
        let sources = Sources { current_dir: home.join("cwd"), user_home: Some(home), ..Sources::default() };
        Self { dir, sources }
    }

    fn with_yaml(text: &str) -> Self {
        let machine = Self::new();
        machine.write(".thon/thon.yaml", text);
        machine
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.dir.path().join(name), text).expect("a file");
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.sources.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    fn flag(mut self, name: &'static str, value: &str) -> Self {
        self.sources.flags.push(Flag { name, value: value.to_owned() });
        self
    }

    fn load(&self) -> Loaded {
        Config::load(&self.sources).expect("a good configuration")
    }

    /// All mistakes, the folder's name taken out.
    fn mistakes(&self) -> String {
        let error = Config::load(&self.sources).expect_err("a bad configuration");
        error.to_string().replace(self.dir.path().to_str().expect("UTF-8"), "~")
    }

    /// What the real binary says on standard output, and on standard error when it fails.
    fn thon(&self, arguments: &[&str]) -> String {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_thon"));
        command.args(arguments).env_clear().env("HOME", self.dir.path()).current_dir(self.dir.path().join("cwd"));
        let output = command.output().expect("it runs");
        let said = if output.status.success() { output.stdout } else { output.stderr };
        String::from_utf8(said).expect("UTF-8")
    }

    fn origin(&self, key: &str) -> String {
        let shown = self.load().shown.into_iter().find(|shown| shown.key.name == key).expect("a key");
        shown.origin.to_string().replace(self.dir.path().to_str().expect("UTF-8"), "~")
    }
}

#[test]
fn without_anything_the_defaults_hold() {
    let config = Machine::new().load().config;
    assert_eq!(config.dashboard.host.to_string(), "127.0.0.1");
    assert_eq!((config.dashboard.port, config.sandbox.starting_port), (8100, 8443));
    assert_eq!((config.sandbox.runtime, config.sandbox.image()), (Runtime::Docker, "thon/sandbox-lite:latest"));
    assert!(config.database.url.expose_secret().starts_with("sqlite:///"));
    assert!(config.database.url.expose_secret().ends_with("/.thon/thon.db"));
    assert!(!config.demo && config.groups.is_empty() && config.auth.local_password.is_none());
}

#[test]
fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
    let machine = Machine::new();
    assert_eq!((machine.load().config.dashboard.port, machine.origin("dashboard.port").as_str()), (8100, "default"));

    let machine = Machine::with_yaml("dashboard:\n  port: 1000\n");
    assert_eq!(machine.load().config.dashboard.port, 1000);
    assert_eq!(machine.origin("dashboard.port"), "~/.thon/thon.yaml:2");

    let machine = machine.variable("DASHBOARD_PORT", "2000");
    assert_eq!(machine.load().config.dashboard.port, 2000);
    assert_eq!(machine.origin("dashboard.port"), "env DASHBOARD_PORT");

    let machine = machine.flag("--port", "3000");
    assert_eq!(machine.load().config.dashboard.port, 3000);
    assert_eq!(machine.origin("dashboard.port"), "--port");
}

#[test]
fn an_empty_variable_and_a_key_without_value_say_nothing() {
    let machine = Machine::with_yaml("sandbox:\n  image:\n  pids:\n").variable("SANDBOX_IMAGE", "");
    assert_eq!(machine.load().config.sandbox.image, None);
    assert_eq!(machine.load().config.sandbox.pids, 2048);
}

#[test]
fn a_variable_is_a_text_whatever_it_looks_like() {
    let machine = Machine::new().variable("AUTH_LOCAL_PASSWORD", "0123").variable("SANDBOX_IMAGE", "[a]");
    let config = machine.load().config;
    assert_eq!(config.auth.local_password.map(|password| password.expose_secret().to_owned()).as_deref(), Some("0123"));
    assert_eq!(config.sandbox.image.as_deref(), Some("[a]"));
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let machine = Machine::with_yaml(
        "\
demo: maybe
sandbx: {image: a}
sandbox:
  image: 5
  memory: 12MB
  cpu: 2
  pids: 3
  runtime: dokcer
  starting_port: 80
dashboard: 8100
port: 1
auth: {local_password: a, local_password: b}
groups: {alpha: [alice, ../bob]}
zzz: 1
",
    )
    .variable("DASHBOARD_PORT", "http");
    insta::assert_snapshot!(machine.mistakes(), @r#"
    DASHBOARD_PORT: dashboard.port must be a whole number from 1 to 65535, found "http"
    ~/.thon/thon.yaml:1:7: demo must be true or false, found "maybe"
    ~/.thon/thon.yaml:2:1: unknown key `sandbx`
    hint: did you mean `sandbox`?
    ~/.thon/thon.yaml:4:10: sandbox.image must be a text, found 5
    hint: put it in quotation marks
    ~/.thon/thon.yaml:5:11: sandbox.memory must be a size from 256MiB to 1024GiB, found "12MB"
    ~/.thon/thon.yaml:6:3: unknown key `sandbox.cpu`
    hint: did you mean `sandbox.cpus`?
    ~/.thon/thon.yaml:7:9: sandbox.pids must be a whole number from 64 to 1000000, found 3
    ~/.thon/thon.yaml:8:12: sandbox.runtime must be one of docker, simulated, found "dokcer"
    hint: did you mean docker?
    ~/.thon/thon.yaml:9:18: sandbox.starting_port must be a whole number from 1024 to 65000, found 80
    ~/.thon/thon.yaml:10:12: `dashboard` holds keys and values, found a number
    ~/.thon/thon.yaml:11:1: unknown key `port`
    hint: did you mean `dashboard.port` or `lemonade.port`?
    ~/.thon/thon.yaml:12:27: `auth.local_password` is written twice
    hint: keep one of them
    ~/.thon/thon.yaml:13:25: groups.alpha[1]: a name must not contain '/'
    ~/.thon/thon.yaml:14:1: unknown key `zzz`
    hint: `thon config show` lists the keys that there are
    "#);
}

#[test]
fn on_a_terminal_the_line_is_drawn() {
    let machine = Machine::with_yaml("dashboard:\n  prt: 8100\n");
    let error = Config::load(&machine.sources).expect_err("a bad configuration");
    let drawn = error.drawn(&GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()));
    insta::assert_snapshot!(drawn.replace(machine.dir.path().to_str().expect("UTF-8"), "~"), @r"
     × unknown key `dashboard.prt`
      ╭─[~/.thon/thon.yaml:2:3]
    1 │ dashboard:
    2 │   prt: 8100
      ·   ───
      ╰────
     help: did you mean `dashboard.port`?
    ");
}

#[test]
fn a_file_that_is_no_yaml_is_told_with_its_place() {
    insta::assert_snapshot!(Machine::with_yaml("demo: [1\nsandbox: 2\n").mistakes(), @r"~/.thon/thon.yaml:2:8: illegal placement of ':' indicator");
    insta::assert_snapshot!(Machine::with_yaml("- demo\n").mistakes(), @r"~/.thon/thon.yaml:1:1: expected keys and values, found a list");
}

#[test]
fn a_named_file_must_be_there() {
    let mut machine = Machine::with_yaml("demo: true\n");
    machine.sources.config_file = Some("other.yaml".into());
    insta::assert_snapshot!(machine.mistakes(), @r"
    --config: there is no file ~/cwd/other.yaml
    hint: check the path, or leave --config out to use ~/.thon/thon.yaml
    ");
    machine.write("cwd/other.yaml", "log_level: debug\n");
    assert!(!machine.load().config.demo);
}

#[test]
fn a_file_lying_around_is_read_with_a_hint() {
    let machine = Machine::new();
    machine.write("cwd/thon.yaml", "demo: true\n");
    let loaded = machine.load();
    assert!(loaded.config.demo);
    assert_eq!(loaded.hints.len(), 1);
    machine.write(".thon/thon.yaml", "demo: false\n");
    let loaded = machine.load();
    assert!(!loaded.config.demo && loaded.hints.is_empty());
}

#[test]
fn a_secret_may_lie_in_a_file() {
    let machine = Machine::with_yaml("auth: {local_password_file: ~/password}\n");
    insta::assert_snapshot!(machine.mistakes(), @r"
    ~/.thon/thon.yaml:1:29: auth.local_password_file: cannot read ~/password: No such file or directory (os error 2)
    hint: the file holds the secret and nothing else
    ");
    machine.write("password", "hunter2\n");
    let password = machine.load().config.auth.local_password.expect("a password");
    assert_eq!(password.expose_secret(), "hunter2");

    let both = Machine::with_yaml("auth: {local_password: a, local_password_file: b}\n");
    insta::assert_snapshot!(both.mistakes(), @r"
    ~/.thon/thon.yaml:1:48: auth.local_password and auth.local_password_file are both set
    hint: keep one of them
    ");
}

#[test]
fn no_secret_is_shown() {
    let machine =
        Machine::with_yaml("auth: {local_password: hunter2}\ndatabase: {url: 'postgres://thon:hunter2@db/thon'}\n");
    assert!(!format!("{:?}", machine.load()).contains("hunter2"));
}

#[test]
fn the_database_may_be_named_by_path() {
    let machine =
        Machine::with_yaml("database: {url: 'postgres://db/thon'}\n").variable("THON_DB_PATH", "/var/thon.db");
    assert_eq!(machine.load().config.database.url.expose_secret(), "sqlite:///var/thon.db");
    let machine = machine.variable("THON_DB_URL", "postgres://other/thon");
    assert_eq!(machine.load().config.database.url.expose_secret(), "postgres://other/thon");
    let machine = Machine::with_yaml("database: {url: mysql://db}\n");
    insta::assert_snapshot!(machine.mistakes(), @r#"
    ~/.thon/thon.yaml:1:17: database.url must start with sqlite:// or postgres://, found "mysql://db"
    hint: for a file write sqlite:///path/to/thon.db, or set THON_DB_PATH to its path
    "#);
}

#[test]
fn other_machines_may_connect_only_where_people_can_sign_in() {
    let open = Machine::new().variable("DASHBOARD_HOST", "0.0.0.0");
    let error = open.load().check_exposure().expect_err("nobody can sign in");
    insta::assert_snapshot!(error.to_string(), @r"
    DASHBOARD_HOST: dashboard.host is 0.0.0.0, but there is no way to sign in
    hint: set auth.local_password_file or a place to sign in with (auth.enabled), or keep to 127.0.0.1, or start with --insecure-no-auth
    ");

    let with_password = open.variable("AUTH_LOCAL_PASSWORD", "hunter2");
    assert!(with_password.load().check_exposure().is_ok());

    let mut asked_for = Machine::new().flag("--host", "::");
    asked_for.sources.insecure_no_auth = true;
    assert!(asked_for.load().check_exposure().is_ok());
    assert!(Machine::new().variable("DASHBOARD_HOST", "localhost").load().check_exposure().is_ok());
}

#[test]
fn what_sandboxes_may_take_is_read_with_its_units() {
    let machine = Machine::with_yaml(
        "sandbox: {timeout_minutes: 90, disk: 5GiB}\nvscode: {secure: yes}\nworkspace: {dir: ~/files}\n",
    );
    let Config { sandbox, vscode, workspace, .. } = machine.load().config;
    assert_eq!((sandbox.timeout_minutes, sandbox.disk), (90, Some(ByteSize(5 << 30))));
    assert!(vscode.secure && workspace.dir.is_some_and(|dir| dir.is_absolute() && dir.ends_with("files")));
    let Config { sandbox, vscode, workspace, .. } = Machine::new().load().config;
    assert_eq!((sandbox.timeout_minutes, sandbox.disk, vscode.secure, workspace.dir), (0, None, false, None));
}

#[test]
fn groups_stand_in_the_file_too() {
    let machine = Machine::with_yaml("groups:\n  alpha: [alice, {name: bob, email: bob@example.org}]\n  beta:\n");
    let groups = machine.load().config.groups;
    assert_eq!(groups.len(), 2);
    assert_eq!(groups[0].users[1].email.as_deref(), Some("bob@example.org"));
    assert_eq!(machine.origin("groups"), "~/.thon/thon.yaml:2");
}
