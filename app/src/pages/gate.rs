//! The gate in front of pages: who is there, and what they may look at.

use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_location, location::Url};
use thon_domain::problem::Problem;

use crate::{
    api::{answer_with, error::ApiError, fleet},
    layout::Solo,
    live::FleetStore,
    ui::ProblemCard,
    viewer::Viewer,
};

/// Who is signed in, as the app asks once.
pub type ViewerResource = Resource<Result<Option<Viewer>, ApiError>>;

/// Shows a page to whoever is signed in, sends everybody else to sign in and back.
#[component]
pub fn SignedIn(page: fn(Viewer) -> AnyView) -> impl IntoView {
    let viewer = expect_context::<ViewerResource>();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match viewer.await {
                    Ok(Some(viewer)) => page(viewer),
                    Ok(None) => view! { <Redirect path=sign_in_path() /> }.into_any(),
                    Err(error) => trouble(error.into_problem()),
                }
            })}
        </Transition>
    }
}

/// Shows a page of the fleet, from its snapshot on.
#[component]
pub fn WithFleet(viewer: Viewer, page: fn(Viewer, FleetStore) -> AnyView) -> impl IntoView {
    let snapshot = Resource::new(|| (), |()| fleet::fleet_view());
    view! {
        <Transition>
            {move || {
                let viewer = viewer.clone();
                Suspend::new(async move {
                    match snapshot.await {
                        Ok(snapshot) => page(viewer, FleetStore::following(snapshot)),
                        Err(error) => trouble(error.into_problem()),
                    }
                })
            }}
        </Transition>
    }
}

/// A whole page for a problem that leaves nothing else to show.
pub fn trouble(problem: Problem) -> AnyView {
    answer_with(problem.status);
    view! {
        <Solo>
            <div class="mid wide">
                <h1>"This page cannot be shown"</h1>
                <ProblemCard problem />
            </div>
        </Solo>
    }
    .into_any()
}

fn sign_in_path() -> String {
    let location = use_location();
    let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
    let search = if search.is_empty() { search } else { format!("?{search}") };
    format!("/sign-in?next={}", Url::escape(&format!("{path}{search}")))
}
