//! The server dies at every named point of everything that is asked of an instance: the next one finishes it, with nothing
//! lost or double.

use std::{
    fs,
    os::unix::{fs::MetadataExt as _, process::ExitStatusExt as _},
    time::Instant,
};

use serde_json::json;
use strum::IntoEnumIterator as _;
use thon_core::fault::Point;

use crate::docker::{Container, Event, PEOPLE, Server, docker};

/// SIGABRT, by which a fault point ends the process.
const ABORTED: i32 = 6;

/// What is asked of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter)]
enum Asked {
    Launch,
    Pause,
    Resume,
    Recreate,
    Terminate,
}

/// Whether somebody passes a point. Whoever makes a new one has to say so here.
const fn passes(asked: Asked, point: Point) -> bool {
    match point {
        Point::IntentCommitted => true,
        Point::VolumesWanted
        | Point::VolumesMade
        | Point::ContainerMade
        | Point::FilesPut
        | Point::ContainerNamed
        | Point::ContainerStarted => matches!(asked, Asked::Launch | Asked::Recreate),
        Point::EditorAnswered => matches!(asked, Asked::Launch | Asked::Resume | Asked::Recreate),
        Point::SandboxPaused => matches!(asked, Asked::Pause),
        Point::SandboxResumed => matches!(asked, Asked::Resume),
        Point::ContainerStopped | Point::SandboxRemoved => matches!(asked, Asked::Recreate | Asked::Terminate),
    }
}

/// Every second of the points that are passed, so that no test is long.
fn points(asked: Asked, half: usize) -> impl Iterator<Item = Point> {
    Point::iter().filter(move |point| passes(asked, *point)).skip(half).step_by(2)
}

#[test]
fn every_point_is_passed_by_somebody() {
    for point in Point::iter() {
        assert!(Asked::iter().any(|asked| passes(asked, point)), "no test dies at {point}");
    }
}

#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn docker_whatever_is_asked_survives(
    #[values(Asked::Launch, Asked::Pause, Asked::Resume, Asked::Recreate, Asked::Terminate)] asked: Asked,
    #[values(0, 1)] half: usize,
) {
    let event = Event::new("fault");
    let mut server = event.server().await;
    let points: Vec<Point> = points(asked, half).collect();
    assert!((1..=PEOPLE.len()).contains(&points.len()), "{points:?}");
    for (point, somebody) in points.into_iter().zip(PEOPLE) {
        // Only once is there nothing of a person's at all.
        let person = if asked == Asked::Launch { somebody } else { PEOPLE[0] };
        let before = asked.prepare(&server, &event, person).await;
        server.stop();
        let dying = event.server_that_dies_at(&point.to_string()).await;
        asked.ask(&dying, &event, person).await;
        assert_eq!(dying.ended().signal(), Some(ABORTED), "{asked:?}: {point} was not passed");
        let volumes = event.volumes();

        let began = Instant::now();
        server = event.server().await;
        server.healed_since(began).await;
        asked.has_arrived(&server, &event, (person, &before)).await;
        let now = event.volumes();
        assert!(volumes.iter().all(|volume| now.contains(volume)), "{asked:?} {point}: {volumes:?} became {now:?}");
    }
    server.stop();
}

impl Asked {
    /// Brings somebody's instance to where this can be asked; tells the containers that it has then.
    async fn prepare(self, server: &Server<'_>, event: &Event, person: &str) -> Vec<Container> {
        let runs = server.found(person).await.is_some_and(|instance| instance["state"] == "Running");
        if self != Self::Launch && !runs {
            server.launch(person).await;
        }
        if self == Self::Resume {
            server.done(person, "pause").await;
        }
        event.containers_of(person)
    }

    /// Asks a server that dies of it.
    async fn ask(self, dying: &Server<'_>, event: &Event, person: &str) {
        if self == Self::Launch {
            let body = json!({ "group": event.group, "username": person }).to_string();
            return dying.asked_in_vain("POST", "/api/instances", &body).await;
        }
        let instance = dying.instance(person).await;
        let path = format!("/api/instances/{}", instance["id"].as_str().expect("an id"));
        match self {
            Self::Terminate => dying.asked_in_vain("DELETE", &path, "").await,
            other => {
                let word = format!("{other:?}").to_lowercase();
                dying.asked_in_vain("POST", &format!("{path}/{word}"), "").await;
            }
        }
    }

    /// Looks whether what was asked is so.
    async fn has_arrived(self, server: &Server<'_>, event: &Event, (person, before): (&str, &[Container])) {
        let (state, count) = match self {
            Self::Launch | Self::Resume | Self::Recreate => ("Running", 1),
            Self::Pause => ("Paused", 1),
            Self::Terminate => ("Terminated", 0),
        };
        assert_eq!(server.instance(person).await["state"], state);
        let now = event.containers_of(person);
        assert_eq!(now.len(), count, "{self:?}: {now:?}");
        match self {
            Self::Pause | Self::Resume => assert_eq!(now, before, "it is the same sandbox"),
            Self::Recreate => {
                assert_eq!(now[0].ports, before[0].ports);
                assert_ne!(now[0].id, before[0].id, "it is another sandbox");
            }
            Self::Launch | Self::Terminate => {}
        }
    }
}

impl Event {
    /// Somebody's containers, half-made ones too.
    fn containers_of(&self, person: &str) -> Vec<Container> {
        let name = self.container_of(person);
        self.containers().into_iter().filter(|container| container.name.starts_with(&name)).collect()
    }

    /// The volumes of this event, each with its directory's inode: one that was made anew has another. Docker's
    /// `CreatedAt` would not do, which is when the directory was last written to.
    fn volumes(&self) -> Vec<(String, u64)> {
        let named = docker(&["volume", "ls", "--quiet", "--filter", &format!("name=-{}-", self.group)]);
        let inode = |name: &str| {
            let place = docker(&["volume", "inspect", "--format", "{{.Mountpoint}}", name]);
            (name.to_owned(), fs::metadata(place.trim()).expect("a directory").ino())
        };
        let mut volumes: Vec<_> = named.lines().map(inode).collect();
        volumes.sort();
        volumes
    }
}
