//! Signing in with a password; participants are told about their link.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    components::Redirect,
    hooks::{use_location, use_query_map},
};

use self::places::{Places, provide_board};
pub use self::refused::Refused;
use super::gate::ViewerResource;
use crate::{
    layout::Solo,
    next_path::{local_path, value},
    ui::{Icon, Symbol},
};

mod places;
mod refused;

/// The sign-in page. Whoever is signed in already goes on to where they wanted.
#[component]
pub fn SignIn() -> impl IntoView {
    let viewer = expect_context::<ViewerResource>();
    provide_board();
    let query = use_query_map();
    let next = use_location().search.with_untracked(|search| value(search, "next")).unwrap_or_default();
    let next = local_path(&next).to_owned();
    let refusal = query.with_untracked(|query| query.get("error")).map(|word| refusal(&word));
    view! {
        <Title text="Sign in" />
        <Transition>
            {move || {
                let next = next.clone();
                Suspend::new(async move {
                    match viewer.await {
                        Ok(Some(_)) => view! { <Redirect path=next /> }.into_any(),
                        _ => view! { <Form next refusal /> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn Form(next: String, refusal: Option<&'static str>) -> impl IntoView {
    let refused = refusal.is_some();
    view! {
        <Solo>
            <div class="mid">
                <h1>"Sign in"</h1>
                <Places next=next.clone() />
                <form class="stack" method="post" action="/sign-in">
                    <input type="hidden" name="next" value=next />
                    <div class="field">
                        <label for="password">"Password of the organizers"</label>
                        <input
                            class="in lg"
                            id="password"
                            name="password"
                            type="password"
                            autocomplete="current-password"
                            required
                            aria-invalid=refused.then_some("true")
                            aria-describedby=refused.then_some("refusal")
                        />
                        {refusal.map(|refusal| view! { <Refusal text=refusal /> })}
                    </div>
                    <button class="btn pri lg">"Sign in"</button>
                </form>
                <p class="dim">
                    <b>"You take part? "</b>
                    "Use the link that your organizer gave you. It needs no password and works on several devices."
                </p>
                <p class="dim">
                    <b>"You run the event? "</b>
                    "Without a password, "
                    <code>"thon sign-in"</code>
                    " on the server prints a link for you."
                </p>
            </div>
        </Solo>
    }
}

#[component]
fn Refusal(text: &'static str) -> impl IntoView {
    view! {
        <span class="row sm text-bad" id="refusal" role="alert">
            <Icon symbol=Symbol::StateFailed />
            {text}
        </span>
    }
}

/// Why signing in did not work, from the word that the server put into the URL. Nothing of the URL is echoed.
pub fn refusal(word: &str) -> &'static str {
    match word {
        "password" => "The password is wrong, or none is set.",
        "too-many" => "Too many tries. Wait ten minutes, then try again.",
        "link" => "This link is not good any more. Ask for a new one.",
        _ => "Signing in did not work. Try again.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_becomes_a_sentence_and_nothing_else_is_echoed() {
        assert_eq!(refusal("too-many"), "Too many tries. Wait ten minutes, then try again.");
        assert_eq!(refusal("<b>hi</b>"), "Signing in did not work. Try again.");
    }
}
