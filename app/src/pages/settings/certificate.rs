//! The certificate of this server, and a new one.

use leptos::{form::ActionForm, prelude::*};

use super::Acts;
use crate::{
    api::settings::CertificateBoard,
    ui::{Icon, Symbol},
};

/// How the certificate stands.
#[component]
pub fn CertificateCard(acts: Acts, admin: bool, certificate: CertificateBoard) -> impl IntoView {
    let CertificateBoard { concern, facts, wanted } = certificate;
    let alarm = concern.map(|concern| {
        view! {
            <div class="note" data-s="failed" role="alert">
                <Icon symbol=Symbol::Warn />
                <div><h3>"Somebody should look"</h3> <p>{concern} "."</p></div>
            </div>
        }
    });
    let fact = |(name, is): (String, String)| view! { <dt>{name}</dt> <dd class="any">{is}</dd> };
    let body = if wanted {
        view! {
            {alarm}
            <dl class="dl pad">{facts.into_iter().map(fact).collect_view()}</dl>
            <div class="row wrap pad top0">
                {admin.then(|| view! {
                    <ActionForm action=acts.renew>
                        <button class="btn" disabled=acts.renew.pending()>"Renew now"</button>
                    </ActionForm>
                })}
                <a class="link" href="/ca" rel="external">"The root to trust"</a>
            </div>
        }
        .into_any()
    } else {
        view! {
            <p class="pad dim">
                "This server is reached without TLS, so it has no certificate. Set nginx.domain, external_ip or edge.https_port."
            </p>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="certificate">
            <header><h2 id="certificate">"Certificate"</h2></header>
            {body}
        </section>
    }
}
