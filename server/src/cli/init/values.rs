//! Answers as keys: what they set, what they take out, and what of an earlier configuration stays.

use std::collections::BTreeMap;

use camino::Utf8Path;

use super::{
    answers::{Answers, Known},
    earlier::Earlier,
};
use crate::{
    cli::args::{NginxChoice, TierChoice},
    config::{EdgeTier, NginxForm, Runtime, ShownValue},
};

/// The keys of one tier that mean nothing, or something else, in another.
const OF_A_TIER: [&str; 5] = ["nginx.domain", "edge.tier", "edge.host", "edge.https_port", "edge.http_port"];

/// The ways to give the admin's password.
const PASSWORDS: [&str; 4] =
    ["auth.local_password", "auth.local_password_file", "auth.local_password_hash", "auth.local_password_hash_file"];

/// Where THON itself listens for others; with nginx in front that is nginx's.
const OF_THE_DOOR: [&str; 3] = ["edge.host", "edge.https_port", "edge.http_port"];

/// Whether THON itself is reached from other machines: where nginx stands in front, that is.
fn opens(answers: &Answers) -> bool {
    answers.tier != TierChoice::Local && answers.nginx == NginxChoice::None
}

/// The tier, where the other keys alone would lead to another one.
fn said_tier(answers: &Answers) -> Option<EdgeTier> {
    match answers.tier {
        TierChoice::Path => Some(EdgeTier::Path),
        TierChoice::Local if answers.nginx != NginxChoice::None => Some(EdgeTier::Local),
        _ => None,
    }
}

/// Whether other machines may connect and nobody could sign in yet.
pub(super) fn needs_password(answers: &Answers, earlier: &Earlier) -> bool {
    opens(answers) && !PASSWORDS.iter().any(|key| earlier.keys.contains_key(*key))
}

/// Every key that is written with a value.
pub(super) fn chosen(
    answers: &Answers,
    known: &Known<'_>,
    password: Option<&Utf8Path>,
) -> BTreeMap<String, ShownValue> {
    let mut keys = known.earlier.keys.clone();
    if answers.tier != known.earlier_tier() {
        keys.retain(|key, _| !OF_A_TIER.contains(&key.as_str()));
    }
    let is_other_front = answers.nginx != known.earlier_nginx();
    if is_other_front {
        keys.retain(|key, _| !OF_THE_DOOR.contains(&key.as_str()));
    }
    let mut set = |key: &str, value: Option<ShownValue>| match value {
        Some(value) => drop(keys.insert(key.to_owned(), value)),
        None => drop(keys.remove(key)),
    };
    let text = |text: &dyn ToString| ShownValue::Text(text.to_string());
    if answers.tier != known.earlier_tier() {
        set("edge.tier", said_tier(answers).map(|tier| text(&tier)));
    }
    set("nginx.domain", answers.domain.as_ref().map(|domain| text(domain)));
    // The address that is found anyway needs not be said.
    if answers.tier != TierChoice::Local || answers.external_ip.is_some() {
        set("external_ip", answers.external_ip.filter(|ip| Some(*ip) != known.outward).map(|ip| text(&ip)));
        set("nginx.certbot_email", answers.email.as_ref().map(|email| text(email)));
    }
    if is_other_front {
        set("nginx.enabled", (answers.nginx != NginxChoice::None).then_some(ShownValue::Truth(true)));
        set("nginx.mode", (answers.nginx == NginxChoice::Generated).then(|| text(&NginxForm::Generated)));
    }
    let runtime = answers.runtime;
    set("sandbox.runtime", (runtime != Runtime::default()).then(|| text(&runtime)));
    if let Some(password) = password {
        set("auth.local_password_file", Some(text(&password)));
    }
    if opens(answers) {
        let host = if answers.external_ip.is_some_and(|ip| ip.is_ipv6()) { "::" } else { "0.0.0.0" };
        keys.entry("edge.host".to_owned()).or_insert_with(|| text(&host));
        keys.entry("edge.https_port".to_owned()).or_insert(ShownValue::Integer(443));
        keys.entry("edge.http_port".to_owned()).or_insert(ShownValue::Integer(80));
    }
    keys
}
