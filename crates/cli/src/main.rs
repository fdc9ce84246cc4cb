//! The program `banksphere`: the command line of [`cli`], with the file that it was started from.

use std::ffi::OsString;
use std::process::ExitCode;

/// Why: musl's own allocator gives memory back at each turn and lets one thread in at a time, so that pipelines over a million
/// customers spent more time on pages of memory than on customers. That of glibc does neither.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let program: Vec<OsString> = std::env::current_exe().into_iter().map(Into::into).collect();
    ExitCode::from(cli::run(std::env::args_os().collect(), &program))
}
