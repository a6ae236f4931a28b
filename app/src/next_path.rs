//! Paths to come back to: after signing in, after a plain form.

use leptos_router::location::Url;
pub use thon_domain::local_path::local_path;

/// The keys of a query that ask a question: about which instances, users or group, and what shall be done with them.
pub const QUESTION: [&str; 8] = ["confirm", "ids[]", "ids%5B%5D", "act", "users[]", "users%5B%5D", "delete", "event"];

/// A value of a raw query string, decoded once. The router's own map decodes twice, so what follows an encoded `&` gets lost.
pub fn value(search: &str, key: &str) -> Option<String> {
    let mut pairs = search.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let found = pairs.rfind(|(name, _)| *name == key);
    found.map(|(_, value)| Url::unescape(&value.replace('+', " ")))
}

/// Path and query of a whole URL.
pub fn of_url(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    Some(local_path(&rest[rest.find('/')?..]).to_owned())
}

/// Where the list is that a page of one person, group or instance belongs to; any other page is its own.
pub fn list_of(path: &str) -> &str {
    let lists = ["/users", "/groups", "/instances"];
    lists.into_iter().find(|list| path.strip_prefix(list).is_some_and(|rest| rest.starts_with('/'))).unwrap_or(path)
}

/// A path without these keys of its query.
pub fn without(path: &str, keys: &[&str]) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let stays = |pair: &&str| !keys.contains(&pair.split('=').next().unwrap_or_default());
    let query: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).filter(stays).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// A query that says `key=value`, or nothing of `key` when the value is empty; whatever else it says stays.
///
/// The value is a word or an id, which need no escape.
pub fn with(search: &str, key: &str, value: &str) -> String {
    let kept = without(&format!("?{}", search.trim_start_matches('?')), &[key]);
    let kept = kept.trim_start_matches('?');
    match (kept.is_empty(), value.is_empty()) {
        (_, true) => format!("?{kept}"),
        (true, false) => format!("?{key}={value}"),
        (false, false) => format!("?{kept}&{key}={value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_decoded_once() {
        let search = "error=x&next=%2Finstances%3Fq%3Da%2526b%26state%3Drunning";
        assert_eq!(value(search, "next").as_deref(), Some("/instances?q=a%26b&state=running"));
        assert_eq!(value("q=ada+l%2B", "q").as_deref(), Some("ada l+"));
        assert_eq!(value(search, "q"), None);
    }

    #[test]
    fn a_form_goes_back_without_its_question() {
        let back = of_url("http://localhost:8100/instances?q=a&confirm=1&act=recreate").expect("a path");
        assert_eq!(without(&back, &QUESTION), "/instances?q=a");
        assert_eq!(
            without("/instances?ids%5B%5D=1&ids%5B%5D=2&act=terminate&sort=name", &QUESTION),
            "/instances?sort=name"
        );
        assert_eq!(without("/?confirm=1", &["confirm"]), "/");
        assert_eq!(of_url("http://localhost"), None);
    }

    #[test]
    fn what_is_one_of_many_has_a_list() {
        assert_eq!(
            [list_of("/users/1?q=a"), list_of("/groups/import"), list_of("/instances/1")],
            ["/users", "/groups", "/instances"]
        );
        assert_eq!([list_of("/users?q=a"), list_of("/"), list_of("/events/1")], ["/users?q=a", "/", "/events/1"]);
    }

    #[test]
    fn a_query_keeps_whatever_else_it_says() {
        assert_eq!(with("", "state", "failed"), "?state=failed");
        assert_eq!(with("?q=a%20b&state=running", "state", "failed"), "?q=a%20b&state=failed");
        assert_eq!(with("state=running&q=a", "state", ""), "?q=a");
        assert_eq!(with("?state=running", "state", ""), "?");
    }
}
