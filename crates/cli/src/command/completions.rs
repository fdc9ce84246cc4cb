//! `banksphere completions`: what a shell needs to complete commands and options.

use clap::CommandFactory as _;

use crate::args::{Args, Completions};
use crate::failure::Failure;
use crate::output;

/// Runs the command.
pub(crate) fn run(args: &Completions) -> Result<(), Failure> {
    let mut command = Args::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    output::print(&script)
}
