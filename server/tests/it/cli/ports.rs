//! `thon port` against a real server, and what somebody without a sign-in gets at the port meanwhile.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde_json::Value;

use super::served::{Server, machine};

/// The status of what a stranger is answered at Alice's port 3000.
fn stranger(dashboard: u16) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", dashboard)).expect("it listens");
    let host = format!("3000--alpha-alice.localhost:{dashboard}");
    let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.split(' ').nth(1).expect("a status").to_owned()
}

#[test]
fn a_port_is_shared_listed_and_kept_again() {
    let machine = machine(28600);
    let _server = Server::start(&machine);
    machine.command(&["launch", "--demo", "-q"]).assert().success();
    insta::assert_snapshot!(machine.thon(&["port", "list", "alpha/alice"]), @r"
    exit 0
    -- stdout

    -- stderr
    alpha/alice shares no port
    ");
    let closed = stranger(28600);

    insta::assert_snapshot!(machine.thon(&["port", "share", "alpha/alice", "3000", "--with", "everybody"]), @r"
    exit 0
    -- stdout
    http://3000--alpha-alice.localhost:28600/
    -- stderr
    port 3000 of alpha/alice is shared with: everybody
    ");
    assert_eq!((&*closed, &*stranger(28600)), ("401", "200"), "closed, then open");
    machine.command(&["port", "share", "alpha/alice", "8080", "--with", "group"]).assert().success();
    insta::assert_snapshot!(machine.thon(&["port", "list", "alpha/alice"]), @r"
    exit 0
    -- stdout
    PORT  SHARED WITH  ADDRESS
    3000  everybody    http://3000--alpha-alice.localhost:28600/
    8080  group        http://8080--alpha-alice.localhost:28600/
    -- stderr
    ");
    let output = machine.command(&["port", "list", "alpha/alice", "--json"]).output().expect("it runs");
    let listed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(listed["ports"][0]["audience"], "everybody", "{listed}");

    insta::assert_snapshot!(machine.thon(&["port", "unshare", "alpha/alice", "3000"]), @r"
    exit 0
    -- stdout

    -- stderr
    port 3000 of alpha/alice is its owner's alone
    ");
    assert_eq!(stranger(28600), closed, "and closed again");
    machine.command(&["port", "unshare", "alpha/alice", "3000"]).assert().success();
}

#[test]
fn whose_and_which_port_it_cannot_be_is_told() {
    let machine = machine(28620);
    let _server = Server::start(&machine);
    machine.command(&["launch", "--demo", "-q"]).assert().success();
    insta::assert_snapshot!(machine.thon(&["port", "share", "alpha/alic", "3000", "--with", "group"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: alpha/alic has no sandbox; did you mean alpha/alice?
    hint: `thon list` shows who has one
    ");
    for (arguments, why) in [
        (&["8443", "--with", "group"][..], "8443 is the editor itself, which is never shared"),
        (&["0", "--with", "group"], "a port is a number from 1 to 65535"),
        (&["3000", "--with", "owner"], "[possible values: group, judges, everybody]"),
        (&["3000"], "--with <AUDIENCE>"),
    ] {
        let said = machine.thon(&[&["port", "share", "alpha/alice"][..], arguments].concat());
        assert!(said.starts_with("exit 1") && said.contains(why), "{said}");
    }
}
