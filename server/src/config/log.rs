//! How much is logged, and in which form.

use super::reader::Reader;

/// The server's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    pub level: LogLevel,
    pub format: LogFormat,
}

/// The least important level that is still logged.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString, strum::IntoStaticStr,
)]
#[strum(serialize_all = "UPPERCASE", ascii_case_insensitive)]
pub enum LogLevel {
    Trace,
    Debug,
    #[default]
    Info,
    /// WARNING in the earlier THON.
    #[strum(to_string = "WARN", serialize = "WARNING")]
    Warn,
    #[strum(to_string = "ERROR", serialize = "CRITICAL")]
    Error,
}

/// For people or for programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum LogFormat {
    #[default]
    Pretty,
    Json,
}

impl Log {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            level: reader.key("log_level", "How much is logged").env("THON_LOG_LEVEL").flag("--log-level").choice(),
            format: reader
                .key("log_format", "How it is logged: for people or for programs")
                .env("THON_LOG_FORMAT")
                .choice(),
        }
    }
}
