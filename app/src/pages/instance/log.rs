//! What the sandbox's main process wrote, and goes on to write.

use leptos::prelude::*;
use thon_domain::{
    id::InstanceId,
    sandbox::{LogLine, LogStream, SandboxLook},
};

use crate::{
    api::sandbox::LINES,
    live::{FleetStore, Link},
};

/// The last lines, which go on by themselves, and the way to more.
#[component]
pub fn Log(store: FleetStore, id: InstanceId, look: SandboxLook) -> impl IntoView {
    let log = store.beside().log();
    let SandboxLook { log: first, unseen, .. } = look;
    let written = Memo::new(move |_| log.with(|log| text(log.as_deref().unwrap_or(&first))));
    let void = move || match &unseen {
        Some(unseen) if log.with(Option::is_none) => unseen.clone(),
        _ => "It has written nothing yet.".to_owned(),
    };
    let live = move || match store.link().get() {
        Link::Live => "goes on by itself, times in UTC".to_owned(),
        _ => format!("the last {LINES} lines, times in UTC"),
    };
    view! {
        <section class="card" aria-labelledby="log">
            <header>
                <h2 id="log">"Log"</h2>
                <span class="sm dim grow">{live}</span>
                <a class="link sm" rel="external" href=format!("/api/instances/{id}/logs?lines=2000")>
                    "2,000 lines as JSON"
                </a>
            </header>
            <p class="pad dim" hidden=move || !written.with(String::is_empty)>{void}</p>
            <div
                class="log"
                tabindex="0"
                role="region"
                aria-label="Log of this instance"
                hidden=move || written.with(String::is_empty)
            >
                <pre>{written}</pre>
            </div>
        </section>
    }
}

fn text(lines: &[LogLine]) -> String {
    lines.iter().map(line).collect()
}

/// A line as it is shown; what went to standard error is marked.
fn line(line: &LogLine) -> String {
    let mark = if line.stream == LogStream::Stderr { "!" } else { " " };
    format!("{} {mark} {}\n", line.at.format("%H:%M:%S"), line.text)
}
