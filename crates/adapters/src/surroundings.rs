//! The surroundings of this machine: its DNS, and who answers at a door.

mod knock;

use std::{
    net::{IpAddr, SocketAddr, UdpSocket},
    time::Duration,
};

use async_trait::async_trait;
use hickory_resolver::{Resolver, TokioResolver, config::ResolverConfig, net::runtime::TokioRuntimeProvider};
use http::HeaderValue;
use thon_core::port::surroundings::{Answer, Knock, Surroundings};
use tokio::net::TcpSocket;

use self::knock::Knocker;

/// How long a question to the DNS, or a knock, may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// What this machine sees.
pub struct FromHere {
    dns: Result<TokioResolver, String>,
    knocker: Knocker,
}

impl FromHere {
    /// Asks the DNS that the system is configured for (`/etc/resolv.conf`, `/etc/hosts`).
    ///
    /// `mark` is what this server tells of itself, so that it is known from all others.
    pub fn new(mark: HeaderValue) -> Self {
        let dns = Resolver::builder_tokio().and_then(|mut builder| {
            let options = builder.options_mut();
            (options.timeout, options.attempts, options.cache_size) = (PATIENCE / 2, 1, 0);
            builder.build()
        });
        Self { dns: dns.map_err(|error| error.to_string()), knocker: Knocker::new(mark) }
    }

    /// Asks the DNS that is named.
    pub fn asking(dns: ResolverConfig, mark: HeaderValue) -> Self {
        let mut builder = Resolver::builder_with_config(dns, TokioRuntimeProvider::default());
        builder.options_mut().cache_size = 0;
        Self { dns: builder.build().map_err(|error| error.to_string()), knocker: Knocker::new(mark) }
    }
}

#[async_trait]
impl Surroundings for FromHere {
    async fn resolve(&self, name: &str) -> Result<Vec<IpAddr>, String> {
        let dns = self.dns.as_ref().map_err(Clone::clone)?;
        // With the dot at its end no search domain of this machine is added.
        let asked = tokio::time::timeout(PATIENCE, dns.lookup_ip(format!("{name}."))).await;
        match asked.map_err(|_| format!("it says nothing within {} s", PATIENCE.as_secs()))? {
            Ok(found) => Ok(found.iter().collect()),
            Err(error) if error.is_no_records_found() || error.is_nx_domain() => Ok(Vec::new()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn is_own(&self, address: IpAddr) -> bool {
        // Only an address of this machine can be bound (EADDRNOTAVAIL, ip(7)).
        UdpSocket::bind(SocketAddr::new(address, 0)).is_ok()
    }

    async fn knock(&self, door: &Knock) -> Answer {
        let late = || Answer::Nobody(format!("no answer within {} s", PATIENCE.as_secs()));
        tokio::time::timeout(PATIENCE, self.knocker.knock(door)).await.unwrap_or_else(|_| late())
    }

    async fn taken(&self, host: IpAddr, ports: Vec<u16>) -> Vec<u16> {
        ports.into_iter().filter(|port| !is_free(SocketAddr::new(host, *port))).collect()
    }
}

/// Whether a listener could be bound there. Nobody is listened to meanwhile.
fn is_free(at: SocketAddr) -> bool {
    let socket = if at.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    socket.and_then(|socket| socket.set_reuseaddr(true).and_then(|()| socket.bind(at))).is_ok()
}
