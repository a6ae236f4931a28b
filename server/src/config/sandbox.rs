//! What the sandboxes run on, from which image, and how much each may take.

use std::ops::RangeInclusive;

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
    pub pull: Pull,
    /// Where Docker listens; none means its usual socket.
    pub docker_host: Option<String>,
    /// The first port on 127.0.0.1 that is given to a sandbox.
    pub starting_port: u16,
    /// The port at which sandboxes reach THON, on their bridge; none means not at all.
    pub listener_port: Option<u16>,
    /// How many sandboxes are started at the same time.
    pub parallel_starts: u16,
    /// How many started sandboxes wait for somebody.
    pub warm: u16,
    /// How long a sandbox lives from the moment it runs; 0 = for ever.
    pub timeout_minutes: u32,
    pub memory: ByteSize,
    /// Cores, for example 1.5.
    pub cpus: f64,
    /// Processes and threads.
    pub pids: u32,
    /// The size of each workspace; none means as large as the disk.
    pub disk: Option<ByteSize>,
    /// The Python that is wanted inside, for example 3.12.
    pub python_version: String,
}

/// What runs the sandboxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum Runtime {
    #[default]
    Docker,
    /// Sandboxes in memory, for demos and tests without Docker.
    Simulated,
}

/// Whether an image is fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum Pull {
    #[default]
    Never,
    /// When it is not there.
    Missing,
}

impl Sandbox {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        no_other_server(reader);
        Self {
            runtime: reader.key("sandbox.runtime", "What runs the sandboxes").env("SANDBOX_RUNTIME").choice(),
            image: reader
                .key("sandbox.image", "The image of the sandboxes; without one the lite image serves")
                .env("SANDBOX_IMAGE")
                .setting(&["sandbox_image"])
                .text(),
            pull: reader.key("sandbox.pull", "Whether an image that is not there is fetched").later().choice(),
            docker_host: reader
                .key("sandbox.docker_host", "Where Docker listens, as the docker CLI knows it")
                .env("DOCKER_HOST")
                .text(),
            starting_port: reader
                .key("sandbox.starting_port", "The first port on 127.0.0.1 that is given to a sandbox")
                .whole(8443, 1024..=65000),
            listener_port: Some(
                reader
                    .key(
                        "sandbox.listener_port",
                        "The port at which sandboxes reach THON, on their bridge's own address only, 0 = not at all",
                    )
                    .env("SANDBOX_LISTENER_PORT")
                    .whole(8200, 0..=65000),
            )
            .filter(|port| *port > 0),
            parallel_starts: reader
                .key("sandbox.parallel_starts", "How many sandboxes are started at the same time")
                .whole(4, 1..=64),
            warm: reader.key("sandbox.warm", "How many started sandboxes wait for somebody").later().whole(0, 0..=1000),
            timeout_minutes: reader
                .key("sandbox.timeout_minutes", "How long a sandbox lives from the moment it runs, 0 = for ever")
                .whole(0, 0..=MAX_TIMEOUT_MINUTES),
            memory: reader.key("sandbox.memory", "The memory of a sandbox").word(
                ByteSize(2 << 30),
                "a size from 256MiB to 1024GiB",
                |text| within(text, &MEMORY_BYTES),
            ),
            cpus: reader.key("sandbox.cpus", "The cores of a sandbox, for example 1.5").decimal(1.0, CPUS),
            pids: reader.key("sandbox.pids", "The processes and threads of a sandbox").whole(2048, PIDS),
            disk: reader
                .key("sandbox.disk", "The size of each workspace; without one as large as the disk")
                .optional_word("a size from 64MiB to 16384GiB", |text| within(text, &DISK_BYTES)),
            python_version: python_version(reader),
        }
    }

    /// The image that sandboxes are made from.
    pub fn image(&self) -> &str {
        self.image.as_deref().unwrap_or(LITE_IMAGE)
    }
}

fn within(text: &str, range: &RangeInclusive<u64>) -> Option<ByteSize> {
    text.parse().ok().filter(|ByteSize(bytes)| range.contains(bytes))
}

fn python_version(reader: &mut Reader<'_>) -> String {
    let is_version = |text: &str| text.split('.').all(|part| part.parse::<u16>().is_ok());
    reader
        .key("sandbox.python_version", "The Python that is wanted in the sandboxes, told to them as PYTHON_VERSION")
        .env("PYTHON_VERSION")
        .text_of("a version such as 3.12, in quotation marks", "3.12", is_version)
}

/// Keys of the server that ran the sandboxes of the earlier THON.
fn no_other_server(reader: &mut Reader<'_>) {
    const WHY: &str = "THON talks to Docker itself, without the OpenSandbox server";
    reader
        .key("sandbox.domain", "Where the OpenSandbox server was")
        .env("SANDBOX_DOMAIN")
        .never(WHY)
        .text_or("localhost:8080");
    reader
        .key("sandbox.api_key", "The key of the OpenSandbox server")
        .env("SANDBOX_API_KEY")
        .never(WHY)
        .secret("sandbox.api_key_file");
}
