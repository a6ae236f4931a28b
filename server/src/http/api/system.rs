//! `/api/system`: what THON says of itself.

mod capacity;
mod cleanup;
mod health;
mod tasks;

use axum::{Json, extract::State};
use serde::Serialize;
use thon_core::{
    capacity::Surveyor,
    certificates::Certificates,
    check::{Check, Finding},
    cleanup::Cleanup,
    directory::Directory,
    outlook::Outlook,
    task::Tasks,
};
use thon_domain::problem::Problem;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{identify::Signed, problem::Failed};

/// What is asked of the system.
#[derive(Clone)]
pub struct System {
    pub check: Check,
    pub tasks: Tasks,
    pub surveyor: Surveyor,
    pub cleanup: Cleanup,
    pub directory: Directory,
    pub certificates: Certificates,
    pub outlook: Outlook,
}

pub fn api(system: System) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(run_check))
        .routes(routes!(health::tell))
        .routes(routes!(tasks::list))
        .routes(routes!(capacity::tell))
        .routes(routes!(cleanup::look, cleanup::clean_up))
        .with_state(system)
}

/// What does not agree.
#[derive(Serialize, ToSchema)]
struct Checked {
    findings: Vec<CheckFinding>,
    /// What is so and not as somebody may expect, though nothing disagrees: what is not enforced, whose files stay elsewhere.
    notices: Vec<CheckFinding>,
}

/// Something that the database, the runtime and the routes do not agree on.
#[derive(Serialize, ToSchema)]
struct CheckFinding {
    /// A word for programs, for example `sandbox-missing`.
    kind: &'static str,
    /// Whose it is.
    subject: String,
    /// What is so, and what should be.
    detail: String,
}

impl From<Finding> for CheckFinding {
    fn from(Finding { kind, subject, detail }: Finding) -> Self {
        Self { kind, subject, detail }
    }
}

/// Compares the database, the sandbox runtime and the routes, and asks every running editor.
#[utoipa::path(get, path = "/api/system/check", tag = "system", responses(
    (status = 200, body = Checked), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 503, body = Problem)))]
async fn run_check(State(system): State<System>, Signed(actor): Signed) -> Result<Json<Checked>, Failed> {
    let findings = system.check.run(&actor).await?.into_iter().map(CheckFinding::from).collect();
    let notices = system.check.notices(&actor).await?.into_iter().map(CheckFinding::from);
    let certificate = system.certificates.status(&actor)?.concern().map(|detail| CheckFinding {
        kind: "certificate",
        subject: "this server".to_owned(),
        detail,
    });
    let reach = system.outlook.reach();
    let tier = reach.addresses.chosen.tier();
    let concerns = reach.concerns().into_iter().map(|detail| CheckFinding {
        kind: "addresses",
        subject: format!("the {tier} tier"),
        detail,
    });
    let sights = system.outlook.look(&actor).await?.into_iter().filter(|sight| !sight.works);
    let astray = sights.map(|sight| CheckFinding { kind: "astray", subject: sight.subject, detail: sight.detail });
    Ok(Json(Checked { findings, notices: notices.chain(certificate).chain(concerns).chain(astray).collect() }))
}
