//! `/api/system/tasks`: what runs in the background, and how it goes.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use thon_core::task::{TaskState, TaskStatus};
use thon_domain::problem::Problem;
use utoipa::ToSchema;

use super::System;
use crate::http::{identify::Signed, problem::Failed};

/// What runs in the background.
#[derive(Serialize, ToSchema)]
pub struct TaskList {
    tasks: Vec<TaskInfo>,
}

/// A task that runs in the background, as it is doing.
#[derive(Serialize, ToSchema)]
pub struct TaskInfo {
    /// For example `expire_instances`.
    name: &'static str,
    /// What it is for.
    purpose: &'static str,
    /// How often it looks even when nothing wakes it.
    period_s: u64,
    /// What wakes it before that, in words.
    woken_by: Option<&'static str>,
    state: TaskWord,
    /// When its run that is under way began, else its last one.
    started_at: Option<DateTime<Utc>>,
    /// When its last run ended.
    ended_at: Option<DateTime<Utc>>,
    /// How long that took.
    duration_ms: Option<u64>,
    /// How that went; `null` before the first.
    outcome: Option<OutcomeWord>,
    /// Why that failed, in a sentence.
    error: Option<String>,
    /// When it looks again at the latest.
    next_at: Option<DateTime<Utc>>,
    /// How many runs have ended since the server started.
    runs: u64,
    /// How many of them failed.
    failures: u64,
}

/// What a task is doing.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum TaskWord {
    Waiting,
    Running,
    /// It will not run again before a restart of the server.
    Stopped,
}

/// How a run went.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum OutcomeWord {
    Good,
    Failed,
}

impl From<TaskStatus> for TaskInfo {
    fn from(status: TaskStatus) -> Self {
        let TaskStatus { about, state, running_since, last, next_at, runs, failures } = status;
        let (began_at, ended_at) = last.as_ref().map(|run| (run.began_at, run.ended_at)).unzip();
        let took = last.as_ref().map(|run| run.took.as_millis());
        let outcome = last.map(|run| run.outcome);
        Self {
            name: about.name,
            purpose: about.purpose,
            period_s: about.period.as_secs(),
            woken_by: about.woken_by,
            state: match state {
                TaskState::Waiting => TaskWord::Waiting,
                TaskState::Running => TaskWord::Running,
                TaskState::Stopped => TaskWord::Stopped,
            },
            started_at: running_since.or(began_at),
            ended_at,
            duration_ms: took.map(|took| u64::try_from(took).unwrap_or(u64::MAX)),
            outcome: outcome.as_ref().map(|one| if one.is_ok() { OutcomeWord::Good } else { OutcomeWord::Failed }),
            error: outcome.and_then(Result::err),
            next_at,
            runs,
            failures,
        }
    }
}

/// Lists what runs in the background: what it is for, how its last run went, when it looks again.
#[utoipa::path(get, path = "/api/system/tasks", tag = "system", responses(
    (status = 200, body = TaskList), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(State(system): State<System>, Signed(actor): Signed) -> Result<Json<TaskList>, Failed> {
    let tasks = system.tasks.statuses(&actor)?;
    Ok(Json(TaskList { tasks: tasks.into_iter().map(TaskInfo::from).collect() }))
}
