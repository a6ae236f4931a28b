//! A file system of a few megabytes, which a test can fill to the last block.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A mounted file system of its own. It has to be declared before what uses it.
pub struct SmallDisk {
    folder: TempDir,
    at: PathBuf,
}

impl SmallDisk {
    pub fn new(mebibytes: u64) -> Self {
        let folder = TempDir::new().expect("a folder");
        let (image, at) = (folder.path().join("image"), folder.path().join("disk"));
        File::create(&image).and_then(|file| file.set_len(mebibytes << 20)).expect("a file");
        fs::create_dir(&at).expect("a folder");
        // No blocks are kept back for root, which these tests run as.
        run(Command::new("mkfs.ext4").args(["-q", "-F", "-m", "0"]).arg(&image));
        run(Command::new("mount").args(["-o", "loop"]).args([&image, &at]));
        Self { folder, at }
    }

    pub fn path(&self) -> &Path {
        &self.at
    }

    /// Leaves not a single block.
    pub fn fill(&self) {
        let mut file = File::create(self.filling()).expect("a file");
        for size in [1 << 20, 1 << 10, 1] {
            let zeros = vec![0; size];
            let full = loop {
                if let Err(full) = file.write_all(&zeros) {
                    break full;
                }
            };
            assert_eq!(full.kind(), ErrorKind::StorageFull, "{full}");
        }
        file.sync_all().expect("it is written");
    }

    /// Makes room again.
    pub fn empty(&self) {
        fs::remove_file(self.filling()).expect("the filling");
    }

    fn filling(&self) -> PathBuf {
        self.at.join("filling")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let done = Command::new("umount").arg(&self.at).status();
        assert!(std::thread::panicking() || done.is_ok_and(|status| status.success()), "{:?} is in use", self.folder);
    }
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
