//! The page of the access: who may come in, and as what.

use leptos::prelude::*;
use leptos_meta::Title;
use thon_domain::{problem::Problem, role::Role};

use self::roles::RolesCard;
use super::{
    forbidden::NotYours,
    gate::{SignedIn, WithFleet, answered, provide_answer, provide_fleet},
};
use crate::{
    api::{
        access::{AccessBoard, GrantRole, RevokeRole, access_board},
        error::ApiError,
    },
    layout::{Desk, Here},
    live::FleetStore,
    ui::ProblemCard,
    viewer::Viewer,
};

mod roles;

/// What can be done here. After each the page reads anew.
#[derive(Clone, Copy)]
struct Acts {
    grant: ServerAction<GrantRole>,
    revoke: ServerAction<RevokeRole>,
}

impl Acts {
    fn new() -> Self {
        Self { grant: ServerAction::new(), revoke: ServerAction::new() }
    }

    fn done(self) -> [usize; 2] {
        [self.grant.version().get(), self.revoke.version().get()]
    }

    fn failed(self) -> Vec<Problem> {
        let grant = self.grant.value().get().and_then(Result::err);
        let revoke = self.revoke.value().get().and_then(Result::err);
        [grant, revoke].into_iter().flatten().map(ApiError::into_problem).collect()
    }
}

/// The page at its own path.
#[component]
pub fn AccessPage() -> impl IntoView {
    let organizes = |viewer: &Viewer| viewer.role.organizes();
    let acts = Acts::new();
    provide_context(acts);
    provide_fleet(organizes);
    provide_answer(organizes, move || acts.done(), |_| access_board());
    view! {
        <SignedIn page=|viewer| {
            if viewer.role.organizes() {
                view! {
                    <Title text="Access" />
                    <WithFleet viewer page=|viewer, store| view! { <Whole viewer store /> }.into_any() />
                }
                    .into_any()
            } else {
                view! { <NotYours viewer thing="page" /> }.into_any()
            }
        } />
    }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let acts = expect_context::<Acts>();
    let admin = viewer.role == Role::Admin;
    let problems = move || acts.failed().into_iter().map(|problem| view! { <ProblemCard problem /> }).collect_view();
    view! {
        <Desk viewer store here=Here::Access title="Access">
            {problems}
            {answered(move |AccessBoard { roles }| view! { <RolesCard acts admin roles /> }.into_any())}
        </Desk>
    }
}
