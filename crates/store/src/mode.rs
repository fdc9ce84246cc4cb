//! Who may read what a writer makes, and what is a link: the one place that differs between operating systems.
//!
//! In: the bank's folder. Out: the modes of what is made in it. A folder that we make is its owner's alone; one that was
//! there keeps its mode, and what is made in it takes that mode, so that a folder that a team shares stays shared. Only a
//! new bank's files are never open to all users, for a plain `mkdir` opens a folder to them without being asked.

use std::io;
use std::path::Path;

use fs_err as fs;

/// The modes of files and folders made in a bank; elsewhere than on Unix a folder's rights are inherited.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Modes {
    #[cfg(unix)]
    folder: u32,
}

#[cfg(unix)]
mod system {
    use std::io;
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    use std::path::Path;

    use fs_err as fs;
    use fs_err::os::unix::fs::OpenOptionsExt;

    use super::Modes;
    use crate::names::MANIFEST;

    const PRIVATE: u32 = 0o700;
    /// The rights of users who are neither the owner nor of the group.
    const OTHERS: u32 = 0o007;

    impl Modes {
        /// Of the folder that holds a bank, or is to.
        pub(crate) fn of(dir: &Path) -> io::Result<Self> {
            let folder = fs::metadata(dir)?.permissions().mode() & 0o7777;
            // A folder that was opened to all after its bank was made, was opened by choice. The files of a new bank in a folder
            // that was open before are those of its group, which tells such a bank later.
            let is_chosen = fs::metadata(dir.join(MANIFEST)).is_ok_and(|manifest| {
                let mode = manifest.permissions().mode() & 0o777;
                mode & OTHERS != 0 || mode & !PRIVATE == 0
            });
            Ok(Self { folder: if is_chosen { folder } else { folder & !OTHERS } })
        }

        /// A new file; nothing of that name may be there, a link neither.
        pub(crate) fn create_new(self, path: &Path) -> io::Result<fs::File> {
            let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
            // Not left to the umask, which would take from a group what its folder gives.
            // Best effort: a file system without modes may refuse, and the file stays its owner's.
            let mode = (self.folder & 0o666) | 0o600;
            if mode != 0o600 {
                let _ = file.set_permissions(std::fs::Permissions::from_mode(mode));
            }
            Ok(file)
        }

        /// A new folder.
        pub(crate) fn create_dir(self, path: &Path) -> io::Result<()> {
            make_private(path)?;
            let mode = self.folder | PRIVATE;
            if mode != PRIVATE {
                let _ = fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
            }
            Ok(())
        }
    }

    /// A new folder that its owner alone may enter.
    pub(crate) fn make_private(path: &Path) -> io::Result<()> {
        std::fs::DirBuilder::new().mode(PRIVATE).create(path).map_err(|error| {
            io::Error::new(error.kind(), format!("failed to create the folder `{}`: {error}", path.display()))
        })
    }

    /// Whether the name still leads to the open file, and not over a link.
    pub(crate) fn is_still(file: &fs::File, path: &Path) -> io::Result<bool> {
        let open = file.metadata()?;
        Ok(fs::symlink_metadata(path).is_ok_and(|there| (there.dev(), there.ino()) == (open.dev(), open.ino())))
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;
    use std::path::Path;

    use fs_err as fs;

    use super::Modes;

    impl Modes {
        pub(crate) fn of(_dir: &Path) -> io::Result<Self> {
            Ok(Self {})
        }

        pub(crate) fn create_new(self, path: &Path) -> io::Result<fs::File> {
            fs::OpenOptions::new().write(true).create_new(true).open(path)
        }

        pub(crate) fn create_dir(self, path: &Path) -> io::Result<()> {
            fs::create_dir(path)
        }
    }

    pub(crate) fn make_private(path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    pub(crate) fn is_still(_file: &fs::File, path: &Path) -> io::Result<bool> {
        Ok(fs::symlink_metadata(path)?.is_file())
    }
}

pub(crate) use system::{is_still, make_private};

/// Whether the path itself, and not what a link there leads to, is a file.
pub(crate) fn is_plain_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Whether the path itself, and not what a link there leads to, is a folder.
pub(crate) fn is_plain_dir(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// Makes the folder and those above it that are not there; gives those it made, the innermost first.
pub(crate) fn make_dirs(dir: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    let missing: Vec<_> =
        dir.ancestors().filter(|one| !one.as_os_str().is_empty()).take_while(|one| !one.exists()).collect();
    let mut made = Vec::new();
    for one in missing.iter().rev() {
        let outcome = if *one == dir { make_private(one) } else { fs::create_dir(one) };
        match outcome {
            Ok(()) => made.insert(0, one.to_path_buf()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && one.is_dir() => {}
            Err(error) => {
                remove_empty(&made);
                return Err(error);
            }
        }
    }
    Ok(made)
}

/// Takes away again what [`make_dirs`] made, as far as it is empty.
pub(crate) fn remove_empty(made: &[std::path::PathBuf]) {
    for dir in made {
        let _ = fs::remove_dir(dir);
    }
}
