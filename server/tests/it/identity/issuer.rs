//! A real issuer of `OpenID` Connect, npm's `oidc-provider`, on 127.0.0.1.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::app::{Client, Kind, TestApp};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/support/issuer.mjs");

/// As `issuer.mjs` knows THON.
pub const SECRET: &str = "a-secret-of-32-characters-or-more";

/// A running issuer; it ends with the test.
pub struct Issuer {
    process: Child,
    url: String,
}

impl Issuer {
    pub fn start() -> Self {
        let mut process = Command::new("node")
            .arg(SCRIPT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node runs; script/bootstrap installs it");
        let mut line = String::new();
        let output = process.stdout.take().expect("an output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).expect("npm ci in end2end/, then it says where it is");
        let url = said["issuer"].as_str().expect("an issuer").to_owned();
        Self { process, url }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// What `thon.yaml` says of it, with more in the section `auth`.
    pub fn configured(&self, more: &str) -> String {
        let client = format!("issuer: '{}', client_secret: {SECRET}", self.url);
        format!(
            "auth: {{enabled: true, {more} oidc: [{{name: uni, title: Example University, client_id: thon, {client}}}, \
             {{name: plain, client_id: thon-plain, pkce: false, nonce: false, {client}}}]}}\n"
        )
    }

    /// A THON whose people may sign in here; Alice and Bob are entered with their addresses.
    pub async fn app(&self, more: &str) -> TestApp {
        let app = Box::pin(TestApp::configured(Kind::Sqlite, &self.configured(more))).await;
        self.leads_to(&app).await;
        for (name, email) in [("alpha/alice", "Alice@Example.org"), ("alpha/bob", "bob@example.org")] {
            let id = app.user(name).await;
            let changed = app.operator().ask(http::Method::PATCH, &format!("/api/users/{id}"));
            changed.json(json!({ "email": email })).await.with_status(200);
        }
        app
    }

    /// Lets the issuer lead browsers back to this THON and nowhere else.
    pub async fn leads_to(&self, app: &TestApp) {
        let back = |name| format!("http://localhost:{}/api/auth/callback/{name}", app.port());
        self.told(json!({ "redirect_uris": [back("uni"), back("plain")] })).await;
    }

    pub async fn told(&self, what: Value) {
        self.browser().post("/tests").json(what).await.with_status(200);
    }

    /// A token with these claims, signed `by` the issuer, a `secret`, another key, or nobody.
    pub async fn signed(&self, claims: Value, by: &str) -> String {
        let asked = json!({ "claims": claims, "by": by, "secret": SECRET });
        self.browser().post("/tests/sign").json(asked).await.with_status(200).body
    }

    /// A browser that is not signed in here.
    pub fn browser(&self) -> Client {
        let (_, port) = self.url.rsplit_once(':').expect("a port");
        Client::on_loopback(port.parse().expect("a number"))
    }

    /// Goes from where THON leads to `as/alice` or `refuse`, and returns the path at THON that the issuer leads back to.
    pub async fn visited(&self, authorize: &str, act: &str) -> String {
        let browser = self.browser();
        let asked = browser.visit(path_of(authorize)).await;
        let interaction = path_of(asked.location()).to_owned();
        assert!(interaction.starts_with("/interaction/"), "{asked}");
        let done = browser.visit(&format!("{interaction}/{act}")).await;
        let back = browser.visit(path_of(done.location())).await;
        path_of(back.location()).to_owned()
    }

    pub fn stop(&mut self) {
        self.process.kill().expect("it ran");
        self.process.wait().expect("it is over");
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Path and query of a URL.
pub fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    &rest[rest.find('/').expect("a path")..]
}

/// A value of a URL's query.
pub fn query(url: &str, key: &str) -> String {
    let pairs = url.split_once('?').map_or("", |(_, query)| query).split('&');
    let found = pairs.filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == key);
    found.map(|(_, value)| value.to_owned()).unwrap_or_default()
}
