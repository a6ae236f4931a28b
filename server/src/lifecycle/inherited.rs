//! Sockets that the process was started with: by systemd (socket activation), or by the server whose place it takes.
//!
//! Both pass them in the same way, which `sd_listen_fds(3)` describes: `LISTEN_FDS`, `LISTEN_FDNAMES`, and from systemd
//! `LISTEN_PID`. A predecessor adds one socket more, by its name, over which the two talk.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    os::{
        fd::OwnedFd,
        unix::net::{UnixListener, UnixStream},
    },
};

use anyhow::bail;
use listenfd::ListenFd;

/// What the socket to a successor is called.
pub(super) const CONVERSATION: &str = "thon-handover";

/// What listening sockets are called.
pub(super) const LISTENER: &str = "thon";

/// The sockets that the process was started with.
#[derive(Debug, Default)]
pub struct Inherited {
    addresses: Vec<TcpListener>,
    pub(super) operator: Option<UnixListener>,
    /// To the server whose place this process takes.
    pub(super) conversation: Option<UnixStream>,
}

impl Inherited {
    /// Takes the sockets; `names` is what `LISTEN_FDNAMES` says.
    ///
    /// # Errors
    /// When a descriptor is neither a TCP nor a Unix socket.
    pub fn take(names: Option<&str>) -> io::Result<Self> {
        let mut all = ListenFd::from_env();
        let names: Vec<&str> = names.unwrap_or_default().split(':').collect();
        let mut inherited = Self::default();
        for nth in 0..all.len() {
            if let Ok(Some(socket)) = all.take_unix_listener(nth) {
                if names.get(nth) == Some(&CONVERSATION) {
                    inherited.conversation = Some(UnixStream::from(OwnedFd::from(socket)));
                } else {
                    socket.set_nonblocking(true)?;
                    inherited.operator = Some(socket);
                }
            } else if let Some(socket) = all.take_tcp_listener(nth)? {
                socket.set_nonblocking(true)?;
                inherited.addresses.push(socket);
            }
        }
        Ok(inherited)
    }

    /// The socket that listens on an address, if there is one.
    pub(super) fn address(&mut self, wanted: SocketAddr) -> io::Result<Option<TcpListener>> {
        for (nth, listener) in self.addresses.iter().enumerate() {
            if listener.local_addr()? == wanted {
                return Ok(Some(self.addresses.swap_remove(nth)));
            }
        }
        Ok(None)
    }

    /// Closes what the configuration does not ask for any more, or refuses it when nobody ever asked for it: it would
    /// open a door that the configuration keeps shut.
    ///
    /// # Errors
    /// When a service manager hands over more than the configuration names.
    pub(super) fn refuse_the_rest(&mut self) -> anyhow::Result<()> {
        if self.conversation.is_some() {
            self.addresses.clear();
            return Ok(());
        }
        if self.operator.is_some() {
            bail!("a Unix socket was handed over, but THON makes its own; hand over TCP sockets only");
        }
        if let Some(listener) = self.addresses.first() {
            let address = listener.local_addr()?;
            bail!("a socket on {address} was handed over, but no key of the configuration names that address");
        }
        Ok(())
    }

    /// Something to tell the server whose place this process should have taken why it cannot.
    ///
    /// # Errors
    /// When the process has no descriptor left.
    pub fn refusal(&self) -> io::Result<Refusal> {
        Ok(Refusal(self.conversation.as_ref().map(UnixStream::try_clone).transpose()?))
    }
}

/// Tells the predecessor, if there is one, that nothing comes of it.
#[derive(Debug)]
pub struct Refusal(Option<UnixStream>);

impl Refusal {
    /// Says why.
    pub fn say(self, reason: &str) {
        if let Some(stream) = self.0 {
            super::handover::refuse(stream, reason);
        }
    }
}
