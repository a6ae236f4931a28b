//! Answers that are kept for as long as the database stays as it was when they were found.
//!
//! Programs ask for the same lists again and again, and come with the same token each time; most of the time nothing has
//! changed in between.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use thon_store::{Store, Version};

/// Answers by what was asked. Clones share them.
///
/// An answer may depend on nothing but its question and the database.
pub struct Memo<Q, A> {
    store: Store,
    kept: Arc<Mutex<Kept<Q, A>>>,
    room: usize,
}

impl<Q, A> Clone for Memo<Q, A> {
    fn clone(&self) -> Self {
        Self { store: self.store.clone(), kept: self.kept.clone(), room: self.room }
    }
}

/// An answer, and how much of the room it takes.
#[derive(Clone, Debug)]
pub struct Found<A> {
    pub answer: A,
    pub size: usize,
}

impl<Q: Eq + Hash, A: Clone> Memo<Q, A> {
    /// Keeps answers whose sizes together are no more than `room`.
    pub fn new(store: Store, room: usize) -> Self {
        Self { store, kept: Arc::default(), room }
    }

    /// The answer that is kept, or the one that is found now.
    ///
    /// What is kept is exactly what the database would answer: while it is being written, nothing is kept and it is asked.
    ///
    /// # Errors
    /// What `find` returns; it is not kept.
    pub async fn answer<E>(&self, question: Q, find: impl Future<Output = Result<Found<A>, E>>) -> Result<A, E> {
        let Some(version) = self.store.version() else { return Ok(find.await?.answer) };
        if let Some(answer) = self.kept().at(version).and_then(|answers| answers.get(&question)) {
            return Ok(answer.clone());
        }
        let found = find.await?;
        if self.store.version() == Some(version) {
            self.kept().keep(version, question, &found, self.room);
        }
        Ok(found.answer)
    }

    fn kept(&self) -> MutexGuard<'_, Kept<Q, A>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answers of one version.
struct Kept<Q, A> {
    version: Option<Version>,
    answers: HashMap<Q, A>,
    size: usize,
}

impl<Q, A> Default for Kept<Q, A> {
    fn default() -> Self {
        Self { version: None, answers: HashMap::new(), size: 0 }
    }
}

impl<Q: Eq + Hash, A: Clone> Kept<Q, A> {
    fn at(&self, version: Version) -> Option<&HashMap<Q, A>> {
        (self.version == Some(version)).then_some(&self.answers)
    }

    fn keep(&mut self, version: Version, question: Q, found: &Found<A>, room: usize) {
        // Somebody who asked later may have been quicker.
        if self.version > Some(version) || found.size > room {
            return;
        }
        if self.version < Some(version) || self.size + found.size > room {
            *self = Self { version: Some(version), ..Self::default() };
        }
        if self.answers.insert(question, found.answer.clone()).is_none() {
            self.size += found.size;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use thon_domain::live::Cause;
    use thon_store::{Stamp, settings};
    use tokio::task::JoinSet;

    use super::*;
    use crate::{error::Error, testing::Ground};

    struct House {
        ground: Ground,
        memo: Memo<&'static str, Option<String>>,
        found: Cell<usize>,
    }

    impl House {
        async fn new() -> Self {
            let ground = Ground::new().await;
            let memo = Memo::new(ground.store.clone(), 2);
            Self { ground, memo, found: Cell::new(0) }
        }

        async fn ask(&self, name: &'static str) -> Option<String> {
            let find = async {
                self.found.set(self.found.get() + 1);
                let answer = self.ground.store.read(move |c| Ok::<_, Error>(settings::value(c, name)?)).await?;
                Ok::<_, Error>(Found { answer, size: 1 })
            };
            self.memo.answer(name, find).await.expect("answered")
        }

        async fn set(&self, name: &'static str, value: &'static str) {
            let stamp = Stamp { at: self.ground.clock.nature().clock.now(), cause: Cause::thon() };
            self.ground.store.write(stamp, move |w| settings::set(w, name, value)).await.expect("set");
        }
    }

    #[tokio::test]
    async fn an_answer_is_kept_until_something_is_written() {
        let house = House::new().await;
        for value in ["one", "two"] {
            house.set("a", value).await;
            for _ in 0..3 {
                assert_eq!(house.ask("a").await.as_deref(), Some(value));
            }
        }
        assert_eq!(house.found.get(), 2);
    }

    #[tokio::test]
    async fn no_more_is_kept_than_there_is_room_for() {
        let house = House::new().await;
        for name in ["a", "b", "c", "c", "a"] {
            assert_eq!(house.ask(name).await, None);
        }
        assert_eq!(house.found.get(), 4, "c took the place of the others");
        let large = async { Ok::<_, Error>(Found { answer: None, size: 3 }) };
        house.memo.answer("large", large).await.expect("answered");
        assert!(!house.memo.kept().answers.contains_key("large"));
    }

    #[tokio::test]
    async fn what_was_found_before_a_change_is_not_kept_after_it() {
        let house = House::new().await;
        let find = async {
            let answer = house.ground.store.read(|c| Ok::<_, Error>(settings::value(c, "a")?)).await?;
            house.set("a", "new").await;
            Ok::<_, Error>(Found { answer, size: 1 })
        };
        assert_eq!(house.memo.answer("a", find).await.expect("answered"), None);
        assert_eq!(house.ask("a").await.as_deref(), Some("new"));
    }

    #[tokio::test]
    async fn a_database_that_was_given_away_gives_no_kept_answer() {
        let house = House::new().await;
        house.ask("a").await;
        house.ground.store.close().await;
        let read = async {
            let answer = house.ground.store.read(|c| Ok::<_, Error>(settings::value(c, "a")?)).await?;
            Ok::<_, Error>(Found { answer, size: 1 })
        };
        assert!(matches!(house.memo.answer("a", read).await, Err(Error::Unavailable { .. })));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn whoever_has_written_reads_it_whoever_else_asks_meanwhile() {
        let ground = Ground::new().await;
        let memo: Memo<(), Option<String>> = Memo::new(ground.store.clone(), 1);
        let ask = |store: Store, memo: Memo<(), Option<String>>| async move {
            let find = async {
                let answer = store.read(|c| Ok::<_, Error>(settings::value(c, "n")?)).await?;
                Ok::<_, Error>(Found { answer, size: 1 })
            };
            memo.answer((), find).await.expect("answered").and_then(|n| n.parse::<u32>().ok()).unwrap_or(0)
        };
        let mut asking = JoinSet::new();
        for _ in 0..4 {
            let (store, memo) = (ground.store.clone(), memo.clone());
            asking.spawn(async move {
                let mut last = 0;
                while last < 100 {
                    let now = ask(store.clone(), memo.clone()).await;
                    assert!(now >= last, "{now} after {last}");
                    last = now;
                }
            });
        }
        for n in 1..=100 {
            let stamp = Stamp { at: ground.clock.nature().clock.now(), cause: Cause::thon() };
            let text = n.to_string();
            ground.store.write(stamp, move |w| settings::set(w, "n", &text)).await.expect("set");
            assert_eq!(ask(ground.store.clone(), memo.clone()).await, n);
        }
        while let Some(asked) = asking.join_next().await {
            asked.expect("it never went back");
        }
    }
}
