//! The question before somebody is deleted: what is removed, and what shall become of their files.
//!
//! Whom it is about stands in the URL, so it is asked without JavaScript too: then the dialog stands open in the page.

use leptos::{ev, form::ActionForm, html, prelude::*};
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};
use thon_domain::id::{EventId, GroupId, UserId};

use super::Acts;
use crate::{
    api::{
        error::ApiError,
        people::{Leaving, Toll, toll},
    },
    pages::{
        gate::{answered, provide_answer},
        instances::confirm::{Item, TYPED_FROM, leave, show, without_question},
    },
    ui::{Icon, Symbol},
    viewer::Viewer,
    words,
};

/// Whom the URL asks about.
#[derive(Clone, Copy)]
struct Asked(Memo<Option<Leaving>>);

/// Reads what a deletion would take, for [`Remove`]. To be called before anything waits.
pub fn provide_removal() {
    let search = use_location().search;
    let asked = Memo::new(move |_| search.with(|search| asked(search)));
    provide_context(Asked(asked));
    provide_answer(|viewer: &Viewer| viewer.role.organizes(), move || asked.get(), read);
}

/// What is told of whoever is asked about. On its way to the browser, an option in an option would be lost.
#[derive(Clone, Serialize, Deserialize)]
struct Told {
    toll: Option<Toll>,
}

async fn read(leaving: Option<Leaving>) -> Result<Told, ApiError> {
    let Some(leaving) = leaving else { return Ok(Told { toll: None }) };
    let is_whole = leaving.users.is_empty();
    let told = toll(leaving).await?;
    Ok(Told { toll: Some(told).filter(|toll| is_whole || !toll.people.is_empty()) })
}

fn asked(search: &str) -> Option<Leaving> {
    let pairs = || search.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let users = pairs().filter(|(key, _)| matches!(*key, "users[]" | "users%5B%5D"));
    let users: Vec<UserId> = users.filter_map(|(_, id)| id.parse().ok()).collect();
    let group: Option<GroupId> = pairs().find(|(key, _)| *key == "delete").and_then(|(_, id)| id.parse().ok());
    let event: Option<EventId> = pairs().find(|(key, _)| *key == "event").and_then(|(_, id)| id.parse().ok());
    let asks = group.is_some() || event.is_some() || !users.is_empty();
    asks.then_some(Leaving { users, group, event })
}

/// Asks about whoever the URL names.
#[component]
pub fn Remove(
    acts: Acts,
    /// Where the page leads when they are gone; to where it is, without.
    #[prop(optional)]
    back: Option<&'static str>,
) -> impl IntoView {
    answered(move |Told { toll }| toll.map(|toll| view! { <Dialog acts back toll /> }).into_any())
}

#[component]
fn Dialog(acts: Acts, back: Option<&'static str>, toll: Toll) -> impl IntoView {
    let Asked(asked) = expect_context();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| show(dialog, asked.with(Option::is_some)));
    let leave = leave();
    // A refusal is told above; the question is answered.
    let leave_after = leave.clone();
    let refused = move || {
        let users = acts.delete_users.value().with(|done| done.as_ref().is_some_and(Result::is_err));
        let event = acts.delete_event.value().with(|done| done.as_ref().is_some_and(Result::is_err));
        users || event || acts.delete_group.value().with(|done| done.as_ref().is_some_and(Result::is_err))
    };
    Effect::new(move |before: Option<bool>| {
        let refused = refused();
        if before == Some(false) && refused {
            leave_after();
        }
        refused
    });
    let on_close = move |_: ev::Event| {
        let closed = dialog.get_untracked().is_some_and(|dialog| !dialog.open());
        if closed && asked.with_untracked(Option::is_some) {
            leave();
        }
    };
    let leaving = asked.get_untracked().unwrap_or_default();
    view! {
        <dialog class="dlg" node_ref=dialog open=true aria-labelledby="remove" on:close=on_close>
            <header>
                <Icon symbol=Symbol::Warn />
                <h2 id="remove">{format!("Delete {}?", toll.whom)}</h2>
                <p>
                    {match (leaving.group, leaving.event) {
                        (None, None) => "Nobody can undo this.",
                        (Some(_), _) => "The group goes with everybody in it.",
                        (None, Some(_)) => "The event goes with its groups and everybody in them.",
                    }}
                </p>
            </header>
            <Removed toll=toll.clone() />
            <Form acts back leaving toll />
        </dialog>
    }
}

/// The form that deletes whoever it is about.
#[component]
fn Form(acts: Acts, back: Option<&'static str>, leaving: Leaving, toll: Toll) -> impl IntoView {
    let Leaving { users, group, event } = leaving;
    match (group, event) {
        (Some(group), _) => view! {
            <ActionForm action=acts.delete_group>
                <input type="hidden" name="group" value=group.to_string() />
                <Answer toll busy=acts.delete_group.pending().into() />
            </ActionForm>
        }
        .into_any(),
        (None, Some(event)) => view! {
            <ActionForm action=acts.delete_event>
                <input type="hidden" name="event" value=event.to_string() />
                <Answer toll busy=acts.delete_event.pending().into() />
            </ActionForm>
        }
        .into_any(),
        (None, None) => {
            let id = |id: UserId| view! { <input type="hidden" name="users[]" value=id.to_string() /> };
            let back = back.map_or_else(|| without_question(&use_location()), str::to_owned);
            view! {
                <ActionForm action=acts.delete_users>
                    {users.into_iter().map(id).collect_view()}
                    <input type="hidden" name="back" value=back />
                    <Answer toll busy=acts.delete_users.pending().into() />
                </ActionForm>
            }
            .into_any()
        }
    }
}

#[component]
fn Removed(toll: Toll) -> impl IntoView {
    let Toll { people, running, .. } = toll;
    let names = words::some_of(people.iter().map(String::as_str));
    let many = people.len();
    let whom = if many == 1 { names } else { format!("{}: {names}", words::count(many, "person", "people")) };
    let sandboxes = format!("{}, at once", words::count(running, "sandbox", "sandboxes"));
    view! {
        <div class="toll">
            <h3>"Removed"</h3>
            <ul>
                {(many > 0)
                    .then(|| view! {
                        <Item symbol=Symbol::User what=whom more="with their address, which nobody else ever gets" />
                        <Item symbol=Symbol::Link what="Their sign-in links" more="they open nothing any more" />
                    })}
                {(running > 0)
                    .then(|| view! {
                        <Item symbol=Symbol::Instances what=sandboxes more="with what runs there: terminals, servers, programs" />
                    })}
                {(many == 0)
                    .then(|| view! { <Item symbol=Symbol::Groups what="It alone" more="nobody is in it" /> })}
            </ul>
        </div>
    }
}

/// What becomes of the files, and the two ways out; the one that ends many is typed first.
#[component]
fn Answer(toll: Toll, busy: Signal<bool>) -> impl IntoView {
    let here = without_question(&use_location());
    let many = toll.people.len();
    let phrase = format!("delete {many}");
    let typed = (many >= TYPED_FROM).then(|| {
        view! {
            <div class="field typed">
                <label for="sure">"Type " <b class="mono">{phrase.clone()}</b> " to confirm"</label>
                <input class="in mono" id="sure" name="sure" required pattern=phrase autocomplete="off" spellcheck="false" />
            </div>
        }
    });
    view! {
        {if toll.volumes.is_empty() {
            view! { <input type="hidden" name="files" value="keep" /> }.into_any()
        } else {
            view! { <Fate volumes=toll.volumes.clone() /> }.into_any()
        }}
        {typed}
        <div class="foot">
            <a class="btn" href=here data-noscroll="" autofocus>{if many == 1 { "Keep it" } else { "Keep them" }}</a>
            <button class="btn kill" disabled=busy>{format!("Delete {}", toll.whom)}</button>
        </div>
    }
}

/// The choice about the files.
#[component]
fn Fate(volumes: Vec<String>) -> impl IntoView {
    let count = words::count(volumes.len(), "volume", "volumes");
    let names = words::some_of(volumes.iter().map(String::as_str));
    view! {
        <fieldset class="toll fate">
            <legend>"Their files"</legend>
            <label>
                <input type="radio" name="files" value="keep" checked />
                <span>
                    {format!("Keep {count}")}
                    <span class="block sm dim any">{names}</span>
                </span>
            </label>
            <label>
                <input type="radio" name="files" value="delete" />
                <span>
                    {format!("Delete {count} for good")}
                    <span class="block sm dim">"once the sandboxes have ended"</span>
                </span>
            </label>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_asks_about_users_or_a_group() {
        let one = "00000000-0000-7000-8000-000000000001";
        let of = |search: &str| asked(search).map(|leaving| (leaving.users.len(), leaving.group.is_some()));
        assert_eq!(of(&format!("?q=a&users[]={one}&users%5B%5D={one}")), Some((2, false)));
        assert_eq!(of(&format!("?delete={one}")), Some((0, true)));
        assert_eq!((of(""), of("?delete=x"), of("?users[]=x")), (None, None, None));
    }
}
