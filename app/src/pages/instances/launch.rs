//! The buttons that launch: everybody who is missing, or one.

use leptos::{form::ActionForm, prelude::*};
use thon_domain::{id::GroupId, user::User};

use super::actions::Actions;
use crate::{
    live::FleetStore,
    ui::{Icon, Symbol},
};

/// Launches whoever is missing, in one group or in all. Gone when nobody is.
#[component]
pub fn LaunchMissing(
    store: FleetStore,
    actions: Actions,
    group: Option<GroupId>,
    /// The group's name, for those who do not see where the button stands.
    #[prop(optional)]
    name: Option<String>,
) -> impl IntoView {
    let tally = store.tally(group);
    let missing = Memo::new(move |_| tally.get().missing);
    let place = StoredValue::new(name.map(|name| format!(" in {name}")));
    let busy = actions.launches_missing(group);
    let class = if group.is_none() { "btn pri" } else { "btn sm" };
    // What the page shows counts, whatever another tab has chosen meanwhile.
    let chosen = store.chosen();
    let event = move || chosen.get().filter(|_| group.is_none()).map(|event| event.id.to_string());
    let words = move || if group.is_none() { "Launch all missing" } else { "Launch missing" };
    view! {
        <Show when=move || missing.get() != 0>
            <ActionForm action=actions.launch_missing>
                {group.map(|group| view! { <input type="hidden" name="group" value=group.to_string() /> })}
                {move || event().map(|event| view! { <input type="hidden" name="event" value=event /> })}
                <button class=class disabled=busy>
                    <Icon symbol=Symbol::Play />
                    {words}
                    <span class="tn">{missing}</span>
                    <span class="sr">{place.get_value()}</span>
                </button>
            </ActionForm>
        </Show>
    }
}

/// Launches one user's instance.
#[component]
pub fn LaunchOne(actions: Actions, user: User, #[prop(into)] again: Signal<bool>) -> impl IntoView {
    let busy = actions.launches(user.id);
    view! {
        <ActionForm action=actions.launch>
            <input type="hidden" name="user" value=user.id.to_string() />
            <button class="btn sm" disabled=busy>
                <Icon symbol=Symbol::Play />
                {move || if again.get() { "Launch again" } else { "Launch" }}
                <span class="sr">{format!(" {}", user.name)}</span>
            </button>
        </ActionForm>
    }
}
