//! The editor itself.

use super::reader::Reader;

/// VS Code in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vscode {
    /// Whether people type a password of their own before their editor opens.
    pub secure: bool,
}

impl Vscode {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { secure: reader.truth("vscode.secure", false) }
    }
}
