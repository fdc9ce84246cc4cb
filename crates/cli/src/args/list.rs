//! What the user may say of a list of customers.
//!
//! In: the command line, through clap. Out: the arguments of `list`, `compare` and `describe`, and of the rows that topics open.

use std::path::PathBuf;

use bank::Wish;
use clap::Args as ClapArgs;

use super::{AskArgs, ContractArgs, RunArgs, TableArgs};
use crate::names::Names;

#[derive(ClapArgs)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) asked: AskArgs,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    #[command(flatten)]
    pub(crate) wish: WishArgs,
    #[command(flatten)]
    pub(crate) table: TableArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Compare {
    /// The first segment: a filter, as `--where` takes it
    #[arg(value_name = "FILTER")]
    pub(crate) first: String,
    /// The second segment; all other customers without it
    #[arg(value_name = "FILTER")]
    pub(crate) second: Option<String>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) asked: AskArgs,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    /// Measures to compare, separated by commas (all of the catalog otherwise)
    #[arg(
        long,
        alias = "measure",
        value_name = "A,B",
        value_delimiter = ',',
        value_parser = Names::Measures,
        hide_possible_values = true
    )]
    pub(crate) measures: Vec<String>,
    #[command(flatten)]
    pub(crate) table: TableArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Describe {
    /// How the values of this column are spread, with a histogram (each column in a line otherwise)
    #[arg(value_name = "COLUMN")]
    pub(crate) column: Option<String>,
    /// Draw the histogram to this file; `-` draws it on the terminal
    #[arg(long, value_name = "FILE.svg|.png|.pdf", requires = "column")]
    pub(crate) chart: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    #[command(flatten)]
    pub(crate) table: TableArgs,
}

/// Which customers a command is about.
#[derive(ClapArgs)]
pub(crate) struct FilterArgs {
    /// Which customers: `Field=value` or a category by itself (`closed`), with `and`, `or`, `not`, `in`, `not in`, `between`,
    /// `~` and parentheses, or a MongoDB $match in JSON; given several times, all must hold
    #[arg(long = "where", value_name = "FILTER")]
    pub(crate) all: Vec<String>,
}

/// How customers are listed.
#[derive(ClapArgs)]
#[command(next_help_heading = "Lists of customers")]
pub(crate) struct WishArgs {
    /// Fields, dimensions or roles that listed customers are sorted by, separated by commas; `-Total_Trans_Amt` downwards (by key
    /// otherwise)
    #[arg(long, value_name = "A,-B", value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) sort: Vec<String>,
    /// So many customers are listed; 0 lists all (20 otherwise)
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) limit: Option<u64>,
    /// Fields, dimensions or roles of listed customers, separated by commas (all columns otherwise); the key always comes first
    #[arg(long, value_name = "A,B", value_delimiter = ',', value_parser = Names::Dimensions, hide_possible_values = true)]
    pub(crate) columns: Vec<String>,
}

impl WishArgs {
    /// Whether anything is said.
    pub(crate) fn is_said(&self) -> bool {
        !self.sort.is_empty() || self.limit.is_some() || !self.columns.is_empty()
    }

    /// As the bank takes it.
    pub(crate) fn wish(&self) -> Wish {
        let limit = self.limit.unwrap_or(Wish::LIMIT);
        Wish { sort: self.sort.clone(), limit, columns: self.columns.clone() }
    }
}
