//! What the sandbox takes of what it may take.

use leptos::prelude::*;
use thon_domain::sandbox::{SandboxMakeup, SandboxStats};

use crate::words;

/// The figures, each with how full it is.
#[component]
pub fn Takes(makeup: SandboxMakeup, stats: Option<SandboxStats>) -> impl IntoView {
    let body = match stats {
        None => view! { <p class="pad dim">"It takes nothing: it does not run."</p> }.into_any(),
        Some(stats) => view! { <Figures makeup stats /> }.into_any(),
    };
    view! {
        <section class="card" aria-labelledby="takes">
            <header>
                <h2 id="takes" class="grow">"Use"</h2>
                <span class="sm dim">"as of loading this page"</span>
            </header>
            {body}
        </section>
    }
}

#[component]
fn Figures(makeup: SandboxMakeup, stats: SandboxStats) -> impl IntoView {
    let SandboxMakeup { cpus, memory_bytes, pids, .. } = makeup;
    let network = format!(
        "{} received, {} sent",
        words::bytes(stats.network_received_bytes),
        words::bytes(stats.network_sent_bytes)
    );
    view! {
        <dl class="g3">
            <Figure name="CPU" value=words::decimal(stats.cpu_cores) of=format!("of {}", words::cores(cpus)) part=stats.cpu_cores / cpus />
            <Figure
                name="Memory"
                value=words::bytes(stats.memory_bytes)
                of=format!("of {}", words::bytes(memory_bytes))
                part=ratio(stats.memory_bytes, memory_bytes)
            />
            <Figure name="Processes" value=stats.pids.to_string() of=format!("of {pids}") part=ratio(stats.pids, pids.into()) />
        </dl>
        <p class="pad sm dim">{network}</p>
    }
}

/// A figure in words, and how full it is as a bar.
#[component]
fn Figure(name: &'static str, value: String, of: String, part: f64) -> impl IntoView {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
    let percent = (part * 100.0).clamp(0.0, 100.0) as u8;
    view! {
        <div>
            <dt class="sm dim">{name}</dt>
            <dd>
                <span class="big tn">{value} " " <small>{of}</small></span>
                <svg class="level" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" class:full={percent > 90}>
                    <rect class="all" width="100" height="6" />
                    <rect class="part" width=percent.to_string() height="6" />
                </svg>
            </dd>
        </div>
    }
}

#[expect(clippy::cast_precision_loss, reason = "a bar is no finer than a pixel")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}
