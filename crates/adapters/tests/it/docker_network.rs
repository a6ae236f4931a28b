//! The sandboxes' network as it is made, shared and refused.

use bollard::models::{Ipam, IpamConfig, NetworkCreateRequest};

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
    let range = range.expect("a range");
    let subnet = range.subnet.expect("a subnet");
    assert!(subnet.ends_with(".0/22") && subnet != "10.213.0.0/22", "{subnet}");
    assert_eq!(range.gateway.expect("the host's address"), subnet.replace(".0/22", ".1"));
}

#[tokio::test]
async fn docker_host_is_reached_on_a_network_whose_address_docker_chose_and_does_not_tell() {
    const PORT: u16 = 8232;
    let prefix = format!("t{}", random());
    let name = format!("{prefix}0");
    let outside = Outside::connect();
    let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    let range = IpamConfig { subnet: Some("172.31.252.0/22".to_owned()), ..Default::default() };
    let request = NetworkCreateRequest {
        name: name.clone(),
        ipam: Some(Ipam { config: Some(vec![range]), ..Default::default() }),
        labels: Some(map(&[("thon.network", "sandboxes")])),
        options: Some(map(&[
            ("com.docker.network.bridge.name", &name),
            ("com.docker.network.bridge.enable_icc", "false"),
        ])),
        ..Default::default()
    };
    outside.0.create_network(request).await.expect("a network");
    let stage = Stage::docker_with(|options| {
        options.network_prefix.clone_from(&prefix);
        options.sandbox_listener_port = Some(PORT);
    });
    let ada = stage.person("ada");
    let created = stage.runtime.create(&ada).await;
    let addresses = stage.runtime.inward_addresses().await;
    let config = outside.inspect(&ada.slug).await.config;
    stage.runtime.remove(ada.instance).await.expect("removed");
    outside.0.remove_network(&name).await.expect("removed");

    created.expect("created");
    assert_eq!(addresses.expect("addresses"), ["172.31.252.1:8232".parse().expect("an address")]);
    let env = config.and_then(|config| config.env).expect("variables");
    assert!(env.contains(&"THON_AGENT_URL=http://172.31.252.1:8232/agent/".to_owned()), "{env:?}");
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
