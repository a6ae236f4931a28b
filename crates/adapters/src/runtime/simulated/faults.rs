//! What goes wrong with simulated sandboxes: by chance from a seed, by a script, or as long as somebody wants it.
//!
//! Everything can be set while the runtime is in use, and the same seed with the same calls gives the same faults.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use thon_core::port::runtime::RuntimeError;

/// A change that somebody asks the runtime for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    Create,
    Start,
    Pause,
    Resume,
    Remove,
}

/// What goes wrong with an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not done; later it may work.
    Unavailable,
    /// It is not done and never will be like this.
    Rejected,
    /// It is done, so much later.
    Slow(Duration),
    /// It is done, and then the sandbox has gone.
    Vanishing,
}

/// How often something goes wrong, from 0.0 for never to 1.0 for always.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chances {
    pub unavailable: f64,
    pub rejected: f64,
    pub slow: f64,
    /// How slow.
    pub slowness: Duration,
    pub vanishing: f64,
}

/// The faults of one runtime.
pub struct Faults(Mutex<Inner>);

struct Inner {
    dice: StdRng,
    chances: Chances,
    script: BTreeMap<Act, VecDeque<Fault>>,
    outage: bool,
    full_disk: bool,
    silence: bool,
}

impl Default for Faults {
    fn default() -> Self {
        Self::seeded(0, Chances::default())
    }
}

impl Faults {
    /// Faults by chance.
    pub fn seeded(seed: u64, chances: Chances) -> Self {
        Self(Mutex::new(Inner {
            dice: StdRng::seed_from_u64(seed),
            chances,
            script: BTreeMap::new(),
            outage: false,
            full_disk: false,
            silence: false,
        }))
    }

    /// From now on it is these chances.
    pub fn set(&self, chances: Chances) {
        self.inner().chances = chances;
    }

    /// The next act of this kind goes wrong like this; several come one after the other, before any chance.
    pub fn script(&self, act: Act, faults: impl IntoIterator<Item = Fault>) {
        self.inner().script.entry(act).or_default().extend(faults);
    }

    /// From now on nothing goes wrong any more, whether by chance, by script or for a time; only a silence lasts.
    pub fn end(&self) {
        let mut inner = self.inner();
        inner.chances = Chances::default();
        inner.script.clear();
        (inner.outage, inner.full_disk) = (false, false);
    }

    /// As long as it lasts, nothing at all is answered.
    pub fn outage(&self, lasts: bool) {
        self.inner().outage = lasts;
    }

    /// As long as it lasts, nothing can be made.
    pub fn full_disk(&self, lasts: bool) {
        self.inner().full_disk = lasts;
    }

    /// As long as it lasts, no change is told. Its end is told as a gap by whoever ends it: `Simulated::silence`.
    pub(super) fn silence(&self, lasts: bool) {
        self.inner().silence = lasts;
    }

    pub(super) fn is_silent(&self) -> bool {
        self.inner().silence
    }

    /// Whether anything is answered.
    ///
    /// # Errors
    /// `Unavailable` while there is an outage.
    pub(super) fn answering(&self) -> Result<(), RuntimeError> {
        if self.inner().outage { Err(unavailable("the simulated runtime does not answer")) } else { Ok(()) }
    }

    /// What goes wrong with this act, if anything; the runtime itself sees to what is done in spite of it.
    ///
    /// # Errors
    /// When it is not done.
    pub(super) fn strike(&self, act: Act) -> Result<Option<Fault>, RuntimeError> {
        self.answering()?;
        let mut inner = self.inner();
        if inner.full_disk && act == Act::Create {
            let reason = "the disk of the simulated runtime is full; free some space, then try again".to_owned();
            return Err(RuntimeError::Rejected { code: "no-space", reason });
        }
        match inner.next(act) {
            Some(Fault::Unavailable) => Err(unavailable("the simulated runtime failed for a moment")),
            Some(Fault::Rejected) => {
                let reason = "the simulated runtime refused; it may do it when it is asked again".to_owned();
                Err(RuntimeError::Rejected { code: "simulated-refusal", reason })
            }
            other => Ok(other),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn next(&mut self, act: Act) -> Option<Fault> {
        if let Some(fault) = self.script.get_mut(&act).and_then(VecDeque::pop_front) {
            return Some(fault);
        }
        let Chances { unavailable, rejected, slow, slowness, vanishing } = self.chances;
        let mut rest: f64 = self.dice.random();
        let faults = [
            (unavailable, Fault::Unavailable),
            (rejected, Fault::Rejected),
            (slow, Fault::Slow(slowness)),
            (vanishing, Fault::Vanishing),
        ];
        faults.into_iter().find_map(|(chance, fault)| {
            rest -= chance;
            (rest < 0.0).then_some(fault)
        })
    }
}

fn unavailable(reason: &str) -> RuntimeError {
    RuntimeError::Unavailable { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let chances = Chances { unavailable: 0.2, rejected: 0.2, slow: 0.2, vanishing: 0.2, ..Chances::default() };
        let struck = |seed| {
            let faults = Faults::seeded(seed, chances);
            (0..200).map(|_| faults.strike(Act::Start)).collect::<Vec<_>>()
        };
        let one = struck(7);
        assert_eq!(one, struck(7));
        assert_ne!(one, struck(8));
        for outcome in [Ok(None), Ok(Some(Fault::Vanishing)), Ok(Some(Fault::Slow(Duration::ZERO)))] {
            assert!((20..70).contains(&one.iter().filter(|struck| **struck == outcome).count()), "{outcome:?}");
        }
        assert!(one.iter().filter(|struck| struck.is_err()).count() > 40);
    }

    #[test]
    fn a_script_comes_before_chance_and_is_used_up() {
        let faults = Faults::default();
        faults.script(Act::Create, [Fault::Unavailable, Fault::Vanishing]);
        assert_eq!(faults.strike(Act::Start), Ok(None));
        assert!(matches!(faults.strike(Act::Create), Err(RuntimeError::Unavailable { .. })));
        assert_eq!(faults.strike(Act::Create), Ok(Some(Fault::Vanishing)));
        assert_eq!(faults.strike(Act::Create), Ok(None));
    }

    #[test]
    fn always_is_always_and_never_never() {
        let faults = Faults::seeded(1, Chances { vanishing: 1.0, ..Chances::default() });
        assert!((0..100).all(|_| faults.strike(Act::Start) == Ok(Some(Fault::Vanishing))));
        faults.set(Chances::default());
        assert!((0..100).all(|_| faults.strike(Act::Start) == Ok(None)));
    }
}
