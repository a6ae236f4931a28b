//! The real program on real Docker, for tests of what outlives it. Everything made here is removed again.

use std::{
    ffi::OsString,
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use crate::app::{Client, PortBlock};

/// Everybody in an event.
pub const PEOPLE: [&str; 5] = ["p1", "p2", "p3", "p4", "p5"];

/// Two cores start five sandboxes in this time, even beside other tests.
const LONG: Duration = Duration::from_mins(2);

/// How long THON gets to put everything right, whatever happened.
const HEALED_WITHIN: Duration = Duration::from_secs(10);

/// An event with five people, whose group's name nobody else on this machine uses.
pub struct Event {
    home: PathBuf,
    pub group: String,
    port: u16,
    ports: PortBlock,
    /// What its servers find in their environment.
    variables: Vec<(&'static str, OsString)>,
    _folder: Option<TempDir>,
}

/// A container as `docker ps` shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Container {
    pub name: String,
    pub id: String,
    pub ports: String,
}

impl Event {
    pub fn new(word: &str) -> Self {
        let folder = TempDir::new().expect("a folder");
        Self::made(folder.path().to_owned(), Some(folder), word)
    }

    /// An event whose servers have their home in a folder of the test's own.
    pub fn at(home: &Path, word: &str) -> Self {
        Self::made(home.to_owned(), None, word)
    }

    fn made(home: PathBuf, folder: Option<TempDir>, word: &str) -> Self {
        let ports = PortBlock::take();
        let group = format!("{word}{}", std::process::id());
        // Nobody else is given the last port of our own range.
        let port = ports.first() + 50;
        assert!(TcpListener::bind(("127.0.0.1", port)).is_ok(), "port {port} is taken");
        let yaml = format!(
            "dashboard: {{port: {port}}}\nsandbox: {{starting_port: {}, memory: 512MiB}}\ngroups:\n  {group}: [{}]\n",
            ports.first(),
            PEOPLE.join(", ")
        );
        fs::write(home.join("thon.yaml"), yaml).expect("a file");
        Self { home, group, port, ports, variables: Vec::new(), _folder: folder }
    }

    /// The same with a variable in the environment of its servers.
    pub fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// The name of somebody's container.
    pub fn container_of(&self, person: &str) -> String {
        format!("thon-{}-{person}", self.group)
    }

    /// Where the dashboard is.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// A server of this event that is ready.
    pub async fn server(&self) -> Server<'_> {
        self.server_with(None).await
    }

    /// A server that dies at a fault point.
    pub async fn server_that_dies_at(&self, point: &str) -> Server<'_> {
        self.server_with(Some(point)).await
    }

    async fn server_with(&self, fault: Option<&str>) -> Server<'_> {
        let log = File::options().create(true).append(true).open(self.home.join("log")).expect("a log");
        let fault = fault.map(|point| ("THON_FAULT", point));
        let child = self
            .thon()
            .envs(fault)
            .arg("run")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("thon runs");
        let server = Server { event: self, child };
        let ready = async {
            while !server.operator().is_well("/readyz").await {
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(LONG, ready).await.unwrap_or_else(|_| panic!("not ready: {}", self.log()));
        server
    }

    /// The sandboxes of this event, sorted by name.
    pub fn containers(&self) -> Vec<Container> {
        let filter = format!("name=^thon-{}-", self.group);
        let format = "{{.Names}} {{.ID}} {{.Ports}}";
        let listed = docker(&["ps", "--all", "--no-trunc", "--filter", &filter, "--format", format]);
        let mut containers: Vec<Container> = listed
            .lines()
            .map(|line| {
                let mut parts = line.splitn(3, ' ').map(str::to_owned);
                let mut next = || parts.next().unwrap_or_default();
                Container { name: next(), id: next(), ports: next() }
            })
            .collect();
        containers.sort();
        containers
    }

    /// Makes a container that carries our label and belongs to no instance. THON may take it away before it could start.
    pub fn stranger(&self) {
        let installation = format!("thon.installation={}", self.installation());
        let name = format!("thon-{}-stranger", self.group);
        let instance = "thon.instance=01890000-0000-7000-8000-000000000000";
        let published = format!("127.0.0.1:{}:8443", self.ports.first() + 40);
        let mut arguments = vec!["create", "--name", &name, "--publish", &published];
        for label in [&installation, instance, "thon.generation=1"] {
            arguments.extend(["--label", label]);
        }
        arguments.extend(["--env", "HASHED_PASSWORD=x", IMAGE]);
        docker(&arguments);
    }

    /// By what Docker knows the sandboxes of this event; at least one has to be there.
    /// Makes a container that carries our labels and lacks what makes it a sandbox; tells its name.
    pub fn broken(&self) -> String {
        let installation = format!("thon.installation={}", self.installation());
        let name = format!("thon-{}-broken", self.group);
        let instance = "thon.instance=01890000-0000-7000-8000-000000000001";
        let labels = ["--label", &installation, "--label", instance, "--label", "thon.generation=1"];
        docker(&[&["create", "--name", &name], &labels[..], &["--env", "HASHED_PASSWORD=x", IMAGE]].concat());
        name
    }

    pub fn installation(&self) -> String {
        let containers = self.containers();
        let one = &containers.first().expect("a sandbox").id;
        let label = r#"{{index .Config.Labels "thon.installation"}}"#;
        docker(&["inspect", "--format", label, one]).trim().to_owned()
    }

    fn thon(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_thon"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).env("THON_HOME", &self.home).env("HOME", &self.home);
        command.envs(self.variables.iter().cloned());
        command
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.home.join("log")).unwrap_or_default()
    }
}

pub const IMAGE: &str = "thon/sandbox-lite:latest";

impl Drop for Event {
    #[expect(clippy::print_stderr, reason = "the log of the servers is what explains a failure")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}\n(ports from {})", self.log(), self.ports.first());
        }
        for container in self.containers() {
            docker(&["rm", "--force", &container.id]);
        }
        // An instance that never had a container may have volumes all the same; the group's name is nobody else's.
        let volumes = docker(&["volume", "ls", "--quiet", "--filter", &format!("name=-{}-", self.group)]);
        for volume in volumes.lines() {
            docker(&["volume", "rm", volume]);
        }
    }
}

/// A running server.
pub struct Server<'a> {
    event: &'a Event,
    child: Child,
}

impl Server<'_> {
    pub fn operator(&self) -> Client {
        Client::on_socket(self.event.home.join("thon.sock"))
    }

    pub async fn launch_everybody(&self) {
        let launched = self.operator().post("/api/instances/launch-missing").json(json!({})).await.with_status(202);
        assert_eq!(launched.json()["instances"].as_array().map(Vec::len), Some(PEOPLE.len()));
    }

    pub async fn launch(&self, name: &str) {
        let launched = self.tried(name).await;
        assert_eq!(launched["state"], "Running", "{launched:#}");
    }

    /// Asks for somebody's instance and tells what became of it.
    pub async fn tried(&self, name: &str) -> Value {
        let body = json!({"group": self.event.group, "username": name});
        self.operator().post("/api/instances?wait=60").json(body).await.with_status(201).json()
    }

    /// Somebody's instance as the server tells of it.
    pub async fn instance(&self, name: &str) -> Value {
        self.found(name).await.expect("somebody's instance")
    }

    /// The same, if there is one.
    pub async fn found(&self, name: &str) -> Option<Value> {
        let listed = self.operator().get("/api/instances").await.with_status(200).json();
        let instances = listed["instances"].as_array().expect("instances");
        instances.iter().find(|one| one["user"]["username"] == name).cloned()
    }

    /// Asks for something to be done with somebody's instance.
    pub async fn asked(&self, name: &str, operation: &str) {
        self.asked_with(name, operation, 0).await;
    }

    /// The same, and waits until it is done.
    pub async fn done(&self, name: &str, operation: &str) {
        self.asked_with(name, operation, 30).await;
    }

    async fn asked_with(&self, name: &str, operation: &str, wait_s: u32) {
        let id = self.instance(name).await["id"].as_str().expect("an id").to_owned();
        let client = self.operator();
        let asked = match operation {
            "terminate" => client.delete(&format!("/api/instances/{id}?wait={wait_s}")),
            other => client.post(&format!("/api/instances/{id}/{other}?wait={wait_s}")),
        };
        asked.await.with_status(200);
    }

    /// Waits until every instance that was ever launched runs.
    pub async fn all_running(&self) {
        let all = async {
            loop {
                let listed = self.operator().get("/api/instances").await.json();
                let instances = listed["instances"].as_array().expect("instances").clone();
                let failed = instances.iter().find(|instance| instance["state"] == "Failed");
                assert!(failed.is_none(), "given up: {}", failed.map(ToString::to_string).unwrap_or_default());
                if instances.iter().all(|instance| instance["state"] == "Running") {
                    return;
                }
                sleep(Duration::from_millis(200)).await;
            }
        };
        timeout(LONG, all).await.unwrap_or_else(|_| panic!("not all run: {}", self.event.log()));
    }

    /// What `thon check` says.
    pub async fn check(&self) -> String {
        let output = self.output(&["check"]).await;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let agrees = said.starts_with("database, Docker and routes agree");
        assert_eq!(output.status.code(), Some(i32::from(!agrees)), "{output:?}");
        said
    }

    /// Everything that a command says.
    pub async fn said(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments).await;
        [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat()
    }

    /// Waits until `thon check` finds nothing and only sandboxes of instances stand.
    pub async fn healed(&self, event: &Event) {
        let healed = async {
            while !self.check().await.starts_with("database") || event.containers().iter().any(Container::is_stranger) {
                sleep(Duration::from_millis(200)).await;
            }
        };
        timeout(LONG, healed).await.unwrap_or_else(|_| panic!("not healed: {}", event.log()));
    }

    /// Waits until all agree, which may not take long from this moment on.
    pub async fn healed_since(&self, began: Instant) {
        self.healed(self.event).await;
        assert!(began.elapsed() < HEALED_WITHIN, "it took {:?}: {}", began.elapsed(), self.event.log());
    }

    /// Each editor's answer for its health, on its own published port.
    pub async fn editors(&self) -> Vec<(String, String)> {
        let mut answers = Vec::new();
        for container in self.event.containers() {
            let port = container.ports.split([':', '-']).nth(1).and_then(|port| port.parse().ok()).expect("a port");
            answers.push((container.name, Client::new(port).get("/healthz").await.body));
        }
        answers
    }

    async fn output(&self, arguments: &[&str]) -> Output {
        let mut command = self.event.thon();
        command.args(arguments);
        tokio::task::spawn_blocking(move || command.output()).await.expect("a thread").expect("thon runs")
    }

    /// Asks for something whose answer may never come, and waits until the connection ends.
    pub async fn asked_in_vain(&self, method: &str, path: &str, body: &str) {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let socket = self.event.home.join("thon.sock");
        let mut stream = tokio::net::UnixStream::connect(socket).await.expect("it listens");
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
        let request = format!("{head}Content-Length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.expect("it is sent");
        let ended = timeout(LONG, stream.read_to_end(&mut Vec::new())).await;
        assert!(ended.is_ok(), "the server lives on: {}", self.event.log());
    }

    /// How the server ended by itself.
    pub fn ended(mut self) -> std::process::ExitStatus {
        tokio::task::block_in_place(|| self.child.wait()).expect("it ends")
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it has ended");
    }

    /// Ends the server in order.
    pub fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().is_ok_and(|status| status.success()));
        let ended = tokio::task::block_in_place(|| self.child.wait()).expect("it ends");
        assert!(ended.success(), "{ended}: {}", self.event.log());
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        // Ended already, unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Container {
    fn is_stranger(&self) -> bool {
        self.name.ends_with("-stranger")
    }
}

/// Runs the command line of Docker.
pub fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().expect("docker runs");
    assert!(output.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}
