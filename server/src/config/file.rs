//! `thon.yaml`: which one is read, and its text as a tree.

use std::{fs, io};

use camino::{Utf8Path, Utf8PathBuf};
use thon_core::yaml::{self, Node, Value};

use super::{ConfigError, Home, Key, Mistake, Origin, Sources, redacted};

/// A configuration file that was found and is YAML.
#[derive(Debug)]
pub(super) struct ConfigFile {
    pub path: Utf8PathBuf,
    pub text: String,
    pub root: Node,
    /// What to tell people about where it lies.
    pub hint: Option<String>,
}

impl ConfigFile {
    /// The file named with `--config`; else the one in THON's folder; else one lying around, with a hint; else none.
    pub fn find(sources: &Sources, home: &Home) -> Result<Option<Self>, ConfigError> {
        if let Some(named) = &sources.config_file {
            let path = sources.absolute(named);
            return match read(&path)? {
                Some(text) => Self::parse(path, text, None).map(Some),
                None => Err(missing(&path)),
            };
        }
        if let Some(text) = read(&home.config_file())? {
            return Self::parse(home.config_file(), text, None).map(Some);
        }
        let stray = sources.current_dir.join("thon.yaml");
        match read(&stray)? {
            Some(text) => {
                let hint = format!("move {stray} to {}, so that it is found from every folder", home.config_file());
                Self::parse(stray, text, Some(hint)).map(Some)
            }
            None => Ok(None),
        }
    }

    /// Its text as it may be drawn.
    pub fn redacted(&self, keys: &[&Key]) -> String {
        redacted::by_keys(&self.text, &self.root, keys)
    }

    fn parse(path: Utf8PathBuf, text: String, hint: Option<String>) -> Result<Self, ConfigError> {
        let problem = match yaml::parse(&text) {
            Ok(root) if matches!(root.value, Value::Map(_) | Value::Null) => {
                return Ok(Self { path, text, root, hint });
            }
            Ok(root) => (Some(root.at), format!("expected keys and values, found {}", root.value.kind())),
            Err(error) => (error.at, error.message),
        };
        let mistake = match problem {
            (Some(at), message) => Mistake::at(&path, at, message),
            (None, message) => {
                Mistake::new(Origin::File { path: path.clone(), at: yaml::Position::default() }, message)
            }
        };
        Err(ConfigError::in_file(vec![mistake], &path, redacted::by_shape(&text)))
    }
}

/// The text of a file; nothing when there is no such file.
fn read(path: &Utf8Path) -> Result<Option<String>, ConfigError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Mistake::new(Origin::Default, format!("cannot read {path}: {error}"))
            .with_hint("check its rights")
            .into()),
    }
}

fn missing(path: &Utf8Path) -> ConfigError {
    Mistake::new(Origin::Flag("--config"), format!("there is no file {path}"))
        .with_hint("check the path, or leave --config out to use ~/.thon/thon.yaml")
        .into()
}
