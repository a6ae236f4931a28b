//! Who is signed in, and the way out.

use leptos::prelude::*;
use thon_domain::role::Role;

use crate::{
    layout::mark::ThemeSwitch,
    ui::{Icon, Symbol},
    viewer::Viewer,
};

/// Ends the session: a plain form, because it changes who may see what is on the page.
#[component]
pub fn SignOut(
    /// Whether only the icon is shown.
    #[prop(optional)]
    icon: bool,
) -> impl IntoView {
    let class = if icon { "btn ic ghost" } else { "btn ghost" };
    view! {
        <form method="post" action="/sign-out">
            <button class=class title="Sign out">
                <Icon symbol=Symbol::Door />
                <span class:sr=icon>"Sign out"</span>
            </button>
        </form>
    }
}

/// The viewer at the foot of the side.
#[component]
pub fn Me(viewer: Viewer) -> impl IntoView {
    let role = role_word(viewer.role);
    view! {
        <div class="me">
            <span class="av" aria-hidden="true">{viewer.initials()}</span>
            <span class="grow who">
                <a class="block font-medium cut" href="/account" title=viewer.name.clone()>{viewer.name.clone()}</a>
                <span class="block xs dim">{role}</span>
            </span>
            <ThemeSwitch />
            <SignOut icon=true />
        </div>
    }
}

/// A role as it is called.
pub const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admin",
        Role::Organizer => "Organizer",
        Role::Mentor => "Mentor",
        Role::Judge => "Judge",
        Role::Participant => "Participant",
    }
}
