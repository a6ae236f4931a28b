//! The table: a body for each section, a row for each person, in place for as long as they are there.

use leptos::{
    ev,
    prelude::*,
    web_sys::{Element, wasm_bindgen::JsCast},
};
use thon_domain::id::GroupId;

use super::{
    bulk::Bulk,
    filter::{By, Filter, Section},
    launch::LaunchMissing,
    row::{Row, Rows},
    steady::Steady,
};
use crate::{
    live::FleetStore,
    next_path,
    ui::{Icon, Symbol},
};

/// The rows that are asked for, and the bar for those that are chosen.
#[component]
pub fn Table(rows: Rows, filter: Memo<Filter>, steady: Steady) -> impl IntoView {
    let sections = steady.sections;
    let suffix = rows.store.with_view(|view| view.addresses.common());
    let groups = move || sections.with(|all| all.iter().map(|section| section.group.clone()).collect::<Vec<_>>());
    let nobody = move || sections.with(|all| all.iter().all(|section| section.users.is_empty()));
    view! {
        <section class="card fitc" aria-label="Instances" class:gone=nobody>
            <div
                class="tblw"
                tabindex="0"
                role="region"
                aria-label="Table of instances"
                on:pointerenter=move |_| steady.point(true)
                on:pointerleave=move |_| steady.point(false)
                on:focusin=move |_| steady.focus(true)
                on:focusout=move |event| steady.focus(stays(&event))
            >
                <table class="t-inst">
                    <thead>
                        <tr>
                            <th scope="col" class="c-ck">
                                <input class="ck scripted" type="checkbox" aria-label="Select all that are shown" />
                            </th>
                            <Head by=By::Name words="Person" class="c-us" query=rows.query filter />
                            <Head by=By::State words="State" class="c-st" query=rows.query filter />
                            <th scope="col" class="c-use"><span class="cpu">"CPU"</span> "Memory"</th>
                            <th scope="col">"Address " <span class="mute font-normal">{suffix}</span></th>
                            <Head by=By::Port words="Port" class="c-port" query=rows.query filter />
                            <th scope="col" class="c-act"><span class="sr">"Actions"</span></th>
                        </tr>
                    </thead>
                    <For each=groups key=|group| group.as_ref().map(|group| (group.id, group.updated_at)) let:group>
                        <tbody>
                            {group.as_ref().map(|group| view! { <GroupHead rows group=group.id name=group.name.to_string() /> })}
                            <People rows sections group=group.map(|group| group.id) />
                        </tbody>
                    </For>
                </table>
            </div>
            <Bulk actions=rows.actions filter query=rows.query />
        </section>
    }
}

/// Whether the focus only goes from one row to another.
fn stays(event: &ev::FocusEvent) -> bool {
    let to = event.related_target().map(JsCast::unchecked_into::<Element>);
    to.is_some_and(|to| to.closest(".tblw").is_ok_and(|table| table.is_some()))
}

/// The head of a column, which orders by it, and the other way round when it does already.
#[component]
fn Head(by: By, words: &'static str, class: &'static str, query: Memo<String>, filter: Memo<Filter>) -> impl IntoView {
    let sort = Memo::new(move |_| filter.with(|filter| filter.sort));
    let order = move || {
        let sort = sort.get();
        (sort.by == by).then_some(if sort.down { "descending" } else { "ascending" })
    };
    let href = move || {
        let word = if order() == Some("ascending") { format!("-{}", by.word()) } else { by.word().to_owned() };
        query.with(|query| next_path::with(query, "sort", &word))
    };
    view! {
        <th scope="col" class=class aria-sort=order>
            <a class="by" href=href data-noscroll="">
                {words}
                <Icon symbol=Symbol::Sort />
            </a>
        </th>
    }
}

#[component]
fn GroupHead(rows: Rows, group: GroupId, name: String) -> impl IntoView {
    let Rows { store, actions, .. } = rows;
    let tally = store.tally(Some(group));
    let running = move || tally.with(|tally| format!("{} of {} running", tally.running, tally.people));
    view! {
        <tr class="group">
            <th colspan="7" scope="rowgroup">
                <div class="row wrap">
                    <span class="name">{name.clone()}</span>
                    <span class="dim font-normal tn">{running}</span>
                    <span class="end"><LaunchMissing store actions group=Some(group) name /></span>
                </div>
            </th>
        </tr>
    }
}

/// The people of a section. Where no head tells their group, their rows do.
#[component]
fn People(rows: Rows, sections: Memo<Vec<Section>>, group: Option<GroupId>) -> impl IntoView {
    let users = move || {
        sections.with(|all| {
            let of = all.iter().find(|section| section.group.as_ref().map(|group| group.id) == group);
            of.map(|section| section.users.clone()).unwrap_or_default()
        })
    };
    let name = move |id: GroupId| {
        let name = |store: FleetStore| store.with_view(|view| view.groups.get(&id).map(|group| group.name.to_string()));
        group.is_none().then(|| name(rows.store)).flatten()
    };
    view! {
        <For each=users key=|user| (user.id, user.updated_at) let:user>
            <Row rows group=name(user.group) user />
        </For>
    }
}
