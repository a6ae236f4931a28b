//! The ways to sign in with an account elsewhere: links, because the policy of pages lets no form lead to another site.

use leptos::prelude::*;
use leptos_router::location::Url;

use crate::{
    api::{
        error::ApiError,
        sign_in::{Place, SignInBoard, sign_in_board},
    },
    ui::{Icon, Symbol},
};

/// What the pages of the sign-in read.
pub(super) type Board = Resource<Result<SignInBoard, ApiError>>;

/// Reads it, before anything waits.
pub(super) fn provide_board() {
    provide_context::<Board>(Resource::new(|| (), |()| sign_in_board()));
}

/// A link for each place, and a line before what follows.
#[component]
pub(super) fn Places(next: String) -> impl IntoView {
    let board = expect_context::<Board>();
    view! {
        <Transition>
            {move || {
                let next = next.clone();
                Suspend::new(async move {
                    // Without the places there is still the password.
                    let places = board.await.map(|board| board.places).unwrap_or_default();
                    (!places.is_empty()).then(|| view! { <Ways places next /> })
                })
            }}
        </Transition>
    }
}

#[component]
fn Ways(places: Vec<Place>, next: String) -> impl IntoView {
    let way = |Place { name, title }: Place| {
        view! {
            <a class="btn lg" href=way_to(&name, &next) rel="external">
                <Icon symbol=symbol(&name) />
                <span class="any">{format!("Continue with {title}")}</span>
            </a>
        }
    };
    view! {
        <div class="prov">{places.into_iter().map(way).collect_view()}</div>
        <div class="or">"or with a password"</div>
    }
}

/// Where a sign-in at a place begins.
pub(super) fn way_to(name: &str, next: &str) -> String {
    format!("/api/auth/login/{}?redirect={}", Url::escape(name), Url::escape(next))
}

fn symbol(name: &str) -> Symbol {
    match name {
        "github" => Symbol::GitHub,
        "gitlab" => Symbol::GitLab,
        "linkedin" => Symbol::Badge,
        _ => Symbol::Door,
    }
}
