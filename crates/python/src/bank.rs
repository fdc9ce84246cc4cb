//! `Bank`: what Python has of an opened bank.

use std::sync::Arc;

use bank::{CardData, Talk, Target, Trials};
use insight::{Cell, Column};
use pipeline::Pipeline;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList};

use crate::catalog::Catalog;
use crate::collection::{self, Collection};
use crate::opened::{Filled, Found, Opened};
use crate::opening;
use crate::table::Table;
use crate::topic::Topic;
use crate::work::{self, Ear};
use crate::{arguments, errors};

/// A bank of card customers: a folder, or a database on a server.
///
/// `open`, `analyze` and `sample` give one. It can be used in a `with` statement, which closes it at its end.
///
/// Examples:
///     >>> with bs.sample(500) as bank:
///     ...     table = bank.segment(by=["age_band", "gender"])
///     >>> table.columns[:3]
///     ['age_band', 'gender', 'customers']
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct Bank {
    opened: Arc<Opened>,
}

impl Bank {
    pub(crate) fn of(opened: Arc<Opened>) -> Self {
        Self { opened }
    }

    fn topic(&self, word: &str) -> PyResult<Topic> {
        let topic = self.opened.catalog().topic(word).map_err(|error| errors::usage(error.to_string()))?;
        Ok(Topic::of(Arc::clone(&self.opened), Arc::clone(topic)))
    }

    fn collection(&self, name: &str) -> Collection {
        Collection::of(Arc::clone(&self.opened), name.to_owned())
    }

    /// Imports into this bank, and opens what it is then.
    fn import<T: Send>(
        &self,
        py: Python<'_>,
        progress: bool,
        work: impl FnOnce(Target, &Talk<'_>) -> Result<(Filled, T), bank::Error> + Send,
    ) -> PyResult<Result<T, bank::Error>> {
        self.opened.home()?;
        let (place, timeout) = (self.opened.place().clone(), self.opened.timeout());
        let work = |talk: &Talk<'_>| work(Target::open(Some(place), timeout, talk)?, talk);
        Ok(work::talk(py, Ear::bar(py, progress)?, work)?.map(|(filled, told)| {
            self.opened.refill(filled);
            told
        }))
    }
}

#[pymethods]
impl Bank {
    /// str: where the bank is: its folder, or its connection string without any password.
    #[getter]
    fn place(&self) -> String {
        self.opened.place().to_string()
    }

    /// list[str]: the names of its collections.
    #[getter]
    fn collections(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        Ok(self.opened.run(py, bank::Bank::schemas)?.into_keys().collect())
    }

    /// Collection: the customers: who they are, and whether they closed their account.
    #[getter]
    fn customers(&self) -> Collection {
        self.collection(::extract::CUSTOMERS)
    }

    /// Collection: what each customer did with the card over twelve months.
    #[getter]
    fn transactions(&self) -> Collection {
        self.collection(::extract::TRANSACTIONS)
    }

    /// Topic: who the customers are: segments by age, gender, education, income, card.
    ///
    /// Examples:
    ///     >>> bank.segment("by_income").title
    ///     'Customers by income'
    #[getter]
    fn segment(&self) -> PyResult<Topic> {
        self.topic("segment")
    }

    /// Topic: who closed their account, and what goes with it.
    ///
    /// Examples:
    ///     >>> bank.status(by="age_band", measures="attrition_rate").columns[:3]
    ///     ['age_band', 'customers', 'attrition_rate']
    #[getter]
    fn status(&self) -> PyResult<Topic> {
        self.topic("status")
    }

    /// Topic: how healthy their credit is: limits, balances, utilization.
    ///
    /// Examples:
    ///     >>> bank.health(by="Card_Category", measures="mean_utilization", where="Customer_Age>=45").columns[2]
    ///     'mean_utilization'
    #[getter]
    fn health(&self) -> PyResult<Topic> {
        self.topic("health")
    }

    /// Catalog: the analyses, dimensions and measures that can be asked for.
    #[getter]
    fn catalog(&self) -> Catalog {
        Catalog::of(Arc::clone(self.opened.catalog()))
    }

    /// Table | None: facts on the data of the last import by this Bank: rows, missing answers, outliers. None where it
    /// imported nothing.
    #[getter]
    fn quality(&self) -> Option<Table> {
        let found = self.opened.found()?;
        let rows = found.facts.into_iter().map(|(fact, value)| vec![Cell::Text(fact), Cell::Text(value)].into());
        let table = insight::Table { columns: columns([("fact", "Fact"), ("value", "Value")]), rows: rows.collect() };
        Some(Table::plain(&format!("Data quality of {}", found.source), table))
    }

    /// Tells what lies in the bank: each collection with its size and its files, or its indexes and snapshots.
    ///
    /// Returns:
    ///     Table: one collection a row.
    fn info(&self, py: Python<'_>) -> PyResult<Table> {
        let inventory = self.opened.run(py, bank::inventory)?;
        let title = inventory.heading.unwrap_or_else(|| self.place());
        let row = |holding: bank::Holding| {
            vec![Cell::Text(holding.name), Cell::Text(holding.size), Cell::Text(holding.parts.join("; "))].into()
        };
        let columns = columns([("collection", "Collection"), ("size", "Size"), ("parts", "Parts")]);
        let rows = inventory.collections.into_iter().map(row).collect();
        Ok(Table::plain(&title, insight::Table { columns, rows }))
    }

    /// Tries which indexes help pipelines on a server: each is built, tried and dropped again. That takes the server's
    /// time: on a busy one, try them on a copy of the bank.
    ///
    /// Args:
    ///     what (str | None): an analysis by name, or a collection. None: the whole catalog.
    ///     pipeline (Pipeline | None): the pipeline over the collection.
    ///     create (bool): whether the indexes that help are kept.
    ///     progress (bool): whether it is shown what is being tried.
    ///
    /// Returns:
    ///     Table | None: one index a row, with times, keys and documents looked at, each without and with it. None where no
    ///         index could help: nothing is matched, sorted or joined by a field of a collection.
    #[pyo3(signature = (what=None, pipeline=None, *, create=false, progress=true))]
    fn indexes(
        &self,
        py: Python<'_>,
        what: Option<&Bound<'_, PyAny>>,
        pipeline: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = arguments::create)] create: bool,
        #[pyo3(from_py_with = arguments::progress)] progress: bool,
    ) -> PyResult<Option<Table>> {
        let pipelines = self.questions(what, pipeline)?;
        let home = self.opened.home()?;
        let (place, timeout) = (self.opened.place(), self.opened.timeout());
        let work = |talk: &Talk<'_>| {
            let mut n = 0;
            let trying = |index: &str| {
                n += 1;
                talk.step(index, n, None, "indexes");
            };
            let home = home.until(talk.cancel);
            let trials = Trials::run(&home, place, timeout, pipelines, trying)?;
            if create {
                trials.keep_helpful(talk.say)?;
            }
            Ok(trials.table())
        };
        let table = work::talk(py, Ear::bar(py, progress)?, work)?.map_err(|error| errors::of_home(py, &error))?;
        Ok(table.map(|table| Table::plain("Indexes, each without and with it", table)))
    }

    /// Loads a CSV of card customers into the bank. A row that breaks the contract stops the import and leaves the bank as
    /// it was.
    ///
    /// Args:
    ///     file (str | os.PathLike[str]): the CSV.
    ///     as_of (str | datetime.date | None): the day that the data describes. None: today in UTC.
    ///     progress (bool): whether a bar shows how far it is.
    ///
    /// Returns:
    ///     Table: what the import found, one fact a row; also in `quality`.
    #[pyo3(signature = (file, *, as_of=None, progress=true))]
    fn import_csv(
        &self,
        py: Python<'_>,
        file: &Bound<'_, PyAny>,
        as_of: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = arguments::progress)] progress: bool,
    ) -> PyResult<Option<Table>> {
        let file = arguments::path(file, "file")?;
        let as_of = arguments::day(as_of, "as_of")?;
        let work = |target: Target, talk: &Talk<'_>| {
            opening::import(target, CardData::Csv(&file), as_of, talk).map(|filled| (filled, ()))
        };
        self.import(py, progress, work)?.map_err(|error| errors::of_file(py, &error, &file))?;
        Ok(self.quality())
    }

    /// Loads documents of any shape into a collection of the bank.
    ///
    /// Args:
    ///     name (str): the collection.
    ///     file (str | os.PathLike[str]): Extended JSON documents, one a line.
    ///     as_of (str | datetime.date | None): the day that the data describes. None: today in UTC.
    ///     progress (bool): whether a bar shows how far it is.
    ///
    /// Returns:
    ///     int: how many documents it has.
    #[pyo3(signature = (name, file, *, as_of=None, progress=true))]
    fn import_documents(
        &self,
        py: Python<'_>,
        name: &Bound<'_, PyAny>,
        file: &Bound<'_, PyAny>,
        as_of: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = arguments::progress)] progress: bool,
    ) -> PyResult<u64> {
        let name = arguments::text(name, "name")?;
        let file = arguments::path(file, "file")?;
        let as_of = arguments::day(as_of, "as_of")?;
        let work = |target: Target, talk: &Talk<'_>| {
            let rows = target.take_documents(&name, &file, as_of, talk)?;
            target.deliver(as_of, talk)?;
            let (home, temporary) = target.into_home()?;
            Ok((Filled { home, temporary, found: None }, rows))
        };
        self.import(py, progress, work)?.map_err(|error| errors::of_file(py, &error, &file))
    }

    /// Copies the bank's collections to another bank: all or none.
    ///
    /// Args:
    ///     place (str | os.PathLike[str]): the bank that is written to: a folder, a database on a server, or `@FILE` with its
    ///         connection string.
    ///     progress (bool): whether a bar shows how far it is.
    ///
    /// Returns:
    ///     list[str]: the names of the collections.
    #[pyo3(signature = (place, *, progress=true))]
    fn copy_to(
        &self,
        py: Python<'_>,
        place: &Bound<'_, PyAny>,
        #[pyo3(from_py_with = arguments::progress)] progress: bool,
    ) -> PyResult<Vec<String>> {
        self.opened.home()?;
        let to = opening::named(place, "place")?;
        let from = self.opened.place();
        let copied = work::talk(py, Ear::bar(py, progress)?, |talk| bank::copy(from, to, talk))?;
        Ok(copied.map_err(|error| errors::of_home(py, &error))?.collections)
    }

    /// Answers the whole catalog and writes it as one HTML file, which opens offline.
    ///
    /// Args:
    ///     file (str | os.PathLike[str]): where it goes.
    ///     progress (bool): whether a bar shows how far it is.
    ///
    /// Returns:
    ///     str: the file.
    #[pyo3(signature = (file=None, *, progress=true), text_signature = "($self, file='report.html', *, progress=True)")]
    fn report(
        &self,
        py: Python<'_>,
        file: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = arguments::progress)] progress: bool,
    ) -> PyResult<String> {
        let file = file.map_or_else(|| Ok("report.html".into()), |file| arguments::path(file, "file"))?;
        let home = self.opened.home()?;
        let Found { source, facts } =
            self.opened.found().unwrap_or_else(|| Found { source: self.place(), facts: Vec::new() });
        let catalog = self.opened.catalog();
        let work = |talk: &Talk<'_>| {
            let report = bank::report(&home, catalog, source, facts, talk)?;
            bank::write_file(&file, ::report::html(&report).as_bytes())
        };
        work::talk(py, Ear::bar(py, progress)?, work)?.map_err(|error| errors::of_home(py, &error))?;
        Ok(file.display().to_string())
    }

    /// Lets go of the bank; a temporary one is gone. What is asked of it afterwards is refused.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.opened.close());
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __exit__(&self, py: Python<'_>, _kind: &Bound<'_, PyAny>, _error: &Bound<'_, PyAny>, _trace: &Bound<'_, PyAny>) {
        self.close(py);
    }

    /// A collection by its name.
    fn __getitem__(&self, py: Python<'_>, name: &Bound<'_, PyAny>) -> PyResult<Collection> {
        let name = arguments::text(name, "name")?;
        self.opened.run(py, |home| bank::require(&home.schemas()?, &name))?;
        Ok(self.collection(&name))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, self.collections(py)?)?.try_iter()
    }

    fn __contains__(&self, py: Python<'_>, name: &Bound<'_, PyAny>) -> PyResult<bool> {
        let name = arguments::text(name, "name")?;
        Ok(self.opened.run(py, bank::Bank::schemas)?.contains_key(&name))
    }

    fn __repr__(&self) -> String {
        let closed = if self.opened.is_closed() { ", closed" } else { "" };
        format!("<Bank {}{closed}>", self.place())
    }

    /// What a notebook completes inside `bank[…]`.
    fn _ipython_key_completions_(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.collections(py)
    }
}

impl Bank {
    /// The pipelines that `indexes` is asked about.
    fn questions(
        &self,
        what: Option<&Bound<'_, PyAny>>,
        pipeline: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Vec<(String, Pipeline)>> {
        let what = what.map(|what| arguments::text(what, "what")).transpose()?;
        let catalog = self.opened.catalog();
        match (what, pipeline) {
            (Some(name), Some(given)) => {
                let py = given.py();
                let given = collection::given(&self.opened, given)?;
                let pipeline = self.opened.run(py, |home| collection::checked(home, &name, &given))?;
                Ok(vec![(name, pipeline)])
            }
            (Some(name), None) => Ok(bank::questions([catalog
                .analysis(&name)
                .map_err(|error| errors::PipelineError::new_err(error.to_string()))?])),
            (None, None) => Ok(bank::questions(catalog.analyses())),
            (None, Some(_)) => Err(errors::usage(
                "`pipeline` needs the collection that it runs over\nhint: `bank.indexes(\"customers\", pipeline)`",
            )),
        }
    }
}

/// Columns of words.
fn columns<const N: usize>(names: [(&str, &str); N]) -> Vec<Column> {
    names.map(|(name, label)| Column::text(name, label)).into()
}
