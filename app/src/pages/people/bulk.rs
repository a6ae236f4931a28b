//! The bar for the people who are chosen: move them, or delete them, which is asked about first.

use leptos::{
    ev,
    form::ActionForm,
    prelude::*,
    web_sys::{EventTarget, FormData, HtmlButtonElement, wasm_bindgen::JsCast as _},
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use thon_domain::id::GroupId;

use super::Acts;
use crate::{
    live::FleetStore,
    pages::instances::confirm::without_question,
    ui::{Icon, Symbol},
};

/// The acts for whoever is chosen.
#[component]
pub fn Bulk(store: FleetStore, acts: Acts) -> impl IntoView {
    let busy = acts.transfer.pending();
    let groups = move || {
        let option = |(id, name): (GroupId, String)| view! { <option value=id.to_string()>{name}</option> };
        let all = store
            .teams()
            .with(|teams| teams.iter().map(|team| (team.group.id, team.group.name.to_string())).collect::<Vec<_>>());
        all.into_iter().map(option).collect_view()
    };
    view! {
        <ActionForm action=acts.transfer attr:id="bulk" attr:class="bulk" attr:aria-label="Selected people">
            <span class="font-semibold tn" role="status"><span data-chosen=""></span> " selected"</span>
            <div class="choices">
                <select class="sel sm" name="target" aria-label="Group to move to">{groups}</select>
                <button class="btn sm" disabled=busy>"Move there"</button>
                <Delete />
            </div>
            <button
                type="button"
                class="btn ic ghost sm scripted"
                data-choose="none"
                aria-label="Clear the selection"
                title="Clear the selection (Esc)"
            >
                <Icon symbol=Symbol::Close />
            </button>
        </ActionForm>
    }
}

/// Leads to the question; a live page goes there without a request.
#[component]
fn Delete() -> impl IntoView {
    let (navigate, location) = (use_navigate(), use_location());
    let path = location.pathname.get_untracked();
    let ask = move |event: ev::MouseEvent| {
        event.prevent_default();
        let users = event.current_target().and_then(chosen).unwrap_or_default();
        if !users.is_empty() {
            let here = without_question(&location);
            let joint = if here.contains('?') { "&" } else { "?" };
            navigate(&format!("{here}{joint}{users}"), NavigateOptions { scroll: false, ..Default::default() });
        }
    };
    view! {
        <button class="btn sm bad" formaction=path formmethod="get" on:click=ask>
            <Icon symbol=Symbol::Close />
            "Delete…"
        </button>
    }
}

/// Whom the form of a button names, as a query says it.
fn chosen(button: EventTarget) -> Option<String> {
    let form = button.unchecked_into::<HtmlButtonElement>().form()?;
    let users = FormData::new_with_form(&form).ok()?.get_all("users[]");
    let pairs = users.iter().filter_map(|id| id.as_string()).map(|id| format!("users[]={id}"));
    Some(pairs.collect::<Vec<_>>().join("&"))
}
