//! How a table is made, and what its methods read of it.
//!
//! In: an answer, the rows of a pipeline, or cells. Out: a [`Table`]; its rows, its columns as Arrow, its one pipeline.
//! Invariant: the columns are made once, when they are first asked for.

use std::sync::{Arc, OnceLock};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use bank::Listed;
use bson::Document;
use insight::Answer;
use pipeline::Pipeline;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::PySlice;

use super::{Shared, Table};
use crate::arrow;
use crate::content::Content;
use crate::errors::usage_hinted;
use crate::opened::Opened;

impl Table {
    /// The answer of an analysis.
    pub(crate) fn of_answer(answer: Answer, queries: Vec<(String, Pipeline)>, opened: Arc<Opened>) -> Self {
        Self::new(Content::Answer(Arc::new(answer)), queries, Some(opened))
    }

    /// The rows of a pipeline.
    pub(crate) fn of_pipeline(content: Content, collection: String, pipeline: Pipeline, opened: Arc<Opened>) -> Self {
        Self::new(content, vec![(collection, pipeline)], Some(opened))
    }

    /// A list of customers, with what is to be said of it.
    pub(crate) fn of_list(listed: Listed, note: Option<String>, opened: Arc<Opened>) -> Self {
        let Listed { title, table, query, .. } = listed;
        Self::new(Content::Plain { title, table, note }, vec![query], Some(opened))
    }

    /// An answer that no pipeline made.
    pub(crate) fn of_words(answer: Answer) -> Self {
        Self::new(Content::Answer(Arc::new(answer)), Vec::new(), None)
    }

    /// Documents that no pipeline made.
    pub(crate) fn of_documents(documents: Vec<Document>) -> Self {
        Self::new(Content::of_documents(documents), Vec::new(), None)
    }

    /// Facts, which no pipeline made.
    pub(crate) fn plain(title: &str, table: insight::Table) -> Self {
        Self::new(Content::plain(title, table), Vec::new(), None)
    }

    /// What pickling kept of a table: not the bank.
    pub(crate) fn unpickled(content: Content, queries: Vec<(String, Pipeline)>) -> Self {
        Self::new(content, queries, None)
    }

    pub(super) fn new(content: Content, queries: Vec<(String, Pipeline)>, opened: Option<Arc<Opened>>) -> Self {
        Self { shared: Arc::new(Shared { content, queries, opened, batch: OnceLock::new() }) }
    }

    pub(crate) fn content(&self) -> &Content {
        &self.shared.content
    }

    /// The name of the analysis.
    pub(crate) fn name(&self) -> Option<&str> {
        self.content().answer().map(|answer| answer.name.as_str())
    }

    pub(super) fn told(&self, tell: impl Fn(&Answer) -> &str) -> Option<&str> {
        self.content().answer().map(tell).filter(|text| !text.is_empty())
    }

    /// The types of the columns.
    pub(super) fn schema(&self, py: Python<'_>) -> PyResult<SchemaRef> {
        match self.content() {
            Content::Columns(columns) => py.detach(|| columns.schema()).map_err(|error| arrow::failed(&error)),
            _ => self.batch(py).map(RecordBatch::schema),
        }
    }

    /// The rows as Arrow, where they are no columns yet.
    pub(super) fn batch(&self, py: Python<'_>) -> PyResult<&RecordBatch> {
        let shared = &self.shared;
        let (batch, content) = (&shared.batch, &shared.content);
        let made = py.detach(|| batch.get_or_init(|| content.batch().map_err(|error| error.to_string())));
        made.as_ref().map_err(arrow::failed)
    }

    /// The one pipeline that made it.
    pub(super) fn query(&self) -> PyResult<&(String, Pipeline)> {
        match self.shared.queries.as_slice() {
            [query] => Ok(query),
            [] => Err(usage_hinted("no pipeline made this table", "what `aggregate` or an analysis gives has one")),
            several => Err(usage_hinted(
                format!("{} pipelines made this table", several.len()),
                "`pipelines` has them all, each with its collection",
            )),
        }
    }

    pub(super) fn row_at<'py>(&self, py: Python<'py>, place: isize) -> PyResult<Bound<'py, PyAny>> {
        let n_rows = self.content().n_rows();
        let from_start = if place < 0 { place.saturating_add_unsigned(n_rows) } else { place };
        match usize::try_from(from_start).ok().and_then(|row| self.content().row(py, row)) {
            Some(row) => row.map(Bound::into_any),
            None => {
                Err(PyIndexError::new_err(format!("no row {place} in a table of {}", report::count(n_rows as u64))))
            }
        }
    }

    pub(super) fn some_rows(&self, slice: &Bound<'_, PySlice>) -> PyResult<Self> {
        let indices = slice.indices(self.content().n_rows() as isize)?;
        let place = |step: usize| (indices.start + step as isize * indices.step) as usize;
        Ok(Self::new(self.content().some((0..indices.slicelength).map(place))?, Vec::new(), None))
    }
}
