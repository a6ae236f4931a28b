//! Following against a real database.

use std::time::Duration;

use futures::{StreamExt as _, pin_mut};
use thon_domain::live::Change;

use super::*;
use crate::testing::Ground;

async fn newest(ground: &Ground) -> i64 {
    ground.store.read(activity::last_number).await.expect("a number")
}

/// What is sent within a moment.
async fn sent(live: &Live, actor: Actor, after: i64, meanwhile: impl Future<Output = ()>) -> Vec<LiveMessage> {
    let stream = live.follow(actor, Some(after), futures::stream::empty().boxed()).await.expect("a stream");
    pin_mut!(stream);
    meanwhile.await;
    let mut sent = Vec::new();
    while let Ok(Some(message)) = tokio::time::timeout(Duration::from_millis(200), stream.next()).await {
        sent.push(message);
    }
    sent
}

fn numbers(messages: &[LiveMessage]) -> Vec<i64> {
    let number = |message: &LiveMessage| match message {
        LiveMessage::Activity { activity } => Some(activity.number),
        _ => None,
    };
    messages.iter().filter_map(number).collect()
}

#[tokio::test]
async fn what_happened_comes_first_then_what_happens_without_a_gap() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let live = Live::new(ground.store.clone(), Poke::channel().0);
    let before = newest(&ground).await;
    let messages = sent(&live, Actor::operator(), 0, ground.import("{beta: [bob]}")).await;
    let after = newest(&ground).await;
    assert_eq!(numbers(&messages), (1..=after).collect::<Vec<_>>());
    assert!(messages.contains(&LiveMessage::Ready { number: before }));
}

#[tokio::test]
async fn a_participant_hears_of_their_own_group_only() {
    let ground = Ground::with("{alpha: [alice], beta: [bob]}").await;
    let live = Live::new(ground.store.clone(), Poke::channel().0);
    let alice = ground.participant(ground.user("alpha/alice").await.id).await;
    let now = newest(&ground).await;
    let news = async {
        ground.import("{beta: [carol]}").await;
        ground.import("{alpha: [dave]}").await;
    };
    let heard = sent(&live, alice, now, news).await;
    let users: Vec<_> = heard
        .iter()
        .filter_map(|message| match message {
            LiveMessage::Activity { activity } => match &activity.change {
                Change::UserCreated { user } => Some(user.name.to_string()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(users, ["dave"]);
}

#[tokio::test]
async fn a_number_of_another_database_is_reset() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let live = Live::new(ground.store.clone(), Poke::channel().0);
    let messages = sent(&live, Actor::operator(), 1_000_000, async {}).await;
    assert_eq!(messages, [LiveMessage::Reset]);
}

#[tokio::test]
async fn rights_that_change_end_the_stream() {
    let ground = Ground::with("{alpha: [alice], beta: [alice]}").await;
    let live = Live::new(ground.store.clone(), Poke::channel().0);
    let alice = ground.participant(ground.user("alpha/alice").await.id).await;
    let second = ground.user("beta/alice").await;
    let now = newest(&ground).await;
    let account = alice.account;
    let given = async {
        let stamp = thon_store::Stamp { at: second.created_at, cause: Actor::operator().cause() };
        let user = thon_domain::user::User { account, ..second.clone() };
        let write = ground.store.write(stamp, move |w| {
            thon_store::users::update(w, &user)?;
            w.record(Change::UserChanged { user }).map(|_| ())
        });
        write.await.expect("given a second place");
    };
    let messages = sent(&live, alice, now, given).await;
    assert_eq!(messages.last(), Some(&LiveMessage::Reset));
}
