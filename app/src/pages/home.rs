//! The start page: organizers see the overview, mentors and judges whom they may visit, participants their own page.

use leptos::prelude::*;

use super::{
    gate::{SignedIn, provide_answer, provide_fleet},
    me::{Me, provide_visits},
    overview::Overview,
    rescue::provide_disk_use,
    rounds::Rounds,
};
use crate::api::history;

/// Whatever is first for the viewer.
#[component]
pub fn Home() -> impl IntoView {
    provide_fleet(|_| true);
    provide_disk_use();
    provide_visits();
    provide_answer(|viewer| viewer.role.organizes(), || (), |()| history::recent());
    view! {
        <SignedIn page=|viewer| {
            if viewer.role.organizes() {
                view! { <Overview viewer /> }.into_any()
            } else if viewer.role.goes_round() {
                view! { <Rounds viewer /> }.into_any()
            } else {
                view! { <Me viewer /> }.into_any()
            }
        } />
    }
}
