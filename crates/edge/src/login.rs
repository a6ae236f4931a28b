//! How a wrong editor is told from the right one: it does not know the edge's secret and does not let it in.
//!
//! code-server sends a page to `./login` and answers everything else with 401 (src/node/http.ts and routes there).
//! `/healthz` and its static files are open to all, so they say nothing about whose editor answers.

use http::{HeaderValue, Response, StatusCode, header};

/// Paths that lead to a participant's own program, which may ask for a password of its own.
const PROGRAMS: [&str; 2] = ["/proxy/", "/absproxy/"];

/// Whether an editor does not know the edge, although the secret was sent.
pub(crate) fn is_refused<B>(response: &Response<B>, path: &str, host: &HeaderValue) -> bool {
    if response.status() == StatusCode::UNAUTHORIZED {
        return !PROGRAMS.iter().any(|programs| path.starts_with(programs));
    }
    let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
    let target = location.zip(host.to_str().ok()).and_then(|(location, host)| target(path, host, location));
    response.status().is_redirection() && target.as_deref() == Some("/login")
}

/// The path on this host that a `Location` leads to, seen from `path` (RFC 3986 §5.2, as far as needed).
fn target(path: &str, host: &str, location: &str) -> Option<String> {
    let location = location.split(['?', '#']).next().unwrap_or_default();
    let after_scheme = ["http:", "https:"].iter().find_map(|scheme| location.strip_prefix(scheme)).unwrap_or(location);
    if let Some(absolute) = after_scheme.strip_prefix("//") {
        let (authority, rest) = absolute.split_at(absolute.find('/').unwrap_or(absolute.len()));
        return authority.eq_ignore_ascii_case(host).then(|| without_dots(rest));
    }
    if location.starts_with('/') {
        return Some(without_dots(location));
    }
    let folder = path.rfind('/').map_or("/", |end| &path[..=end]);
    Some(without_dots(&format!("{folder}{location}")))
}

fn without_dots(path: &str) -> String {
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            name => kept.push(name),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_the_login_page_is_seen() {
        for (path, location) in [
            ("/", "./login?to=%2F"),
            ("/", "login"),
            ("/", "/login/"),
            ("/proxy/3000/", "../../login?to=x"),
            ("/", "http://a-b.localhost:8100/login#x"),
            ("/", "//A-B.localhost:8100/login"),
        ] {
            assert_eq!(target(path, "a-b.localhost:8100", location).as_deref(), Some("/login"), "{path} {location}");
        }
    }

    #[test]
    fn other_redirects_are_the_sandboxs_own() {
        for (path, location) in [
            ("/", "./?folder=/workspace"),
            ("/proxy/3000/", "./login"),
            ("/proxy/3000/", "/proxy/3000/login"),
            ("/", "https://example.org/login"),
            ("/", "/?to=/login"),
        ] {
            assert_ne!(target(path, "a-b.localhost:8100", location).as_deref(), Some("/login"), "{path} {location}");
        }
    }
}
