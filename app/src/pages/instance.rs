//! The page of one instance: how it is, where it is, what it takes, what it said, what happened.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use thon_domain::{
    id::{InstanceId, UserId},
    live::Activity,
    sandbox::SandboxLook,
    user::User,
};

use self::{about::About, head::Head, log::Log, past::Past, place::Place, takes::Takes};
use super::{
    gate::{Organizing, answered, organizes, provide_answer, provide_fleet},
    instances::{
        actions::Actions,
        confirm::{Asked, Confirm},
        undo::Undo,
    },
    not_found::NotHere,
    path_id::path_id,
    reach::{AddressesCard, PortsCard, Whose},
    rescue::{RescueCard, provide_disk_use},
};
use crate::{
    api::{error::ApiError, history, sandbox},
    layout::{Desk, Here},
    live::FleetStore,
    next_path::value,
    viewer::Viewer,
};

mod about;
mod curve;
mod head;
mod log;
mod past;
mod place;
mod takes;

/// The page at its own path.
#[component]
pub fn InstancePage() -> impl IntoView {
    let (id, search) = (path_id::<InstanceId>(), use_location().search);
    let before = Memo::new(move |_| search.with(|search| value(search, "before")?.parse::<i64>().ok()));
    provide_fleet(organizes);
    provide_disk_use();
    provide_answer(organizes, move || id.get(), look);
    provide_answer(organizes, move || (id.get(), before.get()), past);
    view! { <Organizing page=|viewer, store| view! { <Found viewer store /> }.into_any() /> }
}

/// The instance in the path, if there is one.
#[component]
fn Found(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let id = path_id::<InstanceId>().get_untracked();
    match id.and_then(|id| Some((id, store.owner_of(id)?))) {
        Some((id, owner)) => view! { <Whole viewer store id owner /> }.into_any(),
        None => view! { <NotHere store /> }.into_any(),
    }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore, id: InstanceId, owner: User) -> impl IntoView {
    let actions = Actions::new();
    store.beside().look_at(id);
    let search = use_location().search;
    let asked = Memo::new(move |_| search.with(|search| Asked::of(search)));
    view! {
        <Title text=owner.name.to_string() />
        <Desk viewer store here=Here::Instance>
            {actions.problem()}
            <Confirm store actions asked />
            <Undo store actions />
            <Head store actions owner=owner.clone() />
            <Place store owner=owner.clone() />
            <div class="det">
                <Inside store id user=owner.id />
                <Beside store id owner />
            </div>
        </Desk>
    }
}

/// What the sandbox shows of itself: as of loading the page, then as it goes on.
#[component]
fn Inside(store: FleetStore, id: InstanceId, user: UserId) -> impl IntoView {
    let shown = move |look: Option<SandboxLook>| {
        let part = |look: SandboxLook| {
            view! {
                <Takes store user makeup=look.makeup.clone() stats=look.stats past=look.past.clone() />
                <Log store id look />
            }
        };
        look.map(part).into_any()
    };
    view! { <div class="stack">{answered(shown)}</div> }
}

/// What happened to it and what it is made from.
#[component]
fn Beside(store: FleetStore, id: InstanceId, owner: User) -> impl IntoView {
    let owner = StoredValue::new(owner);
    let about = move |look: Option<SandboxLook>| {
        let part = |look: SandboxLook| view! { <About store owner=owner.get_value() makeup=look.makeup /> };
        look.map(part).into_any()
    };
    view! {
        <div class="stack">
            <Past store id />
            <RescueCard store owner=owner.get_value() whose=Whose::Theirs />
            <PortsCard store owner=owner.get_value() whose=Whose::Theirs />
            <AddressesCard store owner=owner.get_value() />
            {answered(about)}
        </div>
    }
}

async fn look(id: Option<InstanceId>) -> Result<Option<SandboxLook>, ApiError> {
    let Some(id) = id else { return Ok(None) };
    sandbox::instance_look(id).await.map(Some)
}

async fn past((id, before): (Option<InstanceId>, Option<i64>)) -> Result<Vec<Activity>, ApiError> {
    let Some(id) = id else { return Ok(Vec::new()) };
    history::instance_history(id, before).await
}
