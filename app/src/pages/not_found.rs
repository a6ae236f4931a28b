//! What stands where nothing is.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{api::answer_with, layout::Solo};

/// The 404 page.
#[component]
pub fn NotFound() -> impl IntoView {
    answer_with(404);
    view! {
        <Title text="Not found" />
        <Solo>
            <div class="mid">
                <div>
                    <h1>"There is nothing here"</h1>
                    <p class="dim">"The address is misspelled, or what was here is gone."</p>
                </div>
                <a class="btn pri lg" href="/">"Go to the start page"</a>
            </div>
        </Solo>
    }
}
