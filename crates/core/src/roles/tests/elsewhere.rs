//! An organizer of one event of two: what is theirs, and that nothing of the other is.

use std::fmt::Debug;

use chrono::TimeDelta;
use thon_domain::{id::GroupId, join_code::JoinCode, page::PageRequest, user::User};

use super::*;
use crate::{
    audit::Audit,
    directory::{
        EventEdit, GroupEdit, GroupsWanted, NewEvent, NewGroup, NewUser, PeopleWanted, UserEdit, VolumeFate,
        groups_file::GroupsFile,
    },
    fleet::{Fleet, LaunchChoice, Operation, PageFilter},
    history::History,
    joining::{Admit, Join, Joining, MakeCode},
};

const CODE: MakeCode = MakeCode { event_id: None, group: None, seats: 2, places: 10, hours: 1, approval: true };

/// Two events: Olga organizes spring, where Sam is; Alice is in the other.
struct Fair {
    house: House,
    olga: Actor,
    alice: User,
    sam: User,
    fleet: Fleet,
    joining: Joining,
}

impl Fair {
    async fn new() -> Self {
        let house = House::new().await;
        let ground = &house.ground;
        let spring = file("{event_id: spring, groups: {sigma: [{name: sam, email: sam@example.org}]}}");
        ground.directory.import(&Actor::operator(), spring).await.expect("imported");
        let to = Grantee::Newcomer("Olga".to_owned());
        let wish = GrantRole { to, role: Role::Organizer, event_id: Some("spring".to_owned()) };
        let granted = house.roles.grant(&Actor::operator(), wish).await.expect("granted");
        let fleet = ground.fleet();
        Self {
            olga: house.actor(granted.account.id).await,
            alice: ground.user("alpha/alice").await,
            sam: ground.user("sigma/sam").await,
            joining: Joining::new(ground.store.clone(), ground.clock.nature(), fleet.clone()),
            fleet,
            house,
        }
    }
}

fn file(text: &str) -> GroupsFile {
    GroupsFile::parse(text).expect("a groups file")
}

/// Walter comes by a code, to found a team, and waits.
async fn comes(joining: &Joining, code: &JoinCode) {
    let (name, new_team) = ("walter".to_owned(), "walkers".to_owned());
    let join = Join { code: code.code.to_string(), name, new_team, ..Join::default() };
    joining.join(join).await.expect("waits");
}

#[track_caller]
fn refused<T: Debug>(result: &Result<T, Error>) {
    assert!(matches!(result, Err(Error::Forbidden { .. })), "{result:?}");
}

#[tokio::test]
async fn who_organizes_one_event_changes_nothing_of_another() {
    let Fair { house, olga, alice, .. } = Fair::new().await;
    let directory = &house.ground.directory;
    let default = || "default".to_owned();
    refused(&directory.create_event(&olga, NewEvent { event_id: "third".to_owned(), ..NewEvent::default() }).await);
    refused(&directory.edit_event(&olga, default(), EventEdit::default()).await);
    refused(&directory.archive_event(&olga, default()).await);
    refused(&directory.unarchive_event(&olga, default()).await);
    refused(&directory.removal_of_event(&olga, default()).await);
    refused(&directory.delete_event(&olga, default(), VolumeFate::Keep).await);
    let group = NewGroup { name: "gamma".to_owned(), event_id: Some(default()), ..NewGroup::default() };
    refused(&directory.create_group(&olga, group).await);
    refused(&directory.edit_group(&olga, alice.group, GroupEdit::default()).await);
    refused(&directory.group(&olga, alice.group).await);
    refused(&directory.removal_of_group(&olga, alice.group).await);
    refused(&directory.delete_group(&olga, alice.group, VolumeFate::Keep).await);
    refused(&directory.create_user(&olga, alice.group, NewUser { name: "x".to_owned(), ..NewUser::default() }).await);
    refused(&directory.edit_user(&olga, alice.id.into(), UserEdit::default()).await);
    refused(&directory.person(&olga, alice.id).await);
    refused(&directory.transfer_user(&olga, alice.id.into(), alice.group).await);
    refused(&directory.transfer_users(&olga, vec![alice.id], alice.group).await);
    refused(&directory.removal_of_users(&olga, vec![alice.id]).await);
    refused(&directory.delete_users(&olga, vec![alice.id], VolumeFate::Keep).await);
    refused(&directory.delete_user(&olga, alice.id.into(), VolumeFate::Keep).await);
    refused(&directory.export(&olga, Some(default())).await);
    for foreign in ["{event_id: default, groups: {alpha: [zoe]}}", "{event_id: third, groups: {alpha: [zoe]}}"] {
        refused(&directory.import_preview(&olga, file(foreign)).await);
        refused(&directory.import(&olga, file(foreign)).await);
    }
    assert_eq!(house.ground.user("alpha/alice").await, alice);
    assert_eq!(directory.events().await.expect("events").len(), 2);
}

#[tokio::test]
async fn who_organizes_one_event_starts_opens_and_lets_in_nobody_of_another() {
    let Fair { house, olga, alice, sam, fleet, joining } = Fair::new().await;
    let operator = Actor::operator();
    refused(&fleet.launch(&olga, alice.id).await);
    let many = fleet.launch_all(&olga, vec![alice.id], LaunchChoice::default()).await.expect("answered");
    refused(&many.each.into_iter().next().expect("an answer").result);
    let launched = fleet.launch_missing(&olga, None).await.expect("launched");
    assert_eq!(launched.each.iter().map(|one| one.user).collect::<Vec<_>>(), [sam.id]);

    let hers = fleet.launch(&operator, alice.id).await.expect("launched");
    for operation in [Operation::Pause, Operation::Terminate, Operation::Recreate, Operation::Renew { minutes: 5 }] {
        refused(&fleet.change(&olga, hers.id, operation).await);
    }
    refused(&fleet.instance(&olga, hers.id).await);
    refused(&house.ground.directory.user_to_open(&olga, alice.slug.clone()).await);
    refused(&house.ground.accounts.make_link(&olga, Whom::User(alice.id)).await);

    let made = joining.make_code(&operator, CODE).await.expect("a code").code;
    let other = MakeCode { event_id: Some("default".to_owned()), ..CODE };
    refused(&joining.make_code(&olga, other).await);
    refused(&joining.code(&olga, made.id).await);
    refused(&joining.revoke_code(&olga, made.id).await);
    assert_eq!(joining.codes(&olga).await.expect("codes"), []);
    comes(&joining, &made).await;
    assert_eq!(joining.waiting(&olga).await.expect("those who wait"), []);
    let waits = joining.waiting(&operator).await.expect("those who wait").remove(0).arrival.id;
    refused(&joining.let_in(&olga, waits, Admit::default()).await);
    refused(&joining.refuse(&olga, waits).await);
}

#[tokio::test]
async fn a_link_opens_nothing_that_its_maker_does_not_organize() {
    let Fair { house, olga, sam, .. } = Fair::new().await;
    house.ground.accounts.make_link(&olga, Whom::User(sam.id)).await.expect("a link");
    let account = house.ground.user("sigma/sam").await.account.expect("an account");
    let judge = GrantRole { to: Grantee::Account(account), role: Role::Judge, event_id: Some("default".to_owned()) };
    house.roles.grant(&Actor::operator(), judge).await.expect("granted");
    refused(&house.ground.accounts.make_link(&olga, Whom::User(sam.id)).await);
    refused(&house.ground.accounts.make_link(&olga, Whom::Account(account)).await);
    house.ground.accounts.make_link(&Actor::operator(), Whom::User(sam.id)).await.expect("a link");
}

#[tokio::test]
async fn who_organizes_one_event_sees_all_of_it_and_nothing_else() {
    let Fair { house, olga, alice, sam, fleet, .. } = Fair::new().await;
    let (ground, operator) = (&house.ground, Actor::operator());
    fleet.launch(&operator, alice.id).await.expect("launched");
    let his = fleet.launch(&operator, sam.id).await.expect("launched");

    let people = ground.directory.people(&olga, PeopleWanted::default()).await.expect("people").people;
    let told: Vec<_> = people.iter().map(|person| (person.user.id, person.user.email.is_some())).collect();
    assert_eq!(told, [(sam.id, true)]);
    let by_email = PeopleWanted { search: Some("sam@example".to_owned()), ..PeopleWanted::default() };
    assert_eq!(ground.directory.people(&olga, by_email).await.expect("people").total, 1);
    let groups = ground.directory.groups(&olga, GroupsWanted::default()).await.expect("groups").groups;
    assert_eq!(groups.iter().map(|group| group.group.name.as_str()).collect::<Vec<_>>(), ["sigma"]);
    let page = fleet.page(&olga, PageFilter::default(), PageRequest::default()).await.expect("a page");
    assert_eq!(page.instances.iter().map(|one| one.instance.id).collect::<Vec<_>>(), [his.id]);
    let view = fleet.view(&olga).await.expect("a view");
    assert_eq!(view.users.keys().copied().collect::<Vec<_>>(), [sam.id]);
    assert_eq!(view.groups.keys().copied().collect::<Vec<GroupId>>(), [sam.group]);

    let history = History::new(ground.store.clone(), ground.clock.nature());
    let latest = history.latest(&olga, 100).await.expect("a list");
    let launched = latest.iter().filter_map(|one| one.change.instance());
    assert!(!latest.is_empty() && launched.clone().count() > 0);
    assert!(launched.clone().all(|instance| instance.user == sam.id), "{latest:?}");
    let audit = Audit::new(ground.store.clone(), ground.clock.nature(), TimeDelta::days(90));
    let (lines, _) =
        audit.page(&olga, thon_domain::audit::AuditFilter::default(), PageRequest::default()).await.expect("a page");
    assert!(!lines.is_empty() && !format!("{lines:?}").contains("alice"), "{lines:?}");
    assert_eq!(house.roles.all(&olga).await.expect("roles").len(), 1);
}

#[tokio::test]
async fn in_their_own_event_they_do_what_organizers_do() {
    let Fair { house, olga, sam, fleet, joining, .. } = Fair::new().await;
    let directory = &house.ground.directory;
    let title = EventEdit { title: crate::directory::Wish::Set("Spring".to_owned()), ..EventEdit::default() };
    directory.edit_event(&olga, "spring".to_owned(), title).await.expect("edited");
    let group = NewGroup { name: "tau".to_owned(), ..NewGroup::default() };
    let tau = directory.create_group(&olga, group).await.expect("a group");
    assert_eq!(tau.event_id, "spring", "where no event is named it is theirs");
    directory.import(&olga, file("{groups: {sigma: [sue]}}")).await.expect("imported");
    assert_eq!(directory.export(&olga, None).await.expect("a file").event_id.as_deref(), Some("spring"));
    let his = fleet.launch(&olga, sam.id).await.expect("launched");
    fleet.change(&olga, his.id, Operation::Renew { minutes: 5 }).await.expect("renewed");

    let code = joining.make_code(&olga, CODE).await.expect("a code").code;
    comes(&joining, &code).await;
    let waits = joining.waiting(&olga).await.expect("those who wait").remove(0).arrival.id;
    joining.let_in(&olga, waits, Admit::default()).await.expect("let in");
    let walter = house.ground.user("walkers/walter").await;
    let instance = fleet.instance_of(&Actor::operator(), walter.id).await.expect("read");
    assert!(instance.is_some(), "who is let in finds their sandbox starting");
}

#[tokio::test]
async fn who_organizes_every_event_makes_another_and_organizes_it() {
    let house = House::new().await;
    let (_, olga) = house.made(Role::Organizer, "Olga").await;
    let (_, otto) = house.made(Role::Organizer, "Otto").await;
    let summer = NewEvent { event_id: "summer".to_owned(), ..NewEvent::default() };
    assert!(olga.runs_all() && otto.runs_all());
    let summer = house.ground.directory.create_event(&olga, summer).await.expect("an event");
    let olga = house.actor(olga.account.expect("an account")).await;
    let otto = house.actor(otto.account.expect("an account")).await;
    assert!(olga.runs_all() && olga.runs_event(summer.id));
    assert!(!otto.runs_all() && !otto.runs_event(summer.id));
}
