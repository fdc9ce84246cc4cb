//! What a table holds, without the pipelines that made it.
//!
//! In: an answer, a table of facts, or the documents that a pipeline gave. Out: rows and columns as Python values, as
//! Arrow, as cells to be shown.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use bank::{Error, RowsOrColumns};
use bson::{Bson, Document};
use diagnostic::Diagnostic;
use insight::{Answer, Cell};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use report::fragment::{Part, Plain};

use crate::columns::Columns;
use crate::{arrow, errors, to_python};

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
        /// What is to be said of them, such as that there are more.
        note: Option<String>,
    },
    /// Rows of a pipeline.
    Documents {
        /// All fields, in the order in which they are first seen.
        fields: Vec<String>,
        /// The rows.
        rows: Vec<Document>,
    },
    /// Many rows of a pipeline that ended on columns.
    Columns(Arc<Columns>),
}

/// So few rows are made documents at once, whatever is asked of them.
const FEW_ROWS: usize = 1000;

impl Content {
    /// Cells of which nothing more is to be said.
    pub(crate) fn plain(title: impl Into<String>, table: insight::Table) -> Self {
        Self::Plain { title: title.into(), table, note: None }
    }

    /// What a pipeline gave, and what is to be said of it.
    pub(crate) fn given(given: RowsOrColumns) -> Result<(Self, Vec<Diagnostic>), Error> {
        let (rows, notices) = match given {
            RowsOrColumns::Columns(frame, notices) => {
                let columns = Columns::new(frame);
                if columns.n_rows() > FEW_ROWS {
                    return Ok((Self::Columns(Arc::new(columns)), notices.all()));
                }
                (columns.documents(0..columns.n_rows())?, notices)
            }
            RowsOrColumns::Rows(rows) => {
                let notices = rows.notices().clone();
                (rows.collect::<Result<Vec<_>, _>>()?, notices)
            }
        };
        Ok((Self::of_documents(rows), notices.all()))
    }

    /// Rows of a pipeline as documents.
    pub(crate) fn of_documents(rows: Vec<Document>) -> Self {
        Self::Documents { fields: report::document_fields(&rows), rows }
    }

    /// The answer, if it is one.
    pub(crate) fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Answer(answer) => Some(answer),
            Self::Plain { .. } | Self::Documents { .. } | Self::Columns(_) => None,
        }
    }

    /// The heading, if there is one.
    pub(crate) fn title(&self) -> Option<&str> {
        match self {
            Self::Answer(answer) => Some(&answer.title),
            Self::Plain { title, .. } => Some(title.as_str()).filter(|title| !title.is_empty()),
            Self::Documents { .. } | Self::Columns(_) => None,
        }
    }

    /// What is to be said of it, where it is no answer.
    pub(crate) fn note(&self) -> Option<&str> {
        match self {
            Self::Plain { note, .. } => note.as_deref(),
            Self::Answer(_) | Self::Documents { .. } | Self::Columns(_) => None,
        }
    }

    /// Cautions, made from the numbers.
    pub(crate) fn notes(&self) -> Vec<String> {
        self.answer().map_or_else(|| self.note().into_iter().map(str::to_owned).collect(), Answer::notes)
    }

    /// The table of cells, where there is one.
    fn cells(&self) -> Option<&insight::Table> {
        match self {
            Self::Answer(answer) => Some(&answer.table),
            Self::Plain { table, .. } => Some(table),
            Self::Documents { .. } | Self::Columns(_) => None,
        }
    }

    pub(crate) fn n_rows(&self) -> usize {
        match self {
            Self::Documents { rows, .. } => rows.len(),
            Self::Columns(columns) => columns.n_rows(),
            Self::Answer(_) | Self::Plain { .. } => self.cells().map_or(0, |table| table.rows.len()),
        }
    }

    /// The columns' names.
    pub(crate) fn columns(&self) -> Vec<&str> {
        match self {
            Self::Documents { fields, .. } => fields.iter().map(String::as_str).collect(),
            Self::Columns(columns) => columns.names().iter().map(String::as_str).collect(),
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
        if let Self::Columns(columns) = self {
            let found = columns.row(row).map_err(errors::of).transpose()?;
            return Some(found.and_then(|document| to_python::document(py, &document)));
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
                Self::Columns(columns) => {
                    columns.values(place, |value| -> Result<(), PythonError> {
                        list.append(value.map(|value| to_python::value(py, value)).transpose()?)?;
                        Ok(())
                    })?;
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
        let add = |value: Option<&Bson>| match value {
            Some(value) => list.append(to_python::value(py, value)?),
            None => list.append(f64::NAN),
        };
        match self {
            Self::Documents { rows, .. } => rows.iter().try_for_each(|row| add(row.get(name)))?,
            Self::Columns(columns) => {
                if let Some(place) = columns.names().iter().position(|known| known == name) {
                    columns.values(place, |value| add(value).map_err(PythonError))?;
                }
            }
            Self::Answer(_) | Self::Plain { .. } => {}
        }
        Ok(list)
    }

    /// All rows as Arrow, where they are no columns yet.
    pub(crate) fn batch(&self) -> Result<RecordBatch, ArrowError> {
        match self {
            Self::Documents { fields, rows } => arrow::of_documents(fields, rows),
            Self::Answer(_) | Self::Plain { .. } | Self::Columns(_) => match self.cells() {
                Some(table) => arrow::of_cells(table),
                None => arrow::of_documents(&[], &[]),
            },
        }
    }

    /// Some of the rows, without what is said of all of them.
    pub(crate) fn some(&self, places: impl Iterator<Item = usize>) -> PyResult<Self> {
        Ok(match (self, self.cells()) {
            (Self::Columns(columns), _) => {
                let rows = places.filter_map(|at| columns.row(at).transpose()).collect::<Result<_, _>>();
                Self::Documents { fields: columns.names().to_vec(), rows: rows.map_err(errors::of)? }
            }
            (Self::Documents { fields, rows }, _) => Self::Documents {
                fields: fields.clone(),
                rows: places.filter_map(|at| rows.get(at).cloned()).collect(),
            },
            (_, cells) => {
                let cells = cells.map_or_else(Cow::default, Cow::Borrowed);
                let rows = places.filter_map(|at| cells.rows.get(at).cloned()).collect();
                let table = insight::Table { columns: cells.columns.clone(), rows };
                Self::Plain { title: self.title().unwrap_or_default().to_owned(), table, note: None }
            }
        })
    }

    /// The columns of words that have an order of their own, each with it; words that it does not name stand behind it.
    pub(crate) fn ordered(&self) -> Vec<(&str, Vec<&str>)> {
        let Some(table) = self.cells() else { return Vec::new() };
        let ordered = |(place, column)| {
            let column: &insight::Column = column;
            let mut words: Vec<&str> = column.order.iter().map(word).collect::<Option<_>>()?;
            if words.is_empty() || table.rows.iter().any(|row| row[place].number().is_some()) {
                return None;
            }
            for seen in table.rows.iter().filter_map(|row| word(&row[place])) {
                if !words.contains(&seen) {
                    words.push(seen);
                }
            }
            Some((column.name.as_str(), words))
        };
        table.columns.iter().enumerate().filter_map(ordered).collect()
    }

    /// Cells to be shown: of at least the first `n` rows.
    pub(crate) fn first(&self, n: usize) -> Result<Cow<'_, insight::Table>, Error> {
        Ok(match self {
            Self::Columns(columns) => {
                Cow::Owned(report::documents_with_fields(columns.names(), &columns.documents(0..n)?))
            }
            Self::Answer(answer) => Cow::Borrowed(&answer.table),
            Self::Plain { table, .. } => Cow::Borrowed(table),
            Self::Documents { fields, rows } => {
                Cow::Owned(report::documents_with_fields(fields, &rows[..rows.len().min(n)]))
            }
        })
    }

    /// Calls `f` with each row of a pipeline; says whether there are such rows here.
    pub(crate) fn each_document(&self, mut f: impl FnMut(&Document)) -> Result<bool, Error> {
        match self {
            Self::Documents { rows, .. } => rows.iter().for_each(f),
            Self::Columns(columns) => columns.each(0..columns.n_rows(), |rows| rows.iter().for_each(&mut f))?,
            Self::Answer(_) | Self::Plain { .. } => return Ok(false),
        }
        Ok(true)
    }

    /// What a notebook shows of it; `first` are its first rows.
    pub(crate) fn part<'a>(&'a self, first: &'a insight::Table) -> Part<'a> {
        match self {
            Self::Answer(answer) => Part::Answer(answer),
            Self::Plain { .. } | Self::Documents { .. } | Self::Columns(_) => {
                Part::Plain(Plain { title: self.title(), table: first, n_rows: self.n_rows(), remark: self.note() })
            }
        }
    }
}

/// An error of ours or one of Python's.
struct PythonError(PyErr);

impl From<Error> for PythonError {
    fn from(error: Error) -> Self {
        Self(errors::of(error))
    }
}

impl From<PyErr> for PythonError {
    fn from(error: PyErr) -> Self {
        Self(error)
    }
}

impl From<PythonError> for PyErr {
    fn from(error: PythonError) -> Self {
        error.0
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

fn word(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(word) => Some(word),
        Cell::Missing | Cell::Hidden | Cell::Integer(_) | Cell::Number(_) => None,
    }
}
