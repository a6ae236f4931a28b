//! A small curve of the last ten minutes.

use leptos::prelude::*;
use thon_domain::sandbox::Reading;

/// The box that it is drawn in: a unit for each second.
const WIDE: i64 = 600;
const HIGH: u64 = 100;

/// From how many seconds without a figure on the line is broken.
const GAP_S: i64 = 45;

/// The curve of one figure, up to `top`.
#[component]
pub fn Curve(past: Memo<Vec<Reading>>, top: u64, figure: fn(&Reading) -> Option<u64>) -> impl IntoView {
    let line = move || past.with(|past| line(past, top, figure));
    view! {
        <svg class="spark" viewBox=format!("0 0 {WIDE} {HIGH}") preserveAspectRatio="none" aria-hidden="true">
            <path class="g0" d="M0 100H600" />
            <path class="l" d=line />
        </svg>
    }
}

/// The newest figure stands at the right edge. In whole numbers: the browser need not know how to write others.
fn line(past: &[Reading], top: u64, figure: fn(&Reading) -> Option<u64>) -> String {
    let Some(newest) = past.last() else { return String::new() };
    let (mut line, mut before) = (String::new(), None::<i64>);
    for reading in past {
        let x = WIDE - (newest.at - reading.at).num_seconds();
        let Some(value) = figure(reading).filter(|_| x >= 0) else { continue };
        let y = HIGH - (value.min(top) * HIGH / top.max(1));
        let step = if before.is_some_and(|before| x - before < GAP_S) { "L" } else { "M" };
        line += &[step, &x.to_string(), " ", &y.to_string()].concat();
        before = Some(x);
    }
    line
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn the_newest_is_at_the_right_and_a_gap_is_a_gap() {
        let reading = |s, cpu_millis| Reading {
            at: DateTime::UNIX_EPOCH + TimeDelta::seconds(s),
            cpu_millis,
            memory_bytes: 0,
            disk_bytes: None,
        };
        let past = [reading(0, 500), reading(100, 250), reading(105, 5000), reading(700, 0)];
        assert_eq!(line(&past, 1000, |one| Some(one.cpu_millis.into())), "M0 75L5 0M600 100");
        assert_eq!(line(&past, 1000, |one| one.disk_bytes), "");
    }
}
