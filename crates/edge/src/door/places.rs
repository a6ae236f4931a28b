//! Places: how many connections one address may have open.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

/// The places taken, by address. Clones are one and the same.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    per_address: usize,
}

/// A place that is taken until the last clone is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    _held: Arc<Held>,
}

#[derive(Debug)]
struct Held {
    places: Places,
    address: IpAddr,
}

impl Places {
    pub(crate) fn new(per_address: usize) -> Self {
        Self { taken: Arc::default(), per_address }
    }

    /// A place for this address, if there is one left.
    pub(crate) fn take(&self, address: IpAddr) -> Option<Place> {
        let address = household(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(address).or_default();
        if *count >= self.per_address {
            return None;
        }
        *count += 1;
        Some(Place { _held: Arc::new(Held { places: self.clone(), address }) })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

/// Whoever has one address of IPv6 has all of its /64 (RFC 6177 §2).
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        four @ IpAddr::V4(_) => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_last_clone_has_gone() {
        let places = Places::new(2);
        let at = |text: &str| text.parse::<IpAddr>().expect("an address");
        let (one, two) = (places.take(at("192.0.2.1")), places.take(at("::ffff:192.0.2.1")));
        assert!(one.is_some() && two.is_some() && places.take(at("192.0.2.1")).is_none());
        assert!(places.take(at("192.0.2.2")).is_some(), "others are not concerned");
        let clone = one.clone();
        drop(one);
        assert!(places.take(at("192.0.2.1")).is_none());
        drop(clone);
        assert!(places.take(at("192.0.2.1")).is_some());
        drop(two);
        assert!(places.taken.lock().expect("a lock").is_empty());
        let neighbours = (places.take(at("2001:db8::1")), places.take(at("2001:db8::2:1")));
        assert!(neighbours.0.is_some() && neighbours.1.is_some() && places.take(at("2001:db8::3")).is_none());
        assert!(places.take(at("2001:db8:0:1::1")).is_some());
    }
}
