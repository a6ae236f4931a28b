//! The sandboxes' network as it is made, shared and refused.

use bollard::models::NetworkCreateRequest;

use crate::{
    outside::Outside,
    stage::{Stage, random, rejection},
};

#[tokio::test]
async fn docker_network_is_made_once_in_a_free_range() {
    let prefix = format!("t{}", random());
    let name = format!("{prefix}0");
    let outside = Outside::connect();
    let taken = Stage::docker();
    taken.runtime.create(&taken.person("first")).await.expect("the usual network");
    let [one, other] = [(); 2].map(|()| Stage::docker_with(|options| options.network_prefix.clone_from(&prefix)));
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
    let prefix = format!("t{}", random());
    let name = format!("{prefix}0");
    let outside = Outside::connect();
    let request = NetworkCreateRequest { name: name.clone(), ..Default::default() };
    outside.0.create_network(request).await.expect("a network");
    let stage = Stage::docker_with(|options| options.network_prefix.clone_from(&prefix));
    let refused = stage.runtime.create(&stage.person("ada")).await;
    outside.0.remove_network(&name).await.expect("removed");
    assert_eq!(rejection(refused), "network-foreign");
    assert_eq!(outside.containers("thon.installation", &stage.installation).await, Vec::<String>::new());
}

#[tokio::test]
async fn docker_full_network_leads_to_the_next() {
    let prefix = format!("t{}", random());
    let outside = Outside::connect();
    let stage = Stage::docker_with(|options| {
        options.network_prefix.clone_from(&prefix);
        options.sandboxes_per_network = 2;
    });
    let people = ["ada", "bob", "eve"].map(|name| stage.person(name));
    let mut networks = Vec::new();
    for spec in &people {
        stage.runtime.create(spec).await.expect("created");
        let host = outside.inspect(&spec.slug).await.host_config.expect("a configuration");
        networks.push(host.network_mode.expect("a network"));
    }
    let expected = [0, 0, 1].map(|number| format!("{prefix}{number}"));
    let started = stage.runtime.start(people[2].instance).await;
    for spec in &people {
        stage.runtime.remove(spec.instance).await.expect("removed");
    }
    for number in [0, 1] {
        outside.0.remove_network(&format!("{prefix}{number}")).await.expect("removed");
    }
    assert_eq!(networks, expected);
    started.expect("it starts there");
}
