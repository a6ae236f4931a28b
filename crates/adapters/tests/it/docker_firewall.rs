//! What the packet filter keeps apart, tried from both sides: a sandbox that wants out, a neighbour that wants in.

use std::{
    net::TcpListener,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures::StreamExt as _;
use thon_adapters::runtime::docker::{Docker, DockerOptions};
use thon_core::port::runtime::{Enforcement, RuntimeEvent, SandboxRuntime as _, SandboxSpec};

use crate::{
    editor,
    outside::Outside,
    stage::{IMAGE, Stage, random},
};

/// A neighbour on a network of its own behind this host, with a link-local and an ordinary address.
struct Neighbour {
    name: String,
    link_local: String,
    ordinary: String,
}

impl Neighbour {
    fn move_in() -> Self {
        let name = format!("t{}", random());
        let [a, b] = [&name[5..7], &name[7..9]].map(|hex| u8::from_str_radix(hex, 16).expect("hex"));
        let net = b & 0xfc;
        let (link_local, ordinary) = (format!("169.254.{a}.{}", net + 2), format!("10.99.{a}.{}", net + 2));
        let neighbour = Self { name: name.clone(), link_local, ordinary };
        let (near, far) = (format!("{name}h"), format!("{name}n"));
        for command in [
            format!("netns add {name}"),
            format!("link add {near} type veth peer name {far} netns {name}"),
            format!("addr add 169.254.{a}.{}/30 dev {near}", net + 1),
            format!("addr add 10.99.{a}.{}/30 dev {near}", net + 1),
            format!("link set {near} up"),
            format!("-n {name} addr add 169.254.{a}.{}/30 dev {far}", net + 2),
            format!("-n {name} addr add 10.99.{a}.{}/30 dev {far}", net + 2),
            format!("-n {name} link set {far} up"),
            format!("-n {name} route add default via 10.99.{a}.{}", net + 1),
        ] {
            ip(&command);
        }
        neighbour
    }

    /// Listens on a port until it is dropped.
    fn listens(&self, port: u16) -> Listening {
        let script = format!(
            "use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => {port}, Listen => 9, ReuseAddr => 1) \
             or die; while (1) {{ $s->accept }}"
        );
        let arguments = ["netns", "exec", &self.name, "perl", "-e", &script];
        Listening(Command::new("ip").args(arguments).spawn().expect("perl"))
    }

    /// Whether it gets a connection.
    fn reaches(&self, address: &str, port: u16) -> bool {
        self.reaches_within(address, port, "2")
    }

    /// Whether it gets a connection within so many seconds.
    fn reaches_within(&self, address: &str, port: u16, seconds: &str) -> bool {
        let connect = format!("exec 3<>/dev/tcp/{address}/{port}");
        let arguments = ["netns", "exec", &self.name, "timeout", seconds, "bash", "-c", &connect];
        Command::new("ip").args(arguments).output().expect("bash").status.success()
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        ip(&format!("netns del {}", self.name));
    }
}

struct Listening(std::process::Child);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.kill().expect("ended");
        self.0.wait().expect("ended");
    }
}

fn ip(arguments: &str) {
    let output = Command::new("ip").args(arguments.split(' ')).output().expect("ip");
    assert!(output.status.success(), "ip {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Whether a sandbox gets a connection.
async fn reaches(outside: &Outside, spec: &SandboxSpec, address: &str, port: u16) -> bool {
    let connect = format!("exec 3<>/dev/tcp/{address}/{port}");
    outside.run(&spec.slug, &["timeout", "2", "bash", "-c", &connect]).await.1 == 0
}

/// Runtime, bridges and rules of a test's own, so that nobody else's sandboxes notice.
fn own(installation: &str, prefix: &str, listener: Option<u16>) -> Docker {
    Docker::new(DockerOptions {
        network_prefix: prefix.to_owned(),
        sandbox_listener_port: listener,
        ..DockerOptions::local(IMAGE, installation)
    })
}

/// What is possible: into the sandbox from a neighbour, to this host, to a link-local address, to the outside, and to the
/// published port.
async fn possible(outside: &Outside, spec: &SandboxSpec, neighbour: &Neighbour, hosts: u16) -> [bool; 5] {
    let networks = outside.inspect(&spec.slug).await.network_settings.and_then(|settings| settings.networks);
    let network = networks.expect("networks").into_values().next().expect("a network");
    let (address, host) = (network.ip_address.expect("an address"), network.gateway.expect("a gateway"));
    [
        neighbour.reaches(&address, 8443),
        reaches(outside, spec, &host, hosts).await,
        reaches(outside, spec, &neighbour.link_local, 7000).await,
        reaches(outside, spec, &neighbour.ordinary, 7000).await,
        editor::status(spec.host_port, "/healthz", None).await == Some(200),
    ]
}

#[tokio::test]
async fn docker_sandbox_and_its_surroundings_are_kept_apart() {
    let prefix = format!("t{}", random());
    let (outside, neighbour) = (Outside::connect(), Neighbour::move_in());
    let _listening = neighbour.listens(7000);
    let hosts = TcpListener::bind("0.0.0.0:0").expect("a port of this host");
    let port = hosts.local_addr().expect("an address").port();
    let stage = Stage::docker_with(|options| options.network_prefix.clone_from(&prefix));
    let spec = stage.person("ada");
    stage.launch(&spec).await;
    let docker = own(&stage.installation, &prefix, None);

    let first = possible(&outside, &spec, &neighbour, port).await;
    docker.clear_network_rules().await;
    let without = possible(&outside, &spec, &neighbour, port).await;
    let told = docker.capabilities().await.expect("capabilities").network_rules;
    let again = possible(&outside, &spec, &neighbour, port).await;
    // The same rules once more are the same rules, and one port may be opened.
    let open = own(&stage.installation, &prefix, Some(port));
    open.capabilities().await.expect("capabilities");
    let opened = possible(&outside, &spec, &neighbour, port).await;
    open.clear_network_rules().await;

    stage.runtime.remove(spec.instance).await.expect("removed");
    outside.0.remove_network(&format!("{prefix}0")).await.expect("removed");
    assert_eq!(without, [true; 5], "without the rules nothing is kept apart, or this test would show nothing");
    assert_eq!(told, Enforcement::Enforced);
    assert_eq!(first, [false, false, false, true, true]);
    assert_eq!(again, first);
    assert_eq!(opened, [false, true, false, true, true]);
    assert!(!rules().contains(&prefix), "rules are left");
}

/// A daemon that was started anew may have thrown rules away.
#[tokio::test]
async fn docker_rules_come_back_with_each_connection() {
    let prefix = format!("t{}", random());
    let docker = own("nobody", &prefix, None);
    let mut connected = docker.watch();
    assert_eq!(connected.next().await, Some(RuntimeEvent::Gap));
    let made = rules().contains(&format!("-i {prefix}+ -j drop"));
    docker.clear_network_rules().await;
    assert!(made && !rules().contains(&prefix), "made: {made}");
}

/// Docker moves rules of its own about while it makes a network, and ours have to stand meanwhile.
#[tokio::test]
async fn docker_rules_stand_while_networks_are_made() {
    let prefix = format!("t{}", random());
    let (outside, neighbour) = (Outside::connect(), Neighbour::move_in());
    let stage = Stage::docker_with(|options| options.network_prefix.clone_from(&prefix));
    let spec = stage.person("ada");
    stage.launch(&spec).await;
    let networks = outside.inspect(&spec.slug).await.network_settings.and_then(|settings| settings.networks);
    let address = networks.expect("networks").into_values().next().expect("a network").ip_address.expect("an address");

    let made = Arc::new(AtomicUsize::new(0));
    let busy = make_networks(&outside.0, &prefix, &made);
    let seen = Arc::clone(&made);
    let knocking = tokio::task::spawn_blocking(move || {
        let (mut tries, mut reached) = (0, 0);
        while seen.load(Ordering::Relaxed) < NETWORKS {
            tries += 1;
            reached += usize::from(neighbour.reaches_within(&address, 8443, "0.1"));
        }
        (tries, reached)
    });
    let ((), knocked) = tokio::join!(busy, knocking);
    let (tries, reached) = knocked.expect("knocked");
    let open = own(&stage.installation, &prefix, None);
    open.clear_network_rules().await;
    stage.runtime.remove(spec.instance).await.expect("removed");
    outside.0.remove_network(&format!("{prefix}0")).await.expect("removed");
    assert!(tries > NETWORKS && reached == 0, "{reached} of {tries} connections came through");
}

/// How many networks are made, and taken away again, while somebody knocks.
const NETWORKS: usize = 12;

async fn make_networks(docker: &bollard::Docker, prefix: &str, made: &AtomicUsize) {
    for number in 0..NETWORKS {
        let name = format!("busy-{prefix}-{number}");
        let request = bollard::models::NetworkCreateRequest { name: name.clone(), ..Default::default() };
        docker.create_network(request).await.expect("a network");
        docker.remove_network(&name).await.expect("removed");
        made.fetch_add(1, Ordering::Relaxed);
    }
}

/// All rules of this host, in lower case.
fn rules() -> String {
    let of = |table| Command::new("iptables").args(["-t", table, "-S"]).output().expect("rules").stdout;
    String::from_utf8_lossy(&["filter", "mangle"].map(of).concat()).to_lowercase()
}
