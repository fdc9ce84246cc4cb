//! What goes wrong, as Python's exceptions.
//!
//! In: an error of `home`. Out: an exception of `banksphere._errors` with the same words as on the command line; only what a
//! hint would have one type there is said as Python says it.

use std::path::Path;

use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::{PyErr, import_exception};

import_exception!(banksphere._errors, BankSphereError);
import_exception!(banksphere._errors, DataError);
import_exception!(banksphere._errors, MissingFileError);
import_exception!(banksphere._errors, PipelineError);
import_exception!(banksphere._errors, ServerError);
import_exception!(banksphere._errors, UsageError);

/// What hints say on the command line, and what does the same here.
const SPELLINGS: [(&str, &str); 6] = [
    ("`banksphere import FILE.csv` loads a file", "`bank.import_csv(\"FILE.csv\")` loads a file"),
    ("`--timeout` limits", "`timeout` limits"),
    ("Ctrl-C stops a command", "Ctrl-C, or the kernel's stop button, ends a query"),
    (
        "allow it more with `--timeout`, or see with `banksphere indexes`",
        "allow it more with `timeout`, or see with `bank.indexes()`",
    ),
    ("run one `banksphere indexes` at a time", "run one `bank.indexes()` at a time"),
    ("name another bank with `--to`", "name another bank"),
];

/// The exception for an error; one that the caller's flag made is the interrupt that raised it.
pub(crate) fn of_home(_py: Python<'_>, error: &bank::Error) -> PyErr {
    let message = in_python(&error.to_string());
    match error.kind() {
        bank::ErrorKind::Question => PipelineError::new_err(message),
        bank::ErrorKind::Data | bank::ErrorKind::PipeClosed => DataError::new_err(message),
        bank::ErrorKind::Server => ServerError::new_err(message),
        bank::ErrorKind::Usage => UsageError::new_err(message),
        bank::ErrorKind::Cancelled => PyKeyboardInterrupt::new_err(message),
    }
}

/// The same for an error about a file or folder: where that is not there, it is a `FileNotFoundError`, too.
pub(crate) fn of_file(py: Python<'_>, error: &bank::Error, file: &Path) -> PyErr {
    match error.kind() {
        bank::ErrorKind::Data if !file.exists() => MissingFileError::new_err(in_python(&error.to_string())),
        _ => of_home(py, error),
    }
}

/// A call that this bank, or this version of an argument, does not take.
pub(crate) fn usage(message: impl Into<String>) -> PyErr {
    UsageError::new_err(message.into())
}

/// A fault of ours: the words of a panic.
pub(crate) fn bug(words: &str) -> PyErr {
    BankSphereError::new_err(format!(
        "this is a fault of BankSphere itself: {words}\nhint: please report it, with the call that led here"
    ))
}

fn in_python(message: &str) -> String {
    SPELLINGS.iter().fold(message.to_owned(), |text, (there, here)| text.replace(there, here))
}
