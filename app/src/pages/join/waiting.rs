//! Waiting to be let in. The page asks again by itself, without scripts too: whoever waits has no stream to listen to yet.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::components::Redirect;

use super::super::gate::trouble;
use crate::{
    api::join::{Stands, join_standing},
    layout::{SignOut, Solo},
};

/// How often the page asks again.
const AGAIN: Duration = Duration::from_secs(4);

/// The same without scripts, where the whole page is loaded again.
const AGAIN_WITHOUT_SCRIPTS: &str = r#"<meta http-equiv="refresh" content="4">"#;

/// The page at its own path.
#[component]
pub fn WaitingPage() -> impl IntoView {
    let stands = Resource::new(|| (), |()| join_standing());
    Effect::new(move || {
        let asks = set_interval_with_handle(|| spawn_local(goes_on()), AGAIN).ok();
        on_cleanup(move || asks.into_iter().for_each(|asks| asks.clear()));
    });
    view! {
        <Title text="Waiting for approval" />
        <Transition>
            {move || Suspend::new(async move {
                match stands.await {
                    Ok(Stands::Waits { name }) => view! { <Waits name /> }.into_any(),
                    Ok(Stands::Refused { name }) => view! { <Refused name /> }.into_any(),
                    Ok(Stands::In) => view! { <Redirect path="/" /> }.into_any(),
                    Ok(Stands::Nowhere) => view! { <Redirect path="/join" /> }.into_any(),
                    Err(error) => trouble(error.into_problem()),
                }
            })}
        </Transition>
    }
}

/// Loads the page anew once there is an answer: who is let in is somebody else to every page.
async fn goes_on() {
    if !matches!(join_standing().await, Ok(Stands::Waits { .. }) | Err(_)) {
        // A browser that does not do it asks again in a moment.
        let _ = window().location().reload();
    }
}

#[component]
fn Waits(name: String) -> impl IntoView {
    view! {
        <noscript inner_html=AGAIN_WITHOUT_SCRIPTS></noscript>
        <Solo aside=view! { <SignOut /> }.into_any()>
            <div class="mid">
                <div>
                    <h1>"Waiting for approval"</h1>
                    <p class="dim any">{format!("{name}, an organizer sees that you are here and lets you in.")}</p>
                </div>
                <div class="bar go" data-s="pending" aria-hidden="true"></div>
                <p class="sm dim">"This page goes on by itself. You may close it and come back in this browser."</p>
            </div>
        </Solo>
    }
}

#[component]
fn Refused(name: String) -> impl IntoView {
    view! {
        <Solo aside=view! { <SignOut /> }.into_any()>
            <div class="mid">
                <div>
                    <h1>"Not let in"</h1>
                    <p class="dim any">{format!("An organizer did not let {name} in.")}</p>
                </div>
                <p>"Talk to an organizer. To come by another code, sign out first."</p>
            </div>
        </Solo>
    }
}
