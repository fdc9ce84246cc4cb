//! Whether a call's outputs would destroy something that it reads, or each other.
//!
//! In: the files that are to be written, those that are read, and the bank. Out: nothing, or the error that names both.
//! Invariant: files are compared as the system knows them, whatever links and spellings lead to them; nothing is opened.

use std::io;
use std::path::{Path, PathBuf};

use diagnostic::{Diagnostic, quote};
use store::Store;

use crate::files::destination;
use crate::{Error, ErrorKind, Place};

/// A file that is to be written.
#[derive(Clone, Copy, Debug)]
pub struct Output<'a> {
    /// What names it, for messages: an option.
    pub option: &'a str,
    /// The file.
    pub file: &'a Path,
}

/// Refuses outputs that are an input, that lie in a bank's folder, that share a file, or that have no folder to be in.
pub fn check_outputs(outputs: &[Output<'_>], inputs: &[&Path], bank: Option<&Place>) -> Result<(), Error> {
    let inputs: Vec<(&&Path, Identity)> =
        inputs.iter().filter_map(|input| Some((input, Identity::of(input).ok()??))).collect();
    let mut earlier: Vec<(&Output<'_>, Identity)> = Vec::new();
    for output in outputs {
        let Some(identity) = Identity::of(output.file).map_err(|problem| no_folder(output.file, &problem))? else {
            continue;
        };
        let named = shown(output.file);
        if let Some((input, _)) = inputs.iter().find(|(_, input)| input.is(&identity)) {
            let message = format!("`{}` would take the place of `{}`, which is read", output.option, shown(input));
            return Err(usage(message, "name another file"));
        }
        if let Some((other, _)) = earlier.iter().find(|(_, other)| other.is(&identity)) {
            let message = format!("`{}` and `{}` name one file, `{named}`", other.option, output.option);
            return Err(usage(message, "name two files"));
        }
        let is_in_it = |bank: &Path| fs_err::canonicalize(bank).is_ok_and(|bank| identity.path.starts_with(bank));
        let folder = match bank {
            Some(Place::Folder(folder)) if is_in_it(folder) || output.file.starts_with(folder) => Some(folder.clone()),
            _ => bank_around(&identity.path),
        };
        if let Some(folder) = folder {
            return Err(in_bank(output.file, &folder));
        }
        earlier.push((output, identity));
    }
    Ok(())
}

/// Refuses a file in a bank's folder, where a write would spoil the bank.
pub(crate) fn outside_banks(file: &Path, target: &Path) -> Result<(), Error> {
    bank_around(target).map_or(Ok(()), |folder| Err(in_bank(file, &folder)))
}

/// The bank's folder that a path lies in.
fn bank_around(target: &Path) -> Option<PathBuf> {
    let is_bank = |folder: &&Path| folder.join("manifest.json").is_file() && Store::open(folder).is_ok();
    target.ancestors().skip(1).find(is_bank).map(Path::to_owned)
}

fn in_bank(file: &Path, folder: &Path) -> Error {
    usage(
        format!("`{}` lies in the folder of the bank `{}`, which holds nothing else", shown(file), shown(folder)),
        "name a file outside of it",
    )
}

fn no_folder(file: &Path, problem: &io::Error) -> Error {
    let folder = destination(file).parent().map(shown).unwrap_or_default();
    let message = match problem.kind() {
        io::ErrorKind::NotFound => format!("`{}` cannot be written: there is no folder `{folder}`", shown(file)),
        kind => format!("`{}` cannot be written: {kind}", shown(file)),
    };
    Error::new(ErrorKind::Data, Diagnostic::new(message))
}

fn usage(message: String, hint: &str) -> Error {
    Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint))
}

fn shown(path: &Path) -> String {
    quote(&path.display().to_string())
}

/// Which file a path leads to.
struct Identity {
    path: PathBuf,
    /// Device and number, where the file is there and the system has such: files of several names have them in common.
    number: Option<(u64, u64)>,
}

impl Identity {
    /// None for devices and pipes, which nothing destroys; a file that is not there yet is known by its folder.
    fn of(file: &Path) -> io::Result<Option<Self>> {
        match fs_err::metadata(file) {
            Ok(there) if !there.is_file() => Ok(None),
            Ok(there) => Ok(Some(Self { path: fs_err::canonicalize(file)?, number: number(&there) })),
            Err(_) => {
                let file = destination(file);
                let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let folder = fs_err::canonicalize(folder)?;
                Ok(file.file_name().map(|name| Self { path: folder.join(name), number: None }))
            }
        }
    }

    fn is(&self, other: &Self) -> bool {
        self.path == other.path || (self.number.is_some() && self.number == other.number)
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no such number")]
fn number(there: &std::fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;

    Some((there.dev(), there.ino()))
}

#[cfg(not(unix))]
fn number(_: &std::fs::Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn files_are_compared_and_not_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let [input, link, hard, new] =
            ["in.csv", "link.csv", "hard.csv", "new.csv"].map(|name| folder.path().join(name));
        fs_err::write(&input, "").unwrap();
        std::os::unix::fs::symlink(&input, &link).unwrap();
        fs_err::hard_link(&input, &hard).unwrap();
        let spelt = folder.path().join("sub/../in.csv");
        fs_err::create_dir(folder.path().join("sub")).unwrap();
        for file in [&input, &link, &hard, &spelt] {
            let error = check_outputs(&[Output { option: "-o", file }], &[&input], None).unwrap_err().to_string();
            assert!(error.starts_with("`-o` would take the place of `"), "{error}");
        }
        let twice = folder.path().join("sub/../new.csv");
        let both = [Output { option: "--chart", file: &new }, Output { option: "-o", file: &twice }];
        let error = check_outputs(&both, &[&input], None).unwrap_err().to_string();
        assert!(error.starts_with("`--chart` and `-o` name one file"), "{error}");
        assert!(check_outputs(&both[..1], &[&input], None).is_ok());
        let ahead = folder.path().join("ahead.csv");
        std::os::unix::fs::symlink(&new, &ahead).unwrap();
        let both = [both[0], Output { option: "-o", file: &ahead }];
        let error = check_outputs(&both, &[], None).unwrap_err().to_string();
        assert!(error.starts_with("`--chart` and `-o` name one file"), "{error}");
        let null = Output { option: "-o", file: Path::new("/dev/null") };
        assert!(check_outputs(&[null, null], &[Path::new("/dev/null")], None).is_ok());
    }

    #[test]
    fn nothing_is_written_into_a_bank() {
        let folder = tempfile::tempdir().unwrap();
        let bank = folder.path().join("b.sphere");
        let (found, cancel) = (|_: &extract::Quality| {}, std::sync::Arc::default());
        let sample =
            crate::Import { source: crate::ImportSource::Sample { n: 3, seed: 1 }, as_of: None, found: &found };
        let talk = crate::Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel };
        crate::import(Some(Place::Folder(bank)), &sample, &pipeline::Limits::default(), &talk).unwrap();
        let coming = folder.path().join("coming.sphere");
        for (file, place) in [("b.sphere/manifest.json", "x.sphere"), ("b.sphere/x.html", "b.sphere")] {
            let place = Place::Folder(folder.path().join(place));
            let file = folder.path().join(file);
            let refused = check_outputs(&[Output { option: "-o", file: &file }], &[], Some(&place)).unwrap_err();
            assert!(refused.to_string().contains("lies in the folder of the bank"), "{refused}");
            assert!(crate::write_file(&file, b"").is_err());
        }
        fs_err::create_dir(&coming).unwrap();
        let file = coming.join("report.html");
        let output = [Output { option: "-o", file: &file }];
        assert!(check_outputs(&output, &[], Some(&Place::Folder(coming))).is_err());
        assert!(check_outputs(&output, &[], None).is_ok());
        let nowhere = folder.path().join("nowhere/x.csv");
        let error = check_outputs(&[Output { option: "-o", file: &nowhere }], &[], None).unwrap_err().to_string();
        assert!(error.contains("there is no folder `"), "{error}");
    }
}
