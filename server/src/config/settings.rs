//! The keys that may be set while THON runs: the list for whoever sets them, and the configuration with what was set.

use std::{fmt, sync::Arc};

use thon_core::settings::{AllowList, Allowed, Values};
use thon_domain::problem::FieldError;

use super::{Config, Effect, Mistake, Origin, Shown, Sources};

/// What a configuration was read from, to read it again with other settings.
#[derive(Clone, Default)]
pub struct Settable {
    sources: Arc<Sources>,
    keys: Arc<[Allowed]>,
}

impl Settable {
    pub(super) fn new(sources: &Sources, shown: &[Shown]) -> Self {
        Self { sources: Arc::new(sources.clone()), keys: shown.iter().filter_map(allowed).collect() }
    }

    fn with(&self, values: Values) -> Sources {
        Sources { settings: values, ..(*self.sources).clone() }
    }
}

/// Shows nothing: the sources hold secrets.
impl fmt::Debug for Settable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settable").finish_non_exhaustive()
    }
}

impl Config {
    /// What may be set while this configuration is in force.
    pub fn allow_list(&self) -> AllowList {
        let settable = self.settable.clone();
        let check = move |values: &Values| match Self::load(&settable.with(values.clone())) {
            Ok(_) => Vec::new(),
            Err(error) => error.mistakes.into_iter().filter_map(field_error).collect(),
        };
        AllowList { keys: self.settable.keys.clone(), check: Arc::new(check) }
    }

    /// The same configuration with what was set while THON ran, and which of that was left out because it is not good.
    #[must_use]
    pub fn with_settings(&self, mut values: Values) -> (Self, Vec<Mistake>) {
        let mut left_out = Vec::new();
        while !values.is_empty() {
            let error = match Self::load(&self.settable.with(values.clone())) {
                Ok(loaded) => return (loaded.config, left_out),
                Err(error) => error,
            };
            let count = values.len();
            for mistake in error.mistakes {
                if let Origin::Database(key) = &mistake.origin {
                    values.remove(key);
                    left_out.push(mistake);
                }
            }
            // The file itself has become bad since it was read: it is not read anew.
            if values.len() == count {
                break;
            }
        }
        (self.clone(), left_out)
    }
}

fn allowed(shown: &Shown) -> Option<Allowed> {
    let Shown { key, value, origin, .. } = shown;
    Some(Allowed {
        key: key.name.clone(),
        names: key.setting?.to_vec(),
        about: key.about,
        takes: key.takes.clone(),
        default: key.default.plain(),
        in_force: value.plain(),
        origin: origin.to_string(),
        is_fixed: origin.fixes(),
        has_effect: key.effect == Effect::Now,
    })
}

fn field_error(mistake: Mistake) -> Option<FieldError> {
    let Origin::Database(field) = mistake.origin else { return None };
    let message = match mistake.hint {
        Some(hint) => format!("{}; {hint}", mistake.message),
        None => mistake.message,
    };
    Some(FieldError { field, message })
}
