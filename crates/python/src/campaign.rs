//! `Campaign`: a list of customers with a hold-out: how many to hold out, who is, and what the calls did.
//!
//! In: a list, and later outcomes. Out: sizes, the list with its arms, the effect with its interval and test.
//! Invariant: nothing changes a campaign; the same list and seed give the same arms on every machine.

use bank::campaign::{ARM, Design, Evaluation, HoldOut, List, Outcomes, evaluated};
use bank::{Answer, Closed};
use bson::Document;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::bank::Bank;
use crate::table::Table;
use crate::tables::Tables;
use crate::{arguments, errors, from_python};

/// A list of customers, of whom some are called and some are held out, so that what the calls did can be told from chance.
///
/// Args:
///     list (Any): the customers: `budget.customers`, any Table, a data frame, a list of dicts, or the path of a file of CSV.
///     key (str | None): the column of the customers' numbers; the first otherwise.
///
/// Examples:
///     >>> design = bs.Campaign.design(effect=0.05, rate=0.2)
///     >>> design["held_out"]
///     [906]
///     >>> campaign = bs.Campaign([{"number": n, "probability": n / 10} for n in range(10)]).assign(0.3, seed=1)
///     >>> campaign.customers["arm"].count("held out")
///     3
///     >>> campaign.customers[0]
///     {'number': 0, 'probability': 0.0, 'arm': 'held out'}
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct Campaign {
    documents: Vec<Document>,
    list: List,
}

#[pymethods]
impl Campaign {
    #[new]
    #[pyo3(signature = (list, *, key=None))]
    fn new(py: Python<'_>, list: &Bound<'_, PyAny>, key: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let key = key.map(|key| arguments::text(key, "key")).transpose()?;
        let (documents, list) = given(py, list, "list", key.as_deref())?;
        Ok(Self { documents, list })
    }

    /// How many customers to hold out, so that the effect of the calls is found.
    ///
    /// Args:
    ///     effect (float): by how much a call lowers the closure rate, such as 0.05.
    ///     rate (float): the closure rate of the list's customers without a call, such as 0.2.
    ///     power (float): how likely the effect is to be found.
    ///     alpha (float): how likely one is to be found where there is none.
    ///     customers (int | None): how many customers the list has, of whom as few as it takes are held out.
    ///
    /// Returns:
    ///     Table: the sizes of both arms, with what they can find.
    #[staticmethod]
    #[pyo3(signature = (effect, rate, *, power=0.8, alpha=0.05, customers=None))]
    fn design(
        py: Python<'_>,
        effect: f64,
        rate: f64,
        power: f64,
        alpha: f64,
        customers: Option<u64>,
    ) -> PyResult<Table> {
        let designed = Design { rate, effect, power, alpha, customers }.designed();
        let designed = designed.map_err(|error| errors::of_home(py, &error))?;
        let question = "How many customers must be held out?";
        let answer = Answer::worded("design", "Size of the hold-out", question, designed.table, designed.sentences);
        Ok(Table::of_words(answer))
    }

    /// Draws at random who is held out.
    ///
    /// Args:
    ///     hold_out (int | float | str): how many are held out: `200`, or a share, `0.1` or `"10%"`.
    ///     seed (int): another number draws others; the same draws the same on every machine.
    ///
    /// Returns:
    ///     Campaign: the list with a column `arm`.
    #[pyo3(signature = (hold_out, *, seed))]
    fn assign(&self, py: Python<'_>, hold_out: &Bound<'_, PyAny>, seed: u64) -> PyResult<Self> {
        let hold_out = hold_out.str()?.to_str()?.to_owned();
        let assigned = HoldOut::parse(&hold_out).and_then(|hold_out| self.list.assigned(hold_out, seed));
        let list = assigned.map_err(|error| errors::of_home(py, &error))?;
        let arms = list.cells(ARM).unwrap_or_default().into_iter().map(str::to_owned);
        let with_arm = |(document, arm): (&Document, String)| {
            let mut document = document.clone();
            document.insert(ARM, arm);
            document
        };
        Ok(Self { documents: self.documents.iter().zip(arms).map(with_arm).collect(), list })
    }

    /// Table: the customers; assigned ones with a column `arm`, `called` or `held out`.
    #[getter]
    fn customers(&self) -> Table {
        Table::of_documents(self.documents.clone())
    }

    /// What the calls did: the closures of those called beside the closures of those held out.
    ///
    /// Args:
    ///     outcomes (Any): who has closed since: a Bank, or the customers' numbers with a column `closed` of 1 and 0, as a Table, a
    ///         data frame, a list of dicts or the path of a file of CSV.
    ///     closed (str | None): which values of which column of these mean closed, such as `"status=gone"`.
    ///     score (str | None): the column of the list's scores; `probability`, where there is one, otherwise.
    ///     leave_unknown_out (bool): whether customers of whom nothing is known later are left out; refused otherwise.
    ///
    /// Returns:
    ///     Tables: the arms, and how the effect grows from the highest scores down where that can be told.
    #[pyo3(signature = (outcomes, *, closed=None, score=None, leave_unknown_out=false))]
    fn evaluate(
        &self,
        py: Python<'_>,
        outcomes: &Bound<'_, PyAny>,
        closed: Option<&Bound<'_, PyAny>>,
        score: Option<&Bound<'_, PyAny>>,
        leave_unknown_out: bool,
    ) -> PyResult<Tables> {
        let failed = |error: bank::Error| errors::of_home(py, &error);
        let closed = closed.map(|closed| arguments::text(closed, "closed")).transpose()?;
        let score = score.map(|score| arguments::text(score, "score")).transpose()?;
        let outcomes = if let Ok(bank) = outcomes.cast::<Bank>() {
            if closed.is_some() {
                return Err(errors::usage("`closed` belongs to a list: a bank knows what closed means"));
            }
            bank.get().opened.run(py, Outcomes::of_bank)?
        } else {
            let closed = closed.map(|closed| Closed::parse(&closed)).transpose();
            let closed = closed.map_err(|error| errors::usage(error.to_string()))?;
            // The numbers stand under the same name as in the list, where these have it.
            let key = self.list.key_column();
            let (_, list) =
                given(py, outcomes, "outcomes", Some(key)).or_else(|_| given(py, outcomes, "outcomes", None))?;
            Outcomes::of_list(&list, closed.as_ref()).map_err(failed)?
        };
        let wish = Evaluation { score, leaves_unknown_out: leave_unknown_out };
        let found = evaluated(&self.list, &outcomes, &wish).map_err(failed)?;
        errors::warn(py, &found.notices)?;
        let question = "Did fewer of those called close their account than of those held out?";
        let mut answers = vec![Answer::worded("arms", "What the calls did", question, found.arms, found.sentences)];
        answers.extend(found.curve.map(|curve| {
            let question = "How many customers did the calls keep, from the highest scores down?";
            Answer::worded("kept_by_score", "Customers kept, from the highest scores down", question, curve, Vec::new())
        }));
        Ok(Tables::new(answers.into_iter().map(Table::of_words).collect()))
    }

    fn __len__(&self) -> usize {
        self.documents.len()
    }

    fn __repr__(&self) -> String {
        let arms = self.list.arms();
        let arms = if arms.is_empty() { "no one is held out yet: `assign` draws who is".to_owned() } else { arms };
        format!("<banksphere.Campaign of {}: {arms}>", report::counted(self.documents.len() as u64, "customer"))
    }
}

/// A list as Python has it.
fn given(
    py: Python<'_>,
    value: &Bound<'_, PyAny>,
    argument: &str,
    key: Option<&str>,
) -> PyResult<(Vec<Document>, List)> {
    let failed = |error: bank::Error| errors::of_home(py, &error);
    if let Some(rows) = rows(value)? {
        let documents = from_python::documents(&rows, argument)?;
        let list = List::of_documents(&documents, argument, key).map_err(failed)?;
        return Ok((documents, list));
    }
    let wrong = |_| arguments::wrong_type(value, argument, "a Table, a data frame, a list of dicts, a str or a path");
    let file = arguments::path(value, argument).map_err(wrong)?;
    let text = bank::read_text(&file).map_err(failed)?;
    let list = List::read(&text, &file.display().to_string(), key).map_err(failed)?;
    let documents = list.documents();
    Ok((documents, list))
}

/// The rows of a table as a list of dicts: ours, pandas', Polars', pyarrow's; nothing where it is no table.
fn rows<'py>(value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    if value.is_instance_of::<PyList>() {
        return Ok(Some(value.clone()));
    }
    if let Ok(table) = value.cast::<Table>() {
        let rows = table.try_iter()?.collect::<PyResult<Vec<_>>>()?;
        return Ok(Some(PyList::new(value.py(), rows)?.into_any()));
    }
    for method in ["to_dicts", "to_pylist"] {
        if let Some(method) = value.getattr_opt(method)? {
            return method.call0().map(Some);
        }
    }
    // pandas.
    match value.getattr_opt("to_dict")? {
        Some(method) if !value.is_instance_of::<PyDict>() => method.call1(("records",)).map(Some),
        _ => Ok(None),
    }
}
