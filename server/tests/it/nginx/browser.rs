//! A browser as far as `curl` is one: cookies by their rules, redirects, and TLS with THON's own root.

use std::{fs, path::PathBuf};

use tempfile::TempDir;
use tokio::process::Command;

use super::place::{DOMAIN, Place};

/// Somebody's browser, which trusts the root that it got through nginx.
pub struct Browser {
    folder: TempDir,
    resolve: Vec<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Said {
    pub status: u16,
    /// Where the browser has arrived.
    pub url: String,
    head: String,
    pub body: String,
}

impl Said {
    pub fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.trim())
    }
}

impl Browser {
    pub async fn new(place: &Place) -> Self {
        let folder = TempDir::new().expect("a folder");
        let resolve = [place.http, place.https].map(|port| format!("*:{port}:127.0.0.1")).into();
        let browser = Self { folder, resolve };
        fs::write(browser.path("root.pem"), place.root().await).expect("written");
        browser
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// One request, with the cookies of this browser.
    pub async fn ask(&self, url: &str, more: &[&str]) -> Said {
        let [jar, root, head, body] = ["jar", "root.pem", "head", "body"].map(|name| self.path(name));
        let mut command = Command::new("curl");
        command.args(["-sS", "--max-time", "60", "-w", "%{http_code} %{url_effective}", url]);
        command.arg("-b").arg(&jar).arg("-c").arg(&jar).arg("--cacert").arg(root);
        command.arg("-D").arg(&head).arg("-o").arg(&body);
        command.args(self.resolve.iter().flat_map(|one| ["--resolve", one])).args(more);
        let output = command.output().await.expect("curl");
        assert!(output.status.success(), "{url}: {}", String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let (status, url) = told.split_once(' ').expect("what was asked for");
        let read = |path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        Said { status: status.parse().expect("a status"), url: url.to_owned(), head: read(head), body: read(body) }
    }

    /// Looks at a page, wherever it leads.
    pub async fn visit(&self, url: &str) -> Said {
        let page = ["-L", "-H", "accept: text/html", "-H", "sec-fetch-mode: navigate"];
        self.ask(url, &page).await
    }

    /// The cookies of this browser for a name below the domain, as it sends them.
    pub fn cookies(&self, label: &str) -> String {
        let jar = fs::read_to_string(self.path("jar")).unwrap_or_default();
        let host = format!("{label}{DOMAIN}");
        let own = jar.lines().filter_map(|line| {
            let fields: Vec<&str> = line.trim_start_matches("#HttpOnly_").split('\t').collect();
            let [domain, _, _, _, _, name, value] = fields[..] else { return None };
            (domain == host).then(|| format!("{name}={value}"))
        });
        own.collect::<Vec<_>>().join("; ")
    }
}
