//! `thon groups`: a file comes in with its diff first, and goes out as it came.

use std::fs;

use super::served::{Server, machine};

#[test]
fn groups_come_in_with_a_diff_first_and_go_out_as_they_came() {
    let machine = machine(28260);
    let _server = Server::start(&machine);
    machine.write("g.yaml", "title: Spring\ngroups:\n  alpha: [alice, {name: bob, email: b@example.org}]\n");
    insta::assert_snapshot!(machine.thon(&["groups", "import", "g.yaml", "--dry-run"]), @r"
    exit 0
    -- stdout
    + event default  title: Spring
    + alpha
    +   alice
    +   bob  email: b@example.org
    1 group and 2 users to make, 0 to change, 0 unchanged, 0 not in the file (they stay)
    -- stderr
    ");
    insta::assert_snapshot!(machine.thon(&["groups", "import", "g.yaml"]), @r"
    exit 1
    -- stdout
    + event default  title: Spring
    + alpha
    +   alice
    +   bob  email: b@example.org
    1 group and 2 users to make, 0 to change, 0 unchanged, 0 not in the file (they stay)
    -- stderr
    error: nothing was changed: there is nobody to ask
    hint: add --yes to do it without asking
    hint: add --dry-run only to look
    ");
    insta::assert_snapshot!(machine.thon(&["groups", "export"]), @r"
    exit 0
    -- stdout
    groups: {}
    -- stderr
    ");
    insta::assert_snapshot!(machine.thon(&["groups", "import", "g.yaml", "--yes"]), @r"
    exit 0
    -- stdout
    + event default  title: Spring
    + alpha
    +   alice
    +   bob  email: b@example.org
    1 group and 2 users to make, 0 to change, 0 unchanged, 0 not in the file (they stay)
    -- stderr
    imported
    ");
    insta::assert_snapshot!(machine.thon(&["groups", "import", "g.yaml"]), @r"
    exit 0
    -- stdout
    0 groups and 0 users to make, 0 to change, 3 unchanged, 0 not in the file (they stay)
    -- stderr
    everything was there already
    ");
    insta::assert_snapshot!(machine.thon(&["groups", "export", "--output", "out.yaml"]), @r"
    exit 0
    -- stdout

    -- stderr
    ");
    let out = fs::read_to_string(machine.path().join("out.yaml")).expect("it was written");
    insta::assert_snapshot!(out, @r"
    event_id: default
    title: Spring
    groups:
      alpha:
        users:
        - alice
        - name: bob
          email: b@example.org
    ");
    assert!(machine.thon(&["groups", "import", "out.yaml", "--yes"]).contains("everything was there already"));
    machine.write("bad.yaml", "groups:\n  alpha: 7\n");
    insta::assert_snapshot!(machine.thon(&["groups", "import", "bad.yaml"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: bad.yaml is no good groups file
    bad.yaml:2:10: groups.alpha: expected a list of users, found a number
    ");
}
