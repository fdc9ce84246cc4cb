//! Where `mongod` is: in `MONGOD`, on the `PATH`, in the cache folder, or fetched into it.
//!
//! In: the environment. Out: [`Binary`], which was seen to run.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Error, fetch};

/// A `mongod` that runs on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binary {
    /// The program.
    pub mongod: PathBuf,
    /// Where its shared libraries are looked up first.
    pub libraries: Option<PathBuf>,
}

impl Binary {
    /// The program with its libraries.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.mongod);
        command.envs(self.libraries.iter().map(|libraries| ("LD_LIBRARY_PATH", libraries)));
        command
    }

    /// Runs `mongod --version`; the error is what the machine said instead.
    pub(crate) fn try_out(&self) -> Result<(), Error> {
        let name = self.mongod.display();
        match self.command().arg("--version").output() {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => {
                Err(Error::new(format!("`{name}` does not run: {}", String::from_utf8_lossy(&output.stderr).trim())))
            }
            Err(error) => Err(Error::new(format!("`{name}` does not run: {error}"))),
        }
    }
}

/// Finds a `mongod`, or fetches one; a second process waits for the first.
pub fn find() -> Result<Binary, Error> {
    if let Some(named) = std::env::var_os("MONGOD").filter(|name| !name.is_empty()) {
        let binary = Binary { mongod: named.into(), libraries: None };
        return binary.try_out().map(|()| binary).map_err(|error| Error::new(format!("MONGOD: {error}")));
    }
    let on_path = Binary { mongod: "mongod".into(), libraries: None };
    if on_path.try_out().is_ok() {
        return Ok(on_path);
    }
    fetch::cached_or_fetched(&cache_folder())
        .map_err(|error| Error::new(format!("`mongod` is not on the PATH, and none could be fetched: {error}")))
}

/// Among what git ignores.
fn cache_folder() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).join("target/mongod")
}
