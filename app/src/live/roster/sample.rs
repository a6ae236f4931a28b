//! A view to test with: two groups, three people.

use chrono::{DateTime, Utc};
use thon_domain::{
    address::Addresses,
    group::Group,
    instance::{Instance, State},
    live::FleetView,
    name::{GroupName, UserName},
    sandbox::SandboxOverrides,
    slug::Slug,
    user::User,
};

const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(n: u8) -> T {
    format!("00000000-0000-7000-8000-0000000000{n:02x}").parse().expect("an id")
}

/// `beta` with Bob (1) and alice (2), `Alpha` with carol (3); nobody has an instance.
pub fn view() -> FleetView {
    let mut view = FleetView::empty(Addresses::local(8100));
    for (n, name) in [(1, "beta"), (2, "Alpha")] {
        let (name, sandbox) = (GroupName::new(name).expect("a name"), SandboxOverrides::default());
        let group = Group { id: id(n), event: id(0), name, title: None, sandbox, created_at: AT, updated_at: AT };
        view.groups.insert(group.id, group);
    }
    for (n, group, name) in [(1, 1, "Bob"), (2, 1, "alice"), (3, 2, "carol")] {
        let user = User {
            id: id(n),
            group: id(group),
            account: None,
            name: UserName::new(name).expect("a name"),
            email: None,
            slug: Slug::new(&format!("g-{n}")).expect("a slug"),
            sandbox: SandboxOverrides::default(),
            created_at: AT,
            updated_at: AT,
        };
        view.users.insert(user.id, user);
    }
    view
}

/// The instance of a person, wanted to run.
pub fn instance(n: u8, state: State) -> Instance {
    Instance { state, ..Instance::first(id(n), id(n), 8443, AT) }
}
