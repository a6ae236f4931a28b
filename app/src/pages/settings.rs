//! The page of the settings: what counts from the next start on, who comes with a token, what runs, the certificate.

use leptos::prelude::*;
use thon_domain::{problem::Problem, role::Role};

use self::{
    addresses::AddressesCard, certificate::CertificateCard, keys::Keys, nginx::NginxCard, tasks::TasksCard,
    tokens::TokensCard,
};
use super::gate::{Organizing, answered, organizes, provide_answer, provide_fleet};
use crate::{
    api::{
        error::failure,
        settings::{
            CleanNginx, MakeToken, RenewCertificate, RevokeToken, SetSettings, SettingsBoard, SyncNginx, settings_board,
        },
    },
    layout::{Desk, Here},
    live::FleetStore,
    ui::ProblemCard,
    viewer::Viewer,
};

mod addresses;
mod certificate;
mod keys;
mod nginx;
mod tasks;
mod tokens;

/// What can be done here. After each the page reads anew.
#[derive(Clone, Copy)]
struct Acts {
    set: ServerAction<SetSettings>,
    make: ServerAction<MakeToken>,
    revoke: ServerAction<RevokeToken>,
    renew: ServerAction<RenewCertificate>,
    sync_nginx: ServerAction<SyncNginx>,
    clean_nginx: ServerAction<CleanNginx>,
}

impl Acts {
    fn new() -> Self {
        Self {
            set: ServerAction::new(),
            make: ServerAction::new(),
            revoke: ServerAction::new(),
            renew: ServerAction::new(),
            sync_nginx: ServerAction::new(),
            clean_nginx: ServerAction::new(),
        }
    }

    fn done(self) -> [usize; 6] {
        let [set, make] = [self.set.version().get(), self.make.version().get()];
        let [revoke, renew] = [self.revoke.version().get(), self.renew.version().get()];
        [set, make, revoke, renew, self.sync_nginx.version().get(), self.clean_nginx.version().get()]
    }

    fn failed(self) -> Vec<Problem> {
        let (set, renew) = (failure(self.set), failure(self.renew));
        let tokens = [failure(self.make), failure(self.revoke)];
        let nginx = [failure(self.sync_nginx), failure(self.clean_nginx)];
        set.into_iter().chain(tokens.into_iter().flatten()).chain(renew).chain(nginx.into_iter().flatten()).collect()
    }
}

/// The page at its own path.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let acts = Acts::new();
    provide_context(acts);
    provide_fleet(organizes);
    provide_answer(organizes, move || acts.done(), |_| settings_board());
    view! { <Organizing title="Settings" page=|viewer, store| view! { <Whole viewer store /> }.into_any() /> }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let acts = expect_context::<Acts>();
    let admin = viewer.role == Role::Admin;
    let problems = move || acts.failed().into_iter().map(|problem| view! { <ProblemCard problem /> }).collect_view();
    view! {
        <Desk viewer store here=Here::Settings title="Settings">
            {problems}
            {answered(move |board: SettingsBoard| view! { <Board acts admin board /> }.into_any())}
        </Desk>
    }
}

#[component]
fn Board(acts: Acts, admin: bool, board: SettingsBoard) -> impl IntoView {
    let SettingsBoard { settings, tokens, tasks, certificate, nginx, addresses } = board;
    view! {
        <p class="dim found">
            "Who changed what, and who was refused, stands in the " <a class="link" href="/audit">"audit"</a> "."
        </p>
        <div class="det">
            <div class="stack">
                <Keys acts admin settings />
                <TokensCard acts admin tokens />
            </div>
            <div class="stack">
                <AddressesCard addresses />
                <CertificateCard acts admin certificate />
                {nginx.map(|nginx| view! { <NginxCard acts admin nginx /> })}
                <TasksCard tasks />
            </div>
        </div>
    }
}
