//! Where the configuration goes, and how: tried first, then put in its place in one step.

use std::{collections::BTreeMap, fs, io};

use camino::{Utf8Path, Utf8PathBuf};
use thon_core::{private_file, secret::Secret};

use super::earlier::Earlier;
use crate::{
    cli::error::CliError,
    config::{Config, ConfigError, Home, Loaded, Shown, Sources},
};

/// The file that is written, and what is beside it.
pub(super) struct Place {
    pub file: Utf8PathBuf,
    home: Home,
    sources: Sources,
}

/// A file with the admin's password.
pub(super) struct Password {
    pub file: Utf8PathBuf,
    is_new: bool,
}

impl Password {
    /// Takes a new one away again, of which no configuration knows.
    pub fn forget(&self) {
        if self.is_new {
            // Nobody has it, so one that stays opens nothing.
            let _ = fs::remove_file(&self.file);
        }
    }
}

impl Place {
    /// The file named with `--config`, or the one in THON's folder.
    pub fn of(sources: &Sources) -> Result<Self, CliError> {
        let home = sources.home()?;
        let file = sources.config_file.as_ref().map_or_else(|| home.config_file(), |file| sources.absolute(file));
        // Neither the environment nor a .env has a say in what the file itself says.
        let environment = BTreeMap::from([("THON_HOME".to_owned(), home.path().to_string())]);
        let (user_home, current_dir) = (sources.user_home.clone(), sources.current_dir.clone());
        let env_file = Some(Utf8PathBuf::from("/dev/null"));
        Ok(Self {
            file,
            home,
            sources: Sources { environment, env_file, user_home, current_dir, ..Sources::default() },
        })
    }

    /// What the configuration would be with this file alone.
    pub fn loaded(&self, file: &Utf8Path) -> Result<Loaded, ConfigError> {
        Config::load(&Sources { config_file: Some(file.to_owned()), ..self.sources.clone() })
    }

    /// Every key that there is.
    pub fn defaults(&self) -> Result<Vec<Shown>, CliError> {
        Ok(self.loaded(Utf8Path::new("/dev/null"))?.shown)
    }

    /// The file with the admin's password, made when it is not there.
    pub fn password(&self) -> Result<Password, CliError> {
        let file = self.home.path().join("password");
        let is_new = !file.exists();
        if is_new {
            make_folder(&file)?;
            private_file::write(&file, &format!("{}\n", Secret::random("").reveal()))
                .map_err(|e| unwritten(&file, &e))?;
        }
        Ok(Password { file, is_new })
    }

    /// Tries the new text as a configuration and puts it in its place; the earlier text is kept beside it.
    pub fn put(&self, text: &str, earlier: &Earlier) -> Result<(), CliError> {
        make_folder(&self.file)?;
        let tried = self.beside("new");
        private_file::write(&tried, text).map_err(|error| unwritten(&tried, &error))?;
        let good = self.loaded(&tried).and_then(|loaded| loaded.check_exposure());
        // Only tried: what counts is written whole in a moment.
        let _ = fs::remove_file(&tried);
        good.map_err(|error| {
            CliError::from(error)
                .with_hint(format!("these answers do not go together, so {} stays as it is", self.file))
        })?;
        if let (Some(kept), Some(text)) = (earlier.kept_as(self), &earlier.text) {
            private_file::write(&kept, text).map_err(|error| unwritten(&kept, &error))?;
        }
        private_file::write(&self.file, text).map_err(|error| unwritten(&self.file, &error))
    }

    /// A file beside this one.
    pub fn beside(&self, ending: &str) -> Utf8PathBuf {
        Utf8PathBuf::from(format!("{}.{ending}", self.file))
    }
}

fn make_folder(file: &Utf8Path) -> Result<(), CliError> {
    let Some(folder) = file.parent() else { return Ok(()) };
    private_file::make_folder(folder.as_std_path()).map_err(|error| unwritten(folder, &error))
}

fn unwritten(path: &Utf8Path, error: &io::Error) -> CliError {
    CliError::user(format!("cannot write {path}: {error}")).with_hint("check the folder's rights, and the disk")
}
