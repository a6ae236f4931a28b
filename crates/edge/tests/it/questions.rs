//! What the server in front may ask: whether it may lead a request to an editor by itself.

use thon_domain::instance::State;
use thon_edge::{FrontKey, door::Rules};

use crate::{
    front::Front,
    house::{ALICE, COOKIE, account, route, running, table},
};

const FRONT: &str = "front-front-front-front-front-front";
const QUESTION: &str = "question-question-question-question";

/// A question of nginx's with a few headers in another way; `None` leaves one out.
struct Asked<'a>(Vec<(&'a str, Option<&'a str>)>);

impl Front {
    async fn fronted() -> Self {
        let (front, question) = (FrontKey::new(FRONT), FrontKey::new(QUESTION));
        Self::new(Rules { front, question, ..Rules::default() }).await
    }

    async fn asked(&self, Asked(changed): Asked<'_>) -> String {
        let upstream = self.editor.address().to_string();
        let usual = [
            ("host", "alpha-alice.localhost"),
            ("x-forwarded-for", "198.51.100.7"),
            ("x-forwarded-proto", "https"),
            ("x-thon-front", FRONT),
            ("x-thon-question", QUESTION),
            ("x-thon-method", "GET"),
            ("x-thon-target", "/?folder=/workspace"),
            ("x-thon-upstream", &upstream),
            ("cookie", COOKIE),
        ];
        let is_changed = |name: &str| changed.iter().any(|(other, _)| *other == name);
        let usual = usual.iter().filter(|(name, _)| !is_changed(name)).map(|(name, value)| (*name, *value));
        let changed = changed.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        let lines: Vec<_> = usual.chain(changed).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let lines = lines.concat();
        self.raw(&format!("GET /.thon/auth HTTP/1.1\r\nconnection: close\r\n{lines}\r\n")).await
    }
}

#[tokio::test]
async fn an_owner_may_pass_with_the_cookies_that_the_edge_would_send() {
    let front = Front::fronted().await;
    let cookies = format!("a=1; {COOKIE}; __Host-thon_session=x; code-server-session=forged; b=2");
    for changed in [
        vec![("cookie", Some(cookies.as_str()))],
        vec![
            ("cookie", Some(&cookies)),
            ("x-thon-method", Some("POST")),
            ("origin", Some("https://alpha-alice.localhost")),
        ],
        vec![
            ("cookie", Some(&cookies)),
            ("x-thon-upgrade", Some("websocket")),
            ("origin", Some("https://alpha-alice.localhost")),
        ],
    ] {
        let said = front.asked(Asked(changed)).await;
        assert!(said.starts_with("HTTP/1.1 204"), "{said}");
        let cookies = said.lines().find_map(|line| line.strip_prefix("x-thon-cookies: ")).expect("cookies");
        let (proof, visitors) = cookies.split_once("; ").expect("its own first");
        assert!(proof.starts_with("code-server-session=%24argon2id%24"), "{proof}");
        assert_eq!(visitors, "a=1; b=2");
    }
    assert_eq!(front.editor.connections(), 0, "nobody was led there");
    assert_eq!(front.house.gate.led(), [account("alice"); 3], "who passes is heard of");
}

#[tokio::test]
async fn whatever_the_edge_would_not_pass_on_is_no() {
    let front = Front::fronted().await;
    let stale = "127.0.0.1:1";
    for changed in [
        vec![("cookie", None)],
        vec![("cookie", Some("thon_editor=of-bob"))],
        vec![("cookie", Some("thon_editor=of-nobody-knows"))],
        vec![("host", Some("alpha-bob.localhost"))],
        vec![("host", Some("localhost"))],
        vec![("host", Some("elsewhere.example.org"))],
        vec![("x-thon-upstream", Some(stale))],
        vec![("x-thon-upstream", None)],
        vec![("x-thon-target", None)],
        vec![("x-thon-target", Some("/.thon/state"))],
        vec![("x-thon-target", Some("/proxy/3000/"))],
        vec![("x-thon-target", Some("/%70roxy/3000/"))],
        vec![("x-thon-target", Some("//absproxy/3000/"))],
        vec![("x-thon-target", Some("/login"))],
        vec![("x-thon-method", Some("TRACE"))],
        vec![("x-thon-method", Some("CONNECT"))],
        vec![("x-thon-method", Some("POST")), ("origin", Some("https://alpha-bob.localhost"))],
        vec![("x-thon-method", Some("POST")), ("sec-fetch-site", Some("same-site"))],
        vec![("x-thon-upgrade", Some("websocket")), ("origin", Some("null"))],
        vec![
            ("sec-fetch-site", Some("same-site")),
            ("sec-fetch-mode", Some("no-cors")),
            ("sec-fetch-dest", Some("script")),
        ],
    ] {
        let told = format!("{changed:?}");
        let said = front.asked(Asked(changed)).await;
        assert!(said.starts_with("HTTP/1.1 401"), "{told}: {said}");
        assert!(!said.contains("x-thon-cookies") && !said.contains(front.editor.secret()), "{told}: {said}");
    }
    assert_eq!(front.house.gate.led(), [], "nobody passed");
    let paused = route(ALICE, State::Paused, Some((front.editor.address(), front.editor.secret())));
    front.house.edge.apply(&table([paused]));
    assert!(front.asked(Asked(vec![])).await.starts_with("HTTP/1.1 401"), "it does not run");
    let mut asks = running(ALICE, &front.editor);
    asks.upstream.as_mut().expect("an upstream").asks_password = true;
    front.house.edge.apply(&table([asks]));
    assert!(front.asked(Asked(vec![])).await.starts_with("HTTP/1.1 401"), "the person lets themselves in");
}

#[tokio::test]
async fn nobody_else_may_ask() {
    let front = Front::fronted().await;
    let guessed = "a".repeat(QUESTION.len());
    for changed in [
        vec![("x-thon-question", None)],
        vec![("x-thon-question", Some(guessed.as_str()))],
        vec![("x-thon-question", Some(FRONT))],
        vec![("x-thon-front", None)],
        vec![("x-thon-front", Some(QUESTION))],
    ] {
        let told = format!("{changed:?}");
        let said = front.asked(Asked(changed)).await;
        assert!(!said.contains("x-thon-cookies") && !said.contains(front.editor.secret()), "{told}: {said}");
        assert!(said.starts_with("HTTP/1.1 404"), "a path of the sandbox's origin that is not there: {told}: {said}");
    }
    // Without nginx in front there is nothing to ask.
    let alone = Front::new(Rules::default()).await;
    assert!(alone.asked(Asked(vec![])).await.starts_with("HTTP/1.1 404"));
}
