//! Containers of somebody else that have what a sandbox needs: they stay as they are, and people are told.

use std::time::Instant;

use serde_json::Value;

use crate::docker::{Event, IMAGE, docker};

/// A container that is none of THON's.
struct Stranger(String);

impl Stranger {
    /// Sleeps with these options.
    fn new(options: &[&str]) -> Self {
        let run = ["run", "--detach", "--init", "--entrypoint", "sleep"];
        Self(docker(&[&run, options, &[IMAGE, "600"]].concat()).trim().to_owned())
    }

    fn runs(&self) -> bool {
        docker(&["inspect", "--format", "{{.State.Running}}", &self.0]).trim() == "true"
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        docker(&["rm", "--force", &self.0]);
    }
}

#[track_caller]
fn told(instance: &Value, code: &str, words: &str) {
    assert_eq!(instance["state"], "Failed", "{instance:#}");
    assert_eq!(instance["failure"]["code"], code, "{instance:#}");
    let reason = instance["failure"]["reason"].as_str().expect("a reason");
    assert!(reason.contains(words), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_a_strangers_container_with_our_name_is_left_alone() {
    let event = Event::new("named");
    let name = event.container_of("p1");
    let stranger = Stranger::new(&["--name", &name]);
    let server = event.server().await;

    told(&server.tried("p1").await, "name-taken", &name);
    server.healed_since(Instant::now()).await;
    assert!(stranger.runs());
    assert_eq!(event.containers().len(), 1, "of the try nothing is left");

    drop(stranger);
    server.launch("p1").await;
    server.healed_since(Instant::now()).await;
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_a_strangers_container_on_our_port_is_left_alone() {
    let event = Event::new("ported");
    let server = event.server().await;
    server.launch("p1").await;
    let port = server.instance("p1").await["port"].clone();
    server.done("p1", "terminate").await;
    let stranger = Stranger::new(&["--publish", &format!("127.0.0.1:{port}:8443")]);

    told(&server.tried("p1").await, "port-taken", "Something else listens on the sandbox's port");
    server.healed_since(Instant::now()).await;
    assert!(stranger.runs());
    assert!(event.containers().is_empty(), "of the try nothing is left");

    drop(stranger);
    server.launch("p1").await;
    assert_eq!(server.instance("p1").await["port"], port, "a port is for life");
    server.healed_since(Instant::now()).await;
    server.stop();
}
