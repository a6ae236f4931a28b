//! The page before anybody is there: what is missing, why one wants it, the next action.

use leptos::prelude::*;

use crate::ui::Copy;

/// How to bring the people in, with the command to copy.
const COMMAND: &str = "thon launch --groups groups.yaml";

/// Says that nobody is here yet.
#[component]
pub fn NobodyHere() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="nobody">
            <div class="void">
                <svg class="art" viewBox="0 0 120 72" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">
                    <path
                        d="M6 8h14v15H6zm18.5 0h14v15h-14zm18.5 0h14v15H43zm18.5 0h14v15h-14zM80 8h14v15H80zm18.5 0h14v15h-14zM6 28h14v15H6zm37 0h14v15H43zm18.5 0h14v15h-14zM80 28h14v15H80zm18.5 0h14v15h-14z"
                        stroke-dasharray="2.5 2.5"
                    />
                    <path d="M24.5 28h14v15h-14z" fill="var(--accent)" stroke="var(--accent)" />
                    <path d="M31.5 32v7M28 35.5h7" stroke="var(--on-accent)" stroke-width="2" />
                </svg>
                <h2 id="nobody">"Nobody is here yet"</h2>
                <p>
                    "Write your groups and their people into a file, then let THON read it. Each person gets a place, a
                    sandbox and an address; they show up here as soon as the command runs."
                </p>
                <div class="command">
                    <code>{COMMAND}</code>
                    <Copy text=COMMAND what="the command" />
                </div>
                <p class="sm mute">"Without a file, " <code>"thon launch"</code> " starts one sandbox to try things out."</p>
            </div>
        </section>
    }
}
