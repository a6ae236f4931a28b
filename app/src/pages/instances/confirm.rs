//! The question before an end: what is removed, what is kept.
//!
//! Which instances it is about stands in the URL, so it is asked without JavaScript too: then the dialog stands open in the
//! page; hydrated, it is modal.

use leptos::{ev, form::ActionForm, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    location::Location,
};
use thon_domain::id::InstanceId;

use super::actions::Actions;
use crate::{
    live::{FleetStore, roster},
    next_path::{QUESTION, without},
    ui::{Icon, Symbol},
    words,
};

/// From how many instances on the answer is typed.
pub const TYPED_FROM: usize = 5;

/// The keys that say about which instances.
const ABOUT: [&str; 3] = ["confirm", "ids[]", "ids%5B%5D"];

/// Which instances the URL asks about, and whether they shall have a new sandbox then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub ids: Vec<InstanceId>,
    pub recreate: bool,
}

impl Asked {
    /// Reads the query of the page.
    pub fn of(search: &str) -> Option<Self> {
        let pairs = || search.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
        let ids: Vec<InstanceId> =
            pairs().filter(|(key, _)| ABOUT.contains(key)).filter_map(|(_, id)| id.parse().ok()).collect();
        let recreate = pairs().any(|pair| pair == ("act", "recreate"));
        (!ids.is_empty()).then_some(Self { ids, recreate })
    }
}

/// What is asked: about whom, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct About {
    people: Vec<(InstanceId, String)>,
    /// Those whose files go with their sandbox.
    passing: Vec<(InstanceId, String)>,
    recreate: bool,
}

/// Asks about the instances in the URL, as far as they are there to be ended.
#[component]
pub fn Confirm(store: FleetStore, actions: Actions, asked: Memo<Option<Asked>>) -> impl IntoView {
    let about = Memo::new(move |_| {
        let Asked { ids, recreate } = asked.get()?;
        let there: Vec<_> = ids.into_iter().filter_map(|id| there(store, id)).collect();
        let passing = there.iter().filter(|one| one.passing).map(|one| one.person.clone()).collect();
        let people: Vec<_> = there.into_iter().map(|one| one.person).collect();
        (!people.is_empty()).then_some(About { people, passing, recreate })
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
        if closed && asked.with_untracked(Option::is_some) {
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
            {move || about.get().map(|about| view! { <Question actions about /> })}
        </dialog>
    }
}

#[component]
fn Question(actions: Actions, about: About) -> impl IntoView {
    let (verb, act) = if about.recreate { ("Recreate", "recreate") } else { ("Terminate", "terminate") };
    let many = about.people.len();
    let names = names(&about.people);
    let whom = if many == 1 { names.clone() } else { format!("{many} instances") };
    let gone = if many == 1 { "The sandbox".to_owned() } else { format!("{many} sandboxes: {names}") };
    let editors = if many == 1 { "The editor closes" } else { "The editors close" };
    view! {
        <header>
            <Icon symbol=Symbol::Warn />
            <h2 id="confirm">{format!("{verb} {whom}?")}</h2>
            <p>{editors} " at once, also when somebody is working there."</p>
        </header>
        <div class="toll">
            <h3>"Removed"</h3>
            <ul>
                <Item symbol=Symbol::Instances what=gone more="with what runs there: terminals, servers, programs" />
                {lost_files(&about)}
            </ul>
        </div>
        <div class="toll">
            <h3>"Kept"</h3>
            <ul>
                {kept_files(&about)}
                <Item symbol=Symbol::Link what="The address" more="it stays the same" />
            </ul>
        </div>
        <Answer actions about act verb=format!("{verb} {whom}") />
    }
}

/// The files of those who were launched to keep nothing.
fn lost_files(about: &About) -> Option<impl IntoView + use<>> {
    let what = if about.people.len() == 1 {
        "All files".to_owned()
    } else {
        format!("All files of {}", names(&about.passing))
    };
    (!about.passing.is_empty())
        .then(|| view! { <Item symbol=Symbol::Folder what more="it was launched to keep nothing" /> })
}

/// What the others find again.
fn kept_files(about: &About) -> Option<impl IntoView + use<>> {
    let then = if about.recreate { "there at once in the new sandbox" } else { "there again at the next launch" };
    let what = if about.passing.is_empty() { "The files in /workspace" } else { "The others' files in /workspace" };
    (about.passing.len() < about.people.len()).then(|| {
        view! {
            <Item symbol=Symbol::Folder what more=then />
            <Item symbol=Symbol::User what="Settings, extensions and shell history" more="the home of each person" />
        }
    })
}

/// The two ways out; the one that ends many is typed first.
#[component]
fn Answer(actions: Actions, about: About, act: &'static str, verb: String) -> impl IntoView {
    let here = without_question(&use_location());
    let busy = actions.change.pending();
    let many = about.people.len();
    let phrase = format!("{act} {many}");
    let typed = (many >= TYPED_FROM).then(|| {
        view! {
            <div class="field typed">
                <label for="sure">"Type " <b class="mono">{phrase.clone()}</b> " to confirm"</label>
                <input class="in mono" id="sure" name="sure" required pattern=phrase autocomplete="off" spellcheck="false" />
            </div>
        }
    });
    let id = |(id, _): (InstanceId, String)| view! { <input type="hidden" name="ids[]" value=id.to_string() /> };
    view! {
        <ActionForm action=actions.change>
            {about.people.into_iter().map(id).collect_view()}
            <input type="hidden" name="act" value=act />
            {typed}
            <div class="foot">
                <a class="btn" href=here data-noscroll="" autofocus>
                    {if many == 1 { "Keep it" } else { "Keep them" }}
                </a>
                <button class="btn kill" disabled=busy>{verb}</button>
            </div>
        </ActionForm>
    }
}

#[component]
pub fn Item(symbol: Symbol, #[prop(into)] what: String, #[prop(into)] more: String) -> impl IntoView {
    view! {
        <li>
            <Icon symbol />
            <div>{what} <p class="sm dim">{more}</p></div>
        </li>
    }
}

/// An instance that can be ended.
struct There {
    person: (InstanceId, String),
    /// Whether its files go with it.
    passing: bool,
}

/// Whose instance it is, if there is something to be ended.
fn there(store: FleetStore, id: InstanceId) -> Option<There> {
    let owner = store.owner_of(id)?;
    let (ends, passing) = store
        .row(owner.id)
        .with(|one| (!roster::is_missing(one.as_ref()), one.as_ref().is_some_and(|one| one.ephemeral)));
    ends.then(|| There { person: (id, owner.name.to_string()), passing })
}

fn names(people: &[(InstanceId, String)]) -> String {
    words::some_of(people.iter().map(|(_, name)| name.as_str()))
}

/// Makes the dialog modal, or closes it. Closing gives the focus back to where it was.
pub fn show(dialog: NodeRef<html::Dialog>, asks: bool) {
    let Some(dialog) = dialog.get() else { return };
    dialog.close();
    if asks {
        let _ = dialog.show_modal();
    }
}

/// Takes the question out of the URL.
pub fn leave() -> impl Fn() + Clone {
    let (navigate, location) = (use_navigate(), use_location());
    let options = || NavigateOptions { replace: true, scroll: false, ..Default::default() };
    move || navigate(&without_question(&location), options())
}

pub fn without_question(location: &Location) -> String {
    let search = location.search.get_untracked();
    without(&format!("{}?{}", location.pathname.get_untracked(), search.trim_start_matches('?')), &QUESTION)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "00000000-0000-7000-8000-000000000001";
    const TWO: &str = "00000000-0000-7000-8000-000000000002";

    #[test]
    fn a_url_asks_about_one_or_many() {
        let ids = |search: &str| Asked::of(search).map(|asked| (asked.ids.len(), asked.recreate));
        assert_eq!(ids(&format!("?q=a&confirm={ONE}")), Some((1, false)));
        assert_eq!(ids(&format!("ids%5B%5D={ONE}&ids[]={TWO}&act=recreate")), Some((2, true)));
        assert_eq!((ids(""), ids("?confirm=nonsense"), ids("?act=recreate")), (None, None, None));
    }

    #[test]
    fn the_first_are_named_and_the_rest_counted() {
        let id: InstanceId = ONE.parse().expect("an id");
        let people = |names: &[&str]| names.iter().map(|name| (id, (*name).to_owned())).collect::<Vec<_>>();
        assert_eq!(names(&people(&["alice"])), "alice");
        assert_eq!(names(&people(&["a", "b", "c", "d", "e"])), "a, b, c and 2 others");
    }
}
