//! Every shape of the groups file, every mistake, and the shipped example.

use proptest::prelude::*;
use thon_domain::sandbox::Cpus;

use super::*;

/// A file in one line: `alpha(Title): alice, bob <bob@example.org>`.
fn summary(file: &GroupsFile) -> String {
    let user = |user: &UserEntry| match &user.email {
        Some(email) => format!("{} <{email}>", user.name),
        None => user.name.to_string(),
    };
    let groups = file.groups.iter().map(|group| {
        let title = group.title.as_ref().map(|title| format!("({title})")).unwrap_or_default();
        format!("{}{title}: {}", group.name, group.users.iter().map(user).collect::<Vec<_>>().join(", "))
    });
    groups.collect::<Vec<_>>().join(" | ")
}

fn mistakes(text: &str) -> String {
    GroupsFile::parse(text).expect_err("a bad file").to_string()
}

#[test]
fn every_shape_is_read() {
    for (text, expected) in [
        ("groups: {alpha: [alice, {name: bob, email: bob@example.org}]}", "alpha: alice, bob <bob@example.org>"),
        ("groups:\n  alpha:\n    title: Team A\n    users: [alice]\n", "alpha(Team A): alice"),
        ("groups:\n  alpha:\n", "alpha: "),
        ("- {name: alpha, users: [alice]}\n- name: beta\n", "alpha: alice | beta: "),
        ("groups:\n- {name: alpha, title: A, users: [{username: alice}]}\n", "alpha(A): alice"),
        ("{\"groups\": {\"alpha\": {\"users\": [\"alice\", {\"name\": \"bob\"}]}}}", "alpha: alice, bob"),
        ("groups: {alpha: {title:, users:}}", "alpha: "),
        ("groups:", ""),
        ("groups: {7: [007, 42, no, true, ' Zoe\u{308} ']}", "7: 007, 42, no, true, Zo\u{eb}"),
    ] {
        assert_eq!(GroupsFile::parse(text).as_ref().map(summary), Ok(expected.to_owned()), "{text}");
    }
}

#[test]
fn event_and_title_are_read() {
    let file = GroupsFile::parse("event_id: spring\ntitle: ' Spring '\ngroups: {}\n").expect("a good file");
    assert_eq!((file.event_id.as_deref(), file.title.as_deref()), (Some("spring"), Some("Spring")));
}

#[test]
fn all_mistakes_are_told_with_their_places() {
    let text = "\
event: spring
groups:
  alpha: [alice, bob/x, {email: a@b}, Alice]
  beta: {user: [carol], title: [x]}
  gamma: 7
  Alpha: [{name: dora, email: dora}]
";
    insta::assert_snapshot!(mistakes(text), @r#"
    line 1, column 1: event: unknown key; there are `event_id`, `title` and `groups`, and groups stand under `groups`
    line 3, column 18: groups.alpha[1]: a name must not contain '/'
    line 3, column 25: groups.alpha[2]: a user needs a `name`
    line 3, column 39: groups.alpha[3]: user `Alice` is there twice, first in line 3
    line 4, column 10: groups.beta: unknown key `user`; a group has `title`, `sandbox` and `users`
    line 4, column 32: groups.beta.title: expected a text, found a list
    line 5, column 10: groups.gamma: expected a list of users, found a number
    line 6, column 3: groups: group `Alpha` is there twice, first in line 3
    line 6, column 31: groups.Alpha[0].email: "dora" is no e-mail address such as alice@example.org
    "#);
}

#[test]
fn what_cannot_be_read_at_all_is_told() {
    for (text, expected) in [
        ("", "line 1, column 1: expected the key `groups`, found nothing"),
        ("alpha", "line 1, column 1: expected the key `groups`, found a text"),
        ("- alpha", "line 1, column 3: [0]: expected a group as `{name, users}`, found a text"),
        ("- users: [a]", "line 1, column 3: [0]: a group in a list needs a `name`"),
        (
            "groups: {a: [{username: b, name: c}]}",
            "line 1, column 28: groups.a[0]: `name` and `username` are the same: keep one",
        ),
        (
            "groups: {a: [1.10]}",
            "line 1, column 14: groups.a[0]: put a name that looks like a decimal number in quotation marks",
        ),
    ] {
        assert_eq!(mistakes(text), expected, "{text}");
    }
    assert!(mistakes("groups: [").starts_with("line 1, column "));
    assert!(mistakes(&" ".repeat(MAX_BYTES + 1)).starts_with("a groups file has at most"));
}

#[test]
fn a_file_with_too_many_users_is_refused_once() {
    let users = |count: usize| {
        let names: Vec<_> = (0..count).map(|nth| format!("u{nth}")).collect();
        format!("groups: {{a: [{}]}}", names.join(", "))
    };
    assert_eq!(GroupsFile::parse(&users(MAX_USERS)).map(|file| file.user_count()), Ok(MAX_USERS));
    assert_eq!(mistakes(&users(MAX_USERS + 5)).lines().count(), 1);
}

#[test]
fn addresses_are_checked_a_little() {
    for good in ["a@b", "alice+x@mail.example.org", "zo\u{eb}@example.org"] {
        assert!(GroupsFile::parse(&format!("groups: {{a: [{{name: n, email: {good}}}]}}")).is_ok(), "{good}");
    }
    for bad in ["a", "@b", "a@", "a@b@c", "a b@c", "a@.b", "<a@b>"] {
        assert!(GroupsFile::parse(&format!("groups: {{a: [{{name: n, email: '{bad}'}}]}}")).is_err(), "{bad}");
    }
}

#[test]
fn sandboxes_may_differ_by_group_and_user() {
    let text = "groups: {a: {sandbox: {memory: 4GiB, cpus: 1.5, runtime: runsc}, users: [{name: n, sandbox: {}}]}}";
    let group = &GroupsFile::parse(text).expect("a good file").groups[0];
    let sandbox = group.sandbox.clone().expect("a sandbox");
    assert_eq!((sandbox.memory_bytes, sandbox.cpus), (Some(4 << 30), Cpus::new(1.5).ok()));
    assert_eq!((sandbox.runtime.as_deref(), sandbox.pids), (Some("runsc"), None));
    assert_eq!(group.users[0].sandbox, Some(SandboxOverrides::default()), "an empty one takes away what was there");

    let wrong = "groups: {a: {sandbox: {memory: 1k, cpu: 1, cpus: many, image: -x}, users: [{name: n, sandbox: 4}]}}";
    insta::assert_snapshot!(GroupsFile::parse(wrong).expect_err("mistakes"), @r"
    line 1, column 23: groups.a.sandbox.memory: must be 256MiB to 1024GiB
    line 1, column 23: groups.a.sandbox.image: must be the name of an image such as thon/mine:1
    line 1, column 36: groups.a.sandbox: unknown key `cpu`; a sandbox has `memory`, `cpus`, `pids`, `disk`, `image` and `runtime`
    line 1, column 50: groups.a.sandbox.cpus: expected a number of cores such as 1.5
    line 1, column 95: groups.a.users[0].sandbox: expected keys such as `memory`, found a number
    ");
}

#[test]
fn the_shipped_example_is_good() {
    let file = GroupsFile::parse(include_str!("../../../../../config/groups.yaml")).expect("the shipped example");
    assert!(file.event_id.is_some() && file.user_count() > 2);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}|(groups|users|name|title|alpha|[-:\\[\\]{},'\"&*!|> \n0-9.]){0,60}") {
        let _ = GroupsFile::parse(&text);
    }

    /// What is read can be written as JSON and read again.
    #[test]
    fn a_file_written_as_json_is_the_same(names in proptest::collection::hash_set("[A-Za-z0-9 ._-]{1,12}", 0..6)) {
        let users = names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(",");
        if let Ok(file) = GroupsFile::parse(&format!("groups: {{alpha: {{title: 'T', users: [{users}]}}}}")) {
            let json = serde_json::to_string(&file).expect("JSON");
            prop_assert_eq!(GroupsFile::parse(&json), Ok(file));
        }
    }
}
