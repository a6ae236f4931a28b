//! Whatever stands in the configuration, nginx gets exactly the directives that it should, and never one more.

use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use proptest::prelude::*;
use thon_domain::{address::Pattern, slug::Slug};

use super::*;
use crate::proxy::nginx::{
    led::Editor,
    program::Program,
    site::{Listen, SiteOptions},
    tokens::{names, parse},
};

fn plain() -> SiteOptions {
    SiteOptions {
        domain: Some("thon.example.org".to_owned()),
        patterns: vec![Pattern::Domain { domain: "thon.example.org".to_owned(), port: 443 }],
        addresses: Vec::new(),
        listen: Listen { host: None, http_port: 80, https_port: 443 },
        certificate: "/etc/thon/thon.pem".into(),
        key: "/etc/thon/thon-key.pem".into(),
        edge: ([127, 0, 0, 1], 8100).into(),
        idle_s: 15,
    }
}

fn rendered(options: &SiteOptions, front: &str) -> Option<String> {
    let site = Site::new(options, Path::new(front), None).ok()?;
    let rendered = render(&site, &Led::default(), None, "").expect("what passes can be rendered");
    rendered.set.get(NAME).cloned()
}

/// Text with what nginx reads as something else, more often than chance would have it.
fn text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        ";",
        "{",
        "}",
        "\"",
        "'",
        "\\",
        "$host",
        "#",
        "\n",
        "\r",
        "\t",
        " ",
        "*",
        "?",
        "[",
        "]",
        "..",
        "/",
        "\0",
        "é",
        "{{",
        "}}",
        "{%",
        "; } location / { return 200; }",
        "\"; evil on; #",
        "${",
        "a",
        "example",
        ".org",
        "-",
    ]);
    prop_oneof![
        prop::collection::vec(special, 0..8).prop_map(|parts| parts.concat()),
        ".{0,40}",
        "[a-z0-9-]{1,20}(\\.[a-z0-9-]{1,20}){0,3}",
    ]
}

fn path() -> impl Strategy<Value = String> {
    prop_oneof![text(), text().prop_map(|rest| format!("/{rest}"))]
}

prop_compose! {
    fn options()(
        domain in prop::option::weighted(0.9, text()), addresses in prop::collection::vec(any::<IpAddr>(), 0..3), host in any::<Option<IpAddr>>(),
        http_port in 1..=u16::MAX, https_port in 1..=u16::MAX, certificate in path(), key in path(),
        edge in any::<SocketAddr>(), idle_s in any::<u16>(),
    ) -> SiteOptions {
        SiteOptions {
            domain, patterns: Vec::new(), addresses, listen: Listen { host, http_port, https_port }, certificate: certificate.into(),
            key: key.into(), edge, idle_s,
        }
    }
}

/// What differs on purpose: a second address to listen on, and a table for long names.
fn without_the_optional(names: Vec<String>) -> Vec<String> {
    let mut names: Vec<_> = names.into_iter().filter(|name| name != "server_names_hash_bucket_size").collect();
    names.dedup_by(|a, b| a == b && a == "server/listen");
    names
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn no_value_becomes_a_directive(options in options(), front in path()) {
        let expected = without_the_optional(names(&parse(&rendered(&plain(), "/front").expect("good"))));
        if let Some(text) = rendered(&options, &front) {
            let directives = parse(&text);
            prop_assert_eq!(without_the_optional(names(&directives)), expected);
            let paths: Vec<_> = directives.iter().flat_map(|one| one.block.iter().flatten())
                .filter(|one| one.words[0].starts_with("ssl_certificate")).map(|one| PathBuf::from(&one.words[1])).collect();
            prop_assert_eq!(paths, vec![options.certificate, options.key]);
        }
    }
}

/// Every way to write the addresses of sandboxes, at once.
fn every_way(options: &SiteOptions) -> Vec<Pattern> {
    let domain = options.domain.clone().unwrap_or_default();
    let address = Pattern::Address { host: "203.0.113.7".to_owned(), port: 443 };
    vec![Pattern::Domain { domain: domain.clone(), port: 443 }, address, Pattern::Path { host: domain, port: 443 }]
}

/// A good many editors and ports, the next ones with each `n`.
fn many(n: usize) -> Led {
    let numbers = (0..20_u16).map(|number| number + 100 * u16::try_from(n).expect("a few"));
    let editor = |number| Editor {
        slug: Slug::new(&format!("alpha-{number}-a{}", "a".repeat(usize::from(number % 30)))).expect("a slug"),
        upstream: ([127, 0, 0, 1], 13_000 + number).into(),
    };
    let port = |number: u16| Port {
        port: 20_001 + number,
        upstream: (!number.is_multiple_of(3)).then(|| ([127, 0, 0, 1], 13_000 + number).into()),
    };
    Led { editors: numbers.clone().map(editor).collect(), ports: numbers.map(port).collect() }
}

prop_compose! {
    fn led()(
        editors in prop::collection::btree_map("[a-z][a-z0-9]{0,20}(-[a-z0-9]{1,20})?", any::<SocketAddr>(), 0..8),
        ports in prop::collection::btree_map(1..=u16::MAX, any::<Option<SocketAddr>>(), 0..8),
    ) -> Led {
        // Without the scope of a link-local address: no editor listens at one.
        let plain = |address: SocketAddr| SocketAddr::new(address.ip(), address.port());
        let slug = |text: &String| Slug::new(text).ok();
        Led {
            editors: editors.iter().filter_map(|(name, it)| Some(Editor { slug: slug(name)?, upstream: plain(*it) })).collect(),
            ports: ports.iter().map(|(port, it)| Port { port: *port, upstream: it.map(plain) }).collect(),
        }
    }
}

/// Where nginx leads to by itself, by the server's name or the location's, as its files say it.
fn leads(set: &Set) -> Vec<(String, String)> {
    let mut leads = Vec::new();
    for server in set.values().flat_map(|text| parse(text)).filter(|one| one.words[0] == "server") {
        let of_server = server.block.iter().flatten();
        let name = of_server.clone().find(|one| one.words[0] == "server_name").map(|one| one.words[1].clone());
        for location in of_server.filter(|one| one.words[0] == "location") {
            let inside = || location.block.iter().flatten();
            assert_eq!(inside().any(|one| one.words[0] == "auth_request"), inside().any(|one| one.words[0] == "set"));
            let Some(set) = inside().find(|one| one.words[0] == "set") else { continue };
            let passed = inside().find(|one| one.words[0] == "proxy_pass").expect("it leads on").words[1].clone();
            assert_eq!(passed.trim_end_matches("$thon_inner"), format!("http://{}", set.words[2]));
            let by_path = location.words[1] == "^~";
            let place = if by_path { location.words[2].clone() } else { name.clone().unwrap_or_default() };
            leads.push((place, set.words[2].clone()));
        }
    }
    leads
}

/// A thousand sets of editors: each request is asked about first, and nginx leads to these and to nothing else.
#[test]
fn nginx_leads_to_the_editors_and_nowhere_else() {
    let options = SiteOptions { addresses: vec![[203, 0, 113, 7].into()], ..plain() };
    let options = SiteOptions { patterns: every_way(&options), ..options };
    let site = Site::new(&options, Path::new("/front"), Some(Path::new("/question"))).expect("good");
    let directives = |set: &Set| set.values().flat_map(|text| names(&parse(text))).collect::<BTreeSet<_>>();
    let known = directives(&render(&site, &many(1), None, "").expect("rendered").set);
    let config = ProptestConfig { cases: 1000, ..ProptestConfig::default() };
    proptest!(config, |(led in led())| {
        let rendered = render(&site, &led, None, "").expect("rendered");
        let mut expected = Vec::new();
        for Editor { slug, upstream } in &led.editors {
            expected.push((format!("/s/{slug}/"), upstream.to_string()));
            expected.push((format!("{slug}.thon.example.org"), upstream.to_string()));
        }
        let ports = led.ports.iter().filter_map(|port| port.upstream);
        expected.extend(ports.map(|upstream| ("thon.example.org".to_owned(), upstream.to_string())));
        let mut found = leads(&rendered.set);
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected);
        // What differs between two sets is where they lead, and no directive.
        prop_assert!(directives(&rendered.set).is_subset(&known));
    });
}

#[test]
fn what_is_no_name_or_path_is_refused() {
    for domain in ["a; } location / { return 200; }", "a b", "{{ front }}", "a\nb", ""] {
        assert_eq!(rendered(&SiteOptions { domain: Some(domain.to_owned()), ..plain() }, "/front"), None, "{domain}");
    }
    for path in ["relative", "/a$host", "/a\nb", "/*.pem"] {
        assert_eq!(rendered(&SiteOptions { key: path.into(), ..plain() }, "/front"), None, "{path}");
        assert_eq!(rendered(&plain(), path), None, "{path}");
    }
}

/// nginx itself reads what is as odd as may be, as one word each.
#[tokio::test]
async fn nginx_reads_what_is_odd_as_it_is_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program { command: "nginx".to_owned(), main: PathBuf::new(), tries: folder.path().join("a try") };
    let made = rcgen::generate_simple_self_signed(["thon.example.org".to_owned()]).expect("a certificate");
    let label = "a".repeat(63);
    let long = format!("{label}.{label}.{label}.example.org");
    let names = ["thon.example.org", "THON.Example.ORG", "a", &long];
    let odd = ["a b", "a;b", "a{b}", "a\"b", "a'b", "a\\b", "#a", "a\\\"; evil on; #", "é", "{{ front }}", "a]b"];
    let hosts: [Option<IpAddr>; 3] = [None, Some([127, 0, 0, 1].into()), Some("::1".parse().expect("an address"))];
    for (n, odd) in odd.iter().enumerate() {
        let own = folder.path().join(odd);
        std::fs::create_dir(&own).expect("made");
        let path = |name: &str| own.join(name);
        std::fs::write(path("front"), "proxy_set_header X-Thon-Front a;").expect("written");
        std::fs::write(path("certificate"), made.cert.pem()).expect("written");
        std::fs::write(path("key"), made.signing_key.serialize_pem()).expect("written");
        let options = SiteOptions {
            domain: Some(names[n % names.len()].to_owned()),
            addresses: vec!["2001:db8::1".parse().expect("an address")],
            listen: Listen { host: hosts[n % hosts.len()], http_port: 18080, https_port: 18443 },
            certificate: path("certificate"),
            key: path("key"),
            ..plain()
        };
        std::fs::write(path("question"), "proxy_set_header X-Thon-Question a;").expect("written");
        let options = SiteOptions { patterns: every_way(&options), ..options };
        for (question, led) in [(None, Led::default()), (Some(path("question")), many(n))] {
            let site = Site::new(&options, &path("front"), question.as_deref()).expect("good");
            let rendered = render(&site, &led, None, "").expect("rendered");
            assert_eq!(rendered.set.len(), 1 + led.ports.len());
            program.try_alone(&rendered.set).await.expect(odd);
        }
    }
}
