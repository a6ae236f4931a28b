//! The addresses of a sandbox, in their order, and which of them work from where the viewer is.

use leptos::prelude::*;
use thon_domain::{
    address::{Doorway, Pattern},
    user::User,
};

use crate::{
    live::FleetStore,
    pages::instances::row::memo,
    ui::{Copy, Icon, Symbol},
};

/// The card with all addresses. The browser tries them by itself (`shell/probe.js`).
#[component]
pub fn AddressesCard(store: FleetStore, owner: User) -> impl IntoView {
    let public_port = memo(&store.row(owner.id), |one| one.and_then(|one| one.public_port));
    let addresses = store.with_view(|view| view.addresses.clone());
    let warning = addresses.chosen.shares_origin().then(|| view! { <OneOrigin /> });
    let patterns: Vec<Pattern> = addresses.all().cloned().collect();
    let doorway = Doorway::editor(owner.slug);
    let heading = format!("addresses-{}", owner.id);
    let ways = move || {
        let way = |pattern: &Pattern| {
            let url = pattern.url(&doorway, public_port.get());
            view! { <Way pattern=pattern.clone() url /> }
        };
        patterns.iter().map(way).collect_view()
    };
    view! {
        <section class="card" aria-labelledby=heading>
            <header><h2 id=heading.clone() class="grow">"Addresses"</h2></header>
            {warning}
            <ul class="lines">{ways}</ul>
        </section>
    }
}

/// Stands as long as all sandboxes share one origin.
#[component]
fn OneOrigin() -> impl IntoView {
    view! {
        <div class="note" data-s="pending" role="note">
            <Icon symbol=Symbol::Warn />
            <div>
                <h3>"All sandboxes share one origin"</h3>
                <p>
                    "Whatever runs in a sandbox can act as whoever opens it, on this dashboard too. Open and share only what you "
                    "trust. A domain gives each sandbox an origin of its own."
                </p>
            </div>
        </div>
    }
}

/// One address. One that is not there yet says when it comes.
#[component]
fn Way(pattern: Pattern, url: Option<String>) -> impl IntoView {
    let Words { label, otherwise } = words(&pattern);
    let body = match url {
        None => view! { <p class="sm dim">"It gets one with its first start."</p> }.into_any(),
        Some(url) => {
            let probe = pattern.source().map(|_| view! { <Probe pattern url=url.clone() otherwise /> });
            view! {
                <p class="row"><span class="mono sm any grow">{url.clone()}</span> <Copy text=url what=label /></p>
                {probe}
            }
            .into_any()
        }
    };
    view! {
        <li>
            <div class="grow">
                <h3 class="sm">{label}</h3>
                {body}
            </div>
        </li>
    }
}

/// What the browser finds out about an address: it shows one of these.
#[component]
fn Probe(pattern: Pattern, url: String, otherwise: &'static str) -> impl IntoView {
    let port = pattern.dashboard_port();
    let tunnel =
        matches!(pattern, Pattern::Local { .. }).then(|| format!(" From elsewhere: ssh -L {port}:localhost:{port}"));
    view! {
        <thon-probe class="scripted sm" url=url near=(!pattern.is_outward()).to_string() role="status">
            <span class="st" data-s="running" data-when="works"><Icon symbol=Symbol::StateRunning /> "Works from here"</span>
            <span class="dim" data-when="fails">{otherwise}</span>
            <span class="dim" data-when="away">"Works in a browser on the machine that THON runs on." {tunnel}</span>
            <span class="dim" data-when="tries">"Being tried…"</span>
        </thon-probe>
    }
}

struct Words {
    label: &'static str,
    /// Why it may not work. A browser tells no page which of them it is.
    otherwise: &'static str,
}

const fn words(pattern: &Pattern) -> Words {
    let (label, otherwise) = match pattern {
        Pattern::Domain { .. } => (
            "Under the domain",
            "Does not answer from here: this network does not know the name, or port 443 is closed, or the browser does not trust \
             the certificate.",
        ),
        Pattern::Path { .. } => (
            "A path of this server",
            "Does not answer from here: the server is out of reach, or the browser does not trust the certificate.",
        ),
        Pattern::Address { .. } => (
            "At the public address",
            "Does not answer from here: this network closes the port, or the browser does not trust the certificate.",
        ),
        Pattern::Local { .. } => (
            "On the machine itself",
            "Does not answer from here: this browser knows no names under localhost. Use the next one.",
        ),
        Pattern::Loopback { .. } => (
            "By number, for Safari",
            "Does not answer from here: something else has taken the port, or the sandbox does not run.",
        ),
    };
    Words { label, otherwise }
}
