//! What the user may say: commands, arguments and their help texts.
//!
//! In: the command line, through clap. Out: [`Args`]. Nothing is read or run here.

mod catalog;
mod data;
mod list;
mod money;
mod pipelines;
mod shown;
mod why;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Parser, Subcommand};

pub(crate) use self::catalog::{Catalog, CatalogAction};
pub(crate) use self::data::{Adopt, Analyze, Check, Copy, Draft, Import, Sample};
pub(crate) use self::list::{Compare, Describe, FilterArgs, List, WishArgs};
pub(crate) use self::money::{Assign, Budget, Campaign, CampaignAction, Design, Evaluate, Scorecard, Unknown};
pub(crate) use self::pipelines::{Aggregate, Count, Distinct, Explain, Find, Indexes, Lint, Question, Selection};
pub(crate) use self::pipelines::{View, Window, WrittenArgs};
pub(crate) use self::shown::{Colour, Completions, Everywhere, Format, ListedArgs, Man, OpenArgs, TableArgs};
pub(crate) use self::why::{Score, Unseen, Why};
use crate::examples::{BUDGET_EXAMPLES, CAMPAIGN_EXAMPLES, CATALOG_EXAMPLES, REPORT_EXAMPLES, SCORECARD_EXAMPLES};
use crate::examples::{COMPARE_EXAMPLES, COUNT_EXAMPLES, DESCRIBE_EXAMPLES, DISTINCT_EXAMPLES, FIND_EXAMPLES};
use crate::examples::{INFO_EXAMPLES, LIST_EXAMPLES, NOTEBOOK_EXAMPLES, SCORE_EXAMPLES, TOPIC_EXAMPLES, WHY_EXAMPLES};
use crate::names::Names;

/// Understand a bank's card customers: who they are, why they leave, how healthy their credit is.
#[derive(Parser)]
#[command(
    name = "banksphere",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "\
Examples:
  banksphere analyze BankChurners.csv              the whole catalog, a summary and report.html
  banksphere analyze --sample 10000                the same on a generated bank
  banksphere import BankChurners.csv --bank my.sphere
  banksphere segment --by age_band,gender --bank my.sphere
  banksphere aggregate customers '[{$sortByCount: \"$Gender\"}]' --bank my.sphere
  banksphere segment --by age_band,gender --bank mongodb://127.0.0.1:27017/bank

A bank is a folder, or a database on a MongoDB server. Every number is a MongoDB pipeline: add --show-pipeline to read it.
Defaults come from ~/.config/banksphere/config.toml: bank, format, color, pager. Options and the environment win over it."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Check a file, load it, answer the whole catalog, write a report
    #[command(after_help = "\
Examples:
  banksphere analyze BankChurners.csv
  banksphere analyze customers.xlsx --closed Status=left
  banksphere analyze --sample 10000 --report sample.html
  banksphere analyze BankChurners.csv --bank my.sphere      keeps the bank for further questions")]
    Analyze(Analyze),
    /// Write down what a file of customers is taken for, as a contract to change
    #[command(after_help = "\
Examples:
  banksphere draft customers.csv -o contract.toml
  banksphere draft loans.csv --closed Risk=bad -o contract.toml
  banksphere analyze customers.csv --contract contract.toml      after a look at it

The contract says of each column what it may hold and what it means; docs/CONTRACT.md tells every key.")]
    Draft(Draft),
    /// Load a file of customers, or documents of any shape, into a bank
    #[command(after_help = "\
Examples:
  banksphere import BankChurners.csv --bank my.sphere
  banksphere import customers.xlsx --sheet Data --bank my.sphere
  banksphere import exited.csv --closed Exited=1 --bank my.sphere
  banksphere import BankChurners.csv --bank my.sphere --as-of 2026-06-30
  banksphere import --into branches branches.ndjson --bank my.sphere
  banksphere import --into visits visits.parquet --bank my.sphere      rows as documents
  banksphere import --into visits june.ndjson --append --bank my.sphere
  zcat BankChurners.csv.gz | banksphere import - --bank my.sphere

A row that breaks the contract stops the import and leaves the bank as it was.")]
    Import(Import),
    /// Say what the fields of collections mean that another program loaded
    #[command(after_help = "\
Examples:
  banksphere adopt --bank mongodb://127.0.0.1:27017/churndb
  banksphere adopt --bank @server.uri --customers users --closed status=left
  banksphere adopt --bank @server.uri -o contract.toml            writes the draft, and nothing into the bank
  banksphere adopt --bank @server.uri --contract contract.toml    after a look at it
  banksphere segment --bank @server.uri --contract contract.toml  where the bank may not be written to

The collections stay as they are. The contract is kept with the bank; every analysis then reads them by it.")]
    Adopt(Adopt),
    /// Copy a bank's collections to another bank
    #[command(after_help = "\
Examples:
  banksphere copy --from my.sphere --to mongodb://127.0.0.1:27017/bank
  banksphere copy --from mongodb://127.0.0.1:27017/bank --to laptop.sphere

Types, nulls, missing fields and the order of fields stay as they are. It copies all or nothing.")]
    Copy(Copy),
    /// Generate card customers: realistic, and none of them real
    #[command(after_help = "\
Examples:
  banksphere sample 10000 -o sample.csv
  banksphere sample 1000 --seed 7 | head")]
    Sample(Sample),
    /// Show a bank's collections: fields, types, rows, file sizes, days
    #[command(after_help = INFO_EXAMPLES)]
    Info(Info),
    /// Check a file of customers without importing it, or every byte of a bank in a folder
    #[command(after_help = "\
Examples:
  banksphere check customers.csv                              the file, by the contract that it is recognised by
  banksphere check customers.csv --contract contract.toml     by a contract of your own
  banksphere check --bank my.sphere                           whether every byte of a bank is as it was written

Exit code 1 says that there are faults.")]
    Check(Check),
    /// Take a day, or a collection with all its days, out of a bank
    #[command(after_help = "\
Examples:
  banksphere drop visits --bank my.sphere
  banksphere drop --as-of 2026-05-31 --bank my.sphere
  banksphere drop --as-of 2026-05-31 --bank mongodb://127.0.0.1:27017/bank

It asks nothing, and says what went. As of a day that was dropped, the bank is then what it was before. `customers`
under a contract go with their `transactions`.")]
    Drop(Drop),
    /// What each column holds, and what is to be doubted before any answer is believed
    #[command(after_help = "\
Examples:
  banksphere quality --bank my.sphere
  banksphere quality --where 'Card_Category=Gold' --bank my.sphere
  banksphere quality --bank my.sphere -o quality.xlsx            all of its tables
  banksphere quality --bank my.sphere --show-pipeline

Of each column: missing answers, values, quartiles, heaps, outliers, how well it tells closed accounts by itself; then
which columns determine another, how often the contract's rules hold, and the first rows.")]
    Quality(Quality),
    /// Describe each column: answers, mean, standard deviation, quartiles, the most frequent value
    #[command(after_help = DESCRIBE_EXAMPLES)]
    Describe(Describe),
    /// Who the customers are: segments by age, gender, education, income, card
    #[command(after_help = TOPIC_EXAMPLES)]
    Segment(Topic),
    /// Who closed their account, and what goes with it
    #[command(after_help = TOPIC_EXAMPLES)]
    Status(Topic),
    /// How healthy their credit is: limits, balances, utilization
    #[command(after_help = TOPIC_EXAMPLES)]
    Health(Topic),
    /// List customers: those that filters leave, sorted, with the columns that are named
    #[command(after_help = LIST_EXAMPLES)]
    List(List),
    /// Set two segments of customers side by side: every measure, its difference, a test
    #[command(after_help = COMPARE_EXAMPLES)]
    Compare(Compare),
    /// Why customers leave: which columns together tell it, how well, and how early
    #[command(after_help = WHY_EXAMPLES)]
    Why(Why),
    /// Score each customer by a model of who leaves, as one pipeline
    #[command(after_help = SCORE_EXAMPLES)]
    Score(Score),
    /// Which customers to call under a budget, and what that is expected to bring
    #[command(after_help = BUDGET_EXAMPLES)]
    Budget(Budget),
    /// A campaign with a hold-out: how many to hold out, who is, and what the calls did
    #[command(after_help = CAMPAIGN_EXAMPLES)]
    Campaign(Campaign),
    /// A scorecard of who leaves: points that can be added up on paper
    #[command(after_help = SCORECARD_EXAMPLES)]
    Scorecard(Scorecard),
    /// Any topic of the catalog, those of a folder too
    #[command(after_help = "\
Examples:
  banksphere ask status --by gender --bank my.sphere
  banksphere ask deposits --catalog my-catalog --bank my.sphere      a topic of your own")]
    Ask(Ask),
    /// Run any MongoDB aggregation pipeline
    #[command(after_help = "\
Examples:
  banksphere aggregate customers '[{$match: {Gender: \"F\"}}, {$count: \"n\"}]' --bank my.sphere
  banksphere aggregate customers @pipeline.json --bank my.sphere --format table
  banksphere aggregate customers '[{$sortByCount: \"$Gender\"}, {$out: \"counts\"}]' --bank my.sphere
  banksphere aggregate customers @script.py --bank my.sphere
  echo '[{\"$limit\": 1}]' | banksphere aggregate transactions - --bank my.sphere --canonical

The pipeline is Extended JSON, or what mongosh or Python reads, with the script around it; nothing but its one
`aggregate` is run (docs/TEXT.md). One document a line comes out, in relaxed Extended JSON.")]
    Aggregate(Aggregate),
    /// Find documents by a filter
    #[command(after_help = FIND_EXAMPLES)]
    Find(Find),
    /// List the different values of a field
    #[command(after_help = DISTINCT_EXAMPLES)]
    Distinct(Distinct),
    /// Count documents
    #[command(after_help = COUNT_EXAMPLES)]
    Count(Count),
    /// Keep a pipeline under a name, which then answers as a collection does
    #[command(after_help = "\
Examples:
  banksphere view women --on customers '[{$match: {Gender: \"F\"}}]' --bank my.sphere
  banksphere aggregate women '[{$sortByCount: \"$Card_Category\"}]' --bank my.sphere
  banksphere view states --on users @pipeline.js --collation '{locale: \"en\", strength: 2}' --bank @server.uri
  banksphere drop women --bank my.sphere

A view holds no documents: it shows what its collection holds when it is asked. A pipeline reads it by `$lookup`,
`$unionWith` and `$graphLookup`, too, and views may stand on views. On a server it is a view of the server's own.")]
    View(View),
    /// Show what became of a pipeline, stage by stage, with rows and columns read
    #[command(after_help = "\
Examples:
  banksphere explain customers '[{$sortByCount: \"$Gender\"}]' --bank my.sphere
  banksphere explain customers @pipeline.json --bank mongodb://127.0.0.1:27017/bank

Of a bank on a server it shows what the server did: which index it took (IXSCAN) or that it read every document
(COLLSCAN), how many keys and documents it looked at for how many rows, and the time of each stage.")]
    Explain(Explain),
    /// Try which indexes help pipelines on a server
    #[command(after_help = "\
Examples:
  banksphere indexes --bank @server.uri                            the whole catalog
  banksphere indexes by_income --bank @server.uri                  an analysis of it
  banksphere indexes customers @pipeline.json --bank @server.uri   a pipeline of your own
  banksphere indexes customers @pipeline.json --bank @server.uri --timeout 30s --create

Each index is built, tried and dropped again; --create keeps those that help. That takes the server's time:
on a busy one, try them on a copy of the bank. A pipeline that takes longer than --timeout counts as that long.")]
    Indexes(Indexes),
    /// Tell what another server lacks of what a pipeline uses
    #[command(after_help = "\
Examples:
  banksphere lint @pipeline.js --for mongodb-5
  banksphere lint '[{$densify: {field: \"day\", range: {step: 1, bounds: \"full\"}}}]' --for cosmos
  banksphere lint @pipeline.py --for documentdb --json

Nothing is run, and no bank is needed. What the maker of a server does not list is unknown, and said to be.
Exit code 1 says that something is lacking.")]
    Lint(Lint),
    /// List, show and check analyses, dimensions and measures
    #[command(after_help = CATALOG_EXAMPLES)]
    Catalog(Catalog),
    /// Write the report of a bank: a page of HTML, a PDF or a workbook
    #[command(after_help = REPORT_EXAMPLES)]
    Report(Report),
    /// Open the notebooks in JupyterLab
    #[command(after_help = NOTEBOOK_EXAMPLES)]
    Notebook(Notebook),
    /// Print what a shell needs to complete commands and options
    #[command(after_help = "\
Examples:
  banksphere completions bash > ~/.local/share/bash-completion/completions/banksphere
  banksphere completions zsh > ~/.zfunc/_banksphere          with fpath+=~/.zfunc in .zshrc, before compinit
  banksphere completions fish > ~/.config/fish/completions/banksphere.fish
  banksphere completions powershell >> $PROFILE")]
    Completions(Completions),
    /// Write the manual pages
    #[command(after_help = "\
Examples:
  banksphere man ~/.local/share/man/man1
  man banksphere-segment")]
    Man(Man),
    /// Show the help of a command
    Help(Help),
}

impl Command {
    /// Whether the user asked for JSON, and so gets errors as JSON, too.
    pub(crate) fn writes_json(&self) -> bool {
        let format = match self {
            Self::Segment(topic) | Self::Status(topic) | Self::Health(topic) => topic.format,
            Self::Ask(ask) => ask.topic.format,
            Self::Quality(quality) => quality.table.format,
            Self::List(list) => list.table.format,
            Self::Describe(describe) => describe.table.format,
            Self::Compare(compare) => compare.table.format,
            Self::Info(info) => info.written.format,
            Self::Catalog(Catalog { action: CatalogAction::List { written, .. } }) => written.format,
            Self::Aggregate(aggregate) => aggregate.written.format,
            Self::Score(score) => score.written.format,
            Self::Budget(budget) => budget.written.format,
            Self::Scorecard(scorecard) => scorecard.table.format,
            Self::Find(find) => find.written.format,
            Self::Distinct(distinct) => distinct.written.format,
            Self::Explain(explain) => return explain.json,
            Self::Lint(lint) => return lint.json,
            _ => None,
        };
        matches!(format, Some(Format::Json | Format::Ndjson))
    }
}

#[derive(ClapArgs)]
pub(crate) struct BankArgs {
    /// The bank: a folder, a database on a server (`mongodb://host:27017/bank`), or `@FILE` with such a connection
    /// string; else the one in `BANKSPHERE_URI`, else that of the file of defaults, else `bank.sphere`
    #[arg(long, value_name = "BANK")]
    pub(crate) bank: Option<OsString>,
}

/// The bank of a command that runs pipelines.
#[derive(ClapArgs)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) bank: BankArgs,
    #[command(flatten)]
    pub(crate) day: DayArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// The day that a command means.
#[derive(ClapArgs)]
pub(crate) struct DayArgs {
    /// The bank as of this day: each collection in its newest state not later (the newest of all otherwise)
    #[arg(long, value_name = "YYYY-MM-DD", allow_hyphen_values = true)]
    pub(crate) as_of: Option<String>,
}

/// What a pipeline may use.
#[derive(ClapArgs, Default)]
pub(crate) struct LimitArgs {
    /// Give up a pipeline after this time, such as `30s` or `2m`
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) timeout: Option<String>,
    /// Give up a pipeline that holds more than this, such as `500MB`, `2GB` or `none` (half of the machine's memory otherwise)
    #[arg(long, alias = "memory", value_name = "SIZE", allow_hyphen_values = true)]
    pub(crate) memory_limit: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct CatalogArgs {
    /// A folder of further dimensions, measures and analyses
    #[arg(long = "catalog", value_name = "DIR")]
    pub(crate) catalog: Option<PathBuf>,
}

/// What a command asks by: a catalog, and the contract of collections that another program loaded.
#[derive(ClapArgs)]
pub(crate) struct AskArgs {
    #[command(flatten)]
    pub(crate) catalog: CatalogArgs,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
}

#[derive(ClapArgs)]
pub(crate) struct ContractArgs {
    /// Read collections that another program loaded by this contract (`banksphere adopt` writes one)
    #[arg(long = "contract", value_name = "FILE.toml")]
    pub(crate) file: Option<PathBuf>,
}

impl CatalogArgs {
    /// The user's folder.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.catalog.as_deref()
    }
}

#[derive(ClapArgs)]
pub(crate) struct Ask {
    /// The topic's word
    #[arg(value_name = "TOPIC")]
    pub(crate) word: String,
    #[command(flatten)]
    pub(crate) topic: Topic,
}

#[derive(ClapArgs)]
pub(crate) struct Info {
    #[command(flatten)]
    pub(crate) bank: BankArgs,
    #[command(flatten)]
    pub(crate) day: DayArgs,
    #[command(flatten)]
    pub(crate) written: ListedArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Drop {
    #[command(flatten)]
    pub(crate) bank: BankArgs,
    /// The collection that goes, with all its days
    #[arg(value_name = "NAME", required_unless_present = "as_of", conflicts_with = "as_of")]
    pub(crate) name: Option<String>,
    /// The day that goes
    #[arg(long, value_name = "YYYY-MM-DD", allow_hyphen_values = true)]
    pub(crate) as_of: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Topic {
    /// One analysis by name; all of the topic otherwise
    #[arg(value_name = "ANALYSIS", conflicts_with_all = ["by", "measures"], value_parser = Names::Analyses, hide_possible_values = true)]
    pub(crate) analysis: Option<String>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) asked: AskArgs,
    /// Dimensions or fields to group by, separated by commas
    #[arg(long, value_name = "A,B", value_delimiter = ',', value_parser = Names::Dimensions, hide_possible_values = true)]
    pub(crate) by: Vec<String>,
    /// Measures to show, separated by commas
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
    pub(crate) filter: FilterArgs,
    /// How the tables are written (as the file's ending says otherwise)
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Write to this file instead of stdout. It ends in .csv, .json, .ndjson, .md, .txt, .xlsx, .html or .parquet; where a
    /// format holds one table, each of several gets a file of its own
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Draw one analysis to this file; `-` draws on the terminal, below each table
    #[arg(long, value_name = "FILE.svg|.png|.pdf")]
    pub(crate) chart: Option<PathBuf>,
    /// Lay a table of two dimensions out as a grid: the first down, the second across, without intervals
    #[arg(long)]
    pub(crate) pivot: bool,
    /// List the customers that a row of the table counts; the first row is 1
    #[arg(long, value_name = "N", value_parser = crate::limits::row)]
    pub(crate) open_row: Option<u64>,
    #[command(flatten)]
    pub(crate) wish: WishArgs,
    /// Show the pipelines, as mongosh text and as Extended JSON, instead of running them
    #[arg(long)]
    pub(crate) show_pipeline: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Quality {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) contract: ContractArgs,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    #[command(flatten)]
    pub(crate) table: TableArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Report {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) asked: AskArgs,
    /// Where the report goes: a page of HTML, or a PDF or a workbook, as the name ends in .html, .pdf or .xlsx
    #[arg(short, long, value_name = "FILE", default_value = "report.html")]
    pub(crate) output: PathBuf,
    /// Show what this file of models says, which `why` wrote (those that `why` keeps with the bank otherwise)
    #[arg(long, value_name = "FILE.json")]
    pub(crate) model: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) opened: OpenArgs,
}

#[derive(ClapArgs)]
pub(crate) struct Notebook {
    /// A file of customers or a bank to begin with; a name that is neither is the folder
    #[arg(value_name = "FILE|BANK")]
    pub(crate) first: Option<OsString>,
    /// Where the notebooks are put (`notebooks` otherwise)
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
    /// Replace the notebooks that are there, with whatever was changed in them
    #[arg(long)]
    pub(crate) force: bool,
    /// Options for JupyterLab
    #[arg(last = true, value_name = "OPTIONS")]
    pub(crate) jupyter: Vec<OsString>,
}

#[derive(ClapArgs)]
pub(crate) struct Help {
    /// The command, such as `import` or `catalog show`; all of them otherwise
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}
