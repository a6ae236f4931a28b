//! Whose it is, how it is, and what one can do about it.

use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_location;
use thon_domain::{id::InstanceId, user::User};

use crate::{
    api::instance::USUAL_RENEWAL_MIN,
    live::FleetStore,
    next_path::{QUESTION, without},
    pages::instances::{
        act::Act,
        actions::Actions,
        row::{Ends, Since, Trouble, Turn, memo},
    },
    ui::{Icon, StateMark, Symbol},
};

/// The head of the page.
#[component]
pub fn Head(store: FleetStore, actions: Actions, owner: User) -> impl IntoView {
    let instance = store.row(owner.id);
    let state = memo(&instance, |one| one.map(|one| one.state));
    let id = memo(&instance, |one| one.map(|one| one.id));
    let group = store.with_view(|view| view.groups.get(&owner.group).map(|group| group.name.to_string()));
    let search = use_location().search;
    let query =
        Memo::new(move |_| search.with(|search| without(&format!("?{}", search.trim_start_matches('?')), &QUESTION)));
    let clock = store.clock();
    view! {
        <div class="head">
            <div class="grow">
                <div class="row wrap">
                    <h1 class="any">{owner.name.to_string()}</h1>
                    <span role="status"><StateMark state pill=true /></span>
                </div>
                <p class="row wrap dim facts">
                    {group}
                    <span class="row">"for " <Since clock instance=instance.clone() /></span>
                    <Turn place=store.queue_place(owner.id) />
                    <Ends clock instance=instance.clone() />
                </p>
                <Trouble clock instance=instance.clone() />
            </div>
            <div class="btns">
                <Act actions query user=owner instance />
                {move || id.get().map(|id| view! { <Renew actions id /> })}
            </div>
        </div>
    }
}

/// Another end: so many minutes from now, or none.
#[component]
fn Renew(actions: Actions, id: InstanceId) -> impl IntoView {
    let busy = actions.changes(id);
    view! {
        <ActionForm action=actions.change attr:class="row renew">
            <input type="hidden" name="ids[]" value=id.to_string() />
            <input type="hidden" name="act" value="renew" />
            <label class="sm dim" for="minutes">"Ends in"</label>
            <input class="in" id="minutes" name="minutes" type="number" min="0" max="525600" required value=USUAL_RENEWAL_MIN />
            <span class="sm dim">"min"</span>
            <button class="btn sm" disabled=busy title="0 lets it run for ever">
                <Icon symbol=Symbol::Clock />
                "Renew"
            </button>
        </ActionForm>
    }
}
