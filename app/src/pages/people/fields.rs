//! Fields that several forms have.

use leptos::{form::ActionForm, html, prelude::*};
use thon_domain::{byte_size::ByteSize, id::GroupId, sandbox::SandboxOverrides};

use super::Acts;
use crate::live::FleetStore;

/// What a group or a person may have of their own.
#[component]
pub fn LimitFields(
    own: SandboxOverrides,
    /// Whose values count when a field is empty.
    usual: &'static str,
) -> impl IntoView {
    let size = |bytes: Option<u64>| bytes.map(|bytes| ByteSize(bytes).to_string()).unwrap_or_default();
    let field = |id: &'static str, words: &'static str, value: String, example: &'static str| {
        view! {
            <div class="field grow">
                <label for=id>{words}</label>
                <input class="in" id=id name=format!("limits[{id}]") value=value placeholder=example autocomplete="off" />
            </div>
        }
    };
    view! {
        <fieldset class="stack lim">
            <legend class="sm dim">{format!("Each sandbox; empty for {usual}")}</legend>
            <div class="row wrap">
                {field("memory", "Memory", size(own.memory_bytes), "4GiB")}
                {field("cpus", "Cores", own.cpus.map(|cpus| cpus.to_string()).unwrap_or_default(), "1.5")}
                {field("disk", "Disk", size(own.disk_bytes), "20GiB")}
            </div>
        </fieldset>
    }
}

/// The form for somebody new, in one group or in any.
#[component]
pub fn NewUser(store: FleetStore, acts: Acts, group: Option<GroupId>) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    // Whoever was made stands in the table; the next one is typed into empty fields.
    Effect::new(move |_| {
        if acts.create_user.value().get().is_some_and(|made| made.is_ok())
            && let Some(form) = form.get_untracked()
        {
            form.reset();
        }
    });
    let groups = move || {
        let option = |(id, name): (GroupId, String)| view! { <option value=id.to_string()>{name}</option> };
        let all = store
            .teams()
            .with(|teams| teams.iter().map(|team| (team.group.id, team.group.name.to_string())).collect::<Vec<_>>());
        all.into_iter().map(option).collect_view()
    };
    let place = match group {
        Some(group) => view! { <input type="hidden" name="group" value=group.to_string() /> }.into_any(),
        None => view! {
            <div class="field">
                <label for="new-group">"Group"</label>
                <select class="sel" id="new-group" name="group" required>{groups}</select>
            </div>
        }
        .into_any(),
    };
    view! {
        <section class="card" aria-labelledby="new-user">
            <header><h2 id="new-user">"New person"</h2></header>
            <ActionForm action=acts.create_user attr:class="stack pad" node_ref=form>
                {place}
                <div class="field">
                    <label for="new-name">"Name"</label>
                    <input class="in" id="new-name" name="username" required maxlength="32" autocomplete="off" placeholder="ada" />
                </div>
                <div class="field">
                    <label for="new-email">"E-mail address, if you like"</label>
                    <input class="in" id="new-email" name="email" type="email" autocomplete="off" placeholder="ada@example.org" />
                </div>
                <button class="btn" disabled=acts.create_user.pending()>"Add person"</button>
            </ActionForm>
        </section>
    }
}
