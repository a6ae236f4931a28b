//! A door for each sandbox, opened and closed beside the others.

use std::{collections::BTreeSet, net::IpAddr};

use thon_edge::{
    door::{Rules, Speaks},
    ports::Ports,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::front::{Front, dashboard};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

async fn free() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address").port()
}

/// Asks over a connection that stays open.
async fn asked(stream: &mut TcpStream) -> String {
    stream.write_all(b"GET /p HTTP/1.1\r\nhost: localhost\r\n\r\n").await.expect("sent");
    let mut said = Vec::new();
    while !said.ends_with(b"/p") {
        said.push(stream.read_u8().await.expect("a byte"));
    }
    String::from_utf8(said).expect("text")
}

#[tokio::test]
async fn each_port_is_known_by_its_requests_and_opens_alone() {
    let front = Front::new(Rules::default()).await;
    let service = front.house.edge.wrap(dashboard());
    let ports = Ports::new(front.reception.clone(), HERE, Speaks::Http, service, front.opening.clone());
    let (one, two, taken) = (free().await, free().await, TcpListener::bind("127.0.0.1:0").await.expect("a port"));
    let third = taken.local_addr().expect("an address").port();

    let refused = ports.apply(&BTreeSet::from([one, third])).await;
    assert_eq!(refused.iter().map(|refused| refused.port).collect::<Vec<_>>(), [third]);
    let mut open = TcpStream::connect((HERE, one)).await.expect("a connection");
    assert!(asked(&mut open).await.ends_with(&format!("http {one} 127.0.0.1 /p")));
    drop(taken);
    assert!(ports.apply(&BTreeSet::from([one, two, third])).await.is_empty(), "it is tried again");
    for port in [two, third] {
        let mut stream = TcpStream::connect((HERE, port)).await.expect("a connection");
        assert!(asked(&mut stream).await.ends_with(&format!("http {port} 127.0.0.1 /p")));
    }
    assert!(ports.apply(&BTreeSet::from([one, third])).await.is_empty());
    assert!(TcpStream::connect((HERE, two)).await.is_err(), "it is closed when this comes back");
    assert!(asked(&mut open).await.contains("200 OK"), "the others notice nothing");
    for _ in 0..50 {
        assert!(ports.apply(&BTreeSet::from([one, two])).await.is_empty(), "a port can be had again at once");
        assert!(ports.apply(&BTreeSet::from([one])).await.is_empty());
    }
    assert!(asked(&mut open).await.contains("200 OK"));
    front.opening.leaving.cancel();
    tokio::time::timeout(crate::house::PATIENCE, async { while TcpStream::connect((HERE, one)).await.is_ok() {} })
        .await
        .expect("all close with the server");
}
