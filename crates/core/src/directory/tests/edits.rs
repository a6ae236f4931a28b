//! Creating, renaming, moving and deleting.

use thon_domain::{
    id::GroupId,
    live::Change,
    name::NameError,
    page::PageRequest,
    problem::FieldError,
    role::Role,
    sandbox::{Cpus, SandboxOverrides},
};
use thon_store::{activity, volume_removals};

use super::*;

fn operator() -> Actor {
    Actor::operator()
}

fn fields(error: Error) -> Vec<FieldError> {
    let Error::Invalid { fields, .. } = error else { panic!("{error:?}") };
    fields
}

async fn changes(ground: &Ground, after: i64) -> Vec<&'static str> {
    let log = ground.store.read(move |c| activity::after(c, after, 100)).await.expect("the log");
    log.iter().map(|one| <&str>::from(&one.change)).collect()
}

async fn last(ground: &Ground) -> i64 {
    ground.store.read(activity::last_number).await.expect("a number")
}

fn named(name: &str) -> NewGroup {
    NewGroup { name: name.to_owned(), ..NewGroup::default() }
}

async fn group_of(ground: &Ground, path: &str) -> GroupId {
    ground.user(path).await.group
}

#[tokio::test]
async fn a_group_needs_a_good_name_that_is_free() {
    let ground = Ground::with("{alpha: [alice]}").await;
    for (name, why) in [("", NameError::Empty), ("../etc", NameError::Forbidden('/')), ("a..b", NameError::Dots)] {
        let refused = ground.directory.create_group(&operator(), named(name)).await.expect_err(name);
        assert_eq!(fields(refused), [FieldError { field: "name".to_owned(), message: why.to_string() }]);
    }
    let taken = ground.directory.create_group(&operator(), named("ALPHA")).await;
    assert!(matches!(taken, Err(Error::Conflict { .. })), "{taken:?}");
    let made = ground.directory.create_group(&operator(), named(" beta ")).await.expect("made");
    assert_eq!((made.group.name.as_str(), made.event_id.as_str()), ("beta", "default"));
    let renamed = GroupEdit { name: Some("alpha".to_owned()), ..GroupEdit::default() };
    let refused = ground.directory.edit_group(&operator(), made.group.id, renamed).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
}

#[tokio::test]
async fn every_mistake_of_a_user_is_told_at_once() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let group = group_of(&ground, "alpha/alice").await;
    let sandbox = SandboxOverrides { memory_bytes: Some(1), ..Default::default() };
    let wrong = NewUser { name: "a/b".to_owned(), email: Some("nobody".to_owned()), sandbox };
    let refused = ground.directory.create_user(&operator(), group, wrong).await.expect_err("refused");
    let names: Vec<_> = fields(refused).into_iter().map(|mistake| mistake.field).collect();
    assert_eq!(names, ["username", "email", "sandbox.memory_bytes"]);
    let bob = NewUser { name: "bob".to_owned(), ..NewUser::default() };
    let nowhere = GroupId::new(Uuid::nil());
    let refused = ground.directory.create_user(&operator(), nowhere, bob).await;
    assert!(matches!(refused, Err(Error::NotFound { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_rename_and_a_move_keep_slug_workspace_and_instance() {
    let ground = Ground::with("{alpha: [alice], beta: [bob]}").await;
    let (alice, beta) = (ground.user("alpha/alice").await, group_of(&ground, "beta/bob").await);
    ground.launched(alice.id).await;
    let before = ground.directory.person(&operator(), alice.id).await.expect("alice");
    let edit = UserEdit {
        name: Some("alicia".to_owned()),
        email: Wish::Set("alicia@example.org".to_owned()),
        ..UserEdit::default()
    };
    ground.directory.edit_user(&operator(), alice.id.into(), edit).await.expect("renamed");
    let seat = Seat { group: Some(alice.group), user: alice.id };
    let after = ground.directory.transfer_user(&operator(), seat, beta).await.expect("moved");
    assert_eq!((after.user.name.as_str(), after.group_name.as_str()), ("alicia", "beta"));
    assert_eq!((&after.user.slug, &after.workspace, after.instance), (&alice.slug, &before.workspace, before.instance));
    let slug = after.user.slug.clone();
    let newcomer = NewUser { name: "alice".to_owned(), ..NewUser::default() };
    let newcomer = ground.directory.create_user(&operator(), alice.group, newcomer).await.expect("a new alice");
    assert_ne!(newcomer.user.slug, slug, "the slug is the first alice's for ever");
}

#[tokio::test]
async fn what_is_so_already_is_not_written_down() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let alice = ground.user("alpha/alice").await;
    let before = last(&ground).await;
    let edit = UserEdit { name: Some("alice".to_owned()), email: Wish::Clear, ..UserEdit::default() };
    ground.directory.edit_user(&operator(), alice.id.into(), edit).await.expect("fine");
    ground.directory.edit_group(&operator(), alice.group, GroupEdit::default()).await.expect("fine");
    ground.directory.transfer_user(&operator(), alice.id.into(), alice.group).await.expect("fine");
    assert_eq!(last(&ground).await, before);
}

#[tokio::test]
async fn a_seat_must_be_in_the_group_that_is_named() {
    let ground = Ground::with("{alpha: [alice], beta: [bob]}").await;
    let (alice, beta) = (ground.user("alpha/alice").await, group_of(&ground, "beta/bob").await);
    for group in [beta, GroupId::new(Uuid::nil())] {
        let seat = Seat { group: Some(group), user: alice.id };
        let edited = ground.directory.edit_user(&operator(), seat, UserEdit::default()).await;
        assert!(matches!(edited, Err(Error::NotFound { .. })), "{edited:?}");
        let deleted = ground.directory.delete_user(&operator(), seat, VolumeFate::Keep).await;
        assert!(matches!(deleted, Err(Error::NotFound { .. })), "{deleted:?}");
    }
}

#[tokio::test]
async fn nobody_moves_into_another_event() {
    let ground = Ground::with("{alpha: [alice]}").await;
    ground
        .directory
        .import(&operator(), GroupsFile::parse("{event_id: autumn, groups: {beta: [bob]}}").expect("a file"))
        .await
        .expect("imported");
    let wanted = PeopleWanted { search: Some("bob".to_owned()), ..PeopleWanted::default() };
    let beta = ground.directory.people(&operator(), wanted).await.expect("bob").people[0].user.group;
    let alice = ground.user("alpha/alice").await;
    let refused = ground.directory.transfer_user(&operator(), alice.id.into(), beta).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_deleted_group_takes_its_people_and_leaves_their_volumes() {
    let ground = Ground::with("{alpha: [alice, bob], beta: [carol]}").await;
    let alice = ground.user("alpha/alice").await;
    ground.launched(alice.id).await;
    let before = last(&ground).await;
    let preview = ground.directory.removal_of_group(&operator(), alice.group).await.expect("a preview");
    assert_eq!((preview.people.len(), preview.instances().count(), preview.volumes().count()), (2, 1, 2));
    assert_eq!(last(&ground).await, before);
    let done = ground.directory.delete_group(&operator(), alice.group, VolumeFate::Keep).await.expect("deleted");
    assert_eq!(done, preview);
    assert_eq!(changes(&ground, before).await, ["user_deleted", "user_deleted", "group_deleted"]);
    assert_eq!(ground.store.read(volume_removals::all).await.expect("removals"), []);
    let again = ground.directory.delete_group(&operator(), alice.group, VolumeFate::Keep).await;
    assert!(matches!(again, Err(Error::NotFound { .. })), "{again:?}");
}

#[tokio::test]
async fn volumes_go_only_when_that_is_asked_for() {
    let ground = Ground::with("{alpha: [alice, bob]}").await;
    let alice = ground.user("alpha/alice").await;
    ground.launched(alice.id).await;
    ground.directory.delete_user(&operator(), alice.id.into(), VolumeFate::Delete).await.expect("deleted");
    let wishes = ground.store.read(volume_removals::all).await.expect("removals");
    let told: Vec<_> = wishes.iter().map(|one| (one.volume.as_str(), one.user, one.asked_by.as_str())).collect();
    let (home, work) = (format!("thon-home-{}", alice.slug), format!("thon-workspace-{}", alice.slug));
    assert_eq!(told, [(home.as_str(), alice.id, "operator"), (work.as_str(), alice.id, "operator")]);
}

#[tokio::test]
async fn the_links_of_somebody_who_is_gone_open_nothing() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let alice = ground.user("alpha/alice").await;
    let link = ground.accounts.make_link(&operator(), crate::accounts::Whom::User(alice.id)).await.expect("a link");
    ground.directory.delete_user(&operator(), alice.id.into(), VolumeFate::Keep).await.expect("deleted");
    assert!(ground.accounts.use_link(link.secret.reveal()).await.is_err());
}

#[tokio::test]
async fn an_event_goes_with_everything_in_it() {
    let ground = Ground::with("{alpha: [alice], beta: [bob]}").await;
    let spring = NewEvent { event_id: "spring".to_owned(), title: Some(" Spring ".to_owned()), ..NewEvent::default() };
    let made = ground.directory.create_event(&operator(), spring.clone()).await.expect("made");
    assert_eq!(made.title.as_deref(), Some("Spring"));
    let taken = ground.directory.create_event(&operator(), spring).await;
    assert!(matches!(taken, Err(Error::Conflict { .. })), "{taken:?}");
    let before = last(&ground).await;
    ground.directory.delete_event(&operator(), "default".to_owned(), VolumeFate::Keep).await.expect("deleted");
    let told = changes(&ground, before).await;
    assert_eq!(told, ["user_deleted", "user_deleted", "group_deleted", "group_deleted", "event_deleted"]);
    assert_eq!(ground.directory.events().await.expect("events"), [made]);
}

#[tokio::test]
async fn only_an_admin_chooses_an_image() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let alice = ground.user("alpha/alice").await;
    let organizer = Actor { role: Role::Organizer, ..operator() };
    let edit = |sandbox| UserEdit { sandbox: Wish::Set(sandbox), ..UserEdit::default() };
    let limits = SandboxOverrides { cpus: Cpus::new(2.0).ok(), ..Default::default() };
    ground.directory.edit_user(&organizer, alice.id.into(), edit(limits.clone())).await.expect("limits");
    let image = SandboxOverrides { runtime: Some("runsc".to_owned()), ..limits };
    let refused = ground.directory.edit_user(&organizer, alice.id.into(), edit(image.clone())).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    let done =
        ground.directory.edit_user(&operator(), alice.id.into(), edit(image.clone())).await.expect("an admin may");
    assert_eq!(done.user.sandbox, image);
}

#[tokio::test]
async fn people_are_found_by_name_group_and_address() {
    let ground = Ground::with("{Alpha: [alice, {name: bob, email: BOB@x.example}], beta: [carol, 'dave_1']}").await;
    let found = |search: &str, page: Option<PageRequest>| {
        let (directory, search) = (ground.directory.clone(), Some(search.to_owned()));
        async move {
            let wanted = PeopleWanted { group: None, search, page };
            let page = directory.people(&operator(), wanted).await.expect("people");
            (page.people.iter().map(|one| one.user.name.to_string()).collect::<Vec<_>>().join(" "), page.total)
        }
    };
    assert_eq!(found("ALPHA", None).await, ("alice bob".to_owned(), 2));
    assert_eq!(found("bob@X", None).await, ("bob".to_owned(), 1));
    assert_eq!(found("_", None).await, ("dave_1".to_owned(), 1), "no joker");
    assert_eq!(found("%", None).await, (String::new(), 0), "no joker");
    let second = PageRequest { page: 2, page_size: 3 };
    assert_eq!(found("", Some(second)).await, ("dave_1".to_owned(), 4));
}

#[tokio::test]
async fn a_participant_finds_nobody_by_address_and_no_other_group() {
    let ground = Ground::with("{alpha: [alice, {name: bob, email: bob@x.example}], beta: [carol]}").await;
    let (alice, carol) = (ground.user("alpha/alice").await, ground.user("beta/carol").await);
    ground.launched(ground.user("alpha/bob").await.id).await;
    let actor = ground.participant(alice.id).await;
    let all = ground.directory.people(&actor, PeopleWanted::default()).await.expect("people");
    assert_eq!(all.total, 2);
    assert!(all.people.iter().all(|one| one.user.email.is_none() && one.instance.is_none()));
    let wanted = PeopleWanted { search: Some("x.example".to_owned()), ..PeopleWanted::default() };
    assert_eq!(ground.directory.people(&actor, wanted).await.expect("people").total, 0);
    let wanted = PeopleWanted { group: Some(carol.group), ..PeopleWanted::default() };
    assert_eq!(ground.directory.people(&actor, wanted).await.expect("people").total, 0);
    let refused = ground.directory.group(&actor, carol.group).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
}

#[tokio::test]
async fn groups_are_found_by_their_name_and_their_people() {
    let ground = Ground::with("{alpha: [alice, bob], beta: [carol], gamma: }").await;
    let names = |search: &str| {
        let (directory, search) = (ground.directory.clone(), Some(search.to_owned()));
        async move {
            let wanted = GroupsWanted { search, ..GroupsWanted::default() };
            let page = directory.groups(&operator(), wanted).await.expect("groups");
            page.groups.iter().map(|home| format!("{}:{}", home.group.name, home.users.len())).collect::<Vec<_>>()
        }
    };
    assert_eq!(names("").await, ["alpha:2", "beta:1", "gamma:0"]);
    assert_eq!(names("CAROL").await, ["beta:1"]);
    assert_eq!(names("gam").await, ["gamma:0"]);
    let page = Some(PageRequest { page: 2, page_size: 1 });
    let second =
        ground.directory.groups(&operator(), GroupsWanted { page, ..GroupsWanted::default() }).await.expect("groups");
    assert_eq!((second.groups[0].group.name.as_str(), second.groups.len(), second.total), ("beta", 1, 3));
}

#[tokio::test]
async fn who_moves_or_goes_is_told_to_those_who_saw_them() {
    let ground = Ground::with("{alpha: [alice, bob], beta: [carol]}").await;
    let (alice, bob) = (ground.user("alpha/alice").await, ground.user("alpha/bob").await);
    let sight = ground.participant(alice.id).await.sight();
    let before = last(&ground).await;
    let beta = group_of(&ground, "beta/carol").await;
    ground.directory.transfer_user(&operator(), bob.id.into(), beta).await.expect("moved");
    let log = ground.store.read(move |c| activity::after(c, before, 9)).await.expect("the log");
    let seen: Vec<Change> = log.iter().filter_map(|one| sight.of(one)).map(|one| one.change).collect();
    let [Change::UserDeleted { user }] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((user.id, user.group), (bob.id, alice.group), "where bob went is not told");
}
