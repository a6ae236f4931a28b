use rstest::rstest;

use super::*;

fn doorway(label: &str) -> Doorway {
    label.parse().expect("a door")
}

fn pattern(form: &str) -> Pattern {
    match form {
        "local" => Pattern::Local { port: 8100 },
        "loopback" => Pattern::Loopback { port: 8100 },
        "domain" => Pattern::Domain { domain: "thon.example.org".to_owned(), port: 443 },
        "address" => Pattern::Address { host: "203.0.113.7".to_owned(), port: 443 },
        "six" => Pattern::Address { host: "[2001:db8::7]".to_owned(), port: 8443 },
        _ => Pattern::Path { host: "thon.example.org".to_owned(), port: 8443 },
    }
}

#[rstest]
#[case("local", "http://alpha-alice.localhost:8100/", "http://3000--alpha-alice.localhost:8100/")]
#[case("loopback", "http://127.0.0.1:20001/", "http://127.0.0.1:20001/proxy/3000/")]
#[case("domain", "https://alpha-alice.thon.example.org/", "https://3000--alpha-alice.thon.example.org/")]
#[case("address", "https://203.0.113.7:20001/", "https://203.0.113.7:20001/proxy/3000/")]
#[case("six", "https://[2001:db8::7]:20001/", "https://[2001:db8::7]:20001/proxy/3000/")]
#[case("path", "https://thon.example.org:8443/s/alpha-alice/", "https://thon.example.org:8443/s/3000--alpha-alice/")]
fn each_tier_writes_an_editor_and_a_port(#[case] form: &str, #[case] editor: &str, #[case] port: &str) {
    let url = |label| pattern(form).url(&doorway(label), Some(20_001));
    assert_eq!(url("alpha-alice").as_deref(), Some(editor));
    assert_eq!(url("3000--alpha-alice").as_deref(), Some(port));
}

#[rstest]
#[case("local", "http://localhost:8100", "", "")]
#[case("loopback", "http://localhost:8100", "_alpha-alice", "_alpha-alice_3000")]
#[case("domain", "https://thon.example.org", "", "")]
#[case("address", "https://203.0.113.7", "_alpha-alice", "_alpha-alice_3000")]
#[case("six", "https://[2001:db8::7]:8443", "_alpha-alice", "_alpha-alice_3000")]
#[case("path", "https://thon.example.org:8443", "_alpha-alice", "_alpha-alice_3000")]
fn each_tier_has_its_dashboard_and_keeps_cookies_apart(
    #[case] form: &str,
    #[case] dashboard: &str,
    #[case] editor: &str,
    #[case] port: &str,
) {
    let pattern = pattern(form);
    assert_eq!(pattern.dashboard(), dashboard);
    assert_eq!(pattern.cookie_suffix(&doorway("alpha-alice")), editor);
    assert_eq!(pattern.cookie_suffix(&doorway("3000--alpha-alice")), port);
}

#[test]
fn the_shown_address_is_the_first_that_there_is() {
    let others = vec![pattern("address"), pattern("local")];
    let all = Addresses { chosen: pattern("domain"), others };
    let slug = doorway("alpha-alice").slug;
    assert_eq!(all.editor(&slug, None), "https://alpha-alice.thon.example.org/");
    assert_eq!((all.domain(), all.public()), (Some(&all.chosen), Some(&pattern("address"))));
    let weaker = Addresses { chosen: pattern("address"), others: vec![pattern("local")] };
    assert_eq!(weaker.editor(&slug, Some(20_001)), "https://203.0.113.7:20001/");
    assert_eq!(weaker.editor(&slug, None), "http://alpha-alice.localhost:8100/", "without a port of its own yet");
    assert_eq!((weaker.domain(), weaker.here()), (None, Some(&pattern("local"))));
    assert_eq!(all.seen_from("203.0.113.7"), &pattern("address"));
    assert_eq!(all.seen_from("LOCALHOST:8100"), &pattern("local"));
    assert_eq!(all.seen_from("elsewhere"), &all.chosen);
}

#[test]
fn a_label_is_read_in_one_way() {
    for label in ["alpha-alice", "3000--alpha-alice", "1--a", "65535--a-b"] {
        assert_eq!(doorway(label).to_string(), label);
    }
    for label in [
        "",
        "--a",
        "0--a",
        "03000--a",
        "+3000--a",
        "65536--a",
        "3000-a--b",
        "a--b",
        "3000--a--b",
        "3000--",
        "3000--api",
        "3000---a",
        "3000--A",
    ] {
        assert_eq!(label.parse::<Doorway>(), Err(DoorwayError), "{label}");
    }
}

#[test]
fn a_range_is_written_as_it_is_read() {
    let range: PortRange = "20001-29999".parse().expect("a range");
    assert_eq!(range.to_string(), "20001-29999");
    assert!(range.contains(20_001) && range.contains(29_999) && !range.contains(30_000));
    for text in ["", "20001", "2-1", "29999-20001", "80-90", "20001-65536", "a-b"] {
        assert_eq!(text.parse::<PortRange>(), Err(PortRangeError), "{text}");
    }
}
