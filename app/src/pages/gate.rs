//! The gate in front of pages: who is there, and what they may look at.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Redirect, hooks::use_location, location::Url};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use thon_domain::problem::Problem;

use super::forbidden::NotYours;
use crate::{
    api::{
        answer_with,
        error::ApiError,
        fleet::{self, Snapshot},
    },
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
    signed_in(page)
}

/// Shows a page of the fleet, from its snapshot on, to those who run the event; all others are told that it is not theirs.
///
/// The fleet is read by [`provide_fleet`], before anything waits.
#[component]
pub fn Organizing(
    #[prop(optional)] title: Option<&'static str>,
    page: fn(Viewer, FleetStore) -> AnyView,
) -> impl IntoView {
    signed_in(move |viewer| {
        if !organizes(&viewer) {
            return view! { <NotYours viewer thing="page" /> }.into_any();
        }
        match title {
            Some(text) => view! { <Title text /> <WithFleet viewer page /> }.into_any(),
            None => view! { <WithFleet viewer page /> }.into_any(),
        }
    })
}

/// Whether they run the event.
pub fn organizes(viewer: &Viewer) -> bool {
    viewer.role.organizes()
}

fn signed_in(page: impl Fn(Viewer) -> AnyView + Copy + Send + Sync + 'static) -> impl IntoView {
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

/// What a page reads, if its viewer may.
pub type Answered<T> = Resource<Result<Reading<T>, ApiError>>;

/// What was read, or that it was not the viewer's to read.
///
/// No `Option`: on its way to the browser, one of an answer that is nothing itself would be the same `null`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Reading<T> {
    NotTheirs,
    Read(T),
}

/// Reads something for what is below, once it is known that the viewer may; others get nothing, and no refusal.
///
/// Read after the page's fleet, if that is provided: whatever happens later than the answer is told by the stream. Read beside it,
/// what happens between the two would stand in neither.
///
/// To be called before anything waits: the server runs what waits several times, and would ask as often and count its
/// questions otherwise than the browser does.
pub fn provide_answer<S, T, F>(
    may: fn(&Viewer) -> bool,
    source: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S) -> F + Send + Sync + 'static,
) where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + Send + 'static,
{
    let viewer = expect_context::<ViewerResource>();
    let fleet = use_context::<Answered<Snapshot>>();
    let answer: Answered<T> = Resource::new(source, move |source| {
        let answer = ask(source);
        async move {
            match viewer.await {
                Ok(Some(viewer)) if may(&viewer) => {
                    if let Some(fleet) = fleet {
                        // A page whose fleet cannot be read says why.
                        let _ = fleet.await;
                    }
                    answer.await.map(Reading::Read)
                }
                _ => Ok(Reading::NotTheirs),
            }
        }
    });
    provide_context(answer);
}

/// Reads the fleet for [`WithFleet`], in the event that was chosen if one was.
pub fn provide_fleet(may: fn(&Viewer) -> bool) {
    provide_answer(may, || (), |()| fleet::fleet_view(false));
}

/// Reads the fleet for [`WithFleet`], whatever was chosen: one's own places are in any event, and a job may be about several.
pub fn provide_whole_fleet(may: fn(&Viewer) -> bool) {
    provide_answer(may, || (), |()| fleet::fleet_view(true));
}

/// Shows a page of the fleet, from its snapshot on.
#[component]
pub fn WithFleet(viewer: Viewer, page: fn(Viewer, FleetStore) -> AnyView) -> impl IntoView {
    let snapshot = expect_context::<Answered<Snapshot>>();
    view! {
        <Transition>
            {move || {
                let viewer = viewer.clone();
                Suspend::new(async move {
                    match snapshot.await {
                        Ok(Reading::Read(snapshot)) => page(viewer, FleetStore::following(snapshot)),
                        Ok(Reading::NotTheirs) => ().into_any(),
                        Err(error) => trouble(error.into_problem()),
                    }
                })
            }}
        </Transition>
    }
}

/// Shows a part of a page once its answer is there.
pub fn answered<T>(part: impl Fn(T) -> AnyView + Copy + Send + Sync + 'static) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let answer = expect_context::<Answered<T>>();
    let shown = move |answer: Result<Reading<T>, ApiError>| match answer {
        Ok(Reading::Read(answer)) => part(answer),
        Ok(Reading::NotTheirs) => ().into_any(),
        Err(error) => view! { <ProblemCard problem=error.into_problem() /> }.into_any(),
    };
    view! { <Transition>{move || Suspend::new(async move { shown(answer.await) })}</Transition> }
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
