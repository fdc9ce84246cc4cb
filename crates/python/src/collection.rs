//! `Collection`: what Python has of a collection of a bank.

use std::sync::Arc;

use bank::Bank;
use pipeline::{Pipeline, Run as _};
use pyo3::prelude::*;

use crate::explanation::Explanation;
use crate::from_python::{self, Given};
use crate::opened::Opened;
use crate::table::Table;

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
        let fields = self.opened.run(py, |home| {
            bank::require(&home.schemas()?, name)?;
            let inventory = bank::inventory(home)?;
            Ok(inventory.collections.into_iter().find(|holding| holding.name == *name).and_then(|found| found.fields))
        })?;
        Ok(fields.map(|fields| Table::plain(&format!("Fields of {name}"), fields)))
    }

    /// Runs any MongoDB aggregation pipeline.
    ///
    /// Args:
    ///     pipeline (Pipeline): its stages as a list of dicts, as pymongo takes them, or as mongosh's or Extended JSON text.
    ///
    /// Returns:
    ///     Table: one document a row.
    ///
    /// Examples:
    ///     >>> bank.customers.aggregate([{"$match": {"Gender": "F"}}, {"$count": "women"}]).columns
    ///     ['women']
    ///     >>> bank.customers.aggregate("[{$limit: 2}, {$project: {_id: 0, Gender: 1}}]").columns
    ///     ['Gender']
    #[pyo3(signature = (pipeline))]
    fn aggregate(&self, py: Python<'_>, pipeline: &Bound<'_, PyAny>) -> PyResult<Table> {
        let given = given(&self.opened, pipeline)?;
        let (pipeline, rows) = self.opened.run(py, |home| {
            let pipeline = checked(home, &self.name, &given)?;
            let rows = home.run(&self.name, &pipeline)?;
            Ok((pipeline, rows))
        })?;
        Ok(Table::of_documents(rows, self.name.clone(), pipeline, Arc::clone(&self.opened)))
    }

    /// Runs a pipeline and tells what became of it, stage by stage: the columns and rows read, or a server's indexes, keys
    /// and documents.
    ///
    /// Args:
    ///     pipeline (Pipeline): its stages as a list of dicts, or as text.
    ///
    /// Returns:
    ///     Explanation: the account.
    ///
    /// Examples:
    ///     >>> print(bank.customers.explain([{"$sortByCount": "$Gender"}]).text.splitlines()[0])
    ///     scan: 500 rows, 1 column (Gender)
    #[pyo3(signature = (pipeline))]
    fn explain(&self, py: Python<'_>, pipeline: &Bound<'_, PyAny>) -> PyResult<Explanation> {
        let given = given(&self.opened, pipeline)?;
        let explained = self.opened.run(py, |home| {
            let pipeline = checked(home, &self.name, &given)?;
            bank::explain(home, &self.name, &pipeline)
        })?;
        Ok(Explanation::new(explained))
    }

    fn __repr__(&self) -> String {
        format!("<Collection {} of {}>", self.name, self.opened.place())
    }
}

/// The pipeline that Python gave; a closed bank says so, whatever else is wrong.
pub(crate) fn given(opened: &Opened, pipeline: &Bound<'_, PyAny>) -> PyResult<Given> {
    opened.home()?;
    from_python::pipeline_text_or_bson(pipeline)
}

/// The pipeline that was given, checked against the bank's collections.
pub(crate) fn checked(home: &Bank, collection: &str, given: &Given) -> Result<Pipeline, bank::Error> {
    let schemas = home.schemas()?;
    match given {
        Given::Text(text) => bank::pipeline(text, None, collection, &schemas),
        Given::Value(value) => bank::pipeline_of(value, collection, &schemas),
    }
}
