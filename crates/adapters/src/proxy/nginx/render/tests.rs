//! Whatever stands in the configuration, nginx gets exactly the directives that it should, and never one more.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use proptest::prelude::*;

use super::*;
use crate::proxy::nginx::{
    program::Program,
    site::{Listen, SiteOptions},
    tokens::{names, parse},
};

fn plain() -> SiteOptions {
    SiteOptions {
        domain: Some("thon.example.org".to_owned()),
        addresses: Vec::new(),
        listen: Listen { host: None, http_port: 80, https_port: 443 },
        certificate: "/etc/thon/thon.pem".into(),
        key: "/etc/thon/thon-key.pem".into(),
        edge: ([127, 0, 0, 1], 8100).into(),
        idle_s: 15,
    }
}

fn rendered(options: &SiteOptions, front: &str) -> Option<String> {
    let site = Site::new(options, Path::new(front)).ok()?;
    Some(render(&site, None, "").expect("what passes can be rendered").text)
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
            domain, addresses, listen: Listen { host, http_port, https_port }, certificate: certificate.into(),
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
        let site = Site::new(&options, &path("front")).expect("good");
        let text = render(&site, None, "").expect("rendered").text;
        program.try_alone(&[("sandbox-thon".to_owned(), text)].into()).await.expect(odd);
    }
}
