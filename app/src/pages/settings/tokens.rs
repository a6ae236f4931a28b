//! API tokens: which there are, a new one, and an end to one.

use leptos::{form::ActionForm, prelude::*};

use super::Acts;
use crate::{
    api::settings::{MadeToken, TokenLine},
    ui::{Copy, Icon, Symbol},
};

/// How long a token may be good, in hours and in words. The third is the usual.
const TERMS: [(u32, &str); 5] =
    [(24, "1 day"), (168, "1 week"), (2160, "90 days"), (4320, "180 days"), (8784, "1 year")];

/// The scopes, each with what it allows.
const SCOPES: [(&str, &str); 3] =
    [("read", "read: look at everything"), ("write", "write: run the event"), ("admin", "admin: everything")];

/// The tokens, and the form for another.
#[component]
pub fn TokensCard(acts: Acts, admin: bool, tokens: Vec<TokenLine>) -> impl IntoView {
    let made = move || {
        let made = acts.make.value().get().and_then(Result::ok);
        made.map(|MadeToken { token }| view! { <Made token /> })
    };
    let none = tokens.is_empty().then(|| view! { <p class="pad dim">"No program comes with a token yet."</p> });
    let lines = tokens.into_iter().map(|token| view! { <Line acts admin token /> }).collect_view();
    view! {
        <section class="card" aria-labelledby="tokens">
            <header>
                <h2 id="tokens" class="grow">"API tokens"</h2>
                <span class="sm dim">{if admin { "everybody's" } else { "your own" }}</span>
            </header>
            {none}
            <ul class="lines">{lines}</ul>
            <div role="status">{made}</div>
            <New acts />
        </section>
    }
}

#[component]
fn Line(acts: Acts, admin: bool, token: TokenLine) -> impl IntoView {
    let TokenLine { id, name, scope, owner, end, used } = token;
    let owner = admin.then(|| format!("{owner}, "));
    view! {
        <li>
            <div class="grow">
                <p class="row wrap"><b class="any">{name.clone()}</b> <span class="tag">{scope}</span></p>
                <p class="sm dim any">{owner} {end} ", " {used}</p>
            </div>
            <ActionForm action=acts.revoke>
                <input type="hidden" name="token" value=id.to_string() />
                <button class="btn sm bad">"Revoke" <span class="sr">{format!(" {name}")}</span></button>
            </ActionForm>
        </li>
    }
}

/// The secret of the token that was just made: nobody ever sees it again.
#[component]
fn Made(token: String) -> impl IntoView {
    view! {
        <div class="note" data-s="running">
            <Icon symbol=Symbol::StateRunning />
            <div>
                <h3>"Copy it now: it is shown this once"</h3>
                <p class="row"><code class="any grow">{token.clone()}</code> <Copy text=token what="the token" /></p>
            </div>
        </div>
    }
}

#[component]
fn New(acts: Acts) -> impl IntoView {
    let scopes = SCOPES.map(|(value, words)| view! { <option value=value>{words}</option> }).collect_view();
    let term = |(hours, words): (u32, &'static str)| {
        view! { <option value=hours.to_string() selected={hours == TERMS[2].0}>{words}</option> }
    };
    view! {
        <ActionForm action=acts.make attr:class="row wrap pad newt">
            <div class="field grow">
                <label for="token-name">"Name of a new token"</label>
                <input class="in" id="token-name" name="name" required maxlength="64" placeholder="ci" autocomplete="off" />
            </div>
            <div class="field">
                <label for="token-scope">"It may"</label>
                <select class="sel" id="token-scope" name="scope">{scopes}</select>
            </div>
            <div class="field">
                <label for="token-hours">"For"</label>
                <select class="sel" id="token-hours" name="hours">{TERMS.map(term).collect_view()}</select>
            </div>
            <button class="btn" disabled=acts.make.pending()>"Make token"</button>
        </ActionForm>
    }
}
