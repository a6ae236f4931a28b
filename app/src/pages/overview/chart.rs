//! Starts over time, as bars.

use leptos::prelude::*;
use thon_domain::{
    live::Activity,
    starts::{BARS, Bar, Ending, Starts},
};

use crate::live::FleetStore;

/// The box that the bars are drawn in, and how wide each is.
const WIDE: u32 = 240;
const HIGH: u32 = 1000;
const BAR: u32 = 8;

/// The bars of the last hours; a start that ends while somebody looks is added.
#[component]
pub fn StartsChart(
    store: FleetStore,
    starts: Starts,
    /// The last activity that is contained.
    newest: i64,
) -> impl IntoView {
    let starts = Memo::new(move |_| {
        let mut starts = starts.clone();
        let heard = store.heard().get();
        for Activity { at, change, .. } in heard.iter().rev().filter(|one| one.number > newest) {
            if let Some(ending) = Ending::of(change) {
                starts.add(*at, ending);
            }
        }
        starts
    });
    let told = move || starts.with(told);
    let top = move || starts.with(Starts::highest).max(4);
    view! {
        <section class="card" aria-labelledby="starts">
            <header>
                <h2 id="starts">"Starts"</h2>
                <span class="sm dim grow">{told}</span>
            </header>
            <div class="pad">
                <div class="chart" role="img" aria-label=move || format!("Starts, ten minutes a bar: {}.", told())>
                    <div class="y" aria-hidden="true">
                        <span>{top}</span>
                        <span>"0"</span>
                    </div>
                    <svg viewBox=format!("0 0 {WIDE} {HIGH}") preserveAspectRatio="none" aria-hidden="true">
                        <path class="g" d="M0 0H240M0 500H240" />
                        <path class="g0" d="M0 1000H240" />
                        <path class="started" d=move || starts.with(|starts| bars(starts, top(), |bar| (0, bar.started))) />
                        <path class="failed" d=move || starts.with(|starts| bars(starts, top(), |bar| (bar.started, bar.failed))) />
                    </svg>
                    <div class="x" aria-hidden="true">
                        <span>"4 h ago"</span>
                        <span>"2 h ago"</span>
                        <span>"now"</span>
                    </div>
                </div>
            </div>
        </section>
    }
}

fn told(starts: &Starts) -> String {
    let Bar { started, failed } = starts.total();
    format!("{started} started, {failed} failed in the last 4 h")
}

/// The outline of all bars in a box of [`WIDE`] by [`HIGH`]: where each begins and how high it is comes from `part`.
///
/// In whole numbers: the browser need not know how to write others.
fn bars(starts: &Starts, top: u32, part: impl Fn(&Bar) -> (u32, u32)) -> String {
    let high = |count: u32| count * HIGH / top.max(1);
    let outline = |(left, bar): (u32, &Bar)| {
        let (below, count) = part(bar);
        (count > 0).then(|| format!("M{} {}v-{high}h{BAR}v{high}z", left + 1, HIGH - high(below), high = high(count)))
    };
    (0..).step_by(WIDE as usize / BARS).zip(&starts.bars).filter_map(outline).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::*;

    #[test]
    fn a_bar_stands_on_the_one_below() {
        let now = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(1);
        let mut starts = Starts::until(now);
        starts.add(now, Ending::Started);
        starts.add(now, Ending::Failed);
        assert_eq!(bars(&starts, 4, |bar| (0, bar.started)), "M231 1000v-250h8v250z");
        assert_eq!(bars(&starts, 4, |bar| (bar.started, bar.failed)), "M231 750v-250h8v250z");
        assert_eq!(told(&starts), "1 started, 1 failed in the last 4 h");
    }
}
