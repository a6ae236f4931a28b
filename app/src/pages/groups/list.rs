//! The groups that are asked for, one line each.

use leptos::prelude::*;
use thon_domain::{byte_size::ByteSize, sandbox::SandboxOverrides};

use crate::{
    live::{FleetStore, roster::Team},
    next_path,
    pages::{
        instances::launch::LaunchMissing,
        people::{
            Acts,
            finder::Pager,
            wanted::{PER_PAGE, Wanted, teams_with},
        },
    },
    words,
};

/// One page of the groups.
#[component]
pub fn List(store: FleetStore, acts: Acts, query: Memo<String>) -> impl IntoView {
    let wanted = Memo::new(move |_| query.with(|query| Wanted::of(query)));
    let found = Memo::new(move |_| {
        let q = wanted.with(|wanted| wanted.q.clone());
        store.teams().with(|teams| teams_with(teams, &q))
    });
    let total = Memo::new(move |_| found.with(Vec::len));
    let pages = Memo::new(move |_| total.get().div_ceil(PER_PAGE).max(1));
    let page = Memo::new(move |_| wanted.with(|wanted| wanted.page).min(pages.get()));
    let shown = move || {
        let skip = (page.get() - 1) * PER_PAGE;
        found.with(|teams| teams.iter().skip(skip).take(PER_PAGE).cloned().collect::<Vec<_>>())
    };
    let told = move || {
        let people = found.with(|teams| teams.iter().map(|team| team.users.len()).sum::<usize>());
        format!("{}, {}", words::count(total.get(), "group", "groups"), words::count(people, "person", "people"))
    };
    let several = store.seen(|view| view.events.values().filter(|event| !event.is_archived()).count() > 1);
    let narrows = Memo::new(move |_| wanted.with(Wanted::narrows));
    let everything = move || query.with(|query| next_path::with(query, "q", ""));
    view! {
        <div class="stack">
            <section class="card" aria-label="Groups">
                <header>
                    <span class="sm dim tn grow" role="status">{told}</span>
                    <Show when=move || narrows.get()>
                        <a class="link sm" href=everything data-noscroll="">"Show all groups"</a>
                    </Show>
                </header>
                <ul class="lines">
                    <For each=shown key=|team| (team.group.id, team.group.updated_at, team.users.len()) let:team>
                        <Line store acts team several />
                    </For>
                </ul>
                <Show when=move || total.get() == 0>
                    <div class="void">
                        <h2>{move || if narrows.get() { "No group matches" } else { "There is no group yet" }}</h2>
                        <p>
                            {move || if narrows.get() {
                                "Other words may find what you look for."
                            } else {
                                "People work in groups. Make the first one, or import a file with all of them."
                            }}
                        </p>
                    </div>
                </Show>
            </section>
            <Pager query page=page.into() pages=pages.into() />
        </div>
    }
}

#[component]
fn Line(store: FleetStore, acts: Acts, team: Team, several: Memo<bool>) -> impl IntoView {
    let Team { group, users } = team;
    let tally = store.tally(Some(group.id));
    let running = move || tally.with(|tally| format!("{} of {} running", tally.running, tally.people));
    let (name, path) = (group.name.to_string(), format!("/groups/{}", group.id));
    // Which event it is of, where there are several.
    let event = store.seen(move |view| view.events.get(&group.event).map(|event| event.name().to_owned()));
    let event = move || event.get().filter(|_| several.get());
    let people = match users.len() {
        0 => "nobody is in it".to_owned(),
        _ => words::some_of(users.iter().map(|user| user.name.as_str())),
    };
    view! {
        <li class="part">
            <div class="grow">
                <p class="row wrap">
                    <a class="name link any font-semibold" href=path>{name.clone()}</a>
                    {group.title.map(|title| view! { <span class="dim any">{title}</span> })}
                    {move || event().map(|event| view! { <span class="tag any">{event}</span> })}
                    <span class="sm tn">{running}</span>
                    {limits(&group.sandbox).map(|limits| view! { <span class="tag">{limits}</span> })}
                </p>
                <p class="sm dim any">{people}</p>
            </div>
            <LaunchMissing store actions=acts.instances group=Some(group.id) name />
        </li>
    }
}

/// What each sandbox of a group has of its own: `2 cores, 4GiB`.
pub fn limits(own: &SandboxOverrides) -> Option<String> {
    let told = [
        own.cpus.map(|cpus| words::cores(cpus.cores())),
        own.memory_bytes.map(|bytes| format!("{} of memory", ByteSize(bytes))),
        own.disk_bytes.map(|bytes| format!("{} of disk", ByteSize(bytes))),
        own.image.clone(),
        own.runtime.clone(),
    ];
    let told: Vec<String> = told.into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join(", "))
}
