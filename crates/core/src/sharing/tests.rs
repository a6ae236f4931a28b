//! Sharing ports against a real database, with the doors that follow from it.

use rstest::rstest;
use thon_domain::{
    address::{Door, Doorway},
    role::Role,
};
use thon_store::{sessions, sessions::SessionRow};
use uuid::Uuid;

use super::*;
use crate::{entry::Admitted, session, testing::Ground};

const PORT: u16 = 3000;

/// Alice and Bob sit in one group, Carol in another. Alice has an instance.
struct House {
    ground: Ground,
    sharing: Sharing,
    entry: Entry,
    alice: Actor,
    instance: InstanceId,
    doorway: Doorway,
}

impl House {
    async fn new() -> Self {
        let ground = Ground::with("{alpha: [alice, bob], beta: [carol]}").await;
        let entry = Entry::new(ground.store.clone(), ground.clock.nature());
        let sharing = Sharing::new(ground.store.clone(), ground.clock.nature(), entry.clone());
        let user = ground.user("alpha/alice").await;
        let alice = ground.participant(user.id).await;
        let instance = InstanceId::new(Uuid::from_u128(1));
        let first = Instance::first(instance, user.id, 8501, ground.clock.nature().clock.now());
        let doorway = Doorway { slug: user.slug, door: Door::Port(PORT) };
        let house = Self { ground, sharing, entry, alice, instance, doorway };
        house.ground.store.write(house.stamp(), move |w| instances::insert(w, &first)).await.expect("kept");
        house
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: self.ground.clock.nature().clock.now(), cause: self.alice.cause() }
    }

    async fn person(&self, path: &str) -> Actor {
        self.ground.participant(self.ground.user(path).await.id).await
    }

    async fn share(&self, who: &Actor, audience: Audience) -> Result<(), Error> {
        self.sharing.share(who, self.instance, PORT.try_into().expect("a port"), audience).await
    }

    /// The cookie that somebody gets at the door, if they may come in.
    async fn cookie(&self, who: &Actor) -> Result<String, Error> {
        let now = self.ground.clock.nature().clock.now();
        let session = format!("session-of-{}", who.name);
        let row = SessionRow {
            id_hash: session.clone(),
            account: who.account,
            data: "{}".to_owned(),
            created_at: now,
            expires_at: now + session::LIFE,
            device: None,
        };
        self.ground.store.write(self.stamp(), move |w| sessions::save(w, &row)).await.expect("kept");
        let ticket = self.entry.ticket(who, &session, self.doorway.clone(), None).await?;
        Ok(self.entry.redeem(ticket.reveal(), &self.doorway).await?.reveal().to_owned())
    }

    async fn admit(&self, cookie: Option<&str>) -> Result<Admitted, Error> {
        self.entry.admit(cookie, &self.doorway).await
    }
}

#[rstest]
#[case(Audience::Owner, &["alice", "organizer"])]
#[case(Audience::Group, &["alice", "organizer", "bob"])]
#[case(Audience::Judges, &["alice", "organizer"])]
#[case(Audience::Everybody, &["alice", "organizer", "bob", "carol", "nobody"])]
#[tokio::test]
async fn a_port_opens_for_those_whom_it_is_for(#[case] audience: Audience, #[case] expected: &[&str]) {
    let house = House::new().await;
    let (bob, carol) = (house.person("alpha/bob").await, house.person("beta/carol").await);
    let organizer = Actor { role: Role::Organizer, users: Vec::new(), groups: Vec::new(), ..house.alice.clone() };
    house.share(&house.alice, audience).await.expect("shared");
    let mut inside = Vec::new();
    for (name, who) in [("alice", &house.alice), ("organizer", &organizer), ("bob", &bob), ("carol", &carol)] {
        let session = format!("session-of-{name}");
        match house.entry.ticket(who, &session, house.doorway.clone(), None).await {
            Ok(_) => inside.push(name),
            Err(error) => assert!(matches!(error, Error::Forbidden { .. }), "{name}: {error}"),
        }
    }
    match house.admit(None).await {
        Ok(_) => inside.push("nobody"),
        Err(error) => assert!(matches!(error, Error::Unauthenticated), "{error}"),
    }
    assert_eq!(inside, expected);
    let editor = Doorway::editor(house.doorway.slug.clone());
    assert!(matches!(house.entry.ticket(&bob, "x", editor.clone(), None).await, Err(Error::Forbidden { .. })));
    assert!(matches!(house.entry.admit(None, &editor).await, Err(Error::Unauthenticated)));
    let next = Doorway { door: Door::Port(PORT + 1), ..house.doorway.clone() };
    assert!(matches!(house.entry.ticket(&bob, "x", next.clone(), None).await, Err(Error::Forbidden { .. })));
    assert!(matches!(house.entry.admit(None, &next).await, Err(Error::Unauthenticated)));
}

#[tokio::test]
async fn who_is_no_owner_and_no_organizer_shares_nothing() {
    let house = House::new().await;
    let bob = house.person("alpha/bob").await;
    let refused = house.share(&bob, Audience::Everybody).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    assert!(house.admit(None).await.is_err());
    let port = PORT.try_into().expect("a port");
    let missing = house.sharing.share(&house.alice, InstanceId::new(Uuid::nil()), port, Audience::Group).await;
    assert!(matches!(missing, Err(Error::NotFound { .. })), "{missing:?}");
}

#[tokio::test]
async fn the_end_of_sharing_cuts_guests_and_nobody_else() {
    let house = House::new().await;
    let bob = house.person("alpha/bob").await;
    house.share(&house.alice, Audience::Group).await.expect("shared");
    let (hers, his) = (house.cookie(&house.alice).await.expect("hers"), house.cookie(&bob).await.expect("his"));
    let (owner, guest) = (house.admit(Some(&hers)).await.expect("in"), house.admit(Some(&his)).await.expect("in"));
    assert!(!owner.guest && guest.guest);
    house.share(&house.alice, Audience::Owner).await.expect("ended");
    assert!(guest.revoked.is_cancelled() && !owner.revoked.is_cancelled());
    let again = house.admit(Some(&his)).await;
    assert!(matches!(again, Err(Error::Forbidden { .. })), "{again:?}");
    assert!(house.admit(Some(&hers)).await.is_ok());
    house.share(&house.alice, Audience::Group).await.expect("shared again");
    let back = house.admit(Some(&his)).await.expect("the same cookie is good again");
    assert!(!back.revoked.is_cancelled());
}

#[tokio::test]
async fn the_end_of_sharing_with_everybody_cuts_those_whom_nobody_knows() {
    let house = House::new().await;
    house.share(&house.alice, Audience::Everybody).await.expect("shared");
    let stranger = house.admit(None).await.expect("in");
    assert!(stranger.guest && stranger.actor.is_none());
    house.share(&house.alice, Audience::Group).await.expect("for fewer");
    assert!(stranger.revoked.is_cancelled());
    assert!(matches!(house.admit(None).await, Err(Error::Unauthenticated)));
}

#[tokio::test]
async fn sharing_stands_in_the_log_once() {
    let house = House::new().await;
    for audience in [Audience::Group, Audience::Group, Audience::Owner, Audience::Owner] {
        house.share(&house.alice, audience).await.expect("so");
    }
    let log = house.ground.store.read(|c| thon_store::activity::after(c, 0, 100)).await.expect("a log");
    let told = log.into_iter().filter_map(|one| match one.change {
        Change::InstancePortShared { port, audience, .. } => Some((one.cause.name, port.number(), Some(audience))),
        Change::InstancePortUnshared { port, .. } => Some((one.cause.name, port.number(), None)),
        _ => None,
    });
    let name = house.alice.name.clone();
    assert_eq!(told.collect::<Vec<_>>(), [(name.clone(), PORT, Some(Audience::Group)), (name, PORT, None)]);
}

#[tokio::test]
async fn only_so_many_ports_are_shared() {
    let house = House::new().await;
    let share = async |port: u16| {
        house.sharing.share(&house.alice, house.instance, port.try_into().expect("a port"), Audience::Group).await
    };
    for port in (0..u16::try_from(MOST_SHARED).expect("few")).map(|n| PORT + n) {
        share(port).await.expect("shared");
    }
    let refused = share(80).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
    house.share(&house.alice, Audience::Everybody).await.expect("one that is shared may be for others");
    house.share(&house.alice, Audience::Owner).await.expect("one less");
    share(80).await.expect("room again");
}
