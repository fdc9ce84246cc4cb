//! `Budget`: the customers to call, and what that is expected to bring: `models.budget()`.
//!
//! In: models, and assumptions. Out: the list, tables of what it brings and depends on, sentences.
//! Invariant: once made, it stays as it is.

use std::sync::Arc;

use bank::{Answer, Assumptions, Budgeted};
use pipeline::Pipeline;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::content::Content;
use crate::opened::Opened;
use crate::table::Table;
use crate::tables::Tables;
use crate::{arguments, errors, shown};

/// Customers to call under a budget, and what that is expected to bring under the assumptions.
///
/// In a notebook it shows its sentences and charts.
///
/// Examples:
///     >>> models = bs.sample(400, progress=False).why(repeats=1, progress=False)
///     >>> budget = models.budget({"contact": 3, "saved_low": 0.2, "saved_high": 0.4}, most=500)
///     >>> budget.customers.columns[:4]
///     ['CLIENTNUM', 'place', 'probability', 'value']
///     >>> budget.sentences[0].startswith("Of ")
///     True
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct Budget {
    sentences: Vec<String>,
    customers: Table,
    sizes: Table,
    sensitivity: Table,
    views: Table,
}

/// Assumptions as they are given: a file's path, or a dict of names and numbers.
pub(crate) fn assumptions(py: Python<'_>, given: Option<&Bound<'_, PyAny>>) -> PyResult<Assumptions> {
    let made = if let Some(given) = given {
        if let Ok(dict) = given.cast::<PyDict>() {
            let numbers = dict.iter().map(|(name, value)| number(&name, &value)).collect::<PyResult<Vec<_>>>()?;
            Assumptions::of(numbers.iter().map(|(name, number)| (name.as_str(), *number)))
        } else {
            let wrong = |_| arguments::wrong_type(given, "assumptions", "a dict of numbers, a str or a path");
            let file = arguments::path(given, "assumptions").map_err(wrong)?;
            bank::read_text(&file).and_then(|text| Assumptions::read(&text, &file.display().to_string()))
        }
    } else {
        Assumptions::of([])
    };
    made.map_err(|error| errors::of_home(py, &error))
}

fn number(name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<(String, f64)> {
    let name = arguments::text(name, "assumptions")?;
    let number = value.extract::<f64>().map_err(|_| arguments::wrong_type(value, &name, "a number"))?;
    Ok((name, number))
}

impl Budget {
    pub(crate) fn of(budgeted: Budgeted, (collection, pipeline): (String, Pipeline), opened: &Arc<Opened>) -> Self {
        let Budgeted { title, sentences, views, curve, tornado, list, .. } = budgeted;
        let facts =
            Answer::worded(&curve.name, &title.replace('\n', ": "), &curve.question, curve.table, sentences.clone());
        let sizes = Answer { chart: curve.chart, ..facts };
        let question = "What are the scores of each view worth, and what can be done without any?";
        let views = Answer::worded("views", "What the scores of each view are worth", question, views, Vec::new());
        let [sizes, sensitivity, views] = [sizes, tornado, views].map(Table::of_words);
        let list = Content::of_documents(list);
        Self {
            sentences,
            customers: Table::of_pipeline(list, collection, pipeline, Arc::clone(opened)),
            sizes,
            sensitivity,
            views,
        }
    }

    fn tables(&self) -> Tables {
        Tables::new(vec![self.sizes.clone(), self.sensitivity.clone(), self.views.clone()])
    }
}

#[pymethods]
impl Budget {
    /// list[str]: what it says: how many are worth a call, what that brings, and what is assumed.
    #[getter]
    fn sentences(&self) -> Vec<String> {
        self.sentences.clone()
    }

    /// Table: the customers to call, the one who is expected to bring most first, with the reasons for each score.
    #[getter]
    fn customers(&self) -> Table {
        self.customers.clone()
    }

    /// Table: the expected profit by the size of the list, with its interval. Its chart draws it.
    #[getter]
    fn sizes(&self) -> Table {
        self.sizes.clone()
    }

    /// Table: by how much the best profit changes with half of each assumption, and with half as much again. Its chart draws it.
    #[getter]
    fn sensitivity(&self) -> Table {
        self.sensitivity.clone()
    }

    /// Table: what the scores of each view are worth, and what can be done without any.
    #[getter]
    fn views(&self) -> Table {
        self.views.clone()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        self.tables().text(shown::width(py))
    }

    fn _repr_html_(&self) -> PyResult<String> {
        self.tables().html()
    }
}
