//! What can be done with groups and users. One action of each kind for a page: its error is shown once, above all.

use leptos::prelude::*;
use thon_domain::problem::Problem;

use crate::{
    api::{
        error::failure,
        events::DeleteEvent,
        people::{CreateUser, DeleteGroup, DeleteUsers, EditGroup, EditUser, TransferUsers},
    },
    pages::instances::actions::Actions,
    ui::ProblemCard,
};

/// The actions, to hand around.
#[derive(Clone, Copy)]
pub struct Acts {
    pub delete_event: ServerAction<DeleteEvent>,
    pub edit_group: ServerAction<EditGroup>,
    pub delete_group: ServerAction<DeleteGroup>,
    pub create_user: ServerAction<CreateUser>,
    pub edit_user: ServerAction<EditUser>,
    pub transfer: ServerAction<TransferUsers>,
    pub delete_users: ServerAction<DeleteUsers>,
    /// Those of their instances.
    pub instances: Actions,
}

impl Acts {
    pub fn new() -> Self {
        Self {
            delete_event: ServerAction::new(),
            edit_group: ServerAction::new(),
            delete_group: ServerAction::new(),
            create_user: ServerAction::new(),
            edit_user: ServerAction::new(),
            transfer: ServerAction::new(),
            delete_users: ServerAction::new(),
            instances: Actions::new(),
        }
    }

    /// The problems of the last action of each kind.
    pub fn problems(self) -> impl IntoView {
        let told = move || self.failed().into_iter().map(|problem| view! { <ProblemCard problem /> }).collect_view();
        view! {
            {told}
            {self.instances.problem()}
        }
    }

    fn failed(self) -> Vec<Problem> {
        let failed = [
            failure(self.delete_event),
            failure(self.edit_group),
            failure(self.delete_group),
            failure(self.create_user),
            failure(self.edit_user),
            failure(self.transfer),
            failure(self.delete_users),
        ];
        failed.into_iter().flatten().collect()
    }
}
