//! What the sandbox takes of what it may take: now, and in the last ten minutes.

use leptos::prelude::*;
use thon_domain::{
    id::UserId,
    instance::State,
    sandbox::{Reading, SandboxMakeup, SandboxStats},
};

use super::curve::Curve;
use crate::{live::FleetStore, pages::instances::row::memo, words};

/// How many figures a curve is made of at most: ten minutes of every five seconds.
const MOST: usize = 120;

/// The figures, each with its curve.
#[component]
pub fn Takes(
    store: FleetStore,
    user: UserId,
    makeup: SandboxMakeup,
    /// As of loading the page.
    stats: Option<SandboxStats>,
    past: Vec<Reading>,
) -> impl IntoView {
    let runs = memo(&store.row(user), |one| one.is_some_and(|one| one.state == State::Running));
    let beside = store.beside();
    let now = Now { is_read: beside.is_read(), reading: beside.reading(user), stats };
    let past = Memo::new(move |before: Option<&Vec<Reading>>| {
        let mut past = before.unwrap_or(&past).clone();
        let newest = past.last().map(|one| one.at);
        past.extend(now.reading.get().filter(|one| newest.is_none_or(|newest| one.at > newest)));
        past.drain(..past.len().saturating_sub(MOST));
        past
    });
    let said = move || match (runs.get(), now.is_read.get(), now.reading.get()) {
        (false, ..) => "it does not run",
        (_, false, _) => "as of loading this page",
        (_, _, None) => "not measured at this moment",
        _ => "now, and the last ten minutes",
    };
    view! {
        <section class="card" aria-labelledby="takes">
            <header>
                <h2 id="takes" class="grow">"Use"</h2>
                <span class="sm dim">{said}</span>
            </header>
            <Show
                when=move || runs.get()
                fallback=|| view! { <p class="pad dim">"It takes nothing: it does not run."</p> }
            >
                <Figures now past makeup=makeup.clone() />
            </Show>
        </section>
    }
}

/// What is known of this moment.
#[derive(Clone, Copy)]
struct Now {
    is_read: Memo<bool>,
    reading: Memo<Option<Reading>>,
    stats: Option<SandboxStats>,
}

impl Now {
    /// A figure in words; a dash where it is not known.
    fn told(self, read: fn(&Reading) -> Option<String>, loaded: fn(&SandboxStats) -> Option<String>) -> String {
        let stats = self.stats.filter(|_| !self.is_read.get());
        let told = self.reading.get().as_ref().and_then(read).or_else(|| stats.as_ref().and_then(loaded));
        told.unwrap_or_else(|| "–".to_owned())
    }
}

#[component]
fn Figures(now: Now, past: Memo<Vec<Reading>>, makeup: SandboxMakeup) -> impl IntoView {
    let SandboxMakeup { cpus, memory_bytes, disk_bytes, .. } = makeup;
    let cpu = move || now.told(|one| Some(cores(one.cpu_millis)), |stats| Some(words::decimal(stats.cpu_cores)));
    let memory =
        move || now.told(|one| Some(words::bytes(one.memory_bytes)), |stats| Some(words::bytes(stats.memory_bytes)));
    let disk = move || now.told(|one| one.disk_bytes.map(words::bytes), |_| None);
    // Without a limit the highest figure gives the measure.
    let highest = past.with_untracked(|past| past.iter().filter_map(|one| one.disk_bytes).max());
    let disk_top = disk_bytes.unwrap_or_else(|| (highest.unwrap_or_default() * 2).max(1 << 30));
    let disk_of = disk_bytes.map_or_else(String::new, |bytes| format!("of {}", words::bytes(bytes)));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive number of cores")]
    let cpu_top = (cpus * 1000.0) as u64;
    let other = now.stats.map(|stats| other(&stats, makeup.pids));
    view! {
        <dl class="g3">
            <Figure name="CPU" value=cpu of=format!("of {}", words::cores(cpus))>
                <Curve past top=cpu_top figure=|one| Some(one.cpu_millis.into()) />
            </Figure>
            <Figure name="Memory" value=memory of=format!("of {}", words::bytes(memory_bytes))>
                <Curve past top=memory_bytes figure=|one| Some(one.memory_bytes) />
            </Figure>
            <Figure name="Disk" value=disk of=disk_of>
                <Curve past top=disk_top figure=|one| one.disk_bytes />
            </Figure>
        </dl>
        <p class="pad sm dim">{other}</p>
    }
}

/// A figure in words, and its curve.
#[component]
fn Figure(
    name: &'static str,
    value: impl Fn() -> String + Send + Sync + 'static,
    of: String,
    children: Children,
) -> impl IntoView {
    view! {
        <div>
            <dt class="sm dim">{name}</dt>
            <dd>
                <span class="big tn">{value} " " <small>{of}</small></span>
                {children()}
            </dd>
        </div>
    }
}

/// What is not measured again and again.
fn other(stats: &SandboxStats, pids: u32) -> String {
    let (received, sent) = (words::bytes(stats.network_received_bytes), words::bytes(stats.network_sent_bytes));
    format!("When this page was loaded: {} of {pids} processes; {received} received, {sent} sent.", stats.pids)
}

/// Thousandths of a core as cores.
fn cores(millis: u32) -> String {
    words::decimal(f64::from(millis) / 1000.0)
}
