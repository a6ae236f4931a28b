//! Looking into sandboxes while they live, on real Docker: what they write and take, over a new container too.

use thon_domain::{id::UserId, live::LiveMessage, sandbox::Reading};

use crate::{
    docker::{Event, Server, docker},
    docker_secure::at_the_editor,
    live::Followed,
};

/// Reads on until a line says this; gives all that was read.
async fn until(stream: &mut Followed, said: &str) -> Vec<String> {
    let mut seen = Vec::new();
    while !seen.iter().any(|line: &String| line.contains(said)) {
        match stream.next().await {
            Some(LiveMessage::Log { lines, .. }) => seen.extend(lines.into_iter().map(|line| line.text)),
            Some(_) => {}
            None => panic!("it ended with {seen:?}"),
        }
    }
    seen
}

async fn reading(stream: &mut Followed, user: UserId, wanted: impl Fn(&Reading) -> bool) -> Reading {
    loop {
        if let LiveMessage::Readings { readings } = stream.next().await.expect("it goes on")
            && let Some(reading) = readings.get(&user).filter(|reading| wanted(reading))
        {
            return *reading;
        }
    }
}

/// Lets the main process of a sandbox say something.
fn say(event: &Event, words: &str) {
    docker(&["exec", &event.container_of("p1"), "sh", "-c", &format!("echo {words} > /proc/1/fd/1")]);
}

async fn id_of(server: &Server<'_>, path: &str) -> String {
    server.instance("p1").await.pointer(path).and_then(|id| id.as_str()).expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_what_a_sandbox_writes_and_takes_is_followed_over_a_new_container() {
    let event = Event::new("look");
    let server = event.server().await;
    server.launch("p1").await;
    let (id, user) = (id_of(&server, "/id").await, id_of(&server, "/user/id").await.parse().expect("an id"));
    let (person, _) = at_the_editor(&event, &server, "p1").await;
    let mut stream = Followed::at(&person, &format!("/api/live?look={id}")).await;
    until(&mut stream, "HTTP server listening on").await;
    say(&event, "first-words");
    until(&mut stream, "first-words").await;

    docker(&["exec", &event.container_of("p1"), "sh", "-c", "head -c 5000000 /dev/urandom > /workspace/large"]);
    let taken = reading(&mut stream, user, |reading| reading.disk_bytes.is_some_and(|bytes| bytes > 5_000_000)).await;
    assert!((10 << 20..512 << 20).contains(&taken.memory_bytes), "{taken:?}");
    docker(&["exec", "--detach", &event.container_of("p1"), "sh", "-c", "while :; do :; done"]);
    reading(&mut stream, user, |reading| reading.cpu_millis > 300).await;

    server.done("p1", "recreate").await;
    let seen = until(&mut stream, "HTTP server listening on").await;
    assert!(!seen.iter().any(|line| line.contains("first-words")), "nothing is told twice: {seen:?}");
    say(&event, "second-words");
    until(&mut stream, "second-words").await;
    server.stop();
}
