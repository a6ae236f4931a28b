//! What stands in front of somebody else's things.

use leptos::prelude::*;
use leptos_meta::Title;

use super::gate::SignedIn;
use crate::{
    api::answer_with,
    layout::{SignOut, Solo},
    viewer::Viewer,
};

/// The 403 page of an editor.
#[component]
pub fn Forbidden() -> impl IntoView {
    view! { <SignedIn page=|viewer| view! { <NotYours viewer thing="editor" /> }.into_any() /> }
}

/// Says that a thing is not the viewer's, who they are, and where their own is.
#[component]
pub fn NotYours(viewer: Viewer, thing: &'static str) -> impl IntoView {
    answer_with(403);
    view! {
        <Title text="Not yours" />
        <Solo>
            <div class="mid">
                <div>
                    <h1>{format!("This {thing} is not yours")}</h1>
                    <p class="dim">
                        "You are signed in as " <b class="any">{viewer.name}</b>
                        ". Only its owner and the organizers can open it."
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
