//! The connection string: what names a server, a database and perhaps a password.
//!
//! In: text such as `mongodb://user:secret@host:27017/bank?tls=true`. Out: [`Uri`], which shows itself without anything
//! secret.
//! Invariant: where it is doubtful what is secret (a password with an unescaped `/`), too much is hidden, never too
//! little.

use std::fmt;
use std::ops::Range;

use crate::Error;

/// What stands where a secret was.
const HIDDEN: &str = "***";
/// Options whose values are secrets, in lower case.
const SECRET_OPTIONS: [&str; 3] = ["tlscertificatekeyfilepassword", "proxypassword", "authmechanismproperties"];

const SCHEMES: [&str; 2] = ["mongodb://", "mongodb+srv://"];

/// The text without what a shell or a configuration file leaves around it: blanks, and quotes.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`' | '‘' | '’' | '“' | '”'))
}

/// A connection string whose secrets are never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Uri {
    text: String,
}

impl Uri {
    /// Whether `text` is meant as a connection string, and not as a folder.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        let text = bare(text);
        SCHEMES.iter().any(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
    }

    /// Takes a connection string, also in quotes and with a scheme in capitals. What it says of hosts and options is checked
    /// when it is used.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = bare(text);
        if !Self::is_meant(text) {
            return Err(Error::input("the connection string does not start with `mongodb://` or `mongodb+srv://`")
                .hint("a bank on a server reads `mongodb://host:27017/bank`"));
        }
        // The driver takes the scheme in small letters alone.
        let (scheme, rest) = text.split_once("://").unwrap_or((text, ""));
        Ok(Self { text: format!("{}://{rest}", scheme.to_ascii_lowercase()) })
    }

    /// Whether it carries a password, or another secret.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        !self.secrets().is_empty()
    }

    /// The whole text, for the driver, or to hand it over where no one else sees it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// A message about this connection string, without what is secret in it.
    pub(crate) fn without_secrets(&self, message: &str) -> String {
        let secrets = self.secrets().into_iter().map(|range| &self.text[range]).filter(|secret| !secret.is_empty());
        secrets.fold(message.to_owned(), |message, secret| message.replace(secret, HIDDEN))
    }

    /// Where the secrets stand in the text, first to last.
    fn secrets(&self) -> Vec<Range<usize>> {
        let start = self.text.find("://").map_or(0, |at| at + 3);
        // Why not the first `?`: a password may hold one that should have been escaped.
        let options = match self.text.rfind('?') {
            Some(mark) if self.text[start..mark].contains('@') || !self.text[mark..].contains('@') => mark,
            _ => self.text.len(),
        };
        let mut secrets = Vec::new();
        if let Some(at) = self.text[start..options].rfind('@')
            && let Some(colon) = self.text[start..start + at].find(':')
        {
            secrets.push(start + colon + 1..start + at);
        }
        let mut position = options + 1;
        for option in self.text.get(position..).unwrap_or_default().split('&') {
            if let Some((name, value)) = option.split_once('=')
                && SECRET_OPTIONS.contains(&name.to_lowercase().as_str())
            {
                let end = position + option.len();
                secrets.push(end - value.len()..end);
            }
            position += option.len() + 1;
        }
        secrets
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = 0;
        for secret in self.secrets() {
            write!(f, "{}{HIDDEN}", &self.text[shown..secret.start])?;
            shown = secret.end;
        }
        f.write_str(&self.text[shown..])
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
    fn a_secret_is_never_shown() {
        for (text, shown) in [
            ("mongodb://h/bank", "mongodb://h/bank"),
            ("mongodb://h:1,k:2/bank?appName=a@b", "mongodb://h:***@b"),
            ("mongodb://ann@h/bank", "mongodb://ann@h/bank"),
            ("mongodb://ann:s3cr:et@h:1,k:2/bank?tls=true", "mongodb://ann:***@h:1,k:2/bank?tls=true"),
            ("mongodb://ann:s3cret@h/bank?appName=a@b", "mongodb://ann:***@h/bank?appName=a@b"),
            ("mongodb+srv://ann:@h", "mongodb+srv://ann:***@h"),
            // passwords with characters that should have been escaped
            ("mongodb://ann:s3c@ret@h/bank", "mongodb://ann:***@h/bank"),
            ("mongodb://ann:s3c/ret@h/bank", "mongodb://ann:***@h/bank"),
            ("mongodb://ann:s3c/r@et@h/bank?tls=true", "mongodb://ann:***@h/bank?tls=true"),
            ("mongodb://ann:s3c?ret@h/bank", "mongodb://ann:***@h/bank"),
            ("mongodb://ann:s3c?re=t@h/bank?tls=true", "mongodb://ann:***@h/bank?tls=true"),
            // quotes, blanks and capitals around it
            ("MONGODB://ann:s3cret@h/bank", "mongodb://ann:***@h/bank"),
            (" 'MongoDB+SRV://ann:s3cret@h/bank' ", "mongodb+srv://ann:***@h/bank"),
            ("\"mongodb://ann:s3cret@h/bank\"", "mongodb://ann:***@h/bank"),
            ("\t“mongodb://ann:s3cret@h/bank”", "mongodb://ann:***@h/bank"),
            // secrets among the options
            (
                "mongodb://h/b?tls=true&tlsCertificateKeyFilePassword=s3cret&appName=x",
                "mongodb://h/b?tls=true&tlsCertificateKeyFilePassword=***&appName=x",
            ),
            (
                "mongodb://id:key@h/b?authMechanismProperties=AWS_SESSION_TOKEN:s3cret",
                "mongodb://id:***@h/b?authMechanismProperties=***",
            ),
        ] {
            let uri = Uri::parse(text).unwrap();
            assert_eq!(uri.to_string(), shown);
            assert_eq!(format!("{uri:?}"), format!("Uri({shown})"));
        }
    }

    #[test]
    fn what_is_no_connection_string_is_a_folder() {
        for text in ["bank.sphere", "mongodb", "mongodb:/x", "postgres://h/b", "'", "möngodb://h", ""] {
            assert!(!Uri::is_meant(text), "{text}");
            assert!(Uri::parse(text).is_err(), "{text}");
        }
        assert!(Uri::is_meant(" 'MONGODB://h/b'"));
    }

    #[test]
    fn messages_lose_what_is_secret() {
        let uri = Uri::parse("mongodb://ann:s3cret@h/bank?proxyPassword=hush").unwrap();
        assert_eq!(uri.without_secrets("no `s3cret` and no `hush` at `h`"), "no `***` and no `***` at `h`");
    }
}
