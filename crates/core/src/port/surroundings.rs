//! The port to the surroundings: where names lead, and who answers there, as far as that is seen from this machine.

use std::net::{IpAddr, SocketAddr};

use async_trait::async_trait;

/// Looks around. Every look takes two seconds at most.
#[async_trait]
pub trait Surroundings: Send + Sync + 'static {
    /// The addresses that a name leads to; none when the DNS knows no such name.
    ///
    /// # Errors
    /// Why the DNS could not be asked.
    async fn resolve(&self, name: &str) -> Result<Vec<IpAddr>, String>;

    /// Whether an address is one of this machine's own.
    fn is_own(&self, address: IpAddr) -> bool;

    /// Asks at a door who is there.
    async fn knock(&self, door: &Knock) -> Answer;

    /// Which of these ports cannot be listened on at this address, because somebody does already.
    async fn taken(&self, host: IpAddr, ports: Vec<u16>) -> Vec<u16>;
}

/// A door that a browser would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knock {
    pub at: SocketAddr,
    /// The `Host` that the browser would name, with its port unless that is the usual one.
    pub host: String,
    pub over_tls: bool,
}

/// Who answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This very server.
    Own,
    /// Somebody, and not this server.
    Foreign,
    /// Nobody, and why.
    Nobody(String),
}
