//! THON's files among nginx's sites, exchanged so that nginx finds a good set whenever it looks.
//!
//! `sites-available` holds them and `sites-enabled` links to them, as in Debian. While a new set is tried, each file of the old
//! one stands beside it under a name that nginx does not read; whoever finds such a file later puts the old set back.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

/// The name of the combined file; those for one port each have a hyphen and the port behind it.
pub(super) const NAME: &str = "sandbox-thon";

/// Files by name.
pub(super) type Set = BTreeMap<String, String>;

/// nginx's two folders.
#[derive(Clone, Debug)]
pub(super) struct Sites {
    available: PathBuf,
    enabled: PathBuf,
}

impl Sites {
    pub fn below(folder: &Path) -> Self {
        Self { available: folder.join("sites-available"), enabled: folder.join("sites-enabled") }
    }

    /// Where a file is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.available.join(name)
    }

    /// Where nginx finds it.
    pub fn link(&self, name: &str) -> PathBuf {
        self.enabled.join(name)
    }

    /// Makes the folders if they are not there, and keeps every other THON from writing until the lock is dropped.
    ///
    /// # Errors
    /// When they cannot be made, or somebody else writes.
    pub fn lock(&self) -> io::Result<File> {
        for folder in [&self.available, &self.enabled] {
            fs::create_dir_all(folder).map_err(|error| about(folder, &error))?;
        }
        let path = self.available.join(format!(".{NAME}.lock"));
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|error| about(&path, &error))?;
        file.try_lock().map_err(|_| io::Error::other("another THON writes there at the moment"))?;
        Ok(file)
    }

    /// The set as it is, with only what is linked for nginx.
    pub fn read(&self) -> io::Result<Set> {
        let mut set = Set::new();
        for name in self.names()? {
            let path = self.path(&name);
            if fs::read_link(self.link(&name)).is_ok_and(|target| target == path) {
                set.insert(name, fs::read_to_string(&path).map_err(|error| about(&path, &error))?);
            }
        }
        Ok(set)
    }

    /// Puts a set in place of the one that is there, which is kept beside it.
    pub fn switch(&self, new: &Set) -> io::Result<()> {
        let old = self.names()?;
        for name in &old {
            self.keep(name)?;
        }
        for (name, text) in new {
            if !old.contains(name) {
                // Nothing was there before.
                write(&self.before(name), "")?;
            }
            let beside = self.available.join(format!(".{name}.new"));
            write(&beside, text)?;
            fs::rename(&beside, self.path(name))?;
            self.enable(name)?;
        }
        for name in old.iter().filter(|name| !new.contains_key(*name)) {
            self.remove(name)?;
        }
        File::open(&self.available)?.sync_all()
    }

    /// Puts the set back that was there before, if one is kept.
    pub fn roll_back(&self) -> io::Result<bool> {
        let kept = self.kept()?;
        for name in &kept {
            let before = self.before(name);
            if fs::metadata(&before)?.len() == 0 {
                self.remove(name)?;
                fs::remove_file(&before)?;
            } else {
                fs::rename(&before, self.path(name))?;
                self.enable(name)?;
            }
        }
        Ok(!kept.is_empty())
    }

    /// Forgets the set that was there before.
    pub fn commit(&self) -> io::Result<()> {
        self.kept()?.iter().try_for_each(|name| fs::remove_file(self.before(name)))
    }

    fn before(&self, name: &str) -> PathBuf {
        self.available.join(format!(".{name}.before"))
    }

    fn keep(&self, name: &str) -> io::Result<()> {
        let (path, before) = (self.path(name), self.before(name));
        match fs::remove_file(&before) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::hard_link(path, before)
    }

    fn enable(&self, name: &str) -> io::Result<()> {
        let (path, link) = (self.path(name), self.link(name));
        if fs::read_link(&link).is_ok_and(|target| target == path) {
            return Ok(());
        }
        let beside = self.enabled.join(format!(".{name}.new"));
        let _ = fs::remove_file(&beside); // of a process that was killed
        symlink(&path, &beside).map_err(|error| about(&beside, &error))?;
        fs::rename(&beside, &link)
    }

    /// The link first: nginx refuses one that leads nowhere.
    fn remove(&self, name: &str) -> io::Result<()> {
        for path in [self.link(name), self.path(name)] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(about(&path, &error)),
                _ => {}
            }
        }
        Ok(())
    }

    /// The files that are THON's.
    fn names(&self) -> io::Result<Vec<String>> {
        self.listed(|name| is_ours(name).then(|| name.to_owned()))
    }

    fn kept(&self) -> io::Result<Vec<String>> {
        self.listed(|name| {
            let name = name.strip_prefix('.')?.strip_suffix(".before")?;
            is_ours(name).then(|| name.to_owned())
        })
    }

    fn listed(&self, take: impl Fn(&str) -> Option<String>) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.available) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(|error| about(&self.available, &error))?,
        };
        let mut names = Vec::new();
        for entry in entries {
            names.extend(entry?.file_name().to_str().and_then(&take));
        }
        Ok(names)
    }
}

/// `sandbox-thon`, or it with a port.
fn is_ours(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(NAME) else { return false };
    rest.is_empty() || rest.strip_prefix('-').is_some_and(|port| port.parse::<u16>().is_ok())
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create(path).map_err(|error| about(path, &error))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(files: &[(&str, &str)]) -> Set {
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn what_is_not_committed_is_undone() {
        let folder = tempfile::tempdir().expect("a folder");
        let sites = Sites::below(folder.path());
        let _lock = sites.lock().expect("locked");
        assert!(sites.lock().is_err(), "one writer");
        fs::write(sites.path("default"), "somebody's").expect("written");
        fs::write(sites.path("sandbox-thon-x"), "somebody's").expect("written");

        let first = set(&[("sandbox-thon", "a"), ("sandbox-thon-20001", "b")]);
        sites.switch(&first).expect("switched");
        assert_eq!(sites.read().expect("read"), first);
        // As after `kill -9`: nothing was there before, so nothing is there again.
        assert!(sites.roll_back().expect("rolled back"));
        assert_eq!(sites.read().expect("read"), set(&[]));

        sites.switch(&first).expect("switched");
        sites.commit().expect("committed");
        let second = set(&[("sandbox-thon", "c"), ("sandbox-thon-20002", "d")]);
        sites.switch(&second).expect("switched");
        assert_eq!(sites.read().expect("read"), second);
        sites.roll_back().expect("rolled back");
        assert_eq!(sites.read().expect("read"), first);
        assert!(!sites.roll_back().expect("nothing to do"));

        sites.switch(&set(&[])).expect("switched");
        sites.commit().expect("committed");
        let left: Vec<_> = sites.listed(|name| Some(name.to_owned())).expect("listed");
        assert_eq!(left.iter().filter(|name| !name.starts_with('.')).count(), 2, "{left:?}");
    }
}
