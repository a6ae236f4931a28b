//! How many sandboxes one machine carries: told before a launch, from measured figures, by arithmetic alone.

mod survey;
mod usual;

use serde::Serialize;
use thon_domain::byte_size::ByteSize;

pub use self::{
    survey::{Measured, Plan, Survey, Surveyor, Warning, Who},
    usual::Usual,
};
use crate::port::host::Host;

/// What is kept for the system, Docker and THON: a gibibyte, or a twentieth where that is more.
const LEAST_RESERVED_BYTES: u64 = 1 << 30;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// How many sandboxes, those that are there included.
    pub sandboxes: u32,
    /// What each may take of memory, in bytes.
    pub memory_bytes: u64,
    /// What each may take of the disk, in bytes, where that is limited.
    pub disk_bytes: Option<u64>,
    /// What each really takes of memory.
    pub usual: Usual,
    /// How many have their volumes already, so that the disk has room for them.
    pub with_volumes: u32,
    /// How many ports there are for sandboxes.
    pub ports: u32,
    /// How many sandboxes the runtime's networks take.
    pub places: u32,
}

/// What there is too little of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Resource {
    Memory,
    Disk,
    Ports,
    Networks,
}

/// What a machine carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Capacity {
    /// So many can all take their limits at the same time.
    pub fits: u32,
    /// More than this do not even have what people at work usually take; their processes would be killed.
    pub oversubscribed_after: u32,
    /// More than this cannot be started at all.
    pub hard_limit: u32,
    /// Why no more fit.
    pub limiting: Resource,
    /// For example `fits 38 of 150 at 2 GiB; oversubscribed after 61`.
    pub sentence: String,
}

impl Capacity {
    /// What `host` carries of `demand`.
    pub fn of(host: &Host, demand: &Demand) -> Self {
        let memory = host.memory_bytes.saturating_sub(reserved(host.memory_bytes));
        let bounds = [
            (whole(memory, demand.memory_bytes), Resource::Memory),
            (disk(host, demand), Resource::Disk),
            (demand.ports, Resource::Ports),
            (demand.places, Resource::Networks),
        ];
        let [(by_memory, _), (by_disk, _), ..] = bounds;
        let (hard_limit, hardest) = least(&bounds[2..]);
        let (fits, limiting) = least(&bounds);
        let usual = demand.usual.memory_bytes.min(demand.memory_bytes);
        // A disk is filled little by little and seen to fill; memory is gone at once.
        let oversubscribed_after = whole(memory, usual).max(by_memory.min(by_disk)).min(hard_limit);
        let mut capacity = Self { fits, oversubscribed_after, hard_limit, limiting, sentence: String::new() };
        capacity.sentence = capacity.told(demand, hardest);
        capacity
    }

    /// Whether a launch of so many should be warned about.
    pub const fn is_tight(&self, sandboxes: u32) -> bool {
        sandboxes > self.fits
    }

    fn told(&self, demand: &Demand, hardest: Resource) -> String {
        let Demand { sandboxes, memory_bytes, disk_bytes, .. } = *demand;
        let fits = match self.fits {
            fits if fits >= sandboxes => format!("fits all {sandboxes}"),
            fits => format!("fits {fits} of {sandboxes}"),
        };
        let disk = disk_bytes.map(|bytes| format!(" and {} of disk", size(bytes))).unwrap_or_default();
        let end = if self.hard_limit < sandboxes {
            format!("; no more than {} can start, for lack of {hardest}", self.hard_limit)
        } else {
            String::new()
        };
        let over = self.oversubscribed_after;
        format!("{fits} at {}{disk}; oversubscribed after {over}{end}", size(memory_bytes))
    }
}

fn reserved(memory_bytes: u64) -> u64 {
    LEAST_RESERVED_BYTES.max(memory_bytes / 20)
}

fn disk(host: &Host, demand: &Demand) -> u32 {
    let (Some(each), Some(free)) = (demand.disk_bytes, host.disk_free_bytes) else { return u32::MAX };
    demand.with_volumes.saturating_add(whole(free, each))
}

/// How many whole parts there are.
fn whole(all: u64, part: u64) -> u32 {
    u32::try_from(all / part.max(1)).unwrap_or(u32::MAX)
}

/// The smallest; of equal ones the first.
fn least(bounds: &[(u32, Resource)]) -> (u32, Resource) {
    let none = (u32::MAX, Resource::Memory);
    bounds.iter().copied().min_by_key(|(bound, _)| *bound).unwrap_or(none)
}

/// A size as people read it: `2 GiB`.
pub fn size(bytes: u64) -> String {
    let text = ByteSize(bytes).to_string();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    format!("{number} {}", if unit.is_empty() { "bytes" } else { unit })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const GIB: u64 = 1 << 30;

    fn demand(sandboxes: u32) -> Demand {
        Demand {
            sandboxes,
            memory_bytes: 2 * GIB,
            disk_bytes: None,
            usual: Usual::DOCUMENTED,
            with_volumes: 0,
            ports: 50_000,
            places: 128_000,
        }
    }

    fn host(memory_gib: u64, disk_gib: u64) -> Host {
        Host { memory_bytes: memory_gib * GIB, cores: 8, disk_free_bytes: Some(disk_gib * GIB) }
    }

    #[rstest]
    #[case::an_event_on_one_machine(host(80, 500), demand(150), "fits 38 of 150 at 2 GiB; oversubscribed after 190")]
    #[case::a_small_group(host(80, 500), demand(30), "fits all 30 at 2 GiB; oversubscribed after 190")]
    #[case::a_laptop(host(4, 20), demand(5), "fits 1 of 5 at 2 GiB; oversubscribed after 7")]
    #[case::less_than_is_reserved(host(1, 20), demand(5), "fits 0 of 5 at 2 GiB; oversubscribed after 0")]
    #[case::limits_below_what_is_usual(
        host(9, 20),
        Demand { memory_bytes: GIB / 4, ..demand(40) },
        "fits 32 of 40 at 256 MiB; oversubscribed after 32"
    )]
    #[case::a_small_disk(
        host(80, 100),
        Demand { disk_bytes: Some(10 * GIB), with_volumes: 2, ..demand(20) },
        "fits 12 of 20 at 2 GiB and 10 GiB of disk; oversubscribed after 190"
    )]
    #[case::few_ports(
        host(800, 100),
        Demand { ports: 36, ..demand(150) },
        "fits 36 of 150 at 2 GiB; oversubscribed after 36; no more than 36 can start, for lack of ports"
    )]
    #[case::few_places(
        host(800, 100),
        Demand { places: 20, ..demand(150) },
        "fits 20 of 150 at 2 GiB; oversubscribed after 20; no more than 20 can start, for lack of networks"
    )]
    #[case::people_who_work_hard(
        host(80, 100),
        Demand { usual: Usual::of(&[GIB; 6]), ..demand(150) },
        "fits 38 of 150 at 2 GiB; oversubscribed after 76"
    )]
    fn is_told_in_a_sentence(#[case] host: Host, #[case] demand: Demand, #[case] expected: &str) {
        assert_eq!(Capacity::of(&host, &demand).sentence, expected);
    }

    #[test]
    fn a_disk_that_nobody_can_look_at_limits_nothing() {
        let host = Host { disk_free_bytes: None, ..host(80, 0) };
        let demand = Demand { disk_bytes: Some(GIB), ..demand(10) };
        assert_eq!(
            Capacity::of(&host, &demand).sentence,
            "fits all 10 at 2 GiB and 1 GiB of disk; oversubscribed after 190"
        );
    }

    #[rstest]
    #[case(host(80, 500), demand(150), Resource::Memory)]
    #[case(host(80, 9), Demand { disk_bytes: Some(GIB), ..demand(150) }, Resource::Disk)]
    #[case(host(800, 9), Demand { ports: 3, ..demand(150) }, Resource::Ports)]
    #[case(host(800, 9), Demand { places: 3, ..demand(150) }, Resource::Networks)]
    fn names_what_is_short(#[case] host: Host, #[case] demand: Demand, #[case] expected: Resource) {
        let capacity = Capacity::of(&host, &demand);
        assert_eq!(capacity.limiting, expected);
        assert!(capacity.is_tight(150) && !capacity.is_tight(capacity.fits));
    }

    proptest::proptest! {
        #[test]
        fn never_fits_more_than_it_can_start(
            memory in 0_u64..1 << 42, free in 0_u64..1 << 44, each in 0_u64..1 << 36, ports in 0_u32..60_000,
        ) {
            let host = Host { memory_bytes: memory, cores: 1, disk_free_bytes: Some(free) };
            let demand = Demand { memory_bytes: each, disk_bytes: Some(each), ports, ..demand(150) };
            let capacity = Capacity::of(&host, &demand);
            proptest::prop_assert!(capacity.fits <= capacity.oversubscribed_after);
            proptest::prop_assert!(capacity.oversubscribed_after <= capacity.hard_limit);
            proptest::prop_assert!(u64::from(capacity.fits) * each <= memory);
        }
    }
}
