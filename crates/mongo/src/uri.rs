//! The connection string: what names a server, a database and perhaps a password.
//!
//! In: text such as `mongodb://user:secret@host:27017/bank?tls=true`. Out: [`Uri`], which shows itself without the
//! password.

use std::fmt;

use crate::Error;

/// A connection string whose password is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Uri {
    text: String,
}

impl Uri {
    /// Whether `text` is meant as a connection string, and not as a folder.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.starts_with("mongodb://") || text.starts_with("mongodb+srv://")
    }

    /// Takes a connection string. What it says of hosts and options is checked when it is used.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if !Self::is_meant(text) {
            return Err(Error::input("the connection string does not start with `mongodb://` or `mongodb+srv://`")
                .hint("a bank on a server reads `mongodb://host:27017/bank`"));
        }
        Ok(Self { text: text.to_owned() })
    }

    /// Whether it carries a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.password().is_some()
    }

    /// The whole text, for the driver alone.
    pub(crate) fn secret(&self) -> &str {
        &self.text
    }

    /// Where the password stands in the text.
    fn password(&self) -> Option<std::ops::Range<usize>> {
        let start = self.text.find("://")? + 3;
        let authority = self.text[start..].split(['/', '?']).next()?;
        let (user, _) = authority.rsplit_once('@')?;
        let colon = user.find(':')?;
        Some(start + colon + 1..start + user.len())
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.password() {
            Some(range) => write!(f, "{}***{}", &self.text[..range.start], &self.text[range.end..]),
            None => f.write_str(&self.text),
        }
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uri({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::Uri;

    #[test]
    fn a_password_is_never_shown() {
        for (text, shown) in [
            ("mongodb://h/bank", "mongodb://h/bank"),
            ("mongodb://ann@h/bank", "mongodb://ann@h/bank"),
            ("mongodb://ann:s3cr:et@h:1,k:2/bank?tls=true", "mongodb://ann:***@h:1,k:2/bank?tls=true"),
            ("mongodb+srv://ann:@h", "mongodb+srv://ann:***@h"),
        ] {
            let uri = Uri::parse(text).unwrap();
            assert_eq!(uri.to_string(), shown);
            assert_eq!(format!("{uri:?}"), format!("Uri({shown})"));
        }
    }
}
