//! `Quality`: what the columns of a bank's customers hold, and what is to be doubted: `bank.quality`.
//!
//! In: a bank, a filter. Out: the quality page, made when it is first looked at, as tables, as text, below a cell.
//! Invariant: once made, it stays as it is.

use std::sync::{Arc, OnceLock};

use bank::QualityPage;
use insight::{Cell, Column};
use pipeline::{Pipeline, print};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use report::fragment::{self, Part};

use crate::opened::Opened;
use crate::table::Table;
use crate::work::{self, Ear};
use crate::{errors, from_python, shown, to_python};

/// What the columns of the customers hold, and what is to be doubted before any answer is believed.
///
/// In a notebook it shows itself: of each column type, role, missing answers, values, quartiles, heaps, outliers, a histogram;
/// then the columns that determine another, the contract's rules, the first rows. It is called with `where` to look at some
/// customers alone.
///
/// Examples:
///     >>> bank.quality.doubts
///     []
///     >>> bank.quality.columns["distinct"][3]
///     2
///     >>> bank.quality(where="Gender=F").columns["distinct"][3]
///     1
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct Quality {
    opened: Arc<Opened>,
    filters: Vec<String>,
    made: OnceLock<Made>,
}

/// The page with the pipelines that made it.
struct Made {
    page: QualityPage,
    queries: Vec<(String, Pipeline)>,
}

impl Quality {
    pub(crate) fn of(opened: Arc<Opened>) -> Self {
        Self { opened, filters: Vec::new(), made: OnceLock::new() }
    }

    /// What the import of the customers found.
    pub(crate) fn import_facts(opened: &Opened) -> Option<Table> {
        let bank = opened.bank().ok()?;
        let found = bank.quality()?;
        let facts = bank::quality_facts(found).into_iter();
        let rows = facts.map(|(fact, value)| vec![Cell::Text(fact), Cell::Text(errors::in_python(&value))].into());
        let columns = vec![Column::text("fact", "Fact"), Column::text("value", "Value")];
        let table = insight::Table { columns, rows: rows.collect() };
        Some(Table::plain(&format!("Data quality of {}", found.source), table))
    }

    fn made(&self, py: Python<'_>) -> PyResult<&Made> {
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let bank = self.opened.bank()?;
        let made = work::talk(py, Ear::Warnings, |talk| bank.quality_page(&self.filters, talk))?;
        let (page, queries) = made.map_err(|error| errors::of_home(py, &error))?;
        let page = in_python(page);
        let queries = queries.into_iter().map(|(_, query)| query.into_parts()).collect();
        Ok(self.made.get_or_init(|| Made { page, queries }))
    }

    fn text(&self, py: Python<'_>) -> PyResult<String> {
        Ok(report::quality_text(&self.made(py)?.page, shown::width(py)).trim_end().to_owned())
    }

    fn html(&self, py: Python<'_>) -> PyResult<String> {
        Ok(fragment::html(&[Part::Quality(&self.made(py)?.page)]))
    }
}

/// A page whose doubts name what Python calls, and not the command line.
pub(crate) fn in_python(page: QualityPage) -> QualityPage {
    let import_doubts = page.import_doubts.iter().map(|doubt| errors::in_python(doubt)).collect();
    QualityPage { import_doubts, ..page }
}

#[pymethods]
impl Quality {
    /// Looks at some customers alone.
    ///
    /// Args:
    ///     where (Filter | None): which customers: `"Customer_Age>=45 and Card_Category in Gold,Silver"`, or a MongoDB
    ///         `$match` as a dict; of a list of them, all must hold.
    ///
    /// Returns:
    ///     Quality: the quality of their data.
    #[pyo3(signature = (*, r#where=None))]
    fn __call__(&self, r#where: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let filters = from_python::filters(r#where)?;
        Ok(Self { opened: Arc::clone(&self.opened), filters, made: OnceLock::new() })
    }

    /// str: how many customers and columns there are, and the doubts.
    #[getter]
    fn line(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.made(py)?.page.line())
    }

    /// list[str]: what is to be doubted, the worst first: columns that hold the outcome, rules that are broken, answers that are
    /// missing.
    #[getter]
    fn doubts(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        Ok(self.made(py)?.page.doubts())
    }

    /// Table: the columns, one a row: kind, role, missing answers, distinct values, quartiles, outliers, AUC, remarks.
    #[getter]
    fn columns(&self, py: Python<'_>) -> PyResult<Table> {
        Ok(Table::plain("Columns", self.made(py)?.page.table()))
    }

    /// list[str]: the columns that determine another.
    #[getter]
    fn pairs(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        Ok(self.made(py)?.page.pairs.iter().map(insight::Determines::in_words).collect())
    }

    /// dict[str, str]: the rules of the contract, each with how often it holds.
    #[getter]
    fn rules<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let rules = PyDict::new(py);
        for rule in &self.made(py)?.page.rules {
            rules.set_item(&rule.words, rule.in_words())?;
        }
        Ok(rules)
    }

    /// Table: the first rows, by key. What names a person is hidden.
    #[getter]
    fn first(&self, py: Python<'_>) -> PyResult<Table> {
        Ok(Table::plain("First rows", self.made(py)?.page.first.clone()))
    }

    /// list[str]: how the figures are to be read.
    #[getter]
    fn notes(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        Ok(self.made(py)?.page.notes())
    }

    /// Table | None: facts on the customers, from their import: rows, missing answers, outliers. None where none were imported
    /// under a contract.
    ///
    /// Examples:
    ///     >>> bank.quality.imported[0]
    ///     {'fact': 'Rows', 'value': '500'}
    #[getter]
    fn imported(&self) -> Option<Table> {
        Self::import_facts(&self.opened)
    }

    /// list[tuple[str, list[dict[str, Any]]]]: all pipelines that made it, each with the collection that it runs over.
    #[getter]
    fn pipelines<'py>(&self, py: Python<'py>) -> PyResult<Vec<(&str, Bound<'py, PyAny>)>> {
        let stages = |pipeline| to_python::value(py, &print::to_bson(pipeline));
        self.made(py)?
            .queries
            .iter()
            .map(|(collection, pipeline)| Ok((collection.as_str(), stages(pipeline)?)))
            .collect()
    }

    /// str: the pipelines as text to paste into mongosh.
    #[getter]
    fn mongosh(&self, py: Python<'_>) -> PyResult<String> {
        let one = |(collection, pipeline): &(String, Pipeline)| print::mongosh(collection, pipeline);
        Ok(self.made(py)?.queries.iter().map(one).collect::<Vec<_>>().join("\n\n"))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        self.text(py)
    }

    /// The page as HTML.
    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        self.html(py)
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
        bundle.set_item("text/plain", self.text(py)?)?;
        bundle.set_item("text/html", self.html(py)?)?;
        Ok(bundle)
    }
}
