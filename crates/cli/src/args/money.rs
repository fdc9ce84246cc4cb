//! What the user may say of lists of customers to call, of campaigns, and of scorecards.
//!
//! In: the command line, through clap. Out: the arguments of `budget`, `campaign` and `scorecard`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::why::Unseen;
use super::{ContractArgs, RunArgs, TableArgs, WrittenArgs};
use crate::examples::{ASSIGN_EXAMPLES, DESIGN_EXAMPLES, EVALUATE_EXAMPLES};

#[derive(ClapArgs)]
pub(crate) struct Budget {
    /// The file of models that `why` wrote
    #[arg(long, value_name = "FILE.json", required_unless_present = "write_assumptions")]
    pub(crate) model: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    /// Margins, costs and the share that is saved, as `--write-assumptions` writes them (built-in numbers otherwise)
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) assumptions: Option<PathBuf>,
    /// Write the built-in assumptions to this file, each explained, to be changed; nothing else is done
    #[arg(long, value_name = "FILE.toml", conflicts_with_all = ["model", "assumptions", "most", "view", "output", "format"])]
    pub(crate) write_assumptions: Option<PathBuf>,
    /// Replace a file of assumptions that is there
    #[arg(long, requires = "write_assumptions")]
    pub(crate) force: bool,
    /// The most that contacts and incentives together may cost
    #[arg(long = "budget", value_name = "AMOUNT", allow_hyphen_values = true, value_parser = amount)]
    pub(crate) most: Option<f64>,
    /// The view whose model scores: `hindsight`, `early`, `who` or `first_part` (the one that can foresee most otherwise)
    #[arg(long, value_name = "VIEW")]
    pub(crate) view: Option<String>,
    /// What a category counts as that the model has not seen (refused otherwise)
    #[arg(long, value_enum, value_name = "AS")]
    pub(crate) unseen: Option<Unseen>,
    /// Draw what the best profit depends on: a file that ends in .svg, .png or .pdf, or `-` for the terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) chart: Option<PathBuf>,
    /// Draw the profit by the size of the list, in the same ways
    #[arg(long, value_name = "FILE")]
    pub(crate) curve: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) written: WrittenArgs,
    /// Show the pipeline of the customers who could be called instead of running it
    #[arg(long)]
    pub(crate) show_pipeline: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Scorecard {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    /// The view whose columns it may use: `hindsight`, `early`, `who` or `first_part` (the one that can foresee most otherwise)
    #[arg(long, value_name = "VIEW")]
    pub(crate) view: Option<String>,
    /// Columns to use though each tells the outcome alone, separated by commas
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) knowingly: Vec<String>,
    #[command(flatten)]
    pub(crate) table: TableArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Campaign {
    #[command(subcommand)]
    pub(crate) action: CampaignAction,
}

#[derive(Subcommand)]
pub(crate) enum CampaignAction {
    /// How many customers must be held out to find an effect
    #[command(after_help = DESIGN_EXAMPLES)]
    Design(Design),
    /// Draw at random who of a list is called and who is held out
    #[command(after_help = ASSIGN_EXAMPLES)]
    Assign(Assign),
    /// What the calls did: the closures of those called beside those held out
    #[command(after_help = EVALUATE_EXAMPLES)]
    Evaluate(Evaluate),
}

#[derive(ClapArgs)]
pub(crate) struct Design {
    /// By how much a call lowers the closure rate, such as 0.05
    #[arg(long, value_name = "SHARE", allow_hyphen_values = true, value_parser = share)]
    pub(crate) effect: f64,
    /// The closure rate of the list's customers without a call, such as 0.2
    #[arg(long, value_name = "SHARE", allow_hyphen_values = true, value_parser = share)]
    pub(crate) rate: f64,
    /// How likely the effect is to be found
    #[arg(long, value_name = "SHARE", default_value_t = 0.8, allow_hyphen_values = true, value_parser = share)]
    pub(crate) power: f64,
    /// How likely one is to be found where there is none
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, allow_hyphen_values = true, value_parser = share)]
    pub(crate) alpha: f64,
    /// How many customers the list has, of whom as few as it takes are held out
    #[arg(long, value_name = "N")]
    pub(crate) customers: Option<u64>,
}

/// A list as CSV.
#[derive(ClapArgs)]
pub(crate) struct KeyArgs {
    /// The column of the customers' numbers (the first otherwise)
    #[arg(long, value_name = "COLUMN")]
    pub(crate) key: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Assign {
    /// The list, as `budget -o list.csv` writes it
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) list: PathBuf,
    #[command(flatten)]
    pub(crate) key: KeyArgs,
    /// How many are held out: `200`, or a share, `0.1` or `10%`
    #[arg(long, value_name = "N|SHARE", allow_hyphen_values = true)]
    pub(crate) hold_out: String,
    /// Another number draws others; the same draws the same on every machine
    #[arg(long, value_name = "N")]
    pub(crate) seed: u64,
    /// The list with a column `arm`
    #[arg(short, long, value_name = "FILE.csv")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct Evaluate {
    /// The list that `assign` wrote
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) assigned: PathBuf,
    #[command(flatten)]
    pub(crate) key: KeyArgs,
    /// Who has closed since, as CSV: the customers' numbers and a column `closed` of 1 and 0 (the bank otherwise)
    #[arg(long, value_name = "FILE.csv", conflicts_with_all = ["bank", "as_of"])]
    pub(crate) outcome: Option<PathBuf>,
    /// Which values of which column of that file mean closed
    #[arg(long, value_name = "COLUMN=VALUE", requires = "outcome")]
    pub(crate) closed: Option<String>,
    /// The column of the list's scores (`probability`, where there is one, otherwise)
    #[arg(long, value_name = "COLUMN")]
    pub(crate) score: Option<String>,
    /// What becomes of customers of whom nothing is known later (refused otherwise)
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) unknown: Option<Unknown>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
}

/// What becomes of customers of whom nothing is known later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unknown {
    /// They are left out, and counted
    LeaveOut,
}

/// An amount of money as filters take it.
fn amount(text: &str) -> Result<f64, &'static str> {
    bank::read_money(text).ok_or("an amount is like `10000`, `$10,000` or `10k`")
}

/// A share as filters take it.
fn share(text: &str) -> Result<f64, &'static str> {
    bank::read_share(text).ok_or("a share is like `0.2` or `20%`")
}
