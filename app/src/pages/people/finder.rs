//! The search field, and the ways from page to page of a long list. The URL says it all; alive, it answers at once.

use leptos::{ev, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    location::Url,
};

use crate::{
    next_path::{self, value, without},
    ui::{Icon, Symbol},
};

/// What asks for the choice where nothing does it by itself.
const SHOW: &str = r#"<button class="btn">Show</button>"#;

/// The query of the page, without its question.
pub fn query() -> Memo<String> {
    let search = use_location().search;
    Memo::new(move |_| {
        search.with(|search| without(&format!("?{}", search.trim_start_matches('?')), &next_path::QUESTION))
    })
}

/// A search field.
#[component]
pub fn Finder(
    /// Where the page is.
    path: &'static str,
    /// What is searched, for example `Search groups`.
    label: &'static str,
    /// What may be typed.
    example: &'static str,
    /// What else narrows the list.
    #[prop(optional, into)]
    more: Option<ViewFn>,
) -> impl IntoView {
    let typed = use_location().search.with_untracked(|search| value(search, "q").unwrap_or_default());
    let choose = chooser();
    view! {
        <form class="row wrap grow finder" role="search" method="get" action=path on:submit=|event| event.prevent_default()>
            <div class="srch">
                <Icon symbol=Symbol::Search />
                <input
                    class="in"
                    id="search"
                    type="search"
                    name="q"
                    value=typed
                    aria-label=label
                    placeholder=example
                    on:input=move |event: ev::Event| choose("q", &event_target_value(&event))
                />
                <kbd class="hide-s" aria-hidden="true">"/"</kbd>
            </div>
            {more.map(|more| more.run())}
            <noscript inner_html=SHOW />
        </form>
    }
}

/// Writes a choice into the URL and goes back to the first page, without a step back for each letter.
pub fn chooser() -> impl Fn(&'static str, &str) + Clone {
    let (navigate, location) = (use_navigate(), use_location());
    let options = || NavigateOptions { replace: true, scroll: false, ..Default::default() };
    move |key, value| {
        let first = location.search.with_untracked(|search| next_path::with(search, "page", ""));
        let query = next_path::with(&first, key, &Url::escape(value));
        navigate(&format!("{}{query}", location.pathname.get_untracked()), options());
    }
}

/// The ways to the pages before and after; nothing where there is one page.
#[component]
pub fn Pager(query: Memo<String>, page: Signal<usize>, pages: Signal<usize>) -> impl IntoView {
    let (many, first) = (move || pages.get() > 1, move || page.get() <= 1);
    let last = move || page.get() >= pages.get();
    let to = move |page: usize| query.with(|query| next_path::with(query, "page", &page.to_string()));
    view! {
        <Show when=many>
            <nav class="row wrap pager" aria-label="Pages">
                <Show when=move || !first()>
                    <a class="btn sm" href=move || to(page.get() - 1) rel="prev">"Previous"</a>
                </Show>
                <span class="sm dim tn">{move || format!("Page {} of {}", page.get(), pages.get())}</span>
                <Show when=move || !last()>
                    <a class="btn sm" href=move || to(page.get() + 1) rel="next">"Next"</a>
                </Show>
            </nav>
        </Show>
    }
}
