//! Signing in with a link. Looking at it uses nothing up: chats and mail scanners look at every link.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use thon_domain::problem::{Problem, ProblemCode};

use crate::{api::link::link_owner, layout::Solo, ui::ProblemCard};

/// The page behind a sign-in link.
#[component]
pub fn SignInLink() -> impl IntoView {
    let query = use_query_map();
    let secret = Memo::new(move |_| query.with(|query| query.get("t").unwrap_or_default()));
    let owner = Resource::new(move || secret.get(), link_owner);
    view! {
        <Title text="Sign in" />
        <Solo>
            <Transition>
                {move || Suspend::new(async move {
                    match owner.await {
                        Ok(name) => view! { <Continue name secret=secret.get_untracked() /> }.into_any(),
                        Err(error) => view! { <Dead problem=error.into_problem() /> }.into_any(),
                    }
                })}
            </Transition>
        </Solo>
    }
}

/// The link is used by this form, never by looking.
#[component]
fn Continue(name: String, secret: String) -> impl IntoView {
    view! {
        <div class="mid">
            <div>
                <h1 class="any">{format!("Welcome, {name}")}</h1>
                <p class="dim">"This link signs you in on this device."</p>
            </div>
            <form method="post" action="/sign-in/link">
                <input type="hidden" name="t" value=secret />
                <button class="btn pri xl"><span class="any whitespace-normal">{format!("Continue as {name}")}</span></button>
            </form>
            <p class="sm dim">"Not you? Close this page and ask your organizer for your own link."</p>
        </div>
    }
}

#[component]
fn Dead(problem: Problem) -> impl IntoView {
    if problem.code != ProblemCode::NotFound {
        return view! {
            <div class="mid wide">
                <h1>"This link cannot be checked now"</h1>
                <ProblemCard problem />
            </div>
        }
        .into_any();
    }
    view! {
        <div class="mid">
            <div>
                <h1>"This link is not good any more"</h1>
                <p class="dim">"It was used up, revoked or mistyped, or it is too old."</p>
            </div>
            <ul class="stack">
                <li><b>"You take part? "</b> "Ask your organizer for a new link."</li>
                <li><b>"You run the event? "</b> "Make a new one on the server: " <code class="whitespace-nowrap">"thon sign-in"</code></li>
            </ul>
            <a class="link" href="/sign-in">"Sign in with a password"</a>
        </div>
    }
    .into_any()
}
