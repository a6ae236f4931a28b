//! What the machine carries, told by `thon capacity` and before a launch that does not fit.

use serde_json::Value;

use super::{Machine, served::Server};

#[test]
fn a_launch_that_does_not_fit_is_warned_about_before_it_happens() {
    let machine = Machine::with_yaml(
        "dashboard: {port: 28300}\nsandbox: {runtime: simulated, starting_port: 28301, memory: 1000GiB}\n",
    );
    let _server = Server::start(&machine);
    let said = machine.thon(&["launch", "--demo", "-q"]);
    assert!(said.starts_with("exit 0") && said.contains("alpha/alice  Running"), "{said}");
    let warning = "warning: 0 run, 3 would: fits 0 of 3 at 1000 GiB; oversubscribed after ";
    assert!(said.contains(warning), "{said}");
    let again = machine.thon(&["launch", "--demo", "-q"]);
    assert!(!again.contains("warning"), "they are all there: {again}");

    let many: Vec<String> = (0..1500).map(|nth| format!("p{nth}")).collect();
    machine.write("many.yaml", &format!("groups:\n  many: [{}]\n", many.join(", ")));
    let refused = machine.thon(&["launch", "--groups", "many.yaml", "--group", "many"]);
    assert!(refused.starts_with("exit 1"), "{refused}");
    let end = "error: nothing was launched: there is nobody to ask\nhint: add --yes to do it without asking";
    assert!(
        refused.contains("no more than 1000 can start, for lack of networks") && refused.ends_with(end),
        "{refused}"
    );
    assert!(machine.thon(&["list", "--group", "many"]).ends_with("there are no such sandboxes"));

    let told = machine.thon(&["capacity", "150"]);
    assert!(told.starts_with("exit 0\n-- stdout\nfits 0 of 150 at 1000 GiB; oversubscribed after "), "{told}");
    assert!(told.contains(": as documented; too few run to measure (3)"), "{told}");
    let output = machine.command(&["capacity", "--json"]).output().expect("it runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert_eq!((document["users"].as_u64(), document["running"].as_u64()), (Some(1503), Some(3)), "{document}");
    assert!(machine.thon(&["capacity", "0"]).starts_with("exit 1"));
}
