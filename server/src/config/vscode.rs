//! The editor itself.

use camino::Utf8PathBuf;

use super::reader::Reader;

/// VS Code in the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vscode {
    /// Whether people type a password of their own before their editor opens.
    pub secure: bool,
    /// The settings that every editor begins with.
    pub settings_file: Option<Utf8PathBuf>,
    /// The extensions that are built into the image, one a line.
    pub extensions_file: Option<Utf8PathBuf>,
    /// How long an editor waits for a browser that went away.
    pub reconnection_grace_s: u32,
}

impl Vscode {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            secure: reader
                .key("vscode.secure", "Whether people type a password of their own before their editor opens")
                .env("THON_SECURE")
                .flag("--secure")
                .setting(&["vscode_secure"])
                .truth(false),
            settings_file: reader
                .key("vscode.settings_file", "The settings that every editor begins with")
                .env("THON_VSCODE_SETTINGS")
                .later()
                .file(),
            extensions_file: reader
                .key("vscode.extensions_file", "The extensions that are built into the image, one a line")
                .later()
                .file(),
            reconnection_grace_s: reader
                .key("vscode.reconnection_grace_s", "How many seconds an editor waits for a browser that went away")
                .later()
                .whole(10_800, 60..=604_800),
        }
    }
}
