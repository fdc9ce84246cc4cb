//! `Collection`: what Python has of a collection of a bank.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bank::{Bank, Query};
use bson::{Bson, Document};
use pipeline::find::Find;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::content::Content;
use crate::cursor::Cursor;
use crate::documents::Documents;
use crate::explanation::Explanation;
use crate::from_python::{self, Given};
use crate::opened::Opened;
use crate::table::Table;
use crate::{arguments, errors, to_python, work};

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

    /// A cursor over all documents.
    fn all<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, Cursor>> {
        Bound::new(py, Cursor::new(&self.opened, &self.name, (false, None), Find::default()))
    }

    /// All rows of a query.
    fn collected(
        &self,
        py: Python<'_>,
        query: impl FnOnce(&Bank) -> Result<Query, bank::Error> + Send,
    ) -> PyResult<Vec<Document>> {
        let (rows, notices) = self.opened.run(py, |bank| {
            let rows = bank.rows(&query(bank)?)?;
            let notices = rows.notices().clone();
            Ok((rows.collect::<Result<Vec<_>, _>>()?, notices))
        })?;
        errors::warn(py, &notices.all())?;
        Ok(rows)
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

    /// The same collection, which reads columns although they name persons by the contract: without that, documents are
    /// shown without them, and a pipeline that names one is refused.
    ///
    /// Args:
    ///     columns (str | Sequence[str]): the columns, by their names in the contract.
    ///
    /// Returns:
    ///     Collection: the collection.
    fn knowingly(&self, py: Python<'_>, columns: &Bound<'_, PyAny>) -> PyResult<Self> {
        let columns = arguments::names(Some(columns), "columns")?;
        let bank = self.opened.run(py, |bank| bank.knowingly(&columns))?;
        Ok(Self::of(Opened::of(bank, self.opened.options().clone()), self.name.clone()))
    }

    /// Runs any MongoDB aggregation pipeline.
    ///
    /// Args:
    ///     pipeline (Pipeline): its stages as a list of dicts, as pymongo takes them, or as mongosh's or Extended JSON text.
    ///     strict (bool): whether a field that no document has is refused. Otherwise it counts as missing, as on a server, and
    ///         a warning names it.
    ///     collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared, as pymongo takes
    ///         it; None for a comparison by bytes.
    ///
    /// Returns:
    ///     Table: one document a row.
    ///
    /// Examples:
    ///     >>> lower = [{"$match": {"Gender": "f"}}, {"$count": "women"}]
    ///     >>> bank.customers.aggregate(lower, collation={"locale": "en", "strength": 1})[0]["women"]
    ///     252
    ///     >>> bank.customers.aggregate([{"$match": {"Gender": "F"}}, {"$count": "women"}]).columns
    ///     ['women']
    ///     >>> bank.customers.aggregate("[{$limit: 2}, {$project: {_id: 0, Gender: 1}}]").columns
    ///     ['Gender']
    #[pyo3(signature = (pipeline, *, strict=false, collation=None))]
    fn aggregate(
        &self,
        py: Python<'_>,
        pipeline: &Bound<'_, PyAny>,
        strict: bool,
        collation: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Table> {
        let given = given(&self.opened, pipeline)?;
        let collation = from_python::collation(collation)?;
        let (query, content, notices) = self.opened.run(py, |bank| {
            let query = checked_as(bank, &self.name, &given, strict)?.under(collation.clone())?;
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
    ///     collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared.
    ///
    /// Returns:
    ///     Documents: an iterator of dicts. It holds on to the bank until it is at its end or let go.
    ///
    /// Examples:
    ///     >>> sum(1 for customer in bank.customers.stream([{"$match": {"Gender": "F"}}]))
    ///     252
    #[pyo3(signature = (pipeline, *, strict=false, collation=None))]
    fn stream(
        &self,
        py: Python<'_>,
        pipeline: &Bound<'_, PyAny>,
        strict: bool,
        collation: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Documents> {
        let given = given(&self.opened, pipeline)?;
        let collation = from_python::collation(collation)?;
        let flag = Arc::new(AtomicBool::new(false));
        let bank = self.opened.bank()?.until(&flag);
        let rows = work::run_until(py, &flag, || {
            bank.rows(&checked_as(&bank, &self.name, &given, strict)?.under(collation.clone())?)
        })?;
        Ok(Documents::new(rows, bank, flag))
    }

    /// Runs a pipeline and tells what became of it, stage by stage: the columns and rows read, or a server's indexes, keys
    /// and documents.
    ///
    /// Args:
    ///     pipeline (Pipeline): its stages as a list of dicts, or as text.
    ///     strict (bool): whether a field that no document has is refused.
    ///     collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared.
    ///
    /// Returns:
    ///     Explanation: the account.
    ///
    /// Examples:
    ///     >>> print(bank.customers.explain([{"$sortByCount": "$Gender"}]).text.splitlines()[0])
    ///     scan: 500 rows, 1 column (Gender)
    #[pyo3(signature = (pipeline, *, strict=false, collation=None))]
    fn explain(
        &self,
        py: Python<'_>,
        pipeline: &Bound<'_, PyAny>,
        strict: bool,
        collation: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Explanation> {
        let given = given(&self.opened, pipeline)?;
        let collation = from_python::collation(collation)?;
        let (explained, notices) = self.opened.run(py, |bank| {
            let query = checked_as(bank, &self.name, &given, strict)?.under(collation.clone())?;
            Ok((bank.explain(&query)?, query.notices().to_vec()))
        })?;
        errors::warn(py, &notices)?;
        Ok(Explanation::new(explained))
    }

    /// Finds documents by a filter, as pymongo's `find` does. Nothing is asked before a document is.
    ///
    /// Args:
    ///     filter (Query | None): which documents, in MongoDB's query language: a dict, or its text in mongosh's spelling or
    ///         Extended JSON. None: all.
    ///     projection (Projection | None): which fields: a list of those that are kept, or a dict. None: all.
    ///     sort (Sort | None): in which order: a list of pairs of a field and 1 or -1. None: as they lie.
    ///     skip (int): how many are left out first.
    ///     limit (int): how many there are at most; 0 means all of them, and a negative number its amount.
    ///     strict (bool): whether a field that no document has is refused. Otherwise it counts as missing, as on a server, and
    ///         a warning names it.
    ///     collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared.
    ///
    /// Returns:
    ///     Cursor: an iterator of dicts, which also makes tables and data frames of all of them.
    ///
    /// Examples:
    ///     >>> [customer["Gender"] for customer in bank.customers.find({"Gender": "F"}, limit=2)]
    ///     ['F', 'F']
    ///     >>> bank.customers.find("{Gender: 'F'}", ["Card_Category"]).to_table().columns
    ///     ['_id', 'Card_Category']
    #[pyo3(signature = (filter=None, projection=None, sort=None, skip=0, limit=0, *, strict=false, collation=None))]
    #[expect(clippy::too_many_arguments, reason = "Python names each")]
    fn find(
        &self,
        filter: Option<&Bound<'_, PyAny>>,
        projection: Option<&Bound<'_, PyAny>>,
        sort: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = arguments::skip)] skip: i64,
        #[pyo3(from_py_with = arguments::limit)] limit: i64,
        strict: bool,
        collation: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Cursor> {
        self.opened.bank()?;
        let collation = from_python::collation(collation)?;
        let find = Find {
            filter: filter.map(query).transpose()?,
            projection: projection.map(from_python::projection).transpose()?,
            sort: sort.map(from_python::sort).transpose()?,
            skip: Some(Bson::Int64(skip)),
            limit: Some(Bson::Int64(limit.saturating_abs())),
            variables: Document::new(),
        };
        Ok(Cursor::new(&self.opened, &self.name, (strict, collation), find))
    }

    /// Finds one document.
    ///
    /// Args:
    ///     filter (Query | None): which documents. What is no dict and no text is the `_id` of the one.
    ///     projection (Projection | None): which fields. None: all.
    ///     sort (Sort | None): in which order, of which the first is taken.
    ///     skip (int): how many are left out first.
    ///     collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared.
    ///
    /// Returns:
    ///     dict[str, Any] | None: the document, if there is one.
    ///
    /// Examples:
    ///     >>> bank.customers.find_one({"Gender": "F"}, {"_id": 0, "Gender": 1})
    ///     {'Gender': 'F'}
    #[pyo3(signature = (filter=None, projection=None, sort=None, skip=0, *, collation=None))]
    fn find_one<'py>(
        &self,
        py: Python<'py>,
        filter: Option<&Bound<'py, PyAny>>,
        projection: Option<&Bound<'py, PyAny>>,
        sort: Option<&Bound<'py, PyAny>>,
        #[pyo3(from_py_with = arguments::skip)] skip: i64,
        collation: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.opened.bank()?;
        let collation = from_python::collation(collation)?;
        let find = Find {
            filter: filter.map(from_python::query_or_id).transpose()?,
            projection: projection.map(from_python::projection).transpose()?,
            sort: sort.map(from_python::sort).transpose()?,
            skip: Some(Bson::Int64(skip)),
            limit: Some(Bson::Int64(1)),
            variables: Document::new(),
        };
        let rows = self.collected(py, |bank| bank.find(&find, &self.name)?.under(collation.clone()))?;
        rows.first().map(|document| to_python::document(py, document)).transpose()
    }

    /// Lists the different values of a field, in their order; arrays at the end of its path are taken apart.
    ///
    /// Args:
    ///     key (str): the field, a dotted path.
    ///     filter (Query | None): of which documents. None: all.
    ///     collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared.
    ///
    /// Returns:
    ///     list[Any]: the values.
    ///
    /// Examples:
    ///     >>> bank.customers.distinct("Card_Category", {"Gender": "F"})
    ///     ['Blue', 'Platinum', 'Silver']
    #[pyo3(signature = (key, filter=None, *, collation=None))]
    fn distinct<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        filter: Option<&Bound<'py, PyAny>>,
        collation: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.opened.bank()?;
        let collation = from_python::collation(collation)?;
        let key = arguments::text(key, "key")?;
        let filter = filter.map(query).transpose()?;
        let rows =
            self.collected(py, |bank| bank.distinct(&key, filter.as_ref(), &self.name)?.under(collation.clone()))?;
        let values = PyList::empty(py);
        for value in rows.iter().filter_map(|row| row.get("value")) {
            values.append(to_python::value(py, value)?)?;
        }
        Ok(values)
    }

    /// Counts documents.
    ///
    /// Args:
    ///     filter (Query | None): which documents. None: all.
    ///     skip (int): how many are left out first.
    ///     limit (int): at how many counting ends; 0 means never.
    ///     collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared.
    ///
    /// Returns:
    ///     int: how many there are.
    ///
    /// Examples:
    ///     >>> bank.customers.count_documents({"Gender": "F"})
    ///     252
    #[pyo3(signature = (filter=None, *, skip=0, limit=0, collation=None))]
    fn count_documents(
        &self,
        py: Python<'_>,
        filter: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = arguments::skip)] skip: i64,
        #[pyo3(from_py_with = arguments::limit)] limit: i64,
        collation: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<u64> {
        self.opened.bank()?;
        let collation = from_python::collation(collation)?;
        let filter = filter.map(query).transpose()?;
        let [skip, limit] = [skip, limit].map(Bson::Int64);
        let (n, notices) = self.opened.run(py, |bank| {
            let query = bank.count_documents(filter.as_ref(), Some(&skip), Some(&limit), &self.name)?;
            bank.n_counted(&query.under(collation.clone())?)
        })?;
        errors::warn(py, &notices.all())?;
        Ok(n)
    }

    /// Counts all documents. Of a bank this is no estimate.
    ///
    /// Returns:
    ///     int: how many there are.
    fn estimated_document_count(&self, py: Python<'_>) -> PyResult<u64> {
        self.count_documents(py, None, 0, 0, None)
    }

    /// Hands all documents to pandas.
    ///
    /// Returns:
    ///     pandas.DataFrame: one document a row.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.all(py)?.call_method0("to_pandas")
    }

    /// Hands all documents to Polars.
    ///
    /// Returns:
    ///     polars.DataFrame: one document a row.
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.all(py)?.call_method0("to_polars")
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(usize::try_from(self.count_documents(py, None, 0, 0, None)?).unwrap_or(usize::MAX))
    }

    /// A collection is there, however many documents it has.
    #[expect(clippy::unused_self, reason = "Python calls it on a collection")]
    fn __bool__(&self) -> bool {
        true
    }

    fn __repr__(&self) -> String {
        format!("<Collection {} of {}>", self.name, self.opened.place())
    }
}

/// A filter.
fn query(given: &Bound<'_, PyAny>) -> PyResult<Bson> {
    from_python::query(given, "filter", "a dict")
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
