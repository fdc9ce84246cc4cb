//! `Tables`: the answers of a topic, which show themselves below each other.

use pyo3::exceptions::{PyIndexError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::pickled::Reduced;
use crate::table::Table;
use crate::{errors, pickled, shown};

/// The answers of a topic, in order; each by its place or its name. In a notebook they show themselves below each other.
///
/// Examples:
///     >>> tables = bank.health()
///     >>> len(tables) == len(tables.names)
///     True
///     >>> tables["credit_by_card"].name
///     'credit_by_card'
#[pyclass(frozen, sequence, module = "banksphere")]
pub(crate) struct Tables {
    tables: Vec<Table>,
}

impl Tables {
    pub(crate) fn new(tables: Vec<Table>) -> Self {
        Self { tables }
    }

    pub(crate) fn text(&self, width: Option<usize>) -> PyResult<String> {
        let texts = self.tables.iter().map(|table| shown::text(table.content(), width));
        Ok(texts.collect::<PyResult<Vec<_>>>()?.join("\n\n\n"))
    }

    pub(crate) fn html(&self) -> PyResult<String> {
        shown::html(self.tables.iter().map(Table::content))
    }
}

#[pymethods]
impl Tables {
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (Vec<Table>,)>> {
        pickled::reduced(py, "_tables", (self.tables.clone(),))
    }

    /// list[str]: the names of the analyses.
    #[getter]
    fn names(&self) -> Vec<String> {
        self.tables.iter().filter_map(Table::name).map(str::to_owned).collect()
    }

    fn __len__(&self) -> usize {
        self.tables.len()
    }

    fn __getitem__(&self, key: &Bound<'_, PyAny>) -> PyResult<Table> {
        if let Ok(name) = key.cast::<PyString>() {
            let name: String = name.extract()?;
            return self
                .tables
                .iter()
                .find(|table| table.name() == Some(name.as_str()))
                .cloned()
                .ok_or_else(|| errors::missing("table", &name, self.tables.iter().filter_map(Table::name)));
        }
        let Ok(place) = key.extract::<isize>() else {
            return Err(PyTypeError::new_err("a table is named by its place or its name"));
        };
        let from_start = if place < 0 { place + self.tables.len() as isize } else { place };
        let found = usize::try_from(from_start).ok().and_then(|place| self.tables.get(place));
        found.cloned().ok_or_else(|| PyIndexError::new_err(format!("no table {place} of {}", self.tables.len())))
    }

    fn __iter__(&self) -> TablesIterator {
        TablesIterator { left: self.tables.clone().into_iter() }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        self.text(shown::width(py))
    }

    /// All of them as HTML.
    fn _repr_html_(&self) -> PyResult<String> {
        self.html()
    }

    /// What a notebook may choose from.
    #[pyo3(signature = (include=None, exclude=None))]
    fn _repr_mimebundle_<'py>(
        &self,
        py: Python<'py>,
        include: Option<Bound<'py, PyAny>>,
        exclude: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        // The caller drops what it does not want.
        let _ = (include, exclude);
        let bundle = PyDict::new(py);
        bundle.set_item("text/plain", self.text(shown::width(py))?)?;
        bundle.set_item("text/html", self.html()?)?;
        Ok(bundle)
    }

    /// The names that Tab offers after `[`.
    fn _ipython_key_completions_(&self) -> Vec<String> {
        self.names()
    }
}

/// The tables, one after the other.
#[pyclass(module = "banksphere")]
pub(crate) struct TablesIterator {
    left: std::vec::IntoIter<Table>,
}

#[pymethods]
impl TablesIterator {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&mut self) -> Option<Table> {
        self.left.next()
    }
}
