//! The program `banksphere`: the command line of [`cli`], with the file that it was started from.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let program: Vec<OsString> = std::env::current_exe().into_iter().map(Into::into).collect();
    ExitCode::from(cli::run(std::env::args_os().collect(), &program))
}
