//! The page of one's account: where one is signed in, and an end to each.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;

use super::gate::{SignedIn, answered, provide_answer};
use crate::{
    api::{
        account::{EndOtherSessions, EndSession, SessionLine, sessions},
        error::failure,
    },
    layout::{SignOut, Solo},
    ui::ProblemCard,
    viewer::Viewer,
};

/// What can be done here. After each the page reads anew.
#[derive(Clone, Copy)]
struct Acts {
    end: ServerAction<EndSession>,
    end_others: ServerAction<EndOtherSessions>,
}

/// The page at its own path.
#[component]
pub fn AccountPage() -> impl IntoView {
    let acts = Acts { end: ServerAction::new(), end_others: ServerAction::new() };
    provide_context(acts);
    let done = move || (acts.end.version().get(), acts.end_others.version().get());
    provide_answer(|_| true, done, |_| sessions());
    view! { <SignedIn page=|viewer| view! { <Whole viewer /> }.into_any() /> }
}

#[component]
fn Whole(viewer: Viewer) -> impl IntoView {
    let acts = expect_context::<Acts>();
    let failed = move || {
        let problems = [failure(acts.end), failure(acts.end_others)].into_iter().flatten();
        problems.map(|problem| view! { <ProblemCard problem /> }).collect_view()
    };
    view! {
        <Title text="Your account" />
        <Solo aside=view! { <a class="link" href="/">"Back"</a> <SignOut /> }.into_any()>
            <div class="mid wide">
                <div>
                    <h1>"Your account"</h1>
                    <p class="dim any">{viewer.name}</p>
                </div>
                {failed}
                {answered(move |lines: Vec<SessionLine>| view! { <Devices acts lines /> }.into_any())}
            </div>
        </Solo>
    }
}

#[component]
fn Devices(acts: Acts, lines: Vec<SessionLine>) -> impl IntoView {
    let others = lines.iter().filter(|line| !line.this).count();
    let all = (others > 1).then(|| {
        view! {
            <ActionForm action=acts.end_others attr:class="row wrap pad">
                <button class="btn bad">{format!("Sign out {others} other devices")}</button>
            </ActionForm>
        }
    });
    let lines = lines.into_iter().map(|line| view! { <Line acts line /> }).collect_view();
    view! {
        <section class="card" aria-labelledby="devices">
            <header>
                <h2 id="devices" class="grow">"Where you are signed in"</h2>
            </header>
            <ul class="lines">{lines}</ul>
            {all}
        </section>
        <p class="sm dim">
            "A device is signed out a day after it was last used. Signing one out closes its editor, too."
        </p>
    }
}

#[component]
fn Line(acts: Acts, line: SessionLine) -> impl IntoView {
    let SessionLine { id, device, since, seen, this } = line;
    let which = format!(" {device}, {since}");
    let end = if this {
        view! { <span class="tag">"this device"</span> }.into_any()
    } else {
        view! {
            <ActionForm action=acts.end>
                <input type="hidden" name="session" value=id />
                <button class="btn sm bad">"Sign out" <span class="sr">{which}</span></button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <li>
            <div class="grow">
                <p><b class="any">{device}</b></p>
                <p class="sm dim any">{since} ", " {seen}</p>
            </div>
            {end}
        </li>
    }
}
