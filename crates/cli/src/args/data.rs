//! What the user may say of a file of customers, and of what comes into a bank or out of it whole.
//!
//! In: the command line, through clap. Out: the arguments of `analyze`, `check`, `draft`, `adopt`, `import`, `copy` and `sample`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::{BankArgs, CatalogArgs, DayArgs, LimitArgs, OpenArgs};
use crate::input::{FaultArgs, FileArgs};
use crate::limits;

#[derive(ClapArgs)]
pub(crate) struct Analyze {
    /// The file of customers: CSV, Excel, Parquet, Arrow or JSON, packed or not; `-` reads stdin
    #[arg(value_name = "FILE", conflicts_with = "sample")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) said: FileArgs,
    #[command(flatten)]
    pub(crate) faults: FaultArgs,
    /// Generate so many customers instead of reading a file
    #[arg(long, value_name = "N", value_parser = limits::customers, allow_negative_numbers = true)]
    pub(crate) sample: Option<u64>,
    /// The generator's seed
    #[arg(
        long,
        value_name = "S",
        default_value_t = 1,
        requires = "sample",
        value_parser = limits::seed,
        allow_negative_numbers = true
    )]
    pub(crate) seed: u64,
    /// Keep the bank here: a folder, a database on a server, or `@FILE` with its connection string (a temporary
    /// folder otherwise)
    #[arg(long, value_name = "BANK")]
    pub(crate) bank: Option<OsString>,
    #[command(flatten)]
    pub(crate) day: DataDayArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    /// Where the report goes: a page of HTML, or a PDF or a workbook, as the name ends in .html, .pdf or .xlsx
    #[arg(short = 'o', long, alias = "output", value_name = "FILE", default_value = "report.html")]
    pub(crate) report: PathBuf,
    #[command(flatten)]
    pub(crate) opened: OpenArgs,
    #[command(flatten)]
    pub(crate) catalog: CatalogArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Check {
    /// The file of customers to check; `-` reads stdin
    #[arg(value_name = "FILE", conflicts_with = "bank")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) said: FileArgs,
    /// The bank to check: a folder (the one in `BANKSPHERE_URI` or `bank.sphere` where neither is named)
    #[arg(long, value_name = "BANK", conflicts_with_all = ["contract", "closed", "sheet", "delimiter"])]
    pub(crate) bank: Option<OsString>,
}

#[derive(ClapArgs)]
pub(crate) struct Draft {
    /// The file of customers; `-` reads stdin
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) said: FileArgs,
    /// Where the contract goes (stdout otherwise)
    #[arg(short, long, value_name = "FILE.toml")]
    pub(crate) output: Option<PathBuf>,
    /// Replace a file that is there and says something else
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Adopt {
    #[command(flatten)]
    pub(crate) bank: BankArgs,
    /// The collection of customers (`customers` otherwise)
    #[arg(long, value_name = "NAME")]
    pub(crate) customers: Option<String>,
    /// What its fields mean (recognised otherwise)
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) contract: Option<PathBuf>,
    /// Which values of which field mean that the account was closed, such as `Exited=1`
    #[arg(long, value_name = "FIELD=VALUE", conflicts_with = "contract")]
    pub(crate) closed: Option<String>,
    /// Take customers that break this rule of the contract; every answer will say so
    #[arg(long, value_name = "RULE")]
    pub(crate) accept: Vec<String>,
    /// Write the contract to this file, and nothing into the bank
    #[arg(short, long, value_name = "FILE.toml")]
    pub(crate) output: Option<PathBuf>,
    /// Replace a file that is there and says something else
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Import {
    /// The file of customers: CSV, Excel, Parquet, Arrow or JSON, packed or not; with --into, documents in JSON or BSON,
    /// or the rows of any table. `-` reads stdin
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) said: FileArgs,
    #[command(flatten)]
    pub(crate) faults: FaultArgs,
    #[command(flatten)]
    pub(crate) bank: BankArgs,
    /// Load documents of any shape into this collection
    #[arg(long, value_name = "NAME", conflicts_with_all = ["contract", "closed", "sheet", "delimiter", "set_aside", "accept"])]
    pub(crate) into: Option<String>,
    /// Add the documents to those that the collection has, in place of replacing them; an `_id` may come once
    #[arg(long, requires = "into")]
    pub(crate) append: bool,
    #[command(flatten)]
    pub(crate) day: DataDayArgs,
}

/// The day of what is imported.
#[derive(ClapArgs)]
pub(crate) struct DataDayArgs {
    /// The day that the data describes (today in UTC otherwise)
    #[arg(long, value_name = "YYYY-MM-DD", allow_hyphen_values = true)]
    pub(crate) as_of: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Copy {
    /// The bank that is copied: a folder, a database on a server, or @FILE with its connection string
    #[arg(long, value_name = "BANK")]
    pub(crate) from: OsString,
    /// The bank that is written to
    #[arg(long, value_name = "BANK")]
    pub(crate) to: OsString,
    #[command(flatten)]
    pub(crate) day: DayArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Sample {
    /// How many customers
    #[arg(value_name = "N", value_parser = limits::customers, allow_negative_numbers = true)]
    pub(crate) n: u64,
    /// The generator's seed: the same seed gives the same customers
    #[arg(long, value_name = "S", default_value_t = 1, value_parser = limits::seed, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// Write to this file instead of stdout
    #[arg(short, long, value_name = "FILE.csv")]
    pub(crate) output: Option<PathBuf>,
}
