//! One person's row. Each cell follows the signal of this one instance.

use leptos::prelude::*;
use thon_domain::{
    id::{InstanceId, UserId},
    instance::{Instance, State},
    sandbox::Reading,
    user::User,
};

use super::{act::Act, actions::Actions};
use crate::{
    live::{FleetStore, PageClock},
    ui::{EditorAddress, Icon, StateMark, Symbol},
    words,
};

pub type InstanceSignal = ArcRwSignal<Option<Instance>>;

/// What all rows share.
#[derive(Clone, Copy)]
pub struct Rows {
    pub store: FleetStore,
    pub actions: Actions,
    /// The query of the page, which links keep.
    pub query: Memo<String>,
    /// Whether a page without scripts shows every box ticked.
    pub all_chosen: bool,
}

/// A person and their instance, if they have one.
#[component]
pub fn Row(
    rows: Rows,
    user: User,
    /// The name of the group, where no head tells it.
    group: Option<String>,
) -> impl IntoView {
    let Rows { store, actions, query, all_chosen } = rows;
    let instance = store.row(user.id);
    let id = memo(&instance, |one| one.map(|one| one.id));
    let public_port = instance.with_untracked(|one| one.as_ref().and_then(|one| one.public_port));
    let addresses = store.with_view(|view| view.addresses.clone());
    let state = memo(&instance, |one| one.map(|one| one.state));
    let port = memo(&instance, |one| one.map(|one| one.host_port));
    let name = user.name.to_string();
    view! {
        <tr>
            <td class="c-ck"><Choice id name=name.clone() chosen=all_chosen /></td>
            <th scope="row" class="c-us">
                <Name id name />
                {group.map(|group| view! { <span class="xs mute cut block font-normal">{group}</span> })}
            </th>
            <td class="c-st">
                <StateMark state />
                <Since clock=store.clock() instance=instance.clone() />
                <Ends clock=store.clock() instance=instance.clone() />
                <Turn place=store.queue_place(user.id) />
            </td>
            <td class="c-use sm tn"><Use store user=user.id /></td>
            <td class="c-url">
                <EditorAddress slug=user.slug.clone() addresses public_port opens=Signal::derive(move || state.get() == Some(State::Running)) />
                <Trouble clock=store.clock() instance=instance.clone() />
            </td>
            <td class="c-port mono sm">{port}</td>
            <td class="c-act"><Act actions query user instance /></td>
        </tr>
    }
}

/// What the sandbox takes at this moment.
#[component]
fn Use(store: FleetStore, user: UserId) -> impl IntoView {
    let reading = store.beside().reading(user);
    move || {
        let Reading { cpu_millis, memory_bytes, disk_bytes, .. } = reading.get()?;
        let disk = disk_bytes.map(|bytes| format!("{} on disk", words::bytes(bytes)));
        Some(view! {
            <span class="cpu">{format!("{} %", cpu_millis / 10)} <span class="sr">" of a core, "</span></span>
            {words::bytes(memory_bytes)}
            <span class="block xs mute">{disk}</span>
        })
    }
}

/// The box that chooses the row for the bar below, once there is something to choose.
#[component]
fn Choice(id: Memo<Option<InstanceId>>, name: String, chosen: bool) -> impl IntoView {
    move || {
        id.get().map(|id| {
            view! {
                <label>
                    <input
                        class="ck"
                        type="checkbox"
                        form="bulk"
                        name="ids[]"
                        value=id.to_string()
                        checked=chosen
                        aria-label=format!("Select {name}")
                    />
                </label>
            }
        })
    }
}

/// The name, which leads to the page of the instance.
#[component]
fn Name(id: Memo<Option<InstanceId>>, name: String) -> impl IntoView {
    move || match id.get() {
        Some(id) => {
            let path = format!("/instances/{id}");
            view! { <a class="block cut name" href=path title=name.clone()>{name.clone()}</a> }.into_any()
        }
        None => view! { <span class="block cut name" title=name.clone()>{name.clone()}</span> }.into_any(),
    }
}

/// A part of the instance, which changes only when that part does.
pub fn memo<T, F>(instance: &InstanceSignal, part: F) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
    F: Fn(Option<&Instance>) -> T + Send + Sync + 'static,
{
    let instance = instance.clone();
    Memo::new(move |_| instance.with(|one| part(one.as_ref())))
}

#[component]
pub fn Since(clock: PageClock, instance: InstanceSignal) -> impl IntoView {
    let since = clock.so_far(move || instance.with(|one| one.as_ref().map(|one| one.state_since)));
    view! { <span class="since xs mute tn">{since}</span> }
}

/// When it ends by itself; loud when that is near.
#[component]
pub fn Ends(clock: PageClock, instance: InstanceSignal) -> impl IntoView {
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
pub fn Turn(place: Memo<Option<u32>>) -> impl IntoView {
    move || {
        place.get().map(|place| view! { <span class="xs mute tn block">{format!("place {place} in the queue")}</span> })
    }
}

/// Why it failed, or that a try failed and when the next is due.
#[component]
pub fn Trouble(clock: PageClock, instance: InstanceSignal) -> impl IntoView {
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
