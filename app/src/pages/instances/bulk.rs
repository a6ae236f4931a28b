//! The bar for the rows that are chosen: the same acts as in a row, for all of them.
//!
//! It shows as soon as a box is ticked, which the styles see; the boxes belong to its form wherever they stand. What ends
//! sandboxes is asked about first: those buttons lead to the page with the question.

use leptos::{
    ev,
    form::ActionForm,
    prelude::*,
    web_sys::{FormData, HtmlButtonElement, wasm_bindgen::JsCast as _},
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use super::{actions::Actions, filter::Filter};
use crate::ui::{Icon, Symbol};

/// The acts for what is chosen.
#[component]
pub fn Bulk(actions: Actions, filter: Memo<Filter>, query: Memo<String>) -> impl IntoView {
    let busy = actions.change.pending();
    view! {
        <ActionForm action=actions.change attr:id="bulk" attr:class="bulk" attr:aria-label="Selected instances">
            <span class="font-semibold tn" role="status"><span data-chosen=""></span> " selected"</span>
            <div class="choices">
                <Plain act="pause" symbol=Symbol::StatePaused words="Pause" busy />
                <Plain act="resume" symbol=Symbol::Play words="Resume" busy />
                <Plain act="renew" symbol=Symbol::Clock words="Renew for 60 min" busy />
                <Asking act="recreate" symbol=Symbol::Again words="Recreate…" query />
                <Asking act="terminate" symbol=Symbol::Stop words="Terminate…" query />
            </div>
            <button
                type="button"
                class="btn ic ghost sm scripted"
                data-choose="none"
                aria-label="Clear the selection"
                title="Clear the selection (Esc)"
            >
                <Icon symbol=Symbol::Close />
            </button>
            // What the page with the question shall still show.
            <input type="hidden" name="q" value=move || filter.with(|filter| filter.q.clone()) />
            <input type="hidden" name="state" value=move || filter.with(|filter| filter.state.clone()) />
            <input type="hidden" name="group" value=move || filter.with(|filter| filter.group.clone()) />
        </ActionForm>
    }
}

#[component]
fn Plain(act: &'static str, symbol: Symbol, words: &'static str, busy: Memo<bool>) -> impl IntoView {
    view! {
        <button class="btn sm" name="act" value=act disabled=busy>
            <Icon symbol />
            {words}
        </button>
    }
}

/// Leads to the question; a live page goes there without a request.
#[component]
fn Asking(act: &'static str, symbol: Symbol, words: &'static str, query: Memo<String>) -> impl IntoView {
    let (navigate, location) = (use_navigate(), use_location());
    let ask = move |event: ev::MouseEvent| {
        event.prevent_default();
        let ids = event.current_target().and_then(chosen).unwrap_or_default();
        if !ids.is_empty() {
            let query = query.get_untracked();
            let to = format!("{}?{}{ids}&act={act}", location.pathname.get_untracked(), query.trim_start_matches('?'));
            navigate(&to, NavigateOptions { scroll: false, ..Default::default() });
        }
    };
    view! {
        <button
            class="btn sm"
            class:bad=act == "terminate"
            name="act"
            value=act
            formaction="/instances"
            formmethod="get"
            on:click=ask
        >
            <Icon symbol />
            {words}
        </button>
    }
}

/// What is chosen in the form of a button, as a query says it.
fn chosen(button: leptos::web_sys::EventTarget) -> Option<String> {
    let form = button.unchecked_into::<HtmlButtonElement>().form()?;
    let ids = FormData::new_with_form(&form).ok()?.get_all("ids[]");
    let pairs = ids.iter().filter_map(|id| id.as_string()).map(|id| format!("&ids[]={id}"));
    Some(pairs.collect::<Vec<_>>().concat())
}
