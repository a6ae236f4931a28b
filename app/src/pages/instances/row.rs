//! One person's row. Each cell follows the signal of this one instance.

use leptos::prelude::*;
use thon_domain::{
    instance::{Instance, State},
    user::User,
};

use super::{act::Act, actions::Actions};
use crate::{
    live::{FleetStore, PageClock},
    ui::{EditorAddress, Icon, StateMark, Symbol},
};

type InstanceSignal = ArcRwSignal<Option<Instance>>;

/// A person and their instance, if they have one.
#[component]
pub fn Row(store: FleetStore, actions: Actions, user: User) -> impl IntoView {
    let instance = store.row(user.id);
    let addresses = store.with_view(|view| view.addresses.clone());
    let state = memo(&instance, |one| one.map(|one| one.state));
    let port = memo(&instance, |one| one.map(|one| one.host_port));
    let name = user.name.to_string();
    view! {
        <tr>
            <th scope="row" class="c-us">
                <span class="block cut" title=name.clone()>{name.clone()}</span>
            </th>
            <td class="c-st">
                <StateMark state />
                <Since clock=store.clock() instance=instance.clone() />
                <Ends clock=store.clock() instance=instance.clone() />
                <Turn place=store.queue_place(user.id) />
            </td>
            <td class="c-url">
                <EditorAddress slug=user.slug.clone() addresses opens=Signal::derive(move || state.get() == Some(State::Running)) />
                <Trouble clock=store.clock() instance=instance.clone() />
            </td>
            <td class="c-port mono sm">{port}</td>
            <td class="c-act"><Act actions user instance /></td>
        </tr>
    }
}

/// A part of the instance, which changes only when that part does.
fn memo<T, F>(instance: &InstanceSignal, part: F) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
    F: Fn(Option<&Instance>) -> T + Send + Sync + 'static,
{
    let instance = instance.clone();
    Memo::new(move |_| instance.with(|one| part(one.as_ref())))
}

#[component]
fn Since(clock: PageClock, instance: InstanceSignal) -> impl IntoView {
    let since = clock.so_far(move || instance.with(|one| one.as_ref().map(|one| one.state_since)));
    view! { <span class="since xs mute tn">{since}</span> }
}

/// When it ends by itself; loud when that is near.
#[component]
fn Ends(clock: PageClock, instance: InstanceSignal) -> impl IntoView {
    let ends = memo(&instance, |one| one.and_then(|one| one.expires_at));
    move || {
        let ends = ends.get()?;
        let left = Memo::new(move |_| (clock.is_near(ends), clock.until(ends)));
        Some(view! {
            <span class="ends xs tn" class:near=move || left.get().0>
                {move || left.get().0.then(|| view! { <Icon symbol=Symbol::Warn /> })}
                {move || format!("ends in {}", left.get().1)}
            </span>
        })
    }
}

/// Which place it has among those that wait for their start.
#[component]
fn Turn(place: Memo<Option<u32>>) -> impl IntoView {
    move || {
        place.get().map(|place| view! { <span class="xs mute tn block">{format!("place {place} in the queue")}</span> })
    }
}

/// Why it failed, or that a try failed and when the next is due.
#[component]
fn Trouble(clock: PageClock, instance: InstanceSignal) -> impl IntoView {
    let trouble = memo(&instance, |one| {
        one.and_then(|one| Some((one.failure.clone()?, one.state == State::Failed, one.attempts, one.next_attempt_at)))
    });
    move || {
        let (failure, given_up, attempts, next) = trouble.get()?;
        let next = next.map(|due| move || format!(" Next try in {}.", clock.until(due)));
        let tries =
            (!given_up).then(|| view! { <span class="try tn">{format!("Try {attempts} failed. ")} {next}</span> });
        Some(view! {
            <p class="why-not sm" title=failure.code>{failure.reason} " " {tries}</p>
        })
    }
}
