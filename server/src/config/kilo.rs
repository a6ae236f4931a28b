//! The assistant in the editors.

use camino::Utf8PathBuf;

use super::reader::Reader;

/// Kilo Code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kilo {
    /// A configuration made by hand; none means that THON makes one.
    pub config_file: Option<Utf8PathBuf>,
    /// What THON's is made from; none means the one that comes with THON.
    pub skeleton_file: Option<Utf8PathBuf>,
    pub chat_model: String,
    /// The model for small things, for example titles.
    pub small_model: Option<String>,
}

impl Kilo {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            config_file: reader
                .key("kilo.config_file", "The assistant's configuration; without one THON makes it")
                .env("THON_KILO_CONFIG")
                .env("LEMONADE_KILO_CONFIG")
                .later()
                .path(),
            skeleton_file: reader
                .key("kilo.skeleton_file", "What THON makes it from; without one, what comes with THON")
                .later()
                .file(),
            chat_model: reader
                .key("kilo.chat_model", "The model that the assistant talks with")
                .later()
                .text_or("lemonade/user.gemma-4-31b-it"),
            small_model: reader
                .key("kilo.small_model", "The model for small things, for example titles")
                .later()
                .text(),
        }
    }
}
