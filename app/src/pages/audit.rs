//! The page of the audit: who did what, on what, from where, and what came of it.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use thon_domain::audit::{Deed, Outcome};

use self::lines::Lines;
use super::gate::{Organizing, answered, organizes, provide_answer, provide_fleet};
use crate::{
    api::audit::{AuditLines, AuditWish, LINES, audit_page},
    layout::{Desk, Here},
    live::FleetStore,
    next_path::{self, value},
    viewer::Viewer,
    words,
};

mod lines;

/// The page at its own path.
#[component]
pub fn AuditPage() -> impl IntoView {
    let wish = wish();
    provide_fleet(organizes);
    provide_answer(organizes, move || wish.get(), audit_page);
    view! { <Organizing title="Audit" page=|viewer, store| view! { <Whole viewer store /> }.into_any() /> }
}

/// What the URL asks for.
fn wish() -> Memo<AuditWish> {
    let search = use_location().search;
    Memo::new(move |_| {
        search.with(|search| {
            let said = |key| value(search, key).unwrap_or_default();
            AuditWish {
                who: said("who"),
                object: said("object"),
                deed: said("deed"),
                outcome: said("outcome"),
                since: said("since"),
                until: said("until"),
                page: said("page").parse().unwrap_or(1),
            }
        })
    })
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let wish = wish();
    view! {
        <Desk viewer store here=Here::Audit title="Audit">
            <p class="dim">
                "Who did what, from where, and what came of it. Times are UTC. It is kept as long as "
                <code>"audit.retention_days"</code> " says."
            </p>
            <Narrow wish=wish.get_untracked() />
            {answered(move |found: AuditLines| view! { <Found found page=wish.get_untracked().page /> }.into_any())}
        </Desk>
    }
}

/// The filters: a plain form, so that the URL says it all.
#[component]
fn Narrow(wish: AuditWish) -> impl IntoView {
    let AuditWish { who, object, deed, outcome, since, until, .. } = wish;
    let deed_option = |one: Deed| {
        let word = one.to_string();
        view! { <option value=word.clone() selected=word == deed>{one.words()}</option> }
    };
    let outcome_option = |one: Outcome| {
        let word = one.to_string();
        view! { <option value=word.clone() selected=word == outcome>{lines::outcome_words(one)}</option> }
    };
    view! {
        <form class="card pad row wrap audit-by" role="search" method="get" action="/audit">
            <label class="field">"Who" <input class="in" type="search" name="who" value=who placeholder="Part of a name" /></label>
            <label class="field">
                "On what" <input class="in" type="search" name="object" value=object placeholder="alpha/alice" />
            </label>
            <label class="field">
                "What"
                <select class="sel" name="deed">
                    <option value="">"Everything"</option>
                    {Deed::all().map(deed_option).collect_view()}
                </select>
            </label>
            <label class="field">
                "Outcome"
                <select class="sel" name="outcome">
                    <option value="">"Every outcome"</option>
                    {Outcome::all().map(outcome_option).collect_view()}
                </select>
            </label>
            <label class="field">"From" <input class="in" type="date" name="since" value=since /></label>
            <label class="field">"Until" <input class="in" type="date" name="until" value=until /></label>
            <button class="btn pri">"Show"</button>
        </form>
    }
}

#[component]
fn Found(found: AuditLines, page: u32) -> impl IntoView {
    let AuditLines { entries, total } = found;
    let search = use_location().search.get_untracked();
    let to = |page: u32| format!("/audit{}", next_path::with(&search, "page", &page.to_string()));
    let export = format!("/api/audit/export{}", export_query(&search));
    let (count, page) = (usize::try_from(total).unwrap_or(usize::MAX), page.max(1));
    let narrowed = search.split('&').any(|pair| pair.split_once('=').is_some_and(|(_, value)| !value.is_empty()));
    let more = u64::from(page) * u64::from(LINES) < total;
    view! {
        <p class="row wrap sm dim found">
            <span class="tn" role="status">{words::count(count, "line", "lines")}</span>
            {narrowed.then(|| view! { <a class="link" href="/audit" rel="external">"Show everything"</a> })}
            <a class="link" href=export rel="external" download="audit.jsonl">"Export as JSON lines"</a>
        </p>
        <Lines entries />
        <nav class="row pages-of" aria-label="Pages of the audit">
            {(page > 1).then(|| view! { <a class="btn sm" rel="external prev" href=to(page - 1)>"Newer"</a> })}
            {more.then(|| view! { <a class="btn sm" rel="external next" href=to(page + 1)>"Earlier"</a> })}
        </nav>
    }
}

/// What the export is asked for: the same lines, all pages, with whole times for the days.
fn export_query(search: &str) -> String {
    let keys = ["who", "object", "deed", "outcome"];
    let mut said: Vec<String> = search
        .trim_start_matches('?')
        .split('&')
        .filter(|pair| pair.split_once('=').is_some_and(|(key, value)| keys.contains(&key) && !value.is_empty()))
        .map(ToOwned::to_owned)
        .collect();
    let time = |key: &str, end: &str| {
        let day = value(search, key).filter(|day| !day.is_empty())?;
        Some(format!("{key}={day}T{end}Z"))
    };
    said.extend(time("since", "00:00:00"));
    said.extend(time("until", "23:59:59.999999"));
    if said.is_empty() { String::new() } else { format!("?{}", said.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_has_the_lines_that_are_shown() {
        assert_eq!(export_query(""), "");
        assert_eq!(export_query("who=a+b&deed=&page=3"), "?who=a+b");
        let days = export_query("?since=2026-11-24&until=2026-11-25");
        assert_eq!(days, "?since=2026-11-24T00:00:00Z&until=2026-11-25T23:59:59.999999Z");
    }
}
