//! The password that an editor asks for: shown when its person wants to see it, and not before.

use leptos::{form::ActionForm, prelude::*};
use thon_domain::id::InstanceId;

use crate::{
    api::{
        error::ApiError,
        instance::{EditorPassword, RevealPassword},
    },
    ui::{Copy, ProblemCard},
};

/// The button that shows it, and then the password itself.
#[component]
pub fn Password(instance: InstanceId) -> impl IntoView {
    let reveal = ServerAction::<RevealPassword>::new();
    let answer = move || {
        reveal.value().get().map(|answer| match answer {
            Ok(EditorPassword { password }) => view! { <Shown password /> }.into_any(),
            Err(error) => view! { <ProblemCard problem=ApiError::into_problem(error) /> }.into_any(),
        })
    };
    view! {
        <div class="row">
            <p class="sm dim grow">"Your editor asks for a password of its own."</p>
            <ActionForm action=reveal>
                <input type="hidden" name="instance" value=instance.to_string() />
                <button class="btn sm" disabled=reveal.pending()>"Show my password"</button>
            </ActionForm>
        </div>
        <div role="status">{answer}</div>
    }
}

#[component]
fn Shown(password: String) -> impl IntoView {
    view! {
        <div class="row">
            <code class="mono any grow">{password.clone()}</code>
            <Copy text=password what="my password" />
        </div>
    }
}
