//! Answers as keys: what they set, what they take out, and what of an earlier configuration stays.

use std::collections::BTreeMap;

use camino::Utf8Path;

use super::{
    answers::{Answers, Known},
    earlier::Earlier,
};
use crate::{
    cli::args::TierChoice,
    config::{EdgeTier, Runtime, ShownValue},
};

/// The keys of one tier that mean nothing, or something else, in another.
const OF_A_TIER: [&str; 5] = ["nginx.domain", "edge.tier", "edge.host", "edge.https_port", "edge.http_port"];

/// The ways to give the admin's password.
const PASSWORDS: [&str; 4] =
    ["auth.local_password", "auth.local_password_file", "auth.local_password_hash", "auth.local_password_hash_file"];

/// Whether THON itself is reached from other machines: where nginx stands in front, that is.
fn opens(answers: &Answers, earlier: &Earlier) -> bool {
    answers.tier != TierChoice::Local && !has_nginx(earlier)
}

fn has_nginx(earlier: &Earlier) -> bool {
    earlier.config.as_ref().is_some_and(|config| config.nginx.enabled)
}

/// The tier, where the other keys alone would lead to another one.
fn said_tier(answers: &Answers, earlier: &Earlier) -> Option<EdgeTier> {
    match answers.tier {
        TierChoice::Path => Some(EdgeTier::Path),
        TierChoice::Local if has_nginx(earlier) => Some(EdgeTier::Local),
        _ => None,
    }
}

/// Whether other machines may connect and nobody could sign in yet.
pub(super) fn needs_password(answers: &Answers, earlier: &Earlier) -> bool {
    opens(answers, earlier) && !PASSWORDS.iter().any(|key| earlier.keys.contains_key(*key))
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
    let mut set = |key: &str, value: Option<ShownValue>| match value {
        Some(value) => drop(keys.insert(key.to_owned(), value)),
        None => drop(keys.remove(key)),
    };
    let text = |text: &dyn ToString| ShownValue::Text(text.to_string());
    if answers.tier != known.earlier_tier() {
        set("edge.tier", said_tier(answers, known.earlier).map(|tier| text(&tier)));
    }
    set("nginx.domain", answers.domain.as_ref().map(|domain| text(domain)));
    // The address that is found anyway needs not be said.
    if answers.tier != TierChoice::Local || answers.external_ip.is_some() {
        set("external_ip", answers.external_ip.filter(|ip| Some(*ip) != known.outward).map(|ip| text(&ip)));
        set("nginx.certbot_email", answers.email.as_ref().map(|email| text(email)));
    }
    let runtime = answers.runtime;
    set("sandbox.runtime", (runtime != Runtime::default()).then(|| text(&runtime)));
    if let Some(password) = password {
        set("auth.local_password_file", Some(text(&password)));
    }
    if opens(answers, known.earlier) {
        let host = if answers.external_ip.is_some_and(|ip| ip.is_ipv6()) { "::" } else { "0.0.0.0" };
        keys.entry("edge.host".to_owned()).or_insert_with(|| text(&host));
        keys.entry("edge.https_port".to_owned()).or_insert(ShownValue::Integer(443));
        keys.entry("edge.http_port".to_owned()).or_insert(ShownValue::Integer(80));
    }
    keys
}
