//! What the user may say of how answers are written and shown, and of what surrounds a command.
//!
//! In: the command line, through clap. Out: the options of every command, formats, and the arguments of `completions` and `man`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use clap_complete::Shell;

/// What every command takes.
#[derive(ClapArgs)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Everywhere {
    /// Say nothing on stderr but errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Colours: `auto`, `always` or `never` (where a terminal shows them, and as `NO_COLOR` and `CLICOLOR_FORCE` say, otherwise)
    #[arg(
        long = "color",
        alias = "colour",
        global = true,
        value_enum,
        value_name = "WHEN",
        hide_possible_values = true
    )]
    pub(crate) colour: Option<Colour>,
    /// Do not show long answers page by page (the pager is `BANKSPHERE_PAGER`, `PAGER` or `less`)
    #[arg(long, global = true)]
    pub(crate) no_pager: bool,
}

/// When text has colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// Where a terminal shows them
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How a table is written, and where.
#[derive(ClapArgs)]
pub(crate) struct TableArgs {
    /// How it is written (as the file's ending says otherwise); formats for programs have the rows alone
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Write to this file instead of stdout. It ends in .csv, .json, .ndjson, .md, .txt, .xlsx, .html or .parquet
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Show the pipelines, as mongosh text and as Extended JSON, instead of running them
    #[arg(long)]
    pub(crate) show_pipeline: bool,
}

/// How a list of names is written, and where.
#[derive(ClapArgs)]
pub(crate) struct ListedArgs {
    /// How it is written (as the file's ending says otherwise); formats for programs have one table
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Write to this file instead of stdout. It ends in .csv, .json, .ndjson, .md, .txt, .xlsx, .html or .parquet
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// What stands at the head of a report, and what becomes of it.
#[derive(ClapArgs)]
pub(crate) struct OpenArgs {
    /// The heading of the report (what the customers are, otherwise)
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// The name of the bank, above the heading
    #[arg(long, value_name = "TEXT")]
    pub(crate) bank_name: Option<String>,
    /// End a PDF in the pipelines (a page of HTML always has them)
    #[arg(long)]
    pub(crate) pipelines: bool,
    /// Open the report in the browser
    #[arg(long)]
    pub(crate) open: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
}

#[derive(ClapArgs)]
pub(crate) struct Man {
    /// The folder that gets a page for each command; it is made where it is not there
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned, for reading
    Table,
    /// Comma-separated, full precision
    Csv,
    /// The same for a spreadsheet: with the mark by which Excel reads every letter right, and `'` before text that it would
    /// take for a formula
    Spreadsheet,
    /// One JSON array
    Json,
    /// One JSON object a line
    Ndjson,
    /// A Markdown table
    Md,
    /// A workbook for Excel and its like, a sheet for each table
    Xlsx,
    /// A page of HTML
    Html,
    /// Columns of Parquet
    Parquet,
}

impl Format {
    /// The report crate's word for it.
    pub(crate) fn of_file(self) -> report::file::Format {
        use report::file::Format;
        use report::table;

        match self {
            Self::Table => Format::Text(table::Format::Table),
            Self::Csv => Format::Text(table::Format::Csv),
            Self::Spreadsheet => Format::Text(table::Format::Spreadsheet),
            Self::Json => Format::Text(table::Format::Json),
            Self::Ndjson => Format::Text(table::Format::Ndjson),
            Self::Md => Format::Text(table::Format::Markdown),
            Self::Xlsx => Format::Workbook,
            Self::Html => Format::Page,
            Self::Parquet => Format::Parquet,
        }
    }
}
