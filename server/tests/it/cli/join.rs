//! `thon join` against a real server: a code from the shell opens the page of joining, until it is revoked.

use serde_json::Value;

use super::{
    Machine,
    served::{Server, machine},
};
use crate::app::Client;

fn json(machine: &Machine, arguments: &[&str]) -> Value {
    let output = machine.command(&[arguments, &["--json"]].concat()).output().expect("it runs");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_made_used_listed_shown_and_revoked() {
    let machine = machine(28640);
    let _server = Server::start(&machine);
    machine.command(&["launch", "--demo", "-q"]).assert().success();
    let made = machine.command(&["join", "create", "--places", "3"]).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    let (code, said) = (text(made.stdout).trim_end().to_owned(), text(made.stderr));
    assert_eq!(code.len(), "K7QM-4PXR".len(), "the code alone: {code}");
    assert!(said.starts_with("for 3 people, until ") && said.contains("/join?code="), "{said}");

    let browser = Client::on_loopback(28640);
    let arrives = async |name: &str| {
        let form = format!("code={code}&name={name}&new_team={name}s");
        browser.post("/join").form(&form).await.location().to_owned()
    };
    assert_eq!(arrives("carol").await, "/");
    let listed = json(&machine, &["join", "list"]);
    let id = listed["codes"][0]["id"].as_str().expect("an id");
    assert_eq!(listed["codes"][0]["came"], 1, "{listed}");
    assert!(!listed.to_string().contains(&code), "a list does not open anything: {listed}");
    assert_eq!(json(&machine, &["join", "show", id])["code"], code.as_str());

    let for_alpha = json(&machine, &["join", "create", "--group", "Alpha", "--approval"]);
    let shown = machine.thon(&["join", "list"]);
    assert!(shown.contains("new teams") && shown.contains("alpha") && shown.contains("1/3"), "{shown}");
    assert_eq!((&for_alpha["approval"], &for_alpha["seats"]), (&true.into(), &5.into()));

    insta::assert_snapshot!(machine.thon(&["join", "revoke", id]).replace(id, "[id]"), @r"
    exit 0
    -- stdout

    -- stderr
    revoked [id]
    ");
    let again = machine.thon(&["join", "revoke", id]);
    assert!(again.starts_with("exit 1") && again.contains("join code"), "{again}");
    browser.post("/sign-out").form("").await;
    assert!(arrives("dave").await.contains("error=code"), "nobody comes by it any more");
}

#[test]
fn what_cannot_be_a_code_is_told() {
    let machine = machine(28650);
    let _server = Server::start(&machine);
    for (arguments, why) in [
        (&["join", "create", "--group", "nobody"][..], "there is no group \"nobody\""),
        (&["join", "create", "--event", "nothing"], "event"),
        (&["join", "create", "--hours", "745"], "a number from 1 to 744"),
        (&["join", "show", "K7QM-4PXR"], "`thon join list` shows them"),
    ] {
        let said = machine.thon(arguments);
        assert!(said.starts_with("exit 1") && said.contains(why), "{said}");
    }
    assert!(machine.thon(&["join", "list"]).contains("there are no join codes"));
}
