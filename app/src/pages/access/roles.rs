//! Who runs, mentors and judges, and the form for one more.

use leptos::{form::ActionForm, prelude::*};
use thon_domain::role::Role;

use super::Acts;
use crate::{
    api::access::{GivenRole, RoleLine},
    layout::role_word,
    ui::{Copy, Icon, Symbol},
};

/// The roles that are given here, with what each may.
const ROLES: [(Role, &str); 4] = [
    (Role::Mentor, "Mentor: visits editors"),
    (Role::Judge, "Judge: sees what is shared with judges"),
    (Role::Organizer, "Organizer: runs the event"),
    (Role::Admin, "Admin: everything"),
];

/// The roles, and the form for another.
#[component]
pub fn RolesCard(acts: Acts, admin: bool, roles: Vec<RoleLine>) -> impl IntoView {
    let given = move || acts.grant.value().get().and_then(Result::ok).map(|given| view! { <Given given /> });
    let lines = roles.into_iter().map(|role| view! { <Line acts admin role /> }).collect_view();
    view! {
        <section class="card" aria-labelledby="roles">
            <header>
                <h2 id="roles" class="grow">"Roles"</h2>
                <span class="sm dim">"everybody else is a participant"</span>
            </header>
            <ul class="lines">{lines}</ul>
            <div role="status">{given}</div>
            <New acts admin />
        </section>
    }
}

#[component]
fn Line(acts: Acts, admin: bool, role: RoleLine) -> impl IntoView {
    let RoleLine { id, role, name, place } = role;
    let may = admin || role != Role::Admin;
    let word = role_word(role);
    let whose = format!(" {word}, {name}");
    let revoke = may.then(|| {
        view! {
            <ActionForm action=acts.revoke>
                <input type="hidden" name="grant" value=id.to_string() />
                <button class="btn sm bad">"Revoke" <span class="sr">{whose}</span></button>
            </ActionForm>
        }
    });
    view! {
        <li>
            <div class="grow">
                <p class="row wrap"><b class="any">{name}</b> <span class="tag">{word}</span></p>
                <p class="sm dim any">{place}</p>
            </div>
            {revoke}
        </li>
    }
}

/// What became of the form. The link is shown this once.
#[component]
fn Given(given: GivenRole) -> impl IntoView {
    let GivenRole { name, link } = given;
    let link = link.map(|link| {
        view! {
            <p>"They sign in with this link, which is shown this once:"</p>
            <p class="row"><code class="any grow">{link.clone()}</code> <Copy text=link what="the link" /></p>
        }
    });
    view! {
        <div class="note" data-s="running">
            <Icon symbol=Symbol::StateRunning />
            <div>
                <h3 class="any">{format!("{name} has the role")}</h3>
                {link}
            </div>
        </div>
    }
}

#[component]
fn New(acts: Acts, admin: bool) -> impl IntoView {
    let offered = ROLES.into_iter().filter(move |(role, _)| admin || *role != Role::Admin);
    let choices = offered.map(|(role, words)| view! { <option value=role.to_string()>{words}</option> }).collect_view();
    view! {
        <ActionForm action=acts.grant attr:class="row wrap pad newt">
            <div class="field grow">
                <label for="role-who">"Name of somebody new, or group/name"</label>
                <input class="in" id="role-who" name="who" required maxlength="80" placeholder="Olga" autocomplete="off" />
            </div>
            <div class="field">
                <label for="role-role">"Role"</label>
                <select class="sel" id="role-role" name="role">{choices}</select>
            </div>
            <button class="btn" disabled=acts.grant.pending()>"Give role"</button>
        </ActionForm>
    }
}
