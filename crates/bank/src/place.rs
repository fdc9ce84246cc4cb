//! Where a bank is: a folder, or a database on a server.
//!
//! In: what the user said of it. Out: a [`Place`]; nothing is opened.

use std::ffi::OsStr;
use std::fmt;
use std::path::PathBuf;

use diagnostic::Diagnostic;
use mongo::Uri;

use crate::{Error, ErrorKind};

/// Names the bank where the user does not.
const BANK_VARIABLE: &str = "BANKSPHERE_URI";
/// The bank where nothing names one.
const DEFAULT_BANK: &str = "bank.sphere";

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
            Some(text) if text.starts_with('@') => {
                let file = &text[1..];
                uri(&fs_err::read_to_string(file)?, file).map(Self::Server)
            }
            _ => Ok(Self::Folder(said.into())),
        }
    }

    /// The bank where the user names none: what the variable `BANKSPHERE_URI` says, else `bank.sphere` here.
    pub fn unnamed() -> Result<Self, Error> {
        match std::env::var(BANK_VARIABLE) {
            Ok(text) if !text.is_empty() => uri(&text, BANK_VARIABLE).map(Self::Server),
            _ => Ok(Self::Folder(DEFAULT_BANK.into())),
        }
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
