//! What an earlier configuration says: its values are proposals, and what is not asked about stays.

use std::{collections::BTreeMap, fs};

use camino::Utf8PathBuf;

use super::{super::printer::Printer, place::Place};
use crate::{
    cli::error::CliError,
    config::{Config, ShownValue},
};

/// What is there already.
#[derive(Default)]
pub(super) struct Earlier {
    /// The text of the file.
    pub text: Option<String>,
    /// Every key that it sets to something else than the default, secrets as they are.
    pub keys: BTreeMap<String, ShownValue>,
    pub config: Option<Config>,
}

impl Earlier {
    /// Nothing when there is no such file. Of one with mistakes only the text is kept.
    pub fn read(place: &Place, printer: &Printer) -> Option<Self> {
        let text = fs::read_to_string(&place.file).ok()?;
        let (keys, config) = match place.loaded(&place.file) {
            Ok(loaded) => {
                let keys = loaded.shown.iter().filter_map(|shown| Some((shown.key.name.clone(), shown.in_file()?)));
                (keys.collect(), Some(loaded.config))
            }
            Err(error) => {
                printer.error(&CliError::from(error));
                printer.warning(format_args!("{} has these mistakes, so nothing is taken from it", place.file));
                (BTreeMap::new(), None)
            }
        };
        Some(Self { text: Some(text), keys, config })
    }

    /// Where its text is kept.
    pub fn kept_as(&self, place: &Place) -> Option<Utf8PathBuf> {
        self.text.as_ref().map(|_| place.beside("old"))
    }
}
