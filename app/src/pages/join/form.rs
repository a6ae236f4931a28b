//! Name and team, and the code for the neighbour.

use leptos::prelude::*;
use thon_domain::join_code::JoinTrouble;

use super::{QrCode, Refusal};
use crate::{
    api::join::{Elsewhere, JoinOffer, JoinSign, TeamLine},
    layout::Solo,
    ui::{Icon, Symbol},
    words,
};

/// The form of a code.
#[component]
pub fn JoinForm(offer: JoinOffer, refusal: Option<JoinTrouble>, name: String) -> impl IntoView {
    let JoinOffer { sign, teams, left, form, elsewhere } = offer;
    let about_team = matches!(refusal, Some(JoinTrouble::Team | JoinTrouble::TeamTaken | JoinTrouble::TeamFull));
    let (of_name, of_team) = (refusal.filter(|_| !about_team), refusal.filter(|_| about_team));
    let lead = match &sign.group {
        Some(group) => format!("You get a place in {group}, and an editor of your own."),
        None => "You get a place in a team, and an editor of your own.".to_owned(),
    };
    let button = if sign.approval { "Ask to join" } else { "Join and start my editor" };
    let waits = sign.approval.then(|| {
        view! { <p class="sm dim">"An organizer lets you in. The next page waits with you and goes on by itself."</p> }
    });
    let of_ones_own = sign.group.is_none();
    view! {
        <Solo>
            <div class="join">
                <div class="stack">
                    <div>
                        <h1 class="any">{format!("Join {}", sign.event)}</h1>
                        <p class="dim any">{lead}</p>
                    </div>
                    <form class="stack" method="post" action="/join">
                        <input type="hidden" name="code" value=sign.code.clone() />
                        <input type="hidden" name="form" value=form />
                        <div class="field">
                            <label for="name">"Your name in the event"</label>
                            <input
                                class="in lg"
                                id="name"
                                name="name"
                                value=name
                                required
                                maxlength="32"
                                autocomplete="nickname"
                                spellcheck="false"
                                aria-invalid=of_name.is_some().then_some("true")
                                aria-describedby=if of_name.is_some() { "refusal" } else { "about-name" }
                            />
                            <span class="hint" id="about-name">"Up to 32 letters, digits and hyphens. It becomes your address."</span>
                            {of_name.map(|trouble| view! { <Refusal trouble /> })}
                        </div>
                        {of_ones_own.then(|| view! { <TeamFields teams seats=sign.seats refusal=of_team /> })}
                        {elsewhere.map(|elsewhere| view! { <Link elsewhere /> })}
                        <button class="btn pri xl"><Icon symbol=Symbol::Play />{button}</button>
                        {waits}
                    </form>
                    <p class="sm dim">"Already in? " <a class="link" href="/sign-in">"Sign in"</a></p>
                </div>
                <PassOn sign left />
            </div>
        </Solo>
    }
}

/// Whether the account elsewhere shall sign them in the next time. It is named, as it may be that of whoever had this browser before.
#[component]
fn Link(elsewhere: Elsewhere) -> impl IntoView {
    let Elsewhere { title, name, mark } = elsewhere;
    view! {
        <label class="row">
            <input class="ck" type="checkbox" name="link" value=mark checked />
            <span class="any">{format!("{name} at {title} is me, and signs me in the next time")}</span>
        </label>
    }
}

/// A team that is there, or a new one.
#[component]
fn TeamFields(teams: Vec<TeamLine>, seats: u32, refusal: Option<JoinTrouble>) -> impl IntoView {
    let some = !teams.is_empty();
    let option = |team: TeamLine| {
        let words = format!("{}, {} free", team.name, words::count(team.free as usize, "seat", "seats"));
        view! { <option value=team.id.to_string()>{words}</option> }
    };
    let choice = some.then(|| {
        view! {
            <div class="field">
                <label for="team">"Team"</label>
                <select class="sel in lg" id="team" name="team">
                    <option value="">"A new team"</option>
                    {teams.into_iter().map(option).collect_view()}
                </select>
            </div>
        }
    });
    let hint = format!(
        "Up to 32 letters, digits and hyphens. Up to {} sit in it.",
        words::count(seats as usize, "person", "people")
    );
    let refused = refusal.is_some();
    view! {
        {choice}
        <div class="field">
            <label for="new-team">{if some { "Name of the new team" } else { "Name of your team" }}</label>
            <input
                class="in lg"
                id="new-team"
                name="new_team"
                required=!some
                maxlength="32"
                autocomplete="off"
                spellcheck="false"
                aria-invalid=refused.then_some("true")
                aria-describedby=if refused { "refusal" } else { "about-team" }
            />
            <span class="hint" id="about-team">{hint}</span>
            {refusal.map(|trouble| view! { <Refusal trouble /> })}
        </div>
    }
}

/// The code, for whoever sits beside.
#[component]
fn PassOn(sign: JoinSign, left: u32) -> impl IntoView {
    let JoinSign { code, address, until, qr, .. } = sign;
    let left = words::count(left as usize, "place", "places");
    view! {
        <section class="card pad stack pass-on" aria-label="Pass it on">
            <QrCode qr to=address.clone() />
            <p class="code-text">{code}</p>
            <p class="dim any">{address}</p>
            <p class="sm mute">{format!("{until}, {left} left")}</p>
        </section>
    }
}
