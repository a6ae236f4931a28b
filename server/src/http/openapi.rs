//! The description of the REST API, and the page that shows it.

use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

#[derive(OpenApi)]
#[openapi(info(
    title = "THON",
    description = "Runs a hackathon: one VS Code per participant. Sign in, or send a token as `Authorization: Bearer`."
))]
struct Description;

/// Splits described routes into the routes and their description.
pub fn described(api: OpenApiRouter) -> (Router, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Description::openapi()).merge(api).split_for_parts()
}

/// The page at `/docs` and the description at `/api/openapi.json`.
pub fn docs(description: utoipa::openapi::OpenApi) -> Router {
    SwaggerUi::new("/docs").url("/api/openapi.json", description).into()
}
