//! Surroundings as the test wants them: where names lead, which addresses are ours, who answers at a door.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;

use crate::port::surroundings::{Answer, Knock, Surroundings};

/// A world with nobody in it until somebody is put there.
#[derive(Debug, Default)]
pub struct World(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    names: BTreeMap<String, Result<Vec<IpAddr>, String>>,
    own: BTreeSet<IpAddr>,
    doors: BTreeMap<SocketAddr, Answer>,
    looked: usize,
}

impl World {
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Where a name leads; `*.` before it stands for every name below.
    pub fn leads(&self, name: &str, to: Result<&[IpAddr], &str>) {
        let to = to.map(<[IpAddr]>::to_vec).map_err(ToOwned::to_owned);
        self.change(|state| state.names.extend([(name.to_owned(), to)]));
    }

    /// Makes an address one of this machine.
    pub fn own(&self, address: IpAddr) {
        self.change(|state| state.own.extend([address]));
    }

    /// Who answers at a door from now on.
    pub fn at(&self, door: SocketAddr, answer: Answer) {
        self.change(|state| state.doors.extend([(door, answer)]));
    }

    /// How often somebody asked the DNS or knocked.
    pub fn looked(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).looked
    }
}

#[async_trait]
impl Surroundings for World {
    async fn resolve(&self, name: &str) -> Result<Vec<IpAddr>, String> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.looked += 1;
        let all = name.split_once('.').map(|(_, domain)| format!("*.{domain}")).unwrap_or_default();
        state.names.get(name).or_else(|| state.names.get(&all)).cloned().unwrap_or(Ok(Vec::new()))
    }

    fn is_own(&self, address: IpAddr) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).own.contains(&address)
    }

    async fn knock(&self, door: &Knock) -> Answer {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.looked += 1;
        state.doors.get(&door.at).cloned().unwrap_or_else(|| Answer::Nobody("connection refused".to_owned()))
    }

    async fn taken(&self, host: IpAddr, ports: Vec<u16>) -> Vec<u16> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ports.into_iter().filter(|port| state.doors.contains_key(&SocketAddr::new(host, *port))).collect()
    }
}
