//! The pages of the app: who asks, what they may use, and the policy of the document.

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use leptos::prelude::{LeptosOptions, provide_context, use_context};
use leptos_axum::{
    LeptosRoutes as _, ResponseOptions, generate_route_list_with_exclusions, render_app_async_with_context,
};
use thon_app::{
    api::{
        AnswerStatus,
        context::{CameFrom, ChosenEvent, Newcomer, set_status},
    },
    routes::App,
    shell::{Assets, shell},
};
use thon_core::{
    accounts::Accounts, audit::Audit, capacity::Surveyor, certificates::Certificates, directory::Directory,
    editor_password::EditorPasswords, fleet::Fleet, history::History, hosting::Hosting, joining::Joining,
    outer_proxy::OuterProxy, outlook::Outlook, roles::Roles, sandboxes::Sandboxes, session::Sessions,
    settings::Settings, sharing::Sharing, sign_in::SignIn, switch::Switch, task::Tasks, tokens::Tokens,
};
use thon_edge::Peer;

use super::{identify::Caller, requests::RequestId, security::page_policy, sources::Sources};

/// What pages and server functions may use.
#[derive(Clone)]
pub struct Rooms {
    pub accounts: Accounts,
    pub audit: Audit,
    pub sign_in: SignIn,
    pub sessions: Sessions,
    pub fleet: Fleet,
    pub passwords: EditorPasswords,
    pub history: History,
    pub hosting: Hosting,
    pub sandboxes: Sandboxes,
    pub surveyor: Surveyor,
    pub settings: Settings,
    pub sharing: Sharing,
    pub tokens: Tokens,
    pub roles: Roles,
    pub directory: Directory,
    pub switch: Switch,
    pub joining: Joining,
    pub tasks: Tasks,
    pub certificates: Certificates,
    pub outer_proxy: OuterProxy,
    pub outlook: Outlook,
    pub assets: Assets,
}

/// Pages and server functions.
pub fn router(rooms: Rooms) -> Router {
    let options = LeptosOptions::builder().output_name("thon").build();
    let routes = generate_route_list_with_exclusions(App, Some(vec![OPEN.to_owned()]));
    let context = move || provide(&rooms);
    Router::new().leptos_routes_with_context(&options, routes, context, shell).with_state(options)
}

/// The paths of all pages, for those who check that each is protected.
pub fn paths() -> Vec<String> {
    leptos_axum::generate_route_list(App).iter().map(|route| route.path().to_owned()).collect()
}

/// Answered by [`super::open`], which comes back here only to refuse.
const OPEN: &str = "/open/{slug}";

fn provide(rooms: &Rooms) {
    let parts = use_context::<Parts>();
    let caller = parts.as_ref().and_then(|parts| parts.extensions.get::<Caller>().cloned()).unwrap_or_default();
    let request = parts.as_ref().and_then(|parts| parts.extensions.get::<RequestId>().cloned());
    let chosen = parts.as_ref().and_then(|parts| parts.extensions.get::<ChosenEvent>().copied()).unwrap_or_default();
    let peer = parts.as_ref().and_then(|parts| parts.extensions.get::<Peer>());
    let sources = parts.as_ref().and_then(|parts| parts.extensions.get::<Sources>().cloned()).unwrap_or_default();
    provide_context(AnswerStatus(set_status));
    provide_context(caller.actor);
    provide_context(caller.arrival);
    provide_context(Newcomer(caller.newcomer));
    provide_context(CameFrom(peer.map(|Peer(address)| address.ip())));
    provide_context(thon_app::api::context::RequestId(request.map(|id| id.0).unwrap_or_default()));
    provide_context(rooms.accounts.clone());
    provide_context(rooms.audit.clone());
    provide_context(rooms.sign_in.clone());
    provide_context(rooms.sessions.clone());
    provide_context(thon_app::api::context::ThisSession(caller.session_hash));
    provide_context(rooms.fleet.clone());
    provide_context(rooms.passwords.clone());
    provide_context(rooms.history.clone());
    provide_context(rooms.hosting.clone());
    provide_context(rooms.sandboxes.clone());
    provide_context(rooms.surveyor.clone());
    provide_context(rooms.settings.clone());
    provide_context(rooms.sharing.clone());
    provide_context(rooms.tokens.clone());
    provide_context(rooms.roles.clone());
    provide_context(rooms.directory.clone());
    provide_context(rooms.switch.clone());
    provide_context(chosen);
    provide_context(rooms.joining.clone());
    provide_context(rooms.tasks.clone());
    provide_context(rooms.certificates.clone());
    provide_context(rooms.outer_proxy.clone());
    provide_context(rooms.outlook.clone());
    provide_context(rooms.assets.clone());
    if let (Some(nonce), Some(response)) = (leptos::nonce::use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce, &sources))
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The page at the address that was asked for, whoever else could have answered: one that says no, or that nothing is there.
pub async fn rendered(rooms: Rooms, request: Request) -> Response {
    let context = move || provide(&rooms);
    render_app_async_with_context(context, shell)(request).await.into_response()
}
