//! `Collection`: what Python has of a collection of a bank.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bank::{Bank, Query};
use pyo3::prelude::*;

use crate::content::Content;
use crate::documents::Documents;
use crate::explanation::Explanation;
use crate::from_python::{self, Given};
use crate::opened::Opened;
use crate::table::Table;
use crate::{errors, work};

/// A collection of a bank: documents that answer pipelines.
///
/// `bank.customers`, `bank.transactions` and `bank["name"]` give one.
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct Collection {
    opened: Arc<Opened>,
    name: String,
}

impl Collection {
    pub(crate) fn of(opened: Arc<Opened>, name: String) -> Self {
        Self { opened, name }
    }
}

#[pymethods]
impl Collection {
    /// str: its name.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    /// Table | None: its fields: their paths and types, and whether they may be null. None where documents may be of any
    /// shape.
    #[getter]
    fn fields(&self, py: Python<'_>) -> PyResult<Option<Table>> {
        let name = &self.name;
        let fields = self.opened.run(py, |bank| {
            bank.require(name)?;
            let inventory = bank.inventory()?;
            Ok(inventory.collections.into_iter().find(|holding| holding.name == *name).and_then(|found| found.fields))
        })?;
        Ok(fields.map(|fields| Table::plain(&format!("Fields of {name}"), fields)))
    }

    /// Runs any MongoDB aggregation pipeline.
    ///
    /// Args:
    ///     pipeline (Pipeline): its stages as a list of dicts, as pymongo takes them, or as mongosh's or Extended JSON text.
    ///     strict (bool): whether a field that no document has is refused. Otherwise it counts as missing, as on a server, and
    ///         a warning names it.
    ///
    /// Returns:
    ///     Table: one document a row.
    ///
    /// Examples:
    ///     >>> bank.customers.aggregate([{"$match": {"Gender": "F"}}, {"$count": "women"}]).columns
    ///     ['women']
    ///     >>> bank.customers.aggregate("[{$limit: 2}, {$project: {_id: 0, Gender: 1}}]").columns
    ///     ['Gender']
    #[pyo3(signature = (pipeline, *, strict=false))]
    fn aggregate(&self, py: Python<'_>, pipeline: &Bound<'_, PyAny>, strict: bool) -> PyResult<Table> {
        let given = given(&self.opened, pipeline)?;
        let (query, content, notices) = self.opened.run(py, |bank| {
            let query = checked_as(bank, &self.name, &given, strict)?;
            let (content, notices) = Content::given(bank.rows_or_columns(&query)?)?;
            Ok((query, content, notices))
        })?;
        errors::warn(py, &notices)?;
        let (name, pipeline) = query.into_parts();
        Ok(Table::of_pipeline(content, name, pipeline, Arc::clone(&self.opened)))
    }

    /// Runs a pipeline and gives its documents one after the other as they come, for answers that are larger than memory.
    ///
    /// Args:
    ///     pipeline (Pipeline): its stages as a list of dicts, or as text.
    ///     strict (bool): whether a field that no document has is refused.
    ///
    /// Returns:
    ///     Documents: an iterator of dicts. It holds on to the bank until it is at its end or let go.
    ///
    /// Examples:
    ///     >>> sum(1 for customer in bank.customers.stream([{"$match": {"Gender": "F"}}]))
    ///     266
    #[pyo3(signature = (pipeline, *, strict=false))]
    fn stream(&self, py: Python<'_>, pipeline: &Bound<'_, PyAny>, strict: bool) -> PyResult<Documents> {
        let given = given(&self.opened, pipeline)?;
        let flag = Arc::new(AtomicBool::new(false));
        let bank = self.opened.bank()?.until(&flag);
        let rows = work::run_until(py, &flag, || bank.rows(&checked_as(&bank, &self.name, &given, strict)?))?;
        Ok(Documents::new(rows, bank, flag))
    }

    /// Runs a pipeline and tells what became of it, stage by stage: the columns and rows read, or a server's indexes, keys
    /// and documents.
    ///
    /// Args:
    ///     pipeline (Pipeline): its stages as a list of dicts, or as text.
    ///     strict (bool): whether a field that no document has is refused.
    ///
    /// Returns:
    ///     Explanation: the account.
    ///
    /// Examples:
    ///     >>> print(bank.customers.explain([{"$sortByCount": "$Gender"}]).text.splitlines()[0])
    ///     scan: 500 rows, 1 column (Gender)
    #[pyo3(signature = (pipeline, *, strict=false))]
    fn explain(&self, py: Python<'_>, pipeline: &Bound<'_, PyAny>, strict: bool) -> PyResult<Explanation> {
        let given = given(&self.opened, pipeline)?;
        let (explained, notices) = self.opened.run(py, |bank| {
            let query = checked_as(bank, &self.name, &given, strict)?;
            Ok((bank.explain(&query)?, query.notices().to_vec()))
        })?;
        errors::warn(py, &notices)?;
        Ok(Explanation::new(explained))
    }

    fn __repr__(&self) -> String {
        format!("<Collection {} of {}>", self.name, self.opened.place())
    }
}

/// The pipeline that Python gave; a closed bank says so, whatever else is wrong.
pub(crate) fn given(opened: &Opened, pipeline: &Bound<'_, PyAny>) -> PyResult<Given> {
    opened.bank()?;
    from_python::pipeline_text_or_bson(pipeline)
}

/// The same; where that is strict, a field that no document has is refused.
fn checked_as(bank: &Bank, collection: &str, given: &Given, strict: bool) -> Result<Query, bank::Error> {
    if strict { checked(&bank.strict(), collection, given) } else { checked(bank, collection, given) }
}

/// The pipeline that was given, checked against the bank's collections.
pub(crate) fn checked(bank: &Bank, collection: &str, given: &Given) -> Result<Query, bank::Error> {
    match given {
        Given::Text(text) => bank.query(text, None, collection),
        Given::Value(value) => bank.query_of(value, collection),
    }
}
