//! Times and counts in the words of the pages.

use chrono::{DateTime, TimeDelta, Utc};

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

/// A number of things: `1 person`, `3 people`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units() {
        let words = |s| duration(TimeDelta::seconds(s));
        assert_eq!([words(-4), words(0), words(59)], ["0 s", "0 s", "59 s"]);
        assert_eq!([words(185), words(600), words(3599)], ["3 min 5 s", "10 min", "59 min"]);
        assert_eq!([words(8640), words(266_400)], ["2 h 24 min", "3 d 2 h"]);
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!([count(1, "person", "people"), count(0, "person", "people")], ["1 person", "0 people"]);
    }
}
