//! Where a bank is: a folder, or a database on a server.
//!
//! In: what the user said of it. Out: a [`Place`]; nothing is opened.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use diagnostic::Diagnostic;
use mongo::Uri;

use crate::{Error, ErrorKind};

/// Names the bank where the user does not.
const BANK_VARIABLE: &str = "BANKSPHERE_URI";
/// The bank where nothing names one.
const DEFAULT_BANK: &str = "bank.sphere";
/// What a bank may be.
const KINDS: &str = "a bank is a folder, or a database on a server: `mongodb://host:27017/bank`";

/// Where a bank is. Shown without any password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder of our own making.
    Folder(PathBuf),
    /// A database on a MongoDB server.
    Server(Uri),
}

impl Place {
    /// The bank that `said` names: a connection string, `@FILE` with one, or a folder.
    pub fn named(said: &OsStr) -> Result<Self, Error> {
        match said.to_str() {
            Some(text) if Uri::is_meant(text) => Ok(Self::Server(Uri::parse(text)?)),
            Some(text) if is_mistyped(text) => Err(mistyped(text)),
            Some("") => Err(Error::new(ErrorKind::Usage, Diagnostic::new("the bank's name is empty").hint(KINDS))),
            Some(text) if text.starts_with('@') => {
                let file = &text[1..];
                uri(&read_text(Path::new(file))?, file).map(Self::Server)
            }
            _ => Ok(Self::Folder(said.into())),
        }
    }

    /// The bank that the variable `BANKSPHERE_URI` names: whatever [`Place::named`] takes.
    pub fn of_environment() -> Result<Option<Self>, Error> {
        match std::env::var_os(BANK_VARIABLE) {
            Some(said) if !said.is_empty() => Self::named(&said).map(Some).map_err(|error| error.within(BANK_VARIABLE)),
            _ => Ok(None),
        }
    }

    /// The bank where the user names none: what the variable `BANKSPHERE_URI` says, else `bank.sphere` here.
    pub fn unnamed() -> Result<Self, Error> {
        Ok(Self::of_environment()?.unwrap_or_else(Self::here))
    }

    /// The bank where nothing names one: `bank.sphere` here.
    #[must_use]
    pub fn here() -> Self {
        Self::Folder(DEFAULT_BANK.into())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(f),
            Self::Server(uri) => uri.fmt(f),
        }
    }
}

/// Whether a text looks like the address of a server that was mistyped: as a folder's name it would hold a password.
fn is_mistyped(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '@'));
    let scheme = scheme(text);
    // `C:/banks` is a folder of Windows.
    let is_drive = scheme.len() == 1 && text[1..].starts_with(":/") && !text[1..].starts_with("://");
    let has_user = |from: &str| text.find(from).is_some_and(|at| text[at..].contains('@'));
    let is_named = scheme.to_ascii_lowercase().starts_with("mongo") && text.contains(':') && text.contains('@');
    !is_drive && (text.contains(":/") || has_user("//") || is_named)
}

/// How an address begins; nothing behind it is shown, for it may be a password.
fn scheme(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')));
    &text[..end.unwrap_or(text.len())]
}

fn mistyped(text: &str) -> Error {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '@'));
    let scheme = diagnostic::quote(scheme(text));
    let message = format!("`{scheme}…` looks like an address, but is not written as that of a MongoDB server");
    let hint = "a bank on a server reads `mongodb://host:27017/bank`";
    Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint))
}

/// The text of a small file that the user named.
pub fn read_text(file: &Path) -> Result<String, Error> {
    fs_err::read_to_string(file).map_err(|error| {
        let name = diagnostic::quote(&file.display().to_string());
        let message = match error.kind() {
            _ if name.is_empty() => "behind the `@` no file is named".to_owned(),
            io::ErrorKind::NotFound => format!("there is no file `{name}`"),
            io::ErrorKind::IsADirectory => format!("`{name}` is a folder, and no file"),
            io::ErrorKind::PermissionDenied => format!("the file `{name}` may not be read"),
            io::ErrorKind::InvalidData => format!("`{name}` is binary, not text"),
            kind => format!("`{name}` cannot be read: {kind}"),
        };
        Error::new(ErrorKind::Data, Diagnostic::new(message))
    })
}

/// The connection string that was read from `source`.
fn uri(text: &str, source: &str) -> Result<Uri, Error> {
    Uri::parse(text).map_err(|_| {
        Error::new(
            ErrorKind::Server,
            Diagnostic::new(format!("`{source}` holds no connection string"))
                .hint("a bank on a server reads `mongodb://host:27017/bank`"),
        )
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn a_mistyped_address_is_no_folder_and_shows_no_password() {
        for text in [
            "mongo://user:secret@h/bank",
            "mongodb:/user:secret@h/bank",
            "mongodb//user:secret@h/bank",
            "mongodb+srv//user:secret@h/bank",
            "mongodb:user:secret@h/bank",
            "MONGO://user:secret@h/bank",
            " 'mongo://user:secret@h/bank'",
            "@mongo://user:secret@h/bank",
            "https://user:secret@h/bank",
            "//user:secret@h/bank",
            "file:///home/ann/bank",
            "m://user:secret@h/bank",
        ] {
            let refused = Place::named(OsStr::new(text)).unwrap_err().to_string();
            assert!(refused.contains("looks like an address"), "{text}: {refused}");
            assert!(!refused.contains("secret"), "{refused}");
        }
        for text in ["bank.sphere", "a/b", "C:/banks/b", "ann@home", "mongo", "a//b", "./mongodb"] {
            assert_eq!(Place::named(OsStr::new(text)).unwrap(), Place::Folder(text.into()));
        }
        assert!(Place::named(OsStr::new("")).is_err());
    }
}
