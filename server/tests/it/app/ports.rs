//! Ports for simulated sandboxes: tests run side by side, in threads and in processes, and none takes another's.

use std::net::{Ipv4Addr, TcpListener};

/// Below the ranges of clients and of public ports, and above where people start.
const FIRST: u16 = 12_000;
const LAST: u16 = 20_000;
const SIZE: u16 = 64;

/// A range of ports. Listening on its first one is what keeps others out.
pub struct Block {
    guard: TcpListener,
}

impl Block {
    pub fn take() -> Self {
        let starts = (FIRST..LAST).step_by(usize::from(SIZE));
        let guard = starts.into_iter().find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok());
        Self { guard: guard.expect("a free range of ports") }
    }

    /// The first port for sandboxes.
    pub fn first(&self) -> u16 {
        self.guard.local_addr().expect("an address").port() + 1
    }
}
