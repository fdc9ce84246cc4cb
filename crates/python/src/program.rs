//! The command line as Python starts it.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs one command of the command line.
///
/// Args:
///     arguments (list[str]): what was typed, with the program's name in front.
///     program (list[str]): what starts this program again, from its file on.
///
/// Returns:
///     int: the exit code.
#[pyfunction]
#[pyo3(signature = (arguments, program))]
#[expect(clippy::needless_pass_by_value, reason = "Python's lists come as values of our own")]
pub(crate) fn main(py: Python<'_>, arguments: Vec<OsString>, program: Vec<OsString>) -> u8 {
    py.detach(|| cli::run(arguments, &program))
}
