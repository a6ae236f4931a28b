//! The page of mentors and judges: who takes part, and what of theirs may be looked at.

use leptos::prelude::*;
use leptos_meta::Title;
use thon_domain::{
    address::{Door, Doorway},
    instance::State,
    role::Role,
    sharing::{Audience, SharedPort},
    slug::Slug,
    user::User,
};

use super::{gate::WithFleet, instances::row::memo};
use crate::{
    layout::{SignOut, Solo, role_word},
    live::{FleetStore, roster::Team},
    ui::{Icon, LiveBadge, StateMark, Symbol, open_path},
    viewer::Viewer,
    words,
};

/// The page of a viewer.
#[component]
pub fn Rounds(viewer: Viewer) -> impl IntoView {
    view! {
        <Title text="Teams" />
        <WithFleet viewer page=|viewer, store| view! { <Whole viewer store /> }.into_any() />
    }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let role = viewer.role;
    let own = !viewer.users.is_empty();
    let about = if role == Role::Mentor {
        "You may visit every editor of the event. Whom you visit sees that you are there, and can ask you to leave."
    } else {
        "You come to what teams share with judges."
    };
    let aside = view! {
        {own.then(|| view! { <a class="link" href="/me">"My editor"</a> })}
        <span class="tag">{role_word(role)}</span>
        <LiveBadge link=store.link() />
        <SignOut />
    };
    let none = "No team is there yet. This page shows them by itself.";
    view! {
        <Solo aside=aside.into_any()>
            <div class="pp">
                <div class="all">
                    <h1 class="any">{format!("Hello, {}", viewer.name)}</h1>
                    <p class="dim">{about}</p>
                </div>
                {move || {
                    let teams = store.teams().get();
                    let none = teams.is_empty().then(|| view! { <p class="card pad all">{none}</p> });
                    let cards = teams.into_iter().map(|team| view! { <TeamCard store role team /> }).collect_view();
                    view! { {none} {cards} }
                }}
            </div>
        </Solo>
    }
}

#[component]
fn TeamCard(store: FleetStore, role: Role, team: Team) -> impl IntoView {
    let heading = format!("team-{}", team.group.id);
    let count = words::count(team.users.len(), "person", "people");
    let lines = team.users.into_iter().map(|user| view! { <Line store role user /> }).collect_view();
    view! {
        <section class="card" aria-labelledby=heading>
            <header>
                <h2 id=heading.clone() class="grow any">{team.group.name.to_string()}</h2>
                <span class="sm">{count}</span>
            </header>
            <ul class="lines">{lines}</ul>
        </section>
    }
}

#[component]
fn Line(store: FleetStore, role: Role, user: User) -> impl IntoView {
    let instance = store.row(user.id);
    let state = memo(&instance, |one| one.map(|one| one.state));
    let ports = memo(&instance, |one| one.map(|one| one.shared_ports.iter().collect::<Vec<_>>()).unwrap_or_default());
    let name = user.name.to_string();
    let (slug, of) = (user.slug.clone(), name.clone());
    let shared = move || {
        let open =
            |port: &SharedPort| role == Role::Mentor || matches!(port.audience, Audience::Judges | Audience::Everybody);
        ports.get().into_iter().filter(open).map(|port| port_link(&slug, port)).collect_view()
    };
    let slug = user.slug;
    let visit = move || {
        let opens = role == Role::Mentor && state.get() == Some(State::Running);
        opens.then(|| {
            view! {
                <a class="btn sm" href=open_path(&slug) target="_blank" rel="noopener">
                    <Icon symbol=Symbol::Open />
                    "Visit"
                    <span class="sr">{format!(" {of}, in a new tab")}</span>
                </a>
            }
        })
    };
    view! {
        <li>
            <div class="grow">
                <p class="any font-medium">{name}</p>
                <StateMark state />
            </div>
            {shared}
            {visit}
        </li>
    }
}

/// A link to a port: never a form, it leads to another origin.
fn port_link(slug: &Slug, port: SharedPort) -> impl IntoView + use<> {
    let doorway = Doorway { slug: slug.clone(), door: Door::Port(port.port.number()) };
    view! {
        <a class="link" href=format!("/open/{doorway}") target="_blank" rel="noopener">
            {format!("Port {}", port.port)}
            <span class="sr">{format!(" of {slug}, in a new tab")}</span>
        </a>
    }
}
