//! `Explanation`: what became of a pipeline, stage by stage.

use bank::Explained;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use report::fragment::{self, Part, Plain};
use report::table;

use crate::{shown, to_python};

/// What became of a pipeline: the embedded engine's account of it, or the server's.
///
/// Examples:
///     >>> bank.customers.explain([{"$match": {"Gender": "F"}}, {"$sortByCount": "$Card_Category"}])
///     scan: 500 rows, 2 columns (Gender, Card_Category)
///     rewritten: sort by count to group
///       1. $match: filter by lookup table (500 → 252 rows)
///       2. $group: group dense, 1 key → 4 cells (252 → 3 rows)
///       3. $sort: row mode (3 → 3 rows)
///     >>> bank.customers.explain([{"$count": "n"}]).document["rowsRead"]
///     500
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct Explanation {
    explained: Explained,
}

impl Explanation {
    pub(crate) fn new(explained: Explained) -> Self {
        Self { explained }
    }

    /// The command line's text.
    fn told(&self, width: Option<usize>) -> String {
        let text = self.explained.text.trim_end();
        match &self.explained.steps {
            Some(steps) => format!("{}\n{text}", table::render(steps, table::Format::Table, width)),
            None => text.to_owned(),
        }
    }
}

#[pymethods]
impl Explanation {
    /// dict[str, Any]: all of it, as the engine or the server tells it.
    #[getter]
    fn document<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        to_python::document(py, &self.explained.document)
    }

    /// str: the account as text.
    #[getter]
    fn text(&self) -> String {
        self.told(None)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        self.told(shown::width(py))
    }

    /// The steps of a server's account as HTML; the embedded engine's account is text.
    fn _repr_html_(&self) -> Option<String> {
        let steps = self.explained.steps.as_ref()?;
        let remark = Some(self.explained.text.trim_end());
        Some(fragment::html(&[Part::Plain(Plain { title: None, table: steps, n_rows: steps.rows.len(), remark })]))
    }
}
