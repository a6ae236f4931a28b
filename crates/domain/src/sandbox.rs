//! What a sandbox may take and what it is made from, where a group or a user differs from the configuration.

mod figures;

use std::{fmt, ops::RangeInclusive};

use serde::{Deserialize, Serialize};

pub use self::figures::{DiskUse, LogLine, LogStream, PathUse, Reading, SandboxLook, SandboxMakeup, SandboxStats};
use crate::{byte_size::ByteSize, problem::FieldError};

/// The memory of a sandbox, in bytes: below the least, code-server does not start.
pub const MEMORY_BYTES: RangeInclusive<u64> = 256 << 20..=1 << 40;

/// The cores of a sandbox.
pub const CPUS: RangeInclusive<f64> = 0.1..=1024.0;

/// The processes and threads of a sandbox.
pub const PIDS: RangeInclusive<u32> = 64..=1_000_000;

/// The disk of a sandbox, in bytes: a file system smaller than the least holds no project.
pub const DISK_BYTES: RangeInclusive<u64> = 64 << 20..=1 << 44;

/// The longest image reference or runtime, in bytes.
const MAX_WORD_BYTES: usize = 255;

/// A number of cores, in thousandths so that two of them can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = f64))]
#[serde(try_from = "f64", into = "f64")]
pub struct Cpus(u32);

/// Says that a number is no number of cores that a sandbox may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sandbox has {} to {} cores", CPUS.start(), CPUS.end())]
pub struct CpusError;

impl Cpus {
    /// Takes so many cores, rounded to thousandths.
    ///
    /// # Errors
    /// When a sandbox cannot have so many, or so few.
    pub fn new(cores: f64) -> Result<Self, CpusError> {
        if !CPUS.contains(&cores) {
            return Err(CpusError);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was just checked")]
        let thousandths = (cores * 1000.0).round() as u32;
        Ok(Self(thousandths))
    }

    /// The number of cores, for example 1.5.
    pub fn cores(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

impl fmt::Display for Cpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cores().fmt(f)
    }
}

impl TryFrom<f64> for Cpus {
    type Error = CpusError;

    fn try_from(cores: f64) -> Result<Self, CpusError> {
        Self::new(cores)
    }
}

impl From<Cpus> for f64 {
    fn from(cpus: Cpus) -> Self {
        cpus.cores()
    }
}

/// What a group or a user has of their own; what is not said comes from whatever is weaker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SandboxOverrides {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Cores, for example 1.5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpus: Option<Cpus>,
    /// Processes and threads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pids: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_bytes: Option<u64>,
    /// The image, as `docker run` takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The runtime that the container is started with, for example `runsc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
}

impl SandboxOverrides {
    /// These overrides, and those of `weaker` wherever these say nothing.
    ///
    /// A user's stand over those of their group.
    #[must_use]
    pub fn over(self, weaker: Self) -> Self {
        Self {
            memory_bytes: self.memory_bytes.or(weaker.memory_bytes),
            cpus: self.cpus.or(weaker.cpus),
            pids: self.pids.or(weaker.pids),
            disk_bytes: self.disk_bytes.or(weaker.disk_bytes),
            image: self.image.or(weaker.image),
            runtime: self.runtime.or(weaker.runtime),
        }
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Every value that a sandbox cannot have.
    pub fn mistakes(&self) -> Vec<FieldError> {
        let size = |range: RangeInclusive<u64>| format!("{} to {}", ByteSize(*range.start()), ByteSize(*range.end()));
        let checks = [
            ("memory_bytes", self.memory_bytes.is_none_or(|n| MEMORY_BYTES.contains(&n)), size(MEMORY_BYTES)),
            ("pids", self.pids.is_none_or(|n| PIDS.contains(&n)), format!("{} to {}", PIDS.start(), PIDS.end())),
            ("disk_bytes", self.disk_bytes.is_none_or(|n| DISK_BYTES.contains(&n)), size(DISK_BYTES)),
            ("image", self.image.as_deref().is_none_or(is_image), "the name of an image such as thon/mine:1".into()),
            ("runtime", self.runtime.as_deref().is_none_or(is_runtime), "a word such as runc, runsc or sysbox".into()),
        ];
        let wrong = checks.into_iter().filter(|(_, good, _)| !good);
        wrong
            .map(|(field, _, may_be)| FieldError { field: field.into(), message: format!("must be {may_be}") })
            .collect()
    }
}

/// Whether a text may be an image: nothing that a shell, a URL or a log would take for something else.
///
/// The daemon has the last word (<https://pkg.go.dev/github.com/distribution/reference>).
fn is_image(text: &str) -> bool {
    let good = |c: u8| c.is_ascii_alphanumeric() || b"._-/:@".contains(&c);
    is_word(text) && text.bytes().all(good)
}

fn is_runtime(text: &str) -> bool {
    is_word(text) && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"._-".contains(&c))
}

/// A text that begins with a letter or a digit, so that it is never taken for an option.
fn is_word(text: &str) -> bool {
    text.len() <= MAX_WORD_BYTES && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_own_stand_over_the_groups() {
        let user = SandboxOverrides { memory_bytes: Some(4 << 30), image: Some("mine:1".into()), ..Default::default() };
        let group = SandboxOverrides { memory_bytes: Some(1 << 30), pids: Some(512), ..Default::default() };
        let both = user.clone().over(group.clone());
        assert_eq!((both.memory_bytes, both.pids, &both.image), (user.memory_bytes, group.pids, &user.image));
        assert_eq!(user.clone().over(SandboxOverrides::default()), user);
        assert_eq!(SandboxOverrides::default().over(user.clone()), user);
    }

    #[test]
    fn what_no_sandbox_can_have_is_named() {
        let wrong = SandboxOverrides {
            memory_bytes: Some(1),
            cpus: Cpus::new(2.0).ok(),
            pids: Some(1),
            disk_bytes: Some(1 << 50),
            image: Some("--privileged".into()),
            runtime: Some("a b".into()),
        };
        let named: Vec<_> =
            wrong.mistakes().into_iter().map(|mistake| format!("{}: {}", mistake.field, mistake.message)).collect();
        insta::assert_snapshot!(named.join("\n"), @r"
        memory_bytes: must be 256MiB to 1024GiB
        pids: must be 64 to 1000000
        disk_bytes: must be 64MiB to 16384GiB
        image: must be the name of an image such as thon/mine:1
        runtime: must be a word such as runc, runsc or sysbox
        ");
        assert_eq!(SandboxOverrides::default().mistakes(), []);
    }

    #[test]
    fn cores_are_kept_in_thousandths() {
        assert_eq!(Cpus::new(1.5).map(Cpus::cores), Ok(1.5));
        assert_eq!(Cpus::new(0.1).map(|cpus| cpus.to_string()), Ok("0.1".to_owned()));
        for wrong in [0.0, -1.0, 2000.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Cpus::new(wrong), Err(CpusError), "{wrong}");
        }
    }

    #[test]
    fn only_what_is_said_is_written() {
        let some = SandboxOverrides { cpus: Cpus::new(2.0).ok(), ..Default::default() };
        let text = serde_json::to_string(&some).expect("JSON");
        assert_eq!(text, r#"{"cpus":2.0}"#);
        assert_eq!(serde_json::from_str::<SandboxOverrides>(&text).expect("read back"), some);
    }
}
