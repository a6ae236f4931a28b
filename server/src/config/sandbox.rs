//! What the sandboxes run on, from which image, and how much each may take.

use thon_domain::sandbox::{CPUS, DISK_BYTES, MEMORY_BYTES, PIDS};

use super::{ByteSize, reader::Reader};

/// The image that serves when none is named; `script/image` builds it.
pub const LITE_IMAGE: &str = "thon/sandbox-lite:latest";

/// A year: longer than any event.
const MAX_TIMEOUT_MINUTES: u32 = 525_600;

/// The sandboxes.
#[derive(Clone, Debug, PartialEq)]
pub struct Sandbox {
    pub runtime: Runtime,
    /// The image that the configuration names; none means the lite image.
    pub image: Option<String>,
    /// Where Docker listens; none means its usual socket.
    pub docker_host: Option<String>,
    /// The first port on 127.0.0.1 that is given to a sandbox.
    pub starting_port: u16,
    /// How many sandboxes are started at the same time.
    pub parallel_starts: u16,
    /// How long a sandbox lives from the moment it runs; 0 = for ever.
    pub timeout_minutes: u32,
    pub memory: ByteSize,
    /// Cores, for example 1.5.
    pub cpus: f64,
    /// Processes and threads.
    pub pids: u32,
    /// The size of each workspace; none means as large as the disk.
    pub disk: Option<ByteSize>,
}

/// What runs the sandboxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter)]
#[strum(serialize_all = "lowercase")]
pub enum Runtime {
    #[default]
    Docker,
    /// Sandboxes in memory, for demos and tests without Docker.
    Simulated,
}

impl Sandbox {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            runtime: reader.choice("sandbox.runtime"),
            image: reader.text("sandbox.image"),
            docker_host: reader.text("sandbox.docker_host"),
            starting_port: reader.whole("sandbox.starting_port", 8443, 1024..=65000),
            parallel_starts: reader.whole("sandbox.parallel_starts", 4, 1..=64),
            timeout_minutes: reader.whole("sandbox.timeout_minutes", 0, 0..=MAX_TIMEOUT_MINUTES),
            memory: reader.word("sandbox.memory", ByteSize(2 << 30), "a size from 256MiB to 1024GiB", |text| {
                text.parse().ok().filter(|ByteSize(bytes)| MEMORY_BYTES.contains(bytes))
            }),
            cpus: reader.decimal("sandbox.cpus", 1.0, CPUS),
            pids: reader.whole("sandbox.pids", 2048, PIDS),
            disk: reader.optional_word("sandbox.disk", "a size from 64MiB to 16384GiB", |text| {
                text.parse().ok().filter(|ByteSize(bytes)| DISK_BYTES.contains(bytes))
            }),
        }
    }

    /// The image that sandboxes are made from.
    pub fn image(&self) -> &str {
        self.image.as_deref().unwrap_or(LITE_IMAGE)
    }
}
