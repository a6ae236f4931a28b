//! What nginx is told: every value that a template gets, with its type.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use minijinja::{Value, context};

use super::word::{self, Quoted, ServerName, WordError};

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
    edge: SocketAddr,
    idle_s: u16,
}

impl Site {
    /// Takes the file that has the header by which THON knows this nginx.
    ///
    /// # Errors
    /// When a value cannot be told to nginx.
    pub fn new(options: &SiteOptions, front: &Path) -> Result<Self, WordError> {
        let domain = options.domain.as_deref().map(ServerName::domain).transpose()?;
        let domain = domain.into_iter().flat_map(|domain| [domain.clone(), ServerName::below(&domain)]);
        let names: Vec<_> = domain.chain(options.addresses.iter().copied().map(ServerName::address)).collect();
        Ok(Self {
            name: names.first().cloned().ok_or(WordError::NoName)?,
            names,
            listen: options.listen,
            certificate: Quoted::new(&options.certificate)?,
            key: Quoted::new(&options.key)?,
            front: Quoted::new(front)?,
            // Without the scope of a link-local address, for which nginx has no form.
            edge: SocketAddr::new(options.edge.ip(), options.edge.port()),
            idle_s: options.idle_s.max(1),
        })
    }

    /// What a template gets. `mark` is how nginx tells which configuration it has.
    pub fn context(&self, mark: &str) -> Value {
        let Listen { host, http_port, https_port } = self.listen;
        let longest = self.names.iter().map(|name| name.as_str().len()).max().unwrap_or_default();
        context! {
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
}

/// What follows a name in the address of a page.
fn https_suffix(port: u16) -> String {
    if port == 443 { String::new() } else { format!(":{port}") }
}
