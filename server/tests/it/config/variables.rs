//! Variables of the environment: from the process, from a `.env` file, and written by `thon config env`.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use thon_server::config::{Config, Exported, Shown, quoted};

use super::Machine;
use crate::docker::{IMAGE, docker};

#[test]
fn the_nearest_env_file_gives_what_is_not_set() {
    let machine = Machine::with_yaml("dashboard: {port: 1000}\n");
    machine.write(".env", "# ours\nDASHBOARD_PORT=2000\nexport THON_EVENT_TITLE='Spring # 2026'\nPATH=/nowhere\n");
    assert_eq!(machine.load().config.dashboard.port, 2000);
    assert_eq!(machine.load().config.event.title.as_deref(), Some("Spring # 2026"));
    assert_eq!(machine.origin("dashboard.port"), "env DASHBOARD_PORT, ~/.env:2");

    // Nearer, and it alone is read.
    machine.write("cwd/.env", "DASHBOARD_PORT=3000\n");
    assert_eq!(machine.load().config.dashboard.port, 3000);
    assert_eq!(machine.load().config.event.title, None);

    let machine = machine.variable("DASHBOARD_PORT", "4000");
    assert_eq!(machine.load().config.dashboard.port, 4000);
}

#[test]
fn an_env_file_may_be_named() {
    let mut machine = Machine::new();
    machine.write("cwd/.env", "DASHBOARD_PORT=1000\n");
    machine.write("by-variable", "DASHBOARD_PORT=2000\n");
    machine.write("by-flag", "DASHBOARD_PORT=3000\n");
    machine = machine.variable("THON_ENV_FILE", "~/by-variable");
    assert_eq!(machine.load().config.dashboard.port, 2000);
    machine.sources.env_file = Some("~/by-flag".into());
    assert_eq!(machine.load().config.dashboard.port, 3000);
    machine.sources.env_file = Some("~/gone".into());
    assert_eq!(machine.mistakes(), "--env-file: there is no file ~/gone");
}

#[test]
fn without_a_nearer_one_the_file_in_config_is_read() {
    let machine = Machine::new();
    fs::create_dir(machine.dir.path().join("cwd/config")).expect("a folder");
    machine.write("cwd/config/.env", "DASHBOARD_PORT=2000\n");
    assert_eq!(machine.load().config.dashboard.port, 2000);
    machine.write(".env", "");
    assert_eq!(machine.load().config.dashboard.port, 8100);
}

#[test]
fn a_mistake_in_an_env_file_tells_its_line() {
    let machine = Machine::new();
    machine.write(".env", "\nDASHBOARD_PORT=http\n");
    let expected = "~/.env:2: DASHBOARD_PORT: dashboard.port must be a whole number from 1 to 65535, found \"http\"";
    assert_eq!(machine.mistakes(), expected);
}

#[test]
fn two_names_of_one_key_must_agree() {
    let machine = Machine::new().variable("GATEWAY_TOKEN_LIMIT", "500");
    assert_eq!(machine.load().config.gateway.limits.tokens, 500);
    let machine = machine.variable("GATEWAY_RATE_LIMIT_TOKENS", "500");
    assert_eq!(machine.load().config.gateway.limits.tokens, 500);
    let machine = machine.variable("GATEWAY_RATE_LIMIT_TOKENS", "600");
    insta::assert_snapshot!(machine.mistakes(), @r"
    GATEWAY_RATE_LIMIT_TOKENS: gateway.token_limit is set twice and differently, also by env GATEWAY_TOKEN_LIMIT
    hint: keep one of them
    ");
    let machine = Machine::with_yaml("nginx: {domain: a.example}\nedge: {domain: b.example}\n");
    insta::assert_snapshot!(machine.mistakes(), @r"
    ~/.thon/thon.yaml:2:16: nginx.domain is set twice and differently, also by ~/.thon/thon.yaml:1
    hint: keep one of them
    ");
    let machine = Machine::with_yaml("edge: {domain: b.example}\n");
    assert_eq!(machine.load().config.nginx.domain.map(|name| name.to_string()).as_deref(), Some("b.example"));
}

#[test]
fn truth_is_written_in_three_ways() {
    for (text, truth) in [("1", true), ("yes", true), ("TRUE", true), ("0", false), ("No", false), ("false", false)] {
        assert_eq!(Machine::new().variable("THON_SECURE", text).load().config.vscode.secure, truth, "{text}");
    }
    assert!(Machine::new().variable("THON_SECURE", "maybe").mistakes().contains("must be true or false"));
}

const SECRETS: &str = "\
auth: {local_password: \"it's $HOME\"}
lemonade: {api_key_file: ~/key}
gateway: {mode: per-group}
event: {title: \"two words\"}
dashboard: {port: 8100}
";

fn machine_with_secrets() -> Machine {
    let machine = Machine::with_yaml(SECRETS);
    machine.write("key", "hunter2\n");
    machine
}

#[test]
fn what_differs_from_the_defaults_is_exported() {
    let machine = machine_with_secrets();
    let loaded = machine.load();
    let exported: Vec<_> = loaded.shown.iter().filter_map(Shown::exported).collect();
    let told: Vec<_> =
        exported.iter().map(|Exported { name, value, secret }| format!("{name}={value} {secret}")).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    THON_EVENT_TITLE=two words false
    AUTH_LOCAL_PASSWORD=it's $HOME true
    LEMONADE_API_KEY=hunter2 true
    GATEWAY_MODE=per-group false
    ");
}

#[test]
fn the_terminal_shows_no_secret_and_the_file_holds_all_for_its_owner_alone() {
    let machine = machine_with_secrets();
    machine.write("out.env", "old");
    insta::assert_snapshot!(machine.thon(&["config", "env", "--output", "~/out.env"]), @r"
    THON_EVENT_TITLE='two words'
    AUTH_LOCAL_PASSWORD='***'
    LEMONADE_API_KEY='***'
    GATEWAY_MODE=per-group
    ");
    let file = machine.dir.path().join("out.env");
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    let left = fs::read_dir(machine.dir.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    assert_eq!(left.filter(|name| name.to_string_lossy().contains("out.env")).count(), 1);

    // A shell reads what was meant.
    let script = format!("set -a; . '{}'; printf '%s|' \"$AUTH_LOCAL_PASSWORD\" \"$THON_EVENT_TITLE\"", file.display());
    let shell = Command::new("sh").arg("-c").arg(script).env_clear().output().expect("a shell");
    assert_eq!(String::from_utf8_lossy(&shell.stdout), "it's $HOME|two words|");

    // THON too, without the file that it came from.
    let mut other = Machine::new();
    other.sources.env_file = Some(file.to_str().expect("UTF-8").into());
    let config = other.load().config;
    assert_eq!(config.auth.local_password.expect("a password").expose_secret(), "it's $HOME");
    assert_eq!(config.lemonade.api_key.expect("a key").expose_secret(), "hunter2");
}

#[test]
fn docker_gets_values_as_they_are() {
    let machine = machine_with_secrets();
    machine.thon(&["config", "env", "--format", "docker", "--output", "~/out.env"]);
    let file = machine.dir.path().join("out.env");
    let file = file.to_str().expect("UTF-8");
    let run = ["run", "--rm", "--network", "none", "--entrypoint", "printenv", "--env-file", file];
    let said = docker(&[&run[..], &[IMAGE, "AUTH_LOCAL_PASSWORD", "THON_EVENT_TITLE"]].concat());
    assert_eq!(said, "it's $HOME\ntwo words\n");
}

#[test]
fn what_docker_cannot_read_is_not_written() {
    let machine = Machine::with_yaml("auth: {local_password: \"a\\nb\"}\n");
    let said = machine.thon(&["config", "env", "--format", "docker", "--output", "~/out.env"]);
    assert!(said.contains("several lines"), "{said}");
    assert!(!machine.dir.path().join("out.env").exists());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever a value is, a shell and THON read it back as it was.
    #[test]
    fn a_quoted_value_is_the_same_in_a_shell(value in "[^\0]{1,40}") {
        let machine = Machine::new();
        machine.write("cwd/.env", &format!("THON_EVENT_TITLE={}\n", quoted(&value)));
        let file = machine.dir.path().join("cwd/.env");
        let script = format!(". '{}'; printf '%s' \"$THON_EVENT_TITLE\"", file.display());
        let shell = Command::new("sh").arg("-c").arg(script).env_clear().output().expect("a shell");
        prop_assert_eq!(String::from_utf8_lossy(&shell.stdout), value.as_str());
        let title = Config::load(&machine.sources).expect("good").config.event.title;
        prop_assert_eq!(title.as_deref(), Some(value.as_str()));
    }
}
