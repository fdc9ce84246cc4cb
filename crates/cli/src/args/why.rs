//! What the user may say of models and of scores.
//!
//! In: the command line, through clap. Out: the arguments of `why` and `score`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{ContractArgs, Format, RunArgs, WrittenArgs};

#[derive(ClapArgs)]
pub(crate) struct Why {
    /// One answer by its name, such as `why_columns` (all otherwise)
    #[arg(value_name = "ANSWER")]
    pub(crate) analysis: Option<String>,
    /// Tell what this file of models says instead of training
    #[arg(long, value_name = "FILE.json", conflicts_with_all = ["repeats", "knowingly", "show_pipeline"])]
    pub(crate) model: Option<PathBuf>,
    /// Tell whether customers fall into groups by their numbers (k-means, 2 to 8 groups), instead of training
    #[arg(long, conflicts_with_all = ["analysis", "model", "repeats", "knowingly", "show_pipeline"])]
    pub(crate) clusters: bool,
    /// How the answers are written (aligned text otherwise)
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    /// Write the models with their evidence to this file, which `score` takes; with `--model` or `--clusters`, write the answers
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// How many times customers are divided in five for evidence (5 otherwise; 1 beyond 50,000 customers)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=50))]
    pub(crate) repeats: Option<u8>,
    /// Columns to use though each tells the outcome alone, separated by commas
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) knowingly: Vec<String>,
    /// Show the pipeline of the training set instead of running it
    #[arg(long)]
    pub(crate) show_pipeline: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Score {
    /// The file of models that `why` wrote
    #[arg(long, value_name = "FILE.json")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    /// The view whose model scores: `hindsight`, `early`, `who` or `first_part` (the one that can foresee most otherwise)
    #[arg(long, value_name = "VIEW")]
    pub(crate) view: Option<String>,
    /// Write the scores into a collection of the bank
    #[arg(long, value_name = "NAME", conflicts_with_all = ["output", "format"])]
    pub(crate) into: Option<String>,
    /// Give each customer's three strongest reasons beside the score, in words
    #[arg(long, conflicts_with_all = ["into", "show_pipeline"])]
    pub(crate) reasons: bool,
    /// What a category counts as that the model has not seen (refused otherwise)
    #[arg(long, value_enum, value_name = "AS")]
    pub(crate) unseen: Option<Unseen>,
    #[command(flatten)]
    pub(crate) written: WrittenArgs,
    /// Show the pipeline of the scores instead of running it
    #[arg(long)]
    pub(crate) show_pipeline: bool,
}

/// What a category counts as that a model has not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unseen {
    /// As no answer
    Missing,
}
