//! What runs in the background, and how it goes.

use leptos::prelude::*;

use crate::{
    api::settings::{Going, TaskLine},
    ui::{Icon, Symbol},
};

/// Each task with its purpose, its rhythm and its last run.
#[component]
pub fn TasksCard(tasks: Vec<TaskLine>) -> impl IntoView {
    let line = |task: TaskLine| {
        let TaskLine { name, purpose, going, rhythm, last, error } = task;
        let (key, symbol, word) = words(going);
        view! {
            <li>
                <div class="grow">
                    <p class="row wrap">
                        <b>{name}</b>
                        <span class="st" data-s=key><Icon symbol />{word}</span>
                    </p>
                    <p class="sm any">{purpose}</p>
                    <p class="sm dim">{last} ", " {rhythm}</p>
                    {error.map(|error| view! { <p class="sm why-not any">{error}</p> })}
                </div>
            </li>
        }
    };
    view! {
        <section class="card" aria-labelledby="tasks">
            <header>
                <h2 id="tasks" class="grow">"Background"</h2>
                <span class="sm dim">"as of loading this page"</span>
            </header>
            <ul class="lines">{tasks.into_iter().map(line).collect_view()}</ul>
        </section>
    }
}

const fn words(going: Going) -> (&'static str, Symbol, &'static str) {
    match going {
        Going::Well => ("running", Symbol::StateRunning, "Well"),
        Going::Failing => ("failed", Symbol::StateFailed, "Failing"),
        Going::Waiting => ("pending", Symbol::StatePending, "Not yet run"),
        Going::Stopped => ("terminated", Symbol::StateTerminated, "Stopped"),
    }
}
