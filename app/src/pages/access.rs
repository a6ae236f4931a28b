//! The page of the access: who may come in, and as what.

use leptos::prelude::*;
use thon_domain::{live::Change, problem::Problem, role::Role};

use self::{arrivals::ArrivalsCard, codes::CodesCard, roles::RolesCard};
use super::gate::{Organizing, answered, organizes, provide_answer, provide_fleet};
use crate::{
    api::{
        access::{AccessBoard, GrantRole, LetIn, MakeCode, RefuseArrival, RevokeCode, RevokeRole, access_board},
        error::failure,
    },
    layout::{Desk, Here},
    live::FleetStore,
    ui::ProblemCard,
    viewer::Viewer,
};

mod arrivals;
mod codes;
mod roles;

/// What can be done here. After each the page reads anew, and after what others did.
#[derive(Clone, Copy)]
struct Acts {
    grant: ServerAction<GrantRole>,
    revoke: ServerAction<RevokeRole>,
    make_code: ServerAction<MakeCode>,
    revoke_code: ServerAction<RevokeCode>,
    let_in: ServerAction<LetIn>,
    refuse: ServerAction<RefuseArrival>,
    /// The last activity that is of interest here.
    heard: RwSignal<i64>,
}

impl Acts {
    fn new() -> Self {
        Self {
            grant: ServerAction::new(),
            revoke: ServerAction::new(),
            make_code: ServerAction::new(),
            revoke_code: ServerAction::new(),
            let_in: ServerAction::new(),
            refuse: ServerAction::new(),
            heard: RwSignal::new(0),
        }
    }

    fn done(self) -> ([usize; 6], i64) {
        let [grant, revoke] = [self.grant.version().get(), self.revoke.version().get()];
        let [make, take] = [self.make_code.version().get(), self.revoke_code.version().get()];
        let [let_in, refuse] = [self.let_in.version().get(), self.refuse.version().get()];
        ([grant, revoke, make, take, let_in, refuse], self.heard.get())
    }

    fn failed(self) -> Vec<Problem> {
        let roles = [failure(self.grant), failure(self.revoke)];
        let codes = [failure(self.make_code), failure(self.revoke_code)];
        let arrivals = [failure(self.let_in), failure(self.refuse)];
        [roles, codes, arrivals].into_iter().flatten().flatten().collect()
    }

    /// Takes in what the stream tells of roles, codes and arrivals.
    fn follow(self, store: FleetStore) {
        Effect::new(move |_| {
            let last =
                store.heard().with(|heard| heard.iter().find(|one| is_about_access(&one.change)).map(|one| one.number));
            if let Some(last) = last {
                self.heard.set(last);
            }
        });
    }
}

const fn is_about_access(change: &Change) -> bool {
    let arrival =
        matches!(change, Change::ArrivalWaits { .. } | Change::ArrivalLetIn { .. } | Change::ArrivalRefused { .. });
    let code = matches!(change, Change::JoinCodeMade { .. } | Change::JoinCodeRevoked { .. });
    arrival || code || matches!(change, Change::RoleGranted { .. } | Change::RoleRevoked { .. })
}

/// The page at its own path.
#[component]
pub fn AccessPage() -> impl IntoView {
    let acts = Acts::new();
    provide_context(acts);
    provide_fleet(organizes);
    provide_answer(organizes, move || acts.done(), |_| access_board());
    view! { <Organizing title="Access" page=|viewer, store| view! { <Whole viewer store /> }.into_any() /> }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let acts = expect_context::<Acts>();
    let admin = viewer.role == Role::Admin;
    acts.follow(store);
    let problems = move || acts.failed().into_iter().map(|problem| view! { <ProblemCard problem /> }).collect_view();
    view! {
        <Desk viewer store here=Here::Access title="Access">
            {problems}
            {answered(move |board: AccessBoard| view! { <Board acts admin board /> }.into_any())}
        </Desk>
    }
}

#[component]
fn Board(acts: Acts, admin: bool, board: AccessBoard) -> impl IntoView {
    let AccessBoard { roles, codes, waiting, groups } = board;
    view! {
        <div class="det">
            <div class="stack">
                <ArrivalsCard acts waiting groups=groups.clone() />
                <CodesCard acts codes groups />
            </div>
            <div class="stack">
                <RolesCard acts admin roles />
            </div>
        </div>
    }
}
