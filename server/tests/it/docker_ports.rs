//! A program at a port of a real sandbox: what it hears about who asks, and what that is worth.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::{
    app::Client,
    docker::{Event, docker},
    docker_secure::at_the_editor,
};

/// Answers every request with the headers that it came with.
const MIRROR: &str = "
import http.server
class Mirror(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(self.headers).encode())
http.server.HTTPServer(('127.0.0.1', 3000), Mirror).serve_forever()
";

#[tokio::test(flavor = "multi_thread")]
async fn docker_a_program_at_a_port_does_not_hear_how_the_edge_is_let_in() {
    let event = Event::new("mirror");
    let server = event.server().await;
    server.launch("p1").await;
    let container = event.container_of("p1");
    docker(&["exec", "--detach", &container, "python3", "-c", MIRROR]);
    let secret = docker(&["exec", &container, "sh", "-c", "printf %s \"$HASHED_PASSWORD\""]);
    assert!(secret.len() > 20, "the editor's secret");

    let (browser, _) = at_the_editor(&event, &server, "p1").await;
    let door = format!("3000--{}-p1", event.group);
    let (opened, port) = (browser.visit(&format!("/open/{door}?to=%2F")).await, browser.at(&door));
    let ticket = opened.location().strip_prefix(&port.origin()).expect("its own origin").to_owned();
    assert_eq!(port.visit(&ticket).await.location(), "/");
    port.set_cookie("its_own", "1");
    let deadline = Instant::now() + Duration::from_secs(20);
    let heard = loop {
        let heard = port.visit("/").await;
        if heard.status == 200 {
            break heard.body.to_lowercase();
        }
        assert!(Instant::now() < deadline, "the program does not listen: {}", heard.status);
        sleep(Duration::from_millis(200)).await;
    };
    assert!(heard.contains("x-forwarded-host"), "it hears who asks: {heard}");
    assert!(!heard.contains(&secret.to_lowercase()) && !heard.contains("code-server-session"), "{heard}");
    assert!(heard.contains("its_own=1") && !heard.contains("thon_"), "nor anything of THON's: {heard}");

    // A program may read it out of its own sandbox. Whoever gets it from there opens nothing with it.
    let stranger = Client::new(event.port()).at(&format!("{}-p1", event.group));
    stranger.set_cookie("code-server-session", &secret);
    assert_eq!(stranger.get("/").await.status, 401);
    server.stop();
}
