//! What is left over in Docker, and what of it may be removed by hand.

use bollard::models::NetworkConnectRequest;
use thon_core::port::runtime::{HeldContainer, Holdings, RuntimeError};

use crate::{
    outside::Outside,
    stage::{Stage, random, rejection},
};

#[tokio::test]
async fn docker_holdings_are_told_and_a_strangers_are_not() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let spec = stage.person("ada");
    stage.runtime.create(&spec).await.expect("created");
    let name = |what: &str| format!("t{}-{what}", stage.installation);
    let mark = [("thon.installation", stage.installation.as_str())];
    let lost = outside.container(&stage.installation, &name("lost"), &mark).await;
    let half = outside.container(&stage.installation, &name("half.new"), &mark).await;
    let stranger = outside.container(&stage.installation, &name("stranger"), &[]).await;

    let Holdings { containers, .. } = stage.runtime.holdings().await.expect("holdings");
    let find = |id: &str| containers.iter().find(|held| held.id == id);
    let of_ada = containers.iter().find(|held| held.instance == Some(spec.instance)).expect("the sandbox");
    assert_eq!((of_ada.user, of_ada.is_finished), (Some(spec.user), true));
    let lost = find(&lost).expect("the marked one");
    assert_eq!((lost.instance, lost.name.as_str(), lost.is_finished), (None, name("lost").as_str(), true));
    assert!(find(&half).is_some_and(|held| !held.is_finished));
    assert_eq!((find(&stranger), containers.len()), (None, 3));

    let theirs = HeldContainer { id: stranger.clone(), ..lost.clone() };
    assert_eq!(rejection(stage.runtime.discard_container(&theirs).await), "name-taken");
    assert!(outside.0.inspect_container(&stranger, None).await.is_ok(), "a stranger's stays");
    stage.runtime.discard_container(lost).await.expect("removed");
    stage.runtime.discard_container(lost).await.expect("gone is fine");
    let left = stage.runtime.holdings().await.expect("holdings").containers;
    assert!(left.iter().all(|held| held.id != lost.id) && left.len() == 2, "{left:?}");
}

#[tokio::test]
async fn docker_volume_tells_what_it_holds() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let spec = stage.person("ada");
    stage.launch(&spec).await;
    outside.sh(&spec.slug, "head -c 5000000 /dev/urandom > /workspace/file && sync").await;
    let bytes = stage.runtime.volume_bytes(&spec.workspace.workspace_volume).await.expect("an answer");
    assert!(bytes.is_some_and(|bytes| (5_000_000..6_000_000).contains(&bytes)), "{bytes:?}");
    assert_eq!(stage.runtime.volume_bytes("thon-no-such-volume").await, Ok(None));
}

#[tokio::test]
async fn docker_network_goes_when_it_is_empty_and_a_sandbox_without_one_is_made_anew() {
    let prefix = format!("t{}", random());
    let name = format!("{prefix}0");
    let outside = Outside::connect();
    let stage = Stage::docker_with(|options| options.network_prefix.clone_from(&prefix));
    let spec = stage.person("ada");
    stage.runtime.create(&spec).await.expect("created");
    let empty = async || stage.runtime.holdings().await.expect("holdings").empty_networks;
    assert_eq!(empty().await, Vec::<String>::new(), "one that was made for it and never started counts");
    assert_eq!(rejection(stage.runtime.discard_network(&name).await), "network-in-use");

    outside.0.remove_network(&name).await.expect("nothing runs in it, so Docker lets it go");
    let refused = stage.runtime.start(spec.instance).await;
    assert!(matches!(refused, Err(RuntimeError::Unavailable { .. })), "{refused:?}");
    assert_eq!(stage.runtime.inspect(spec.instance).await, Ok(None));
    stage.launch(&spec).await;

    stage.runtime.remove(spec.instance).await.expect("removed");
    assert_eq!(empty().await, std::slice::from_ref(&name));
    let guest = outside.container(&stage.installation, &format!("{prefix}-guest"), &[]).await;
    let request = NetworkConnectRequest { container: guest.clone(), ..Default::default() };
    outside.0.connect_network(&name, request).await.expect("connected");
    assert_eq!(empty().await, Vec::<String>::new(), "a stranger is in it");
    outside.0.remove_container(&guest, None).await.expect("removed");
    stage.runtime.discard_network(&name).await.expect("removed");
    assert!(outside.0.inspect_network(&name, None).await.is_err());
}
