//! The participant's page: one big button to the editor, and how the editor is.

use leptos::prelude::*;
use leptos_meta::Title;
use thon_domain::user::User;

pub use self::visits::provide_visits;
use self::{people::People, place::Place, visits::VisitsCard};
use super::{
    gate::{SignedIn, WithFleet, provide_whole_fleet},
    reach::{AddressesCard, PortsCard, Whose},
    rescue::{RescueCard, provide_disk_use},
};
use crate::{
    api::{error::failure, instance::LaunchUser},
    layout::{SignOut, Solo},
    live::{FleetStore, roster::Team},
    ui::{LiveBadge, ProblemCard},
    viewer::Viewer,
};

mod password;
mod people;
mod place;
mod visits;

/// The page at its own path.
#[component]
pub fn MePage() -> impl IntoView {
    provide_whole_fleet(|_| true);
    provide_disk_use();
    provide_visits();
    view! { <SignedIn page=|viewer| view! { <Me viewer /> }.into_any() /> }
}

/// The page of a viewer.
#[component]
pub fn Me(viewer: Viewer) -> impl IntoView {
    view! {
        <Title text="My editor" />
        <WithFleet viewer page=|viewer, store| view! { <Mine viewer store /> }.into_any() />
    }
}

#[component]
fn Mine(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let launch = ServerAction::<LaunchUser>::new();
    let problem = move || failure(launch);
    let (name, organizes) = (viewer.name.clone(), viewer.role.organizes());
    let aside = view! {
        {organizes.then(|| view! { <a class="link" href="/instances">"All instances"</a> })}
        <LiveBadge link=store.link() />
        <a class="link" href="/account">"Account"</a>
        <SignOut />
    };
    view! {
        <Solo aside=aside.into_any()>
            <div class="pp">
                <h1 class="all any">{format!("Hello, {name}")}</h1>
                {move || problem().map(|problem| view! { <div class="all"><ProblemCard problem /></div> })}
                {move || places(&viewer, store, launch)}
            </div>
        </Solo>
    }
}

fn places(viewer: &Viewer, store: FleetStore, launch: ServerAction<LaunchUser>) -> AnyView {
    let teams = store.teams().get();
    let own = |team: &Team| {
        let mine = team.users.iter().filter(|user| viewer.users.contains(&user.id)).cloned();
        mine.map(|user| (team.clone(), user)).collect::<Vec<_>>()
    };
    let places: Vec<_> = teams.iter().flat_map(own).collect();
    if places.is_empty() {
        let words = if viewer.users.is_empty() {
            "You have no place in a group yet. Ask your organizer for one."
        } else {
            "Your event is over, and archived. Your files are kept: ask your organizer for them."
        };
        return view! { <p class="card pad all">{words}</p> }.into_any();
    }
    let place = |(team, user): (Team, User)| {
        view! {
            <div class="stack">
                <Place store launch group=team.group.clone() user=user.clone() />
                <VisitsCard store owner=user.clone() />
                <RescueCard store owner=user.clone() whose=Whose::Mine />
                <AddressesCard store owner=user.clone() />
            </div>
            <div class="stack">
                <PortsCard store owner=user.clone() whose=Whose::Mine />
                <People team user=user.id />
            </div>
        }
    };
    places.into_iter().map(place).collect_view().into_any()
}
