//! Time and ids, injected so that tests choose them. The only home of the wall clock.

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

use crate::fault;

/// Tells the time of day, in whole microseconds (what both databases keep).
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> DateTime<Utc>;

    /// A time that never jumps, whatever is done to the time of day.
    fn monotonic(&self) -> Instant;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one home of the wall clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6) + fault::clock::is_off_by()
    }

    fn monotonic(&self) -> Instant {
        Instant::now()
    }
}

/// Makes ids that sort by the time of their making.
pub trait Ids: Send + Sync + 'static {
    fn next(&self) -> Uuid;
}

/// `UUIDv7` (RFC 9562 §5.7).
#[derive(Clone, Copy, Debug, Default)]
pub struct UuidV7;

impl Ids for UuidV7 {
    #[expect(clippy::disallowed_methods, reason = "the one home of new ids")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// Time and ids, handed around together.
#[derive(Clone)]
pub struct Nature {
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
}

impl Nature {
    /// The real ones.
    pub fn real() -> Self {
        Self { clock: Arc::new(SystemClock), ids: Arc::new(UuidV7) }
    }
}
