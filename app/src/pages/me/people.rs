//! Who else is in the group.

use leptos::prelude::*;
use thon_domain::{id::UserId, user::User};

use crate::{live::roster::Team, viewer::initials, words};

/// The list of the group's people, with the viewer among them.
#[component]
pub fn People(
    team: Team,
    /// The viewer's own place.
    user: UserId,
) -> impl IntoView {
    let heading = format!("people-{user}");
    let person = move |one: User| {
        view! {
            <li>
                <span class="av s" aria-hidden="true">{initials(one.name.as_str())}</span>
                <span class="any">{one.name.to_string()}</span>
                {(one.id == user).then(|| view! { <span class="tag">"you"</span> })}
            </li>
        }
    };
    view! {
        <section class="card" aria-labelledby=heading>
            <header>
                <h2 id=heading.clone() class="grow any">{format!("People of {}", team.group.name)}</h2>
                <span class="sm">{words::count(team.users.len(), "person", "people")}</span>
            </header>
            <ul class="people">{team.users.into_iter().map(person).collect_view()}</ul>
        </section>
    }
}
