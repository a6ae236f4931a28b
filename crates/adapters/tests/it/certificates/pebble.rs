//! A real ACME server on loopback: Pebble, with a DNS of its own in which every name leads to 127.0.0.1.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;

/// Pebble and its DNS, until it is dropped.
pub struct Pebble {
    pub folder: TempDir,
    /// The URL of its directory.
    pub directory: String,
    management: u16,
    dns: u16,
    _programs: [Running; 2],
}

/// Where it looks for proofs.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// Instead of 80.
    pub http: u16,
    /// Instead of 443.
    pub tls: u16,
}

/// A program that ends with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Pebble {
    /// One that has every order proven anew, and refuses so many of a hundred nonces: whoever comes with one has to try again.
    pub async fn new(looks_at: Ports, refused_nonces: u8) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let [acme, management, dns_port, dns] = [(); 4].map(|()| free_port());
        server_certificate(&folder);
        let path = |name: &str| folder.path().join(name).display().to_string();
        let config = serde_json::json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{acme}"), "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": path("server.pem"), "privateKey": path("server.key"), "httpPort": looks_at.http,
            "tlsPort": looks_at.tls, "ocspResponderURL": "", "externalAccountBindingRequired": false,
        }});
        fs::write(folder.path().join("pebble.json"), config.to_string()).expect("written");
        let (resolver, manager) = (format!("127.0.0.1:{dns_port}"), format!("127.0.0.1:{dns}"));
        let dns_server = Command::new("pebble-challtestsrv")
            .args(["-dns01", &resolver, "-management", &manager, "-http01", "", "-https01", "", "-tlsalpn01", ""])
            .args(["-defaultIPv6", ""])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let server = Command::new("pebble")
            .args(["-config", &path("pebble.json"), "-dnsserver", &resolver])
            .env("PEBBLE_VA_NOSLEEP", "1")
            .env("PEBBLE_AUTHZREUSE", "0")
            .env("PEBBLE_WFE_NONCEREJECT", refused_nonces.to_string())
            .stdout(fs::File::create(folder.path().join("pebble.log")).expect("a log"))
            .stderr(Stdio::null())
            .spawn();
        let programs = [dns_server, server].map(|child| Running(child.expect("installed by script/bootstrap")));
        let directory = format!("https://localhost:{acme}/dir");
        let pebble = Self { folder, directory, management, dns, _programs: programs };
        pebble.answers(acme).await;
        pebble
    }

    /// Whom to trust as its server.
    pub fn server_root(&self) -> PathBuf {
        self.folder.path().join("server-root.pem")
    }

    /// The root of what it signs.
    pub fn root(&self) -> String {
        self.curl(&[&format!("https://localhost:{}/roots/0", self.management)])
    }

    /// A program that puts records into its DNS as a hook is asked to, and writes down that it was.
    pub fn hook(&self) -> PathBuf {
        let path = self.folder.path().join("hook");
        let (at, log) = (format!("http://127.0.0.1:{}", self.dns), self.folder.path().join("hook.log"));
        let script = format!(
            "#!/bin/sh -e\nhost=\"_acme-challenge.$CERTBOT_DOMAIN.\"\necho \"$1 $host\" >>'{}'\ncase $1 in\n\
             present) curl -fsS -d \"{{\\\"host\\\":\\\"$host\\\",\\\"value\\\":\\\"$CERTBOT_VALIDATION\\\"}}\" {at}/set-txt ;;\n\
             cleanup) curl -fsS -d \"{{\\\"host\\\":\\\"$host\\\"}}\" {at}/clear-txt ;;\nesac\n",
            log.display()
        );
        fs::write(&path, script).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("made executable");
        path
    }

    /// What the hook was asked.
    pub fn hook_calls(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.path().join("hook.log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// Lets a name lead to an address where nobody answers.
    pub fn lead_away(&self, host: &str) {
        let body = format!("{{\"host\":\"{host}.\",\"addresses\":[\"127.0.0.99\"]}}");
        self.curl(&["-d", &body, &format!("http://127.0.0.1:{}/add-a", self.dns)]);
    }

    fn curl(&self, arguments: &[&str]) -> String {
        let mut curl = Command::new("curl");
        let output = curl.args(["-fsS", "--cacert"]).arg(self.server_root()).args(arguments).output().expect("curl");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    async fn answers(&self, port: u16) {
        for _ in 0..200 {
            let ports = [port, self.management, self.dns];
            if ports.iter().all(|port| std::net::TcpStream::connect(("127.0.0.1", *port)).is_ok()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("Pebble does not answer");
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

/// Makes what Pebble itself is known by.
fn server_certificate(folder: &TempDir) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a root");
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).expect("names");
    // Named otherwise than its root, or OpenSSL takes it for one.
    params.distinguished_name.push(DnType::CommonName, "localhost");
    let certificate = params.signed_by(&key, &root).expect("signed");
    for (name, text) in
        [("server-root.pem", root.pem()), ("server.pem", certificate.pem()), ("server.key", key.serialize_pem())]
    {
        fs::write(folder.path().join(name), text).expect("written");
    }
}
