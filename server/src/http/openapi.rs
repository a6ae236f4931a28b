//! The description of the REST API, and the page that shows it.

use axum::{Router, http::StatusCode};
use utoipa::{
    OpenApi,
    openapi::{
        Content, Ref, RefOr, Response,
        path::{Operation, PathItem},
    },
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use super::security::is_public;

#[derive(OpenApi)]
#[openapi(info(
    title = "THON",
    description = "Runs a hackathon: one VS Code per participant. Sign in first. Programs send `Authorization: Bearer thon_…` \
                   with a token of `thon token create`; those on the machine itself use the socket `~/.thon/thon.sock`."
))]
struct Description;

/// Splits described routes into the routes and their description.
pub fn described(api: OpenApiRouter) -> (Router, utoipa::openapi::OpenApi) {
    let (routes, mut description) = OpenApiRouter::with_openapi(Description::openapi()).merge(api).split_for_parts();
    for (path, item) in &mut description.paths.paths {
        let public = is_public(path);
        operations(item).for_each(|operation| complete(operation, public));
    }
    (routes, description)
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// Adds what is true of every operation, so that no handler has to say it again: a failure of THON's own, the form of
/// problems, and a word for each status.
fn complete(operation: &mut Operation, public: bool) {
    let answers = &mut operation.responses.responses;
    let everywhere = if public { &["500"][..] } else { &["401", "500"] };
    for status in everywhere {
        answers.entry((*status).to_owned()).or_insert_with(|| RefOr::T(Response::new("")));
    }
    for (status, answer) in answers {
        let (Ok(status), RefOr::T(answer)) = (status.parse::<StatusCode>(), answer) else { continue };
        if answer.description.is_empty() {
            status.canonical_reason().unwrap_or_default().clone_into(&mut answer.description);
        }
        if status.is_client_error() || status.is_server_error() {
            let problem = Content::new(Some(Ref::from_schema_name("Problem")));
            answer.content = [("application/problem+json".to_owned(), RefOr::T(problem))].into_iter().collect();
        }
    }
}

/// The page at `/docs` and the description at `/api/openapi.json`.
pub fn docs(description: utoipa::openapi::OpenApi) -> Router {
    SwaggerUi::new("/docs").url("/api/openapi.json", description).into()
}
