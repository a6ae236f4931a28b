//! A port that is shared, in each tier: from the dashboard into the port of somebody else's sandbox, and nowhere else.

use std::net::IpAddr;

use serde_json::json;

use super::{Reached, Said};

/// Where port 3000 of Alice's sandbox is, and her editor.
pub struct Port<'a> {
    pub dashboard: &'a str,
    pub at: (IpAddr, u16),
    pub host: &'a str,
    pub prefix: &'a str,
    pub cookie: &'a str,
    pub editor: (&'a str, &'a str),
}

impl Reached {
    async fn share(&self, audience: &str) {
        let alice = self.app.participant("alpha/alice").await;
        let id = self.instance("alpha-alice").await["id"].as_str().expect("an id").to_owned();
        let asked = alice.put(&format!("/api/instances/{id}/ports/3000")).json(json!({ "audience": audience }));
        asked.await.with_status(200);
    }

    /// Bob comes to Alice's port for as long as he may.
    pub async fn shares(&self, port: &Port<'_>) {
        let session = self.app.participant("alpha/bob").await.cookie("thon_session");
        let session = format!("Cookie: __Host-thon_session={session}\r\nAccept: text/html\r\n");
        let open = async || self.ask(self.here(), port.dashboard, "GET /open/3000--alpha-alice?to=/x", &session).await;
        let look = async |cookie: &str| -> Said {
            self.ask(port.at, port.host, &format!("GET {}/x", port.prefix), cookie).await
        };
        assert_eq!((open().await.status, look("").await.status), (403, 401), "nobody else's before it is shared");

        self.share("group").await;
        let opened = open().await;
        let origin = format!("https://{}", port.host);
        let target = opened.header("location").strip_prefix(&origin).unwrap_or_else(|| panic!("{}", opened.head));
        assert!(target.starts_with(&format!("{}/.thon/enter?t=", port.prefix)), "{target}");
        let entered = self.ask(port.at, port.host, &format!("GET {target}"), "").await;
        assert_eq!(entered.header("location"), format!("{}/x", port.prefix), "{}", entered.head);
        let (pair, flags) = entered.header("set-cookie").split_once(';').expect("flags");
        assert_eq!(flags, format!(" HttpOnly; SameSite=Lax; Path={}/; Secure", port.prefix));
        assert_eq!(pair.split_once('=').expect("a cookie").0, port.cookie);
        let cookie = format!("Cookie: {pair}\r\n");
        let inside = look(&cookie).await;
        assert!(inside.status == 200 && inside.body.contains("A simulated sandbox"), "{}", inside.head);
        assert_eq!(inside.header("set-cookie"), "", "nobody's cookies but the visitor's own");
        assert_eq!(look("").await.status, 401, "a stranger");
        let (host, path) = port.editor;
        for name in [port.cookie, "thon_editor_alpha-alice", "__Host-thon_editor"] {
            let value = pair.split_once('=').expect("a cookie").1;
            let said = self.ask(port.at, host, &format!("GET {path}"), &format!("Cookie: {name}={value}\r\n")).await;
            assert_eq!(said.status, 401, "the editor stays shut for {name}");
        }

        self.share("everybody").await;
        assert_eq!(look("").await.status, 200);
        assert_eq!(self.ask(port.at, host, &format!("GET {path}"), "").await.status, 401, "the editor stays shut");
        for out in ["..", "%2e%2e", "..%2f..", "x/../.."] {
            let said = self.ask(port.at, port.host, &format!("GET {}/{out}/", port.prefix), "").await;
            assert!([400, 401].contains(&said.status), "{out} leads out of the port: {}", said.head);
        }

        self.share("owner").await;
        assert_eq!((open().await.status, look("").await.status, look(&cookie).await.status), (403, 401, 403));
    }
}
