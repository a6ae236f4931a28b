//! What follows an act: after a pause the way back, offered instead of a question before it; of many, the way to their job.
//!
//! Without JavaScript the row itself offers it, for as long as the pause lasts.

use std::time::Duration;

use leptos::{form::ActionForm, leptos_dom::helpers::TimeoutHandle, prelude::*};
use thon_domain::id::{InstanceId, JobId};

use super::actions::Actions;
use crate::{
    api::instance::{Act, Changed},
    live::FleetStore,
    ui::{Icon, Symbol},
};

/// How long it is offered, unless somebody is just there.
const OFFERED: Duration = Duration::from_secs(10);

/// Offers to undo the last pause, and to look at the job of the last act on many.
#[component]
pub fn Undo(store: FleetStore, actions: Actions) -> impl IntoView {
    let offered = RwSignal::new(None::<Changed>);
    let launched = RwSignal::new(None::<JobId>);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let hold = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    let wait = move || {
        hold();
        let over = move || {
            offered.set(None);
            launched.set(None);
        };
        timer.set_value(set_timeout_with_handle(over, OFFERED).ok());
    };
    Effect::new(move |_| {
        let changed = actions.change.value().get().and_then(Result::ok);
        offered.set(changed.filter(|changed| changed.act == Act::Pause || changed.job.is_some()));
        wait();
    });
    Effect::new(move |_| {
        // The rows tell who was launched.
        if let Some(job) = actions.launch_missing.value().get().and_then(Result::ok).flatten() {
            launched.set(Some(job));
            wait();
        }
    });
    on_cleanup(hold);
    let toast = move || {
        let (said, ids, job) = match (offered.get(), launched.get()) {
            (Some(changed), _) => {
                let whom = whom(store, &changed.ids)?;
                let ids = (changed.act == Act::Pause).then_some((changed.ids, whom.clone()));
                (if ids.is_some() { None } else { Some(format!("{whom}: asked")) }, ids, changed.job)
            }
            (None, Some(job)) => (Some("Launches are on their way".to_owned()), None, Some(job)),
            (None, None) => return None,
        };
        Some(view! {
            <div
                class="toast"
                on:mouseenter=move |_| hold()
                on:mouseleave=move |_| wait()
                on:focusin=move |_| hold()
                on:focusout=move |_| wait()
            >
                <Icon symbol=if ids.is_some() { Symbol::StatePaused } else { Symbol::StatePending } />
                {said.map(|said| view! { <span class="any">{said}</span> })}
                {ids.map(|(ids, whom)| view! { <Back actions ids whom /> })}
                {job.map(|job| view! { <a class="link" href=format!("/jobs/{job}")>"See the job"</a> })}
            </div>
        })
    };
    view! { <div class="toasts" role="status">{toast}</div> }
}

/// Who it is about, in a word or two; nobody who is gone meanwhile.
fn whom(store: FleetStore, ids: &[InstanceId]) -> Option<String> {
    match ids {
        [one] => Some(store.owner_of(*one)?.name.to_string()),
        _ => Some(format!("{} instances", ids.len())),
    }
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
