//! `/api/health`: how THON is doing, for those who run the event. Strangers get `/healthz` and `/readyz`, which tell less.

use axum::{Json, extract::State};
use serde::Serialize;
use thon_core::{
    check::Health,
    outlook::{Outlook, Sight},
    port::runtime::{Capabilities, Enforcement},
};
use thon_domain::{address::Tier, problem::Problem};
use utoipa::ToSchema;

use super::System;
use crate::http::{api::certificates::CertificateStatus, identify::Signed, problem::Failed};

/// How THON is doing.
#[derive(Serialize, ToSchema)]
pub struct HealthInfo {
    status: HealthWord,
    /// `docker` or `simulated`.
    runtime: &'static str,
    /// For example `20.10.24`; `null` when no sandbox would start now.
    runtime_version: Option<String>,
    /// The image that sandboxes are started from when nobody wants another.
    image: Option<String>,
    /// Why no sandbox would start now, and what to do.
    trouble: Option<String>,
    /// What is enforced here; `null` while the runtime cannot be reached.
    enforcement: Option<EnforcementInfo>,
    /// How the certificate stands; `null` when this server is reached without TLS.
    certificate: Option<CertificateStatus>,
    /// How sandboxes are reached.
    addresses: Option<Reached>,
}

/// How sandboxes are reached.
#[derive(Serialize, ToSchema)]
struct Reached {
    tier: Tier,
    /// Why it is this one.
    why: String,
    /// The dashboard's own address.
    dashboard: String,
    /// What somebody should know of it, a sentence each.
    warnings: Vec<String>,
    /// Whether the addresses lead here, as this machine sees it: looked at half a minute ago at most.
    sights: Vec<Seen>,
}

/// A name, an address or some ports that people are shown, and whether they lead here.
#[derive(Serialize, ToSchema)]
struct Seen {
    subject: String,
    works: bool,
    /// What was seen, and what to do where it does not work.
    detail: String,
}

impl From<Sight> for Seen {
    fn from(Sight { subject, works, detail }: Sight) -> Self {
        Self { subject, works, detail }
    }
}

impl Reached {
    fn new(outlook: &Outlook, sights: Vec<Sight>) -> Self {
        let reach = outlook.reach();
        let chosen = &reach.addresses.chosen;
        let (dashboard, warnings) = (chosen.dashboard(), reach.concerns());
        let sights = sights.into_iter().map(Seen::from).collect();
        Self { tier: chosen.tier(), why: reach.why.clone(), dashboard, warnings, sights }
    }
}

/// How THON is doing, in a word.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum HealthWord {
    Ok,
    /// Everything works, and something is not enforced or wants somebody's eye.
    Degraded,
    /// No sandbox would start now.
    Down,
}

/// What the runtime keeps on this machine.
#[derive(Serialize, ToSchema)]
struct EnforcementInfo {
    /// Whether sandboxes are kept away from the host and from link-local addresses, and others away from sandboxes.
    network_rules: Kept,
    /// Whether a sandbox's disk limit is one.
    disk_limits: Kept,
    /// How many sandboxes the networks take.
    places: u32,
    /// What can start a container, for example `runc`.
    runtimes: Vec<String>,
}

/// Whether something is kept, and what would help.
#[derive(Serialize, ToSchema)]
struct Kept {
    enforced: bool,
    why_not: Option<String>,
    /// What a person can run to have it; nothing when nothing would help.
    commands: Vec<String>,
}

impl From<Enforcement> for Kept {
    fn from(enforcement: Enforcement) -> Self {
        match enforcement {
            Enforcement::Enforced => Self { enforced: true, why_not: None, commands: Vec::new() },
            Enforcement::NotEnforced { why, commands } => Self { enforced: false, why_not: Some(why), commands },
        }
    }
}

impl From<Capabilities> for EnforcementInfo {
    fn from(capabilities: Capabilities) -> Self {
        let Capabilities { network_rules, disk_quota, places, runtimes } = capabilities;
        Self { network_rules: network_rules.into(), disk_limits: disk_quota.into(), places, runtimes }
    }
}

impl From<Health> for HealthInfo {
    fn from(health: Health) -> Self {
        let enforcement = health.capabilities.map(EnforcementInfo::from);
        let keeps = |kept: &EnforcementInfo| kept.network_rules.enforced && kept.disk_limits.enforced;
        let status = match &health.report {
            Err(_) => HealthWord::Down,
            Ok(_) if enforcement.as_ref().is_some_and(keeps) => HealthWord::Ok,
            Ok(_) => HealthWord::Degraded,
        };
        let (report, trouble) = match health.report {
            Ok(report) => (Some(report), None),
            Err(trouble) => (None, Some(trouble)),
        };
        let (runtime_version, image) = report.map(|report| (report.version, report.image)).unzip();
        Self {
            status,
            runtime: health.runtime,
            runtime_version,
            image,
            trouble,
            enforcement,
            certificate: None,
            addresses: None,
        }
    }
}

/// Tells whether sandboxes would start now, and what this machine does not enforce, with the commands that help.
#[utoipa::path(get, path = "/api/health", tag = "system", responses((status = 200, body = HealthInfo),
    (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn tell(State(system): State<System>, Signed(actor): Signed) -> Result<Json<HealthInfo>, Failed> {
    let mut health = HealthInfo::from(system.check.health(&actor).await?);
    let certificate = CertificateStatus::from(system.certificates.status(&actor)?);
    if certificate.needs_somebody() && matches!(health.status, HealthWord::Ok) {
        health.status = HealthWord::Degraded;
    }
    health.certificate = certificate.is_wanted().then_some(certificate);
    let sights = system.outlook.sights(&actor).await?;
    if sights.iter().any(|sight| !sight.works) && matches!(health.status, HealthWord::Ok) {
        health.status = HealthWord::Degraded;
    }
    health.addresses = Some(Reached::new(&system.outlook, sights));
    Ok(Json(health))
}
