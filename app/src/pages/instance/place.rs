//! Where the editor is.

use leptos::prelude::*;
use thon_domain::{instance::State, user::User};

use crate::{
    live::FleetStore,
    pages::instances::row::memo,
    ui::{Copy, Icon, Symbol, open_path},
};

/// The address, and the way in while there is something behind it.
#[component]
pub fn Place(store: FleetStore, owner: User) -> impl IntoView {
    let runs = memo(&store.row(owner.id), |one| one.is_some_and(|one| one.state == State::Running));
    let address = store.with_view(|view| {
        let public_port = view.instance_of(owner.id).and_then(|instance| instance.public_port);
        view.addresses.editor(&owner.slug, public_port)
    });
    let open = open_path(&owner.slug);
    view! {
        <section class="card pad row wrap" aria-label="Address">
            {move || runs.get().then(|| view! {
                <a class="btn pri lg" href=open.clone() target="_blank" rel="noopener">
                    <Icon symbol=Symbol::Open />
                    "Open editor"
                    <span class="sr">" in a new tab"</span>
                </a>
            })}
            <span class="copy">
                <span class="mono any">{address.clone()}</span>
                <Copy text=address what="the address" />
            </span>
        </section>
    }
}
