//! Why a sign-in with an account elsewhere came to nothing, and what to do about it.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_query_map};

use super::places::{Board, provide_board, way_to};
use crate::{
    api::{
        answer_with,
        sign_in::{Arrived, SignInBoard},
    },
    layout::Solo,
    next_path::{local_path, value},
};

/// What a word in the URL stands for. Nothing of the URL is echoed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reason {
    status: u16,
    heading: &'static str,
    why: &'static str,
    what_to_do: &'static str,
    /// Whether the same may work now.
    again: bool,
}

/// The page at its own path.
#[component]
pub fn Refused() -> impl IntoView {
    provide_board();
    let board = expect_context::<Board>();
    let query = use_query_map();
    let asked = move |key: &'static str| query.with_untracked(|query| query.get(key)).unwrap_or_default();
    let (reason, provider) = (reason(&asked("why")), asked("provider"));
    let next = use_location().search.with_untracked(|search| value(search, "next")).unwrap_or_default();
    let next = local_path(&next).to_owned();
    answer_with(reason.status);
    view! {
        <Title text="Not signed in" />
        <Transition>
            {move || {
                let (provider, next) = (provider.clone(), next.clone());
                Suspend::new(async move {
                    let board = board.await.unwrap_or_default();
                    view! { <Whole reason board provider next /> }
                })
            }}
        </Transition>
    }
}

#[component]
fn Whole(reason: Reason, board: SignInBoard, provider: String, next: String) -> impl IntoView {
    let SignInBoard { places, arrived } = board;
    let place = places.into_iter().find(|place| place.name == provider);
    let again = place.map(|place| {
        let words = if reason.again { "Try again" } else { "Use another account" };
        view! {
            <a class="btn pri lg" href=way_to(&place.name, &next) rel="external">
                <span class="any">{format!("{words} with {}", place.title)}</span>
            </a>
        }
    });
    // Who they are matters where that is the reason.
    let arrived = arrived.filter(|_| !reason.again).map(|arrived| view! { <Who arrived /> });
    view! {
        <Solo>
            <div class="mid">
                <div>
                    <h1>{reason.heading}</h1>
                    <p class="dim">{reason.why}</p>
                </div>
                {arrived}
                <p>{reason.what_to_do}</p>
                {again}
                <a class="link" href="/sign-in">"Other ways to sign in"</a>
            </div>
        </Solo>
    }
}

#[component]
fn Who(arrived: Arrived) -> impl IntoView {
    let Arrived { title, name, known_as } = arrived;
    view! {
        <p class="card pad any">
            {title} " says that you are " <b>{name.clone()}</b>
            {known_as.filter(|known| *known != name).map(|known| view! { ", " <b>{known}</b> })} "."
        </p>
    }
}

fn reason(word: &str) -> Reason {
    let (status, heading, why, what_to_do, again) = match word {
        "expired" => (
            400,
            "This sign-in is over",
            "It took longer than ten minutes, was used before, or began in another browser.",
            "Begin anew in this browser.",
            true,
        ),
        "declined" => (
            403,
            "You did not agree to sign in",
            "THON was not told who you are, so nobody is signed in.",
            "Without your consent there, sign in with the link of your organizer.",
            true,
        ),
        "down" => (
            503,
            "The place to sign in with does not answer",
            "THON is well; the other side is not, or cannot be reached from here.",
            "Try again in a moment, or sign in with the link of your organizer.",
            true,
        ),
        "clock" => (
            503,
            "The clocks do not agree",
            "What the other side said is good at another time than it is here.",
            "Tell your organizer: the clock of the server has to be set. `timedatectl` shows whether it is.",
            true,
        ),
        "not-allowed" => (
            403,
            "This account may not sign in",
            "The organizers let in only whom they have listed.",
            "Use the account that you registered with, or ask your organizer to list this one.",
            false,
        ),
        "unknown" => (
            403,
            "Nobody here knows this account yet",
            "Your sign-in worked, but no place in a group is yours.",
            "Ask your organizer to enter this address, for a join code, or for your own link.",
            false,
        ),
        _ => (
            400,
            "The sign-in was not accepted",
            "The other side did not take what THON asked, or its answer was not good.",
            "If it stays so, tell your organizer: the log of the server has the cause.",
            true,
        ),
    };
    Reason { status, heading, why, what_to_do, again }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_becomes_a_reason_and_nothing_else_is_echoed() {
        assert_eq!(reason("down").status, 503);
        assert_eq!(reason("<b>hi</b>"), reason("rejected"));
    }
}
