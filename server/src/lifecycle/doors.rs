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

/// A listener, and what it is there for.
#[derive(Debug)]
pub struct Door<L> {
    pub listener: L,
    pub leads: Leads,
}

/// Where somebody gets through a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads {
    /// To the dashboard and the sandboxes, in plain HTTP.
    In,
    /// Likewise, over TLS.
    InByTls,
    /// To the door with TLS.
    ToHttps,
}

/// Where browsers and the operator's commands come in.
#[derive(Debug)]
pub struct Doors {
    addresses: Vec<Door<StdTcpListener>>,
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
                Some(listener) => addresses.push(Door { listener, leads: wanted.leads }),
                None => missing.push(wanted),
            }
        }
        inherited.refuse_the_rest()?;
        for Wanted { address, leads, optional } in missing {
            match bound(address, leads).await {
                Ok(listener) => addresses.push(Door { listener, leads }),
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
        Ok(Self { addresses: vec![Door { listener, leads: Leads::In }], operator, path: path.to_owned() })
    }

    /// These, and one more.
    ///
    /// # Errors
    /// When the socket cannot be made to wait for nobody.
    pub fn and(mut self, listener: StdTcpListener, leads: Leads) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        self.addresses.push(Door { listener, leads });
        Ok(self)
    }

    /// The addresses' listeners for one server.
    ///
    /// # Errors
    /// When the process has no descriptor left.
    pub fn addresses(&self) -> io::Result<Vec<Door<TcpListener>>> {
        let listener = |door: &Door<StdTcpListener>| TcpListener::from_std(door.listener.try_clone()?);
        self.addresses.iter().map(|door| Ok(Door { listener: listener(door)?, leads: door.leads })).collect()
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
        let addresses = self.addresses.iter().map(|door| door.listener.try_clone().map(OwnedFd::from));
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
    leads: Leads,
    /// Whether a server may do without.
    optional: bool,
}

fn wanted(config: &Config) -> Vec<Wanted> {
    let Config { dashboard, edge, .. } = config;
    let doors = [
        (dashboard.host, Some(dashboard.port), Leads::In),
        (edge.host, edge.https_port, Leads::InByTls),
        (edge.host, edge.http_port, Leads::ToHttps),
    ];
    let doors = doors.into_iter().filter_map(|(host, port, leads)| Some((host, port?, leads)));
    doors.flat_map(|(host, port, leads)| everywhere(host, port, leads)).collect()
}

/// 127.0.0.1 stands for this machine, so `localhost` is answered on both of its addresses.
fn everywhere(host: IpAddr, port: u16, leads: Leads) -> impl Iterator<Item = Wanted> {
    let first = Wanted { address: SocketAddr::new(host, port), leads, optional: false };
    let is_local = host == IpAddr::from([127, 0, 0, 1]);
    let second = Wanted { address: (Ipv6Addr::LOCALHOST, port).into(), leads, optional: true };
    std::iter::once(first).chain(is_local.then_some(second))
}

async fn bound(address: SocketAddr, leads: Leads) -> anyhow::Result<StdTcpListener> {
    let key = match leads {
        Leads::In => "dashboard.port",
        Leads::InByTls => "edge.https_port",
        Leads::ToHttps => "edge.http_port",
    };
    let hint = format!("end what listens there, or choose another `{key}`");
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
