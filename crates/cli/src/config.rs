//! The user's defaults, from a file: `~/.config/banksphere/config.toml`, or where `XDG_CONFIG_HOME` says.
//!
//! In: the file, if there is one. Out: [`Config`], or what is wrong with file, line and key. Options and the environment win
//! over it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use diagnostic::{Diagnostic, nearest, quote};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::args::{Colour, Format};
use crate::failure::Failure;

const KEYS: [&str; 4] = ["bank", "format", "color", "pager"];

/// What the file says.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Config {
    /// The bank where neither an option nor the environment names one.
    pub(crate) bank: Option<String>,
    /// How tables are written to stdout.
    pub(crate) format: Option<Format>,
    /// Whether text has colours.
    pub(crate) colour: Option<Colour>,
    /// What long answers are shown by; nothing where it is empty.
    pub(crate) pager: Option<String>,
}

impl Config {
    /// Reads the user's file; without one nothing is said.
    pub(crate) fn read() -> Result<Self, Failure> {
        let Some(file) = file() else { return Ok(Self::default()) };
        match fs_err::read_to_string(&file) {
            Ok(text) => Self::parse(&file, &text).map_err(Failure::of),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(Self::default()),
            Err(error) => {
                let reason = bank::reason(&error);
                Err(Failure::new(format!("the defaults in `{}` cannot be read: {reason}", file.display())))
            }
        }
    }

    fn parse(file: &Path, text: &str) -> Result<Self, Diagnostic> {
        let at = |start: usize| format!("{}:{}", file.display(), text[..start].matches('\n').count() + 1);
        let table = DeTable::parse(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            Diagnostic::new(error.message().trim_end_matches('.').to_owned()).at(at(start))
        })?;
        let mut config = Self::default();
        for (key, value) in table.get_ref() {
            let name: &str = key.get_ref();
            let done = config.set(name, value);
            let place = |fault: Diagnostic| fault.at(format!("{}: {}", at(key.span().start), quote(name)));
            done.map_err(place)?;
        }
        Ok(config)
    }

    fn set(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<(), Diagnostic> {
        if !KEYS.contains(&key) {
            return Err(Diagnostic::new(format!("there is no key `{}`", quote(key))).hint(nearest("key", key, KEYS)));
        }
        let text = value.get_ref().as_str().ok_or_else(|| Diagnostic::new("a text in quotes belongs here"))?;
        match key {
            "bank" => self.bank = Some(text.to_owned()),
            "pager" => self.pager = Some(text.to_owned()),
            "color" => self.colour = Some(word("color", text)?),
            _ => {
                let format: Format = word("format", text)?;
                if !format.of_file().is_text() {
                    let message = format!("`{text}` is no format for standard output");
                    return Err(Diagnostic::new(message).hint("it is for a file: `-o answer.xlsx`"));
                }
                self.format = Some(format);
            }
        }
        Ok(())
    }
}

/// One of the words that an option of the same name takes.
fn word<T: clap::ValueEnum>(what: &str, text: &str) -> Result<T, Diagnostic> {
    T::from_str(text, false).map_err(|_| {
        let words: Vec<String> =
            T::value_variants().iter().filter_map(|one| Some(one.to_possible_value()?.get_name().to_owned())).collect();
        Diagnostic::new(format!("there is no {what} `{}`", quote(text))).hint(nearest(
            what,
            text,
            words.iter().map(String::as_str),
        ))
    })
}

/// Where the file is.
fn file() -> Option<PathBuf> {
    let folder = |variable: &str| std::env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = folder("XDG_CONFIG_HOME").or_else(|| {
        if cfg!(windows) { folder("APPDATA") } else { std::env::home_dir().map(|home| home.join(".config")) }
    })?;
    Some(folder.join("banksphere").join("config.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(Path::new("c.toml"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn every_key_is_read() {
        let text = "bank = 'my.sphere'\nformat = \"csv\"\ncolor = 'never'\npager = ''\n";
        let expected = Config {
            bank: Some("my.sphere".to_owned()),
            format: Some(Format::Csv),
            colour: Some(Colour::Never),
            pager: Some(String::new()),
        };
        assert_eq!(parse(text), Ok(expected));
        assert_eq!(parse(""), Ok(Config::default()));
    }

    #[test]
    fn faults_name_file_line_and_key() {
        for (text, told) in [
            ("\nbnak = 'x'", "there is no key `bnak`\n  at c.toml:2: bnak\nhint: "),
            ("bank = 3", "a text in quotes belongs here\n  at c.toml:1: bank"),
            ("bank = 'x'\ncolor = 'red'", "there is no color `red`\n  at c.toml:2: color\nhint: "),
            ("format = 'xlsx'", "`xlsx` is no format for standard output\n  at c.toml:1: format\nhint: "),
            ("bank = 'x'\nbank = 'y'", "duplicate key\n  at c.toml:2"),
            ("bank", "\n  at c.toml:1"),
        ] {
            let refused = parse(text).unwrap_err();
            assert!(refused.contains(told), "{refused}");
        }
    }
}
