//! What the user may say of a pipeline of their own.
//!
//! In: the command line, through clap. Out: the arguments of `aggregate`, `explain`, `lint` and `indexes`; and of `find`, `distinct`
//! and `count`, which are pipelines, too.

use std::path::PathBuf;

use clap::{Args as ClapArgs, builder::PossibleValuesParser, value_parser};
use pipeline::lint::TARGETS;

use super::{AskArgs, Format, RunArgs};

#[derive(ClapArgs)]
pub(crate) struct Aggregate {
    #[command(flatten)]
    pub(crate) question: Question,
    #[command(flatten)]
    pub(crate) written: WrittenArgs,
}

/// How documents are written, and where to.
#[derive(ClapArgs)]
pub(crate) struct WrittenArgs {
    /// Canonical Extended JSON: every type spelt out
    #[arg(long)]
    pub(crate) canonical: bool,
    /// How the documents are written (as the file's ending says otherwise, or one document a line in relaxed Extended JSON)
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Write to this file instead of stdout. It ends in .csv, .json, .ndjson, .md, .txt, .xlsx, .html or .parquet
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
    pub(crate) knowingly: KnowinglyArgs,
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

/// The columns that are read although they name persons.
#[derive(ClapArgs)]
pub(crate) struct KnowinglyArgs {
    /// Read this column although it names persons by the contract; may be given several times
    #[arg(long = "knowingly", value_name = "COLUMN")]
    pub(crate) columns: Vec<String>,
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
    pub(crate) knowingly: KnowinglyArgs,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Find {
    #[command(flatten)]
    pub(crate) filtered: Filtered,
    /// Which fields: `{field: 1}`, `{field: 0}`, expressions, `$slice`, `$elemMatch`, `"field.$"`; `@FILE` reads a file
    #[arg(long, value_name = "PROJECTION")]
    pub(crate) projection: Option<String>,
    /// In which order: `{field: 1}` upwards, `{field: -1}` downwards
    #[arg(long, value_name = "SORT")]
    pub(crate) sort: Option<String>,
    #[command(flatten)]
    pub(crate) window: Window,
    #[command(flatten)]
    pub(crate) written: WrittenArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Distinct {
    /// The collection
    #[arg(value_name = "COLLECTION")]
    pub(crate) collection: String,
    /// The field, a dotted path; arrays at its end are taken apart
    #[arg(value_name = "FIELD")]
    pub(crate) field: String,
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) written: WrittenArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Count {
    #[command(flatten)]
    pub(crate) filtered: Filtered,
    #[command(flatten)]
    pub(crate) window: Window,
}

/// Documents of a collection.
#[derive(ClapArgs)]
pub(crate) struct Filtered {
    /// The collection
    #[arg(value_name = "COLLECTION")]
    pub(crate) collection: String,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

/// Which documents of a bank's collection.
#[derive(ClapArgs)]
pub(crate) struct Selection {
    /// Which documents, in MongoDB's query language; `@FILE` reads a file, `-` reads stdin (all otherwise)
    #[arg(value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    /// Compare strings by the rules of a language, such as `{locale: "de", strength: 1}` (by their bytes otherwise)
    #[arg(long, value_name = "COLLATION", allow_hyphen_values = true)]
    pub(crate) collation: Option<String>,
    /// Refuse a field that no document has; otherwise it counts as missing, and in a folder stderr names it. On a server a refusal
    /// costs two passes over the collection
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) knowingly: KnowinglyArgs,
    /// Show the pipeline that it is, as mongosh text and as Extended JSON, instead of running it
    #[arg(long)]
    pub(crate) show_pipeline: bool,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// Which part of the documents.
#[derive(ClapArgs)]
pub(crate) struct Window {
    /// Leave out so many documents first
    #[arg(long, value_name = "N", value_parser = value_parser!(i64).range(0..), allow_hyphen_values = true)]
    pub(crate) skip: Option<i64>,
    /// At most so many documents (0: all)
    #[arg(long, value_name = "N", value_parser = value_parser!(i64).range(0..), allow_hyphen_values = true)]
    pub(crate) limit: Option<i64>,
}
