//! The rows of the policy: how each address is asked for so that the answer tells whether it may be.
//!
//! Requests are such that those who may get the same answer however often anybody has asked before.

use http::Method;
use thon_domain::id::{GroupId, InstanceId, UserId};

use crate::app::{Answer, Client};

/// The person that a request is about.
pub struct Subject {
    pub user: UserId,
    pub group: GroupId,
    pub instance: InstanceId,
    pub name: String,
    pub slug: String,
    /// A job of the operator's that is over.
    pub job: String,
}

const GRANT_MENTOR: &str = r#"{"role": "mentor", "account_id": "00000000-0000-0000-0000-000000000000"}"#;
const GRANT_ADMIN: &str = r#"{"role": "admin", "account_id": "00000000-0000-0000-0000-000000000000"}"#;

const NEW_EVENT: &str = "event_id=&title=&when[starts_at]=&when[ends_at]=&when[time_zone]=&join_policy=codes";
const SAME_EVENT: &str =
    "event=default&event_id=default&title=&when[starts_at]=&when[ends_at]=&when[time_zone]=&join_policy=codes";

/// A body, with `{user}` and the like still to be filled in.
#[derive(Clone, Copy)]
enum Body {
    Nothing,
    Json(&'static str),
    Yaml(&'static str),
    Form(&'static str),
}

use Body::{Form, Json, Nothing, Yaml};

/// What is asked for as it stands.
const PLAIN: &[&str] = &[
    "GET /api/version",
    "GET /api/auth/providers",
    "GET /api/auth/me",
    "GET /api/auth/sessions",
    "GET /api/instances",
    "GET /api/groups",
    "GET /api/groups/export",
    "GET /api/groups/events",
    "GET /api/users",
    "GET /api/live/snapshot",
    "GET /api/settings",
    "GET /api/audit",
    "GET /api/audit/export",
    "GET /api/tokens",
    "GET /api/system/check",
    "GET /api/health",
    "GET /api/system/tasks",
    "GET /api/jobs",
    "GET /api/certificates",
    "GET /api/certificates/authority",
    "POST /api/certificates/renew",
    "GET /api/nginx/status",
    "POST /api/nginx/sync",
    "POST /api/nginx/refresh",
    "POST /api/nginx/cleanup",
    "GET /api/system/capacity",
    "GET /api/system/cleanup",
    "GET /api/openapi.json",
    "GET /api/unknown",
    "GET /sfn/viewer",
    "GET /sfn/sign_in_board",
    "GET /sfn/sessions",
    "GET /account",
    "GET /sfn/fleet_view",
    "GET /sfn/recent",
    "GET /sfn/own_visits",
    "GET /sfn/settings",
    "GET /settings",
    "GET /audit",
    "GET /sfn/audit_page",
    "GET /healthz",
    "GET /readyz",
    "GET /favicon.svg",
    "GET /pkg/thon.js",
    "GET /fonts/inter.woff2",
    "GET /",
    "GET /instances",
    "GET /jobs",
    "GET /me",
    "GET /sign-in",
    "GET /sign-in/refused",
    "GET /docs/",
    "GET /unknown",
];

/// One line of the policy.
pub struct Row {
    pub name: String,
    method: Method,
    target: String,
    body: Body,
    page: bool,
}

impl Row {
    /// How an address is asked for; `None` when nobody has said. One that decides by its body has several rows.
    pub fn of(address: &str) -> Option<Vec<Self>> {
        let one = |target: &str, body: Body| Some(vec![Self::new(address, "", target, body)]);
        match address {
            _ if PLAIN.contains(&address) => one("", Nothing),
            "GET /api/live" => one("/api/live?after=0", Nothing),
            "POST /api/instances" => one("", Json(r#"{"group": "alpha", "username": "{name}"}"#)),
            "POST /api/instances/{id}/register" => {
                one("/api/instances/{instance}/register", Json(r#"{"username": "{name}"}"#))
            }
            "POST /api/jobs" => Some(vec![
                Self::new(address, " (all missing)", "", Json(r#"{"kind": "launch", "group": "beta"}"#)),
                Self::new(address, " (of none)", "", Json(r#"{"kind": "pause", "instance_ids": []}"#)),
            ]),
            "POST /api/system/cleanup" => one("", Json(r#"{"digest": "another"}"#)),
            "POST /api/groups" => one("", Json(r#"{"name": "alpha"}"#)),
            "POST /api/groups/events" => one("", Json(r#"{"event_id": "default"}"#)),
            "POST /api/groups/{group_id}/users" => one("/api/groups/{group}/users", Json(r#"{"username": "{name}"}"#)),
            "POST /api/users" => one("", Json(r#"{"username": "{name}", "group_id": "{group}"}"#)),
            "POST /api/groups/{group_id}/users/{user_id}/transfer" => {
                one("/api/groups/{group}/users/{user}/transfer", Json(r#"{"target_group_id": "{group}"}"#))
            }
            "POST /api/groups/import" => one("", Yaml("groups:\n  alpha: [alice]\n")),
            "PUT /api/settings" => one("", Json(r#"{"settings": {"gateway_mode": "per-user"}}"#)),
            "GET /api/instances/settings/{key}" => one("/api/instances/settings/external_ip", Nothing),
            "PUT /api/instances/settings/{key}" => {
                one("/api/instances/settings/gateway_mode", Json(r#"{"key": "gateway_mode", "value": "per-user"}"#))
            }
            "POST /api/tokens" => one("", Json(r#"{"name": "ci"}"#)),
            "DELETE /api/tokens/{id}" => one("/api/tokens/00000000-0000-0000-0000-000000000000", Nothing),
            "POST /api/sign-in-links" => Some(vec![
                Self::new(address, " (a user's)", "", Json(r#"{"user": "alpha/{name}"}"#)),
                Self::new(address, " (the admin's)", "", Json("{}")),
            ]),
            "GET /sfn/disk_use" => one("/sfn/disk_use?id={instance}", Nothing),
            "GET /sfn/instance_look" => one("/sfn/instance_look?id={instance}", Nothing),
            "GET /sfn/instance_history" => one("/sfn/instance_history?id={instance}", Nothing),
            "GET /instances/{id}" => one("/instances/{instance}", Nothing),
            "GET /sfn/farewell" => one("/sfn/farewell?label={slug}", Nothing),
            "GET /sfn/link_owner" => one("/sfn/link_owner?t=x", Nothing),
            "POST /sfn/reveal_password" => one("", Form("instance={instance}")),
            "POST /sfn/set_settings" => one("", Form("values[ai_gateway.mode]=per-user")),
            "GET /open/{slug}" => one("/open/{slug}", Nothing),
            _ => {
                let edits = ["PATCH ", "PUT "].iter().any(|method| address.starts_with(method));
                let known = Self::of_a_form(address).or_else(|| Self::of_a_job(address));
                let known = known.or_else(|| Self::of_a_port(address)).or_else(|| Self::of_access(address));
                let known = known.or_else(|| Self::of_people(address)).or_else(|| Self::of_many(address));
                let known = known.or_else(|| Self::of_a_session(address));
                if known.is_some() {
                    return known;
                }
                let target =
                    instance_target(address).or_else(|| directory_target(address)).or_else(|| proof(address))?;
                one(&target, if edits { Json("{}") } else { Nothing })
            }
        }
    }

    /// Sign-ins elsewhere, and where one is signed in. Nobody's session is ended.
    fn of_a_session(address: &str) -> Option<Vec<Self>> {
        let (target, body) = match address {
            "GET /api/auth/login/{provider}" => ("/api/auth/login/github", Nothing),
            "GET /api/auth/callback/{provider}" => ("/api/auth/callback/github?state=a&code=b", Nothing),
            "POST /api/auth/local" => ("", Json(r#"{"password": ""}"#)),
            "POST /api/auth/logout" | "DELETE /api/auth/sessions" | "POST /sfn/end_other_sessions" => ("", Nothing),
            "DELETE /api/auth/sessions/{id}" => ("/api/auth/sessions/nobodys", Nothing),
            "POST /sfn/end_session" => ("", Form("session=nobodys")),
            _ => return None,
        };
        Some(vec![Self::new(address, "", target, body)])
    }

    /// Instances in bulk.
    fn of_many(address: &str) -> Option<Vec<Self>> {
        let one = |target: &str, body: Body| Some(vec![Self::new(address, "", target, body)]);
        match address {
            // What anybody may ask here depends on the instance: the answers tell of each.
            "POST /api/instances/bulk/pause"
            | "POST /api/instances/bulk/resume"
            | "POST /api/instances/bulk/kill"
            | "POST /api/instances/bulk/terminate"
            | "POST /api/instances/bulk/recreate"
            | "POST /api/instances/bulk/renew" => one("", Json(r#"{"instance_ids": []}"#)),
            "POST /api/instances/launch-missing" => one("", Json(r#"{"group": "beta"}"#)),
            "POST /api/instances/bulk/launch" => one("", Json(r#"{"user_ids": []}"#)),
            "POST /api/instances/bulk/register" => one("", Json(r#"{"mappings": []}"#)),
            _ => None,
        }
    }

    fn of_a_port(address: &str) -> Option<Vec<Self>> {
        let body = match address {
            "PUT /api/instances/{id}/ports/{port}" => Json(r#"{"audience": "owner"}"#),
            "DELETE /api/instances/{id}/ports/{port}" => Nothing,
            _ => return None,
        };
        Some(vec![Self::new(address, "", "/api/instances/{instance}/ports/3000", body)])
    }

    /// Roles are asked for somebody who is not there: nobody gets one by being asked about here.
    fn of_access(address: &str) -> Option<Vec<Self>> {
        let one = |target: &str, body: Body| Some(vec![Self::new(address, "", target, body)]);
        match address {
            "GET /api/grants"
            | "GET /api/join-codes"
            | "GET /api/arrivals"
            | "GET /sfn/join_standing"
            | "GET /join/waiting"
            | "GET /sfn/access"
            | "GET /access" => one("", Nothing),
            "POST /api/grants" => Some(vec![
                Self::new(address, " (mentor)", "", Json(GRANT_MENTOR)),
                Self::new(address, " (admin)", "", Json(GRANT_ADMIN)),
            ]),
            "DELETE /api/grants/{id}" => one("/api/grants/00000000-0000-0000-0000-000000000000", Nothing),
            "POST /api/join-codes" => one("", Json(r#"{"group_id": "00000000-0000-0000-0000-000000000000"}"#)),
            "POST /sfn/make_code" => {
                one("", Form("group=00000000-0000-0000-0000-000000000000&seats=5&places=5&hours=1"))
            }
            "POST /sfn/revoke_code" => one("", Form("code=00000000-0000-0000-0000-000000000000")),
            "POST /sfn/let_in" | "POST /sfn/refuse_arrival" => {
                one("", Form("arrival=00000000-0000-0000-0000-000000000000"))
            }
            "POST /join" => one("", Form("code=00000000&name=nobody&new_team=none")),
            "GET /join" => one("/join?code=00000000", Nothing),
            "GET /sfn/join_offer" => one("/sfn/join_offer?code=00000000", Nothing),
            "GET /sfn/join_sign" => one("/sfn/join_sign?id=00000000-0000-0000-0000-000000000000", Nothing),
            "GET /access/codes/{id}" => one("/access/codes/00000000-0000-0000-0000-000000000000", Nothing),
            _ if ["/api/join-codes/{id}", "/api/arrivals/{id}"].iter().any(|path| address.contains(path)) => {
                let path = address.split_once(' ')?.1.replace("{id}", "00000000-0000-0000-0000-000000000000");
                one(&path, Nothing)
            }
            "POST /sfn/grant_role" => one("", Form("who=nobody/nobody&role=mentor")),
            "POST /sfn/revoke_role" => one("", Form("grant=00000000-0000-0000-0000-000000000000")),
            _ => None,
        }
    }

    /// The pages of groups and users, and what stands behind their forms. Nobody is made, moved or deleted.
    fn of_people(address: &str) -> Option<Vec<Self>> {
        let (target, body) = match address {
            "GET /events" | "GET /groups" | "GET /groups/import" | "GET /users" => ("", Nothing),
            "GET /events/{id}" => ("/events/00000000-0000-0000-0000-000000000000", Nothing),
            "GET /sfn/event_groups" => ("/sfn/event_groups?id=00000000-0000-0000-0000-000000000000", Nothing),
            "POST /sfn/create_event" => ("", Form(NEW_EVENT)),
            "POST /sfn/edit_event" => ("", Form(SAME_EVENT)),
            "POST /sfn/archive_event" => ("", Form("event=default&archived=false")),
            "POST /api/groups/events/{event_id}/archive" => ("/api/groups/events/nothing/archive", Nothing),
            "POST /api/groups/events/{event_id}/unarchive" => ("/api/groups/events/default/unarchive", Nothing),
            "POST /sfn/delete_event" => ("", Form("event=00000000-0000-0000-0000-000000000000&files=keep")),
            "GET /groups/{id}" => ("/groups/{group}", Nothing),
            "GET /users/{id}" => ("/users/{user}", Nothing),
            "GET /sfn/toll" => ("/sfn/toll?leaving[group]={group}", Nothing),
            "GET /sfn/draft" => ("/sfn/draft?id=00000000-0000-0000-0000-000000000000", Nothing),
            "POST /sfn/create_group" => ("", Form("name=&title=")),
            "POST /sfn/edit_group" => {
                ("", Form("group={group}&name=alpha&title=&limits[memory]=&limits[cpus]=&limits[disk]="))
            }
            "POST /sfn/delete_group" => ("", Form("group=00000000-0000-0000-0000-000000000000&files=keep")),
            "POST /sfn/create_user" => ("", Form("group={group}&username={name}&email=")),
            "POST /sfn/edit_user" => {
                ("", Form("user={user}&username={name}&email=&limits[memory]=&limits[cpus]=&limits[disk]="))
            }
            "POST /sfn/transfer_users" => ("", Form("users[]={user}&target={group}")),
            "POST /sfn/delete_users" => ("", Form("files=keep&back=/users")),
            "POST /sfn/draft_import" => ("", Form("text=groups:+7")),
            "POST /sfn/import_draft" => ("", Form("draft=00000000-0000-0000-0000-000000000000")),
            _ => return None,
        };
        Some(vec![Self::new(address, "", target, body)])
    }

    fn of_a_job(address: &str) -> Option<Vec<Self>> {
        let target = match address {
            "GET /api/jobs/{id}" => "/api/jobs/{job}",
            "POST /api/jobs/{id}/cancel" => "/api/jobs/{job}/cancel",
            "GET /jobs/{id}" => "/jobs/{job}",
            "GET /sfn/job" => "/sfn/job?id={job}",
            "GET /sfn/jobs" => "/sfn/jobs?page=1",
            _ => return None,
        };
        Some(vec![Self::new(address, "", target, Nothing)])
    }

    fn of_a_form(address: &str) -> Option<Vec<Self>> {
        let one = |target: &str, body: Body| Some(vec![Self::new(address, "", target, body)]);
        match address {
            "POST /sfn/launch_user" => one("", Form("user={user}")),
            "POST /sfn/ask_to_leave" => one("", Form("instance={instance}&visit=00000000-0000-0000-0000-000000000000")),
            "POST /sfn/share_port" => one("", Form("instance={instance}&port=3000&audience=owner")),
            "POST /sfn/make_token" => one("", Form("name=&scope=read&hours=1")),
            "POST /sfn/cancel_job" => one("", Form("id={job}")),
            "POST /sfn/revoke_token" => one("", Form("token=00000000-0000-0000-0000-000000000000")),
            "POST /sfn/choose_event"
            | "POST /sfn/launch_missing"
            | "POST /sfn/renew_certificate"
            | "POST /sfn/sync_nginx"
            | "POST /sfn/clean_nginx"
            | "POST /sign-out" => one("", Form("")),
            "POST /sfn/change_instances" => Some(vec![
                Self::new(address, " (renew)", "", Form("ids[]={instance}&act=renew&minutes=60")),
                Self::new(address, " (terminate)", "", Form("ids[]={instance}&act=terminate")),
            ]),
            "POST /sign-in" => one("", Form("password=wrong")),
            "POST /sign-in/link" => one("", Form("t=wrong")),
            "GET /sign-in/link" => one("/sign-in/link?t=x", Nothing),
            _ => None,
        }
    }

    fn new(address: &str, variant: &str, target: &str, body: Body) -> Self {
        let (method, path) = address.split_once(' ').expect("a method and a path");
        Self {
            name: format!("{address}{variant}"),
            method: method.parse().expect("a method"),
            target: if target.is_empty() { path } else { target }.to_owned(),
            body,
            page: !path.starts_with("/api/") && !path.starts_with("/sfn/"),
        }
    }

    /// Asks, about this person.
    pub async fn ask(&self, client: &Client, subject: &Subject) -> Answer {
        let filled = |text: &str| {
            text.replace("{user}", &subject.user.to_string())
                .replace("{instance}", &subject.instance.to_string())
                .replace("{group}", &subject.group.to_string())
                .replace("{job}", &subject.job)
                .replace("{name}", &subject.name)
                .replace("{slug}", &subject.slug)
        };
        let mut ask = client.ask(self.method.clone(), &filled(&self.target));
        if self.page {
            ask = ask.header("accept", "text/html");
        }
        if self.name == "GET /api/live" {
            for (name, value) in [
                ("connection", "upgrade"),
                ("upgrade", "websocket"),
                ("sec-websocket-version", "13"),
                ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
                ("sec-fetch-site", "same-origin"),
            ] {
                ask = ask.header(name, value);
            }
        }
        match self.body {
            Nothing => ask.await,
            Json(text) => ask.body("application/json", filled(text)).await,
            Yaml(text) => ask.yaml(&filled(text)).await,
            Form(text) => ask.form(&filled(text)).await,
        }
    }
}

/// Where to ask about an instance that is named in the path, with nothing more to say.
fn instance_target(address: &str) -> Option<String> {
    let (method, path) = address.split_once(' ')?;
    let of = path.strip_prefix("/api/instances/{id}")?;
    let known = matches!(
        (method, of),
        ("GET" | "DELETE", "")
            | ("GET", "/logs" | "/stats" | "/disk" | "/ports" | "/visits")
            | ("POST", "/pause" | "/resume" | "/recreate" | "/renew" | "/password" | "/visits/{visit_id}/ask-to-leave")
    );
    let of = of.replace("{visit_id}", &uuid::Uuid::nil().to_string());
    known.then(|| format!("/api/instances/{{instance}}{of}"))
}

/// Where to ask about an event, a group or a user that is named in the path. Deleted is only what is not there.
fn directory_target(address: &str) -> Option<String> {
    let (method, path) = address.split_once(' ')?;
    let named = path.starts_with("/api/groups/{group_id}")
        || path.starts_with("/api/groups/events/{event_id}")
        || path.starts_with("/api/users/{id}");
    let nobody = GroupId::new(uuid::Uuid::nil()).to_string();
    let (event, group, user) = if method == "DELETE" {
        ("nothing", nobody.as_str(), nobody.as_str())
    } else {
        ("default", "{group}", "{user}")
    };
    named.then(|| {
        let path = path.replace("{event_id}", event).replace("{group_id}", group);
        path.replace("{user_id}", user).replace("{id}", user)
    })
}

/// Where anybody looks for the root to trust, and a public authority for a proof that is not there.
fn proof(address: &str) -> Option<String> {
    let path =
        address.strip_prefix("GET ").filter(|path| path.starts_with("/ca") || path.starts_with("/.well-known/"))?;
    Some(path.replace("{token}", "none"))
}
