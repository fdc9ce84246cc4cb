//! Documents of any shape, kept as columns: which fields are columns of their own, and documents put together again.
//!
//! In: batches as the crate `documents` writes them. Out: [`Typed`] columns for the paths that are regular and one for each
//! field at the top, whatever it holds; whole documents, byte for byte.
//! Invariant: a document comes out with its own fields in its own order, so stages that give documents take them from here,
//! and not from a tree of columns.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::{Arc, OnceLock};

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use bson::{Bson, Document, RawDocumentBuf};
use diagnostic::{Action, Diagnostic};
use documents::{Absence, Content, Entry, Kind, LAYOUTS, Layout, Reader, Regular, layouts, regular, top_names};
use pipeline::ast::Path;

use super::block::BLOCK_ROWS;
use super::plan::ColumnId;
use super::rows::{DOCUMENT_ROWS, pieces};
use super::stored::{RowSet, Stored, StoredKind, Typed, declared, one_dictionary};
use super::tree::{Fields, Node};
use crate::Error;
use crate::stage::{self, ByPlace, Rows, Values};
use crate::value::Value;
use crate::verify::{Checked, Verify};

/// A collection of documents kept as columns, whose layouts are read when it is first asked.
pub(crate) struct Shredded {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    verify: Option<Arc<dyn Verify>>,
    typed: OnceLock<Result<Arc<Typed>, Error>>,
}

impl fmt::Debug for Shredded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shredded").field("n_rows", &self.n_rows()).finish_non_exhaustive()
    }
}

impl Shredded {
    pub(crate) fn new(schema: &SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self { schema: Arc::clone(schema), batches, verify: None, typed: OnceLock::new() }
    }

    /// The same, whose bytes are verified before they are first read.
    pub(crate) fn verified_by(self, verify: Arc<dyn Verify>) -> Self {
        Self { verify: Some(verify), typed: OnceLock::new(), ..self }
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Its columns.
    pub(crate) fn typed(&self) -> Result<&Arc<Typed>, Error> {
        self.typed.get_or_init(|| self.read().map(Arc::new)).as_ref().map_err(Clone::clone)
    }

    fn read(&self) -> Result<Typed, Error> {
        let n_columns = self.schema.fields().len();
        let checked = match &self.verify {
            Some(verify) => Checked::by(Arc::clone(verify), self.batches.len(), n_columns),
            None => Checked::default(),
        };
        checked.check_length()?;
        documents::check_version(&self.schema)
            .map_err(|error| Error::new(format!("the documents cannot be read: {error}")))?;
        let at = self.schema.index_of(LAYOUTS).map_err(|error| Error::new(error.to_string()))?;
        let mut all = Vec::with_capacity(self.batches.len());
        for (number, batch) in self.batches.iter().enumerate() {
            checked.check(number, at, || LAYOUTS.to_owned())?;
            let column = batch.column(at).as_binary_opt::<i32>().ok_or_else(|| unreadable(&"it has no layouts"))?;
            all.push(layouts(column, n_columns).map_err(|error| unreadable(&error))?);
        }
        let loose = Loose { layouts: all, n_columns };
        Ok(Typed::of_documents(&self.schema, self.batches.clone(), loose, checked))
    }
}

/// How the fields of documents lie in columns.
#[derive(Debug)]
pub(crate) struct Loose {
    /// By batch.
    layouts: Vec<Vec<Layout>>,
    n_columns: usize,
}

impl Loose {
    /// The columns that a plan can speak of: those of regular paths, then the fields at the top.
    pub(crate) fn columns(&self, schema: &SchemaRef, batches: &[RecordBatch]) -> Vec<Stored> {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let mut columns = Vec::new();
        for Regular { path, column, kind, absence } in regular(&names, &self.layouts) {
            let dictionary = || one_dictionary(column, batches);
            let Some(kind) = stored_kind_of(kind, dictionary) else { continue };
            let Some(path) = Path::new(&path.join(".")) else { continue };
            let stored = Stored::at(path, kind, absence, Some(column), batches.len());
            columns.push(stored.within(declared(schema.metadata(), names[column])));
        }
        for name in top_names(&self.layouts) {
            // A name with a dot can be asked for by no path.
            let path = Path::with_empty_names(&name);
            if path.segments().len() == 1 {
                columns.push(Stored::at(path, StoredKind::Field, Absence::Either, None, batches.len()));
            }
        }
        columns
    }

    /// The tree of the fields that documents may have, each once, in no order.
    pub(crate) fn tree(typed: &Typed, column: &mut dyn FnMut(usize) -> ColumnId) -> Fields {
        let mut tops: BTreeMap<&str, (Option<ColumnId>, Option<ColumnId>, Fields)> = BTreeMap::new();
        for (index, stored) in typed.columns.iter().enumerate() {
            let (leaf, whole, inside) = tops.entry(stored.path.head()).or_default();
            match (&stored.kind, stored.path.segments()) {
                (StoredKind::Field, _) => *whole = Some(column(index)),
                (_, [_]) => *leaf = Some(column(index)),
                (_, path) => add_inside(inside, &path[1..], column(index)),
            }
        }
        let node = |(name, (leaf, whole, inside)): (&str, (Option<ColumnId>, Option<ColumnId>, Fields))| {
            let node = match (leaf, whole) {
                (Some(leaf), _) => Node::Column(leaf),
                (None, Some(whole)) => Node::Loose { whole, inside },
                (None, None) => return None,
            };
            Some((name.to_owned(), node))
        };
        Fields(tops.into_iter().filter_map(node).collect())
    }

    /// A field at the top that in all documents is an array in one list, null or nothing.
    pub(crate) fn listed(&self, name: &str, schema: &SchemaRef) -> Option<documents::Listed> {
        documents::listed(name, schema, &self.layouts)
    }

    /// Whether a field at the top is an array, null or nothing in all documents, and no array lies in such an array.
    pub(crate) fn is_plain_array(&self, name: &str) -> bool {
        documents::has_plain_elements(name, &self.layouts)
    }

    /// What reads the fields at the top of a batch's documents that are wanted.
    pub(crate) fn reader<'a>(
        &'a self,
        typed: &'a Typed,
        batch: usize,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Reader<'a>, Error> {
        self.reader_of(typed, batch, &Reader::needed(&self.layouts[batch], self.n_columns, is_wanted))
    }

    fn reader_of<'a>(&'a self, typed: &'a Typed, batch: usize, needed: &[bool]) -> Result<Reader<'a>, Error> {
        let columns: Vec<Option<&ArrayRef>> = needed
            .iter()
            .enumerate()
            .map(|(place, is_needed)| is_needed.then(|| typed.physical(batch, place)).transpose())
            .collect::<Result<_, Error>>()?;
        Ok(Reader::new(&self.layouts[batch], columns))
    }

    /// What the rows have at a field at the top.
    pub(crate) fn fields(&self, typed: &Typed, batch: usize, name: &str, rows: &RowSet) -> Result<Vec<Value>, Error> {
        let reader = self.reader(typed, batch, &|wanted| wanted == name)?;
        rows.positions().map(|row| reader.field(row, name).map_err(|error| unreadable(&error))).collect()
    }

    /// Makes nothing of the nulls of rows whose documents have nothing at `path`.
    pub(crate) fn drop_missing(
        &self,
        typed: &Typed,
        batch: usize,
        path: &[String],
        rows: &RowSet,
        values: &mut [Value],
    ) -> Result<(), Error> {
        let reader = self.reader(typed, batch, &|_| false)?;
        for (row, value) in rows.positions().zip(values).filter(|(_, value)| **value == Some(Bson::Null)) {
            let layout = reader.layout(row).map_err(|error| unreadable(&error))?;
            if !has(&layout.fields, path) {
                *value = None;
            }
        }
        Ok(())
    }

    /// The documents of some rows, with the fields at their top that are wanted; `None` wants all.
    pub(crate) fn documents(
        &self,
        typed: &Typed,
        batch: usize,
        rows: &RowSet,
        wanted: Option<&HashSet<String>>,
    ) -> Result<Vec<Document>, Error> {
        let is_wanted = |name: &str| wanted.is_none_or(|wanted| wanted.contains(name));
        let reader = self.reader(typed, batch, &is_wanted)?;
        rows.positions().map(|row| reader.document(row, &is_wanted).map_err(|error| unreadable(&error))).collect()
    }
}

/// What a column of this kind holds; nothing where it has values of more types than one. Words have this dictionary, if all
/// batches share one.
pub(crate) fn stored_kind_of(kind: Kind, dictionary: impl FnOnce() -> Option<Arc<[Value]>>) -> Option<StoredKind> {
    Some(match kind {
        Kind::Bool => StoredKind::Bool,
        Kind::Int => StoredKind::Int,
        Kind::Long => StoredKind::Long,
        Kind::Double => StoredKind::Double,
        Kind::Date => StoredKind::Date,
        Kind::ObjectId => StoredKind::ObjectId,
        Kind::Text => StoredKind::Text,
        Kind::Word => dictionary().map_or(StoredKind::Text, StoredKind::Dictionary),
        Kind::Raw(_) | Kind::List => return None,
    })
}

/// Puts a column at a path, making objects on the way.
pub(crate) fn add_inside(fields: &mut Fields, path: &[String], column: ColumnId) {
    let Some((name, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        fields.0.push((name.clone(), Node::Column(column)));
        return;
    }
    let at = fields.0.iter().position(|(known, node)| known == name && matches!(node, Node::Object(_)));
    let at = at.unwrap_or_else(|| {
        fields.0.push((name.clone(), Node::Object(Fields::default())));
        fields.0.len() - 1
    });
    if let Node::Object(inner) = &mut fields.0[at].1 {
        add_inside(inner, rest, column);
    }
}

/// Whether a document has a field at a path, null or not.
fn has(fields: &[Entry], path: &[String]) -> bool {
    let Some((name, rest)) = path.split_first() else { return true };
    let Some(field) = fields.iter().find(|field| field.name == *name) else { return false };
    match &field.content {
        Content::Object(inner) if !rest.is_empty() => has(inner, rest),
        _ => rest.is_empty(),
    }
}

/// All documents, some at a time.
pub(crate) fn document_rows(typed: Arc<Typed>) -> Rows<'static> {
    let pieces = pieces(&typed, DOCUMENT_ROWS);
    Box::new(pieces.flat_map(move |(batch, start, len)| {
        let rows = RowSet { start, len, selection: None };
        let documents = typed.loose.as_ref().map(|loose| loose.documents(&typed, batch, &rows, None));
        stage::all_or_error(documents.unwrap_or(Ok(Vec::new())))
    }))
}

/// Documents by their place in the collection.
pub(crate) struct StoredDocuments {
    typed: Arc<Typed>,
    wanted: Option<HashSet<String>>,
    /// The place of each batch's first row, and behind them that of none.
    starts: Vec<usize>,
    /// By batch: the columns that the fields which are wanted need.
    needed: Vec<OnceLock<Vec<bool>>>,
}

impl StoredDocuments {
    pub(crate) fn new(typed: Arc<Typed>, wanted: Option<HashSet<String>>) -> Self {
        let mut starts = vec![0];
        starts.extend(typed.sizes().scan(0, |end, n| {
            *end += n;
            Some(*end)
        }));
        let needed = typed.sizes().map(|_| OnceLock::new()).collect();
        Self { typed, wanted, starts, needed }
    }
}

impl ByPlace for StoredDocuments {
    fn all(&self, wanted: Option<&HashSet<String>>) -> Rows<'_> {
        let wanted = wanted.cloned();
        Box::new(pieces(&self.typed, DOCUMENT_ROWS).flat_map(move |(batch, start, len)| {
            let rows = RowSet { start, len, selection: None };
            let documents =
                self.typed.loose.as_ref().map(|loose| loose.documents(&self.typed, batch, &rows, wanted.as_ref()));
            stage::all_or_error(documents.unwrap_or(Ok(Vec::new())))
        }))
    }

    fn values(&self, path: &Path) -> Option<Values<'_>> {
        let typed = &self.typed;
        let is_it = |stored: &Stored| !matches!(stored.kind, StoredKind::Field) && stored.path == *path;
        let column = typed.columns.iter().position(is_it)?;
        let some = move |(batch, start, len)| typed.values(batch, column, &RowSet { start, len, selection: None });
        Some(Box::new(pieces(typed, BLOCK_ROWS).map(some)))
    }

    fn document(&self, place: usize) -> Result<Document, Error> {
        let batch = self.starts.partition_point(|start| *start <= place).saturating_sub(1);
        let Some(loose) = &self.typed.loose else { return Ok(Document::new()) };
        let is_wanted = |name: &str| self.wanted.as_ref().is_none_or(|wanted| wanted.contains(name));
        let needed = self.needed.get(batch).ok_or_else(|| Error::new("a document was asked for that is not there"))?;
        let needed = needed.get_or_init(|| Reader::needed(&loose.layouts[batch], loose.n_columns, &is_wanted));
        let reader = loose.reader_of(&self.typed, batch, needed)?;
        reader.document(place - self.starts[batch], &is_wanted).map_err(|error| unreadable(&error))
    }
}

/// All documents as the bytes that came.
pub(crate) fn raw_rows(typed: Arc<Typed>) -> impl Iterator<Item = Result<RawDocumentBuf, Error>> + Send + 'static {
    let pieces = pieces(&typed, DOCUMENT_ROWS);
    pieces.flat_map(move |(batch, start, len)| {
        let raw = || {
            let Some(loose) = &typed.loose else { return Ok(Vec::new()) };
            let reader = loose.reader(&typed, batch, &|_| true)?;
            let bytes = |row| reader.raw(row).map_err(|error| unreadable(&error));
            (start..start + len)
                .map(|row| RawDocumentBuf::from_bytes(bytes(row)?).map_err(|error| unreadable(&error)))
                .collect::<Result<Vec<_>, Error>>()
        };
        let (rows, error) = match raw() {
            Ok(rows) => (rows, None),
            Err(error) => (Vec::new(), Some(Err(error))),
        };
        rows.into_iter().map(Ok).chain(error)
    })
}

pub(crate) fn unreadable(error: &dyn fmt::Display) -> Error {
    let message = format!("a stored document cannot be read: {error}");
    Error::stored(Diagnostic::new(message).hint_at(Action::CheckBank))
}
