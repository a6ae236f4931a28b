//! API tokens against a real database.

use thon_domain::role::Role;
use thon_store::activity;

use super::*;
use crate::testing::Ground;

struct Office {
    ground: Ground,
    entry: Entry,
    tokens: Tokens,
}

impl Office {
    async fn with(groups: &str) -> Self {
        let ground = Ground::with(groups).await;
        ground.accounts.found().await.expect("founded");
        let entry = Entry::new(ground.store.clone(), ground.clock.nature());
        let tokens = Tokens::new(ground.store.clone(), ground.clock.nature(), entry.clone());
        Self { ground, entry, tokens }
    }

    async fn alice(&self) -> Actor {
        self.ground.participant(self.ground.user("alpha/alice").await.id).await
    }

    async fn made(&self, actor: &Actor, scope: Scope) -> FreshToken {
        self.tokens.make(actor, wish(scope)).await.expect("a token")
    }

    /// The actor that a token makes.
    async fn with_token(&self, fresh: &FreshToken) -> Result<Actor, Error> {
        self.tokens.actor(fresh.secret.reveal()).await
    }
}

fn wish(scope: Scope) -> MakeToken {
    MakeToken { name: "ci".parse().expect("a name"), scope, hours: 24 }
}

#[tokio::test]
async fn a_token_acts_for_its_account_until_its_end() {
    let office = Office::with("{alpha: [alice]}").await;
    let alice = office.alice().await;
    let fresh = office.made(&alice, Scope::Admin).await;
    assert!(fresh.secret.reveal().starts_with("thon_") && fresh.secret.reveal().len() > 45, "256 bits");
    let actor = office.with_token(&fresh).await.expect("it is good");
    assert_eq!(Actor { token: None, ..actor.clone() }, alice, "no more and no less than its account");
    assert!(matches!(actor.may(Action::ChangeSettings), Err(Error::Forbidden { .. })), "whatever its scope");
    office.ground.clock.pass(TimeDelta::hours(24));
    let late = office.with_token(&fresh).await;
    assert!(matches!(late, Err(Error::Unauthenticated)), "{late:?}");
}

#[tokio::test]
async fn what_opens_nothing_is_told_alike() {
    let office = Office::with("{alpha: [alice]}").await;
    let link =
        office.ground.accounts.make_link(&Actor::operator(), crate::accounts::Whom::Admin).await.expect("a link");
    for secret in ["", "thon_", "thon_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", link.secret.reveal()] {
        let refused = office.tokens.actor(secret).await;
        assert!(matches!(refused, Err(Error::Unauthenticated)), "{refused:?}");
    }
    let fresh = office.made(&Actor::operator(), Scope::Read).await;
    let refused = office.ground.accounts.use_link(fresh.secret.reveal()).await;
    assert!(refused.is_err(), "a token is no link");
}

#[tokio::test]
async fn the_operators_tokens_are_the_admins() {
    let office = Office::with("{}").await;
    let fresh = office.made(&Actor::operator(), Scope::Admin).await;
    let actor = office.with_token(&fresh).await.expect("it is good");
    assert_eq!((actor.role, actor.account), (Role::Admin, Some(fresh.token.account)));
    let own = office.tokens.own(&actor).await.expect("listed");
    assert_eq!(
        own.iter().map(|(token, account)| (token.id, account.name.as_str())).collect::<Vec<_>>(),
        [(fresh.token.id, "Admin")]
    );
}

#[tokio::test]
async fn a_token_makes_none_that_is_wider_or_longer() {
    let office = Office::with("{}").await;
    let maker = office.with_token(&office.made(&Actor::operator(), Scope::Write).await).await.expect("good");
    let wider = office.tokens.make(&maker, wish(Scope::Admin)).await;
    assert!(matches!(wider, Err(Error::Forbidden { .. })), "{wider:?}");
    let longer = office.tokens.make(&maker, MakeToken { hours: MOST_HOURS, ..wish(Scope::Write) }).await.expect("made");
    assert_eq!(longer.token.expires_at, maker.token.expect("a token").expires_at);
    let reader = office.with_token(&office.made(&Actor::operator(), Scope::Read).await).await.expect("good");
    let refused = office.tokens.make(&reader, wish(Scope::Read)).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "making is no reading: {refused:?}");
}

#[tokio::test]
async fn a_token_lasts_an_hour_to_a_year() {
    let office = Office::with("{}").await;
    for hours in [0, MOST_HOURS + 1, u32::MAX] {
        let refused = office.tokens.make(&Actor::operator(), MakeToken { hours, ..wish(Scope::Read) }).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{hours}: {refused:?}");
    }
    for hours in [1, USUAL_HOURS, MOST_HOURS] {
        let made =
            office.tokens.make(&Actor::operator(), MakeToken { hours, ..wish(Scope::Read) }).await.expect("made");
        assert_eq!(made.token.expires_at - made.token.created_at, TimeDelta::hours(hours.into()));
    }
}

#[tokio::test]
async fn an_account_has_so_many_tokens() {
    let office = Office::with("{}").await;
    for _ in 0..MOST_TOKENS {
        office.made(&Actor::operator(), Scope::Read).await;
    }
    let refused = office.tokens.make(&Actor::operator(), wish(Scope::Read)).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
    office.ground.clock.pass(TimeDelta::hours(24));
    office.made(&Actor::operator(), Scope::Read).await;
}

#[tokio::test]
async fn revoking_cuts_a_token_and_what_was_made_with_it() {
    let office = Office::with("{alpha: [alice]}").await;
    let first = office.made(&Actor::operator(), Scope::Admin).await;
    let second = office.made(&office.with_token(&first).await.expect("good"), Scope::Write).await;
    let third = office.made(&office.with_token(&second).await.expect("good"), Scope::Write).await;
    let other = office.made(&Actor::operator(), Scope::Read).await;
    let ends = [&first, &second, &third, &other].map(|fresh| office.entry.session_end(&fresh.secret.hash()));
    let alice = office.alice().await;
    let refused = office.tokens.revoke(&alice, first.token.id).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");

    assert_eq!(office.tokens.revoke(&Actor::operator(), first.token.id).await.expect("revoked"), 3);
    assert_eq!(ends.map(|end| end.is_cancelled()), [true, true, true, false]);
    for dead in [&first, &second, &third] {
        assert!(matches!(office.with_token(dead).await, Err(Error::Unauthenticated)));
    }
    office.with_token(&other).await.expect("it is another's");
    let again = office.tokens.revoke(&Actor::operator(), first.token.id).await;
    assert!(matches!(again, Err(Error::NotFound { .. })), "{again:?}");
}

#[tokio::test]
async fn everybody_sees_their_own_and_admins_all() {
    let office = Office::with("{alpha: [alice]}").await;
    let alice = office.alice().await;
    let (hers, admins) = (office.made(&alice, Scope::Read).await, office.made(&Actor::operator(), Scope::Read).await);
    let ids = |tokens: Vec<(ApiToken, Account)>| tokens.into_iter().map(|(token, _)| token.id).collect::<Vec<_>>();
    assert_eq!(ids(office.tokens.own(&alice).await.expect("hers")), [hers.token.id]);
    assert_eq!(ids(office.tokens.all(&Actor::operator()).await.expect("all")), [hers.token.id, admins.token.id]);
    let refused = office.tokens.all(&alice).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    office.tokens.revoke(&alice, hers.token.id).await.expect("her own");
    assert_eq!(ids(office.tokens.own(&alice).await.expect("none")), []);
}

#[tokio::test]
async fn a_use_is_written_down_every_ten_minutes() {
    let office = Office::with("{}").await;
    let fresh = office.made(&Actor::operator(), Scope::Read).await;
    let start = office.ground.clock.nature().clock.now();
    let mut seen = Vec::new();
    for _ in 0..3 {
        office.with_token(&fresh).await.expect("it is good");
        let (token, _) = office.tokens.own(&Actor::operator()).await.expect("listed").remove(0);
        seen.push((token.last_used_at.expect("used") - start).num_minutes());
        office.ground.clock.pass(TimeDelta::minutes(6));
    }
    assert_eq!(seen, [0, 0, 12]);
}

#[tokio::test]
async fn a_dead_token_that_comes_again_and_again_has_to_wait() {
    let office = Office::with("{}").await;
    let (dead, good) =
        (office.made(&Actor::operator(), Scope::Read).await, office.made(&Actor::operator(), Scope::Read).await);
    office.tokens.revoke(&Actor::operator(), dead.token.id).await.expect("revoked");
    for _ in 0..DEAD_USES {
        assert!(matches!(office.with_token(&dead).await, Err(Error::Unauthenticated)));
    }
    assert!(matches!(office.with_token(&dead).await, Err(Error::TooManyRequests { .. })));
    office.with_token(&good).await.expect("each counts for itself");
}

#[tokio::test]
async fn the_log_tells_of_a_token_and_keeps_its_secret() {
    let office = Office::with("{}").await;
    let fresh = office.made(&Actor::operator(), Scope::Write).await;
    let program = office.with_token(&fresh).await.expect("good");
    office.tokens.revoke(&program, fresh.token.id).await.expect("it may end itself");
    let log = office.ground.store.read(|c| activity::after(c, 0, 1000)).await.expect("the log");
    let told: Vec<_> = log.iter().map(|one| (<&str>::from(&one.change), one.cause.name.as_str())).collect();
    assert_eq!(told[told.len() - 2..], [("api_token_made", "operator"), ("api_token_revoked", "Admin (token ci)")]);
    let text = format!("{log:?}{fresh:?}{program:?}");
    assert!(!text.contains(fresh.secret.reveal()) && !text.contains(&fresh.secret.hash()), "{text}");
}
