//! When an instance ends by itself, and who is warned before. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use thon_domain::instance::{Instance, Intent};

/// How long before the end people are warned, in minutes, the first warning first.
pub const WARNINGS: [u32; 2] = [15, 5];

/// What time asks of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// To warn that so many minutes are left; `warning` is the one of [`WARNINGS`] that this is.
    Warn { warning: u32, minutes: u32 },
    /// To end it.
    Expire,
}

/// What is due now, if anything is.
pub fn due(instance: &Instance, now: DateTime<Utc>) -> Option<Due> {
    let left = instance.expires_at? - now;
    if instance.intent == Intent::Terminate {
        return None;
    }
    if left <= TimeDelta::zero() {
        return Some(Due::Expire);
    }
    let warning = reached(left)?;
    let is_new = instance.warned_minutes.is_none_or(|earlier| earlier > warning);
    is_new.then(|| Due::Warn { warning, minutes: whole_minutes(left) })
}

/// An instance whose editor answers: its time begins to run, unless it does already.
#[must_use]
pub fn begun(instance: &Instance, now: DateTime<Utc>) -> Instance {
    let running = instance.expires_at.filter(|end| *end > now);
    if running.is_some() || instance.timeout_minutes == 0 {
        return Instance { expires_at: running, ..instance.clone() };
    }
    ending_in(instance, instance.timeout_minutes, now)
}

/// An instance that ends in so many minutes from now; 0 means never.
#[must_use]
pub fn ending_in(instance: &Instance, minutes: u32, now: DateTime<Utc>) -> Instance {
    if minutes == 0 {
        return Instance { timeout_minutes: 0, expires_at: None, warned_minutes: None, ..instance.clone() };
    }
    let left = TimeDelta::minutes(minutes.into());
    // Whoever gets ten minutes needs no warning that fifteen are left.
    Instance { expires_at: Some(now + left), warned_minutes: reached(left), ..instance.clone() }
}

/// The last warning that is due with so much time left.
fn reached(left: TimeDelta) -> Option<u32> {
    WARNINGS.into_iter().filter(|warning| left <= TimeDelta::minutes((*warning).into())).min()
}

/// Begun minutes count.
fn whole_minutes(left: TimeDelta) -> u32 {
    u32::try_from((left.num_seconds() + 59) / 60).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use thon_domain::id::{InstanceId, UserId};
    use uuid::Uuid;

    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn instance(timeout_minutes: u32) -> Instance {
        let first = Instance::first(InstanceId::new(Uuid::nil()), UserId::new(Uuid::nil()), 8443, NOW);
        Instance { timeout_minutes, ..first }
    }

    fn after(minutes: i64) -> DateTime<Utc> {
        NOW + TimeDelta::minutes(minutes)
    }

    #[test]
    fn time_runs_from_the_first_answer_and_no_restart_winds_it_back() {
        let begun_once = begun(&instance(60), NOW);
        assert_eq!(begun_once.expires_at, Some(after(60)));
        assert_eq!(begun(&begun_once, after(40)).expires_at, Some(after(60)));
        assert_eq!(begun(&instance(0), NOW).expires_at, None);
        let over = Instance { expires_at: Some(after(-1)), ..instance(30) };
        assert_eq!(begun(&over, NOW).expires_at, Some(after(30)));
    }

    #[test]
    fn each_warning_is_given_once() {
        let mut one = begun(&instance(60), NOW);
        let mut told = Vec::new();
        for minute in 0..=60 {
            match due(&one, after(minute)) {
                Some(Due::Warn { warning, minutes }) => {
                    one.warned_minutes = Some(warning);
                    told.push(format!("at {minute}: {minutes} left"));
                }
                Some(Due::Expire) => told.push(format!("at {minute}: over")),
                None => {}
            }
        }
        assert_eq!(told, ["at 45: 15 left", "at 55: 5 left", "at 60: over"]);
    }

    #[test]
    fn a_short_time_is_not_announced_by_its_own_warnings() {
        let short = begun(&instance(10), NOW);
        assert_eq!(due(&short, NOW), None);
        assert_eq!(due(&short, after(6)), Some(Due::Warn { warning: 5, minutes: 4 }));
        assert_eq!(due(&begun(&instance(3), NOW), after(1)), None);
    }

    #[test]
    fn what_is_ending_already_is_left_to_it() {
        let ending = Instance { intent: Intent::Terminate, ..begun(&instance(1), NOW) };
        assert_eq!(due(&ending, after(2)), None);
    }

    #[test]
    fn a_renewal_to_never_holds_over_the_next_start() {
        let never = ending_in(&begun(&instance(60), NOW), 0, NOW);
        assert_eq!(begun(&never, after(1)).expires_at, None);
    }
}
