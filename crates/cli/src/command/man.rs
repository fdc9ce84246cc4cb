//! `banksphere man`: a manual page for each command, in a folder.

use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man as Page;

use crate::args::{Args, Man};
use crate::failure::Failure;
use crate::output;

/// Runs the command.
pub(crate) fn run(args: &Man) -> Result<(), Failure> {
    fs_err::create_dir_all(&args.folder)?;
    let mut whole = Args::command();
    // Only a built command knows the words before its own.
    whole.build();
    let n_pages = write(&whole, whole.get_name(), &args.folder)?;
    output::say(&format!("{n_pages} pages written to {}", args.folder.display()));
    Ok(())
}

/// Writes the pages of a command and of those below it; gives how many they are.
fn write(command: &Command, name: &str, folder: &Path) -> Result<usize, Failure> {
    let mut page = Vec::new();
    Page::new(command.clone()).title(name).render(&mut page)?;
    bank::write_file(&folder.join(format!("{name}.1")), &page)?;
    let mut n_pages = 1;
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        n_pages += write(below, &format!("{name}-{}", below.get_name()), folder)?;
    }
    Ok(n_pages)
}
