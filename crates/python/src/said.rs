//! What is said of a file of customers, beside the file itself.
//!
//! In: arguments of Python's. Out: a [`Said`], from which a [`CustomersFile`] borrows.

use std::path::PathBuf;

use bank::{Closed, Contract, CustomersFile, Source};
use diagnostic::Diagnostic;
use pyo3::prelude::*;

use crate::{arguments, errors};

/// The arguments as Python has them.
pub(crate) struct Arguments<'a, 'py> {
    pub(crate) contract: Option<&'a Bound<'py, PyAny>>,
    pub(crate) closed: Option<&'a Bound<'py, PyAny>>,
    pub(crate) sheet: Option<&'a Bound<'py, PyAny>>,
    pub(crate) delimiter: Option<&'a Bound<'py, PyAny>>,
    pub(crate) accept: Option<&'a Bound<'py, PyAny>>,
    pub(crate) set_aside: Option<&'a Bound<'py, PyAny>>,
}

/// The same, read.
pub(crate) struct Said {
    contract: Option<Contract>,
    closed: Option<Closed>,
    sheet: Option<String>,
    delimiter: Option<u8>,
    accepted: Vec<String>,
    set_aside: Option<PathBuf>,
}

impl Arguments<'_, '_> {
    pub(crate) fn read(&self, py: Python<'_>) -> PyResult<Said> {
        let closed = self.closed.map(|said| arguments::text(said, "closed")).transpose()?;
        let closed = closed.map(|text| Closed::parse(&text)).transpose().map_err(of_closed)?;
        Ok(Said {
            contract: self.contract.map(|said| contract(py, said)).transpose()?,
            closed,
            sheet: self.sheet.map(|said| arguments::text(said, "sheet")).transpose()?,
            delimiter: self.delimiter.map(delimiter).transpose()?,
            accepted: arguments::names(self.accept, "accept")?,
            set_aside: self.set_aside.map(|said| arguments::path(said, "set_aside")).transpose()?,
        })
    }
}

impl Said {
    /// The file, with what is said of it.
    pub(crate) fn of<'a>(&'a self, file: Source<'a>) -> CustomersFile<'a> {
        CustomersFile {
            contract: self.contract.as_ref(),
            closed: self.closed.as_ref(),
            sheet: self.sheet.as_deref(),
            delimiter: self.delimiter,
            accepted: &self.accepted,
            set_aside: self.set_aside.as_deref(),
            ..CustomersFile::new(file)
        }
    }
}

/// The refusal of an outcome that was not said rightly.
pub(crate) fn of_closed(fault: Diagnostic) -> PyErr {
    errors::of(bank::Error::new(bank::ErrorKind::Usage, fault.within("closed")))
}

/// The contract in the file that was named.
pub(crate) fn contract(py: Python<'_>, said: &Bound<'_, PyAny>) -> PyResult<Contract> {
    let file = arguments::path(said, "contract")?;
    bank::read_contract(&file).map_err(|error| errors::of_file(py, &error, &file))
}

fn delimiter(said: &Bound<'_, PyAny>) -> PyResult<u8> {
    match arguments::text(said, "delimiter")?.as_bytes() {
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\n' | b'\r') => {
            Ok(*byte)
        }
        _ => Err(errors::usage("`delimiter` is one character such as \";\" or \"\\t\"")),
    }
}
