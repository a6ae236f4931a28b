//! How long the audit is kept.

use chrono::TimeDelta;

use super::reader::Reader;

/// The audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audit {
    /// In days.
    pub retention_days: u16,
}

impl Audit {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            retention_days: reader
                .key("audit.retention_days", "For how many days it is kept who did what")
                .env("THON_AUDIT_RETENTION_DAYS")
                .whole(90, 1..=3650),
        }
    }

    /// How long a line is kept.
    pub fn kept(self) -> TimeDelta {
        TimeDelta::days(self.retention_days.into())
    }
}
