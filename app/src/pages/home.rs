//! The start page: organizers see the instances, participants their own page.

use leptos::prelude::*;

use super::{gate::SignedIn, instances::Instances, me::Me};

/// Whatever is first for the viewer.
#[component]
pub fn Home() -> impl IntoView {
    view! {
        <SignedIn page=|viewer| {
            if viewer.role.organizes() {
                view! { <Instances viewer /> }.into_any()
            } else {
                view! { <Me viewer /> }.into_any()
            }
        } />
    }
}
