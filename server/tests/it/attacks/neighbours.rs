//! Into somebody else's editor: with nothing, with what is one's own, with what was guessed, found or kept.

use rstest::rstest;

use super::site::{Site, Tier};

/// The name under which Bob's editor looks for its cookie.
fn name_of_bobs(own: &str) -> String {
    own.split_once('=').expect("a cookie").0.replace("alpha-alice", "alpha-bob")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_neighbours_editor_opens_to_no_cookie_but_its_own(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let (alice, bob) = (site.session("alpha/alice").await, site.session("alpha/bob").await);
    let (own, bobs) = (site.entered(&alice, "alpha-alice").await, site.entered(&bob, "alpha-bob").await);
    let (name, place) = (name_of_bobs(&own), site.editor("alpha-bob").await);
    let value = own.split_once('=').expect("a cookie").1;
    assert!(site.ask(&place, "GET /", &[("Cookie", &bobs)]).await.shows("alpha-bob"), "it is there, for Bob");

    let mut changed = bobs.clone().into_bytes();
    if let Some(last) = changed.last_mut() {
        *last = if *last == b'A' { b'B' } else { b'A' };
    }
    let changed = String::from_utf8(changed).expect("ASCII");
    for (what, cookie) in [
        ("none", String::new()),
        ("the dashboard's", alice.clone()),
        ("Bob's for the dashboard", bob.clone()),
        ("Alice's own", own.clone()),
        ("Alice's under Bob's name", format!("{name}={value}")),
        ("an invented one", format!("{name}=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        ("an empty one", format!("{name}=")),
        ("Bob's, with another last letter", changed),
        ("Bob's beside another", format!("{bobs}; {name}=planted")),
        ("Bob's under another name", bobs.replacen("thon_editor", "thon_Editor", 1)),
        ("the editor's own, which only the edge has", "code-server-session=guessed".to_owned()),
    ] {
        for line in ["GET /", "GET /vscode-remote-resource?path=/workspace/notes.txt", "HEAD /", "OPTIONS /"] {
            let said = site.ask(&place, line, &[("Cookie", &cookie)]).await;
            assert!(matches!(said.status, 401 | 403), "{line} with {what}: {}", said.head);
            assert!(!said.shows("alpha-bob"), "{line} with {what}");
        }
        let upgrade = [("Cookie", cookie.as_str()), ("Connection", "Upgrade, close"), ("Upgrade", "echo")];
        let said = site.ask(&place, "GET /socket", &upgrade).await;
        assert!(matches!(said.status, 401 | 403), "a socket with {what}: {}", said.head);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_lets_nobody_in_twice_elsewhere_or_late(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let (alice, admin) = (site.session("alpha/alice").await, site.admin().await);
    let (alices, bobs) = (site.editor("alpha-alice").await, site.editor("alpha-bob").await);

    let refused = site.ask(&site.dashboard(), "GET /open/alpha-bob?to=/", &[("Cookie", &alice)]).await;
    assert_eq!((refused.status, refused.header("location")), (403, ""), "Alice gets none to Bob's");

    let used = site.ticket(&admin, "alpha-bob").await;
    assert_eq!(site.ask(&bobs, &format!("GET {used}"), &[]).await.status, 303);
    let own = site.ticket(&alice, "alpha-alice").await;
    let late = site.ticket(&admin, "alpha-bob").await;
    site.app.pass(chrono::TimeDelta::seconds(31));
    let fresh = site.ticket(&alice, "alpha-alice").await;
    for (what, place, ticket) in [
        ("a used one", &bobs, used.as_str()),
        ("one that is too old", &bobs, late.as_str()),
        ("one of Alice's that is too old", &alices, own.as_str()),
        ("one to Alice's", &bobs, fresh.as_str()),
        ("an invented one", &bobs, "/.thon/enter?t=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&to=/"),
        ("an empty one", &bobs, "/.thon/enter?t=&to=/"),
    ] {
        let said = site.ask(place, &format!("GET {ticket}"), &[]).await;
        assert!((400..500).contains(&said.status), "{what}: {}", said.head);
        assert_eq!(said.header("set-cookie"), "", "{what}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_kept_cookie_is_worth_nothing_after_its_owner_has_signed_out(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let (session, place) = (site.session("alpha/bob").await, site.editor("alpha-bob").await);
    let kept = site.entered(&session, "alpha-bob").await;
    let unused = site.ticket(&session, "alpha-bob").await;
    let dashboard = site.dashboard();
    let out = site.ask(&dashboard, "POST /sign-out", &[("Cookie", &session), ("Origin", &dashboard.origin())]).await;
    assert_eq!(out.status, 303, "{}", out.head);
    assert_eq!(site.ask(&place, "GET /", &[("Cookie", &kept)]).await.status, 401);
    let late = site.ask(&place, &format!("GET {unused}"), &[]).await;
    assert_eq!(late.header("set-cookie"), "", "nor is a ticket: {}", late.head);
    assert_eq!(site.ask(&dashboard, "GET /api/groups", &[("Cookie", &session)]).await.status, 401);
}
