//! `Bank`: what Python has of an opened bank.

use std::collections::BTreeMap;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyDate, PyIterator, PyList};

use crate::catalog::Catalog;
use crate::collection::Collection;
use crate::data::{Data, What};
use crate::opened::{Opened, Options};
use crate::quality::Quality;
use crate::table::Table;
use crate::topic::Topic;
use crate::why::Why;
use crate::{arguments, asked, errors, listing};

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
    pub(crate) opened: Arc<Opened>,
}

impl Bank {
    pub(crate) fn of(opened: Arc<Opened>) -> Self {
        Self { opened }
    }

    fn topic(&self, word: &str) -> PyResult<Topic> {
        let topic = self.opened.catalog().topic(word).map_err(errors::of)?;
        Ok(Topic::of(Arc::clone(&self.opened), Arc::clone(topic)))
    }

    fn collection(&self, name: &str) -> Collection {
        Collection::of(Arc::clone(&self.opened), name.to_owned())
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
        asked::collections(py, &self.opened)
    }

    /// Collection: the customers: who they are, and whether they closed their account.
    #[getter]
    fn customers(&self) -> Collection {
        self.collection(bank::CUSTOMERS)
    }

    /// Collection: what each customer did with the card over twelve months.
    #[getter]
    fn transactions(&self) -> Collection {
        self.collection(bank::TRANSACTIONS)
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
    ///     >>> bank.status(by="age_band", measures="closure_rate").columns[:3]
    ///     ['age_band', 'customers', 'closure_rate']
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

    /// Why: which columns together tell who closed their account: `bank.why()` trains models.
    #[getter]
    fn why(&self) -> Why {
        Why::of(Arc::clone(&self.opened))
    }

    /// Asks any topic of the catalog, those of a folder too.
    ///
    /// Args:
    ///     topic (str): the topic's word, such as `segment`.
    ///     name (str | None): one analysis by name.
    ///     by (str | Sequence[str] | None): dimensions or fields to group by.
    ///     measures (str | Sequence[str] | None): measures to show.
    ///     where (Filter | None): which customers: `"Customer_Age>=45"`, or a `$match` as a dict; of a list, all must hold.
    ///
    /// Returns:
    ///     Table | Tables: the answer; those of all analyses where neither a name nor `by` nor `measures` is given.
    ///
    /// Examples:
    ///     >>> bank.ask("status", by="gender", measures="closure_rate").columns[:3]
    ///     ['gender', 'customers', 'closure_rate']
    #[pyo3(signature = (topic, name=None, *, by=None, measures=None, r#where=None))]
    fn ask(
        &self,
        topic: &Bound<'_, PyAny>,
        name: Option<&Bound<'_, PyAny>>,
        by: Option<&Bound<'_, PyAny>>,
        measures: Option<&Bound<'_, PyAny>>,
        r#where: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        self.topic(&arguments::text(topic, "topic")?)?.ask(topic.py(), name, by, measures, r#where)
    }

    /// Catalog: the analyses, dimensions and measures that can be asked for.
    #[getter]
    fn catalog(&self) -> Catalog {
        Catalog::of(Arc::clone(self.opened.catalog()), self.opened.catalog_folder().map(Into::into))
    }

    /// Quality: what the columns of the customers hold, and what is to be doubted; what the import found is its `imported`.
    ///
    /// Examples:
    ///     >>> bank.quality.line
    ///     '500 customers, 21 columns. No doubts; 7 columns have remarks (heaps, outliers, round numbers).'
    #[getter]
    fn quality(&self) -> Quality {
        Quality::of(Arc::clone(&self.opened))
    }

    /// Lists customers.
    ///
    /// Args:
    ///     where (Filter | None): which customers: `"Customer_Age>=45 and Card_Category in Gold,Silver"`, or a MongoDB
    ///         `$match` as a dict; of a list of them, all must hold.
    ///     sort (str | Sequence[str] | None): fields, dimensions or roles to sort by; `-spend` downwards. None: by key.
    ///     limit (int): how many customers, 20 unless you say otherwise; 0 lists all.
    ///     columns (str | Sequence[str] | None): fields, dimensions or roles behind the key. None: all columns.
    ///
    /// Returns:
    ///     Table: the customers, one a row; where there are more, a warning and `notes` say how many.
    ///
    /// Examples:
    ///     >>> bank.list_customers(where="gender=women", sort="-Total_Trans_Amt", limit=3, columns=["age_band"]).shape
    ///     (3, 2)
    #[pyo3(
        signature = (*, r#where=None, sort=None, limit=None, columns=None),
        text_signature = "($self, *, where=None, sort=None, limit=20, columns=None)"
    )]
    fn list_customers(
        &self,
        py: Python<'_>,
        r#where: Option<&Bound<'_, PyAny>>,
        sort: Option<&Bound<'_, PyAny>>,
        limit: Option<&Bound<'_, PyAny>>,
        columns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Table> {
        listing::list(py, &self.opened, r#where, &listing::wish(sort, limit, columns)?)
    }

    /// Sets two segments of customers side by side: measures with their difference, its interval and a test. Segments that
    /// share customers are refused.
    ///
    /// Args:
    ///     first (Filter): the first segment.
    ///     second (Filter | None): the second. None: all other customers.
    ///     where (Filter | None): which customers are looked at, of either segment.
    ///     measures (str | Sequence[str] | None): measures to compare. None: all of the catalog.
    ///
    /// Returns:
    ///     Table: one measure a row; shares are parts of one.
    ///
    /// Examples:
    ///     >>> bank.compare("Gender=F", "Gender=M", measures="mean_age")["measure"]
    ///     ['customers', 'mean_age']
    #[pyo3(signature = (first, second=None, *, r#where=None, measures=None))]
    fn compare(
        &self,
        py: Python<'_>,
        first: &Bound<'_, PyAny>,
        second: Option<&Bound<'_, PyAny>>,
        r#where: Option<&Bound<'_, PyAny>>,
        measures: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Table> {
        listing::compare(py, &self.opened, [Some(first), second], r#where, measures)
    }

    /// Describes each column of the customers: answers, mean, standard deviation, quartiles, the most frequent value.
    ///
    /// Args:
    ///     column (str | None): how the values of this one are spread, with a histogram; all columns otherwise.
    ///     where (Filter | None): which customers.
    ///
    /// Returns:
    ///     Table: one column a row, or one bar of the histogram.
    #[pyo3(signature = (column=None, *, r#where=None))]
    fn describe(
        &self,
        py: Python<'_>,
        column: Option<&Bound<'_, PyAny>>,
        r#where: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Table> {
        listing::describe(py, &self.opened, column, r#where)
    }

    /// Tells what lies in the bank: each collection with its size and its files, or its indexes and snapshots.
    ///
    /// Returns:
    ///     Table: one collection a row.
    fn info(&self, py: Python<'_>) -> PyResult<Table> {
        asked::inventory(py, &self.opened, self.place())
    }

    /// Tries which indexes help pipelines on a server: each is built, tried and dropped again. A busy server is better copied.
    ///
    /// Args:
    ///     what (str | None): an analysis by name, or a collection. None: the whole catalog.
    ///     pipeline (Pipeline | None): the pipeline over the collection.
    ///     create (bool): whether the indexes that help are kept.
    ///     progress (bool): whether it is shown what is being tried.
    ///
    /// Returns:
    ///     Table | None: one index a row, with times, keys and documents looked at, without and with it. None where none helps.
    #[pyo3(signature = (what=None, pipeline=None, *, create=false, progress=true))]
    fn indexes(
        &self,
        py: Python<'_>,
        what: Option<&Bound<'_, PyAny>>,
        pipeline: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = arguments::create)] create: bool,
        #[pyo3(from_py_with = arguments::progress)] progress: bool,
    ) -> PyResult<Option<Table>> {
        asked::indexes(py, &self.opened, (what, pipeline), create, progress)
    }

    /// Loads customers into the bank, by its own contract. A row that breaks the contract stops the import and leaves the bank as
    /// it was.
    ///
    /// Args:
    ///     file (Data): a file of any format that `analyze` takes, a data frame, or a list of dicts.
    ///     as_of (str | datetime.date | None): the day that the data describes. None: today in UTC.
    ///     progress (bool): whether a bar shows how far it is.
    ///
    /// Returns:
    ///     Table: what the import found, one fact a row; also in `quality.imported`.
    #[pyo3(signature = (file, *, as_of=None, progress=true))]
    fn import_csv(
        &self,
        py: Python<'_>,
        file: &Bound<'_, PyAny>,
        as_of: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = arguments::progress)] progress: bool,
    ) -> PyResult<Option<Table>> {
        let data = Data::given(file, "file")?;
        let as_of = as_of.map(|day| arguments::day(day, "as_of")).transpose()?;
        self.opened.import(py, data, What::Customers, as_of, progress)?;
        Ok(Quality::import_facts(&self.opened))
    }

    /// Loads documents of any shape into a collection of the bank, in place of what it holds or added to that.
    ///
    /// Args:
    ///     name (str): the collection.
    ///     file (Data): a file of documents (JSON, mongodump's BSON, any table), a data frame whose rows become documents, or
    ///         a list of dicts.
    ///     append (bool): whether the documents that are there stay; an `_id` may come once in all of them.
    ///     as_of (str | datetime.date | None): the day that the data describes. None: today in UTC.
    ///     progress (bool): whether a bar shows how far it is.
    ///
    /// Returns:
    ///     int: how many documents it has.
    #[pyo3(signature = (name, file, *, append=false, as_of=None, progress=true))]
    fn import_documents(
        &self,
        py: Python<'_>,
        name: &Bound<'_, PyAny>,
        file: &Bound<'_, PyAny>,
        #[pyo3(from_py_with = arguments::append)] append: bool,
        as_of: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = arguments::progress)] progress: bool,
    ) -> PyResult<u64> {
        let name = arguments::text(name, "name")?;
        let data = Data::given(file, "file")?;
        let as_of = as_of.map(|day| arguments::day(day, "as_of")).transpose()?;
        self.opened.import(py, data, What::Documents { name: &name, appends: append }, as_of, progress)
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
        asked::copy(py, &self.opened, place, progress)
    }

    /// Answers the whole catalog and writes it as one HTML file, which opens offline.
    ///
    /// Args:
    ///     file (str | os.PathLike[str]): where it goes; its ending says what it becomes: `.html`, `.pdf` or `.xlsx`.
    ///     title (str | None): its heading; what the customers are, otherwise.
    ///     bank_name (str | None): the name of the bank, above the heading.
    ///     pipelines (bool): whether a PDF ends in the pipelines; a page of HTML always has them.
    ///     progress (bool): whether a bar shows how far it is.
    ///
    /// Returns:
    ///     str: the file.
    #[pyo3(signature = (file=None, *, title=None, bank_name=None, pipelines=false, progress=true), text_signature = "($self, file='report.html', *, title=None, bank_name=None, pipelines=False, progress=True)")]
    fn report(
        &self,
        py: Python<'_>,
        file: Option<&Bound<'_, PyAny>>,
        title: Option<String>,
        bank_name: Option<String>,
        pipelines: bool,
        #[pyo3(from_py_with = arguments::progress)] progress: bool,
    ) -> PyResult<String> {
        let file = file.map_or_else(|| Ok("report.html".into()), |file| arguments::path(file, "file"))?;
        asked::report(py, &self.opened, &file, (title, bank_name, pipelines), progress)?;
        Ok(file.display().to_string())
    }

    /// list[datetime.date]: the days of which the bank has a state of its own, the newest last.
    #[getter]
    fn days<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDate>>> {
        asked::days(py, &self.opened)
    }

    /// The same bank as of another day: each collection in its newest state not later than that.
    ///
    /// Args:
    ///     day (str | datetime.date): the day.
    ///
    /// Returns:
    ///     Bank: the bank as of that day.
    ///
    /// Examples:
    ///     >>> bank.on(bank.days[-1]).customers.aggregate([{"$count": "n"}])[0]["n"]
    ///     500
    fn on(&self, py: Python<'_>, day: &Bound<'_, PyAny>) -> PyResult<Self> {
        let day = arguments::day(day, "day")?;
        let bank = self.opened.run(py, |bank| bank.on(day))?;
        let options = Options { day: Some(day), ..self.opened.options().clone() };
        Ok(Self::of(Opened::of(bank, options)))
    }

    /// Takes a day out of the bank, which is then as of that day what it was before. Banks that were opened earlier go on with
    /// what they read.
    ///
    /// Args:
    ///     day (str | datetime.date): the day.
    ///
    /// Returns:
    ///     dict[str, int]: the collections that had a state of that day, each with the number of its documents.
    ///
    /// Examples:
    ///     >>> bank = bs.analyze(csv, as_of="2026-05-31", progress=False)
    ///     >>> bank.drop_day("2026-05-31")
    ///     {'customers': 500, 'transactions': 500}
    fn drop_day(&self, py: Python<'_>, day: &Bound<'_, PyAny>) -> PyResult<BTreeMap<String, u64>> {
        let day = arguments::day(day, "day")?;
        self.opened.take_out(py, |place| bank::drop_day(place, day))
    }

    /// Takes a collection out of the bank, with all its days; `customers` under a contract go with their `transactions`.
    /// Banks that were opened earlier go on with what they read.
    ///
    /// Args:
    ///     name (str): the collection.
    ///
    /// Returns:
    ///     dict[str, int]: the collections that went, each with the number of its documents.
    ///
    /// Examples:
    ///     >>> bank = bs.analyze(csv, progress=False)
    ///     >>> bank.import_documents("notes", [{"text": "a"}, {"text": "b"}], progress=False)
    ///     2
    ///     >>> bank.drop("notes")
    ///     {'notes': 2}
    fn drop(&self, py: Python<'_>, name: &Bound<'_, PyAny>) -> PyResult<BTreeMap<String, u64>> {
        asked::drop(py, &self.opened, &arguments::text(name, "name")?)
    }

    /// Makes a view: a pipeline under a name, which answers as a collection does.
    ///
    /// Args:
    ///     name (str): what it is called.
    ///     on (str): the collection or the view that it stands on.
    ///     pipeline (Pipeline): its stages as a list of dicts, or as text.
    ///     collation (Mapping[str, Any] | str | None): by the rules of which language it compares strings.
    ///
    /// Returns:
    ///     Collection: the view.
    ///
    /// Examples:
    ///     >>> bank = bs.analyze(csv, progress=False)
    ///     >>> women = bank.create_view("women", "customers", [{"$match": {"Gender": "F"}}])
    ///     >>> women.aggregate([{"$count": "n"}])[0]["n"]
    ///     252
    ///     >>> bank.drop("women")
    ///     {'women': 0}
    #[pyo3(signature = (name, on, pipeline, *, collation=None))]
    fn create_view(
        &self,
        py: Python<'_>,
        name: &Bound<'_, PyAny>,
        on: &Bound<'_, PyAny>,
        pipeline: &Bound<'_, PyAny>,
        collation: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Collection> {
        let (name, on) = (arguments::text(name, "name")?, arguments::text(on, "on")?);
        asked::create_view(py, &self.opened, (&name, &on), pipeline, collation)?;
        Ok(self.collection(&name))
    }

    /// Looks at every byte of a bank in a folder, of all its days.
    ///
    /// Args:
    ///     progress (bool): whether a bar shows how far it is.
    ///
    /// Returns:
    ///     list[str]: what is not as it was written, each with its file; none is good news.
    #[pyo3(signature = (*, progress=true))]
    fn check(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = arguments::progress)] progress: bool,
    ) -> PyResult<Vec<String>> {
        asked::check(py, &self.opened, progress)
    }

    /// Lets go of the bank; a temporary one is gone.
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
        self.opened.run(py, |bank| bank.require(&name)).map(|()| self.collection(&name))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, self.collections(py)?)?.try_iter()
    }

    fn __contains__(&self, py: Python<'_>, name: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.opened.run(py, bank::Bank::schemas)?.contains_key(&arguments::text(name, "name")?))
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
