//! What nginx is told: every value that a template gets, with its type.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use minijinja::{Value, context};
use thon_domain::address::Pattern;

use super::{
    led::{Led, Port},
    word::{self, Quoted, ServerName, WordError},
};

/// Longer names than nginx's smallest table of names takes (64 bytes with what stands around them).
const SHORT_NAME: usize = 40;

/// Where nginx listens for browsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen {
    /// Everywhere when nothing is said.
    pub host: Option<IpAddr>,
    pub http_port: u16,
    pub https_port: u16,
}

impl Listen {
    /// An address at which this machine reaches the port of plain HTTP.
    pub(super) fn http(&self) -> SocketAddr {
        let host = self.host.filter(|host| !host.is_unspecified());
        SocketAddr::new(host.unwrap_or(IpAddr::from([127, 0, 0, 1])), self.http_port)
    }
}

/// What a site is made of, as the configuration has it.
#[derive(Clone, Debug)]
pub struct SiteOptions {
    /// The name of the dashboard; every sandbox has one below it.
    pub domain: Option<String>,
    /// The ways in which addresses of sandboxes are written.
    pub patterns: Vec<Pattern>,
    /// Addresses at which the dashboard is reached, too.
    pub addresses: Vec<IpAddr>,
    pub listen: Listen,
    /// The certificate with its chain, and its key.
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// Where THON listens for nginx, in plain HTTP.
    pub edge: SocketAddr,
    /// For how many seconds nginx keeps a connection to THON that nobody uses; less than THON does.
    pub idle_s: u16,
}

/// The same, checked.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// The first name of the dashboard.
    pub name: ServerName,
    names: Vec<ServerName>,
    listen: Listen,
    certificate: Quoted,
    key: Quoted,
    front: Quoted,
    question: Option<Quoted>,
    domain: Option<ServerName>,
    has_paths: bool,
    edge: SocketAddr,
    idle_s: u16,
}

impl Site {
    /// Takes the files that have the headers by which THON knows this nginx, and its questions where it leads to editors.
    ///
    /// # Errors
    /// When a value cannot be told to nginx.
    pub fn new(options: &SiteOptions, front: &Path, question: Option<&Path>) -> Result<Self, WordError> {
        let domain = options.domain.as_deref().map(ServerName::domain).transpose()?;
        let both = domain.iter().flat_map(|domain| [domain.clone(), ServerName::below(domain)]);
        let names: Vec<_> = both.chain(options.addresses.iter().copied().map(ServerName::address)).collect();
        Ok(Self {
            name: names.first().cloned().ok_or(WordError::NoName)?,
            names,
            listen: options.listen,
            certificate: Quoted::new(&options.certificate)?,
            key: Quoted::new(&options.key)?,
            front: Quoted::new(front)?,
            question: question.map(Quoted::new).transpose()?,
            domain: domain.filter(|_| has(options, |it| matches!(it, Pattern::Domain { .. }))),
            has_paths: has(options, Pattern::shares_origin),
            // Without the scope of a link-local address, for which nginx has no form.
            edge: SocketAddr::new(options.edge.ip(), options.edge.port()),
            idle_s: options.idle_s.max(1),
        })
    }

    /// What a template gets. `mark` is how nginx tells which configuration it has.
    pub fn context(&self, led: &Led, mark: &str) -> Value {
        let Listen { host, http_port, https_port } = self.listen;
        // A name that would be too long is left to the edge, as everything is that stands nowhere here.
        let servers = led.editors.iter().filter_map(|editor| {
            let name = ServerName::domain(&format!("{}.{}", editor.slug, self.domain.as_ref()?.as_str())).ok()?;
            Some((name, editor.upstream))
        });
        let servers: Vec<_> = servers.collect();
        let names = self.names.iter().chain(servers.iter().map(|(name, _)| name));
        let longest = names.map(|name| name.as_str().len()).max().unwrap_or_default();
        let editors = servers.iter().map(|(name, upstream)| {
            context! { name => name.to_string(), upstream => upstream.to_string(), prefix => "" }
        });
        let paths = led.editors.iter().filter(|_| self.has_paths).map(|editor| {
            context! { prefix => format!("/s/{}", editor.slug), upstream => editor.upstream.to_string() }
        });
        context! {
            editors => editors.collect::<Vec<_>>(),
            paths => paths.collect::<Vec<_>>(),
            question => self.question.as_ref().map(Quoted::value),
            mark => mark.to_owned(),
            name => self.name.to_string(),
            names => self.names.iter().map(ToString::to_string).collect::<Vec<_>>(),
            has_long_names => longest > SHORT_NAME,
            http => word::listen(host, http_port),
            https => word::listen(host, https_port),
            https_port => Value::from_safe_string(https_suffix(https_port)),
            certificate => self.certificate.value(),
            key => self.key.value(),
            front => self.front.value(),
            edge => self.edge.to_string(),
            idle_s => self.idle_s,
        }
    }

    /// What the template for one port gets.
    pub fn port(&self, port: &Port) -> Value {
        let editor = port.upstream.filter(|_| self.question.is_some());
        context! {
            listen => word::listen(self.listen.host, port.port),
            names => self.names.iter().map(ToString::to_string).collect::<Vec<_>>(),
            editor => editor.map(|upstream| context! { upstream => upstream.to_string(), prefix => "" }),
            certificate => self.certificate.value(),
            key => self.key.value(),
            front => self.front.value(),
            question => self.question.as_ref().map(Quoted::value),
        }
    }
}

/// Whether some addresses of sandboxes are written in such a way.
fn has(options: &SiteOptions, way: impl Fn(&Pattern) -> bool) -> bool {
    options.patterns.iter().any(way)
}

/// What follows a name in the address of a page.
fn https_suffix(port: u16) -> String {
    if port == 443 { String::new() } else { format!(":{port}") }
}
