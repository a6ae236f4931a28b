//! The ports inside a sandbox that others may come to, and saying who.

use leptos::{form::ActionForm, prelude::*};
use thon_domain::{
    address::{Door, Doorway},
    id::InstanceId,
    sharing::{Audience, SharedPort},
    user::User,
};

use crate::{
    api::{error::failure, instance::SharePort},
    live::FleetStore,
    pages::instances::row::memo,
    ui::{Copy, ProblemCard},
};

/// Whose ports they are to the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Mine,
    Theirs,
}

impl Whose {
    const fn words(self, audience: Audience) -> &'static str {
        match (self, audience) {
            (Self::Mine, Audience::Owner) => "Only me",
            (Self::Mine, Audience::Group) => "My group",
            (Self::Theirs, Audience::Owner) => "Only its owner",
            (Self::Theirs, Audience::Group) => "Their group",
            (_, Audience::Judges) => "Judges",
            (_, Audience::Everybody) => "Everybody with the link",
        }
    }
}

/// The card of shared ports. The server does not look which ports are listened at: people name them.
#[component]
pub fn PortsCard(store: FleetStore, owner: User, whose: Whose) -> impl IntoView {
    let share = ServerAction::<SharePort>::new();
    let instance = store.row(owner.id);
    let id = memo(&instance, |one| one.map(|one| one.id));
    let shared = memo(&instance, |one| one.map(|one| (one.shared_ports.clone(), one.public_port)));
    let addresses = store.with_view(|view| view.addresses.clone());
    let slug = owner.slug.clone();
    let lines = move || {
        let (ports, public_port) = shared.get()?;
        let line = |port: SharedPort| {
            let doorway = Doorway { slug: slug.clone(), door: Door::Port(port.port.number()) };
            let url = addresses.url(&doorway, public_port);
            id.get().map(|instance| view! { <Line share whose shared=Shared { instance, port, doorway, url } /> })
        };
        Some(ports.iter().map(line).collect_view())
    };
    let problem = move || failure(share);
    let count = move || shared.get().map_or(0, |(ports, _)| ports.len());
    let heading = format!("ports-{}", owner.id);
    let title = if whose == Whose::Mine { "My ports" } else { "Ports" };
    view! {
        <section class="card" aria-labelledby=heading>
            <header>
                <h2 id=heading.clone() class="grow">{title}</h2>
                <span class="sm">{move || format!("{} shared", count())}</span>
            </header>
            {move || problem().map(|problem| view! { <div class="pad"><ProblemCard problem /></div> })}
            <ul>{lines}</ul>
            {move || match id.get() {
                Some(instance) => view! { <Another share whose instance /> }.into_any(),
                None => view! { <p class="pad dim">"Ports can be shared from the first start on."</p> }.into_any(),
            }}
        </section>
    }
}

/// One shared port, and where it is.
struct Shared {
    instance: InstanceId,
    port: SharedPort,
    doorway: Doorway,
    url: String,
}

#[component]
fn Line(share: ServerAction<SharePort>, whose: Whose, shared: Shared) -> impl IntoView {
    let Shared { instance, port: SharedPort { port, audience }, doorway, url } = shared;
    let field = format!("audience-{instance}-{port}");
    view! {
        <li class="port">
            <span class="mono b">{port.to_string()}</span>
            <a class="quiet mono sm cut" href=format!("/open/{doorway}") target="_blank" rel="noopener">
                {url.clone()}
                <span class="sr">" opens in a new tab"</span>
            </a>
            <Copy text=url what=format!("the link to port {port}") />
            <ActionForm action=share attr:class="row of-port">
                <input type="hidden" name="instance" value=instance.to_string() />
                <input type="hidden" name="port" value=port.to_string() />
                <label class="sm dim" for=field.clone()>"Open to"</label>
                <select class="sel grow" id=field name="audience"><Audiences whose chosen=audience /></select>
                <button class="btn sm">"Save" <span class="sr">{format!(" port {port}")}</span></button>
            </ActionForm>
        </li>
    }
}

/// The form for another port.
#[component]
fn Another(share: ServerAction<SharePort>, whose: Whose, instance: InstanceId) -> impl IntoView {
    let (number, audience) = (format!("port-{instance}"), format!("for-{instance}"));
    view! {
        <ActionForm action=share attr:class="row wrap pad newt another">
            <input type="hidden" name="instance" value=instance.to_string() />
            <div class="field">
                <label for=number.clone()>"Share port"</label>
                <input class="in num" id=number name="port" type="number" min="1" max="65535" required placeholder="3000" />
            </div>
            <div class="field grow">
                <label for=audience.clone()>"Open to"</label>
                <select class="sel" id=audience name="audience"><Audiences whose chosen=Audience::Group /></select>
            </div>
            <button class="btn" disabled=share.pending()>"Share"</button>
        </ActionForm>
    }
}

#[component]
fn Audiences(whose: Whose, chosen: Audience) -> impl IntoView {
    let option = |audience: Audience| {
        let value: &'static str = audience.into();
        view! { <option value=value selected=audience == chosen>{whose.words(audience)}</option> }
    };
    [Audience::Owner, Audience::Group, Audience::Judges, Audience::Everybody].map(option).collect_view()
}
