//! The way back after a pause: offered for a while instead of a question before it.
//!
//! Without JavaScript the row itself offers it, for as long as the pause lasts.

use std::time::Duration;

use leptos::{form::ActionForm, leptos_dom::helpers::TimeoutHandle, prelude::*};
use thon_domain::id::InstanceId;

use super::actions::Actions;
use crate::{
    api::instance::{Act, Changed},
    live::FleetStore,
    ui::{Icon, Symbol},
};

/// How long it is offered, unless somebody is just there.
const OFFERED: Duration = Duration::from_secs(10);

/// Offers to undo the last pause.
#[component]
pub fn Undo(store: FleetStore, actions: Actions) -> impl IntoView {
    let offered = RwSignal::new(None::<Vec<InstanceId>>);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let hold = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    let wait = move || {
        hold();
        timer.set_value(set_timeout_with_handle(move || offered.set(None), OFFERED).ok());
    };
    Effect::new(move |_| {
        let changed = actions.change.value().get().and_then(Result::ok);
        offered.set(changed.filter(|changed| changed.act == Act::Pause).map(|Changed { ids, .. }| ids));
        wait();
    });
    on_cleanup(hold);
    let toast = move || {
        let ids = offered.get()?;
        let whom = match ids[..] {
            [one] => store.owner_of(one)?.name.to_string(),
            _ => format!("{} instances", ids.len()),
        };
        Some(view! {
            <div
                class="toast"
                on:mouseenter=move |_| hold()
                on:mouseleave=move |_| wait()
                on:focusin=move |_| hold()
                on:focusout=move |_| wait()
            >
                <Icon symbol=Symbol::StatePaused />
                <Back actions ids whom />
            </div>
        })
    };
    view! { <div class="toasts" role="status">{toast}</div> }
}

#[component]
fn Back(actions: Actions, ids: Vec<InstanceId>, whom: String) -> impl IntoView {
    let are = if ids.len() == 1 { "is" } else { "are" };
    let id = |id: InstanceId| view! { <input type="hidden" name="ids[]" value=id.to_string() /> };
    view! {
        <span class="any">{format!("{whom} {are} paused")}</span>
        <ActionForm action=actions.change>
            {ids.into_iter().map(id).collect_view()}
            <input type="hidden" name="act" value="resume" />
            <button class="btn sm">"Undo" <span class="sr">{format!(" the pause of {whom}")}</span></button>
        </ActionForm>
    }
}
