//! A participant's place in a group: their editor, and what they can do about it.

use leptos::{form::ActionForm, prelude::*};
use thon_domain::{
    group::Group,
    instance::{Instance, Intent, State},
    slug::Slug,
    user::User,
};

use super::password::Password;
use crate::{
    api::instance::LaunchUser,
    live::{FleetStore, PageClock},
    ui::{Copy, Icon, StateMark, Symbol, open_path},
    words,
};

/// One editor: the button, the state, the address.
#[component]
pub fn Place(store: FleetStore, launch: ServerAction<LaunchUser>, group: Group, user: User) -> impl IntoView {
    let row = store.row(user.id);
    let instance = Memo::new(move |_| row.get());
    let state = Memo::new(move |_| instance.with(|one| one.as_ref().map(|one| one.state)));
    let address = store.with_view(|view| {
        let public_port = view.instance_of(user.id).and_then(|instance| instance.public_port);
        view.addresses.editor(&user.slug, public_port)
    });
    let asks = Memo::new(move |_| {
        let asks = |one: &&Instance| one.secure && one.intent != Intent::Terminate;
        instance.with(|one| one.as_ref().filter(asks).map(|one| (one.id, one.generation)))
    });
    let event = group.event;
    let when = store.seen(move |view| view.events.get(&event).and_then(|event| words::schedule(&event.schedule)));
    let group = group.name.to_string();
    let heading = format!("place-{}", user.id);
    let slug = user.slug.clone();
    let place = store.queue_place(user.id);
    view! {
        <section class="card hero" aria-labelledby=heading>
            <div class="row">
                <div class="grow">
                    <h2 id=heading.clone() class="any">"My editor"</h2>
                    <p class="dim any">{group}</p>
                    {move || when.get().map(|when| view! { <p class="sm dim tn any">{when}</p> })}
                </div>
                <span role="status"><StateMark state pill=true /></span>
            </div>
            {move || match state.get() {
                Some(State::Running) => view! { <Open slug=slug.clone() /> }.into_any(),
                Some(State::Pending | State::Resuming) => view! { <div class="bar go" data-s="pending" aria-hidden="true"></div> }.into_any(),
                now => {
                    let words = if now == Some(State::Paused) { "Go on with my editor" } else { "Start my editor" };
                    view! { <Start launch user=user.clone() words /> }.into_any()
                }
            }}
            {move || asks.get().map(|(instance, _)| view! { <Password instance /> })}
            <Words clock=store.clock() instance place />
            <div class="row">
                <span class="mono sm dim any grow">{address.clone()}</span>
                <Copy text=address what="my address" />
            </div>
        </section>
    }
}

/// A link, never a form: it leads to another origin.
#[component]
fn Open(slug: Slug) -> impl IntoView {
    view! {
        <a class="btn pri xl" href=open_path(&slug) target="_blank" rel="noopener">
            <Icon symbol=Symbol::Open />
            "Open my editor"
            <span class="sr">" in a new tab"</span>
        </a>
    }
}

#[component]
fn Start(launch: ServerAction<LaunchUser>, user: User, words: &'static str) -> impl IntoView {
    let busy = move || launch.input().with(|input| input.as_ref().is_some_and(|asked| asked.user == user.id));
    view! {
        <ActionForm action=launch>
            <input type="hidden" name="user" value=user.id.to_string() />
            <button class="btn pri xl" disabled=busy>
                <Icon symbol=Symbol::Play />
                {words}
            </button>
        </ActionForm>
    }
}

/// How the editor is, in a sentence.
#[component]
fn Words(clock: PageClock, instance: Memo<Option<Instance>>, place: Memo<Option<u32>>) -> impl IntoView {
    let so_far = clock.so_far(move || instance.with(|one| one.as_ref().map(|one| one.state_since)));
    let failure = Memo::new(move |_| instance.with(|one| one.as_ref().and_then(|one| one.failure.clone())));
    let sentence = move || {
        let (state, kept) =
            instance.with(|one| (one.as_ref().map(|one| one.state), one.as_ref().is_none_or(|one| !one.ephemeral)));
        sentence(state, kept, &so_far.get().unwrap_or_default())
    };
    view! {
        <p class="sm dim tn">{sentence}</p>
        {move || place.get().map(|place| view! { <p class="sm dim tn">{format!("Place {place} in the queue.")}</p> })}
        {move || failure.get().map(|failure| view! { <p class="sm text-bad any">{failure.reason}</p> })}
    }
}

fn sentence(state: Option<State>, kept: bool, so_far: &str) -> String {
    let files = if kept { "Your files are kept." } else { "Your files are not kept: they go with it." };
    match state {
        None => "Not started yet. It takes a few seconds.".to_owned(),
        Some(State::Pending) => format!("Starting, {so_far} so far. The button comes by itself."),
        Some(State::Running) if kept => format!("Running for {so_far}. Your files are kept, also when it restarts."),
        Some(State::Running) => format!("Running for {so_far}. {files}"),
        Some(State::Pausing) => format!("Pausing, {so_far} so far."),
        Some(State::Paused) => format!("Paused for {so_far}. It goes on as it was."),
        Some(State::Resuming) => format!("Going on, {so_far} so far. The button comes by itself."),
        Some(State::Stopping) => format!("Stopping, {so_far} so far. {files}"),
        Some(State::Terminated) => format!("Stopped {so_far} ago. {files}"),
        Some(State::Failed) => format!("It did not start, {so_far} ago. {files}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_told_in_words() {
        assert_eq!(sentence(Some(State::Terminated), true, "3 min 5 s"), "Stopped 3 min 5 s ago. Your files are kept.");
        let gone = sentence(Some(State::Stopping), false, "3 s");
        assert_eq!(gone, "Stopping, 3 s so far. Your files are not kept: they go with it.");
        assert!(sentence(Some(State::Pending), true, "4 s").starts_with("Starting, 4 s so far."));
    }
}
