//! What one can do with somebody's instance: the main act as a button, the others in a menu.
//!
//! One form for all of it, whose buttons say what they do. The menu is a popover, which browsers open without JavaScript.

use leptos::{form::ActionForm, html, prelude::*};
use thon_domain::{
    id::InstanceId,
    instance::{Instance, State},
    user::User,
};

use super::{actions::Actions, launch::LaunchOne};
use crate::{
    api::instance::USUAL_RENEWAL_MIN,
    live::roster,
    next_path,
    ui::{Icon, Symbol},
};

/// What the acts depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Footing {
    id: InstanceId,
    state: State,
    ends: bool,
}

/// The acts of a row: launch what is missing, else what fits the state.
#[component]
pub fn Act(
    actions: Actions,
    query: Memo<String>,
    user: User,
    instance: ArcRwSignal<Option<Instance>>,
) -> impl IntoView {
    let again = Signal::derive({
        let instance = instance.clone();
        move || instance.with(Option::is_some)
    });
    let footing = Memo::new(move |_| {
        let footing = |one: &Instance| Footing { id: one.id, state: one.state, ends: one.expires_at.is_some() };
        instance.with(|one| one.as_ref().filter(|one| !roster::is_missing(Some(one))).map(footing))
    });
    move || match footing.get() {
        None => view! { <LaunchOne actions user=user.clone() again /> }.into_any(),
        Some(footing) => view! { <Acts actions query footing name=user.name.to_string() /> }.into_any(),
    }
}

#[component]
fn Acts(actions: Actions, query: Memo<String>, footing: Footing, name: String) -> impl IntoView {
    let Footing { id, state, ends } = footing;
    let busy = actions.changes(id);
    let menu = NodeRef::<html::Div>::new();
    // Before the question is asked: so the focus comes back to what opened the menu.
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            let _ = menu.hide_popover();
        }
    };
    let anchor = format!("acts-{id}");
    let more = format!("More for {name}");
    let main = match state {
        State::Running | State::Resuming => Some(("pause", Symbol::StatePaused, "Pause")),
        State::Pausing | State::Paused => Some(("resume", Symbol::Play, "Resume")),
        _ => None,
    };
    let main = main.map(|(act, symbol, words)| {
        view! {
            <button class="btn sm" name="act" value=act disabled=busy>
                <Icon symbol />
                {words}
                <span class="sr">{format!(" {name}")}</span>
            </button>
        }
    });
    view! {
        <ActionForm action=actions.change attr:class="acts">
            <input type="hidden" name="ids[]" value=id.to_string() />
            <input type="hidden" name="minutes" value=USUAL_RENEWAL_MIN />
            {main}
            <button type="button" class="btn ic ghost sm" popovertarget=anchor.clone() aria-label=more.clone() title=more>
                <Icon symbol=Symbol::More />
            </button>
            <div id=anchor popover="auto" class="menu" node_ref=menu on:click=move |_| close()>
                <Others query id ends name busy />
            </div>
        </ActionForm>
    }
}

/// What stands in the menu.
#[component]
fn Others(query: Memo<String>, id: InstanceId, ends: bool, name: String, busy: Signal<bool>) -> impl IntoView {
    let whose = format!(" {name}");
    let ask = move || query.with(|query| next_path::with(query, "confirm", &id.to_string()));
    view! {
        {ends
            .then(|| view! {
                <button class="btn ghost" name="act" value="renew" disabled=busy>
                    <Icon symbol=Symbol::Clock />
                    {format!("Let it end in {USUAL_RENEWAL_MIN} min")}
                    <span class="sr">{whose.clone()}</span>
                </button>
            })}
        <a class="btn ghost" href=move || format!("{}&act=recreate", ask()) data-noscroll="">
            <Icon symbol=Symbol::Again />
            "Recreate…"
            <span class="sr">{whose.clone()}</span>
        </a>
        <a class="btn ghost" href=ask data-noscroll="">
            <Icon symbol=Symbol::Stop />
            "Terminate…"
            <span class="sr">{whose.clone()}</span>
        </a>
    }
}
