//! Signals: what asks the server to stop, or to give way to a newer one.

use std::io::{self, IsTerminal as _};

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Stop,
    Restart,
}

/// The signals that the process hears.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
    on_terminal: bool,
}

impl Signals {
    /// Begins to listen. None is lost from now on.
    ///
    /// # Errors
    /// When signals cannot be listened to.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
            on_terminal: io::stdin().is_terminal(),
        })
    }

    /// Waits until somebody asks for something: SIGTERM, ^C at a terminal, SIGHUP.
    pub async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.terminate.recv() => Asked::Stop,
            _ = self.interrupt.recv() => Asked::Stop,
            // By custom "read your configuration again"; from a terminal it says that the terminal has gone.
            _ = self.hang_up.recv() => if self.on_terminal { Asked::Stop } else { Asked::Restart },
        }
    }

    /// Waits until somebody asks the process to stop.
    pub async fn stop(&mut self) {
        while self.next().await != Asked::Stop {}
    }
}
