//! A THON behind an nginx of the test's own.

use std::{
    convert::Infallible,
    fs,
    net::{IpAddr, SocketAddr},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use rustls::pki_types::pem::PemObject as _;
use thon_adapters::proxy::{
    embedded::Embedded,
    nginx::{Listen, Nginx, NginxOptions, SiteOptions, front_key, question_key},
};
use thon_domain::{
    address::{Addresses, Doorway, Pattern},
    id::{AccountId, InstanceId, UserId},
};
use thon_edge::{
    Admission, Edge, EditorCookie, Gatekeeper, Hosts, Peer, Refusal, Scheme,
    door::{Opening, Reception, RequestBody, Rules, Speaks},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep},
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::stage::free_port;

pub const DOMAIN: &str = "thon.example.org";
/// What the browser of a sandbox's owner holds.
pub const COOKIE: &str = "__Host-thon_editor=of-";

/// Lets everybody into the sandbox whose name their cookie has.
struct Gate;

#[async_trait]
impl Gatekeeper for Gate {
    async fn redeem(&self, _: &str, _: &Doorway) -> Result<EditorCookie, Refusal> {
        Err(Refusal::Unknown)
    }

    async fn admit(&self, cookie: Option<&str>, doorway: &Doorway) -> Result<Admission, Refusal> {
        let home = cookie.and_then(|cookie| cookie.strip_prefix("of-")).ok_or(Refusal::Unknown)?;
        let admission = Admission { revoked: CancellationToken::new(), may_start: true, guest: false, viewer: None };
        if home == doorway.slug.as_str() { Ok(admission) } else { Err(Refusal::Forbidden) }
    }

    async fn start(&self, _: &str, _: &Doorway) -> Result<(), Refusal> {
        Ok(())
    }

    fn lost(&self, _: InstanceId) {}

    fn opened(&self, _: UserId, _: Option<AccountId>) -> Box<dyn Send> {
        Box::new(())
    }

    fn led(&self, _: UserId, _: Option<AccountId>) {}
}

/// nginx, THON's edge behind it, and a client's view of both. All of it ends with it.
pub struct House {
    pub folder: tempfile::TempDir,
    pub proxy: Arc<Nginx>,
    pub options: NginxOptions,
    nginx: Child,
}

impl House {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// One whose options are changed first.
    pub async fn with(change: impl FnOnce(&mut NginxOptions)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let mut options = options(folder.path(), listener.local_addr().expect("an address"));
        change(&mut options);
        certify(&options.site);
        let (proxy, edge) = proxy(&options);
        serve(&options, &edge, listener);
        fs::create_dir_all(options.folder.join("sites-enabled")).expect("a folder");
        fs::write(options.folder.join("nginx.conf"), main(&options.folder)).expect("written");
        let nginx = start(&options.folder);
        Self { proxy: Arc::new(proxy), options, nginx, folder }
    }

    /// Another THON of the same configuration, as after a restart.
    pub fn successor(&self) -> Nginx {
        proxy(&self.options).0
    }

    pub fn https(&self) -> u16 {
        self.options.site.listen.https_port
    }

    pub fn http(&self) -> u16 {
        self.options.site.listen.http_port
    }

    pub fn site(&self) -> PathBuf {
        self.options.folder.join("sites-available/sandbox-thon")
    }

    /// What `curl` says of a URL under `DOMAIN`; a port is put in, and the root is known.
    pub async fn curl(&self, url: &str, arguments: &[&str]) -> String {
        let name = url.split("//").nth(1).and_then(|rest| rest.split('/').next()).expect("a name");
        let port = if url.starts_with("https") { self.https() } else { self.http() };
        let resolve = format!("{name}:{port}:127.0.0.1");
        let url = url.replacen(name, &format!("{name}:{port}"), 1);
        let certificate = self.options.site.certificate.display().to_string();
        let usual = ["-sS", "--max-time", "60", "--cacert", &certificate, "--resolve", &resolve, &url];
        let output = tokio::process::Command::new("curl").args(usual).args(arguments).output().await.expect("curl");
        assert!(output.status.success(), "{url}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// A websocket to a sandbox through nginx, by its owner.
    pub async fn websocket(&self, slug: &str) -> TlsStream<TcpStream> {
        let mut stream = self.tls(&format!("{slug}.{DOMAIN}")).await;
        let host = format!("{slug}.{DOMAIN}:{}", self.https());
        let request = format!(
            "GET /socket HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: https://{host}\r\n\
             Cookie: {COOKIE}{slug}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("asked");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&answer))));
        }
        assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
        stream
    }

    pub async fn tls(&self, name: &str) -> TlsStream<TcpStream> {
        self.try_tls(name).await.expect("agreed")
    }

    /// The same; `None` when the certificate is another than the one in the file.
    pub async fn try_tls(&self, name: &str) -> Option<TlsStream<TcpStream>> {
        let pem = fs::read(&self.options.site.certificate).expect("a certificate");
        let mut roots = rustls::RootCertStore::empty();
        let root = rustls::pki_types::CertificateDer::from_pem_slice(&pem).expect("a root");
        roots.add(root).expect("a root");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.expect("versions").with_root_certificates(roots).with_no_client_auth();
        let stream = TcpStream::connect(("127.0.0.1", self.https())).await.expect("connected");
        let name = rustls::pki_types::ServerName::try_from(name.to_owned()).expect("a name");
        TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()
    }

    /// How often nginx was told to read its files, by its own log.
    fn reloads(&self) -> usize {
        let log = fs::read_to_string(self.options.folder.join("error.log")).unwrap_or_default();
        log.lines().filter(|line| line.contains("(SIGHUP) received")).count()
    }

    /// Waits until nginx was told so often, and sees that it was not told once more.
    pub async fn reloaded(&self, times: usize) {
        until(async || self.reloads() >= times).await;
        sleep(Duration::from_millis(100)).await;
        assert_eq!(self.reloads(), times);
    }

    /// Ends nginx as a power cut would, workers and all, and starts it again.
    pub fn power_cut(&mut self) {
        let children = format!("/proc/{0}/task/{0}/children", self.nginx.id());
        let workers = fs::read_to_string(children).unwrap_or_default();
        self.nginx.kill().expect("killed");
        self.nginx.wait().expect("over");
        for worker in workers.split_whitespace() {
            Command::new("kill").args(["-9", worker]).status().expect("killed");
        }
        self.nginx = start(&self.options.folder);
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let main = self.options.folder.join("nginx.conf");
        Command::new("nginx").arg("-c").arg(main).args(["-s", "stop"]).status().ok();
        self.nginx.wait().ok();
    }
}

pub fn options(folder: &Path, edge: SocketAddr) -> NginxOptions {
    let local: IpAddr = [127, 0, 0, 1].into();
    let https_port = free_port();
    NginxOptions {
        command: "nginx".to_owned(),
        folder: folder.join("etc"),
        tries: folder.join("tries"),
        front: folder.join("own/front.conf"),
        question: None,
        template: None,
        site: SiteOptions {
            domain: Some(DOMAIN.to_owned()),
            patterns: vec![Pattern::Domain { domain: DOMAIN.to_owned(), port: https_port }],
            addresses: vec![local],
            listen: Listen { host: Some(local), http_port: free_port(), https_port },
            certificate: folder.join("thon.pem"),
            key: folder.join("thon-key.pem"),
            edge,
            idle_s: 15,
        },
    }
}

/// Makes a certificate for the domain, which vouches for itself.
pub fn certify(site: &SiteOptions) {
    let names = [DOMAIN.to_owned(), format!("*.{DOMAIN}"), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
    fs::write(&site.certificate, made.cert.pem()).expect("written");
    fs::write(&site.key, made.signing_key.serialize_pem()).expect("written");
}

fn proxy(options: &NginxOptions) -> (Nginx, Edge) {
    let mut patterns = options.site.patterns.clone().into_iter();
    let chosen = patterns.next().expect("a way to write addresses");
    let hosts = Hosts::new(&Addresses { chosen, others: patterns.collect() }, [DOMAIN]);
    let edge = Edge::new(hosts, Arc::new(Gate), TaskTracker::new());
    (Nginx::new(Embedded::new(edge.clone()), options.clone()), edge)
}

/// Answers in plain HTTP: sandboxes by the edge, the dashboard with what it knows of who asks.
fn serve(options: &NginxOptions, edge: &Edge, listener: TcpListener) {
    let front = front_key(&options.front).expect("a key");
    let question = options.question.as_ref().map(|path| question_key(path).expect("a key"));
    let reception = Reception::new(Rules { front: Some(front), question, hsts_s: 60, ..Rules::default() });
    let dashboard = tower::service_fn(async |request: Request<RequestBody>| {
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip().to_string()).unwrap_or_default();
        let scheme = request.extensions().get::<Scheme>().map(|scheme| scheme.as_str()).unwrap_or_default();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let host = String::from_utf8_lossy(request.headers()["host"].as_bytes()).into_owned();
        let key = request.headers().contains_key("x-thon-front");
        let length = request.into_body().collect().await.map_or(0, |body| body.to_bytes().len());
        let told = format!("dashboard: {method} {scheme} {host} {path} by {peer}, {length} bytes, key {key}\n");
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(told))))
    });
    let tasks = TaskTracker::new();
    let service = edge.wrap(dashboard);
    let opening = Opening { connections: tasks.clone(), ..Opening::default() };
    tasks.spawn(async move { reception.serve(listener, Speaks::Http, service, opening).await });
}

fn main(folder: &Path) -> String {
    let folder = folder.display();
    let user = if fs::metadata("/proc/self").expect("Linux").uid() == 0 { "user root;\n" } else { "" };
    let temporary =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|what| format!("{what}_temp_path {what};\n"));
    format!(
        "{user}daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log notice;\n\
         events {{ worker_connections 512; }}\n\
         http {{\naccess_log off;\n{}include {folder}/sites-enabled/*;\n}}\n",
        temporary.concat().replace("_path ", &format!("_path {folder}/")),
    )
}

fn start(folder: &Path) -> Child {
    let child = Command::new("nginx").arg("-c").arg(folder.join("nginx.conf")).spawn().expect("nginx");
    let pid = folder.join("nginx.pid");
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    let own = |text: String| text.trim() == child.id().to_string();
    while !fs::read_to_string(&pid).is_ok_and(own) {
        assert!(std::time::Instant::now() < deadline, "nginx does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

/// Waits until something is so.
pub async fn until(what: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !what().await {
        assert!(Instant::now() < deadline, "it does not happen");
        sleep(Duration::from_millis(20)).await;
    }
}
