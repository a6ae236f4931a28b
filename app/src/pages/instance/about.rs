//! What its sandbox is made from.

use leptos::prelude::*;
use thon_domain::{sandbox::SandboxMakeup, user::User};

use crate::{live::FleetStore, pages::instances::row::memo, ui::Copy, words};

/// Image, limits, runtime, port and names.
#[component]
pub fn About(store: FleetStore, owner: User, makeup: SandboxMakeup) -> impl IntoView {
    let SandboxMakeup { image: chosen, runtime, memory_bytes, cpus, pids, disk_bytes } = makeup;
    let instance = store.row(owner.id);
    let image = memo(&instance, |one| one.and_then(|one| one.image.clone()));
    let image = move || image.get().or_else(|| chosen.clone()).unwrap_or_else(|| "the usual one".to_owned());
    let port = memo(&instance, |one| one.map(|one| one.host_port));
    let nth = memo(&instance, |one| one.map(|one| one.generation));
    let id = instance.with_untracked(|one| one.as_ref().map(|one| one.id.to_string())).unwrap_or_default();
    let disk = disk_bytes
        .map_or_else(|| "as much disk as there is".to_owned(), |bytes| format!("{} disk", words::bytes(bytes)));
    let limits = format!("{}, {}, {pids} processes, {disk}", words::cores(cpus), words::bytes(memory_bytes));
    view! {
        <section class="card" aria-labelledby="about">
            <header><h2 id="about">"About"</h2></header>
            <dl class="dl pad">
                <dt>"Image"</dt>
                <dd class="mono">{image}</dd>
                <dt>"Limits"</dt>
                <dd>{limits}</dd>
                <dt>"Runtime"</dt>
                <dd>{runtime.unwrap_or_else(|| "the usual one".to_owned())}</dd>
                <dt>"Port"</dt>
                <dd class="mono">"127.0.0.1:" {port}</dd>
                <dt>"Sandbox"</dt>
                <dd>"number " {nth} " of this instance"</dd>
                <dt>"Id"</dt>
                <dd class="row">
                    <span class="mono any">{id.clone()}</span>
                    <Copy text=id what="the id" />
                </dd>
            </dl>
        </section>
    }
}
