//! Times and counts in the words of the pages.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use thon_domain::event::Schedule;

/// How long, in the two largest units: `12 s`, `3 min 5 s`, `2 h 24 min`, `3 d 2 h`.
pub fn duration(span: TimeDelta) -> String {
    let s = span.num_seconds().max(0);
    let (minutes, hours, days) = (s / 60, s / 3600, s / 86_400);
    match s {
        0..60 => format!("{s} s"),
        60..600 => format!("{minutes} min {} s", s % 60),
        600..3600 => format!("{minutes} min"),
        3600..86_400 => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
    }
}

/// How long it has been, with `now` from the page's clock.
pub fn elapsed(since: DateTime<Utc>, now: DateTime<Utc>) -> String {
    duration(now - since)
}

/// How long it has been, in one unit: for what need not be so exact.
pub fn about(since: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let s = (now - since).num_seconds().max(0);
    match s {
        0..60 => format!("{s} s"),
        60..3600 => format!("{} min", s / 60),
        3600..86_400 => format!("{} h", s / 3600),
        _ => format!("{} d", s / 86_400),
    }
}

/// When an event takes place, as the clocks at its venue show it: `Fri 27 Nov 2026, 09:00 to 18:00 (Europe/Berlin)`.
pub fn schedule(schedule: &Schedule) -> Option<String> {
    let day = |at: DateTime<FixedOffset>| at.format("%a %-d %b %Y, %H:%M").to_string();
    let told = match (schedule.starts_at, schedule.ends_at) {
        (None, None) => return None,
        (Some(start), None) => format!("From {}", day(start)),
        (None, Some(end)) => format!("Until {}", day(end)),
        (Some(start), Some(end)) if start.date_naive() == end.date_naive() => {
            format!("{} to {}", day(start), end.format("%H:%M"))
        }
        (Some(start), Some(end)) => format!("{} to {}", day(start), day(end)),
    };
    Some(format!("{told} ({})", schedule.time_zone))
}

/// A size: `312 MiB`, `2.1 GiB`.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => return format!("{} KiB", bytes >> 10),
        1_048_576..1_073_741_824 => return format!("{} MiB", bytes >> 20),
        _ => {}
    }
    let tenth = (1 << 30) / 10;
    let tenths = bytes.saturating_add(tenth / 2) / tenth;
    let text = format!("{}.{}", tenths / 10, tenths % 10);
    format!("{} GiB", text.trim_end_matches(".0"))
}

/// A number with at most two places: `1`, `0.25`. The browser need not know how to write any other.
pub fn decimal(number: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float saturates in a cast")]
    let hundredths = (number.max(0.0) * 100.0).round() as u64;
    let (whole, places) = (hundredths / 100, hundredths % 100);
    match (places, places % 10) {
        (0, _) => whole.to_string(),
        (_, 0) => format!("{whole}.{}", places / 10),
        _ => format!("{whole}.{places:02}"),
    }
}

/// A number of cores: `1 core`, `1.5 cores`.
pub fn cores(number: f64) -> String {
    let number = decimal(number);
    let word = if number == "1" { "core" } else { "cores" };
    format!("{number} {word}")
}

/// A number of things: `1 person`, `3 people`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// How many names are told.
const NAMED: usize = 3;

/// The first names, and how many there are besides: `ada, grace, linus and 2 others`.
pub fn some_of<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let told: Vec<&str> = names.take(NAMED).collect();
    let rest = if more > 0 { format!(" and {}", count(more, "other", "others")) } else { String::new() };
    format!("{}{rest}", told.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_told_in_the_time_of_its_venue() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).ok();
        let told = |starts_at, ends_at| {
            let time_zone = "Europe/Berlin".to_owned();
            schedule(&Schedule { starts_at, ends_at, time_zone }).unwrap_or_default()
        };
        let (start, end) = (at("2026-11-27T09:00:00+01:00"), at("2026-11-29T18:30:00+01:00"));
        assert_eq!(told(start, end), "Fri 27 Nov 2026, 09:00 to Sun 29 Nov 2026, 18:30 (Europe/Berlin)");
        let evening = at("2026-11-27T18:00:00+01:00");
        assert_eq!(told(start, evening), "Fri 27 Nov 2026, 09:00 to 18:00 (Europe/Berlin)");
        assert_eq!(told(None, end), "Until Sun 29 Nov 2026, 18:30 (Europe/Berlin)");
        assert_eq!((told(None, None), schedule(&Schedule::default())), (String::new(), None));
    }

    #[test]
    fn durations_have_two_units() {
        let words = |s| duration(TimeDelta::seconds(s));
        assert_eq!([words(-4), words(0), words(59)], ["0 s", "0 s", "59 s"]);
        assert_eq!([words(185), words(600), words(3599)], ["3 min 5 s", "10 min", "59 min"]);
        assert_eq!([words(8640), words(266_400)], ["2 h 24 min", "3 d 2 h"]);
    }

    #[test]
    fn about_has_one_unit() {
        let words = |s| about(DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + TimeDelta::seconds(s));
        assert_eq!([words(59), words(185), words(8640), words(266_400)], ["59 s", "3 min", "2 h", "3 d"]);
    }

    #[test]
    fn decimals_have_no_idle_places() {
        assert_eq!(
            [decimal(1.0), decimal(0.5), decimal(0.254), decimal(0.046), decimal(-1.0)],
            ["1", "0.5", "0.25", "0.05", "0"]
        );
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!([bytes(0), bytes(2048), bytes(327_155_712)], ["0 KiB", "2 KiB", "312 MiB"]);
        assert_eq!([bytes(2 << 30), bytes(2_254_857_830)], ["2 GiB", "2.1 GiB"]);
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!([count(1, "person", "people"), count(0, "person", "people")], ["1 person", "0 people"]);
    }
}
