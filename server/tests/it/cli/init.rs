//! `thon init`: the real binary, with flags, with nobody to ask, and at a terminal. Every question is tried beside the code.

use std::{
    fs,
    io::{BufReader, Read as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use super::Machine;

/// The lines of the file that say something.
fn said(machine: &Machine) -> String {
    let text = fs::read_to_string(machine.path().join(".thon/thon.yaml")).expect("the file");
    let said = text.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty());
    said.collect::<Vec<_>>().join("\n").replace(&*machine.path().to_string_lossy(), "~")
}

#[test]
fn without_anybody_to_ask_it_writes_the_defaults_and_stdin_may_be_closed() {
    let machine = Machine::new();
    fs::remove_dir(machine.path().join(".thon")).expect("empty");
    insta::assert_snapshot!(machine.thon(&["init", "--non-interactive"]), @r#"
    exit 0
    -- stdout
    thon run
    -- stderr
    written: ~/.thon/thon.yaml
    hint: then open the link that it prints
    "#);
    assert_eq!(said(&machine), "");
    let mode = fs::metadata(machine.path().join(".thon/thon.yaml")).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    insta::assert_snapshot!(machine.thon(&["config", "validate"]), @r#"
    exit 0
    -- stdout
    the configuration is good: ~/.thon/thon.yaml
      database   sqlite://~/.thon/thon.db
      dashboard  http://127.0.0.1:8100
      sign-in    links
      sandboxes  docker, image thon/sandbox-lite:latest
      groups     0 with 0 people
    -- stderr

    "#);
}

#[test]
fn a_domain_opens_the_doors_and_somebody_can_sign_in() {
    let machine = Machine::new();
    let flags = ["init", "--yes", "--domain", "thon.example.org", "--email", "a@example.org"];
    let output = machine.thon(&[&flags[..], &["--external-ip", "203.0.113.7", "--runtime", "simulated"]].concat());
    insta::assert_snapshot!(output, @r#"
    exit 0
    -- stdout
    thon run
    -- stderr
    written: ~/.thon/thon.yaml
    the admin's password: ~/.thon/password
    hint: then open https://thon.example.org/
    "#);
    insta::assert_snapshot!(said(&machine), @r#"
    external_ip: "203.0.113.7"
    edge:
      host: "0.0.0.0"
      https_port: 443
      http_port: 80
    auth:
      local_password_file: ~/.thon/password
    sandbox:
      runtime: simulated
    nginx:
      domain: thon.example.org
      certbot_email: a@example.org
    "#);
    assert!(machine.thon(&["config", "validate"]).starts_with("exit 0"));
    let password = fs::read_to_string(machine.path().join(".thon/password")).expect("a password");
    assert!(password.trim().len() >= 24, "long enough");
}

#[test]
fn a_file_that_is_there_stays_until_somebody_says_so() {
    let yaml = "log_level: debug\nauth:\n  local_password: a long old password\n";
    let machine = Machine::with_yaml(yaml);
    insta::assert_snapshot!(machine.thon(&["init", "--non-interactive", "--domain", "thon.example.org"]), @r#"
    exit 1
    -- stdout

    -- stderr
    error: there is a configuration already: ~/.thon/thon.yaml
    hint: --yes changes what these flags say and keeps everything else
    "#);
    assert_eq!(said(&machine) + "\n", yaml);
    insta::assert_snapshot!(machine.thon(&["init", "--yes", "--domain", "thon.example.org"]), @r#"
    exit 0
    -- stdout
    thon run
    -- stderr
    written: ~/.thon/thon.yaml
    the earlier one: ~/.thon/thon.yaml.old
    hint: then open https://thon.example.org/
    "#);
    insta::assert_snapshot!(said(&machine), @r#"
    log_level: DEBUG
    edge:
      host: "0.0.0.0"
      https_port: 443
      http_port: 80
    auth:
      local_password: a long old password
    nginx:
      domain: thon.example.org
    "#);
    let old = fs::read_to_string(machine.path().join(".thon/thon.yaml.old")).expect("kept");
    assert_eq!(old, yaml);
    // Back to one machine: what belonged to the domain goes, the rest stays.
    assert!(machine.thon(&["init", "--yes", "--tier", "local"]).starts_with("exit 0"));
    insta::assert_snapshot!(said(&machine), @r#"
    log_level: DEBUG
    auth:
      local_password: a long old password
    "#);
}

#[test]
fn every_key_survives() {
    let earlier = include_str!("../config/earlier.yaml");
    let machine = Machine::with_yaml(earlier);
    machine.write("vscode-settings.jsonc", "{}");
    // What is only a hint differs: a default that was written is not written any more.
    let shown = || machine.thon(&["config", "show"]).split("\n-- stderr").next().map(ToOwned::to_owned);
    let before = shown();
    assert!(before.as_ref().is_some_and(|shown| shown.starts_with("exit 0")), "{before:?}");
    let output = machine.thon(&["init", "--yes"]);
    assert!(output.starts_with("exit 0"), "{output}");
    assert_eq!(shown(), before);
}

#[test]
fn a_file_with_mistakes_is_told_and_kept() {
    let machine = Machine::with_yaml("dashbord:\n  port: 9\n");
    insta::assert_snapshot!(machine.thon(&["init", "--yes"]), @r#"
    exit 0
    -- stdout
    thon run
    -- stderr
    ~/.thon/thon.yaml:1:1: unknown key `dashbord`
    hint: did you mean `dashboard`?
    warning: ~/.thon/thon.yaml has these mistakes, so nothing is taken from it
    written: ~/.thon/thon.yaml
    the earlier one: ~/.thon/thon.yaml.old
    hint: then open the link that it prints
    "#);
    assert_eq!(said(&machine), "");
}

#[test]
fn what_would_not_work_is_not_written() {
    let machine = Machine::with_yaml("dashboard:\n  port: 443\n");
    insta::assert_snapshot!(machine.thon(&["init", "--yes", "--domain", "thon.example.org"]), @r#"
    exit 1
    -- stdout

    -- stderr
    ~/.thon/thon.yaml.new:40:15: edge.https_port and dashboard.port are the same
    hint: give each a port of its own
    hint: these answers do not go together, so ~/.thon/thon.yaml stays as it is
    "#);
    assert_eq!(said(&machine), "dashboard:\n  port: 443");
    assert!(!machine.path().join(".thon/thon.yaml.new").exists());
    assert!(!machine.path().join(".thon/password").exists(), "a password of no configuration");
}

#[test]
fn an_address_needs_no_domain_and_the_way_back_leads_to_one_machine() {
    let machine = Machine::new();
    let flags = ["init", "--yes", "--tier", "address", "--external-ip", "203.0.113.7"];
    insta::assert_snapshot!(machine.thon(&flags), @r#"
    exit 0
    -- stdout
    thon run
    -- stderr
    written: ~/.thon/thon.yaml
    the admin's password: ~/.thon/password
    hint: then open https://203.0.113.7/
    "#);
    insta::assert_snapshot!(said(&machine), @r#"
    external_ip: "203.0.113.7"
    edge:
      host: "0.0.0.0"
      https_port: 443
      http_port: 80
    auth:
      local_password_file: ~/.thon/password
    "#);
    // Who changes something else stays at the address.
    assert!(machine.thon(&["init", "--yes", "--runtime", "simulated"]).starts_with("exit 0"));
    assert!(said(&machine).contains("https_port: 443"), "{}", said(&machine));
    assert!(machine.thon(&["init", "--yes", "--tier", "local"]).starts_with("exit 0"));
    assert!(!said(&machine).contains("edge:"), "{}", said(&machine));
    insta::assert_snapshot!(machine.thon(&["init", "--yes", "--tier", "address", "--domain", "thon.example.org"]), @r#"
    exit 1
    -- stdout

    -- stderr
    error: --domain thon.example.org has no part in this tier
    hint: leave it out, or take --tier domain or --tier path
    "#);
}

#[test]
fn paths_are_said_in_the_file_and_warned_about() {
    let machine = Machine::new();
    let flags = ["init", "--yes", "--tier", "path", "--domain", "thon.example.org", "--external-ip", "203.0.113.7"];
    insta::assert_snapshot!(machine.thon(&flags), @r#"
    exit 0
    -- stdout
    thon run
    -- stderr
    warning: all sandboxes share one origin with the dashboard: whatever runs in one can act as whoever opens it. Only among people who trust each other
    written: ~/.thon/thon.yaml
    the admin's password: ~/.thon/password
    hint: then open https://thon.example.org/
    "#);
    insta::assert_snapshot!(said(&machine), @r#"
    external_ip: "203.0.113.7"
    edge:
      host: "0.0.0.0"
      https_port: 443
      http_port: 80
      tier: path
    auth:
      local_password_file: ~/.thon/password
    nginx:
      domain: thon.example.org
    "#);
    assert!(machine.thon(&["config", "validate"]).starts_with("exit 0"));
    // An answer that is not asked again stays.
    assert!(machine.thon(&["init", "--yes"]).starts_with("exit 0"));
    assert!(said(&machine).contains("tier: path"), "{}", said(&machine));
    assert!(machine.thon(&["init", "--yes", "--tier", "domain"]).starts_with("exit 0"));
    assert!(!said(&machine).contains("tier: path"), "{}", said(&machine));
}

#[test]
fn with_nobody_at_a_terminal_it_asks_for_flags() {
    let machine = Machine::new();
    insta::assert_snapshot!(machine.thon(&["init"]), @r#"
    exit 1
    -- stdout

    -- stderr
    error: nothing is written: there is nobody to ask
    hint: add --non-interactive, with --tier, --domain and the like where the defaults are not meant
    "#);
    insta::assert_snapshot!(machine.thon(&["init", "--domain", "no domain"]), @r#"
    exit 1
    -- stdout

    -- stderr
    error: invalid value 'no domain' for '--domain <NAME>': a domain name is written like thon.example.org

    For more information, try '--help'.
    "#);
}

#[test]
fn nginx_in_front_takes_the_doors_and_gives_them_back() {
    let machine = Machine::new();
    let flags =
        ["init", "--yes", "--domain", "thon.example.org", "--external-ip", "203.0.113.7", "--nginx", "generated"];
    assert!(machine.thon(&flags).starts_with("exit 0"));
    insta::assert_snapshot!(said(&machine), @r#"
    external_ip: "203.0.113.7"
    nginx:
      enabled: true
      mode: generated
      domain: thon.example.org
    "#);
    assert!(machine.thon(&["config", "validate"]).starts_with("exit 0"));
    // Who changes something else keeps it.
    assert!(machine.thon(&["init", "--yes", "--runtime", "simulated"]).starts_with("exit 0"));
    assert!(said(&machine).contains("mode: generated"), "{}", said(&machine));
    assert!(machine.thon(&["init", "--yes", "--nginx", "front"]).starts_with("exit 0"));
    assert!(!said(&machine).contains("mode:") && said(&machine).contains("enabled: true"), "{}", said(&machine));
    assert!(machine.thon(&["init", "--yes", "--nginx", "none"]).starts_with("exit 0"));
    assert!(said(&machine).contains("https_port: 443") && !said(&machine).contains("enabled"), "{}", said(&machine));
    assert!(machine.thon(&["config", "validate"]).starts_with("exit 0"));
}

/// A terminal of its own, as script(1) makes one, with somebody who reads and types.
struct AtTerminal {
    child: Child,
    read: Receiver<u8>,
}

impl AtTerminal {
    fn start(machine: &Machine) -> Self {
        let mut command = Command::new("script");
        let init = format!("stty rows 24 columns 120; exec {} init", env!("CARGO_BIN_EXE_thon"));
        command.args(["-qec", &init, "/dev/null"]).env_clear().env("PATH", "/usr/bin:/bin").env("TERM", "xterm");
        command.env("SHELL", "/bin/sh").env("HOME", machine.path()).current_dir(machine.path());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let (out, (sender, read)) = (child.stdout.take().expect("its output"), channel());
        thread::spawn(move || BufReader::new(out).bytes().map_while(Result::ok).try_for_each(|byte| sender.send(byte)));
        Self { child, read }
    }

    /// Reads until this is asked, then types.
    fn answer(&mut self, question: &str, keys: &str) {
        self.until(question);
        let stdin = self.child.stdin.as_mut().expect("a keyboard");
        stdin.write_all(keys.as_bytes()).and_then(|()| stdin.flush()).expect("typed");
    }

    fn until(&mut self, words: &str) {
        let deadline = Instant::now() + Duration::from_secs(30);
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains(words) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.read.recv_timeout(left) {
                Ok(byte) => seen.push(byte),
                Err(error) => panic!("no {words:?} but {:?}: {error}", String::from_utf8_lossy(&seen)),
            }
        }
    }
}

impl Drop for AtTerminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn at_a_terminal_it_asks_and_writes_what_was_answered() {
    const DOWN: &str = "\u{1b}[B";
    let machine = Machine::new();
    let mut person = AtTerminal::start(&machine);
    person.answer("Who opens the sandboxes, and where?", &format!("{DOWN}{DOWN}\r"));
    person.answer("Under which address is this machine reached?", "203.0.113.7\r");
    person.answer("Whom may Let's Encrypt write to?", "\r");
    person.answer("What stands in front?", &format!("{DOWN}\r"));
    person.answer("What runs the sandboxes?", &format!("{DOWN}\r"));
    person.until("written: ");
    drop(person);
    insta::assert_snapshot!(said(&machine), @r#"
    external_ip: "203.0.113.7"
    sandbox:
      runtime: simulated
    nginx:
      enabled: true
    "#);
    // A file that is there stays unless somebody says otherwise.
    let mut person = AtTerminal::start(&machine);
    person.answer("is there. Change it?", "\r");
    person.until("nothing is changed");
}
