//! `Cursor`: the documents that `find` finds, asked for when they are needed.
//!
//! In: what `find` says, and what is added to it before the first document. Out: dicts as they come, or all documents as a table.
//! Invariant: nothing is asked before a document is; what is asked then no longer changes.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bank::{Bank, Query};
use bson::{Bson, Document};
use pipeline::find::Find;
use pipeline::{Collation, print};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::content::Content;
use crate::documents::Documents;
use crate::opened::Opened;
use crate::table::Table;
use crate::{arguments, errors, from_python, to_python, work};

/// The documents that `find` finds, one after the other as they come; or all of them as a table or a data frame.
///
/// Examples:
///     >>> cursor = bank.customers.find({"Gender": "F"}, ["Card_Category"]).sort("_id", -1).limit(2)
///     >>> len(cursor.to_list())
///     2
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct Cursor {
    opened: Arc<Opened>,
    collection: String,
    strict: bool,
    collation: Option<Collation>,
    state: Mutex<State>,
}

struct State {
    find: Find,
    /// The documents, once one was asked for.
    running: Option<Arc<Documents>>,
}

impl Cursor {
    pub(crate) fn new(
        opened: &Arc<Opened>,
        collection: &str,
        (strict, collation): (bool, Option<Collation>),
        find: Find,
    ) -> Self {
        let (opened, collection) = (Arc::clone(opened), collection.to_owned());
        Self { opened, collection, strict, collation, state: Mutex::new(State { find, running: None }) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn query(&self, bank: &Bank) -> Result<Query, bank::Error> {
        let find = self.lock().find.clone();
        let bank = if self.strict { &bank.strict() } else { bank };
        bank.find(&find, &self.collection)?.under(self.collation.clone())
    }

    /// The documents, asked for now if they were not.
    fn running(&self, py: Python<'_>) -> PyResult<Arc<Documents>> {
        if let Some(running) = &self.lock().running {
            return Ok(Arc::clone(running));
        }
        let flag = Arc::new(AtomicBool::new(false));
        let bank = self.opened.bank()?.until(&flag);
        let rows = work::run_until(py, &flag, || bank.rows(&self.query(&bank)?))?;
        let documents = Arc::new(Documents::new(rows, bank, flag));
        Ok(Arc::clone(self.lock().running.get_or_insert(documents)))
    }

    /// Changes what is asked, unless it was asked already.
    fn change(&self, change: impl FnOnce(&mut Find)) -> PyResult<()> {
        let mut state = self.lock();
        if state.running.is_some() {
            return Err(errors::usage_hinted(
                "the documents of this cursor are on their way, so what it asks no longer changes",
                "ask anew with `find`",
            ));
        }
        change(&mut state.find);
        Ok(())
    }

    fn table(&self, py: Python<'_>) -> PyResult<Table> {
        let (query, content, notices) = self.opened.run(py, |bank| {
            let query = self.query(bank)?;
            let (content, notices) = Content::given(bank.rows_or_columns(&query)?)?;
            Ok((query, content, notices))
        })?;
        errors::warn(py, &notices)?;
        let (name, pipeline) = query.into_parts();
        Ok(Table::of_pipeline(content, name, pipeline, Arc::clone(&self.opened)))
    }
}

#[pymethods]
impl Cursor {
    /// list[dict[str, Any]]: the pipeline that it is, for pymongo's `aggregate`. What `$elemMatch` and `.$` of a projection
    /// take of a document is taken behind it.
    #[getter]
    fn pipeline<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let query = self.opened.run(py, |bank| self.query(bank))?;
        to_python::value(py, &print::to_bson(query.pipeline()))
    }

    /// Says in which order the documents come.
    ///
    /// Args:
    ///     key_or_list (str | Sequence[str | tuple[str, int]] | Mapping[str, int]): a field; or fields with their directions.
    ///     direction (int): 1 upwards, -1 downwards; for a single field.
    ///
    /// Returns:
    ///     Cursor: the same cursor.
    #[pyo3(signature = (key_or_list, direction=1))]
    fn sort<'py>(
        slf: &Bound<'py, Self>,
        key_or_list: &Bound<'py, PyAny>,
        #[pyo3(from_py_with = arguments::direction)] direction: i64,
    ) -> PyResult<Bound<'py, Self>> {
        let sort = match key_or_list.extract::<String>() {
            Ok(field) => Bson::Document(Document::from_iter([(field, Bson::Int64(direction))])),
            Err(_) => from_python::sort(key_or_list)?,
        };
        slf.get().change(|find| find.sort = Some(sort))?;
        Ok(slf.clone())
    }

    /// Leaves out the first documents.
    ///
    /// Args:
    ///     skip (int): how many.
    ///
    /// Returns:
    ///     Cursor: the same cursor.
    fn skip<'py>(
        slf: &Bound<'py, Self>,
        #[pyo3(from_py_with = arguments::skip)] skip: i64,
    ) -> PyResult<Bound<'py, Self>> {
        slf.get().change(|find| find.skip = Some(Bson::Int64(skip)))?;
        Ok(slf.clone())
    }

    /// Says how many documents come at most.
    ///
    /// Args:
    ///     limit (int): how many; 0 means all of them, and a negative number its amount.
    ///
    /// Returns:
    ///     Cursor: the same cursor.
    fn limit<'py>(
        slf: &Bound<'py, Self>,
        #[pyo3(from_py_with = arguments::limit)] limit: i64,
    ) -> PyResult<Bound<'py, Self>> {
        slf.get().change(|find| find.limit = Some(Bson::Int64(limit.saturating_abs())))?;
        Ok(slf.clone())
    }

    /// Gives the documents that are left.
    ///
    /// Returns:
    ///     list[dict[str, Any]]: the documents.
    fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let documents = self.running(py)?;
        let list = PyList::empty(py);
        while let Some(document) = documents.take(py)? {
            list.append(to_python::document(py, &document)?)?;
        }
        Ok(list)
    }

    /// Gives all documents as a table, whatever was taken of the cursor before.
    ///
    /// Returns:
    ///     Table: one document a row.
    fn to_table(&self, py: Python<'_>) -> PyResult<Table> {
        self.table(py)
    }

    /// Hands all documents to pandas.
    ///
    /// Returns:
    ///     pandas.DataFrame: one document a row.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Bound::new(py, self.table(py)?)?.call_method0("to_pandas")
    }

    /// Hands all documents to Polars.
    ///
    /// Returns:
    ///     polars.DataFrame: one document a row.
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Bound::new(py, self.table(py)?)?.call_method0("to_polars")
    }

    /// Hands all documents to pyarrow.
    ///
    /// Returns:
    ///     pyarrow.Table: one document a row.
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Bound::new(py, self.table(py)?)?.call_method0("to_arrow")
    }

    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.running(py)?.take(py)?.map(|document| to_python::document(py, &document)).transpose()
    }

    fn __repr__(&self) -> String {
        format!("<Cursor over {} of {}>", self.collection, self.opened.place())
    }
}
