//! What one can do on the page. One action of each kind for all rows: its error is shown once, above them.

use leptos::prelude::*;
use thon_domain::{
    id::{GroupId, InstanceId, UserId},
    problem::Problem,
};

use crate::{
    api::{
        error::failure,
        instance::{ChangeInstances, LaunchMissing, LaunchUser},
    },
    ui::ProblemCard,
};

/// The actions, to hand around.
#[derive(Clone, Copy)]
pub struct Actions {
    pub launch: ServerAction<LaunchUser>,
    pub launch_missing: ServerAction<LaunchMissing>,
    pub change: ServerAction<ChangeInstances>,
}

impl Actions {
    pub fn new() -> Self {
        let actions =
            Self { launch: ServerAction::new(), launch_missing: ServerAction::new(), change: ServerAction::new() };
        actions.forget_the_last();
        actions
    }

    /// Lets a new action put away what the others of before have left.
    fn forget_the_last(self) {
        let Self { launch, launch_missing, change } = self;
        let (launching, launching_missing, changing) = (launch.pending(), launch_missing.pending(), change.pending());
        Effect::new(move |_| {
            if launching.get() {
                launch_missing.clear();
                change.clear();
            }
        });
        Effect::new(move |_| {
            if launching_missing.get() {
                launch.clear();
                change.clear();
            }
        });
        Effect::new(move |_| {
            if changing.get() {
                launch.clear();
                launch_missing.clear();
            }
        });
    }

    /// Whether this user is being launched.
    pub fn launches(self, user: UserId) -> Signal<bool> {
        Signal::derive(move || self.launch.input().with(|input| input.as_ref().is_some_and(|asked| asked.user == user)))
    }

    /// Whether the missing of this group, or of all, are being launched.
    pub fn launches_missing(self, group: Option<GroupId>) -> Signal<bool> {
        let input = self.launch_missing.input();
        Signal::derive(move || input.with(|input| input.as_ref().is_some_and(|asked| asked.group == group)))
    }

    /// Whether something is being done with this instance.
    pub fn changes(self, instance: InstanceId) -> Signal<bool> {
        let input = self.change.input();
        Signal::derive(move || input.with(|input| input.as_ref().is_some_and(|asked| asked.ids.contains(&instance))))
    }

    /// The problem of the last action, if it had one.
    pub fn problem(self) -> impl IntoView {
        move || self.failed().map(|problem| view! { <ProblemCard problem here=true /> })
    }

    fn failed(self) -> Option<Problem> {
        failure(self.launch).or(failure(self.launch_missing)).or(failure(self.change))
    }
}
