//! `banksphere`: a bank's card customers in, answers out.
//!
//! In: the command line. Out: data on stdout, talk on stderr; exit 0 if all went well, 1 if a check found faults, 2 if the
//! command could not run.

mod args;
mod command;
mod failure;
mod interrupt;
mod output;
mod place;
mod progress;
mod secret;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

fn main() -> ExitCode {
    if let Err(failure) = secret::hide() {
        return failure.report();
    }
    let result = match Args::parse().command {
        Command::Analyze(args) => command::analyze::run(&args),
        Command::Import(args) => command::import::run(&args),
        Command::Copy(args) => command::copy::run(&args),
        Command::Sample(args) => command::sample::run(&args),
        Command::Info(args) => command::info::run(&args),
        Command::Segment(args) => command::topic::run(catalog::Topic::Segmentation, &args),
        Command::Status(args) => command::topic::run(catalog::Topic::Status, &args),
        Command::Health(args) => command::topic::run(catalog::Topic::Health, &args),
        Command::Aggregate(args) => command::aggregate::run(&args),
        Command::Explain(args) => command::explain::run(&args),
        Command::Indexes(args) => command::indexes::run(&args),
        Command::Catalog(args) => command::catalog::run(&args),
        Command::Report(args) => command::report::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
