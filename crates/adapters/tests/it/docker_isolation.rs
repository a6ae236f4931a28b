//! What keeps a person's code where it belongs, looked at from inside and from the kernel's side.

use thon_core::port::runtime::Limits;

use crate::{outside::Outside, stage::Stage};

#[tokio::test]
async fn docker_editor_is_published_on_loopback_only() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let spec = stage.person("ada");
    stage.launch(&spec).await;
    let ports = outside.inspect(&spec.slug).await.network_settings.expect("settings").ports.expect("ports");
    let bound: Vec<_> = ports.values().flatten().flatten().map(|binding| binding.host_ip.as_deref()).collect();
    assert_eq!(bound, [Some("127.0.0.1")]);

    // The kernel's own list: addresses in host order, hexadecimal; state 0A is LISTEN (proc(5)).
    let port = format!(":{:04X}", spec.host_port);
    let sockets = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| std::fs::read_to_string(path).expect("sockets"));
    let listening: Vec<&str> = sockets
        .iter()
        .flat_map(|table| table.lines())
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|columns| columns.get(3) == Some(&"0A"))
        .filter_map(|columns| columns[1].strip_suffix(&port))
        .collect();
    assert_eq!(listening, ["0100007F"]);
}

#[tokio::test]
async fn docker_sandbox_has_limits_and_no_powers() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let mut spec = stage.person("ada");
    spec.limits = Limits { memory_bytes: 300 << 20, cpus: 0.5, pids: 200, disk_bytes: None };
    stage.launch(&spec).await;
    let status = outside.sh(&spec.slug, "cat /proc/1/status").await;
    let value = |key: &str| status.lines().find_map(|line| line.strip_prefix(key)).map(str::trim).expect("a line");
    for set in ["CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"] {
        assert_eq!(value(set), "0000000000000000", "{set}");
    }
    assert_eq!((value("NoNewPrivs:"), value("Seccomp:")), ("1", "2"));
    assert!(value("Uid:").starts_with("1001"), "{}", value("Uid:"));

    // The paths of both versions of control groups.
    let limit = async |v2: &str, v1: &str| {
        let read = format!("cd /sys/fs/cgroup; cat {v2} 2>/dev/null || cat {v1}");
        outside.sh(&spec.slug, &read).await.trim().to_owned()
    };
    assert_eq!(limit("memory.max", "memory/memory.limit_in_bytes").await, (300 << 20).to_string());
    assert_eq!(limit("pids.max", "pids/pids.max").await, "200");
    let cpu = limit("cpu.max", "cpu/cpu.cfs_quota_us").await;
    assert_eq!(cpu.split(' ').next(), Some("50000"));
    let host = outside.inspect(&spec.slug).await.host_config.expect("a configuration");
    assert_eq!(host.memory_swap, host.memory, "no swap");
}

#[tokio::test]
async fn docker_sandboxes_cannot_reach_each_other() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let (ada, bob) = (stage.person("ada"), stage.person("bob"));
    tokio::join!(stage.launch(&ada), stage.launch(&bob));
    let networks = outside.inspect(&bob.slug).await.network_settings.and_then(|settings| settings.networks);
    let address = networks.expect("networks")["thon0"].ip_address.clone().expect("an address");
    let connect = format!("exec 3<>/dev/tcp/{address}/8443");
    let (said, itself) = outside.run(&bob.slug, &["timeout", "2", "bash", "-c", &connect]).await;
    assert_eq!(itself, 0, "the editor listens there: {said}");
    let (_, neighbour) = outside.run(&ada.slug, &["timeout", "2", "bash", "-c", &connect]).await;
    assert_ne!(neighbour, 0, "a neighbour got through");
}

#[tokio::test]
async fn docker_environment_never_replaces_the_secret() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let mut spec = stage.person("ada");
    spec.env.insert("PYTHON_VERSION".to_owned(), "3.12".to_owned());
    spec.env.insert("HASHED_PASSWORD".to_owned(), "chosen".to_owned());
    stage.launch(&spec).await;
    let expected = format!("3.12 {}\n", spec.secret.reveal());
    assert_eq!(outside.sh(&spec.slug, "echo $PYTHON_VERSION $HASHED_PASSWORD").await, expected);
}
