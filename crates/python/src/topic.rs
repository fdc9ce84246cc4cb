//! `Topic`: the questions of one topic of the catalog: `bank.segment`, `bank.status`, `bank.health`.

use std::fmt::Write as _;
use std::sync::Arc;

use bank::Request;
use catalog::{Analysis, Topic as Of};
use diagnostic::Hint;
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;

use crate::opened::Opened;
use crate::table::Table;
use crate::tables::Tables;
use crate::{arguments, errors, from_python};

/// The questions of one topic: its analyses by name, and questions of your own.
///
/// It is called with the name of an analysis, or with `by` and `measures`; and each analysis is a method of it.
///
/// Examples:
///     >>> bank.status("closures_by_months_inactive").name
///     'closures_by_months_inactive'
///     >>> bank.status.closures_by_months_inactive(where="Gender=F").name
///     'closures_by_months_inactive'
///     >>> bank.status(by="age_band", measures=["customers", "closure_rate"]).columns[:3]
///     ['age_band', 'customers', 'closure_rate']
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct Topic {
    opened: Arc<Opened>,
    topic: Arc<Of>,
}

impl Topic {
    pub(crate) fn of(opened: Arc<Opened>, topic: Arc<Of>) -> Self {
        Self { opened, topic }
    }

    fn analyses(&self) -> impl Iterator<Item = &Analysis> {
        self.opened.catalog().analyses_of(&self.topic)
    }

    /// Asks the topic; gives a `Table` where one analysis is asked for, else `Tables`.
    pub(crate) fn ask(
        &self,
        py: Python<'_>,
        name: Option<&Bound<'_, PyAny>>,
        by: Option<&Bound<'_, PyAny>>,
        measures: Option<&Bound<'_, PyAny>>,
        filter: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let request = Request {
            topic: self.topic.word.clone(),
            name: name.map(|name| arguments::text(name, "name")).transpose()?,
            by: arguments::names(by, "by")?,
            measures: arguments::names(measures, "measures")?,
            filters: from_python::filters(filter)?,
        };
        if request.is_own() && request.name.is_some() {
            return Err(errors::usage_hinted(
                "an analysis has its own `by` and `measures`",
                format!("leave `{}` out, or ask without them", request.name.unwrap_or_default()),
            ));
        }
        let answers = self.opened.run(py, |bank| bank.answer(&request))?;
        errors::warn(py, &answers.notices)?;
        let table = |(answer, analysis): (_, Analysis)| {
            Table::of_answer(answer, analysis.queries().to_vec(), Arc::clone(&self.opened))
        };
        let mut tables: Vec<Table> = answers.answers.into_iter().zip(answers.analyses).map(table).collect();
        match tables.pop() {
            Some(table) if request.is_own() || request.name.is_some() => Ok(Py::new(py, table)?.into_any()),
            last => Ok(Py::new(py, Tables::new(tables.into_iter().chain(last).collect()))?.into_any()),
        }
    }
}

#[pymethods]
impl Topic {
    /// Asks the topic.
    ///
    /// Args:
    ///     name (str | None): one analysis by name.
    ///     by (str | Sequence[str] | None): dimensions or fields to group by.
    ///     measures (str | Sequence[str] | None): measures to show.
    ///     where (Filter | None): which customers: `"Customer_Age>=45 and Card_Category in Gold,Silver"`, or a MongoDB
    ///         `$match` as a dict; of a list of them, all must hold.
    ///
    /// Returns:
    ///     Table | Tables: the answer; where neither a name nor `by` nor `measures` is given, those of all analyses of the
    ///         topic.
    #[pyo3(signature = (name=None, *, by=None, measures=None, r#where=None))]
    fn __call__(
        &self,
        py: Python<'_>,
        name: Option<&Bound<'_, PyAny>>,
        by: Option<&Bound<'_, PyAny>>,
        measures: Option<&Bound<'_, PyAny>>,
        r#where: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        self.ask(py, name, by, measures, r#where)
    }

    /// An analysis as a method.
    fn __getattr__<'py>(slf: &Bound<'py, Self>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let this = slf.get();
        if let Some(analysis) = this.analyses().find(|analysis| analysis.name == name) {
            let method = slf.py().import("banksphere._catalog")?.getattr("method")?;
            return method.call1((slf, name, docstring(analysis)));
        }
        let hint = match this.opened.catalog().analysis(name) {
            // What tools look for in every object is no misspelt analysis.
            _ if name.starts_with('_') => String::new(),
            Ok(other) => format!("\nhint: it is an analysis of `bank.{}`", other.topic.word),
            Err(error) => match error.diagnostic().to_do() {
                Some(Hint::Text(hint)) => format!("\nhint: {hint}"),
                Some(Hint::Action(action)) => format!("\nhint: {}", errors::spell(action)),
                None => String::new(),
            },
        };
        Err(PyAttributeError::new_err(format!("`{}` has no analysis `{name}`{hint}", this.topic.word)))
    }

    /// What `inspect` and notebooks show of a call.
    #[expect(clippy::unused_self, reason = "Python asks the object")]
    #[getter]
    fn __signature__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let ask = py.import("banksphere._catalog")?.getattr("ask")?;
        py.import("inspect")?.getattr("signature")?.call1((ask,))
    }

    fn __dir__(slf: &Bound<'_, Self>) -> PyResult<Vec<String>> {
        let mut names: Vec<String> = slf.get_type().dir()?.extract()?;
        names.extend(slf.get().analyses().map(|analysis| analysis.name.clone()));
        Ok(names)
    }

    fn __repr__(&self) -> String {
        let width = self.analyses().map(|analysis| analysis.name.len()).max().unwrap_or(0);
        let mut text = format!("{}: {}\n", self.topic.word, self.topic.title);
        for analysis in self.analyses() {
            let _ = writeln!(text, "  {:width$}  {}", analysis.name, analysis.title);
        }
        text.truncate(text.trim_end().len());
        text
    }
}

/// What an analysis is about, for people who read it in an editor or a notebook.
pub(crate) fn docstring(analysis: &Analysis) -> String {
    let names = |names: Vec<&str>| if names.is_empty() { "all customers".to_owned() } else { names.join(", ") };
    let by = names(analysis.by.iter().map(|dimension| dimension.name.as_str()).collect());
    let mut text = format!("{}.\n\n{}\n\nBy: {by}.", analysis.title, analysis.question);
    let measures: Vec<&str> = analysis.measures.iter().map(|measure| measure.name.as_str()).collect();
    if !measures.is_empty() {
        let _ = write!(text, " Measures: {}.", measures.join(", "));
    }
    if !analysis.reading.trim().is_empty() {
        let _ = write!(text, "\n\n{}", analysis.reading.trim());
    }
    text
}
