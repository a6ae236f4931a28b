//! What stands in front of somebody else's things.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use thon_domain::address::{Door, Doorway};

use super::gate::SignedIn;
use crate::{
    api::answer_with,
    layout::{SignOut, Solo},
    viewer::Viewer,
};

/// The 403 page of an editor, or of a port of one.
#[component]
pub fn Forbidden() -> impl IntoView {
    let label = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let is_port = label.parse().is_ok_and(|Doorway { door, .. }| door != Door::Editor);
    if is_port {
        view! { <SignedIn page=|viewer| view! { <NotShared viewer /> }.into_any() /> }.into_any()
    } else {
        view! { <SignedIn page=|viewer| view! { <NotYours viewer thing="editor" /> }.into_any() /> }.into_any()
    }
}

/// Says that a thing is not the viewer's.
#[component]
pub fn NotYours(viewer: Viewer, thing: &'static str) -> impl IntoView {
    let title = format!("This {thing} is not yours");
    view! { <Refused viewer title why="Only its owner and the organizers can open it." /> }
}

#[component]
fn NotShared(viewer: Viewer) -> impl IntoView {
    let title = "This port is not shared with you".to_owned();
    view! { <Refused viewer title why="Ask the person whose sandbox it is: they can share it on their page." /> }
}

/// Says what is refused, to whom, and where their own things are.
#[component]
fn Refused(viewer: Viewer, title: String, why: &'static str) -> impl IntoView {
    answer_with(403);
    view! {
        <Title text="Not yours" />
        <Solo>
            <div class="mid">
                <div>
                    <h1>{title}</h1>
                    <p class="dim">
                        "You are signed in as " <b class="any">{viewer.name}</b>
                        ". "
                        {why}
                    </p>
                </div>
                <a class="btn pri lg" href="/">"Go to my own page"</a>
                <div class="row wrap">
                    <span class="dim">"Somebody else?"</span>
                    <SignOut />
                </div>
            </div>
        </Solo>
    }
}
