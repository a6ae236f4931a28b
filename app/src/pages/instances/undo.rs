//! The way back after a pause: offered for a while instead of a question before it.
//!
//! Without JavaScript the row itself offers it, for as long as the pause lasts.

use std::time::Duration;

use leptos::{form::ActionForm, leptos_dom::helpers::TimeoutHandle, prelude::*};
use thon_domain::instance::{Instance, Intent};

use super::actions::Actions;
use crate::{
    live::FleetStore,
    ui::{Icon, Symbol},
};

/// How long it is offered, unless somebody is just there.
const OFFERED: Duration = Duration::from_secs(10);

/// Offers to undo the last pause.
#[component]
pub fn Undo(store: FleetStore, actions: Actions) -> impl IntoView {
    let offered = RwSignal::new(None::<Instance>);
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
        offered.set(changed.filter(|one| one.intent == Intent::Pause));
        wait();
    });
    on_cleanup(hold);
    let toast = move || {
        let instance = offered.get()?;
        let name = store.owner_of(instance.id).map(|user| user.name.to_string())?;
        Some(view! {
            <div
                class="toast"
                on:mouseenter=move |_| hold()
                on:mouseleave=move |_| wait()
                on:focusin=move |_| hold()
                on:focusout=move |_| wait()
            >
                <Icon symbol=Symbol::StatePaused />
                <span class="any">{format!("{name} is paused")}</span>
                <ActionForm action=actions.change>
                    <input type="hidden" name="instance" value=instance.id.to_string() />
                    <input type="hidden" name="act" value="resume" />
                    <button class="btn sm">"Undo" <span class="sr">{format!(" the pause of {name}")}</span></button>
                </ActionForm>
            </div>
        })
    };
    view! { <div class="toasts" role="status">{toast}</div> }
}
