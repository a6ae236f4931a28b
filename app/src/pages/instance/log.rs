//! What the sandbox's main process wrote.

use leptos::prelude::*;
use thon_domain::{
    id::InstanceId,
    sandbox::{LogLine, LogStream, SandboxLook},
};

use crate::api::sandbox::LINES;

/// The last lines, and the way to more.
#[component]
pub fn Log(id: InstanceId, look: SandboxLook) -> impl IntoView {
    let text: String = look.log.iter().map(line).collect();
    let body = match look.unseen {
        Some(unseen) => view! { <p class="pad dim">{unseen}</p> }.into_any(),
        None if text.is_empty() => view! { <p class="pad dim">"It has written nothing yet."</p> }.into_any(),
        None => view! { <pre class="log" tabindex="0" role="region" aria-label="Log of this instance">{text}</pre> }
            .into_any(),
    };
    view! {
        <section class="card" aria-labelledby="log">
            <header>
                <h2 id="log">"Log"</h2>
                <span class="sm dim grow">{format!("the last {LINES} lines, times in UTC")}</span>
                <a class="link sm" rel="external" href=format!("/api/instances/{id}/logs?lines=2000")>
                    "2,000 lines as JSON"
                </a>
            </header>
            {body}
        </section>
    }
}

/// A line as it is shown; what went to standard error is marked.
fn line(line: &LogLine) -> String {
    let mark = if line.stream == LogStream::Stderr { "!" } else { " " };
    format!("{} {mark} {}\n", line.at.format("%H:%M:%S"), line.text)
}
