//! Tickets and cookies of editors against a real database.

use super::*;
use crate::testing::Ground;

struct Door {
    ground: Ground,
    entry: Entry,
    alice: Actor,
    slug: Doorway,
}

const SESSION: &str = "a-session";

impl Door {
    async fn new() -> Self {
        let ground = Ground::with("{alpha: [alice, bob]}").await;
        let entry = Entry::new(ground.store.clone(), ground.clock.nature());
        let user = ground.user("alpha/alice").await;
        let alice = ground.participant(user.id).await;
        let door = Self { ground, entry, alice, slug: Doorway::editor(user.slug) };
        door.sign_in(SESSION).await;
        door
    }

    async fn sign_in(&self, session: &str) {
        let now = self.ground.clock.nature().clock.now();
        let row = SessionRow {
            id_hash: session.to_owned(),
            account: self.alice.account,
            data: "{}".to_owned(),
            created_at: now,
            expires_at: now + session::LIFE,
            device: None,
        };
        let stamp = Stamp { at: now, cause: self.alice.cause() };
        self.ground.store.write(stamp, move |w| sessions::save(w, &row)).await.expect("kept");
    }

    async fn sign_out(&self) {
        let stamp = Stamp { at: self.ground.clock.nature().clock.now(), cause: self.alice.cause() };
        self.ground.store.write(stamp, |w| sessions::delete(w, SESSION)).await.expect("gone");
        self.entry.cut_session(SESSION);
    }

    async fn cookie(&self) -> Secret {
        let ticket = self.entry.ticket(&self.alice, SESSION, self.slug.clone(), None).await.expect("a ticket");
        self.entry.redeem(ticket.reveal(), &self.slug).await.expect("a cookie")
    }
}

#[tokio::test]
async fn a_ticket_opens_one_origin_once() {
    let door = Door::new().await;
    let bobs = door.ground.user("alpha/bob").await.slug;
    let bobs = Doorway::editor(bobs);
    let ticket = door.entry.ticket(&door.alice, SESSION, door.slug.clone(), None).await.expect("a ticket");
    assert!(door.entry.redeem(ticket.reveal(), &bobs).await.is_err(), "another origin");
    assert!(door.entry.redeem(ticket.reveal(), &door.slug).await.is_err(), "spent by the try");
    let cookie = door.cookie().await;
    let admitted = door.entry.admit(Some(cookie.reveal()), &door.slug).await.expect("admitted");
    assert_eq!(admitted.actor, Some(door.alice.clone()));
    let elsewhere = door.entry.admit(Some(cookie.reveal()), &bobs).await;
    assert!(matches!(elsewhere, Err(Error::Unauthenticated)), "{elsewhere:?}");
}

#[tokio::test]
async fn a_ticket_is_good_for_half_a_minute() {
    let door = Door::new().await;
    let ticket = door.entry.ticket(&door.alice, SESSION, door.slug.clone(), None).await.expect("a ticket");
    door.ground.clock.pass(TICKET_LIFE);
    assert!(door.entry.redeem(ticket.reveal(), &door.slug).await.is_err());
}

#[tokio::test]
async fn a_neighbours_editor_gives_no_ticket() {
    let door = Door::new().await;
    let bobs = door.ground.user("alpha/bob").await.slug;
    let bobs = Doorway::editor(bobs);
    let refused = door.entry.ticket(&door.alice, SESSION, bobs, None).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
}

#[tokio::test]
async fn signing_out_cuts_what_is_open() {
    let door = Door::new().await;
    let cookie = door.cookie().await;
    let admitted = door.entry.admit(Some(cookie.reveal()), &door.slug).await.expect("admitted");
    let live = door.entry.session_end(SESSION);
    assert!(!admitted.revoked.is_cancelled() && !live.is_cancelled());
    door.sign_out().await;
    assert!(admitted.revoked.is_cancelled() && live.is_cancelled());
    assert!(door.entry.session_end(SESSION).is_cancelled(), "who asks too late hears of it, too");
    let again = door.entry.admit(Some(cookie.reveal()), &door.slug).await;
    assert!(matches!(again, Err(Error::Unauthenticated)), "{again:?}");
}

#[tokio::test]
async fn a_believed_admission_is_asked_for_again_and_keeps_its_tunnels() {
    let door = Door::new().await;
    let cookie = door.cookie().await;
    let first = door.entry.admit(Some(cookie.reveal()), &door.slug).await.expect("admitted");
    door.ground.clock.pass(BELIEVED);
    let second = door.entry.admit(Some(cookie.reveal()), &door.slug).await.expect("admitted again");
    second.revoked.cancel();
    assert!(first.revoked.is_cancelled(), "one door, one token");
}

#[tokio::test]
async fn working_in_an_editor_keeps_the_session_alive() {
    let door = Door::new().await;
    let cookie = door.cookie().await;
    let end = async || {
        let row = door.ground.store.read(|c| sessions::find(c, SESSION)).await.expect("read");
        row.expect("a session").expires_at
    };
    let before = end().await;
    door.ground.clock.pass(TimeDelta::hours(1));
    door.entry.admit(Some(cookie.reveal()), &door.slug).await.expect("admitted");
    assert_eq!(end().await - before, TimeDelta::hours(1));
    door.ground.clock.pass(session::LIFE);
    let over = door.entry.admit(Some(cookie.reveal()), &door.slug).await;
    assert!(matches!(over, Err(Error::Unauthenticated)), "{over:?}");
}
