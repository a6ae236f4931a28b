//! What stands in front of somebody else's things.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    location::Url,
};
use thon_domain::{
    address::{Door, Doorway},
    visit::Farewell,
};

use super::gate::{SignedIn, answered, provide_answer};
use crate::{
    api::{answer_with, visit},
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
        provide_answer(|_| true, move || label.clone(), visit::farewell);
        view! { <SignedIn page=|viewer| view! { <Closed viewer /> }.into_any() /> }.into_any()
    }
}

/// An editor that is somebody else's, or that the viewer was asked to leave.
#[component]
fn Closed(viewer: Viewer) -> impl IntoView {
    let viewer = StoredValue::new(viewer);
    answered(move |farewell: Option<Farewell>| match farewell {
        Some(farewell) => view! { <AskedToLeave farewell /> }.into_any(),
        None => view! { <NotYours viewer=viewer.get_value() thing="editor" /> }.into_any(),
    })
}

/// Says who asked, and offers to come in all the same: by a link, which is the only way to an editor's own origin.
#[component]
fn AskedToLeave(farewell: Farewell) -> impl IntoView {
    answer_with(403);
    let Farewell { visit, owner } = farewell;
    let label = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let to = use_query_map().read_untracked().get("to").unwrap_or_default();
    let again = format!("/open/{label}?again={visit}&to={}", Url::escape(&to));
    view! {
        <Title text="Asked to leave" />
        <Solo>
            <div class="mid">
                <div>
                    <h1 class="any">{format!("{owner} asked you to leave")}</h1>
                    <p class="dim">
                        "Your visit in their editor has ended. If there is something left to say, ask them first: they see when you come again."
                    </p>
                </div>
                <a class="btn pri lg" href="/">"Go to my own page"</a>
                <a class="btn" href=again rel="external">"Visit again"</a>
            </div>
        </Solo>
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
