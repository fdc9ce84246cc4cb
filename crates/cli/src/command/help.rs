//! `banksphere help`: the help of a command, as its `--help` gives it.
//!
//! Why not clap's own: that one has no help itself, so `help --help` is an unknown command to it.

use clap::CommandFactory as _;

use crate::args::{Args, Help};
use crate::failure::Failure;
use crate::pager;

/// Runs the command.
pub(crate) fn run(args: &Help) -> Result<(), Failure> {
    let mut whole = Args::command();
    // Only a built command knows the words before its own.
    whole.build();
    let mut command = &mut whole;
    for name in &args.command {
        let names: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
        command = command.find_subcommand_mut(name).ok_or_else(|| {
            let hint = diagnostic::nearest("command", name, names.iter().map(String::as_str));
            Failure::hinted(format!("there is no command `{}`", diagnostic::quote(name)), hint)
        })?;
    }
    pager::show(&command.render_long_help().to_string())
}
