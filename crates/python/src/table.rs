//! `Table`: what a question was answered with.
//!
//! In: an answer, the rows of a pipeline, or facts. Out: rows and columns for Python, frames for pandas, Polars and
//! pyarrow, the pipelines behind it, and the ways in which it shows itself.
//! Invariant: nothing changes it, so whatever came out of it holds.

mod inside;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use arrow_array::RecordBatch;
use insight::Answer;
use pipeline::{Pipeline, print};
use pyo3::exceptions::{PyIndexError, PyModuleNotFoundError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyDict, PyList, PySlice, PyString};

use crate::chart::{Chart, Request};
use crate::content::Content;
use crate::errors::{missing, of_home, usage, usage_hinted, warn};
use crate::explanation::Explanation;
use crate::opened::Opened;
use crate::pickled::Reduced;
use crate::{arguments, arrow, frames, listing, pickled, saved, shown, to_python};

/// Rows and columns, and what is to be said of them.
///
/// An analysis' table also has a title, a sentence and a chart; what a pipeline made has that pipeline. In a notebook a table
/// shows all of that. `table[0]` is a row as a dict, `table["customers"]` a column as a list, `table[:5]` a table of some
/// rows; `for row in table` goes through the rows. Nothing changes a table.
///
/// Examples:
///     >>> table = bank.segment(by="gender", measures="customers")
///     >>> table
///     Customers by gender
///     How does the number of customers differ by gender?
///     <BLANKLINE>
///      Gender  Customers
///     ──────────────────
///      F             252
///      M             248
///     <BLANKLINE>
///     The largest group is women: 252 of 500 customers (50.4 %).
///     >>> table["customers"]
///     [252, 248]
///     >>> table[0]
///     {'gender': 'F', 'customers': 252}
#[pyclass(frozen, sequence, module = "banksphere")]
#[derive(Clone)]
pub(crate) struct Table {
    shared: Arc<Shared>,
}

/// What all copies of a table have in common.
struct Shared {
    content: Content,
    /// The pipelines that made it, each with its collection.
    queries: Vec<(String, Pipeline)>,
    /// The bank that they ran on.
    opened: Option<Arc<Opened>>,
    /// The rows as Arrow, made when first asked for.
    batch: OnceLock<Result<RecordBatch, String>>,
}

#[pymethods]
impl Table {
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (Bound<'py, PyBytes>,)>> {
        let bytes = pickled::bytes(self.content(), &self.shared.queries)?;
        pickled::reduced(py, "_table", (PyBytes::new(py, &bytes),))
    }

    fn __copy__(&self) -> Self {
        self.clone()
    }

    fn __deepcopy__(&self, _memo: &Bound<'_, PyAny>) -> Self {
        self.clone()
    }

    /// list[str]: the names of the columns.
    #[getter]
    fn columns(&self) -> Vec<&str> {
        self.content().columns()
    }

    /// list[str]: the headings of the columns.
    #[getter]
    fn labels(&self) -> Vec<&str> {
        self.content().labels()
    }

    /// dict[str, str]: the type of each column, as Arrow has it. A column whose values have no type in common is a string
    /// of relaxed Extended JSON in Arrow, and so in pandas and Polars; the rows keep their values.
    ///
    /// Examples:
    ///     >>> bank.customers.aggregate([{"$sortByCount": "$Gender"}]).dtypes
    ///     {'_id': 'string', 'count': 'int32'}
    #[getter]
    fn dtypes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let types = PyDict::new(py);
        let schema = self.schema(py)?;
        for (name, field) in self.content().columns().into_iter().zip(schema.fields()) {
            types.set_item(name, arrow::type_name(field.data_type()))?;
        }
        Ok(types)
    }

    /// tuple[int, int]: the numbers of rows and of columns.
    #[getter]
    fn shape(&self) -> (usize, usize) {
        (self.content().n_rows(), self.content().columns().len())
    }

    /// str | None: the name of the analysis. None of what is no answer.
    #[getter(name)]
    fn py_name(&self) -> Option<&str> {
        self.name()
    }

    /// str | None: the heading, with the filter where there is one.
    #[getter]
    fn title(&self) -> Option<String> {
        let content = self.content();
        content.answer().map(Answer::heading).or_else(|| content.title().map(str::to_owned))
    }

    /// str | None: the question in plain words.
    #[getter]
    fn question(&self) -> Option<&str> {
        self.told(|answer| &answer.question)
    }

    /// str | None: what a manager could repeat, made from the numbers.
    #[getter]
    fn sentence(&self) -> Option<String> {
        self.content().answer().map(Answer::sentence).filter(|text| !text.is_empty())
    }

    /// str | None: how to read the table and the chart.
    #[getter]
    fn reading(&self) -> Option<&str> {
        self.told(|answer| &answer.reading)
    }

    /// list[str]: cautions made from the numbers; of a list, how many customers there are where not all are listed.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.content().notes()
    }

    /// list[dict[str, Any]]: the pipeline that made it, as pymongo takes it. Where there are several, `pipelines` has them.
    ///
    /// Examples:
    ///     >>> bank.customers.aggregate("[{$sortByCount: '$Gender'}]").pipeline
    ///     [{'$sortByCount': '$Gender'}]
    #[getter]
    fn pipeline<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python::value(py, &print::to_bson(&self.query()?.1))
    }

    /// list[tuple[str, list[dict[str, Any]]]]: all pipelines that made it, each with the collection that it runs over.
    #[getter]
    fn pipelines<'py>(&self, py: Python<'py>) -> PyResult<Vec<(&str, Bound<'py, PyAny>)>> {
        let stages = |pipeline| to_python::value(py, &print::to_bson(pipeline));
        self.shared.queries.iter().map(|(collection, pipeline)| Ok((collection.as_str(), stages(pipeline)?))).collect()
    }

    /// str: the pipelines as text to paste into mongosh.
    ///
    /// Examples:
    ///     >>> print(bank.customers.aggregate([{"$sortByCount": "$Gender"}]).mongosh)
    ///     db.customers.aggregate([
    ///       { $sortByCount: "$Gender" }
    ///     ])
    #[getter]
    fn mongosh(&self) -> String {
        let one = |(collection, pipeline): &(String, Pipeline)| print::mongosh(collection, pipeline);
        self.shared.queries.iter().map(one).collect::<Vec<_>>().join("\n\n")
    }

    /// Runs the pipeline again and tells what became of it, stage by stage.
    ///
    /// Returns:
    ///     Explanation: the account.
    fn explain(&self, py: Python<'_>) -> PyResult<Explanation> {
        let (collection, pipeline) = self.query()?;
        match &self.shared.opened {
            Some(opened) => opened.explain(py, collection, pipeline).map(Explanation::new),
            None => Err(usage("no bank belongs to this table")),
        }
    }

    /// Draws it. An analysis has a chart of its own; any table is drawn by naming a kind.
    ///
    /// Args:
    ///     kind (str | None): `bar`, `grouped_bar`, `stacked_bar`, `interval`, `line`, `heatmap`, `ranking`, `box` or
    ///         `small_multiples`. None: the analysis' own chart.
    ///     x (str | None): the column along the axis of categories. None: the first.
    ///     y (str | Sequence[str] | None): the columns that are drawn. None: those of numbers.
    ///     series (str | None): the column that splits the rows into series.
    ///     title (str | None): the heading.
    ///     unit (str | None): what `y` counts: `count`, `share`, `dollars`, `months`, `years` or `ratio`.
    ///
    /// Returns:
    ///     Chart: the picture.
    ///
    /// Examples:
    ///     >>> cards = bank.customers.aggregate([{"$sortByCount": "$Card_Category"}])
    ///     >>> cards.chart("bar", title="Cards").svg[:4]
    ///     '<svg'
    #[pyo3(signature = (kind=None, *, x=None, y=None, series=None, title=None, unit=None))]
    fn chart(
        &self,
        kind: Option<&Bound<'_, PyAny>>,
        x: Option<&Bound<'_, PyAny>>,
        y: Option<&Bound<'_, PyAny>>,
        series: Option<&Bound<'_, PyAny>>,
        title: Option<&Bound<'_, PyAny>>,
        unit: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Chart> {
        let text = |value: Option<&Bound<'_, PyAny>>, argument| {
            value.map(|value| arguments::text(value, argument)).transpose()
        };
        let wish = Request {
            kind: text(kind, "kind")?,
            x: text(x, "x")?,
            y: arguments::names(y, "y")?,
            series: text(series, "series")?,
            title: text(title, "title")?,
            unit: text(unit, "unit")?,
        };
        Chart::of(self.content(), &wish)
    }

    /// Lists the customers that a row counts.
    ///
    /// Args:
    ///     row (int): the place of the row, as in `table[row]`.
    ///     sort (str | Sequence[str] | None): fields, dimensions or roles to sort by; `-spend` downwards. None: by key.
    ///     limit (int): how many customers, 20 unless you say otherwise; 0 lists all.
    ///     columns (str | Sequence[str] | None): fields, dimensions or roles behind the key. None: all columns.
    ///
    /// Returns:
    ///     Table: the customers, one a row; where there are more, a warning and `notes` say how many.
    ///
    /// Examples:
    ///     >>> table = bank.segment(by="gender", measures="customers")
    ///     >>> len(table.customers(0, limit=0)) == table["customers"][0]
    ///     True
    #[pyo3(
        signature = (row, *, sort=None, limit=None, columns=None),
        text_signature = "($self, row, *, sort=None, limit=20, columns=None)"
    )]
    fn customers(
        &self,
        py: Python<'_>,
        row: isize,
        sort: Option<&Bound<'_, PyAny>>,
        limit: Option<&Bound<'_, PyAny>>,
        columns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let Some(answer) = self.content().answer() else {
            return Err(usage("only the rows of an analysis, or of a question of your own, count customers"));
        };
        let Some(opened) = &self.shared.opened else {
            return Err(usage_hinted("this table came back without its bank", "ask the bank again"));
        };
        let wish = listing::wish(sort, limit, columns)?;
        let n_rows = self.content().n_rows();
        let from_start = if row < 0 { row.saturating_add_unsigned(n_rows) } else { row };
        match usize::try_from(from_start).ok().filter(|row| *row < n_rows) {
            Some(row) => listing::list_row(py, opened, answer, row, &wish),
            None => Err(PyIndexError::new_err(format!("no row {row} in a table of {}", report::count(n_rows as u64)))),
        }
    }

    /// Lays a table of two dimensions out as a grid: the first down, the second across, without intervals. The number of
    /// customers is shown where the question names it.
    ///
    /// Returns:
    ///     Table: the grid.
    ///
    /// Examples:
    ///     >>> bank.segment(by=["gender", "card"], measures="customers").pivot().columns
    ///     ['gender', 'Blue', 'Silver', 'Gold', 'Platinum']
    fn pivot(&self) -> PyResult<Self> {
        let answer = self.content().answer();
        let grid = answer.and_then(|answer| Some((answer.title.clone(), answer.grid()?)));
        let Some((title, table)) = grid else {
            return Err(usage_hinted(
                "`pivot` lays out the table of a question by two dimensions",
                "group by two, such as `by=[\"age_band\", \"gender\"]`",
            ));
        };
        Ok(Self::new(Content::plain(title, table), self.shared.queries.clone(), self.shared.opened.clone()))
    }

    /// Takes the first rows.
    ///
    /// Args:
    ///     n (int): how many; of a negative number, all but so many.
    ///
    /// Returns:
    ///     Table: the rows, without what is said of all of them.
    #[pyo3(signature = (n=5))]
    fn head(&self, n: isize) -> PyResult<Self> {
        let n_rows = self.content().n_rows();
        let end = if n < 0 { n_rows.saturating_add_signed(n) } else { n_rows.min(n.unsigned_abs()) };
        Ok(Self::new(self.content().some(0..end)?, Vec::new(), None))
    }

    /// Hands the rows to pandas, through pyarrow where that is installed. A column whose values have several types holds them as
    /// pymongo gives them: Python's own, NaN where the field is missing. A dimension whose words have an order, such as bands of
    /// age, is a categorical in that order.
    ///
    /// Returns:
    ///     pandas.DataFrame: the rows.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let pandas = library(py, "pandas")?;
        let content = slf.get().content();
        if let Ok(pyarrow) = py.import("pyarrow") {
            let schema = slf.get().schema(py)?;
            let frame = frames::through_arrow((&pandas, &pyarrow), slf.as_any(), (content, &*schema))?;
            return frames::in_order(&pandas, frame, content);
        }
        let columns = PyDict::new(py);
        for name in content.columns() {
            if let Some(column) = content.column(py, name) {
                columns.set_item(name, column?)?;
            }
        }
        frames::in_order(&pandas, pandas.call_method1("DataFrame", (columns,))?, content)
    }

    /// Hands the rows to Polars. A column whose values have several types is of text, in which texts stand as they are and other
    /// values as Extended JSON.
    ///
    /// Returns:
    ///     polars.DataFrame: the rows.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        library(slf.py(), "polars")?.call_method1("DataFrame", (slf,))
    }

    /// Hands the rows to pyarrow. A column whose values have several types is of text, in which texts stand as they are and other
    /// values as Extended JSON; its field's metadata have the key `banksphere.mixed`.
    ///
    /// Returns:
    ///     pyarrow.Table: the rows.
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        library(slf.py(), "pyarrow")?.call_method1("table", (slf,))
    }

    /// Gives the rows as an Arrow C stream, which any library of data frames may read without copying them.
    ///
    /// Args:
    ///     requested_schema (object | None): the types that the reader would like; they may go unheard.
    ///
    /// Returns:
    ///     object: the capsule.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // Arrow: a wish for other types may go unheard.
        let _ = requested_schema;
        match self.content() {
            Content::Columns(columns) => {
                let reader = py.detach(|| columns.reader()).map_err(|error| arrow::failed(&error))?;
                arrow::stream(py, reader)
            }
            _ => arrow::stream(py, arrow::reader(self.batch(py)?)),
        }
    }

    /// Gives the columns' types as an Arrow C schema.
    ///
    /// Returns:
    ///     object: the capsule.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::schema(py, &*self.schema(py)?)
    }

    /// Writes the rows to a file.
    ///
    /// Args:
    ///     path (str | os.PathLike[str]): the file; its ending says as what: `.csv`, `.json`, `.ndjson`, `.md`, `.txt`,
    ///         `.xlsx`, `.html` or `.parquet`.
    ///     spreadsheet (bool): whether a `.csv` is one for a spreadsheet: with the mark by which Excel reads every letter right,
    ///         and a `'` before text that would be taken for a formula. Where there is such text and it is not so, a warning
    ///         says it.
    #[pyo3(signature = (path, *, spreadsheet=false))]
    fn save(
        &self,
        py: Python<'_>,
        path: &Bound<'_, PyAny>,
        #[pyo3(from_py_with = arguments::spreadsheet)] spreadsheet: bool,
    ) -> PyResult<()> {
        let path = arguments::path(path, "path")?;
        let content = self.content();
        let notice = py.detach(|| saved::write(content, &path, spreadsheet)).map_err(|error| of_home(py, &error))?;
        warn(py, notice.as_slice())
    }

    /// The same answer without a value, and without the ends of its interval. Nothing hides values from Python's users yet;
    /// tests hold every way out to it.
    #[pyo3(name = "_hidden")]
    fn hidden(&self, row: usize, column: &str) -> PyResult<Self> {
        let answer = self.content().answer().ok_or_else(|| usage("values are hidden of an answer alone"))?;
        let mut answer = answer.clone();
        let place = answer.table.column(column).ok_or_else(|| usage(format!("no column `{column}`")))?;
        answer.table.hide(row, place);
        Ok(Self::new(Content::Answer(Arc::new(answer)), Vec::new(), None))
    }

    fn __len__(&self) -> usize {
        self.content().n_rows()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if let Ok(name) = key.cast::<PyString>() {
            let name: String = name.extract()?;
            return self.content().column(py, &name).map_or_else(
                || Err(missing("column", &name, self.content().columns())),
                |column: PyResult<Bound<'py, PyList>>| column.map(Bound::into_any),
            );
        }
        if let Ok(slice) = key.cast::<PySlice>() {
            return Ok(Bound::new(py, self.some_rows(slice)?)?.into_any());
        }
        match key.extract::<isize>() {
            Ok(place) => self.row_at(py, place),
            Err(_) => Err(PyTypeError::new_err("a row is named by its place, a column by its name, rows by a slice")),
        }
    }

    fn __iter__(&self) -> TableIterator {
        TableIterator { table: self.clone(), next: AtomicUsize::new(0) }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        shown::text(self.content(), shown::width(py))
    }

    /// The table as HTML, with what is to be said of it.
    fn _repr_html_(&self) -> PyResult<String> {
        shown::html([self.content()])
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
        shown::bundle(py, self.content())
    }

    /// The names that Tab offers after `[`.
    fn _ipython_key_completions_(&self) -> Vec<&str> {
        self.content().columns()
    }
}

/// A library that is not ours to install.
fn library<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyModule>> {
    py.import(name).map_err(|error| {
        if error.is_instance_of::<PyModuleNotFoundError>(py) {
            PyModuleNotFoundError::new_err(format!("{name} is not installed\nhint: `pip install {name}`"))
        } else {
            error
        }
    })
}

/// The rows, one after the other.
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct TableIterator {
    table: Table,
    next: AtomicUsize,
}

#[pymethods]
impl TableIterator {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&self, py: Python<'py>) -> Option<PyResult<Bound<'py, PyDict>>> {
        self.table.content().row(py, self.next.fetch_add(1, Ordering::Relaxed))
    }
}
