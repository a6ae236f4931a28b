//! How files are exchanged: tried first, taken as a whole, put back when nginx does not take them.

use std::{fs, net::TcpListener};

use thon_core::port::proxy::{ProxyError, ReverseProxy as _};

use super::house::{DOMAIN, House};

async fn rejected(house: &House) -> String {
    match house.proxy.sync().await {
        Err(ProxyError::Rejected(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

async fn answers(house: &House) -> bool {
    house.curl(&format!("https://{DOMAIN}/"), &[]).await.starts_with("dashboard: GET")
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_when_nothing_changed() {
    let house = House::new().await;
    for _ in 0..3 {
        house.proxy.sync().await.expect("in line");
    }
    house.reloaded(1).await;
    // Somebody's hands.
    fs::write(house.site(), "# nothing\n").expect("written");
    house.proxy.sync().await.expect("in line");
    house.reloaded(2).await;
    assert!(answers(&house).await);
    let outside = house.proxy.outside().await.expect("an nginx");
    assert_eq!((outside.in_line, outside.reloads, outside.files.len()), (true, 2, 1));
    assert!(outside.version.is_some_and(|version| version.starts_with("1.")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_template_leaves_the_old_file_and_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.j2");
    let house = House::with(|options| options.template = Some(path.clone())).await;
    let own = include_str!("../../../src/proxy/nginx/templates/site.conf.j2");
    fs::write(&path, own).expect("written");
    house.proxy.sync().await.expect("THON's own, as the operator's");
    let before = fs::read_to_string(house.site()).expect("a file");

    for (text, told) in [
        (own.replace("server_tokens off;", "server_tokens off"), "is not terminated by"),
        (own.replace("server_tokens off;", "no_such_directive on;"), "unknown directive \"no_such_directive\""),
        (own.replace("{{ name }}", "{{ nmae }}"), "undefined value"),
        (own.replace("{{ name }}", "{{ names }}"), "is not one word"),
        (own.replace("{{ name }}", "{{ name"), "cannot be filled in"),
    ] {
        assert_ne!(text, own);
        fs::write(&path, text).expect("written");
        let reason = rejected(&house).await;
        assert!(reason.contains(told), "{reason}");
        assert_eq!(fs::read_to_string(house.site()).expect("a file"), before);
        let outside = house.proxy.outside().await.expect("an nginx");
        assert_eq!((outside.in_line, outside.trouble), (false, Some(reason)));
        assert!(answers(&house).await);
    }
    house.reloaded(1).await;
    fs::write(&path, own.replace("# Written by THON", "# Written by somebody")).expect("written");
    house.proxy.sync().await.expect("in line");
    assert!(fs::read_to_string(house.site()).expect("a file").starts_with("# Written by somebody"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_go_with_somebody_elses_site_is_undone() {
    let house = House::new().await;
    let theirs = house.options.folder.join("sites-enabled/theirs");
    fs::write(&theirs, "upstream thon_edge { server 127.0.0.1:1; }\n").expect("written");
    let reason = rejected(&house).await;
    assert!(reason.contains("duplicate upstream \"thon_edge\""), "{reason}");
    assert!(!house.site().exists() && theirs.exists());
    house.reloaded(0).await;
    fs::remove_file(theirs).expect("removed");
    house.proxy.sync().await.expect("in line");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nginx_cannot_take_is_undone() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let house = House::with(|options| options.site.listen.https_port = port).await;
    let error = house.proxy.sync().await.expect_err("the port is somebody's");
    assert!(error.to_string().contains("goes on with the configuration that it had"), "{error}");
    assert!(!house.site().exists(), "nginx could not start with it");
    drop(taken);
    house.proxy.sync().await.expect("in line");
    assert!(answers(&house).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_nginx_that_does_not_read_the_file_is_told_how() {
    let house = House::new().await;
    let main = house.options.folder.join("nginx.conf");
    let text = fs::read_to_string(&main).expect("a file");
    fs::write(&main, text.replace("/sites-enabled/*", "/other/*")).expect("written");
    let reason = rejected(&house).await;
    assert!(reason.contains("add `include"), "{reason}");
    fs::write(&main, text).expect("written");
    house.proxy.sync().await.expect("in line");
}

#[tokio::test(flavor = "multi_thread")]
async fn cleaning_up_takes_away_what_is_thons_and_nothing_else() {
    let house = House::new().await;
    house.proxy.sync().await.expect("in line");
    let theirs = house.options.folder.join("sites-available/theirs");
    fs::write(&theirs, "somebody's").expect("written");
    // A file of a THON before this one.
    let old = house.options.folder.join("sites-available/sandbox-thon-8443");
    fs::write(&old, "# old\n").expect("written");
    house.proxy.clear().await.expect("cleared");
    assert!(!house.site().exists() && !old.exists() && theirs.exists());
    assert!(fs::read_link(house.options.folder.join("sites-enabled/sandbox-thon")).is_err());
    assert_eq!(house.proxy.outside().await.map(|outside| (outside.in_line, outside.files)), Some((false, vec![])));
    house.proxy.clear().await.expect("nothing to do");
    house.reloaded(2).await;
    house.proxy.sync().await.expect("in line");
    assert!(answers(&house).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_cut_short_is_undone_by_whoever_comes_next() {
    let house = House::new().await;
    house.proxy.sync().await.expect("in line");
    let good = fs::read_to_string(house.site()).expect("a file");
    // As `kill -9` leaves it between the exchange and nginx's verdict.
    let before = house.options.folder.join("sites-available/.sandbox-thon.before");
    fs::rename(house.site(), &before).expect("renamed");
    fs::write(house.site(), "broken {").expect("written");
    house.successor().sync().await.expect("in line");
    assert_eq!(fs::read_to_string(house.site()).expect("a file"), good);
    assert!(!before.exists());
    house.reloaded(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_nginx_or_a_certificate_it_waits_and_says_so() {
    let house = House::with(|options| options.command = "thon-no-such-nginx".to_owned()).await;
    let error = house.proxy.sync().await.expect_err("no nginx");
    assert_eq!(error, ProxyError::Unavailable("`thon-no-such-nginx` is not installed".to_owned()));
    assert_eq!(house.proxy.outside().await.and_then(|outside| outside.version), None);
    fs::remove_file(&house.options.site.certificate).expect("removed");
    let error = house.proxy.sync().await.expect_err("no certificate");
    assert_eq!(error, ProxyError::Unavailable("there is no certificate yet".to_owned()));
}
