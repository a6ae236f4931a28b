//! What this machine sees of its surroundings, with a real DNS server and real doors.

use std::{
    net::{IpAddr, SocketAddr},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use http::HeaderValue;
use thon_adapters::surroundings::FromHere;
use thon_core::port::surroundings::{Answer, Knock, Surroundings as _};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, UdpSocket},
    task::JoinSet,
};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// Longer than any look may take, on a busy machine.
const BOUND: Duration = Duration::from_secs(5);

fn free_port() -> u16 {
    std::net::TcpListener::bind((HERE, 0)).and_then(|free| free.local_addr()).expect("a free port").port()
}

/// The resolver that asks a server at this port.
fn asking(port: u16) -> FromHere {
    let mut connection = ConnectionConfig::udp();
    connection.port = port;
    let server = NameServerConfig::new(HERE, true, vec![connection]);
    FromHere::asking(ResolverConfig::from_parts(None, Vec::new(), vec![server]), HeaderValue::from_static("ours"))
}

/// The DNS server of Pebble's tests: it knows what it is told.
struct Dns {
    program: Child,
    port: u16,
    management: u16,
}

impl Dns {
    async fn start() -> Self {
        let [port, management] = [free_port(), free_port()];
        let program = Command::new("pebble-challtestsrv")
            .args(["-dns01", &format!("127.0.0.1:{port}"), "-management", &format!("127.0.0.1:{management}")])
            .args(["-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv4", "", "-defaultIPv6", ""])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("installed by script/bootstrap");
        let dns = Self { program, port, management };
        let deadline = Instant::now() + Duration::from_secs(10);
        while !dns.knows("probe.example", "192.0.2.1") {
            assert!(Instant::now() < deadline, "the DNS server does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        dns
    }

    /// Adds a record.
    fn knows(&self, name: &str, address: &str) -> bool {
        let record = format!(r#"{{"host":"{name}.","addresses":["{address}"]}}"#);
        let at = format!("http://127.0.0.1:{}/add-a", self.management);
        Command::new("curl").args(["-fsS", "-d", &record, &at]).stderr(Stdio::null()).status().expect("curl").success()
    }
}

impl Drop for Dns {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_looked_up_and_one_that_is_not_there_leads_nowhere() {
    let dns = Dns::start().await;
    assert!(dns.knows("thon.example.org", "203.0.113.7"));
    let seen = asking(dns.port);
    assert_eq!(seen.resolve("thon.example.org").await, Ok(vec![IpAddr::from([203, 0, 113, 7])]));
    assert_eq!(seen.resolve("anybody.thon.example.org").await, Ok(Vec::new()), "no record for all names");
    assert!(dns.knows("anybody.thon.example.org", "203.0.113.7"));
    assert!(!seen.resolve("anybody.thon.example.org").await.expect("asked").is_empty(), "nothing is kept from before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dns_that_is_silent_is_told_in_time() {
    let silent = UdpSocket::bind((HERE, 0)).await.expect("a socket");
    let began = Instant::now();
    let told = asking(silent.local_addr().expect("an address").port()).resolve("thon.example.org").await;
    assert!(told.is_err(), "{told:?}");
    assert!(began.elapsed() < BOUND, "{:?}", began.elapsed());
}

/// Somebody at a door who answers everything so.
async fn door(doors: &mut JoinSet<()>, answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind((HERE, 0)).await.expect("a door");
    let at = listener.local_addr().expect("an address");
    doors.spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 2048];
            let _read = stream.read(&mut buffer).await;
            let _sent = stream.write_all(answer.as_bytes()).await;
            // Who says nothing keeps the connection.
            open.push(stream);
        }
    });
    at
}

#[tokio::test(flavor = "multi_thread")]
async fn this_server_is_known_by_its_mark() {
    let mut doors = JoinSet::new();
    let ours = door(&mut doors, "HTTP/1.1 204 No Content\r\nthon-mark: ours\r\n\r\n").await;
    let another = door(&mut doors, "HTTP/1.1 204 No Content\r\nthon-mark: theirs\r\n\r\n").await;
    let nginx = door(&mut doors, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let gibberish = door(&mut doors, "220 mail ESMTP\r\n").await;
    let silent = door(&mut doors, "").await;
    let closed = SocketAddr::new(HERE, free_port());
    let seen = asking(1);
    let knock = |at, over_tls| Knock { at, host: "thon.example.org".to_owned(), over_tls };
    assert_eq!(seen.knock(&knock(ours, false)).await, Answer::Own);
    for other in [another, nginx, gibberish] {
        assert_eq!(seen.knock(&knock(other, false)).await, Answer::Foreign);
    }
    assert_eq!(seen.knock(&knock(gibberish, true)).await, Answer::Foreign, "no TLS is spoken there");
    assert!(matches!(seen.knock(&knock(closed, false)).await, Answer::Nobody(why) if why.contains("refused")));
    for over_tls in [false, true] {
        let began = Instant::now();
        assert!(matches!(seen.knock(&knock(silent, over_tls)).await, Answer::Nobody(why) if why.contains("within")));
        assert!(began.elapsed() < BOUND, "{:?}", began.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_ports_of_this_machine_are_known() {
    let seen = asking(1);
    assert!(seen.is_own(HERE));
    // Only in documents (RFC 5737).
    assert!(!seen.is_own([203, 0, 113, 7].into()));
    let listener = TcpListener::bind((HERE, 0)).await.expect("a port");
    let (taken, free) = (listener.local_addr().expect("an address").port(), free_port());
    assert_eq!(seen.taken(HERE, vec![taken, free]).await, [taken]);
    assert_eq!(seen.taken([0, 0, 0, 0].into(), vec![taken, free]).await, [taken], "one address of it is enough");
    drop(listener);
    assert!(seen.taken(HERE, vec![taken, free]).await.is_empty());
}
