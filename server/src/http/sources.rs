//! Which sandboxes a page may ask whether they are there.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use thon_core::fleet::Fleet;

use super::{identify::Caller, security::wants_page};

/// Their origins, as a content security policy writes them. A page for nobody who is known asks none.
#[derive(Clone, Debug, Default)]
pub struct Sources(pub Vec<String>);

/// Finds them for whoever looks at a page.
pub async fn find(State(fleet): State<Arc<Fleet>>, mut request: Request, next: Next) -> Response {
    let actor = request.extensions().get::<Caller>().and_then(|caller| caller.actor.clone());
    if let Some(actor) = actor.filter(|_| wants_page(&request)) {
        match fleet.sources(&actor).await {
            Ok(sources) => drop(request.extensions_mut().insert(Sources(sources))),
            Err(error) => tracing::warn!(%error, "a page cannot find out which addresses work"),
        }
    }
    next.run(request).await
}
