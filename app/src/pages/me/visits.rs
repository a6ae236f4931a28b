//! Who is in one's editor besides oneself, and who was lately.

use chrono::{DateTime, Utc};
use leptos::{form::ActionForm, prelude::*};
use thon_domain::{
    id::{InstanceId, UserId},
    user::User,
    visit::Visit,
};

use crate::{
    api::{
        error::failure,
        visit::{AskToLeave, OwnVisits, own_visits},
    },
    layout::role_word,
    live::{FleetStore, PageClock},
    pages::{
        gate::{answered, provide_answer},
        instances::row::memo,
    },
    ui::ProblemCard,
    words,
};

/// Reads the visits for [`VisitsCard`].
pub fn provide_visits() {
    provide_answer(|viewer| !viewer.users.is_empty(), || (), |()| own_visits());
}

/// The card of the visits at one's editor. Without any there is none.
#[component]
pub fn VisitsCard(store: FleetStore, owner: User) -> impl IntoView {
    let ask = ServerAction::<AskToLeave>::new();
    let user = owner.id;
    answered(move |visits: OwnVisits| view! { <Visits store ask user first=visits.of(user) /> }.into_any())
}

/// The visits as they were when the page was made, and what was heard since.
#[component]
fn Visits(store: FleetStore, ask: ServerAction<AskToLeave>, user: UserId, first: Vec<Visit>) -> impl IntoView {
    let visits = Memo::new(move |_| {
        store.heard().with(|heard| {
            let news = heard.iter().rev().filter(|one| one.change.instance().is_some_and(|one| one.user == user));
            shown(&first, news.filter_map(|one| one.change.visit()))
        })
    });
    let instance = memo(&store.row(user), |one| one.map(|one| one.id));
    let none = Memo::new(move |_| visits.with(Vec::is_empty));
    let now = Memo::new(move |_| visits.with(|visits| visits.iter().filter(|one| one.until.is_none()).count()));
    let heading = format!("visits-{user}");
    move || {
        let heading = heading.clone();
        instance.get().filter(|_| !none.get()).map(|instance| {
            view! {
                <section class="card" aria-labelledby=heading>
                    <header>
                        <h2 id=heading.clone() class="grow">"Visitors"</h2>
                        <span class="sm" role="status">{move || here(now.get())}</span>
                    </header>
                    {move || failure(ask).map(|problem| view! { <div class="pad"><ProblemCard problem /></div> })}
                    <ul class="lines">
                        <For each=move || visits.get() key=|visit| (visit.id, visit.until, visit.asked_to_leave) let:visit>
                            <Line ask clock=store.clock() instance visit />
                        </For>
                    </ul>
                </section>
            }
        })
    }
}

/// What is shown: who is there, and the last of the others.
fn shown<'v>(first: &[Visit], news: impl Iterator<Item = &'v Visit>) -> Vec<Visit> {
    let mut visits = first.to_vec();
    news.for_each(|visit| Visit::take_in(&mut visits, visit));
    let (mut shown, over): (Vec<_>, Vec<_>) = visits.into_iter().partition(|visit| visit.until.is_none());
    shown.extend(over.into_iter().take(Visit::LATELY));
    shown
}

fn here(count: usize) -> String {
    if count == 0 { "nobody now".to_owned() } else { format!("{count} now") }
}

#[component]
fn Line(ask: ServerAction<AskToLeave>, clock: PageClock, instance: InstanceId, visit: Visit) -> impl IntoView {
    let Visit { id, name, role, since, until, asked_to_leave } = visit;
    let sentence = move || sentence(since, until, asked_to_leave, clock.now().get());
    let whom = name.clone();
    let asks = (until.is_none() && !asked_to_leave).then(|| {
        view! {
            <ActionForm action=ask>
                <input type="hidden" name="instance" value=instance.to_string() />
                <input type="hidden" name="visit" value=id.to_string() />
                <button class="btn sm" disabled=ask.pending()>
                    "Ask to leave"
                    <span class="sr">{format!(": {whom}")}</span>
                </button>
            </ActionForm>
        }
    });
    view! {
        <li class="wrap">
            <div class="grow">
                <p class="any"><b>{name}</b> " " <span class="tag">{role_word(role)}</span></p>
                <p class="sm dim tn">{sentence}</p>
            </div>
            {asks}
        </li>
    }
}

/// From when to when, in words that need nobody's time zone.
fn sentence(since: DateTime<Utc>, until: Option<DateTime<Utc>>, asked: bool, now: DateTime<Utc>) -> String {
    let Some(until) = until else {
        let so_far = words::elapsed(since, now);
        return if asked {
            "Asked to leave: their editor closes.".to_owned()
        } else {
            format!("In your editor for {so_far}.")
        };
    };
    let stay = format!("Was here for {}, until {} ago.", words::about(since, until), words::about(until, now));
    if asked { format!("{stay} You asked them to leave.") } else { stay }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use thon_domain::role::Role;

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn visit(n: u128, until: Option<i64>) -> Visit {
        let id = format!("00000000-0000-0000-0000-{n:012}").parse().expect("an id");
        Visit {
            id,
            name: format!("v{n}"),
            role: Role::Mentor,
            since: at(0),
            until: until.map(at),
            asked_to_leave: false,
        }
    }

    #[test]
    fn who_is_there_comes_first_and_of_the_others_the_last() {
        let first = [visit(5, None), visit(4, Some(4)), visit(3, Some(3)), visit(2, Some(2)), visit(1, Some(1))];
        let names =
            |news: &[Visit]| shown(&first, news.iter()).into_iter().map(|one| one.name).collect::<Vec<_>>().join(" ");
        assert_eq!(names(&[]), "v5 v4 v3 v2");
        assert_eq!(names(&[visit(6, None), visit(5, Some(7))]), "v6 v5 v4 v3");
    }

    #[test]
    fn a_visit_is_told_in_words() {
        assert_eq!(sentence(at(0), None, false, at(3)), "In your editor for 3 min 0 s.");
        assert_eq!(sentence(at(0), None, true, at(3)), "Asked to leave: their editor closes.");
        let left = sentence(at(0), Some(at(8)), true, at(11));
        assert_eq!(left, "Was here for 8 min, until 3 min ago. You asked them to leave.");
    }
}
