//! Who uses a test's THON: strangers, participants, organizers, the admin, and the operator on the socket.

use serde_json::json;
use thon_core::{clock::UuidV7, secret::Secret};
use thon_domain::{
    account::{Account, Grant, Token, TokenKind},
    api_token::Scope,
    id::{AccountId, GrantId, InstanceId, TokenId, UserId},
    live::{Cause, Change},
    role::Role,
};
use thon_store::{Stamp, Store, StoreError, accounts, grants, tokens};

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

    /// An organizer. No way to make one is published yet, so the database is told.
    pub async fn organizer(&self) -> Client {
        let secret = Secret::random("");
        insert_organizer(self.store(), self.stamp(), secret.hash()).await;
        self.signed_in(secret.reveal()).await
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

    fn stamp(&self) -> Stamp {
        Stamp { at: self.now(), cause: Cause { account: None, name: "test".to_owned() } }
    }
}

/// What stands behind `?t=`.
fn secret_of(url: &str) -> String {
    url.split_once("?t=").expect("a link").1.to_owned()
}

async fn insert_organizer(store: &Store, stamp: Stamp, secret_hash: String) {
    use thon_core::clock::Ids as _;
    let at = stamp.at;
    let written = store.write(stamp, move |w| {
        let account = Account { id: AccountId::new(UuidV7.next()), name: "Olga".to_owned(), created_at: at };
        accounts::insert(w, &account)?;
        let grant = Grant {
            id: GrantId::new(UuidV7.next()),
            account: account.id,
            event: None,
            role: Role::Organizer,
            created_at: at,
        };
        grants::insert(w, &grant)?;
        let token = Token {
            id: TokenId::new(UuidV7.next()),
            account: account.id,
            kind: TokenKind::SignIn,
            created_at: at,
            expires_at: None,
            used_at: None,
            revoked_at: None,
        };
        tokens::insert(w, &token, &secret_hash)?;
        // The account is no news to anybody; the log only has to stay without holes.
        w.record(Change::AccountCreated { account: account.id, name: account.name })?;
        Ok::<_, StoreError>(())
    });
    written.await.expect("an organizer");
}
