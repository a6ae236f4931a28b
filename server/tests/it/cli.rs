//! The command line, as people meet it: the real binary, what it says and how it ends.

mod capacity;
mod cert;
mod configuration;
mod elsewhere;
mod groups;
mod help;
mod init;
mod join;
mod list;
mod logs;
mod operations;
mod passing;
mod ports;
mod served;
mod tokens;
mod watch;

use std::{fs, path::Path, time::Duration};

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

    /// What a good run computes, the mean of twenty.
    ///
    /// Not how long it takes: that is what a busy machine makes of it, and `benches/cli` measures it on an idle one.
    fn computes(&self, arguments: &[&str]) -> Duration {
        const RUNS: u32 = 20;
        let before = computed_by_children();
        for _ in 0..RUNS {
            self.command(arguments).assert().success();
        }
        computed_by_children().saturating_sub(before) / RUNS
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

/// What this process's children computed so far, those that have ended (proc(5): `cutime` and `cstime`, in hundredths of a
/// second). Nextest runs each test in a process of its own, so they are this test's.
fn computed_by_children() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let (_, fields) = stat.rsplit_once(") ").expect("fields after the name");
    let ticks = fields.split(' ').skip(13).take(2).map(|field| field.parse::<u32>().expect("a number"));
    Duration::from_millis(10) * ticks.sum::<u32>()
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
