//! The commands against a server elsewhere: over TCP and TLS, with a token and without the server's own machine.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
    thread,
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::{net::TcpStream, runtime::Runtime};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{self, pki_types::PrivateKeyDer},
};

use super::{
    Machine,
    served::{Server, machine},
};

/// A machine without a server of its own, and a token for the one on another.
struct Laptop {
    machine: Machine,
    token: String,
}

impl Laptop {
    fn of(server: &Machine, scope: &str) -> Self {
        let output = server.command(&["token", "create", "laptop", "--scope", scope]).output().expect("it runs");
        let token = String::from_utf8(output.stdout).expect("text").trim_end().to_owned();
        Self { machine: Machine::new(), token }
    }

    fn thon(&self, address: &str, arguments: &[&str]) -> String {
        self.machine.thon_with(arguments, &[("THON_SERVER", address), ("THON_TOKEN", &self.token)])
    }
}

#[test]
fn every_command_works_from_elsewhere_with_a_token() {
    let server = machine(28400);
    let _running = Server::start(&server);
    let (laptop, address) = (Laptop::of(&server, "admin"), "http://localhost:28400");
    let launched = laptop.thon(address, &["launch", "--demo"]);
    assert!(launched.starts_with("exit 0") && launched.contains("SIGN IN WITH"), "{launched}");
    assert!(!laptop.machine.path().join(".thon/thon.log").exists(), "no server was started here");
    for (arguments, said) in [
        (&["list"][..], "alpha/alice  Running"),
        (&["pause", "alpha/alice", "--wait", "20"], "alpha/alice  paused"),
        (&["groups", "export"], "alpha:"),
        (&["sign-in", "alpha/bob"], "/sign-in/link?t="),
        (&["token", "list"], "laptop  admin"),
        (&["check"], "agree"),
    ] {
        let told = laptop.thon(address, arguments);
        assert!(told.starts_with("exit 0") && told.contains(said), "{arguments:?}: {told}");
        assert!(!told.contains(&laptop.token), "{told}");
    }
    laptop.machine.write("token", &format!("{}\n", laptop.token));
    let from_file = laptop.machine.thon(&["--server", address, "--token-file", "token", "list", "--group", "beta"]);
    assert!(from_file.contains("beta/carol"), "{from_file}");
}

#[test]
fn a_token_that_is_not_good_is_told_and_not_shown() {
    let server = machine(28420);
    let _running = Server::start(&server);
    let (mut laptop, address) = (Laptop::of(&server, "read"), "http://127.0.0.1:28420");
    let narrow = laptop.thon(address, &["groups", "import", "/dev/null"]);
    assert!(narrow.starts_with("exit 1"), "{narrow}");
    let narrow = laptop.thon(address, &["token", "create", "more"]);
    assert!(narrow.contains("this takes `write`") || narrow.contains("This token has the scope `read`"), "{narrow}");
    laptop.token = "thon_wrong".to_owned();
    insta::assert_snapshot!(laptop.thon(address, &["list"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: This token is unknown, revoked or too old.
    hint: Make a new one with `thon token create`, or ask the organizers for one.
    ");
}

#[test]
fn what_cannot_be_is_told_before_anything_is_sent() {
    let laptop = Machine::new();
    insta::assert_snapshot!(laptop.thon(&["--server", "https://thon.example.org", "list"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: a server elsewhere is talked to with a token, and there is none
    hint: make one there with `thon token create NAME`, then set THON_TOKEN or name its file with --token-file
    ");
    let token = [("THON_TOKEN", "thon_x")];
    insta::assert_snapshot!(laptop.thon_with(&["--server", "http://thon.example.org", "list"], &token), @r"
    exit 1
    -- stdout

    -- stderr
    error: the token is not sent to http://thon.example.org: without TLS everybody on the way could read it
    hint: use its https:// address, or forward its port with ssh -L and use http://localhost
    hint: --insecure-http sends it all the same, for a network on which you trust everybody
    ");
    insta::assert_snapshot!(laptop.thon_with(&["restart", "--server", "http://localhost:1"], &token), @r"
    exit 1
    -- stdout

    -- stderr
    error: `thon restart` works on the server's own machine only, not on http://localhost:1
    hint: run it there, without --server and without THON_SERVER
    ");
    let nobody = laptop.thon_with(&["list", "--server", "http://localhost:1"], &token);
    assert!(nobody.contains("no THON server answers at http://localhost:1: "), "{nobody}");
}

#[test]
fn a_redirect_is_told_and_the_token_stays() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let elsewhere = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let target = format!("http://{}/api/instances", elsewhere.local_addr().expect("an address"));
    let answer = format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n");
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a request");
        let _ = stream.read(&mut [0; 4096]).expect("it is read");
        stream.write_all(answer.as_bytes()).expect("it is answered");
    });
    let said = Machine::new().thon_with(&["list", "--server", &address], &[("THON_TOKEN", "thon_x")]);
    server.join().expect("it answered");
    assert!(said.contains(&format!("sends elsewhere, and the token is not sent along: {target}")), "{said}");
    elsewhere.set_nonblocking(true).expect("set");
    assert!(elsewhere.accept().is_err(), "nobody was asked there");
}

#[test]
fn tls_is_believed_from_the_authority_that_is_named_only() {
    let server = machine(28440);
    let _running = Server::start(&server);
    let laptop = Laptop::of(&server, "read");
    let (authority, front) = Front::before(28440);
    let address = format!("https://localhost:{}", front.port);
    let unknown = laptop.thon(&address, &["list"]);
    assert!(unknown.starts_with("exit 1"), "{unknown}");
    assert!(unknown.contains("does not prove who it is") || unknown.contains("certificate authorities"), "{unknown}");
    laptop.machine.write("ca.pem", &authority);
    insta::assert_snapshot!(laptop.thon(&address, &["list", "--ca", "ca.pem"]), @r"
    exit 0
    -- stdout

    -- stderr
    there are no such sandboxes
    ");
    let wrong_name = laptop.thon(&format!("https://127.0.0.1:{}", front.port), &["list", "--ca", "ca.pem"]);
    assert!(wrong_name.contains("does not prove who it is"), "{wrong_name}");
    laptop.machine.write("empty.pem", "");
    let empty = laptop.thon(&address, &["list", "--ca", "empty.pem"]);
    assert!(empty.contains("holds no certificate"), "{empty}");
}

/// TLS before a server, as a reverse proxy does it, with an authority of its own.
struct Front {
    port: u16,
    _runtime: Runtime,
}

impl Front {
    fn before(port: u16) -> (String, Self) {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let leaf = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
        let leaf = leaf.signed_by(&key, &authority).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = config.expect("TLS").with_no_client_auth().with_single_cert(vec![leaf.der().clone()], key);
        let acceptor = TlsAcceptor::from(Arc::new(config.expect("a certificate with its key")));
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a port");
        let own = listener.local_addr().expect("an address").port();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Who does not believe the certificate goes away again.
                let Ok(mut outside) = acceptor.accept(stream).await else { continue };
                let inside = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
                let mut inside = TcpStream::connect(inside).await.expect("the server listens");
                let passed = tokio::io::copy_bidirectional(&mut outside, &mut inside);
                let _ = tokio::time::timeout(Duration::from_secs(30), passed).await;
            }
        });
        (authority.pem(), Self { port: own, _runtime: runtime })
    }
}
