//! An nginx of the test's own: on high ports of 127.0.0.1, with a folder of its own.

use std::{
    fs,
    os::unix::{fs::MetadataExt as _, fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::Arc,
    time::{Duration, Instant},
};

use rustls::pki_types::ServerName;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::app::{Client, PortBlock, trusting_pem};

pub const DOMAIN: &str = "thon.example.org";

/// The user of that name, as every Linux has it.
pub const NOBODY: u32 = 65_534;

/// As whom THON and nginx run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    Ourselves,
    Nobody,
}

/// nginx, ended with the test.
pub struct Place {
    folder: TempDir,
    pub http: u16,
    pub https: u16,
    user: As,
    nginx: Option<Child>,
    _ports: PortBlock,
}

impl Place {
    pub fn new(user: As) -> Self {
        let (folder, ports) = (TempDir::new().expect("a folder"), PortBlock::take());
        let (http, https) = (ports.first(), ports.first() + 1);
        let mut place = Self { folder, http, https, user, nginx: None, _ports: ports };
        for name in ["sites-available", "sites-enabled"] {
            fs::create_dir(place.etc().join(name)).expect("a folder");
        }
        fs::write(place.etc().join("nginx.conf"), place.main()).expect("written");
        place.give(place.etc());
        place.start();
        place
    }

    fn etc(&self) -> &Path {
        self.folder.path()
    }

    fn main(&self) -> String {
        let folder = self.etc().display();
        let user = if is_root() && self.user == As::Ourselves { "user root;\n" } else { "" };
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let temporary = temporary.map(|what| format!("{what}_temp_path {folder}/{what};\n")).concat();
        format!(
            "{user}daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log notice;\n\
             events {{ worker_connections 512; }}\nhttp {{\naccess_log off;\n{temporary}include {folder}/sites-enabled/*;\n}}\n"
        )
    }

    fn start(&mut self) {
        let mut command = Command::new("nginx");
        command.arg("-c").arg(self.etc().join("nginx.conf"));
        self.run_as(&mut command);
        let child = command.spawn().expect("nginx");
        let deadline = Instant::now() + Duration::from_secs(10);
        let is_ready = |text: String| text.trim() == child.id().to_string();
        while !fs::read_to_string(self.etc().join("nginx.pid")).is_ok_and(is_ready) {
            assert!(Instant::now() < deadline, "nginx does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        self.nginx = Some(child);
    }

    /// Has a program run as whoever nginx runs as.
    fn run_as(&self, command: &mut Command) {
        if self.user == As::Nobody && is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
    }

    /// What calls THON as whoever nginx runs as (setpriv(1)). It may look into folders as root does and nothing more: the
    /// program and the site that were built often are where nobody else may enter.
    pub fn caller(&self) -> &'static [&'static str] {
        const NOBODY: &[&str] = &[
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "--inh-caps=-all,+dac_read_search",
            "--ambient-caps=-all,+dac_read_search",
            "--bounding-set=-all,+dac_read_search",
        ];
        if self.user == As::Nobody && is_root() { NOBODY } else { &[] }
    }

    /// Gives a folder with all that is in it to whoever nginx runs as.
    pub fn give(&self, folder: &Path) {
        if self.user == As::Ourselves || !is_root() {
            return;
        }
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.file_type().expect("a type").is_dir() {
                self.give(&entry.path());
            } else {
                std::os::unix::fs::lchown(entry.path(), Some(NOBODY), Some(NOBODY)).expect("given");
            }
        }
        chown(folder, Some(NOBODY), Some(NOBODY)).expect("given");
    }

    /// What stands in `thon.yaml` for this nginx.
    pub fn yaml(&self, mode: &str) -> String {
        format!(
            "nginx: {{enabled: true, mode: {mode}, domain: {DOMAIN}, config_dir: '{}', host: 127.0.0.1, http_port: {}, https_port: {}}}\n",
            self.etc().display(),
            self.http,
            self.https,
        )
    }

    /// THON's file among nginx's sites.
    pub fn site(&self) -> PathBuf {
        self.etc().join("sites-available/sandbox-thon")
    }

    /// All that nginx reads.
    pub fn texts(&self) -> String {
        let read = |entry: std::io::Result<fs::DirEntry>| fs::read_to_string(entry.expect("an entry").path());
        fs::read_dir(self.etc().join("sites-available")).expect("a folder").map(|it| read(it).expect("text")).collect()
    }

    pub fn host(&self, label: &str) -> String {
        format!("{label}{DOMAIN}:{}", self.https)
    }

    pub fn origin(&self, label: &str) -> String {
        format!("https://{}", self.host(label))
    }

    /// The header with which a browser says that a page of this origin asks.
    pub fn origin_of(&self, label: &str) -> String {
        format!("Origin: {}", self.origin(label))
    }

    /// The root to trust, which nginx has in plain HTTP.
    pub async fn root(&self) -> String {
        let answer = Client::new(self.http).get("/ca.crt").header("host", DOMAIN).await.with_status(200);
        answer.body
    }

    /// A connection over TLS to a name below the domain.
    pub async fn tls(&self, label: &str) -> TlsStream<TcpStream> {
        let config = trusting_pem(&self.root().await);
        let name = ServerName::try_from(format!("{label}{DOMAIN}")).expect("a name");
        let stream = TcpStream::connect(("127.0.0.1", self.https)).await.expect("a connection");
        TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("a certificate for this name")
    }
}

/// By what a THON with this home knows its nginx.
pub fn front_key(home: &Path) -> String {
    let text = fs::read_to_string(home.join("nginx/front.conf")).expect("a key");
    text.split_whitespace().last().expect("a key").trim_end_matches(';').to_owned()
}

pub fn is_root() -> bool {
    fs::metadata("/proc/self").expect("Linux").uid() == 0
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(mut nginx) = self.nginx.take() else { return };
        let _ = Command::new("kill").args(["-TERM", &nginx.id().to_string()]).status();
        let _ = nginx.wait();
    }
}
