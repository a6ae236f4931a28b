//! The sockets that a server listens on. They outlive it: a successor gets the same ones, so nobody is ever refused.

use std::{
    fs, io,
    net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener as StdTcpListener},
    os::{
        fd::OwnedFd,
        unix::{fs::PermissionsExt as _, net::UnixListener as StdUnixListener},
    },
};

use anyhow::Context as _;
use camino::{Utf8Path, Utf8PathBuf};
use tokio::net::{TcpListener, UnixListener};

use super::inherited::Inherited;
use crate::config::Config;

/// Where browsers and the operator's commands come in.
#[derive(Debug)]
pub struct Doors {
    addresses: Vec<StdTcpListener>,
    operator: StdUnixListener,
    /// Where the operator's socket lies.
    pub path: Utf8PathBuf,
}

impl Doors {
    /// Listens on every address of the configuration, where possible on sockets that are open already.
    ///
    /// The operator's socket is made only here: its owner owns the database, so a file that is there is a dead server's.
    ///
    /// # Errors
    /// When an address is taken, or when a service manager hands over a socket that the configuration does not name.
    pub async fn open(config: &Config, inherited: &mut Inherited) -> anyhow::Result<Self> {
        let (mut addresses, mut missing) = (Vec::new(), Vec::new());
        for wanted in wanted(config) {
            match inherited.address(wanted.address)? {
                Some(listener) => addresses.push(listener),
                None => missing.push(wanted),
            }
        }
        inherited.refuse_the_rest()?;
        for Wanted { address, optional } in missing {
            match bound(address).await {
                Ok(listener) => addresses.push(listener),
                Err(error) if optional => tracing::info!("not listening on {address}: {error:#}"),
                Err(error) => return Err(error),
            }
        }
        let path = config.home.socket();
        let operator = match inherited.operator.take() {
            Some(listener) => listener,
            None => made(&path).with_context(|| format!("cannot listen on {path}"))?,
        };
        Ok(Self { addresses, operator, path })
    }

    /// One address that is listened on already, and the operator's socket at a path.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub fn at(listener: StdTcpListener, path: &Utf8Path) -> anyhow::Result<Self> {
        listener.set_nonblocking(true)?;
        let operator = made(path).with_context(|| format!("cannot listen on {path}"))?;
        Ok(Self { addresses: vec![listener], operator, path: path.to_owned() })
    }

    /// The addresses' listeners for one server.
    ///
    /// # Errors
    /// When the process has no descriptor left.
    pub fn addresses(&self) -> io::Result<Vec<TcpListener>> {
        self.addresses.iter().map(|listener| TcpListener::from_std(listener.try_clone()?)).collect()
    }

    /// The operator's listener for one server.
    ///
    /// # Errors
    /// When the process has no descriptor left.
    pub fn operator(&self) -> io::Result<UnixListener> {
        UnixListener::from_std(self.operator.try_clone()?)
    }

    /// All of them, for another process.
    ///
    /// # Errors
    /// When the process has no descriptor left.
    pub fn descriptors(&self) -> io::Result<Vec<OwnedFd>> {
        let addresses = self.addresses.iter().map(|listener| listener.try_clone().map(OwnedFd::from));
        addresses.chain([self.operator.try_clone().map(OwnedFd::from)]).collect()
    }

    /// Takes the operator's socket away, when nobody will answer there any more.
    pub fn close(self) {
        // Already gone is fine too.
        let _ = fs::remove_file(&self.path);
    }
}

/// An address that the configuration asks for.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    address: SocketAddr,
    /// Whether a server may do without.
    optional: bool,
}

/// 127.0.0.1 stands for this machine, so `localhost` is answered on both of its addresses.
fn wanted(config: &Config) -> Vec<Wanted> {
    let (host, port) = (config.dashboard.host, config.dashboard.port);
    let mut all = vec![Wanted { address: SocketAddr::new(host, port), optional: false }];
    if host == IpAddr::from([127, 0, 0, 1]) {
        all.push(Wanted { address: (Ipv6Addr::LOCALHOST, port).into(), optional: true });
    }
    all
}

async fn bound(address: SocketAddr) -> anyhow::Result<StdTcpListener> {
    let hint = "end what listens there, or choose another `dashboard.port`";
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}; {hint}"))?;
    Ok(listener.into_std()?)
}

fn made(path: &Utf8Path) -> io::Result<StdUnixListener> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = StdUnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
