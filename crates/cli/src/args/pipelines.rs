//! What the user may say of a pipeline of their own.
//!
//! In: the command line, through clap. Out: the arguments of `aggregate`, `explain`, `lint` and `indexes`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, builder::PossibleValuesParser};
use pipeline::lint::TARGETS;

use super::{AskArgs, Format, RunArgs};

#[derive(ClapArgs)]
pub(crate) struct Aggregate {
    #[command(flatten)]
    pub(crate) question: Question,
    /// Canonical Extended JSON: every type spelt out
    #[arg(long, conflicts_with = "format")]
    pub(crate) canonical: bool,
    /// How the documents are written
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Write to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct View {
    /// What the view is called
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The collection or the view that it stands on
    #[arg(long, value_name = "COLLECTION")]
    pub(crate) on: String,
    /// The pipeline; `@FILE` reads a file, `-` reads stdin
    #[arg(value_name = "PIPELINE", allow_hyphen_values = true)]
    pub(crate) pipeline: String,
    /// Compare strings by the rules of a language, always when the view is read (by their bytes otherwise)
    #[arg(long, value_name = "COLLATION", allow_hyphen_values = true)]
    pub(crate) collation: Option<String>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) question: Question,
    /// As one Extended JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Lint {
    /// The pipeline; `@FILE` reads a file, `-` reads stdin
    #[arg(value_name = "PIPELINE")]
    pub(crate) pipeline: String,
    /// The server
    #[arg(long = "for", value_name = "TARGET", value_parser = PossibleValuesParser::new(TARGETS))]
    pub(crate) target: String,
    /// As one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Indexes {
    /// An analysis by name, or a collection with a pipeline; the whole catalog otherwise
    #[arg(value_name = "ANALYSIS|COLLECTION")]
    pub(crate) name: Option<String>,
    /// The pipeline over the collection; `@FILE` reads a file, `-` reads stdin
    #[arg(value_name = "PIPELINE")]
    pub(crate) pipeline: Option<String>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) asked: AskArgs,
    /// Keep the indexes that help
    #[arg(long)]
    pub(crate) create: bool,
}

/// A pipeline over a collection of a bank.
#[derive(ClapArgs)]
pub(crate) struct Question {
    /// The collection
    #[arg(value_name = "COLLECTION")]
    pub(crate) collection: String,
    /// The pipeline; `@FILE` reads a file, `-` reads stdin
    #[arg(value_name = "PIPELINE", allow_hyphen_values = true)]
    pub(crate) pipeline: String,
    /// Compare strings by the rules of a language, as mongosh's option of that name: `{locale: "de", strength: 1}` holds
    /// strings equal that differ in case or accents alone (by their bytes otherwise)
    #[arg(long, value_name = "COLLATION", allow_hyphen_values = true)]
    pub(crate) collation: Option<String>,
    /// Refuse a field that no document has; otherwise it counts as missing, and in a folder stderr names it. On a server a refusal
    /// costs two passes over the collection
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}
