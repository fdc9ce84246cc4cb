//! The rows of a pipeline that ended on columns: handed on as Arrow as they are, and made documents where rows are asked for.
//!
//! In: a frame of the engine. Out: batches piece by piece, of the types that the same rows have as documents; some rows as
//! documents; the values of a column.
//! Invariant: nothing is made that is not asked for, and of the whole never more than one piece at a time.

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use bank::{Error, Frame};
use bson::{Bson, Document};

use crate::arrow::Shape;

/// Rows that are made documents together, where one of them is asked for.
const ROWS_AT_A_TIME: usize = 1024;

/// Rows as columns.
pub(crate) struct Columns {
    frame: Frame,
    names: Vec<String>,
    /// The place of each piece's first row, and behind them that of none.
    starts: Vec<usize>,
    shape: OnceLock<Result<Shape, String>>,
    /// The documents that were made last, and the place of the first.
    recent: Mutex<(usize, Vec<Document>)>,
}

impl Columns {
    pub(crate) fn new(frame: Frame) -> Self {
        let names = frame.fields().iter().map(|(name, _)| name.clone()).collect();
        let mut starts = vec![0];
        for piece in 0..frame.n_pieces() {
            starts.push(starts[piece] + frame.n_rows_of(piece));
        }
        Self { frame, names, starts, shape: OnceLock::new(), recent: Mutex::default() }
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Calls `f` with some rows at a time.
    pub(crate) fn each(&self, rows: Range<usize>, mut f: impl FnMut(&[Document])) -> Result<(), Error> {
        let mut at = rows.start;
        let end = rows.end.min(self.n_rows());
        while at < end {
            let piece = self.starts.partition_point(|start| *start <= at) - 1;
            let to = end.min(self.starts[piece + 1]).min(at + ROWS_AT_A_TIME);
            let inside = at - self.starts[piece]..to - self.starts[piece];
            self.frame.check_length()?;
            f(&self.frame.documents(piece, inside)?);
            at = to;
        }
        Ok(())
    }

    /// Some rows as documents.
    pub(crate) fn documents(&self, rows: Range<usize>) -> Result<Vec<Document>, Error> {
        let mut documents = Vec::new();
        self.each(rows, |some| documents.extend_from_slice(some))?;
        Ok(documents)
    }

    /// A row; none beyond the last. Its neighbours are kept ready.
    pub(crate) fn row(&self, row: usize) -> Result<Option<Document>, Error> {
        let start = row - row % ROWS_AT_A_TIME;
        {
            let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
            if recent.0 == start
                && let Some(document) = recent.1.get(row - start)
            {
                return Ok(Some(document.clone()));
            }
        }
        let documents = self.documents(start..start + ROWS_AT_A_TIME)?;
        let found = documents.get(row - start).cloned();
        *self.recent.lock().unwrap_or_else(PoisonError::into_inner) = (start, documents);
        Ok(found)
    }

    /// Calls `f` with each value of a column; `None` is missing.
    pub(crate) fn values<E: From<Error>>(
        &self,
        column: usize,
        mut f: impl FnMut(Option<&Bson>) -> Result<(), E>,
    ) -> Result<(), E> {
        for piece in 0..self.frame.n_pieces() {
            self.frame.check_length().map_err(Error::from)?;
            let values = crate::arrow::values(&self.frame, piece, column).map_err(Error::from)?;
            values.iter().try_for_each(|value| f(value.as_ref()))?;
        }
        Ok(())
    }

    fn shape(&self) -> Result<&Shape, ArrowError> {
        let shape = self.shape.get_or_init(|| Shape::of(&self.frame).map_err(|error| error.to_string()));
        shape.as_ref().map_err(|error| ArrowError::ExternalError(error.clone().into()))
    }

    /// Of a column of objects, the number of each row's object and the first row that has it, where these are few.
    pub(crate) fn objects(&self, column: usize) -> Option<(Vec<u32>, Vec<usize>)> {
        crate::arrow::objects(&self.frame, column)
    }

    /// The types of the columns.
    pub(crate) fn schema(&self) -> Result<SchemaRef, ArrowError> {
        self.shape().map(|shape| Arc::clone(shape.schema()))
    }

    /// The rows as Arrow, a piece at a time.
    pub(crate) fn reader(self: &Arc<Self>) -> Result<Reader, ArrowError> {
        self.frame.check_length().map_err(|error| ArrowError::ExternalError(error.to_string().into()))?;
        Ok(Reader { columns: Arc::clone(self), schema: self.schema()?, next: 0, ready: Vec::new() })
    }
}

/// Batches, made when they are asked for.
pub(crate) struct Reader {
    columns: Arc<Columns>,
    schema: SchemaRef,
    next: usize,
    /// The last of them comes first.
    ready: Vec<RecordBatch>,
}

impl Iterator for Reader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && self.next < self.columns.frame.n_pieces() {
            let is_there =
                self.columns.frame.check_length().map_err(|error| ArrowError::ExternalError(error.to_string().into()));
            let made = is_there.and_then(|()| self.columns.shape()?.batches(&self.columns.frame, self.next));
            self.next += 1;
            match made {
                Ok(batches) => self.ready.extend(batches.into_iter().rev()),
                Err(error) => return Some(Err(error)),
            }
        }
        self.ready.pop().map(Ok)
    }
}

impl RecordBatchReader for Reader {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}
