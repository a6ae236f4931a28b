//! The description of the REST API is committed, complete, and what the server really says.

use std::{fs, path::PathBuf};

use crate::app::TestApp;

/// Set to anything, it makes this test write the file instead of comparing it.
const REGENERATE: &str = "THON_UPDATE_OPENAPI";

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../openapi.json")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_committed_description_is_the_servers() {
    let app = TestApp::new().await;
    let said = app.admin().await.get("/api/openapi.json").await.with_status(200).json();
    let said = format!("{said:#}\n");
    if std::env::var_os(REGENERATE).is_some() {
        fs::write(file(), &said).expect("openapi.json is written");
    }
    let committed = fs::read_to_string(file()).unwrap_or_default();
    assert!(
        said == committed,
        "openapi.json is not what the server says; if the change is meant, run \
         `{REGENERATE}=1 cargo nextest run -p thon-server openapi` and commit the file"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_says_what_it_does_and_how_it_fails() {
    let app = TestApp::new().await;
    let said = app.admin().await.get("/api/openapi.json").await.json();
    let paths = said["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().expect("methods");
        methods.iter().map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    });
    let mut asked = 0;
    for (name, operation) in operations {
        asked += 1;
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(!summary.is_empty() && summary.len() <= 120, "{name}: {summary:?} is no summary");
        assert!(operation["tags"].as_array().is_some_and(|tags| tags.len() == 1), "{name} has no tag");
        let answers = operation["responses"].as_object().expect("answers");
        let has = |status: &str| answers.contains_key(status);
        let public = name == "GET /api/version" || name.starts_with("GET /api/auth/") || name == "POST /api/auth/local";
        assert!(has("500") && (has("401") || public), "{name} hides how it fails");
        for (status, answer) in answers {
            assert!(answer["description"] != "", "{name} {status} says nothing");
            let reference = &answer["content"]["application/problem+json"]["schema"]["$ref"];
            let refused = status.starts_with(['4', '5']);
            assert_eq!(refused, *reference == "#/components/schemas/Problem", "{name} {status}");
        }
    }
    assert_eq!(asked, 111, "an operation came or went; look whether this test still sees all");
}
