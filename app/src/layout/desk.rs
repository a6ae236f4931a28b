//! The organizers' frame: the side with the ways, the bar with the title, the page.

use leptos::prelude::*;

use super::{
    account::{Me, SignOut},
    keys::Keys,
    mark::{Mark, ThemeSwitch},
    switcher::{NarrowSwitcher, Switcher},
};
use crate::{
    live::FleetStore,
    ui::{Icon, LiveBadge, Symbol},
    viewer::Viewer,
};

/// Which of the ways leads to the page that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    Overview,
    Instances,
    /// Below the instances: their way is marked, and still leads somewhere.
    Instance,
    Access,
    Audit,
    Events,
    /// Below the events.
    Event,
    Groups,
    /// Below the groups.
    Group,
    Users,
    /// Below the users.
    User,
    Settings,
}

/// The ways: where each leads, its words, its drawing.
const WAYS: [(&str, &str, Symbol); 6] = [
    ("/", "Overview", Symbol::Overview),
    ("/instances", "Instances", Symbol::Instances),
    ("/groups", "Groups", Symbol::Groups),
    ("/users", "Users", Symbol::User),
    ("/access", "Access", Symbol::Link),
    ("/settings", "Settings", Symbol::Settings),
];

impl Here {
    /// How the way to `path` is marked.
    fn mark(self, path: &str) -> Option<&'static str> {
        match (self, path) {
            (Self::Overview, "/")
            | (Self::Instances, "/instances")
            | (Self::Groups, "/groups")
            | (Self::Audit, "/audit")
            | (Self::Events, "/events")
            | (Self::Users, "/users")
            | (Self::Access, "/access")
            | (Self::Settings, "/settings") => Some("page"),
            (Self::Instance, "/instances")
            | (Self::Event, "/events")
            | (Self::Group, "/groups")
            | (Self::User, "/users") => Some("true"),
            _ => None,
        }
    }

    /// The way to the page above: where it leads, its word.
    const fn above(self) -> (&'static str, &'static str) {
        match self {
            Self::Events | Self::Event => ("/events", "Events"),
            Self::Groups | Self::Group => ("/groups", "Groups"),
            Self::Users | Self::User => ("/users", "Users"),
            _ => ("/instances", "Instances"),
        }
    }
}

/// A page of the dashboard.
#[component]
pub fn Desk(
    viewer: Viewer,
    store: FleetStore,
    here: Here,
    /// The heading of the page; without one the page has its own, and the bar the way back.
    #[prop(optional)]
    title: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let tally = store.tally_of_chosen();
    let running = move || tally.with(|tally| format!("{} of {} running", tally.running, tally.people));
    let own = !viewer.users.is_empty();
    view! {
        <div class="shell">
            <Side viewer store here />
            <div>
                <header class="top">
                    <span class="only-phone"><Mark /></span>
                    {match title {
                        Some(title) => view! { <h1 class="cut">{title}</h1> }.into_any(),
                        None => view! { <Above here /> }.into_any(),
                    }}
                    <span class="dim tn hide-s">{running}</span>
                    <LiveBadge link=store.link() />
                    <span class="end row hide-s"><Keys /></span>
                    <span class="only-phone end">
                        <ThemeSwitch />
                        <SignOut icon=true />
                    </span>
                </header>
                <NarrowSwitcher store />
                <main class="page" class:fit=here == Here::Instances id="main">{children()}</main>
                <Tabs here own />
            </div>
        </div>
    }
}

/// The way back to the page above.
#[component]
fn Above(here: Here) -> impl IntoView {
    let (path, words) = here.above();
    view! { <nav aria-label="Breadcrumb"><a class="link" href=path>{words}</a></nav> }
}

#[component]
fn Side(viewer: Viewer, store: FleetStore, here: Here) -> impl IntoView {
    let tally = store.tally_of_chosen();
    let own = !viewer.users.is_empty();
    let people = move || view! { <span class="n">{move || tally.get().people}</span> };
    let way = move |(path, words, symbol): (&'static str, &'static str, Symbol)| {
        view! {
            <li>
                <a href=path aria-current=here.mark(path) title=words>
                    <Icon symbol />
                    <span class="grow">{words}</span>
                    {(path == "/instances").then(people)}
                </a>
            </li>
        }
    };
    view! {
        <nav class="side" aria-label="Main">
            <Mark named=true />
            <Switcher store />
            <ul class="nav">
                {WAYS.map(way).collect_view()}
                {way(("/events", "Events", Symbol::Clock))}
                {way(("/audit", "Audit", Symbol::Search))}
                {own.then(|| way(("/me", "My editor", Symbol::Open)))}
            </ul>
            <Me viewer />
        </nav>
    }
}

/// The ways at the foot of a phone.
#[component]
fn Tabs(here: Here, own: bool) -> impl IntoView {
    let tab = move |(path, words, symbol): (&'static str, &'static str, Symbol)| {
        view! {
            <a href=path aria-current=here.mark(path)>
                <Icon symbol />
                {words}
            </a>
        }
    };
    view! {
        <nav class="tabs" aria-label="Sections">
            {WAYS.map(tab).collect_view()}
            {own.then(|| tab(("/me", "My editor", Symbol::Open)))}
        </nav>
    }
}
