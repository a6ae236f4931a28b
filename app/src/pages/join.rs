//! Joining by a code: the code, then name and team. Plain forms, so that they work on every phone.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use thon_domain::join_code::JoinTrouble;

use self::form::JoinForm;
use super::gate::trouble;
use crate::{
    api::join::{Offered, join_offer},
    layout::Solo,
    next_path::value,
    ui::{Icon, Symbol},
};

mod form;
mod qr;
mod sign;
mod waiting;

pub use self::{qr::QrCode, sign::JoinSignPage, waiting::WaitingPage};

/// The page at its own path.
#[component]
pub fn JoinPage() -> impl IntoView {
    let search = use_location().search;
    let asked = move |key: &'static str| search.with_untracked(|search| value(search, key)).unwrap_or_default();
    let code = Memo::new(move |_| search.with(|search| value(search, "code")).unwrap_or_default());
    let offered = Resource::new(
        move || code.get(),
        async |code| {
            if code.is_empty() { Ok(None) } else { join_offer(code).await.map(Some) }
        },
    );
    let refusal = asked("error").parse::<JoinTrouble>().ok();
    let name = asked("name");
    view! {
        <Title text="Join" />
        <Transition>
            {move || {
                let name = name.clone();
                Suspend::new(async move {
                    match offered.await {
                        Ok(Some(Offered::Open(offer))) => view! { <JoinForm offer=*offer refusal name /> }.into_any(),
                        Ok(Some(Offered::Trouble(trouble))) => view! { <CodeForm refusal=Some(trouble) /> }.into_any(),
                        Ok(None) => view! { <CodeForm refusal=None /> }.into_any(),
                        Err(error) => trouble(error.into_problem()),
                    }
                })
            }}
        </Transition>
    }
}

/// Asks for the code.
#[component]
fn CodeForm(refusal: Option<JoinTrouble>) -> impl IntoView {
    let refused = refusal.is_some();
    view! {
        <Solo>
            <div class="mid">
                <div>
                    <h1>"Join"</h1>
                    <p class="dim">"Type the code you see on the wall."</p>
                </div>
                <form class="stack" method="get" action="/join">
                    <div class="field">
                        <label for="code">"Join code"</label>
                        <input
                            class="in lg code-in"
                            id="code"
                            name="code"
                            required
                            maxlength="16"
                            placeholder="XXXX-XXXX"
                            autocapitalize="characters"
                            autocomplete="off"
                            spellcheck="false"
                            aria-invalid=refused.then_some("true")
                            aria-describedby=refused.then_some("refusal")
                        />
                        {refusal.map(|trouble| view! { <Refusal trouble /> })}
                    </div>
                    <button class="btn pri lg">"Go on"</button>
                </form>
                <p class="sm dim">"Already in? " <a class="link" href="/sign-in">"Sign in"</a></p>
            </div>
        </Solo>
    }
}

/// What was wrong, and what to do.
#[component]
fn Refusal(trouble: JoinTrouble) -> impl IntoView {
    view! {
        <span class="row sm text-bad" id="refusal" role="alert">
            <Icon symbol=Symbol::StateFailed />
            {words(trouble)}
        </span>
    }
}

const fn words(trouble: JoinTrouble) -> &'static str {
    match trouble {
        JoinTrouble::Code => "There is no such code, or it is over. Look at the wall once more, or ask an organizer.",
        JoinTrouble::NoPlaces => "Everybody has come whom this code is for. Ask an organizer for another.",
        JoinTrouble::Name => "A name has at most 32 letters, digits and hyphens.",
        JoinTrouble::NameTaken => "Somebody in this team has this name. Choose another.",
        JoinTrouble::Team => "Choose a team, or name a new one with at most 32 letters, digits and hyphens.",
        JoinTrouble::TeamTaken => "There is a team of this name already. Choose another name, or the team itself.",
        JoinTrouble::TeamFull => "This team is full. Choose another.",
        JoinTrouble::TooMany => "Too many wrong codes came from here. Wait ten minutes, then try again.",
    }
}
