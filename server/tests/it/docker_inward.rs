//! What sandboxes reach of THON on real Docker: their agents' questions on their bridge, and nothing else.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::docker::{Event, Server, docker};

/// A port that no other server of the tests names.
const PORT: u16 = 8231;

/// What `curl` says inside a sandbox: its status, and what came within two seconds.
fn curl(container: &str, arguments: &str) -> String {
    let command = format!("curl -s -m 2 -w ' %{{http_code}}' {arguments}; true");
    docker(&["exec", container, "bash", "-c", &command])
}

/// Waits until the sandbox is answered. Other servers of this machine write the same rules with their own port, so ours are made anew.
async fn answered(server: &Server<'_>, container: &str) {
    let wait = async {
        loop {
            server.operator().get("/api/health").await.with_status(200);
            if curl(container, "$THON_AGENT_URL").ends_with(" 404") {
                return;
            }
            sleep(Duration::from_millis(200)).await;
        }
    };
    timeout(Duration::from_mins(1), wait).await.expect("sandboxes are answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_a_sandbox_reaches_its_agents_address_and_nothing_else_of_thon() {
    let event = Event::new("inward").with("SANDBOX_LISTENER_PORT", PORT.to_string());
    let server = event.server().await;
    server.launch("p1").await;
    let container = event.container_of("p1");
    answered(&server, &container).await;
    let url = docker(&["exec", &container, "printenv", "THON_AGENT_URL"]);
    let host = url.trim().strip_suffix("/agent/").expect("the agent's address").to_owned();

    let with_token = "-H \"Authorization: Bearer $THON_AGENT_TOKEN\"";
    let told = curl(&container, &format!("{with_token} ${{THON_AGENT_URL}}visitors"));
    assert!(told.contains("data: {\"visitors\":[]}"), "{told}");
    for refused in ["", "-H 'Authorization: Bearer thon_x'", "-H \"Authorization: Bearer x$THON_AGENT_TOKEN\""] {
        answered(&server, &container).await;
        let said = curl(&container, &format!("{refused} {host}/agent/visitors"));
        assert!(said.ends_with(" 401"), "{refused}: {said}");
    }
    for closed in
        ["/", "/api/instances", "/api/health", "/sign-in", "/healthz", "/.thon/here", "/agent/", "/llm/", "/otel/"]
    {
        answered(&server, &container).await;
        let said = curl(&container, &format!("{with_token} {host}{closed}"));
        assert!(said.ends_with(" 404"), "{closed}: {said}");
    }
    // The dashboard's own port, and ours at any address that is not the bridge's.
    let dashboard = format!("{}:{}", host.trim_end_matches(&format!(":{PORT}")), event.port());
    assert!(curl(&container, &dashboard).ends_with(" 000"), "the dashboard is reached from inside");
    assert!(tokio::net::TcpStream::connect(("127.0.0.1", PORT)).await.is_err(), "it listens on the machine itself");

    server.stop();
}
