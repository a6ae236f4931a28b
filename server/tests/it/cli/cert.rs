//! `thon cert` against a real server under a domain.

use std::{fs, thread::sleep, time::Duration};

use super::{Machine, served::Server};

#[test]
fn the_certificate_is_told_renewed_and_its_root_exported() {
    let machine = Machine::with_yaml(
        "dashboard: {port: 28520}\nsandbox: {runtime: simulated, starting_port: 28521}\nnginx: {domain: thon.example.org}\n",
    );
    let _server = Server::start(&machine);
    let mut told = machine.thon(&["cert", "status"]);
    for _ in 0..100 {
        if told.contains("provider") {
            break;
        }
        sleep(Duration::from_millis(100));
        told = machine.thon(&["cert", "status"]);
    }
    assert!(told.starts_with("exit 0") && told.contains("own, by `auto`"), "{told}");
    assert!(told.contains("thon.example.org, *.thon.example.org"), "{told}");
    let renewed = machine.thon(&["cert", "renew"]);
    assert!(renewed.starts_with("exit 0") && renewed.contains("people have its root already"), "{renewed}");
    let root = machine.thon(&["cert", "export-ca"]);
    assert!(root.contains("-----BEGIN CERTIFICATE-----"), "{root}");
    let path = machine.path().join("root.pem");
    let exported = machine.thon(&["cert", "export-ca", "--output", &path.display().to_string()]);
    assert!(exported.starts_with("exit 0"), "{exported}");
    assert!(root.contains(fs::read_to_string(path).expect("a file").trim_end()), "the same root");
}
