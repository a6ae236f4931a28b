//! What is left over, and what never is.

use thon_domain::{id::InstanceId, instance::State};
use uuid::Uuid;

use super::*;
use crate::{
    directory::VolumeFate,
    fake::runtime::Shelf,
    fleet::Fleet,
    port::runtime::{Limits, SandboxSpec},
    testing::Ground,
};

struct House {
    ground: Ground,
    runtime: Arc<Shelf>,
    cleanup: Cleanup,
    fleet: Fleet,
}

impl House {
    async fn new() -> Self {
        let ground = Ground::with("{ alpha: [alice, bob] }").await;
        let nature = ground.clock.nature();
        let runtime = Arc::new(Shelf::new(nature.clock.clone()));
        let cleanup = Cleanup::new(ground.store.clone(), nature, runtime.clone());
        Self { fleet: ground.fleet(), ground, runtime, cleanup }
    }

    /// Launches somebody and makes their sandbox by hand: nobody reconciles here.
    async fn sandbox(&self, name: &str) -> SandboxSpec {
        let user = self.ground.user(name).await;
        let instance = self.fleet.launch(&Actor::operator(), user.id).await.expect("launched");
        let (id, slug) = (user.id, &user.slug);
        let workspace = thon_domain::workspace::Workspace::of(
            thon_domain::id::WorkspaceId::new(self.ground.clock.nature().ids.next()),
            id,
            slug,
        );
        let spec = SandboxSpec {
            instance: instance.id,
            user: id,
            group_name: "alpha".parse().expect("a name"),
            user_name: user.name.clone(),
            slug: slug.clone(),
            generation: 1,
            host_port: instance.host_port,
            secret: crate::secret::editor_secret(),
            workspace,
            rescue: false,
            group_volume: None,
            image: None,
            runtime: None,
            limits: Limits::default(),
            env: std::collections::BTreeMap::new(),
            files: Vec::new(),
        };
        self.runtime.create(&spec).await.expect("made");
        spec
    }

    async fn told(&self) -> (Leftovers, Vec<String>) {
        let leftovers = self.cleanup.leftovers(&Actor::operator()).await.expect("looked");
        let lines = leftovers.found.iter().map(|found| {
            let Leftover { kind, name, why, owner, .. } = &found.told;
            format!("{kind} {name}: {why} ({})", owner.as_deref().unwrap_or("-"))
        });
        let lines = lines.collect();
        (leftovers, lines)
    }

    async fn clean(&self, digest: String, volumes: VolumeWish) -> Cleaned {
        self.cleanup.carry_out(&Actor::operator(), CleanupWish { digest, volumes }).await.expect("carried out")
    }
}

#[tokio::test]
async fn a_deleted_users_sandbox_goes_and_their_files_stay_until_somebody_asks() {
    let house = House::new().await;
    let spec = house.sandbox("alpha/alice").await;
    assert!(house.told().await.1.is_empty(), "everything is somebody's");
    let operator = Actor::operator();
    house.ground.directory.delete_user(&operator, spec.user.into(), VolumeFate::Keep).await.expect("deleted");

    let (leftovers, told) = house.told().await;
    let container = format!("container {}: its instance is not known (-)", spec.instance);
    assert_eq!(told, [container], "a volume that is mounted is not left over yet");
    let Cleaned::Done(report) = house.clean(leftovers.digest(), VolumeWish::All).await else { panic!("changed") };
    assert_eq!((report.removed.len(), report.left.len()), (1, 0));

    let (leftovers, told) = house.told().await;
    assert_eq!(
        told,
        [
            "volume thon-home-alpha-alice: its user is deleted (alpha-alice, deleted)",
            "volume thon-workspace-alpha-alice: its user is deleted (alpha-alice, deleted)",
        ]
    );
    let Cleaned::Done(report) = house.clean(leftovers.digest(), VolumeWish::None).await else { panic!("changed") };
    assert_eq!(report, CleanupReport::default());

    let mut bus = house.ground.store.activity();
    let named = VolumeWish::Named(vec!["thon-home-alpha-alice".to_owned()]);
    let Cleaned::Done(report) = house.clean(leftovers.digest(), named.clone()).await else { panic!("changed") };
    assert_eq!(report.removed.iter().map(|told| told.name.as_str()).collect::<Vec<_>>(), ["thon-home-alpha-alice"]);
    for kind in ["clean_up_asked", "leftover_removed"] {
        let activity = bus.try_recv().expect("told");
        assert_eq!((activity.cause.name.as_str(), <&str>::from(&activity.change)), ("operator", kind));
    }

    let Cleaned::Changed(now) = house.clean(leftovers.digest(), VolumeWish::All).await else { panic!("the same") };
    assert_eq!(now.volumes().count(), 1, "what was not seen is not removed");
    let wish = CleanupWish { digest: now.digest(), volumes: named };
    let gone = house.cleanup.carry_out(&operator, wish).await.expect_err("it is gone");
    assert!(matches!(gone, Error::NotFound { .. }), "{gone}");
}

#[tokio::test]
async fn volumes_that_go_by_themselves_are_not_told() {
    let house = House::new().await;
    let spec = house.sandbox("alpha/alice").await;
    house.runtime.remove(spec.instance).await.expect("removed");
    let operator = Actor::operator();
    house.ground.directory.delete_user(&operator, spec.user.into(), VolumeFate::Delete).await.expect("deleted");
    assert!(house.told().await.1.is_empty());
}

#[tokio::test]
async fn only_admins_clean_up() {
    let house = House::new().await;
    let organizer = Actor { role: thon_domain::role::Role::Organizer, ..Actor::operator() };
    let seen = house.cleanup.leftovers(&organizer).await.expect("may look");
    let wish = CleanupWish { digest: seen.digest(), volumes: VolumeWish::None };
    assert!(matches!(house.cleanup.carry_out(&organizer, wish).await, Err(Error::Forbidden { .. })));
    let participant = Actor { role: thon_domain::role::Role::Participant, ..Actor::operator() };
    assert!(matches!(house.cleanup.leftovers(&participant).await, Err(Error::Forbidden { .. })));
}

#[tokio::test]
async fn a_whole_disk_without_volumes_is_somebodys_files_once_its_user_is_gone() {
    let house = House::new().await;
    let alice = house.ground.user("alpha/alice").await;
    let disk = |slug: &str| DiskFile {
        name: format!("{slug}.img"),
        slug: thon_domain::slug::Slug::new(slug).ok(),
        size_bytes: 5,
    };
    let why = async |slug: &str| {
        let known = house.ground.store.read(Known::read).await.expect("read");
        known.why_files(&disk(slug))
    };
    assert_eq!(why("alpha-alice").await, None, "the next sandbox has it again");
    let operator = Actor::operator();
    house.ground.directory.delete_user(&operator, alice.id.into(), VolumeFate::Keep).await.expect("deleted");
    assert_eq!(why("alpha-alice").await, Some("its user is deleted, and its volumes were removed"));
}

#[test]
fn a_container_is_left_over_only_when_nobody_makes_or_wants_it() {
    let id = InstanceId::new(Uuid::from_u128(1));
    let why = |state: Option<State>, instance, is_finished| {
        let known = Known::with(state.map(|state| (id, state)));
        let held = HeldContainer { id: String::new(), name: String::new(), instance, user: None, is_finished };
        known.why_container(&held)
    };
    for state in [State::Running, State::Paused, State::Pending, State::Stopping] {
        assert_eq!(why(Some(state), Some(id), true), None, "{state}");
    }
    assert_eq!(why(Some(State::Pending), Some(id), false), None, "it is being made");
    assert_eq!(why(Some(State::Running), Some(id), false), Some("it was never made to the end"));
    assert_eq!(why(Some(State::Terminated), Some(id), true), Some("its instance has ended"));
    assert_eq!(why(Some(State::Failed), Some(id), true), Some("its instance has ended"));
    assert_eq!(why(None, Some(id), true), Some("its instance is not known"));
    assert_eq!(why(None, None, true), Some("it carries THON's mark and is no sandbox"));
    assert_eq!(Known::with(Some((id, State::Pending))).why_network(), None, "somebody may be put into it");
    assert_eq!(Known::with(Some((id, State::Running))).why_network(), Some("no sandbox is in it"));
}
