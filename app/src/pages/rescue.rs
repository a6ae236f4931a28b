//! When an editor does not work: a restart, a rescue start, and what fills the disk.
//!
//! Whose disk is looked at stands in the URL (`?disk=ID`), so that it works without JavaScript, and nobody waits who did not ask.

use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_location;
use thon_domain::{
    id::InstanceId,
    instance::{Instance, State},
    sandbox::{DiskUse, PathUse},
    user::User,
    workspace::RESCUED_HOME,
};

use super::{
    gate::{answered, provide_answer},
    instances::row::memo,
    reach::Whose,
};
use crate::{
    api::{
        error::{ApiError, failure},
        instance::{Act, ChangeInstances},
        sandbox,
    },
    live::FleetStore,
    next_path::{self, value},
    ui::{Icon, ProblemCard, Symbol},
    words,
};

/// The key that says into whose sandbox is looked.
const DISK: &str = "disk";

/// Reads what fills the disk for [`RescueCard`], when the URL asks for it.
pub fn provide_disk_use() {
    let search = use_location().search;
    let asked = Memo::new(move |_| search.with(|search| asked_for(search)));
    provide_answer(|_| true, move || asked.get(), disk_use);
}

/// What a page found, and of whom.
type Found = Option<(InstanceId, DiskUse)>;

async fn disk_use(id: Option<InstanceId>) -> Result<Found, ApiError> {
    let Some(id) = id else { return Ok(None) };
    Ok(Some((id, sandbox::disk_use(id).await?)))
}

fn asked_for(search: &str) -> Option<InstanceId> {
    value(search, DISK)?.parse().ok()
}

/// What the card depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Footing {
    id: InstanceId,
    rescue: bool,
    runs: bool,
}

impl Footing {
    /// Nothing where there is no sandbox to begin anew, or no home to rescue.
    fn of(instance: &Instance) -> Option<Self> {
        let over = matches!(instance.state, State::Stopping | State::Terminated);
        let runs = instance.state == State::Running;
        (!over && !instance.ephemeral).then_some(Self { id: instance.id, rescue: instance.rescue, runs })
    }
}

/// The card of somebody's instance.
#[component]
pub fn RescueCard(store: FleetStore, owner: User, whose: Whose) -> impl IntoView {
    let change = ServerAction::<ChangeInstances>::new();
    let footing = memo(&store.row(owner.id), |one| one.and_then(Footing::of));
    let problem = move || failure(change);
    let heading = format!("rescue-{}", owner.id);
    move || {
        let heading = heading.clone();
        footing.get().map(|footing| {
            view! {
                <section class="card" aria-labelledby=heading>
                    <header><h2 id=heading.clone()>{if footing.rescue { "Rescue start" } else { "If it does not work" }}</h2></header>
                    {move || problem().map(|problem| view! { <div class="pad"><ProblemCard problem /></div> })}
                    {if footing.rescue {
                        view! { <Rescued change footing whose /> }.into_any()
                    } else {
                        view! { <Ordinary change footing whose /> }.into_any()
                    }}
                    {footing.runs.then(|| view! { <Disk id=footing.id /> })}
                </section>
            }
        })
    }
}

/// The two ways to begin anew. One has to open them first: whatever runs inside ends.
#[component]
fn Ordinary(change: ServerAction<ChangeInstances>, footing: Footing, whose: Whose) -> impl IntoView {
    let home = if whose == Whose::Mine { "my home" } else { "their home" };
    view! {
        <details class="pad stack">
            <summary class="btn">"Restart or rescue…"</summary>
            <p class="sm dim">"Both end what runs in the sandbox, and delete no file. The address stays the same."</p>
            <Begin change id=footing.id act=Act::Recreate words="Restart">"A new sandbox with the same files."</Begin>
            <Begin change id=footing.id act=Act::Rescue words="Rescue start">
                {format!("For a home that no editor starts in, or a full disk: an empty home, and {home} beside it.")}
            </Begin>
        </details>
    }
}

/// Where everything is now, and the way back.
#[component]
fn Rescued(change: ServerAction<ChangeInstances>, footing: Footing, whose: Whose) -> impl IntoView {
    let (mine, back) = match whose {
        Whose::Mine => ("My home is at ", "Restart with my home"),
        Whose::Theirs => ("Their home is at ", "Restart with their home"),
    };
    view! {
        <div class="pad stack">
            <p>
                {mine} <code class="any">{RESCUED_HOME}</code>
                " and can be changed there. The home of this sandbox is empty, and goes with it."
            </p>
            <Begin change id=footing.id act=Act::Recreate words=back>"When what was in the way is gone."</Begin>
        </div>
    }
}

#[component]
fn Begin(
    change: ServerAction<ChangeInstances>,
    id: InstanceId,
    act: Act,
    words: &'static str,
    children: Children,
) -> impl IntoView {
    let act = if act == Act::Rescue { "rescue" } else { "recreate" };
    view! {
        <ActionForm action=change attr:class="row wrap">
            <input type="hidden" name="ids[]" value=id.to_string() />
            <input type="hidden" name="act" value=act />
            <p class="sm grow">{children()}</p>
            <button class="btn" disabled=change.pending()>{words}</button>
        </ActionForm>
    }
}

/// What fills the disk, once somebody asks.
#[component]
fn Disk(id: InstanceId) -> impl IntoView {
    let search = use_location().search;
    let asked = Memo::new(move |_| search.with(|search| asked_for(search) == Some(id)));
    let here = move |value: &str| search.with(|search| next_path::with(search, DISK, value));
    let show = move || here(&id.to_string());
    let shown = move |found: Found| match found {
        Some((of, found)) if of == id => view! { <Largest found /> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        <div class="pad stack newt">
            {move || if asked.get() {
                view! { <a class="btn" href=move || here("") data-noscroll="">"Hide what fills the disk"</a> }.into_any()
            } else {
                view! {
                    <a class="btn" href=show data-noscroll="">
                        <Icon symbol=Symbol::Folder />
                        "Show what fills the disk"
                    </a>
                }
                    .into_any()
            }}
            {move || asked.get().then(|| answered(shown))}
        </div>
    }
}

#[component]
fn Largest(found: DiskUse) -> impl IntoView {
    let DiskUse { directories, files, complete } = found;
    let none = directories.is_empty() && files.is_empty();
    view! {
        {(!complete).then(|| view! { <p class="sm dim">"There is so much that not everything was looked at."</p> })}
        {none.then(|| view! { <p class="sm dim">"Nothing takes more than 1 MiB."</p> })}
        <Part title="Largest directories" found=directories />
        <Part title="Largest files" found=files />
    }
}

#[component]
fn Part(title: &'static str, found: Vec<PathUse>) -> impl IntoView {
    let line = |PathUse { path, bytes }: PathUse| {
        view! {
            <li class="row">
                <span class="mono sm any grow">{path}</span>
                <span class="sm tn">{words::bytes(bytes)}</span>
            </li>
        }
    };
    (!found.is_empty()).then(|| {
        view! {
            <h3>{title}</h3>
            <ul class="stack">{found.into_iter().map(line).collect_view()}</ul>
        }
    })
}
