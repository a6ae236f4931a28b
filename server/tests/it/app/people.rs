//! Who uses a test's THON: strangers, participants, organizers, the admin, and the operator on the socket.

use serde_json::{Value, json};
use thon_domain::{
    api_token::Scope,
    id::{InstanceId, UserId},
};

use super::{Client, TestApp};

impl TestApp {
    /// A browser in which nobody is signed in.
    pub fn stranger(&self) -> Client {
        Client::new(self.port())
    }

    /// The operator's commands.
    pub fn operator(&self) -> Client {
        Client::on_socket(self.socket())
    }

    /// The admin, signed in with a link of the operator's.
    pub async fn admin(&self) -> Client {
        let link = self.operator().post("/api/sign-in-links").json(json!({})).await.with_status(201);
        self.signed_in(&secret_of(&link.text("/url"))).await
    }

    /// Somebody who runs the event.
    pub async fn organizer(&self) -> Client {
        self.with_role("organizer").await
    }

    /// Somebody new who has a role in the event, signed in with a link.
    pub async fn with_role(&self, role: &str) -> Client {
        self.granted(json!({ "role": role, "name": "Olga" })).await
    }

    /// As [`TestApp::with_role`], in the event of this id.
    pub async fn with_role_in(&self, role: &str, event_id: &str) -> Client {
        self.granted(json!({ "role": role, "name": "Otto", "event_id": event_id })).await
    }

    async fn granted(&self, wish: Value) -> Client {
        let granted = self.operator().post("/api/grants").json(wish).await.with_status(201);
        let account = json!({ "account_id": granted.text("/account_id") });
        let link = self.operator().post("/api/sign-in-links").json(account).await.with_status(201);
        self.signed_in(&secret_of(&link.text("/url"))).await
    }

    /// A participant, signed in with their own link. `name` is written as `group/user`.
    pub async fn participant(&self, name: &str) -> Client {
        self.signed_in(&self.link_of(name).await).await
    }

    /// The secret of a fresh link for somebody.
    pub async fn link_of(&self, name: &str) -> String {
        let link = self.operator().post("/api/sign-in-links").json(json!({ "user": name })).await.with_status(201);
        secret_of(&link.text("/url"))
    }

    /// Somebody who pressed "Continue" on the page of a link.
    pub async fn signed_in(&self, secret: &str) -> Client {
        let client = self.stranger();
        let answer = client.post("/sign-in/link").form(&format!("t={secret}")).await;
        assert_eq!(answer.location(), "/");
        client
    }

    /// A program with a fresh token of somebody's.
    pub async fn program(&self, owner: &Client, scope: Scope) -> Client {
        let made = owner.post("/api/tokens").json(json!({ "name": "ci", "scope": scope })).await.with_status(201);
        self.stranger().with_token(&made.text("/token"))
    }

    /// Launches somebody's instance and waits until it runs.
    pub async fn running(&self, name: &str) -> InstanceId {
        let instance = self.launched(name, "?wait=30").await;
        assert_eq!(instance.text("/state"), "Running", "{instance}");
        instance.text("/id").parse().expect("an id")
    }

    /// Launches somebody's instance, with a query.
    pub async fn launched(&self, name: &str, query: &str) -> super::Answer {
        let (group, user) = name.split_once('/').expect("group/user");
        let body = json!({ "group": group, "username": user });
        self.operator().post(&format!("/api/instances{query}")).json(body).await.with_status(201)
    }

    /// The id of a user.
    pub async fn user(&self, name: &str) -> UserId {
        let groups = self.operator().get("/api/groups").await.json();
        let groups = groups.as_array().expect("groups");
        let found = groups.iter().find_map(|group| {
            let users = group["users"].as_array()?;
            let label = |user: &&serde_json::Value| {
                format!("{}/{}", group["name"].as_str().unwrap_or(""), user["username"].as_str().unwrap_or("")) == name
            };
            users.iter().find(label)?["id"].as_str()?.parse().ok()
        });
        found.unwrap_or_else(|| panic!("no user {name}"))
    }
}

/// What stands behind `?t=`.
fn secret_of(url: &str) -> String {
    url.split_once("?t=").expect("a link").1.to_owned()
}
