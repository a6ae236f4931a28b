//! What tests of use cases begin with: a real database, a clock that stands still, some people.

use tempfile::TempDir;
use thon_domain::{
    address::{Addresses, PortRange},
    id::UserId,
    instance::Instance,
    name::GroupName,
    user::User,
    workspace::StorageChoice,
};
use thon_store::{DatabaseUrl, Store};

use crate::{
    accounts::{Accounts, Whom},
    actor::Actor,
    directory::{Directory, groups_file::GroupsFile},
    fake::clock::StoppedClock,
    fleet::{Fleet, LaunchDefaults},
    poke::Poke,
};

/// A database of its own, gone with the test.
pub struct Ground {
    pub store: Store,
    pub clock: StoppedClock,
    pub accounts: Accounts,
    pub directory: Directory,
    _dir: TempDir,
}

impl Ground {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let url: DatabaseUrl = format!("sqlite:{}/thon.db", dir.path().display()).parse().expect("a URL");
        let store = Store::open(&url).await.expect("a database");
        let clock = StoppedClock::default();
        let accounts = Accounts::new(store.clone(), clock.nature());
        let directory = Directory::new(store.clone(), clock.nature(), Poke::channel().0);
        Self { store, clock, accounts, directory, _dir: dir }
    }

    /// A database with these groups.
    pub async fn with(groups: &str) -> Self {
        let ground = Self::new().await;
        ground.import(groups).await;
        ground
    }

    pub async fn import(&self, groups: &str) {
        let file = GroupsFile::parse(&format!("groups: {groups}")).expect("a groups file");
        self.directory.import(&Actor::operator(), file).await.expect("imported");
    }

    /// The user called `group/name`.
    pub async fn user(&self, path: &str) -> User {
        let (group, name) = path.split_once('/').expect("group/name");
        let (group, name) = (GroupName::new(group).expect("a name"), name.parse().expect("a name"));
        self.directory.user_named(&Actor::operator(), group, name).await.expect("a user")
    }

    /// The fleet, with nobody who makes its wishes true.
    pub fn fleet(&self) -> Fleet {
        let defaults = LaunchDefaults {
            starting_port: 41_000,
            public_ports: PortRange::USUAL,
            timeout_minutes: 0,
            storage: StorageChoice::default(),
            secure: false,
        };
        Fleet::new(self.store.clone(), self.clock.nature(), defaults, Addresses::local(8100), Poke::channel().0)
    }

    /// An instance of a user, who has asked for it.
    pub async fn launched(&self, user: UserId) -> Instance {
        self.fleet().launch(&Actor::operator(), user).await.expect("launched")
    }

    /// A user who has signed in.
    pub async fn participant(&self, user: UserId) -> Actor {
        let link = self.accounts.make_link(&Actor::operator(), Whom::User(user)).await.expect("a link");
        let account = self.accounts.use_link(link.secret.reveal()).await.expect("signed in");
        self.accounts.actor(account.id).await.expect("an actor")
    }
}
