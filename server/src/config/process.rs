//! The process as it was started: the one place that asks `std::env`.

use std::{
    env,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use camino::Utf8PathBuf;

use super::Sources;

/// The sources that the process itself carries: its environment and folders. Flags are added by the command line.
///
/// Variables that are not UTF-8 are none of ours.
pub fn sources() -> Sources {
    Sources {
        environment: env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect(),
        user_home: env::home_dir().and_then(|home| Utf8PathBuf::from_path_buf(home).ok()),
        current_dir: env::current_dir().ok().and_then(|dir| Utf8PathBuf::from_path_buf(dir).ok()).unwrap_or_default(),
        ..Sources::default()
    }
}

/// The path of this very program, to start it once more.
///
/// # Errors
/// When the system cannot tell, or the path is not UTF-8.
pub fn program() -> io::Result<Utf8PathBuf> {
    Utf8PathBuf::from_path_buf(env::current_exe()?)
        .map_err(|path| io::Error::other(format!("not UTF-8: {}", path.display())))
}

/// How this process was called, to call it so once more.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The name, found anew each time: whoever installs a newer program puts it at the same place.
    name: Option<PathBuf>,
    /// Where the program lay when it was started.
    fallback: PathBuf,
    pub arguments: Vec<OsString>,
}

/// How this process was called.
///
/// # Errors
/// When the system cannot tell which program runs.
pub fn invocation() -> io::Result<Invocation> {
    let mut all = env::args_os();
    let name = all.next().map(PathBuf::from).filter(|name| !name.as_os_str().is_empty());
    Ok(Invocation { name, fallback: env::current_exe()?, arguments: all.collect() })
}

impl Invocation {
    /// The program that lies now where this one was found, through links that may lead elsewhere by now.
    pub fn program(&self) -> PathBuf {
        let found = self.name.as_deref().and_then(|name| {
            if name.components().count() > 1 {
                return Some(name.to_owned());
            }
            let path = env::var_os("PATH").unwrap_or_default();
            env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
        });
        found.filter(|file| Path::is_file(file)).unwrap_or_else(|| self.fallback.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_looked_for_where_it_was_called() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let (named, fallback) = (folder.path().join("thon"), PathBuf::from("/somewhere/else/thon"));
        let called =
            |name: &Path| Invocation { name: Some(name.to_owned()), fallback: fallback.clone(), arguments: Vec::new() };
        assert_eq!(called(&named).program(), fallback, "not there");
        std::fs::write(&named, "").expect("a file");
        assert_eq!(called(&named).program(), named);
        assert_eq!(called(Path::new("sh")).program().file_name(), Some("sh".as_ref()), "by PATH");
    }
}
