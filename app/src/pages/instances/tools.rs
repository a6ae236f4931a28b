//! What narrows and orders the rows: a plain form and links, so that the URL says it all; alive, it answers at once.

use leptos::{ev, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    location::Url,
};

use super::filter::{By, Counts, Filter};
use crate::{
    live::FleetStore,
    next_path,
    ui::{Icon, StateWords, Symbol},
};

/// What asks for the choice where nothing does it by itself.
const SHOW: &str = r#"<button class="btn">Show</button>"#;

/// The search field, the groups and, where no heads of columns are, the orders.
#[component]
pub fn Tools(store: FleetStore, filter: Memo<Filter>) -> impl IntoView {
    let choose = chooser();
    let (choose_group, choose_sort) = (choose.clone(), choose.clone());
    let names = move || {
        let names = |teams: &Vec<crate::live::roster::Team>| {
            teams.iter().map(|team| team.group.name.to_string()).collect::<Vec<_>>()
        };
        store.teams().with(names)
    };
    let group = move |name: String| {
        let chosen = filter.with_untracked(|filter| filter.group == name);
        view! { <option value=name.clone() selected=chosen>{name.clone()}</option> }
    };
    let order = move |(by, word, words): (By, &'static str, &'static str)| {
        let chosen = filter.with_untracked(|filter| filter.sort.by == by);
        view! { <option value=word selected=chosen>{words}</option> }
    };
    view! {
        <form class="row wrap grow finder" role="search" method="get" action="/instances" on:submit=|event| event.prevent_default()>
            <Search filter choose />
            <input type="hidden" name="state" value=move || filter.with(|filter| filter.state.clone()) />
            <select class="sel" name="group" aria-label="Group" on:change=move |event| choose_group("group", &event_target_value(&event))>
                <option value="">"All groups"</option>
                {move || names().into_iter().map(group).collect_view()}
            </select>
            <select
                class="sel only-phone"
                name="sort"
                aria-label="Order"
                on:change=move |event| choose_sort("sort", &event_target_value(&event))
            >
                {By::ALL.map(order).collect_view()}
            </select>
            <noscript inner_html=SHOW />
        </form>
    }
}

#[component]
fn Search(filter: Memo<Filter>, choose: impl Fn(&'static str, &str) + 'static) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    // A link that drops the search empties the field; what somebody is typing is theirs.
    Effect::new(move |_| {
        let q = filter.with(|filter| filter.q.clone());
        if let Some(field) = field.get() {
            let typing = document().active_element().is_some_and(|active| active.id() == "search");
            if !typing && field.value() != q {
                field.set_value(&q);
            }
        }
    });
    view! {
        <div class="srch">
            <Icon symbol=Symbol::Search />
            <input
                class="in"
                id="search"
                type="search"
                name="q"
                value=filter.with_untracked(|filter| filter.q.clone())
                aria-label="Search instances"
                placeholder="Person, group, id or state"
                node_ref=field
                on:input=move |event: ev::Event| choose("q", &event_target_value(&event))
            />
            <kbd class="hide-s" aria-hidden="true">"/"</kbd>
        </div>
    }
}

/// A chip for each state that somebody is in, with how many.
#[component]
pub fn States(query: Memo<String>, filter: Memo<Filter>, counts: Memo<Counts>) -> impl IntoView {
    view! {
        <nav class="chips" aria-label="Filter by state">
            <Chip words=None query filter counts />
            {StateWords::all().map(|words| view! { <Chip words=Some(words) query filter counts /> }).collect_view()}
        </nav>
    }
}

#[component]
fn Chip(words: Option<StateWords>, query: Memo<String>, filter: Memo<Filter>, counts: Memo<Counts>) -> impl IntoView {
    let key = words.map_or("", |words| words.key);
    let chosen = move || filter.with(|filter| filter.state == key);
    let count = move || counts.with(|counts| counts.of(key));
    let href = move || query.with(|query| next_path::with(query, "state", if chosen() { "" } else { key }));
    view! {
        <a
            class="chip"
            class:gone=move || !key.is_empty() && count() == 0 && !chosen()
            href=href
            data-s=key
            data-noscroll=""
            aria-current=move || chosen().then_some("true")
        >
            {words.map(|words| view! { <Icon symbol=words.symbol /> })}
            {words.map_or("All", |words| words.word)}
            " "
            <b class="tn">{count}</b>
        </a>
    }
}

/// Writes a choice into the URL, without a step back for each letter.
fn chooser() -> impl Fn(&'static str, &str) + Clone {
    let (navigate, location) = (use_navigate(), use_location());
    let options = || NavigateOptions { replace: true, scroll: false, ..Default::default() };
    move |key, value| {
        let query = location.search.with_untracked(|search| next_path::with(search, key, &Url::escape(value)));
        navigate(&format!("{}{query}", location.pathname.get_untracked()), options());
    }
}
