//! When an event takes place: local times, as people write them, in the zone of the venue.

use chrono::{DateTime, FixedOffset, LocalResult, NaiveDateTime, Offset as _, TimeZone as _};
use chrono_tz::Tz;

use super::requests::Wish;

/// How a browser writes a local time (<https://html.spec.whatwg.org/#local-dates-and-times>).
const LOCAL: [&str; 2] = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];

/// Why a text is no zone, or no time in one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ScheduleError {
    #[error("there is no zone {0:?}; write a name of the IANA database, for example Europe/Berlin")]
    Zone(String),
    #[error("{0:?} is no time; write it as 2026-11-27T09:00")]
    Time(String),
    #[error("there is no {0} in {1}: clocks go forward over it")]
    Skipped(NaiveDateTime, Tz),
    #[error("it ends before it starts")]
    Backwards,
}

/// The zone of a name; UTC when nobody named one.
pub(super) fn zone(name: &str) -> Result<Tz, ScheduleError> {
    if name.is_empty() {
        return Ok(Tz::UTC);
    }
    name.parse().map_err(|_| ScheduleError::Zone(name.to_owned()))
}

/// A time as it shall be.
pub(super) fn time(
    zone: Tz,
    before: Option<DateTime<FixedOffset>>,
    wish: &Wish<String>,
) -> Result<Option<DateTime<FixedOffset>>, ScheduleError> {
    match wish {
        Wish::Clear => Ok(None),
        Wish::Set(text) if text.trim().is_empty() => Ok(None),
        Wish::Set(text) => read(zone, text.trim()).map(Some),
        Wish::Keep => before.map(|at| local(zone, at.naive_local())).transpose(),
    }
}

/// Refuses an end before the beginning.
pub(super) fn in_order(
    starts_at: Option<DateTime<FixedOffset>>,
    ends_at: Option<DateTime<FixedOffset>>,
) -> Result<(), ScheduleError> {
    if starts_at.zip(ends_at).is_some_and(|(start, end)| end < start) { Err(ScheduleError::Backwards) } else { Ok(()) }
}

/// A local time, or one with an offset, which is told in the zone then.
fn read(zone: Tz, text: &str) -> Result<DateTime<FixedOffset>, ScheduleError> {
    if let Some(naive) = LOCAL.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()) {
        return local(zone, naive);
    }
    let moment = DateTime::parse_from_rfc3339(text).map_err(|_| ScheduleError::Time(text.to_owned()))?;
    Ok(fixed(moment.with_timezone(&zone)))
}

/// What clocks in the zone show so. What they show twice is the first of the two.
fn local(zone: Tz, naive: NaiveDateTime) -> Result<DateTime<FixedOffset>, ScheduleError> {
    match zone.from_local_datetime(&naive) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(fixed(at)),
        LocalResult::None => Err(ScheduleError::Skipped(naive, zone)),
    }
}

fn fixed(at: DateTime<Tz>) -> DateTime<FixedOffset> {
    at.with_timezone(&at.offset().fix())
}

#[cfg(test)]
mod tests {
    use thon_domain::{event::Schedule, problem::FieldError};

    use super::{
        super::{fields::Fields, requests::ScheduleEdit},
        *,
    };
    use crate::error::Error;

    fn edited(before: &Schedule, edit: &ScheduleEdit) -> Result<Schedule, Vec<FieldError>> {
        let mut fields = Fields::default();
        let schedule = fields.schedule(before, edit);
        fields.finish(schedule).map_err(|error| match error {
            Error::Invalid { fields, .. } => fields,
            other => panic!("{other}"),
        })
    }

    fn set(text: &str) -> Wish<String> {
        Wish::Set(text.to_owned())
    }

    fn told(at: Option<DateTime<FixedOffset>>) -> String {
        at.map(|at| at.to_rfc3339()).unwrap_or_default()
    }

    fn berlin(starts_at: &str, ends_at: &str) -> Result<Schedule, Vec<FieldError>> {
        let time_zone = Some(" Europe/Berlin ".to_owned());
        edited(&Schedule::default(), &ScheduleEdit { starts_at: set(starts_at), ends_at: set(ends_at), time_zone })
    }

    #[test]
    fn a_local_time_has_the_offset_of_its_day() {
        let over_the_change = berlin("2026-10-24T09:00", "2026-10-25T18:00:00").expect("a schedule");
        assert_eq!(over_the_change.time_zone, "Europe/Berlin");
        assert_eq!(told(over_the_change.starts_at), "2026-10-24T09:00:00+02:00");
        assert_eq!(told(over_the_change.ends_at), "2026-10-25T18:00:00+01:00");
        let twice = berlin("2026-10-25T02:30", "").expect("a schedule");
        assert_eq!((told(twice.starts_at).as_str(), twice.ends_at), ("2026-10-25T02:30:00+02:00", None));
        let elsewhere = berlin("2026-11-27T08:00:00Z", "").expect("a schedule");
        assert_eq!(told(elsewhere.starts_at), "2026-11-27T09:00:00+01:00");
    }

    #[test]
    fn every_mistake_is_told_by_its_field() {
        let wrong = |starts_at: &str, ends_at: &str| {
            let fields = berlin(starts_at, ends_at).expect_err("no schedule");
            fields.into_iter().map(|error| format!("{}: {}", error.field, error.message)).collect::<Vec<_>>()
        };
        assert_eq!(
            wrong("2026-03-29T02:30", "tomorrow"),
            [
                "starts_at: there is no 2026-03-29 02:30:00 in Europe/Berlin: clocks go forward over it",
                "ends_at: \"tomorrow\" is no time; write it as 2026-11-27T09:00",
            ]
        );
        assert_eq!(wrong("2026-11-27T09:00", "2026-11-26T09:00"), ["ends_at: it ends before it starts"]);
        let nowhere = ScheduleEdit { time_zone: Some("Berlin".to_owned()), ..ScheduleEdit::default() };
        let fields = edited(&Schedule::default(), &nowhere).expect_err("no zone");
        assert!(fields[0].field == "time_zone" && fields[0].message.contains("IANA"), "{fields:?}");
    }

    #[test]
    fn in_another_zone_the_clocks_show_the_same() {
        let edit = ScheduleEdit { starts_at: set("2026-07-01T09:00"), ..ScheduleEdit::default() };
        let utc = edited(&Schedule::default(), &edit).expect("a schedule");
        assert_eq!((told(utc.starts_at).as_str(), utc.time_zone.as_str()), ("2026-07-01T09:00:00+00:00", "UTC"));
        let moved = ScheduleEdit { time_zone: Some("America/New_York".to_owned()), ..ScheduleEdit::default() };
        let moved = edited(&utc, &moved).expect("a schedule");
        assert_eq!(told(moved.starts_at), "2026-07-01T09:00:00-04:00");
    }
}
