//! The device: where somebody is signed in, as far as its browser tells.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// The most that is kept of what a browser says of itself, in characters.
const MOST: usize = 300;

/// What is known of the browser of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// What it says of itself (`User-Agent`).
    pub agent: String,
    /// From where it signed in.
    pub address: Option<IpAddr>,
    /// How its person signed in: `password`, `link`, or the place, for example `GitHub`.
    pub by: String,
    /// The word of that place in addresses, for example `github`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

/// What tells browsers apart, the particular before the general: most claim to be their forebears, too.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// The same for systems.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

impl Device {
    pub fn new(agent: &str, address: Option<IpAddr>, by: &str) -> Self {
        Self { agent: agent.chars().take(MOST).collect(), address, by: by.to_owned(), provider: None }
    }

    /// What people call it, for example `Firefox on Linux`.
    pub fn name(&self) -> String {
        let known = |words: &[(&str, &'static str)]| {
            words.iter().find(|(mark, _)| self.agent.contains(mark)).map(|(_, name)| *name)
        };
        match (known(&BROWSERS), known(&SYSTEMS)) {
            (Some(browser), Some(system)) => format!("{browser} on {system}"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => "Unknown device".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_know_their_devices() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 \
                 Safari/537.36 Edg/131.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile \
                 Safari/537.36",
                "Chrome on Android",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Linux"),
            ("curl/8.5.0", "Unknown device"),
            ("", "Unknown device"),
        ] {
            assert_eq!(Device::new(agent, None, "link").name(), name, "{agent}");
        }
    }

    #[test]
    fn what_a_browser_says_of_itself_is_not_kept_for_ever() {
        assert_eq!(Device::new(&"ü".repeat(5000), None, "link").agent.chars().count(), MOST);
    }
}
