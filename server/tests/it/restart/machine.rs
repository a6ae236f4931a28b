//! A machine with the real program on simulated sandboxes, whose server may be another process every minute.

use std::{
    fs::{self, File},
    os::unix::{fs::symlink, net::UnixDatagram},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use serde_json::json;
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use crate::app::{Client, PortBlock};

/// Nothing here takes longer, even beside other tests.
pub const SOON: Duration = Duration::from_secs(30);

/// A THON of its own. Everything it started is ended with it.
pub struct Machine {
    folder: TempDir,
    pub port: u16,
    ports: PortBlock,
    first: Option<Child>,
    /// Where a service manager would listen.
    pub manager: UnixDatagram,
}

impl Machine {
    /// A machine whose THON is installed and does not run yet.
    pub fn new() -> Self {
        let (folder, ports) = (TempDir::new().expect("a folder"), PortBlock::take());
        // Nobody else is given the last port of our own range.
        let port = ports.first() + 50;
        let manager = UnixDatagram::bind(folder.path().join("manager.sock")).expect("a socket");
        let machine = Self { folder, port, ports, first: None, manager };
        machine.configure("");
        symlink(env!("CARGO_BIN_EXE_thon"), machine.program()).expect("a link");
        machine
    }

    /// A machine whose THON runs, with one editor open to everybody who may.
    pub async fn running() -> Self {
        let mut machine = Self::new();
        machine.start(machine.thon().arg("run"));
        machine.ready().await;
        machine
    }

    /// Writes `thon.yaml`, with more in it.
    pub fn configure(&self, more: &str) {
        let yaml = format!(
            "dashboard: {{port: {}}}\nsandbox: {{runtime: simulated, starting_port: {}}}\n\
             groups:\n  alpha: [alice, bob]\n{more}",
            self.port,
            self.ports.first()
        );
        fs::write(self.folder.path().join("thon.yaml"), yaml).expect("a file");
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the program is installed.
    pub fn program(&self) -> PathBuf {
        self.folder.path().join("thon")
    }

    /// Puts another program where THON is installed, as an upgrade does.
    pub fn install(&self, program: &Path) {
        let new = self.folder.path().join("thon.new");
        symlink(program, &new).expect("a link");
        fs::rename(new, self.program()).expect("it takes the place");
    }

    /// Writes a script that stands for a program.
    pub fn script(&self, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.folder.path().join("script");
        fs::write(&path, text).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("a mode");
        path
    }

    /// The program as it is installed.
    pub fn thon(&self) -> Command {
        self.called(&self.program())
    }

    /// The same, called through another program with these arguments.
    pub fn thon_through(&self, caller: &[&str]) -> Command {
        let Some((program, arguments)) = caller.split_first() else { return self.thon() };
        let mut command = self.called(Path::new(program));
        command.args(arguments).arg(self.program());
        command
    }

    fn called(&self, program: &Path) -> Command {
        let log = File::options().create(true).append(true).open(self.folder.path().join("log")).expect("a log");
        let mut command = Command::new(program);
        command.env_clear().env("THON_HOME", self.folder.path()).env("HOME", self.folder.path());
        command.env("NOTIFY_SOCKET", self.folder.path().join("manager.sock"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        command
    }

    pub fn start(&mut self, command: &mut Command) {
        self.first = Some(command.spawn().expect("it starts"));
    }

    /// Waits until a server answers.
    pub async fn ready(&self) {
        let ready = async {
            while !self.operator().is_well("/readyz").await {
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(SOON, ready).await.unwrap_or_else(|_| panic!("not ready: {}", self.log()));
    }

    /// What `thon restart` said and how it ended.
    pub async fn restart(&self) -> (i32, String) {
        let mut command = self.called(Path::new(env!("CARGO_BIN_EXE_thon")));
        command.arg("restart").stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("a thread").expect("thon runs");
        let Output { status, stdout, stderr } = output;
        let said = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
        (status.code().expect("an exit code"), said)
    }

    /// Restarts, which must succeed; tells who served before and who serves now.
    pub async fn restarted(&self) -> (u32, u32) {
        let before = self.owner();
        let (code, said) = self.restart().await;
        assert_eq!(code, 0, "{said}\n{}", self.log());
        let now = self.owner();
        assert_eq!(said.lines().next(), Some(format!("process {now} serves now").as_str()), "{said}");
        assert_ne!(before, now);
        (before, now)
    }

    /// The process that owns the database, as `script/server` finds it.
    pub fn owner(&self) -> u32 {
        let lock = fs::read_to_string(self.folder.path().join("thon.db.lock")).unwrap_or_default();
        let number = lock.strip_prefix("process ").and_then(|rest| rest.split(',').next());
        number.and_then(|number| number.parse().ok()).expect("somebody owns it")
    }

    /// Waits until a process has ended.
    pub async fn ended(&self, process: u32) {
        let ended = async {
            while runs(process) {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(SOON, ended).await.unwrap_or_else(|_| panic!("process {process} goes on: {}", self.log()));
    }

    pub fn operator(&self) -> Client {
        Client::on_socket(self.folder.path().join("thon.sock"))
    }

    /// A browser in which somebody is signed in; without a name it is the admin.
    pub async fn signed_in(&self, user: Option<&str>) -> Client {
        let link = self.operator().post("/api/sign-in-links").json(json!({ "user": user })).await.with_status(201);
        let url = link.text("/url");
        let (_, secret) = url.split_once("?t=").expect("a link");
        let client = Client::new(self.port);
        client.post("/sign-in/link").form(&format!("t={secret}")).await.with_status(303);
        client
    }

    /// Starts somebody's instance and opens its editor in their browser.
    pub async fn at_work(&self, user: &str) -> (Client, Client) {
        let body = json!({ "group": "alpha", "username": user });
        let launched = self.operator().post("/api/instances?wait=30").json(body).await.with_status(201);
        assert_eq!(launched.text("/state"), "Running", "{launched}");
        let slug = format!("alpha-{user}");
        let client = self.signed_in(Some(&format!("alpha/{user}"))).await;
        let ticket = client.visit(&format!("/open/{slug}")).await;
        let window = client.at(&slug);
        let target = ticket.location().strip_prefix(&window.origin()).expect("the editor's address").to_owned();
        window.visit(&target).await.with_status(303);
        (client, window)
    }

    /// Waits until `thon check` finds nothing.
    pub async fn healed(&self) {
        let healed = async {
            while self.operator().get("/api/system/check").await.json()["findings"] != json!([]) {
                sleep(Duration::from_millis(100)).await;
            }
        };
        timeout(SOON, healed).await.unwrap_or_else(|_| panic!("not healed: {}", self.log()));
    }

    /// What the service manager was told so far.
    pub fn told(&self) -> Vec<String> {
        self.manager.set_nonblocking(true).expect("a socket");
        let mut told = Vec::new();
        let mut buffer = [0; 256];
        while let Ok(length) = self.manager.recv(&mut buffer) {
            told.push(String::from_utf8_lossy(&buffer[..length]).trim_end().to_owned());
        }
        told
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

pub fn signal(signal: &str, process: u32) {
    let done = Command::new("kill").args([signal, &process.to_string()]).status().expect("kill runs");
    assert!(done.success(), "process {process}");
}

/// Whether a process is there and not just waiting to be reaped.
pub fn runs(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

impl Drop for Machine {
    #[expect(clippy::print_stderr, reason = "the log of the servers is what explains a failure")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.log());
        }
        // Who serves now is found by the lock, and its end ends those before it.
        let lock = fs::read_to_string(self.folder.path().join("thon.db.lock")).unwrap_or_default();
        if let Some(owner) = lock.strip_prefix("process ").and_then(|rest| rest.split(',').next()) {
            let program = fs::read_link(format!("/proc/{owner}/exe")).unwrap_or_default();
            if program.file_name().is_some_and(|name| name.to_string_lossy().starts_with("thon")) {
                let _ = Command::new("kill").args(["-KILL", owner]).status();
            }
        }
        if let Some(first) = &mut self.first {
            let _ = first.kill();
            let _ = first.wait();
        }
    }
}
