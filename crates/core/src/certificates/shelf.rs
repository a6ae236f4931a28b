//! The files that the certificate in use is kept in, so that a restart needs no new one and nginx can read it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    port::certificate_authority::{Bundle, Issued},
    private_file,
};

/// Three files in one folder.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
}

/// Who made what is kept.
#[derive(Deserialize, Serialize)]
struct Origin {
    provider: String,
    why: String,
}

impl Shelf {
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The chain, as PEM.
    pub fn chain(&self) -> PathBuf {
        self.folder.join("thon.pem")
    }

    /// The private key, as PEM, readable for THON's own user alone.
    pub fn key(&self) -> PathBuf {
        self.folder.join("thon-key.pem")
    }

    fn origin(&self) -> PathBuf {
        self.folder.join("thon.json")
    }

    /// What was kept; nothing when there is none, or when its parts do not belong together (a power cut between two files).
    pub fn load(&self) -> Option<Issued> {
        let found = self.read();
        if let Err(reason) = &found {
            tracing::warn!(folder = %self.folder.display(), reason, "the certificate that was kept cannot be used");
        }
        found.ok().flatten()
    }

    fn read(&self) -> Result<Option<Issued>, String> {
        let (Some(chain), Some(key)) = (text(&self.chain())?, text(&self.key())?) else { return Ok(None) };
        let Some(origin) = text(&self.origin())? else { return Ok(None) };
        let bundle = Bundle::parse(&chain, &key).map_err(|error| error.to_string())?;
        let origin: Origin = serde_json::from_str(&origin).map_err(|error| error.to_string())?;
        Ok(Some(Issued { bundle, provider: origin.provider, why: origin.why }))
    }

    /// Keeps it in place of what was kept.
    ///
    /// # Errors
    /// When the folder cannot be written, or the disk is full. What was kept may then not be usable any more.
    pub fn store(&self, issued: &Issued) -> io::Result<()> {
        private_file::make_folder(&self.folder)?;
        let origin = Origin { provider: issued.provider.clone(), why: issued.why.clone() };
        private_file::write(self.key(), issued.bundle.reveal_key())?;
        private_file::write(self.chain(), &issued.bundle.chain_pem)?;
        private_file::write(self.origin(), &serde_json::to_string(&origin)?)
    }
}

fn text(path: &Path) -> Result<Option<String>, String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}
