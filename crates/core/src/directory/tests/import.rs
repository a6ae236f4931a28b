//! Imports and exports: what they tell, what they change, and that they change it once.

use proptest::prelude::*;
use thon_domain::{
    live::Change,
    role::Role,
    sandbox::{Cpus, SandboxOverrides},
};
use thon_store::activity;

use super::*;

async fn import(ground: &Ground, text: &str) -> Tally {
    let file = GroupsFile::parse(text).expect("a groups file");
    ground.directory.import(&Actor::operator(), file).await.expect("imported").tally()
}

async fn preview(ground: &Ground, text: &str) -> String {
    let file = GroupsFile::parse(text).expect("a groups file");
    told(&ground.directory.import_preview(&Actor::operator(), file).await.expect("a preview"))
}

/// A diff in a few lines.
fn told(diff: &ImportDiff) -> String {
    let changes = |changes: &[FieldChange]| {
        let told = changes.iter().map(|change| format!(" {}: {:?} -> {:?}", change.field, change.old, change.new));
        told.collect::<String>()
    };
    let mut lines =
        vec![format!("event {}: {}{}", diff.event.event_id, diff.event.verdict, changes(&diff.event.changes))];
    for group in &diff.groups {
        lines.push(format!("{}: {}{}", group.name, group.verdict, changes(&group.changes)));
        for user in &group.users {
            lines.push(format!("  {}: {}{}", user.name, user.verdict, changes(&user.changes)));
        }
    }
    lines.join("\n")
}

async fn last_activity(ground: &Ground) -> i64 {
    ground.store.read(activity::last_number).await.expect("a number")
}

#[tokio::test]
async fn an_import_adds_what_is_missing_and_tells_what_it_did() {
    let ground = Ground::new().await;
    let text =
        "groups: {alpha: [alice, {name: bob, email: bob@example.org}], beta: {title: Team Beta, users: [carol]}}";
    let first = import(&ground, text).await;
    assert_eq!(first, Tally { groups_created: 2, users_created: 3, ..Tally::default() });
    let before = last_activity(&ground).await;
    let again = import(&ground, text).await;
    assert_eq!(again, Tally { unchanged: 5, ..Tally::default() });
    assert_eq!(last_activity(&ground).await, before, "nothing happened, so nothing is written down");
    let changed = import(&ground, "groups: {alpha: [{name: ALICE, email: alice@example.org}]}").await;
    assert_eq!(changed, Tally { changed: 1, unchanged: 1, missing: 3, ..Tally::default() });
    assert_eq!(ground.user("alpha/alice").await.email.as_deref(), Some("alice@example.org"));
}

#[tokio::test]
async fn a_preview_tells_everything_and_changes_nothing() {
    let ground = Ground::with("{alpha: [alice, {name: bob, email: bob@example.org}], beta: [carol]}").await;
    let before = last_activity(&ground).await;
    let text = "{title: Spring, groups: {alpha: {title: A, users: [alice, {name: bob, email: b@example.org}]}, \
                gamma: {sandbox: {memory: 4GiB}, users: [{name: dora, sandbox: {cpus: 2}}]}}}";
    insta::assert_snapshot!(preview(&ground, text).await, @r#"
    event default: change title: None -> Some("Spring")
    alpha: change title: None -> Some("A")
      alice: unchanged
      bob: change email: Some("bob@example.org") -> Some("b@example.org")
    gamma: create sandbox.memory: None -> Some("4GiB")
      dora: create sandbox.cpus: None -> Some("2")
    beta: missing
      carol: missing
    "#);
    assert_eq!(last_activity(&ground).await, before);
    assert_eq!(ground.user("alpha/bob").await.email.as_deref(), Some("bob@example.org"));
    import(&ground, text).await;
    insta::assert_snapshot!(preview(&ground, text).await, @r"
    event default: unchanged
    alpha: unchanged
      alice: unchanged
      bob: unchanged
    gamma: unchanged
      dora: unchanged
    beta: missing
      carol: missing
    ");
}

#[tokio::test]
async fn an_event_is_made_once_and_named_by_the_file() {
    let ground = Ground::new().await;
    import(&ground, "{event_id: spring, title: Spring, groups: {alpha: [alice]}}").await;
    import(&ground, "{event_id: spring, title: Spring 2026, groups: {alpha: [bob]}}").await;
    let events = ground.directory.events().await.expect("events");
    let named: Vec<_> = events.iter().map(|event| (event.event_id.as_str(), event.title.as_deref())).collect();
    assert_eq!(named, [("spring", Some("Spring 2026"))]);
}

#[tokio::test]
async fn every_user_has_an_entry_of_their_own_in_the_log() {
    let ground = Ground::new().await;
    import(&ground, "groups: {alpha: [alice, bob], beta: [carol]}").await;
    let log = ground.store.read(|c| activity::after(c, 0, 100)).await.expect("the log");
    let created = log.iter().filter(|one| matches!(one.change, Change::UserCreated { .. })).count();
    assert_eq!((created, log.len()), (3, 6));
    assert!(log.iter().zip(1..).all(|(one, number)| one.number == number), "numbers without gaps");
}

#[tokio::test]
async fn one_name_too_many_and_nothing_is_imported() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let before = last_activity(&ground).await;
    let mut file = GroupsFile::parse("groups: {beta: [bob], gamma: [carol]}").expect("a groups file");
    // A file that was not read, but made, may name somebody twice; the database has the last word.
    let twice = file.groups[1].users[0].clone();
    file.groups[1].users.push(twice);
    let refused = ground.directory.import(&Actor::operator(), file).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
    assert_eq!(last_activity(&ground).await, before);
    assert_eq!(ground.directory.people(&Actor::operator(), PeopleWanted::default()).await.expect("people").total, 1);
}

#[tokio::test]
async fn only_an_admin_imports_images() {
    let ground = Ground::new().await;
    let organizer = Actor { role: Role::Organizer, ..Actor::operator() };
    let file = |text: &str| GroupsFile::parse(text).expect("a groups file");
    let limits = "groups: {alpha: {sandbox: {memory: 4GiB}, users: [alice]}}";
    ground.directory.import(&organizer, file(limits)).await.expect("limits are an organizer's");
    let image = "groups: {alpha: {sandbox: {memory: 4GiB, image: 'thon/mine:1'}, users: [alice]}}";
    let refused = ground.directory.import(&organizer, file(image)).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    ground.directory.import(&Actor::operator(), file(image)).await.expect("an admin may");
    ground.directory.import(&organizer, file(image)).await.expect("what is so already may stand in the file");
}

#[tokio::test]
async fn several_events_are_exported_one_by_one() {
    let ground = Ground::new().await;
    let operator = Actor::operator();
    assert_eq!(ground.directory.export(&operator, None).await.expect("nothing yet"), GroupsFile::default());
    import(&ground, "{event_id: spring, groups: {alpha: [alice]}}").await;
    import(&ground, "{event_id: autumn, groups: {beta: [bob]}}").await;
    let vague = ground.directory.export(&operator, None).await;
    assert!(matches!(&vague, Err(Error::Conflict { hint, .. }) if hint.contains("autumn")), "{vague:?}");
    let autumn = ground.directory.export(&operator, Some("autumn".to_owned())).await.expect("autumn");
    assert_eq!(autumn.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["beta"]);
}

fn overrides() -> impl Strategy<Value = Option<SandboxOverrides>> {
    let size = prop::option::of(prop_oneof![Just(4_u64 << 30), Just((256 << 20) + 1), Just(512 << 20)]);
    let cpus = prop::option::of((1_u32..8000).prop_map(|n| f64::from(n.max(100)) / 1000.0));
    let word = prop::option::of("[a-z0-9][a-z0-9._-]{0,8}");
    (size.clone(), cpus, size, word.clone(), word).prop_map(|(memory_bytes, cpus, disk_bytes, image, runtime)| {
        let cpus = cpus.and_then(|cpus| Cpus::new(cpus).ok());
        let overrides = SandboxOverrides { memory_bytes, cpus, disk_bytes, image, runtime, ..Default::default() };
        Some(overrides).filter(|overrides| !overrides.is_empty())
    })
}

/// Names that a careless writer of YAML would turn into something else, and whatever people type.
fn name() -> impl Strategy<Value = String> {
    const TRICKY: &[&str] = &[
        "null",
        "~",
        "true",
        "no",
        "1",
        "1.0",
        "1e3",
        "0x1f",
        "-",
        "- a",
        "a: b",
        "#x",
        "'",
        "\"",
        "*a",
        "&a",
        "!t",
        "%",
        "@",
        "`",
        "{a}",
        "[b]",
        ", ",
        "?",
        "|",
        ">",
        "a #b",
        "<<",
        "2026-01-01",
        ".inf",
        "=",
        "users",
        "🦀",
    ];
    // Unicode's own line breaks are no control characters to a regular expression, and titles have none.
    let any = "\\PC{1,12}".prop_map(|text| text.replace(['\u{2028}', '\u{2029}'], " "));
    prop_oneof![prop::sample::select(TRICKY).prop_map(str::to_owned), any]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What is exported, as YAML and as JSON, is the file that was imported, and importing it again changes nothing.
    #[test]
    fn an_export_comes_back_as_it_was(
        title in prop::option::of(name()),
        people in prop::collection::vec((name(), name(), prop::option::of(0_u8..9), overrides(), overrides()), 0..6),
    ) {
        let mut file = GroupsFile { event_id: Some("spring".to_owned()), title: None, groups: Vec::new() };
        file.title = title.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty());
        for (group, user, email, of_group, sandbox) in people {
            let (Ok(group), Ok(name)) = (group.parse::<GroupName>(), user.parse()) else { continue };
            if file.groups.iter().any(|one| one.name.folded() == group.folded()) {
                continue;
            }
            let email = email.map(|n| format!("n{n}@example.org"));
            let users = vec![UserEntry { name, email, sandbox }];
            file.groups.push(GroupEntry { name: group, title: file.title.clone(), sandbox: of_group, users });
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (exported, again) = runtime.block_on(async {
            let ground = Ground::new().await;
            let operator = Actor::operator();
            ground.directory.import(&operator, file.clone()).await.expect("imported");
            let exported = ground.directory.export(&operator, None).await.expect("exported");
            let yaml = exported.to_yaml().expect("YAML");
            let from_yaml = GroupsFile::parse(&yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"));
            assert_eq!(from_yaml, exported, "{yaml}");
            let json = serde_json::to_string(&exported).expect("JSON");
            let from_json = GroupsFile::parse(&json).unwrap_or_else(|error| panic!("{error}\n{json}"));
            assert_eq!(from_json, exported, "{json}");
            let again = ground.directory.import(&operator, from_json).await.expect("imported again");
            (exported, again)
        });
        prop_assert!(!again.changes_something());
        file.groups.sort_by_key(|group| group.name.folded());
        prop_assert_eq!(exported, file);
    }
}
