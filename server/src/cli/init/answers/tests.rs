use std::collections::VecDeque;

use clap::Parser as _;

use super::*;
use crate::cli::{
    args::{Arguments, Command},
    init::asker::Check,
};

/// Somebody who answers as written, an empty answer taking the proposal. Notes what was asked.
struct Scripted {
    answers: VecDeque<&'static str>,
    asked: Vec<String>,
}

impl Scripted {
    fn next(&mut self, question: &str, proposal: &str) -> String {
        self.asked.push(format!("{question} [{proposal}]"));
        let answer = self.answers.pop_front().unwrap_or_else(|| panic!("no answer to {question}"));
        if answer.is_empty() { proposal.to_owned() } else { answer.to_owned() }
    }
}

impl Asker for Scripted {
    fn confirm(&mut self, question: &str, proposal: bool) -> Result<bool, CliError> {
        Ok(self.next(question, if proposal { "y" } else { "n" }) == "y")
    }

    fn choose(&mut self, question: &str, choices: &[&str], proposal: usize) -> Result<usize, CliError> {
        let answer = self.next(question, choices[proposal]);
        Ok(choices.iter().position(|choice| *choice == answer).expect("one of them"))
    }

    fn text(&mut self, question: &str, proposal: &str, check: Check<'_>) -> Result<String, CliError> {
        loop {
            let answer = self.next(question, proposal);
            match check(&answer) {
                Ok(()) => return Ok(answer),
                Err(wrong) => self.asked.push(wrong),
            }
        }
    }
}

/// What comes of flags and answers on a machine with this address, and what was asked.
fn asked(flags: &[&str], answers: &[&'static str], outward: &str) -> (Answers, String) {
    let line = ["thon", "init"].iter().chain(flags);
    let Command::Init(arguments) = Arguments::parse_from(line).command else { panic!("not init") };
    let earlier = Earlier::default();
    let known = Known { arguments: &arguments, earlier: &earlier, outward: outward.parse().ok() };
    let mut asker = Scripted { answers: answers.iter().copied().collect(), asked: Vec::new() };
    let found = Answers::ask(&known, &mut asker).expect("answers");
    assert!(asker.answers.is_empty(), "not asked for: {:?}", asker.answers);
    (found, asker.asked.join("\n"))
}

#[test]
fn without_a_domain_a_public_name_of_the_address_is_offered() {
    let for_everybody = "for everybody, a name for each sandbox under a domain";
    let (answers, questions) = asked(&[], &[for_everybody, "", "no domain!", "", "", "", ""], "203.0.113.7");
    insta::assert_snapshot!(questions, @r#"
    Who opens the sandboxes, and where? [on this machine only, at names under localhost]
    Under which address is this machine reached? [203.0.113.7]
    Which domain? It and every name under it must lead to this machine. [203-0-113-7.sslip.io]
    a domain name is written like thon.example.org
    Which domain? It and every name under it must lead to this machine. [203-0-113-7.sslip.io]
    Whom may Let's Encrypt write to? Naming somebody agrees to its terms; empty means nobody. []
    What stands in front? [nothing: THON speaks HTTPS itself]
    What runs the sandboxes? [Docker]
    "#);
    assert_eq!(answers.domain.map(|domain| domain.to_string()).as_deref(), Some("203-0-113-7.sslip.io"));
}

#[test]
fn at_an_address_no_domain_is_asked_for() {
    let at_address = "for everybody, a port for each sandbox at this machine's address";
    let (answers, questions) =
        asked(&[], &[at_address, "203.0.113.9", "", "nginx, which leads everything to THON", ""], "10.0.0.7");
    insta::assert_snapshot!(questions, @r#"
    Who opens the sandboxes, and where? [on this machine only, at names under localhost]
    Under which address is this machine reached? [10.0.0.7]
    Whom may Let's Encrypt write to? Naming somebody agrees to its terms; empty means nobody. []
    What stands in front? [nothing: THON speaks HTTPS itself]
    What runs the sandboxes? [Docker]
    "#);
    assert_eq!(answers.nginx, NginxChoice::Front);
    assert_eq!((answers.tier, answers.dashboard().as_str()), (TierChoice::Address, "https://203.0.113.9/"));
}

#[test]
fn paths_are_under_a_name_or_an_address() {
    let (answers, _) = asked(&["--tier", "path"], &["2001:db8::1", "no name!", "", "", "", ""], "");
    assert_eq!((answers.domain.as_ref(), answers.dashboard().as_str()), (None, "https://[2001:db8::1]/"));
    let (answers, _) = asked(&["--tier", "path"], &["", "thon.example.org", "", "", ""], "203.0.113.7");
    assert_eq!(answers.dashboard(), "https://thon.example.org/");
}

#[test]
fn a_flag_answers_its_question() {
    let flags = [
        "--domain",
        "thon.example.org",
        "--email",
        "a@example.org",
        "--external-ip",
        "198.51.100.4",
        "--nginx",
        "front",
    ];
    let (answers, questions) = asked(&flags, &[""], "");
    assert_eq!(questions, "What runs the sandboxes? [Docker]");
    assert_eq!(answers.tier, TierChoice::Domain);
}

#[test]
fn names_of_addresses_are_names() {
    for (address, name) in [
        ("203.0.113.7", "203-0-113-7.sslip.io"),
        ("2001:db8::1", "2001-db8-0-0-0-0-0-1.sslip.io"),
        ("::1", "0-0-0-0-0-0-0-1.sslip.io"),
    ] {
        let found = wildcard_name(address.parse().expect("an address"));
        assert_eq!(found, name);
        assert!(found.parse::<DomainName>().is_ok());
    }
}
