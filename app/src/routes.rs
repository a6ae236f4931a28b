//! The app: which page stands at which path.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    api,
    pages::{
        AccessPage, AccountPage, AuditPage, EventPage, EventsPage, Forbidden, GroupPage, GroupsPage, Home, ImportPage,
        InstancePage, InstancesPage, JobPage, JobsPage, JoinPage, JoinSignPage, MePage, NotFound, Refused,
        SettingsPage, SignIn, SignInLink, UserPage, UsersPage, WaitingPage,
    },
    ui::Sprite,
};

/// Everything inside `<body>`.
///
/// Every page waits for its data (`SsrMode::Async`): without JavaScript an unfinished page would stay unfinished, and status
/// and cookies are sent before the body.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // One question for all pages: who is there.
    provide_context(Resource::new(|| (), |()| api::viewer::viewer()));
    view! {
        <Title formatter=|page: String| if page.is_empty() { "THON".to_owned() } else { format!("{page} · THON") } />
        <a class="skip" href="#main" rel="external">"Skip to content"</a>
        <Sprite />
        <p id="said" class="sr" role="status"></p>
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Home ssr=SsrMode::Async />
                <Route path=path!("/instances") view=InstancesPage ssr=SsrMode::Async />
                <Route path=path!("/instances/:id") view=InstancePage ssr=SsrMode::Async />
                <Route path=path!("/events") view=EventsPage ssr=SsrMode::Async />
                <Route path=path!("/events/:id") view=EventPage ssr=SsrMode::Async />
                <Route path=path!("/groups") view=GroupsPage ssr=SsrMode::Async />
                <Route path=path!("/groups/import") view=ImportPage ssr=SsrMode::Async />
                <Route path=path!("/groups/:id") view=GroupPage ssr=SsrMode::Async />
                <Route path=path!("/users") view=UsersPage ssr=SsrMode::Async />
                <Route path=path!("/users/:id") view=UserPage ssr=SsrMode::Async />
                <Route path=path!("/jobs") view=JobsPage ssr=SsrMode::Async />
                <Route path=path!("/jobs/:id") view=JobPage ssr=SsrMode::Async />
                <Route path=path!("/access") view=AccessPage ssr=SsrMode::Async />
                <Route path=path!("/access/codes/:id") view=JoinSignPage ssr=SsrMode::Async />
                <Route path=path!("/join") view=JoinPage ssr=SsrMode::Async />
                <Route path=path!("/join/waiting") view=WaitingPage ssr=SsrMode::Async />
                <Route path=path!("/audit") view=AuditPage ssr=SsrMode::Async />
                <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async />
                <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async />
                <Route path=path!("/me") view=MePage ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignIn ssr=SsrMode::Async />
                <Route path=path!("/sign-in/refused") view=Refused ssr=SsrMode::Async />
                <Route path=path!("/sign-in/link") view=SignInLink ssr=SsrMode::Async />
                // The server answers this path itself and comes here only when the editor is not the viewer's.
                <Route path=path!("/open/:slug") view=Forbidden ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
