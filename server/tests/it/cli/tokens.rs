//! `thon token` against a real server.

use serde_json::Value;

use super::served::{Server, machine};

#[test]
fn a_token_is_shown_once_listed_and_revoked() {
    let machine = machine(28340);
    let _server = Server::start(&machine);
    let output = machine.command(&["token", "create", "ci", "--scope", "write"]).output().expect("it runs");
    let secret = String::from_utf8(output.stdout).expect("text");
    let secret = secret.trim_end();
    assert!(secret.starts_with("thon_") && !secret.contains(char::is_whitespace), "it alone: {secret}");
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.starts_with("ci: for write, until ") && !said.contains(secret), "{said}");

    let made: Value = {
        let output =
            machine.command(&["token", "create", "ci", "--expires", "12h", "--json"]).output().expect("it runs");
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    assert!(made["scope"] == "read" && made["token"].as_str().expect("a token").starts_with("thon_"), "{made}");
    let listed = machine.thon(&["token", "list"]);
    assert!(listed.contains("ci    write") && listed.contains("ci    read") && !listed.contains("thon_"), "{listed}");
    assert!(machine.thon(&["token", "list", "--all"]).contains("OWNER"), "whose they are");

    let which = machine.thon(&["token", "revoke", "ci"]);
    assert!(which.starts_with("exit 1") && which.contains("2 tokens are called \"ci\""), "{which}");
    let id = made["id"].as_str().expect("an id");
    insta::assert_snapshot!(machine.thon(&["token", "revoke", id]).replace(id, "[id]"), @r"
    exit 0
    -- stdout

    -- stderr
    revoked [id]
    ");
    machine.command(&["token", "revoke", "ci"]).assert().success();
    insta::assert_snapshot!(machine.thon(&["token", "revoke", "ci"]), @r#"
    exit 1
    -- stdout

    -- stderr
    error: you have no token "ci"
    hint: `thon token list` shows them
    "#);
    insta::assert_snapshot!(machine.thon(&["token", "list"]), @r"
    exit 0
    -- stdout

    -- stderr
    there are no tokens
    ");
}

#[test]
fn what_cannot_be_a_token_is_told_at_once() {
    let machine = machine(28350);
    for (arguments, why) in [
        (["--scope", "everything"], "[possible values: read, write, admin]"),
        (["--expires", "2w"], "write days as 30d or hours as 12h"),
        (["--expires", "400d"], "a token lasts from 1h to 366d"),
    ] {
        let said = machine.thon(&[&["token", "create", "ci"][..], &arguments].concat());
        assert!(said.starts_with("exit 1") && said.contains(why), "{said}");
    }
}
