//! What the sandbox of an instance is made from: the user's own wishes over their group's, those over the configured ones.

use std::collections::BTreeMap;

use thon_domain::workspace::{GroupVolume, Storage, Workspace};

use super::{SandboxDefaults, step::Known};
use crate::{agents, port::runtime::SandboxSpec, secret::editor_secret};

/// The sandbox of an instance, with a secret of its own.
pub(super) fn spec(known: &Known, defaults: &SandboxDefaults) -> SandboxSpec {
    let wishes = known.user.sandbox.clone().over(known.group.sandbox.clone());
    SandboxSpec {
        instance: known.instance.id,
        user: known.user.id,
        group_name: known.group.name.clone(),
        user_name: known.user.name.clone(),
        slug: known.user.slug.clone(),
        generation: known.instance.generation,
        host_port: known.instance.host_port,
        secret: editor_secret(),
        workspace: workspace(known),
        rescue: known.instance.rescue,
        group_volume: (defaults.group_volumes && !known.instance.ephemeral).then(|| GroupVolume::of(known.group.id)),
        limits: defaults.limits.with(&wishes),
        image: wishes.image,
        runtime: wishes.runtime,
        env: env(known, defaults),
        files: Vec::new(),
    }
}

/// What programs inside find in their environment.
fn env(known: &Known, defaults: &SandboxDefaults) -> BTreeMap<String, String> {
    let token = agents::token(&defaults.passwords, known.instance.id, known.instance.generation);
    let own = (agents::TOKEN_VARIABLE.to_owned(), token.reveal().to_owned());
    defaults.env.clone().into_iter().chain([own]).collect()
}

/// What is mounted: of an ephemeral instance nothing, whatever the person has kept before.
fn workspace(known: &Known) -> Workspace {
    let kept = known.workspace.clone();
    if known.instance.ephemeral { kept.stored(Storage::Ephemeral) } else { kept }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use thon_domain::{
        group::Group,
        id::{EventId, GroupId, InstanceId, UserId, WorkspaceId},
        instance::Instance,
        name::{GroupName, UserName},
        sandbox::{Cpus, SandboxOverrides},
        slug::Slug,
        user::User,
        workspace::Workspace,
    };
    use uuid::Uuid;

    use super::*;
    use crate::{editor_password::PasswordKey, port::runtime::Limits};

    fn known(user: SandboxOverrides, group: SandboxOverrides) -> Known {
        let (at, slug) = (DateTime::<Utc>::UNIX_EPOCH, Slug::new("alpha-ada").expect("a slug"));
        let (user_id, group_id) = (UserId::new(Uuid::from_u128(1)), GroupId::new(Uuid::from_u128(2)));
        Known {
            instance: Instance::first(InstanceId::new(Uuid::nil()), user_id, 20_000, at),
            workspace: Workspace::of(WorkspaceId::new(Uuid::nil()), user_id, &slug),
            user: User {
                id: user_id,
                group: group_id,
                account: None,
                name: UserName::new("ada").expect("a name"),
                email: None,
                slug,
                sandbox: user,
                created_at: at,
                updated_at: at,
            },
            group: Group {
                id: group_id,
                event: EventId::new(Uuid::nil()),
                name: GroupName::new("alpha").expect("a name"),
                title: None,
                sandbox: group,
                created_at: at,
                updated_at: at,
            },
        }
    }

    fn defaults() -> SandboxDefaults {
        SandboxDefaults {
            limits: Limits { memory_bytes: 1, cpus: 1.0, pids: 1, disk_bytes: Some(1) },
            group_volumes: true,
            env: BTreeMap::new(),
            parallel_starts: 1,
            passwords: PasswordKey::random(),
        }
    }

    #[test]
    fn a_users_wishes_stand_over_the_groups_and_those_over_the_usual() {
        let defaults = defaults();
        let user = SandboxOverrides { memory_bytes: Some(3), image: Some("hers:1".into()), ..Default::default() };
        let group = SandboxOverrides {
            memory_bytes: Some(2),
            cpus: Cpus::new(2.0).ok(),
            image: Some("theirs:1".into()),
            runtime: Some("runsc".into()),
            ..Default::default()
        };
        let made = spec(&known(user, group), &defaults);
        assert_eq!(made.limits, Limits { memory_bytes: 3, cpus: 2.0, pids: 1, disk_bytes: Some(1) });
        assert_eq!((made.image.as_deref(), made.runtime.as_deref()), (Some("hers:1"), Some("runsc")));
        assert_eq!(made.group_volume, Some(GroupVolume::of(GroupId::new(Uuid::from_u128(2)))));

        let plain = spec(&known(SandboxOverrides::default(), SandboxOverrides::default()), &defaults);
        assert_eq!((plain.limits, plain.image, plain.runtime), (defaults.limits, None, None));
        let alone = SandboxDefaults { group_volumes: false, ..defaults };
        assert_eq!(spec(&known(SandboxOverrides::default(), SandboxOverrides::default()), &alone).group_volume, None);
    }

    #[test]
    fn an_ephemeral_instance_mounts_nothing_whatever_its_person_has_kept() {
        let mut known = known(SandboxOverrides::default(), SandboxOverrides::default());
        let defaults = SandboxDefaults { group_volumes: true, ..defaults() };
        assert_eq!(spec(&known, &defaults).workspace.mounts().len(), 2);
        known.instance.ephemeral = true;
        let made = spec(&known, &defaults);
        assert_eq!((made.workspace.mounts(), made.group_volume), (Vec::new(), None));
    }
}
