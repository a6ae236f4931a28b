//! The question before an end: what is removed, what is kept.
//!
//! Which instance it is about stands in the URL, so it is asked without JavaScript too: then the dialog stands open in the
//! page; hydrated, it is modal.

use leptos::{ev, form::ActionForm, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    params::ParamsMap,
};
use thon_domain::{id::InstanceId, user::User};

use super::actions::Actions;
use crate::{
    live::{FleetStore, roster},
    ui::{Icon, Symbol},
};

/// Which instance the URL asks about, and whether it shall have a new sandbox then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub id: InstanceId,
    pub recreate: bool,
}

impl Asked {
    /// Reads the query of the page.
    pub fn of(query: &ParamsMap) -> Option<Self> {
        let recreate = query.get_str("act") == Some("recreate");
        Some(Self { id: query.get_str("confirm")?.parse().ok()?, recreate })
    }
}

/// Asks about the instance in the URL, if it is there to be ended.
#[component]
pub fn Confirm(store: FleetStore, actions: Actions, asked: Memo<Option<Asked>>) -> impl IntoView {
    let about = Memo::new(move |_| {
        let Asked { id, recreate } = asked.get()?;
        let owner = store.owner_of(id)?;
        let there = store.row(owner.id).with(|one| !roster::is_missing(one.as_ref()));
        there.then_some((id, owner, recreate))
    });
    let dialog = NodeRef::<html::Dialog>::new();
    let leave = leave();
    Effect::new(move |_| show(dialog, about.with(Option::is_some)));
    // However it went, the question is answered.
    let (answered, leave_after) = (actions.change.version(), leave.clone());
    Effect::new(move |before: Option<usize>| {
        let answers = answered.get();
        if before.is_some_and(|before| before != answers) {
            leave_after();
        }
        answers
    });
    let on_close = move |_: ev::Event| {
        let closed = dialog.get_untracked().is_some_and(|dialog| !dialog.open());
        if closed && asked.get_untracked().is_some() {
            leave();
        }
    };
    view! {
        <dialog
            class="dlg"
            node_ref=dialog
            open=about.with_untracked(Option::is_some)
            aria-labelledby="confirm"
            on:close=on_close
        >
            {move || about.get().map(|(id, owner, recreate)| view! { <Question actions id owner recreate /> })}
        </dialog>
    }
}

#[component]
fn Question(actions: Actions, id: InstanceId, owner: User, recreate: bool) -> impl IntoView {
    let name = owner.name.to_string();
    let (verb, act) = if recreate { ("Recreate", "recreate") } else { ("Terminate", "terminate") };
    let then = if recreate { "there at once in the new sandbox" } else { "there again at the next launch" };
    let busy = actions.changes(id);
    let here = use_location().pathname.get_untracked();
    view! {
        <header>
            <Icon symbol=Symbol::Warn />
            <h2 id="confirm">{format!("{verb} {name}?")}</h2>
            <p>"The editor closes at once, also when somebody is working in it."</p>
        </header>
        <div class="toll">
            <h3>"Removed"</h3>
            <ul>
                <Item symbol=Symbol::Instances what="The sandbox" more="with what runs in it: terminals, servers, programs" />
            </ul>
        </div>
        <div class="toll">
            <h3>"Kept"</h3>
            <ul>
                <Item symbol=Symbol::Folder what="The files in /workspace" more=then />
                <Item symbol=Symbol::User what="Settings, extensions and shell history" more="the home of the person" />
                <Item symbol=Symbol::Link what="The address" more="it stays the same" />
            </ul>
        </div>
        <ActionForm action=actions.change>
            <input type="hidden" name="instance" value=id.to_string() />
            <input type="hidden" name="act" value=act />
            <div class="foot">
                <a class="btn" href=here data-noscroll="" autofocus>"Keep it"</a>
                <button class="btn kill" disabled=busy>{format!("{verb} {name}")}</button>
            </div>
        </ActionForm>
    }
}

#[component]
fn Item(symbol: Symbol, what: &'static str, more: &'static str) -> impl IntoView {
    view! {
        <li>
            <Icon symbol />
            <div>{what} <p class="sm dim">{more}</p></div>
        </li>
    }
}

/// Makes the dialog modal, or closes it. Closing gives the focus back to where it was.
fn show(dialog: NodeRef<html::Dialog>, asks: bool) {
    let Some(dialog) = dialog.get() else { return };
    dialog.close();
    if asks {
        let _ = dialog.show_modal();
    }
}

/// Takes the question out of the URL.
fn leave() -> impl Fn() + Clone {
    let (navigate, path) = (use_navigate(), use_location().pathname);
    move || navigate(&path.get_untracked(), NavigateOptions { replace: true, scroll: false, ..Default::default() })
}
