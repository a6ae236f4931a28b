//! The `.env` file: variables for programs that are started without any of their own.
//!
//! Found as the earlier THON found it: the one that is named, else the nearest one from the current folder upwards,
//! else `config/.env`. A variable of the real environment is always stronger. Names that are not THON's are somebody
//! else's and left alone.

use std::{fs, io};

use camino::{Utf8Path, Utf8PathBuf};
use thon_core::yaml::Position;

use super::{ConfigError, Mistake, Origin, Sources};

mod line;

pub use self::line::{Line, quoted};

/// A `.env` file that was found.
#[derive(Debug)]
pub(super) struct EnvFile {
    path: Utf8PathBuf,
    lines: Vec<Line>,
}

impl EnvFile {
    pub fn find(sources: &Sources) -> Result<Option<Self>, ConfigError> {
        let named = sources.env_file.as_deref().map(|path| (path, Origin::Flag("--env-file")));
        let variable = || sources.variable(VARIABLE).map(|path| (Utf8Path::new(path), Origin::Environment(VARIABLE)));
        if let Some((named, origin)) = named.or_else(variable) {
            let path = sources.absolute(named);
            return match read(&path)? {
                Some(file) => Ok(Some(file)),
                None => Err(Mistake::new(origin, format!("there is no file {path}")).into()),
            };
        }
        let nearest = sources.current_dir.ancestors().map(|folder| folder.join(".env"));
        for path in nearest.chain([sources.current_dir.join("config/.env")]) {
            if let Some(file) = read(&path)? {
                return Ok(Some(file));
            }
        }
        Ok(None)
    }

    /// The last line that sets a variable to something.
    pub fn line(&self, name: &str) -> Option<&Line> {
        self.lines.iter().rev().find(|line| line.name == name && !line.value.is_empty())
    }

    pub fn origin(&self, name: &'static str, line: &Line) -> Origin {
        let at = Position { line: line.number, ..Position::default() };
        Origin::EnvFile { name, path: self.path.clone(), at }
    }
}

/// The variable that names the file.
pub(super) const VARIABLE: &str = "THON_ENV_FILE";

fn read(path: &Utf8Path) -> Result<Option<EnvFile>, ConfigError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(EnvFile { path: path.to_owned(), lines: line::all(&text) })),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        // A folder of this name is a virtual environment of Python's.
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => Ok(None),
        Err(error) => Err(Mistake::new(Origin::Default, format!("cannot read {path}: {error}"))
            .with_hint("check its rights, or name another with THON_ENV_FILE")
            .into()),
    }
}
