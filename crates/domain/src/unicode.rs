//! Unicode's composed form, which makes one name of all ways to type it.
//!
//! Names are composed where they enter, on the server. The browser gets them composed already and does without the
//! tables, which would be a sixth of what it loads.

/// The composed form (NFC, Unicode Standard Annex 15).
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn composed(text: &str) -> String {
    unicode_normalization::UnicodeNormalization::nfc(text).collect()
}

/// The text as it came from the server: composed.
#[cfg(target_arch = "wasm32")]
pub(crate) fn composed(text: &str) -> String {
    text.to_owned()
}
