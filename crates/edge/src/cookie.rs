//! Cookies: THON's never reach a sandbox and never come from one; code-server's is the edge's alone, unless the editor asks
//! the person for a password.

use http::{HeaderMap, HeaderValue, header};
use thon_domain::address::{Door, Doorway};

use crate::entrance::Entrance;

/// The cookie with which code-server 4 is shown its `HASHED_PASSWORD` (src/node/http.ts there).
pub(crate) const EDITOR_SESSION: &str = "code-server-session";

/// Names of THON's own cookies: the dashboard's session, a sign-in that is under way, the event that was chosen, and all that
/// begin like the editor's.
const SESSION: &str = "thon_session";
const SIGN_IN: &str = "thon_sign_in";
const EVENT: &str = "thon_event";
const EDITOR: &str = "thon_editor";

/// The name of the cookie that opens a door. Where others see it, it has the door's own name.
///
/// The prefix makes browsers refuse a `Domain` (RFC 6265bis §4.1.3.2); it asks for a path that is the whole origin.
pub(crate) fn name(entrance: &Entrance, doorway: &Doorway) -> String {
    let pattern = &entrance.pattern;
    let is_own = !pattern.shares_cookies();
    let prefix = if is_own && pattern.is_secure() { "__Host-" } else { "" };
    format!("{prefix}{EDITOR}{}", pattern.cookie_suffix(doorway))
}

/// What a browser has to come in by a door: the door's own cookie, and the editor's where both have one origin.
pub(crate) fn of<'a>(headers: &'a HeaderMap, entrance: &Entrance) -> Vec<&'a str> {
    let doorway = &entrance.doorway;
    let own = only(headers, &name(entrance, doorway));
    let shares = entrance.pattern.shares_cookies() && doorway.door != Door::Editor;
    let editors = shares.then(|| only(headers, &name(entrance, &Doorway::editor(doorway.slug.clone())))).flatten();
    own.into_iter().chain(editors).collect()
}

/// The value of the cookie with this name; two of one name count as none.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = pairs(headers).filter(|pair| name_of(pair) == name.as_bytes());
    let pair = found.next()?;
    let value = std::str::from_utf8(pair).ok()?.split_once('=')?.1.trim();
    found.next().is_none().then_some(value)
}

/// Whose code-server's own cookie is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionOf {
    /// The edge proves itself with it; a visitor's would be forged.
    Edge,
    /// It is what a person got for their password.
    Person,
}

/// Writes the cookies for a sandbox: the visitor's without THON's, and before them the one that lets the edge in.
///
/// Without that one the person lets themselves in, with their own.
pub(crate) fn for_sandbox(headers: &mut HeaderMap, proof: Option<&HeaderValue>) {
    let session = if proof.is_some() { SessionOf::Edge } else { SessionOf::Person };
    let own = pairs(headers).filter(|pair| !is_reserved(name_of(pair), session));
    let line = proof.map(HeaderValue::as_bytes).into_iter().chain(own).collect::<Vec<_>>().join(b"; ".as_slice());
    headers.remove(header::COOKIE);
    // Bytes of header values and "; " always make a header value again.
    if let Some(mut cookie) = HeaderValue::from_bytes(&line).ok().filter(|cookie| !cookie.is_empty()) {
        cookie.set_sensitive(true);
        headers.insert(header::COOKIE, cookie);
    }
}

/// Takes out of a sandbox's answer the cookies that are not its to set, and binds all others to its own host.
///
/// With a `Domain` they would be sent to the dashboard and to every neighbour.
pub(crate) fn from_sandbox(headers: &mut HeaderMap, session: SessionOf) {
    let all = headers.get_all(header::SET_COOKIE).iter();
    let kept: Vec<HeaderValue> =
        all.filter(|value| !is_reserved(name_set(value.as_bytes()), session)).filter_map(of_this_host).collect();
    headers.remove(header::SET_COOKIE);
    headers.extend(kept.into_iter().map(|value| (header::SET_COOKIE, value)));
}

/// The name under which a cookie comes back. One that is set without a name is sent as its value alone (RFC 6265bis
/// §5.8.3), so `=a=1` comes back as `a=1`.
fn name_set(cookie: &[u8]) -> &[u8] {
    let cookie = cookie.trim_ascii();
    name_of(cookie.strip_prefix(b"=").unwrap_or(cookie))
}

/// A cookie without its `Domain`.
fn of_this_host(cookie: &HeaderValue) -> Option<HeaderValue> {
    let is_domain = |part: &&[u8]| name_of(part).eq_ignore_ascii_case(b"domain");
    let mut parts = cookie.as_bytes().split(|&byte| byte == b';');
    let pair = parts.next()?;
    let kept: Vec<&[u8]> = std::iter::once(pair).chain(parts.filter(|part| !is_domain(part))).collect();
    HeaderValue::from_bytes(&kept.join(b";".as_slice())).ok()
}

/// All `name=value` of all `Cookie` headers: HTTP/2 may split them (RFC 9113 §8.2.3).
pub fn pairs(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(header::COOKIE).iter();
    lines.flat_map(|line| line.as_bytes().split(|&byte| byte == b';')).map(<[u8]>::trim_ascii).filter(|p| !p.is_empty())
}

fn name_of(pair: &[u8]) -> &[u8] {
    let end = pair.iter().position(|&byte| byte == b'=' || byte == b';').unwrap_or(pair.len());
    pair[..end].trim_ascii()
}

/// Whether the name is THON's or the edge's. Case does not count here: better one too many than one too few.
fn is_reserved(name: &[u8], session: SessionOf) -> bool {
    let begins = |text: &[u8], prefix: &str| {
        text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    let plain = if begins(name, "__Host-") { &name["__Host-".len()..] } else { name };
    [SESSION, SIGN_IN, EVENT].iter().any(|own| plain.eq_ignore_ascii_case(own.as_bytes()))
        || begins(plain, EDITOR)
        || (session == SessionOf::Edge && plain.eq_ignore_ascii_case(EDITOR_SESSION.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &header::HeaderName, lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (name.clone(), HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn only_the_visitors_own_cookies_reach_a_sandbox() {
        let mut headers = headers(
            &header::COOKIE,
            &[
                "a=1; thon_session=x;__Host-thon_session=x; thon_sign_in=x; thon_event=x; b=\"2;thon_editor=x",
                "THON_SESSION =x; thon_editor_alpha-bob=x; __host-Thon_editor=x; code-server-session=forged; thon=3; c",
            ],
        );
        for_sandbox(&mut headers, Some(&HeaderValue::from_static("code-server-session=real")));
        let lines: Vec<_> = headers.get_all(header::COOKIE).iter().collect();
        assert_eq!(lines, ["code-server-session=real; a=1; b=\"2; thon=3; c"]);
    }

    #[test]
    fn a_sandbox_sets_its_own_cookies_only() {
        let mut headers = headers(
            &header::SET_COOKIE,
            &[
                "a=1; Path=/",
                "thon_session=x; Domain=localhost",
                "__Host-thon_sign_in=x; Secure; Path=/",
                "__Host-thon_event=x; Secure; Path=/",
                " thon_editor=x",
                "= thon_session=x",
                "=__Host-thon_editor=x",
                "code-server-session=x",
                "b=2; domain = thon.example.org; Secure",
            ],
        );
        from_sandbox(&mut headers, SessionOf::Edge);
        let lines: Vec<_> = headers.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(lines, ["a=1; Path=/", "b=2; Secure"]);
    }

    #[test]
    fn a_person_with_a_password_keeps_what_they_got_for_it() {
        let mut sent = headers(&header::COOKIE, &["a=1; thon_session=x; code-server-session=theirs; thon_editor=x"]);
        for_sandbox(&mut sent, None);
        assert_eq!(sent.get_all(header::COOKIE).iter().collect::<Vec<_>>(), ["a=1; code-server-session=theirs"]);
        let mut none = headers(&header::COOKIE, &["thon_editor=x"]);
        for_sandbox(&mut none, None);
        assert!(none.is_empty(), "{none:?}");
        let mut given = headers(&header::SET_COOKIE, &["code-server-session=theirs", "thon_session=x"]);
        from_sandbox(&mut given, SessionOf::Person);
        assert_eq!(given.get_all(header::SET_COOKIE).iter().collect::<Vec<_>>(), ["code-server-session=theirs"]);
    }

    #[test]
    fn two_cookies_of_one_name_are_none() {
        assert_eq!(only(&headers(&header::COOKIE, &["a=1; thon_editor=x=y"]), EDITOR), Some("x=y"));
        assert_eq!(only(&headers(&header::COOKIE, &["thon_editor=x", "thon_editor=y"]), EDITOR), None);
        assert_eq!(only(&headers(&header::COOKIE, &["thon_editor"]), EDITOR), None);
    }
}
