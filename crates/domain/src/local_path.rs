//! Paths that a browser may be sent to: of this very site and of no other.

/// Whether a browser that is sent there stays on this site.
///
/// Browsers take `//host` and `/\host` for other sites, and drop tabs and line ends inside a URL first
/// (<https://url.spec.whatwg.org/#concept-basic-url-parser>), so only plain visible ASCII passes.
pub fn is_local_path(asked: &str) -> bool {
    let plain = asked.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    plain && asked.starts_with('/') && !asked.starts_with("//")
}

/// The path asked for when it leads to this very site, else the start page.
pub fn local_path(asked: &str) -> &str {
    if is_local_path(asked) { asked } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_this_site_is_kept() {
        for asked in [
            "/",
            "/open/alpha-alice?to=%2Fsrc",
            "/instances?state=Failed",
            "/a//b",
            "/a?u=https://example.org",
            "/%5Cx",
        ] {
            assert_eq!(local_path(asked), asked);
        }
    }

    #[test]
    fn nothing_leads_elsewhere() {
        for asked in [
            "",
            "me",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a\r\nSet-Cookie: x",
            "/a b",
            " /",
            "/é",
        ] {
            assert_eq!(local_path(asked), "/", "{asked:?}");
        }
    }
}
