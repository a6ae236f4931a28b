//! `thon logs` against a real server: the last lines, and what follows over a new sandbox and a restart.

use super::{
    served::{Server, machine},
    watch::Watching,
};

const LISTENS: &str = "HTTP server listening on http://127.0.0.1:";

#[test]
fn a_log_is_printed_and_goes_on_over_a_new_sandbox_and_a_restart() {
    let machine = machine(28560);
    let server = Server::start(&machine);
    machine.command(&["launch", "--demo", "-q"]).assert().success();
    let said = machine.thon(&["logs", "alpha/alice", "--timestamps"]);
    assert!(said.contains(&format!("Z {LISTENS}")) && said.starts_with("exit 0"), "{said}");

    let following = Watching::on(&machine, &["logs", "-f", "alpha/alice"], &[]);
    following.until(LISTENS);
    machine.command(&["recreate", "alpha/alice", "--yes", "--wait", "20"]).assert().success();
    following.until(LISTENS);
    drop(server);
    following.until("; trying again");
    let _server = Server::start(&machine);
    machine.command(&["recreate", "alpha/alice", "--yes", "--wait", "20"]).assert().success();
    following.until(LISTENS);
    assert_eq!(following.leave(), Some(0));
}

#[test]
fn whose_log_there_is_not_is_told() {
    let machine = machine(28580);
    let _server = Server::start(&machine);
    machine.command(&["launch", "--demo", "-q"]).assert().success();
    let said = machine.thon(&["logs", "alpha/alic"]);
    assert!(said.contains("alpha/alic has no sandbox; did you mean alpha/alice?"), "{said}");
    let said = machine.thon(&["logs", "alpha/alice", "-n", "0"]);
    assert!(said.starts_with("exit 1") && said.contains("1..=2000"), "{said}");
}
