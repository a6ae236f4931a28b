//! Where to go after signing in: a path of this site, whatever the URL asks for.

/// The path asked for when it leads to this very site, else the start page.
///
/// Browsers take `//host` and `/\host` for other sites, and drop tabs and line ends inside a URL first
/// (<https://url.spec.whatwg.org/#concept-basic-url-parser>), so only plain visible ASCII passes.
pub fn local_path(asked: &str) -> &str {
    let local = asked.starts_with('/') && !asked.starts_with("//") && !asked.contains('\\');
    let plain = asked.bytes().all(|byte| byte.is_ascii_graphic());
    if local && plain { asked } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_this_site_is_kept() {
        assert_eq!(local_path("/open/alpha-alice?to=%2Fsrc"), "/open/alpha-alice?to=%2Fsrc");
    }

    #[test]
    fn nothing_leads_elsewhere() {
        for asked in ["", "me", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/a b"]
        {
            assert_eq!(local_path(asked), "/", "{asked:?}");
        }
    }
}
