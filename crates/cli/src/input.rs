//! What a command reads: a file of customers with what is said of it, and the standard input where the user says `-`.
//!
//! In: arguments. Out: what an import reads, or the text. Invariant: where the standard input is a terminal, the user is
//! told what is waited for, and what ends it.

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use bank::{Closed, Contract, CustomersFile, Source};
use clap::Args as ClapArgs;

use crate::failure::Failure;
use crate::output;

/// The argument that means the standard input.
const STANDARD_INPUT: &str = "-";

/// What is said of a file of customers.
#[derive(ClapArgs)]
pub(crate) struct FileArgs {
    /// What its columns are, by a contract (recognised otherwise; `banksphere draft` writes one)
    #[arg(long, value_name = "FILE.toml")]
    contract: Option<PathBuf>,
    /// Which values of which column mean that the account was closed, such as `Exited=1`
    #[arg(long, value_name = "COLUMN=VALUE", conflicts_with = "contract")]
    closed: Option<String>,
    /// The sheet of a workbook (the first that looks like a table otherwise)
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// What stands between the cells: one character, or `tab` (recognised otherwise)
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: Option<u8>,
}

/// What becomes of rows that break the contract.
#[derive(ClapArgs)]
pub(crate) struct FaultArgs {
    /// Import the good rows, and write those with faults and their reasons into this new file
    #[arg(long, value_name = "FILE.csv")]
    set_aside: Option<PathBuf>,
    /// Take rows that break this rule of the contract, or a column that holds two scales
    /// (`one_scale_of_COLUMN`); every answer will say so
    #[arg(long, value_name = "RULE")]
    accept: Vec<String>,
}

impl FaultArgs {
    /// The file that rows with faults are written into.
    pub(crate) fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }
}

/// The same, read.
pub(crate) struct Said<'a> {
    contract: Option<Contract>,
    closed: Option<Closed>,
    args: &'a FileArgs,
}

impl FileArgs {
    /// The contract's file.
    pub(crate) fn contract(&self) -> Option<&Path> {
        self.contract.as_deref()
    }

    /// Reads the contract and the outcome.
    pub(crate) fn read(&self) -> Result<Said<'_>, Failure> {
        let contract = self.contract.as_deref().map(bank::read_contract).transpose()?;
        let closed = self.closed.as_deref().map(Closed::parse).transpose();
        let closed = closed.map_err(|fault| Failure::of(fault.within("--closed")))?;
        Ok(Said { contract, closed, args: self })
    }
}

impl Said<'_> {
    /// The file that an argument names, with what is said of it and of its faults.
    pub(crate) fn with_faults<'a>(&'a self, file: &'a Path, faults: &'a FaultArgs) -> CustomersFile<'a> {
        CustomersFile { accepted: &faults.accept, set_aside: faults.set_aside.as_deref(), ..self.of(file) }
    }

    /// The file that an argument names, with what is said of it.
    pub(crate) fn of<'a>(&'a self, file: &'a Path) -> CustomersFile<'a> {
        CustomersFile {
            contract: self.contract.as_ref(),
            closed: self.closed.as_ref(),
            sheet: self.args.sheet.as_deref(),
            delimiter: self.args.delimiter,
            ..CustomersFile::new(named(file))
        }
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\n' | b'\r') => {
            Ok(*byte)
        }
        _ => Err("one character such as `;` belongs here, or `tab`".to_owned()),
    }
}

/// The file that an argument names. A file whose name is `-` is called `./-`.
pub(crate) fn named(file: &Path) -> Source<'_> {
    if file != Path::new(STANDARD_INPUT) {
        return Source::Path(file);
    }
    tell("the file");
    Source::StandardInput
}

/// The text of the standard input, if the argument means that.
pub(crate) fn text(argument: &str, what: &str) -> Result<Option<String>, Failure> {
    if argument != STANDARD_INPUT {
        return Ok(None);
    }
    tell(what);
    let mut text = String::new();
    match std::io::stdin().read_to_string(&mut text) {
        Ok(_) => Ok(Some(text)),
        Err(error) => Err(Failure::new(format!("{what} cannot be read from standard input: {error}"))),
    }
}

/// Why not refuse a terminal: the user may well paste what is asked for.
fn tell(what: &str) {
    if std::io::stdin().is_terminal() {
        let end = if cfg!(windows) { "Ctrl-Z and Enter end it" } else { "Ctrl-D on a line of its own ends it" };
        output::say(&format!("reading {what} from the terminal: {end}"));
    }
}
