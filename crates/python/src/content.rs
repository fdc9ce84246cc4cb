//! What a table holds, without the pipelines that made it.
//!
//! In: an answer, a table of facts, or the documents that a pipeline gave. Out: rows and columns as Python values, as
//! Arrow, as cells to be shown.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use bson::Document;
use insight::{Answer, Cell};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use report::fragment::{Part, Plain};

use crate::{arrow, to_python};

/// What a table holds.
pub(crate) enum Content {
    /// An analysis' numbers and what they say.
    Answer(Arc<Answer>),
    /// Cells under a title: facts, fields, rows of an answer.
    Plain {
        /// The heading; may be empty.
        title: String,
        /// The cells.
        table: insight::Table,
    },
    /// Rows of a pipeline.
    Documents {
        /// All fields, in the order in which they are first seen.
        fields: Vec<String>,
        /// The rows.
        rows: Vec<Document>,
    },
}

impl Content {
    /// The answer, if it is one.
    pub(crate) fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Answer(answer) => Some(answer),
            Self::Plain { .. } | Self::Documents { .. } => None,
        }
    }

    /// The heading, if there is one.
    pub(crate) fn title(&self) -> Option<&str> {
        match self {
            Self::Answer(answer) => Some(&answer.title),
            Self::Plain { title, .. } => Some(title.as_str()).filter(|title| !title.is_empty()),
            Self::Documents { .. } => None,
        }
    }

    /// The table of cells, where there is one.
    fn cells(&self) -> Option<&insight::Table> {
        match self {
            Self::Answer(answer) => Some(&answer.table),
            Self::Plain { table, .. } => Some(table),
            Self::Documents { .. } => None,
        }
    }

    pub(crate) fn n_rows(&self) -> usize {
        match self {
            Self::Documents { rows, .. } => rows.len(),
            Self::Answer(_) | Self::Plain { .. } => self.cells().map_or(0, |table| table.rows.len()),
        }
    }

    /// The columns' names.
    pub(crate) fn columns(&self) -> Vec<&str> {
        match self {
            Self::Documents { fields, .. } => fields.iter().map(String::as_str).collect(),
            Self::Answer(_) | Self::Plain { .. } => {
                self.cells().into_iter().flat_map(|table| &table.columns).map(|column| column.name.as_str()).collect()
            }
        }
    }

    /// The columns' headings.
    pub(crate) fn labels(&self) -> Vec<&str> {
        match self.cells() {
            Some(table) => table.columns.iter().map(|column| column.label.as_str()).collect(),
            None => self.columns(),
        }
    }

    /// A row as a dict; `None` beyond the last.
    pub(crate) fn row<'py>(&self, py: Python<'py>, row: usize) -> Option<PyResult<Bound<'py, PyDict>>> {
        if let Self::Documents { rows, .. } = self {
            return rows.get(row).map(|document| to_python::document(py, document));
        }
        let table = self.cells()?;
        table.rows.get(row).map(|cells| {
            let fields = PyDict::new(py);
            for (column, cell) in table.columns.iter().zip(&cells.cells) {
                fields.set_item(&column.name, self::cell(py, cell)?)?;
            }
            Ok(fields)
        })
    }

    /// The values of a column, `None` where a row lacks it; or nothing where there is no such column.
    pub(crate) fn column<'py>(&self, py: Python<'py>, name: &str) -> Option<PyResult<Bound<'py, PyList>>> {
        let place = self.columns().iter().position(|column| *column == name)?;
        let fill = || {
            let list = PyList::empty(py);
            match self {
                Self::Documents { rows, .. } => {
                    for row in rows {
                        list.append(row.get(name).map(|value| to_python::value(py, value)).transpose()?)?;
                    }
                }
                Self::Answer(_) | Self::Plain { .. } => {
                    for row in self.cells().into_iter().flat_map(|table| &table.rows) {
                        list.append(cell(py, &row[place])?)?;
                    }
                }
            }
            Ok(list)
        };
        Some(fill())
    }

    /// The values of a column of documents, NaN where a row lacks it: what pandas makes of a list of dicts.
    pub(crate) fn objects<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        if let Self::Documents { rows, .. } = self {
            for row in rows {
                match row.get(name) {
                    Some(value) => list.append(to_python::value(py, value)?)?,
                    None => list.append(f64::NAN)?,
                }
            }
        }
        Ok(list)
    }

    /// All rows as Arrow.
    pub(crate) fn batch(&self) -> Result<RecordBatch, ArrowError> {
        match self {
            Self::Documents { fields, rows } => arrow::of_documents(fields, rows),
            Self::Answer(_) | Self::Plain { .. } => match self.cells() {
                Some(table) => arrow::of_cells(table),
                None => arrow::of_documents(&[], &[]),
            },
        }
    }

    /// Some of the rows, without what is said of all of them.
    pub(crate) fn some(&self, places: impl Iterator<Item = usize>) -> Self {
        match (self, self.cells()) {
            (Self::Documents { fields, rows }, _) => Self::Documents {
                fields: fields.clone(),
                rows: places.filter_map(|at| rows.get(at).cloned()).collect(),
            },
            (_, cells) => {
                let cells = cells.map_or_else(Cow::default, Cow::Borrowed);
                let rows = places.filter_map(|at| cells.rows.get(at).cloned()).collect();
                let table = insight::Table { columns: cells.columns.clone(), rows };
                Self::Plain { title: self.title().unwrap_or_default().to_owned(), table }
            }
        }
    }

    /// Cells to be shown: of at least the first `n` rows.
    pub(crate) fn first(&self, n: usize) -> Cow<'_, insight::Table> {
        match self {
            Self::Answer(answer) => Cow::Borrowed(&answer.table),
            Self::Plain { table, .. } => Cow::Borrowed(table),
            Self::Documents { fields, rows } => {
                Cow::Owned(report::documents_with_fields(fields, &rows[..rows.len().min(n)]))
            }
        }
    }

    /// What a notebook shows of it; `first` are its first rows.
    pub(crate) fn part<'a>(&'a self, first: &'a insight::Table) -> Part<'a> {
        match self {
            Self::Answer(answer) => Part::Answer(answer),
            Self::Plain { .. } | Self::Documents { .. } => {
                Part::Plain(Plain { title: self.title(), table: first, n_rows: self.n_rows(), remark: None })
            }
        }
    }
}

fn cell<'py>(py: Python<'py>, cell: &Cell) -> PyResult<Bound<'py, PyAny>> {
    match cell {
        Cell::Missing | Cell::Hidden => Ok(py.None().into_bound(py)),
        Cell::Text(text) => text.into_bound_py_any(py),
        Cell::Integer(value) => value.into_bound_py_any(py),
        Cell::Number(value) => value.into_bound_py_any(py),
    }
}
