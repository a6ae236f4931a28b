//! The nginx in front: whether it has what it should, and what can be done about it.

use leptos::{form::ActionForm, prelude::*};

use super::Acts;
use crate::{
    api::settings::NginxBoard,
    ui::{Icon, Symbol},
};

/// How nginx stands.
#[component]
pub fn NginxCard(acts: Acts, admin: bool, nginx: NginxBoard) -> impl IntoView {
    let NginxBoard { concern, in_line, has_files, facts } = nginx;
    let (key, symbol, word) = match (in_line, has_files) {
        (true, _) => ("running", Symbol::StateRunning, "Has what it should"),
        (false, true) => ("failed", Symbol::StateFailed, "Does not have what it should"),
        (false, false) => ("terminated", Symbol::StateTerminated, "Has nothing of THON's"),
    };
    let alarm = concern.map(|concern| {
        view! {
            <div class="note" data-s="failed" role="alert">
                <Icon symbol=Symbol::Warn />
                <div><h3>"What nginx says"</h3> <p class="any">{concern}</p></div>
            </div>
        }
    });
    let fact = |(name, is): (String, String)| view! { <dt>{name}</dt> <dd class="any">{is}</dd> };
    view! {
        <section class="card" aria-labelledby="nginx">
            <header>
                <h2 id="nginx" class="grow">"nginx"</h2>
                <span class="st" data-s=key><Icon symbol />{word}</span>
            </header>
            {alarm}
            <dl class="dl pad">{facts.into_iter().map(fact).collect_view()}</dl>
            {admin.then(|| view! { <Doings acts has_files /> })}
        </section>
    }
}

#[component]
fn Doings(acts: Acts, has_files: bool) -> impl IntoView {
    let away = has_files.then(|| {
        view! {
            <details>
                <summary class="btn bad">"Take THON's files away…"</summary>
                <p class="sm pad top0">
                    "nginx stops to answer for the dashboard and for every sandbox, this page too, until somebody syncs at the server or THON starts again. Sandboxes go on. Nothing else of nginx's is changed."
                </p>
                <ActionForm action=acts.clean_nginx>
                    <button class="btn kill" disabled=acts.clean_nginx.pending()>"Take them away"</button>
                </ActionForm>
            </details>
        }
    });
    view! {
        <div class="row wrap pad top0">
            <ActionForm action=acts.sync_nginx>
                <button class="btn" disabled=acts.sync_nginx.pending()>"Sync now"</button>
            </ActionForm>
            {away}
        </div>
    }
}
