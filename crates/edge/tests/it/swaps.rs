//! Routes that change: never a request to the editor of somebody else.

use http::StatusCode;
use thon_domain::instance::State;
use thon_edge::ProbeError;

use crate::{
    editor::Editor,
    house::{ALICE, BOB, House, alice, instance, route, running, table},
};

#[tokio::test]
async fn two_editors_that_changed_places_are_not_shown() {
    let (house, own) = House::with_alice().await;
    let other = Editor::start("bob").await;
    // Bob's editor now listens where Alice's did; the secrets are as before.
    let wrong = route(ALICE, State::Running, Some((other.address(), own.secret())));
    house.edge.apply(&table([wrong.clone()]));
    for mode in ["navigate", "cors"] {
        let said = house.get(alice("/").header("sec-fetch-mode", mode)).await;
        assert_eq!(said.status, StatusCode::BAD_GATEWAY, "{said:?}");
        assert_eq!(said.header("location"), "");
    }
    let deeper = house.get(alice("/files")).await;
    assert_eq!((deeper.status, deeper.text.as_str()), (StatusCode::BAD_GATEWAY, ""));
    let socket = alice("/ws").header("connection", "upgrade").header("upgrade", "websocket");
    assert_eq!(house.get(socket).await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(house.gate.lost(), [instance(ALICE); 4]);
    assert!(matches!(house.edge.probe(&wrong).await, Err(ProbeError::WrongUpstream)));
}

#[tokio::test]
async fn a_participants_own_program_may_ask_for_a_password() {
    let (house, _editor) = House::with_alice().await;
    let said = house.get(alice("/proxy/3000/private")).await;
    assert_eq!((said.status, said.text.as_str()), (StatusCode::UNAUTHORIZED, "a program's own"));
    assert!(house.gate.lost().is_empty());
}

#[tokio::test]
async fn a_connection_does_not_outlive_its_route() {
    let (house, editor) = House::with_alice().await;
    assert_eq!(house.get(alice("/x")).await.status, StatusCode::OK);
    assert_eq!(house.get(alice("/x")).await.status, StatusCode::OK);
    assert_eq!(editor.connections(), 1, "a kept route keeps its connection");
    house.edge.apply(&table([running(ALICE, &editor), running(BOB, &editor)]));
    assert_eq!(house.get(alice("/x")).await.status, StatusCode::OK);
    assert_eq!(editor.connections(), 1, "a swap that keeps the upstream keeps its connection");
    house.edge.apply(&table([]));
    house.edge.apply(&table([running(ALICE, &editor)]));
    assert_eq!(house.get(alice("/x")).await.status, StatusCode::OK);
    assert_eq!(editor.connections(), 2, "a new route has a new connection");
}

#[tokio::test]
async fn a_request_goes_where_the_table_says_now() {
    let (house, first) = House::with_alice().await;
    let second = Editor::start("second").await;
    for (editor, name) in [(&first, "alice"), (&second, "second"), (&first, "alice")] {
        house.edge.apply(&table([running(ALICE, editor)]));
        assert!(house.get(alice("/x")).await.text.starts_with(&format!("editor {name}\n")));
    }
}

#[tokio::test]
async fn a_probe_sees_what_a_participant_would() {
    let (house, editor) = House::with_alice().await;
    let good = running(ALICE, &editor);
    house.edge.probe(&good).await.expect("well");
    assert_eq!(editor.connections(), 1);
    house.edge.probe(&good).await.expect("well");
    assert_eq!(editor.connections(), 1, "the probe uses the participants' link");

    // Not in the table yet, as before a start is called finished.
    house.edge.probe(&running(BOB, &editor)).await.expect("well");
    let pending = route(ALICE, State::Pending, None);
    assert!(matches!(house.edge.probe(&pending).await, Err(ProbeError::NoUpstream)));

    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = silent.local_addr().expect("an address");
    let late = route(ALICE, State::Running, Some((address, "secret")));
    let began = std::time::Instant::now();
    assert!(matches!(house.edge.probe(&late).await, Err(ProbeError::Late(_))));
    assert!(began.elapsed().as_secs() < 5);
    drop(silent);
    assert!(matches!(house.edge.probe(&late).await, Err(ProbeError::Unreachable(_))));
    assert!(house.gate.lost().is_empty(), "whoever probes knows it already");
}
