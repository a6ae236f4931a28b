//! Where a configuration comes from, handed in as values so that tests need no process environment.

use std::{collections::BTreeMap, fmt};

use camino::{Utf8Path, Utf8PathBuf};

use super::{ConfigError, Home, Mistake, Origin};

/// A flag of the command line that sets a key; the key says which.
#[derive(Clone, Debug)]
pub struct Flag {
    /// As people type it, for example `--port`.
    pub name: &'static str,
    pub value: String,
}

/// All sources of a configuration.
#[derive(Clone, Default)]
pub struct Sources {
    pub environment: BTreeMap<String, String>,
    pub flags: Vec<Flag>,
    /// Whether `--insecure-no-auth` was given; no file or variable can say so.
    pub insecure_no_auth: bool,
    /// The file named with `--config`.
    pub config_file: Option<Utf8PathBuf>,
    /// The file of variables named with `--env-file`.
    pub env_file: Option<Utf8PathBuf>,
    /// What was set while THON ran, by key.
    pub settings: BTreeMap<String, String>,
    /// The home folder of the person who runs THON.
    pub user_home: Option<Utf8PathBuf>,
    pub current_dir: Utf8PathBuf,
}

impl Sources {
    /// THON's data folder: `THON_HOME`, else `~/.thon`.
    ///
    /// # Errors
    /// When there is neither that variable nor a home folder.
    pub fn home(&self) -> Result<Home, ConfigError> {
        if let Some(folder) = self.variable("THON_HOME") {
            return Ok(Home::new(self.absolute(Utf8Path::new(folder))));
        }
        match &self.user_home {
            Some(home) => Ok(Home::new(home.join(".thon"))),
            None => {
                Err(Mistake::new(Origin::Default, "no home folder is known, so there is no place for THON's files")
                    .with_hint("set THON_HOME to a folder that THON may write to")
                    .into())
            }
        }
    }

    /// A variable that is set to something.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A path as people write it: `~/` is their home, others start from the current folder.
    pub fn absolute(&self, path: &Utf8Path) -> Utf8PathBuf {
        match (path.strip_prefix("~"), &self.user_home) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => self.current_dir.join(path),
        }
    }
}

/// Shows the names of variables only: their values may be secrets.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { environment, flags, config_file, env_file, current_dir, .. } = self;
        f.debug_struct("Sources")
            .field("environment", &environment.keys())
            .field("flags", flags)
            .field("config_file", config_file)
            .field("env_file", env_file)
            .field("current_dir", current_dir)
            .finish_non_exhaustive()
    }
}
