//! The command line: a bank's card customers in, answers out.
//!
//! In: what the user typed, and what starts this program again. Out: data on stdout, talk on stderr, and the exit code: 0 if
//! all went well, 1 if a check found faults, 2 if the command could not run, 130 after Ctrl-C.
//! A library, because it has two programs: `banksphere` of this crate, and that of the Python package.

mod args;
mod command;
mod config;
mod examples;
mod failure;
mod input;
mod interrupt;
mod limits;
mod names;
mod output;
mod pager;
mod picture;
mod place;
mod progress;
mod secret;
mod settings;
mod spell;
mod tables;

use std::ffi::OsString;

use clap::Parser as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use args::{Args, Command};
use config::Config;
use failure::Failure;

/// Runs one command and gives its exit code. The first of `arguments` is the program's name, as ever.
///
/// `program` starts this program again, from its file on: `["/usr/bin/banksphere"]`, or `["/usr/bin/python3", "-m",
/// "banksphere"]`. A password that was typed is hidden by such a second start.
#[must_use]
pub fn run(arguments: Vec<OsString>, program: &[OsString]) -> u8 {
    if let Err(failure) = secret::hide(&arguments, program) {
        return failure.report(false);
    }
    match Args::try_parse_from(arguments) {
        Ok(args) => {
            let is_json = args.command.writes_json();
            let config = Config::read();
            let done = config.and_then(|config| {
                settings::install(&args.everywhere, config);
                dispatch(args.command, program)
            });
            match done {
                Ok(()) => 0,
                Err(failure) => failure.report(is_json),
            }
        }
        Err(mut refusal) => {
            tell_who_draws(&mut refusal);
            // Help and mistakes alike; a reader who has gone is no failure of ours.
            let _ = refusal.print();
            u8::try_from(refusal.exit_code()).unwrap_or(2)
        }
    }
}

/// In place of clap's tip, where a command draws no chart, which ones do.
fn tell_who_draws(refusal: &mut clap::Error) {
    let is_chart = |said: &ContextValue| matches!(said, ContextValue::String(option) if option == "--chart");
    if refusal.kind() == ErrorKind::UnknownArgument && refusal.get(ContextKind::InvalidArg).is_some_and(is_chart) {
        let tip =
            "this command draws no chart; `segment`, `status`, `health`, `ask`, `describe COLUMN` and `budget` do";
        refusal.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
}

fn dispatch(command: Command, program: &[OsString]) -> Result<(), Failure> {
    match command {
        Command::Analyze(args) => command::analyze::run(&args),
        Command::Draft(args) => command::draft::run(&args),
        Command::Import(args) => command::import::run(&args),
        Command::Adopt(args) => command::adopt::run(&args),
        Command::Copy(args) => command::copy::run(&args),
        Command::Sample(args) => command::sample::run(&args),
        Command::Info(args) => command::info::run(&args),
        Command::Check(args) => command::check::run(&args),
        Command::Drop(args) => command::drop::run(&args),
        Command::Ask(args) => command::topic::run(&args.word, &args.topic),
        Command::Segment(args) => command::topic::run("segment", &args),
        Command::Status(args) => command::topic::run("status", &args),
        Command::Health(args) => command::topic::run("health", &args),
        Command::Compare(args) => command::compare::run(&args),
        Command::Describe(args) => command::describe::run(&args),
        Command::List(args) => command::list::run(&args),
        Command::Quality(args) => command::quality::run(&args),
        Command::Why(args) => command::why::run(&args),
        Command::Score(args) => command::score::run(&args),
        Command::Budget(args) => command::budget::run(&args),
        Command::Campaign(args) => command::campaign::run(&args),
        Command::Scorecard(args) => command::scorecard::run(&args),
        Command::Aggregate(args) => command::aggregate::run(&args),
        Command::Find(args) => command::find::find(&args),
        Command::Distinct(args) => command::find::distinct(&args),
        Command::Count(args) => command::find::count(&args),
        Command::View(args) => command::view::run(&args),
        Command::Explain(args) => command::explain::run(&args),
        Command::Indexes(args) => command::indexes::run(&args),
        Command::Lint(args) => command::lint::run(&args),
        Command::Catalog(args) => command::catalog::run(&args),
        Command::Report(args) => command::report::run(&args),
        Command::Completions(args) => command::completions::run(&args),
        Command::Man(args) => command::man::run(&args),
        Command::Help(args) => command::help::run(&args),
        Command::Notebook(args) => command::notebook::run(&args, program),
    }
}
