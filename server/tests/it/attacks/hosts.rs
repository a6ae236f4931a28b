//! Host names that are not this server's, or are written so that two readers take them for different ones.

use rstest::rstest;

use super::site::{Place, Site, Tier};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_not_ours_or_can_be_read_twice_reaches_nothing(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let (admin, place) = (site.admin().await, site.dashboard());
    let host = &place.host;
    let (name, port) = host.rsplit_once(':').expect("a port");
    let asked = async |line: &str, hosts: &[&str]| {
        let hosts = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect::<Vec<_>>().concat();
        let text = format!("GET {line} HTTP/1.1\r\n{hosts}Connection: close\r\nCookie: {admin}\r\n\r\n");
        site.say(&place, text.as_bytes()).await
    };
    let path = "/api/instances";
    assert_eq!(asked(path, &[host]).await.status, 200, "the name itself");
    assert_eq!(asked(path, &[&host.to_ascii_uppercase()]).await.status, 200, "names know no case");
    let absolute = |host: &str| format!("{}://{host}{path}", if place.secure { "https" } else { "http" });
    assert_eq!(asked(&absolute(host), &[host]).await.status, 200, "a target may say it, too");

    let (evil, other) = ("evil.example", format!("evil.example:{port}"));
    for (what, line, hosts) in [
        ("another name", path.to_owned(), vec![evil.to_owned()]),
        ("another name at our port", path.to_owned(), vec![other.clone()]),
        ("ours in front of another", path.to_owned(), vec![format!("{name}.evil.example:{port}")]),
        ("another glued to ours", path.to_owned(), vec![format!("evil{name}.example:{port}")]),
        ("none", path.to_owned(), vec![]),
        ("an empty one", path.to_owned(), vec![String::new()]),
        ("two", path.to_owned(), vec![host.clone(), other.clone()]),
        ("two of ours", path.to_owned(), vec![host.clone(), host.clone()]),
        ("two in one line", path.to_owned(), vec![format!("{host}, {other}")]),
        ("a dot at the end", path.to_owned(), vec![format!("{name}.:{port}")]),
        ("somebody before it", path.to_owned(), vec![format!("admin@{host}")]),
        ("somebody before another", path.to_owned(), vec![format!("{name}:x@evil.example")]),
        ("a port that is none", path.to_owned(), vec![format!("{name}:99999")]),
        ("two ports", path.to_owned(), vec![format!("{host}:{port}")]),
        ("a path in it", path.to_owned(), vec![format!("{host}/x")]),
        ("a scheme before it", path.to_owned(), vec![place.origin()]),
        ("another address", path.to_owned(), vec!["203.0.113.9".to_owned()]),
        ("every address", path.to_owned(), vec!["0.0.0.0".to_owned()]),
        ("an address that is written otherwise", path.to_owned(), vec!["2130706433".to_owned()]),
        ("an address of version 6 around ours", path.to_owned(), vec![format!("[::ffff:127.0.0.1]:{port}")]),
        ("a bracket that stays open", path.to_owned(), vec!["[::1".to_owned()]),
        ("another in the target", absolute(evil), vec![host.clone()]),
        ("another beside ours in the target", absolute(host), vec![evil.to_owned()]),
        ("somebody in the target", absolute(&format!("a@{host}")), vec![host.clone()]),
    ] {
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let said = asked(&line, &hosts).await;
        assert!(matches!(said.status, 0 | 400 | 421), "{what}: {}", said.head);
        assert!(!said.body.contains("alpha-alice"), "{what}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_believed_who_says_under_which_name_they_came(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let (alice, place) = (site.session("alpha/alice").await, site.dashboard());
    let bobs = site.editor("alpha-bob").await;
    for (name, value) in [
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Host", bobs.host.as_str()),
        ("Forwarded", "for=127.0.0.1;host=evil.example;proto=http"),
        ("X-Original-URL", "/api/settings"),
        ("X-Rewrite-URL", "/api/settings"),
        ("X-Host", "evil.example"),
        ("X-Forwarded-Server", "evil.example"),
        ("X-Thon-User", "admin"),
        ("X-Remote-User", "admin"),
        ("X-Thon-Front", "guessed"),
    ] {
        let said = site.ask(&place, "GET /api/settings", &[("Cookie", &alice), (name, value)]).await;
        assert_eq!(said.status, 403, "{name}: {value}: Alice is Alice");
        let said = site.ask(&place, "GET /instances", &[("Accept", "text/html"), (name, value)]).await;
        assert!(said.header("location").starts_with("/sign-in?next="), "{name}: {value}: {}", said.head);
        let opened = site.ask(&place, "GET /open/alpha-alice?to=/", &[("Cookie", &alice), (name, value)]).await;
        let own: Place = site.editor("alpha-alice").await;
        assert!(opened.header("location").starts_with(&own.origin()), "{name}: {value}: {}", opened.head);
    }
}
