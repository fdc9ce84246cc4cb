//! `Why` and `Models`: models of who closed their account, what they say, and scores by them: `bank.why`.
//!
//! In: a bank, or a file of models. Out: models with their answers as tables; scores as a table.
//! Invariant: models that were trained or read stay as they are.

use std::sync::Arc;

use bank::{Answer, BudgetWish, ModelCard, Points, ScorecardWish, Scoring, WhyWish};
use pyo3::prelude::*;

use crate::budget::{self, Budget};
use crate::content::Content;
use crate::opened::Opened;
use crate::table::Table;
use crate::tables::Tables;
use crate::work::{self, Ear};
use crate::{arguments, errors};

/// Which columns together tell who closed their account: trains models, or reads them.
///
/// Examples:
///     >>> bank.why.kept is None
///     True
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct Why {
    opened: Arc<Opened>,
}

impl Why {
    pub(crate) fn of(opened: Arc<Opened>) -> Self {
        Self { opened }
    }

    fn models(&self, card: ModelCard) -> Models {
        Models { opened: Arc::clone(&self.opened), card }
    }
}

#[pymethods]
impl Why {
    /// Trains a model for each view, with the evidence for it. The models are kept with the bank, and its report shows them.
    ///
    /// Args:
    ///     repeats (int | None): how many times customers are divided in five for evidence; 5, or 1 beyond 50,000 customers.
    ///     knowingly (str | Sequence[str] | None): columns to use though each tells the outcome alone.
    ///     progress (bool): whether to show a progress bar.
    ///
    /// Returns:
    ///     Models: the models.
    #[pyo3(signature = (*, repeats=None, knowingly=None, progress=true))]
    fn __call__(
        &self,
        py: Python<'_>,
        repeats: Option<&Bound<'_, PyAny>>,
        knowingly: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = arguments::progress)] progress: bool,
    ) -> PyResult<Models> {
        let repeats = repeats.map(|repeats| arguments::whole(repeats, "repeats", 1..=50)).transpose()?;
        let repeats = repeats.map(|repeats| repeats as usize);
        let wish = WhyWish { repeats, knowingly: arguments::names(knowingly, "knowingly")? };
        let bank = self.opened.bank()?;
        let card = work::talk(py, Ear::bar(py, progress)?, |talk| {
            let card = bank.why(&wish, talk)?;
            // A bank in memory keeps none, and needs no word about it.
            let told = bank.keep_models(&card)?.filter(|_| !bank.is_temporary());
            Ok((card, told))
        })?;
        let (card, told) = card.map_err(|error: bank::Error| errors::of_home(py, &error))?;
        errors::warn(py, told.as_slice())?;
        Ok(self.models(card))
    }

    /// Reads a file of models, which `save` or `banksphere why -o` wrote.
    ///
    /// Args:
    ///     file (str | os.PathLike[str]): the file.
    ///
    /// Returns:
    ///     Models: the models.
    fn read(&self, py: Python<'_>, file: &Bound<'_, PyAny>) -> PyResult<Models> {
        let file = arguments::path(file, "file")?;
        let card = bank::read_text(&file).and_then(|text| ModelCard::read(&text, &file.display().to_string()));
        Ok(self.models(card.map_err(|error| errors::of_home(py, &error))?))
    }

    /// Models | None: those that are kept with the bank.
    #[getter]
    fn kept(&self, py: Python<'_>) -> PyResult<Option<Models>> {
        let card = self.opened.run(py, bank::Bank::kept_models)?;
        Ok(card.map(|card| self.models(card)))
    }

    /// Tells whether customers fall into groups by k-means: how stable groups are, and profiles only where there are any.
    ///
    /// Args:
    ///     progress (bool): whether to show a progress bar.
    ///
    /// Returns:
    ///     Tables: what speaks for each number of groups, and the groups where there are any.
    #[pyo3(signature = (*, progress=true))]
    fn clusters(&self, py: Python<'_>, #[pyo3(from_py_with = arguments::progress)] progress: bool) -> PyResult<Tables> {
        let bank = self.opened.bank()?;
        let told = work::talk(py, Ear::bar(py, progress)?, |talk| bank.why_clusters(talk))?;
        let answers = told.map_err(|error| errors::of_home(py, &error))?;
        errors::warn(py, &answers.notices)?;
        // The first answer shows the pipeline of what was compared.
        let shown = answers.answers.iter().flat_map(|answer| &answer.queries).take(1);
        let parsed = |query: &insight::Query| {
            let pipeline = pipeline::parse_text(&query.extended_json).map_err(errors::of)?;
            Ok((query.collection.clone(), pipeline))
        };
        let queries = shown.map(parsed).collect::<PyResult<Vec<_>>>()?;
        let table = |answer| Table::of_answer(answer, queries.clone(), Arc::clone(&self.opened));
        Ok(Tables::new(answers.answers.into_iter().map(table).collect()))
    }

    /// Makes a scorecard: points by bins of each column, for those who must sign what they use.
    ///
    /// Args:
    ///     view (str | None): the view whose columns it may use; the one that can foresee most otherwise.
    ///     knowingly (str | Sequence[str] | None): columns to use though each tells the outcome alone.
    ///     progress (bool): whether to show a progress bar.
    ///
    /// Returns:
    ///     Table: the points of each bin. Its pipeline gives each customer's points.
    #[pyo3(signature = (*, view=None, knowingly=None, progress=true))]
    fn scorecard(
        &self,
        py: Python<'_>,
        view: Option<&Bound<'_, PyAny>>,
        knowingly: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = arguments::progress)] progress: bool,
    ) -> PyResult<Table> {
        let view = view.map(|view| arguments::text(view, "view")).transpose()?;
        let wish = ScorecardWish { view, knowingly: arguments::names(knowingly, "knowingly")? };
        let bank = self.opened.bank()?;
        let points = work::talk(py, Ear::bar(py, progress)?, |talk| bank.scorecard(&wish, talk))?;
        let Points { title, sentences, table, query, notices } = points.map_err(|error| errors::of_home(py, &error))?;
        errors::warn(py, &notices)?;
        let question = "How many points does each customer have?";
        let answer = Answer::worded("scorecard", &title.replace('\n', ": "), question, table, sentences);
        let answer = Answer { queries: vec![insight::Query::of(&query)], ..answer };
        Ok(Table::of_answer(answer, vec![query], Arc::clone(&self.opened)))
    }

    fn __repr__(&self) -> String {
        format!("<Why of {}: call it to train models of who closed their account>", self.opened.place())
    }
}

/// Models of who closed their account, one a view, with the evidence for them.
///
/// In a notebook they show what they say. `tables` has it as data.
///
/// Examples:
///     >>> bank = bs.sample(400, progress=False)
///     >>> models = bank.why(repeats=1, progress=False)
///     >>> models.views
///     ['hindsight', 'early', 'who', 'first_part']
///     >>> models.tables["why_views"]["roc_auc"][0] > 0.9
///     True
///     >>> models.score().columns
///     ['CLIENTNUM', 'log_odds', 'probability']
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct Models {
    opened: Arc<Opened>,
    card: ModelCard,
}

#[pymethods]
impl Models {
    /// list[str]: the names of the views.
    #[getter]
    fn views(&self) -> Vec<String> {
        self.card.views.iter().map(|viewed| viewed.name.clone()).collect()
    }

    /// Tables: what they say. Models of other customers than the bank's say so by a warning.
    #[getter]
    fn tables(&self, py: Python<'_>) -> PyResult<Tables> {
        let bank = self.opened.bank()?;
        let told = work::talk(py, Ear::Silent, |talk| {
            let bank = bank.until(talk.cancel);
            Ok((bank.why_answers(&self.card)?, bank.why_pipeline()?, bank.of_other_customers(&self.card, talk)?))
        })?;
        let (answers, query, notice) = told.map_err(|error: bank::Error| errors::of_home(py, &error))?;
        errors::warn(py, notice.as_slice())?;
        let table = |answer| Table::of_answer(answer, vec![query.clone()], Arc::clone(&self.opened));
        Ok(Tables::new(answers.answers.into_iter().map(table).collect()))
    }

    /// Writes them to a file, which `banksphere score --model` takes.
    ///
    /// Args:
    ///     file (str | os.PathLike[str]): the file, such as `model.json`.
    fn save(&self, py: Python<'_>, file: &Bound<'_, PyAny>) -> PyResult<()> {
        let file = arguments::path(file, "file")?;
        let written = self.card.to_json().and_then(|text| bank::write_file(&file, text.as_bytes()));
        written.map_err(|error| errors::of_home(py, &error))
    }

    /// Scores all customers: their log-odds and probability of closure, by one pipeline.
    ///
    /// Args:
    ///     view (str | None): the view whose model scores; the one that can foresee most otherwise.
    ///     reasons (bool): whether each customer's three strongest reasons come beside the score.
    ///     into (str | None): the collection of the bank that the scores are written into.
    ///     unseen_is_missing (bool): whether a category that the model has not seen counts as no answer; refused otherwise.
    ///
    /// Returns:
    ///     Table: one customer a row; no row where they are written into a collection.
    #[pyo3(signature = (*, view=None, reasons=false, into=None, unseen_is_missing=false))]
    fn score(
        &self,
        py: Python<'_>,
        view: Option<&Bound<'_, PyAny>>,
        reasons: bool,
        into: Option<&Bound<'_, PyAny>>,
        unseen_is_missing: bool,
    ) -> PyResult<Table> {
        let view = view.map(|view| arguments::text(view, "view")).transpose()?;
        let into = into.map(|into| arguments::text(into, "into")).transpose()?;
        if reasons && into.is_some() {
            return Err(errors::usage_hinted(
                "`reasons` are words beside scores, and are not written into a collection",
                "leave one of the two out",
            ));
        }
        let wish = Scoring { view, into, unseen_is_missing };
        let (content, query, notices) = self.opened.run(py, |bank| {
            if reasons {
                let (rows, scored) = bank.score_with_reasons(&self.card, &wish)?;
                let rows = rows.collect::<Result<Vec<_>, _>>()?;
                return Ok((Content::of_documents(rows), scored.query, scored.notices));
            }
            let scored = bank.score(&self.card, &wish)?;
            let (content, mut notices) = Content::given(bank.rows_or_columns(&scored.query)?)?;
            notices.splice(0..0, scored.notices);
            Ok((content, scored.query, notices))
        })?;
        errors::warn(py, &notices)?;
        let (name, pipeline) = query.into_parts();
        Ok(Table::of_pipeline(content, name, pipeline, Arc::clone(&self.opened)))
    }

    /// Chooses the customers to call: who is worth it, how many, and what that is expected to bring.
    ///
    /// Args:
    ///     assumptions (Any): margins, costs and the share that is saved: a dict such as `{"contact": 5}`, or the file that
    ///         `banksphere budget --write-assumptions` writes. Built-in numbers otherwise.
    ///     most (float | None): the most that contacts and incentives together may cost.
    ///     view (str | None): the view whose model scores; the one that can foresee most otherwise.
    ///     unseen_is_missing (bool): whether a category that the model has not seen counts as no answer; refused otherwise.
    ///     progress (bool): whether to show a progress bar.
    ///
    /// Returns:
    ///     Budget: the list, and what it brings under these assumptions.
    #[pyo3(signature = (assumptions=None, *, most=None, view=None, unseen_is_missing=false, progress=true))]
    fn budget(
        &self,
        py: Python<'_>,
        assumptions: Option<&Bound<'_, PyAny>>,
        most: Option<f64>,
        view: Option<&Bound<'_, PyAny>>,
        unseen_is_missing: bool,
        #[pyo3(from_py_with = arguments::progress)] progress: bool,
    ) -> PyResult<Budget> {
        let view = view.map(|view| arguments::text(view, "view")).transpose()?;
        let are_own = assumptions.is_some();
        let assumptions = budget::assumptions(py, assumptions)?;
        let wish = BudgetWish { view, assumptions, are_own, budget: most, unseen_is_missing };
        let bank = self.opened.bank()?;
        let made = work::talk(py, Ear::bar(py, progress)?, |talk| {
            Ok((bank.budget(&self.card, &wish, talk)?, bank.budget_pipeline(&self.card, &wish)?))
        })?;
        let (budgeted, query) = made.map_err(|error: bank::Error| errors::of_home(py, &error))?;
        errors::warn(py, &budgeted.notices)?;
        Ok(Budget::of(budgeted, query, &self.opened))
    }

    fn __repr__(&self) -> String {
        let (customers, left) = (self.card.data.customers, self.card.data.left);
        format!("<banksphere.Models of {customers} customers, {left} closed: {}>", self.views().join(", "))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        self.tables(py)?.html()
    }
}
