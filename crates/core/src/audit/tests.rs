//! The audit: refusals are gathered, organizers see their event, and what is old goes.

use thon_domain::problem::ProblemCode;
use thon_store::Origin;

use super::*;
use crate::{
    entry::Entry,
    roles::{GrantRole, Grantee, Roles},
    testing::Ground,
};

fn audit(ground: &Ground) -> Audit {
    Audit::new(ground.store.clone(), ground.clock.nature(), TimeDelta::days(90))
}

fn trail(who: &Actor) -> Trail {
    let trail = Trail::new(Origin { via: thon_domain::audit::Via::Api, address: None, request: None });
    trail.is_of(who.cause());
    trail
}

async fn all(audit: &Audit, actor: &Actor) -> Vec<AuditEntry> {
    audit.page(actor, AuditFilter::default(), PageRequest::default()).await.expect("a page").0
}

#[tokio::test]
async fn the_same_refusal_again_is_one_more_time() {
    let ground = Ground::with("{alpha: [alice, bob]}").await;
    let (alice, bob) = (ground.user("alpha/alice").await, ground.user("alpha/bob").await);
    let (audit, stranger) = (audit(&ground), ground.participant(bob.id).await);
    let before = all(&audit, &Actor::operator()).await.len();
    for _ in 0..3 {
        let trail = trail(&stranger);
        let asked = async {
            let refused = stranger.may(Action::Terminate(alice.id)).expect_err("hers");
            noted(&refused.problem());
        };
        trail.clone().follow(asked).await;
        audit.ended(&trail, (Deed::Other, "POST /x".to_owned())).await.expect("taken in");
    }
    let now = all(&audit, &Actor::operator()).await;
    assert_eq!(now.len(), before + 1);
    let line = &now[0];
    assert_eq!((line.deed, line.outcome, line.times), (Deed::Terminate, Outcome::Refused, 3));
    assert_eq!(line.reason.as_deref(), Some("This instance is somebody else's."));
    assert_eq!(line.object.as_ref().map(|object| object.name.as_str()), Some("alpha/alice"));
    assert_eq!(line.who, "bob");
}

#[tokio::test]
async fn what_went_wrong_here_is_a_failure_and_what_changed_nothing_says_so() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let (audit, operator) = (audit(&ground), Actor::operator());
    let failed = trail(&operator);
    failed.clone().follow(async { noted(&Problem::new(ProblemCode::Unavailable, "Docker does not answer.")) }).await;
    audit.ended(&failed, (Deed::Other, "POST /x".to_owned())).await.expect("taken in");
    let idle = trail(&operator);
    idle.clone().follow(async { operator.may(Action::ChangeSettings) }).await.expect("may");
    audit.ended(&idle, (Deed::Other, "PUT /x".to_owned())).await.expect("taken in");
    let lines = all(&audit, &operator).await;
    let told: Vec<_> = lines[..2].iter().map(|line| (line.deed, line.outcome, line.detail.as_str())).collect();
    let expected =
        [(Deed::ChangeSettings, Outcome::Done, "changed nothing"), (Deed::Other, Outcome::Failed, "POST /x")];
    assert_eq!(told, expected);

    let nobody = Trail::new(failed.origin().clone());
    audit.ended(&nobody, (Deed::Other, "POST /x".to_owned())).await.expect("taken in");
    assert_eq!(all(&audit, &operator).await.len(), lines.len(), "nobody did nothing");
}

#[tokio::test]
async fn an_organizer_sees_their_event_and_participants_nothing() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let (audit, operator) = (audit(&ground), Actor::operator());
    let entry = Entry::new(ground.store.clone(), ground.clock.nature());
    let roles = Roles::new(ground.store.clone(), ground.clock.nature(), entry);
    let to = Grantee::Newcomer("Olga".to_owned());
    let given = roles.grant(&operator, GrantRole { to, role: Role::Organizer, event_id: None }).await.expect("given");
    let olga = ground.accounts.actor(given.account.id).await.expect("an actor");
    audit.before(&operator, Change::SettingChanged { key: "x".to_owned(), value: String::new() }).await.expect("kept");
    let (hers, everything) = (all(&audit, &olga).await, all(&audit, &operator).await);
    assert!(!hers.is_empty() && hers.iter().all(|line| line.event.is_some()), "{hers:#?}");
    assert!(everything.iter().any(|line| line.deed == Deed::ChangeSettings));
    assert!(!hers.iter().any(|line| line.deed == Deed::ChangeSettings), "settings are the admins'");

    let alice = ground.participant(ground.user("alpha/alice").await.id).await;
    let refused = audit.page(&alice, AuditFilter::default(), PageRequest::default()).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    assert!(matches!(audit.export(&alice, AuditFilter::default()).await, Err(Error::Forbidden { .. })));
}

#[tokio::test]
async fn lines_are_kept_as_long_as_configured_and_an_export_has_them_all() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let (audit, operator) = (audit(&ground), Actor::operator());
    let before = all(&audit, &operator).await.len();
    assert_eq!(audit.forget().await.expect("looked"), 0);
    ground.clock.pass(TimeDelta::days(91));
    let mut export = audit.export(&operator, AuditFilter::default()).await.expect("may");
    let lines = export.next().await.expect("lines");
    assert_eq!((lines.len(), lines[0].deed), (before + 1, Deed::Export), "an export tells of itself, too");
    assert_eq!(export.next().await.expect("the end"), []);
    assert_eq!(audit.forget().await.expect("looked"), before);
    assert_eq!(all(&audit, &operator).await.len(), 1);
}
