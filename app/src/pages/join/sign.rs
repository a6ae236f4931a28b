//! A code for the wall and for paper: nothing else is on it.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use thon_domain::problem::{Problem, ProblemCode};

use super::QrCode;
use crate::{
    api::join::{JoinSign, join_sign},
    layout::Solo,
    pages::{
        forbidden::NotYours,
        gate::{SignedIn, answered, provide_answer},
    },
    viewer::Viewer,
};

/// The page at its own path.
#[component]
pub fn JoinSignPage() -> impl IntoView {
    let organizes = |viewer: &Viewer| viewer.role.organizes();
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    provide_answer(
        organizes,
        move || id.clone(),
        |id| async move {
            match id.parse() {
                Ok(id) => join_sign(id).await,
                Err(_) => Err(Problem::new(ProblemCode::NotFound, "There is no such join code.").into()),
            }
        },
    );
    view! {
        <SignedIn page=|viewer| {
            if viewer.role.organizes() {
                view! {
                    <Title text="Join code" />
                    <Solo aside=view! { <a class="link" href="/access">"Access"</a> }.into_any()>
                        {answered(|sign: JoinSign| view! { <Wall sign /> }.into_any())}
                    </Solo>
                }
                    .into_any()
            } else {
                view! { <NotYours viewer thing="page" /> }.into_any()
            }
        } />
    }
}

#[component]
fn Wall(sign: JoinSign) -> impl IntoView {
    let JoinSign { event, group, code, address, until, approval, qr, .. } = sign;
    let place =
        group.map_or_else(|| "Found a team or choose one.".to_owned(), |group| format!("Your team is {group}."));
    let last = if approval { "Wait until an organizer lets you in." } else { "Your editor starts by itself." };
    view! {
        <div class="wall">
            <QrCode qr to=address.clone() />
            <div class="stack">
                <h1 class="any">{format!("Join {event}")}</h1>
                <p class="code-text">{code}</p>
                <ol class="steps">
                    <li>"Scan, or open " <b class="any">{address}</b> " and type the code."</li>
                    <li>"Say your name. " <span class="any">{place}</span></li>
                    <li>{last}</li>
                </ol>
                <p class="dim on-screen">{format!("{until}. Print this page for a sheet on the table.")}</p>
            </div>
        </div>
    }
}
