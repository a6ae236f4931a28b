//! Settings against a real database.

use super::*;
use crate::testing::Ground;

fn allowed(key: &str, is_fixed: bool) -> Allowed {
    Allowed {
        key: key.to_owned(),
        names: if key == "nginx.domain" { vec!["nginx_domain"] } else { Vec::new() },
        about: "",
        takes: String::new(),
        default: Some("default".to_owned()),
        in_force: Some("default".to_owned()),
        origin: if is_fixed { "thon.yaml:3" } else { "default" }.to_owned(),
        is_fixed,
        has_effect: true,
    }
}

/// Settings of which `bad` is a value that none takes.
fn settings(ground: &Ground) -> Settings {
    let check = |values: &Values| {
        let bad = values.iter().filter(|(_, value)| *value == "bad");
        bad.map(|(key, _)| FieldError { field: key.clone(), message: "must be good".to_owned() }).collect()
    };
    let keys = [allowed("nginx.domain", false), allowed("gateway.mode", false), allowed("external_ip", true)];
    let list = AllowList { keys: keys.into(), check: Arc::new(check) };
    Settings::new(ground.store.clone(), ground.clock.nature(), list)
}

fn values<const N: usize>(pairs: [(&str, &str); N]) -> Values {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

fn told(settings: &[Setting]) -> Vec<(&str, Option<&str>, bool)> {
    settings.iter().map(|s| (s.allowed.key.as_str(), s.value.as_deref(), s.needs_restart())).collect()
}

#[tokio::test]
async fn what_is_set_stays_and_counts_from_the_next_start() {
    let ground = Ground::new().await;
    let settings = settings(&ground);
    let operator = Actor::operator();
    settings.set(&operator, values([("nginx_domain", " thon.example ")])).await.expect("set");
    let all = settings.all(&operator).await.expect("settings");
    assert_eq!(
        told(&all),
        [
            ("nginx.domain", Some("thon.example"), true),
            ("gateway.mode", Some("default"), false),
            ("external_ip", Some("default"), false),
        ]
    );
    let one = settings.one(&operator, "nginx_domain").await.expect("a setting");
    assert_eq!(one, all[0]);
    settings.set(&operator, values([("nginx.domain", "")])).await.expect("given back");
    let one = settings.one(&operator, "nginx.domain").await.expect("a setting");
    assert_eq!((one.value.as_deref(), one.needs_restart()), (Some("default"), false));
}

#[tokio::test]
async fn one_bad_value_keeps_all_from_being_set() {
    let ground = Ground::new().await;
    let settings = settings(&ground);
    let operator = Actor::operator();
    let mixed = values([("nginx.domain", "good"), ("gateway.mode", "bad")]);
    let error = settings.set(&operator, mixed).await.expect_err("refused");
    assert!(matches!(&error, Error::Invalid { fields, .. } if fields.len() == 1 && fields[0].field == "gateway.mode"));
    assert!(settings.all(&operator).await.expect("settings").iter().all(|setting| !setting.needs_restart()));
}

#[tokio::test]
async fn a_fixed_key_and_an_unknown_one_are_refused() {
    let ground = Ground::new().await;
    let settings = settings(&ground);
    let operator = Actor::operator();
    let error = settings.set(&operator, values([("external_ip", "1.2.3.4")])).await.expect_err("refused");
    assert!(
        matches!(&error, Error::Conflict { what, .. } if what == "the setting external_ip is fixed by thon.yaml:3"),
        "{error}"
    );
    for name in ["installation", "database.url", ""] {
        let error = settings.set(&operator, values([(name, "x")])).await.expect_err("refused");
        assert!(matches!(error, Error::NotFound { .. }), "{name}");
        assert!(matches!(settings.one(&operator, name).await, Err(Error::NotFound { .. })), "{name}");
    }
}

#[tokio::test]
async fn only_admins_set_and_participants_see_nothing() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let settings = settings(&ground);
    let alice = ground.participant(ground.user("alpha/alice").await.id).await;
    let organizer = Actor { role: thon_domain::role::Role::Organizer, ..Actor::operator() };
    assert!(matches!(settings.all(&alice).await, Err(Error::Forbidden { .. })));
    assert!(settings.all(&organizer).await.is_ok());
    let change = values([("nginx.domain", "thon.example")]);
    for actor in [&alice, &organizer] {
        assert!(matches!(settings.set(actor, change.clone()).await, Err(Error::Forbidden { .. })));
    }
}
