//! The sandboxes' network as it is made, shared and refused.

use bollard::models::NetworkCreateRequest;

use crate::{
    outside::Outside,
    stage::{Stage, random, rejection},
};

#[tokio::test]
async fn docker_network_is_made_once_in_a_free_range() {
    let name = format!("t{}", random());
    let outside = Outside::connect();
    let taken = Stage::docker();
    taken.runtime.create(&taken.person("first")).await.expect("the usual network");
    let [one, other] = [(); 2].map(|()| Stage::docker_with(|options| options.network.clone_from(&name)));
    let (ada, bob) = (one.person("ada"), other.person("bob"));
    let made = tokio::join!(one.runtime.create(&ada), other.runtime.create(&bob));

    let found = outside.0.inspect_network(&name, None).await;
    one.runtime.remove(ada.instance).await.expect("removed");
    other.runtime.remove(bob.instance).await.expect("removed");
    outside.0.remove_network(&name).await.expect("one network to remove");
    assert!(outside.0.inspect_network(&name, None).await.is_err(), "there were two networks of one name");
    made.0.and(made.1).expect("both found their network");

    let network = found.expect("a network");
    let options = network.options.expect("options");
    assert_eq!(options["com.docker.network.bridge.name"], name);
    assert_eq!(options["com.docker.network.bridge.enable_icc"], "false");
    let range = network.ipam.and_then(|ipam| ipam.config).and_then(|ranges| ranges.into_iter().next());
    let subnet = range.and_then(|range| range.subnet).expect("a subnet");
    assert!(subnet.ends_with(".0/22") && subnet != "10.213.0.0/22", "{subnet}");
}

#[tokio::test]
async fn docker_network_that_thon_did_not_make_is_refused() {
    let name = format!("t{}", random());
    let outside = Outside::connect();
    let request = NetworkCreateRequest { name: name.clone(), ..Default::default() };
    outside.0.create_network(request).await.expect("a network");
    let stage = Stage::docker_with(|options| options.network.clone_from(&name));
    let refused = stage.runtime.create(&stage.person("ada")).await;
    outside.0.remove_network(&name).await.expect("removed");
    assert_eq!(rejection(refused), "network-foreign");
    assert_eq!(outside.containers("thon.installation", &stage.installation).await, Vec::<String>::new());
}
