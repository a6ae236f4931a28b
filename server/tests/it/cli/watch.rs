//! `thon watch` against a real server that comes and goes.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use super::{
    Machine,
    served::{Server, machine},
};

const SOON: Duration = Duration::from_secs(30);

/// Somebody who watches. Its lines are read as they come.
pub struct Watching {
    child: Child,
    pub lines: Receiver<String>,
}

impl Watching {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let (sender, lines) = channel();
        let (out, err) = (child.stdout.take().expect("its output"), child.stderr.take().expect("its errors"));
        let other = sender.clone();
        thread::spawn(move || {
            BufReader::new(out).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
        });
        thread::spawn(move || {
            BufReader::new(err).lines().map_while(Result::ok).for_each(|line| drop(other.send(line)));
        });
        Self { child, lines }
    }

    pub fn on(machine: &Machine, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_thon"));
        command.args(arguments).env_clear().env("HOME", machine.path()).envs(variables.iter().copied());
        command.current_dir(machine.path());
        Self::start(command)
    }

    /// Reads until a line begins like this, and returns it.
    pub fn until(&self, start: &str) -> String {
        let deadline = Instant::now() + SOON;
        let mut seen = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) if line.contains(start) => return line,
                Ok(line) => seen.push(line),
                Err(error) => panic!("no {start:?} but {seen:?}: {error}"),
            }
        }
    }

    /// Presses Ctrl-C; returns how it ended.
    pub fn leave(mut self) -> Option<i32> {
        let number = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &number]).status().expect("kill runs").success());
        let deadline = Instant::now() + SOON;
        loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                return status.code();
            }
            assert!(Instant::now() < deadline, "it does not leave");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn changes_come_line_by_line_also_after_a_restart() {
    let machine = machine(28460);
    let server = Server::start(&machine);
    machine.command(&["launch", "--demo", "-q"]).assert().success();
    let watching = Watching::on(&machine, &["watch", "--group", "alpha"], &[]);
    watching.until("alpha/bob  Running  since ");
    machine.command(&["pause", "alpha/alice", "beta/carol"]).assert().success();
    watching.until("alpha/alice  Pausing");
    watching.until("alpha/alice  Paused");

    drop(server);
    let stale = watching.until("stale: ");
    assert!(stale.ends_with("; trying again"), "{stale}");
    let _server = Server::start(&machine);
    watching.until("live again");
    machine.command(&["terminate", "alpha/bob"]).assert().success();
    watching.until("alpha/bob  Terminated");
    assert!(watching.lines.try_iter().all(|line| !line.contains("beta/")), "only the group");
    assert_eq!(watching.leave(), Some(0));
}

#[test]
fn a_revoked_token_ends_it() {
    let machine = machine(28480);
    let _server = Server::start(&machine);
    machine.command(&["launch", "--demo", "-q"]).assert().success();
    let output = machine.command(&["token", "create", "screen"]).output().expect("it runs");
    let token = String::from_utf8(output.stdout).expect("text");
    let laptop = Machine::new();
    let variables = [("THON_SERVER", "http://127.0.0.1:28480"), ("THON_TOKEN", token.trim_end())];
    let watching = Watching::on(&laptop, &["watch"], &variables);
    watching.until("beta/carol  Running");
    machine.command(&["token", "revoke", "screen"]).assert().success();
    watching.until("error: This token is unknown, revoked or too old.");
}

#[test]
fn a_terminal_shows_a_table() {
    let machine = machine(28500);
    let _server = Server::start(&machine);
    machine.command(&["launch", "--demo", "-q"]).assert().success();
    for (colors, state) in [(&[][..], "\u{1b}[32mRunning\u{1b}[0m"), (&[("NO_COLOR", "1")], "  Running  ")] {
        // A terminal of its own, as script(1) makes one.
        let mut command = Command::new("script");
        let watch = format!("stty rows 24 columns 120; exec {} watch", env!("CARGO_BIN_EXE_thon"));
        command.args(["-qec", &watch, "/dev/null"]).env_clear().env("PATH", "/usr/bin:/bin").env("TERM", "xterm");
        command.env("SHELL", "/bin/sh").env("HOME", machine.path()).envs(colors.iter().copied()).stdin(Stdio::null());
        let watching = Watching::start(command);
        watching.until("PERSON       STATE");
        let alice = watching.until("alpha/alice");
        assert!(alice.contains(state), "{alice:?}");
        watching.until("live  3 sandboxes: 3 running");
    }
}

#[test]
fn without_a_server_it_says_so() {
    let said = Machine::new().thon(&["watch"]);
    assert!(said.starts_with("exit 1") && said.contains("hint: start one with `thon run`"), "{said}");
}
