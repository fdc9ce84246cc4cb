//! A collection in memory: typed columns in blocks, or documents of any shape, and what of them is shown.
//!
//! In: documents, or record batches in the layout of the bank's files. Out: a [`Collection`], a handle that is cheap to
//! clone, knows its schema and gives back its documents.
//! Invariant: the same documents, whichever way they are kept. What a handle does not show ([`Collection::restricted`]) comes
//! out of it by no way: stages, joins, counts, the schema, copies and explanations all start from [`Collection::view`].

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, SchemaRef};
use bson::spec::ElementType;
use bson::{DateTime, Document, RawDocument, RawDocumentBuf};
use documents::Absence;
use pipeline::ast::{Path, Predicate, Stage};
use pipeline::{Field, FieldType, Schema};

use crate::columns::{Shredded, StoredDocuments, StoredKind, Typed, document_rows, raw_rows, unreadable};
use crate::run::{NoCollections, Prepared, Running, count};
use crate::stage::{self, ByPlace, Context, Rows};
use crate::verify::{Checked, Verify};
use crate::{Brake, Error};

/// Documents that can be queried; clones share them.
#[derive(Clone, Debug)]
pub struct Collection {
    content: Content,
    view: Arc<View>,
}

/// How the documents are kept.
#[derive(Clone, Debug)]
enum Content {
    /// Columns of one type each.
    Typed(Arc<Typed>),
    /// Documents of any shape as columns.
    Shredded(Arc<Shredded>),
    /// One binary column `bson`: a raw document a row. As banks had them before they had [`Shredded`].
    Encoded(Arc<Encoded>),
    /// As they were given.
    Documents(Arc<Vec<Document>>),
}

#[derive(Debug)]
struct Encoded {
    batches: Vec<RecordBatch>,
    checked: Checked,
}

/// More names of fields than these are taken for data.
const MOST_NAMES: usize = 2_000;

/// What is shown of the documents.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// What every pipeline over the collection starts with: `$match` and `$unset`.
    pub(crate) stages: Vec<Stage>,
    hidden: Vec<Path>,
}

impl View {
    /// Whether a field may be named.
    pub(crate) fn shows(&self, path: &Path) -> bool {
        !self.hidden.iter().any(|hidden| hidden.covers(path))
    }
}

impl Collection {
    fn of(content: Content) -> Self {
        Self { content, view: Arc::default() }
    }

    /// Keeps documents as they are.
    #[must_use]
    pub fn from_documents(documents: Vec<Document>) -> Self {
        Self::of(Content::Documents(Arc::new(documents)))
    }

    /// Takes record batches as the bank's files hold them, without copying: either columns named by their field path,
    /// or a single binary column `bson`. Fails on types that no field can have.
    pub fn from_batches(schema: &SchemaRef, batches: Vec<RecordBatch>) -> Result<Self, Error> {
        let is_encoded = schema.fields().len() == 1
            && schema.field(0).name() == "bson"
            && *schema.field(0).data_type() == DataType::Binary;
        if documents::is_columns(schema) {
            return Ok(Self::of(Content::Shredded(Arc::new(Shredded::new(schema, batches)))));
        }
        if !is_encoded {
            return Ok(Self::of(Content::Typed(Arc::new(Typed::new(schema, batches)?))));
        }
        if batches.iter().any(|batch| *batch.column(0).data_type() != DataType::Binary) {
            return Err(Error::new("column `bson` is binary by its schema, but not in every batch"));
        }
        Ok(Self::of(Content::Encoded(Arc::new(Encoded { batches, checked: Checked::default() }))))
    }

    /// The same collection, whose stored bytes are checked before they are first read: of each column block by block, of
    /// documents of any shape block by block. For a collection just made from batches; on one that is shared already, or that
    /// holds no batches, it changes nothing.
    #[must_use]
    pub fn verified_by(self, verify: Arc<dyn Verify>) -> Self {
        let content = match self.content {
            Content::Typed(typed) => match Arc::try_unwrap(typed) {
                Ok(typed) => Content::Typed(Arc::new(typed.verified_by(verify))),
                Err(shared) => Content::Typed(shared),
            },
            Content::Encoded(encoded) => match Arc::try_unwrap(encoded) {
                Ok(Encoded { batches, .. }) => {
                    let checked = Checked::by(verify, batches.len(), 1);
                    Content::Encoded(Arc::new(Encoded { batches, checked }))
                }
                Err(shared) => Content::Encoded(shared),
            },
            Content::Shredded(shredded) => match Arc::try_unwrap(shredded) {
                Ok(shredded) => Content::Shredded(Arc::new(shredded.verified_by(verify))),
                Err(shared) => Content::Shredded(shared),
            },
            Content::Documents(documents) => Content::Documents(documents),
        };
        Self { content, view: self.view }
    }

    /// A handle that shows only the documents which pass `predicate`, and of these no field in `hidden`: to its holder
    /// the others do not exist. The column that is also the `_id` and `_id` itself are hidden together. A restricted handle
    /// can be restricted further, never widened.
    #[must_use]
    pub fn restricted(&self, predicate: &Predicate, hidden: &[Path]) -> Self {
        let mut paths = hidden.to_vec();
        if let (Content::Typed(typed), Some(id)) = (&self.content, Path::new("_id")) {
            let column = typed.id.map(|column| &typed.columns[column].path);
            let hides = |path: &Path| hidden.iter().any(|hidden| hidden.covers(path));
            if let Some(column) = column
                && (hides(column) || hides(&id))
            {
                paths.extend([id, column.clone()]);
            }
        }
        // Not a path twice, nor one inside another: `$unset` refuses that.
        let all = paths.clone();
        let is_inside = |path: &Path| all.iter().any(|other| other != path && other.covers(path));
        paths.retain(|path| !is_inside(path));
        paths.sort_by(|a, b| a.segments().cmp(b.segments()));
        paths.dedup();
        let mut stages = self.view.stages.clone();
        stages.push(Stage::Match(predicate.clone()));
        if !paths.is_empty() {
            stages.push(Stage::Unset(paths.clone()));
        }
        let hidden = self.view.hidden.iter().cloned().chain(paths).collect();
        Self { content: self.content.clone(), view: Arc::new(View { stages, hidden }) }
    }

    /// What is known of the documents before one is read.
    #[must_use]
    pub fn schema(&self) -> Schema {
        let Content::Typed(typed) = &self.content else { return Schema::Any };
        let field = |path: String, index: usize| {
            let column = &typed.columns[index];
            let field_type = match column.kind {
                StoredKind::Bool => FieldType::Bool,
                StoredKind::Int => FieldType::Int,
                StoredKind::Long => FieldType::Long,
                StoredKind::Double => FieldType::Double,
                StoredKind::Text | StoredKind::Dictionary(_) => FieldType::String,
                StoredKind::Date => FieldType::Date,
                StoredKind::ObjectId | StoredKind::Field => FieldType::String,
            };
            Field { path, field_type, nullable: column.absence != Absence::Never }
        };
        let id = typed.id.map(|index| field("_id".to_owned(), index));
        let rest = typed.columns.iter().enumerate().map(|(index, column)| field(column.path.to_string(), index));
        let is_shown = |field: &Field| Path::new(&field.path).is_some_and(|path| self.view.shows(&path));
        Schema::Fields(id.into_iter().chain(rest).filter(is_shown).collect())
    }

    /// The names of the fields that the first `most` documents have which it shows, each with whether it ever holds fields or
    /// elements; `None` where there are too many to tell.
    pub fn names_in_first(&self, most: usize) -> Result<Option<BTreeMap<String, bool>>, Error> {
        let mut names = BTreeMap::new();
        for document in self.raw_documents().take(most) {
            for element in document?.iter_elements() {
                let element = element.map_err(|error| unreadable(&error))?;
                let has_parts = matches!(element.element_type(), ElementType::EmbeddedDocument | ElementType::Array);
                match names.get_mut(element.key().as_str()) {
                    Some(known) => *known |= has_parts,
                    None => drop(names.insert(element.key().as_str().to_owned(), has_parts)),
                }
            }
            if names.len() > MOST_NAMES {
                return Ok(None);
            }
        }
        Ok(Some(names))
    }

    /// How many documents it shows. Fails only where it is restricted, and the predicate fails on a document.
    pub fn n_rows(&self) -> Result<u64, Error> {
        if !self.view.stages.is_empty() {
            return count(self);
        }
        let n = match &self.content {
            Content::Typed(typed) => typed.n_rows,
            Content::Shredded(shredded) => shredded.n_rows(),
            Content::Encoded(encoded) => encoded.batches.iter().map(RecordBatch::num_rows).sum(),
            Content::Documents(documents) => documents.len(),
        };
        Ok(n as u64)
    }

    /// The documents as BSON bytes, in their order, made as they are asked for: those of any shape byte for byte as they
    /// came, unless something of them is hidden.
    #[must_use]
    pub fn raw_documents(&self) -> Box<dyn Iterator<Item = Result<RawDocumentBuf, Error>> + Send + 'static> {
        match &self.content {
            Content::Encoded(encoded) if self.view.stages.is_empty() => {
                Box::new(each_cell(encoded, |bytes| Ok(raw(bytes)?.to_owned())))
            }
            Content::Shredded(shredded) if self.view.stages.is_empty() => match shredded.typed() {
                Ok(typed) => Box::new(raw_rows(Arc::clone(typed))),
                Err(error) => Box::new(std::iter::once(Err(error))),
            },
            _ => Box::new(self.documents(DateTime::now(), &Brake::default()).map(|document| {
                RawDocumentBuf::try_from(document?)
                    .map_err(|error| Error::new(format!("a document cannot be written as BSON: {error}")))
            })),
        }
    }

    /// The documents that it shows, in their order, made as they are asked for.
    pub(crate) fn documents(&self, now: DateTime, brake: &Brake) -> Rows<'static> {
        if self.view.stages.is_empty() {
            return self.all_documents();
        }
        // Only `$match` and `$unset` run here, which reach no other collection.
        let ctx = Context { brake: brake.clone(), ..Context::new(now, Arc::new(NoCollections)) };
        match Prepared::new(Some(self), &[], ctx, &|_| None).and_then(Running::of) {
            Ok(running) => Box::new(running),
            Err(error) => stage::failed(error),
        }
    }

    /// All documents, also those that it does not show.
    pub(crate) fn all_documents(&self) -> Rows<'static> {
        let checked = match &self.content {
            Content::Typed(typed) => typed.check_length(),
            Content::Shredded(shredded) => shredded.typed().and_then(|typed| typed.check_length()),
            Content::Encoded(encoded) => encoded.checked.check_length(),
            Content::Documents(_) => Ok(()),
        };
        if let Err(error) = checked {
            return stage::failed(error);
        }
        match &self.content {
            Content::Typed(typed) => document_rows(Arc::clone(typed)),
            Content::Shredded(shredded) => match shredded.typed() {
                Ok(typed) => document_rows(Arc::clone(typed)),
                Err(error) => stage::failed(error),
            },
            Content::Encoded(encoded) => Box::new(each_cell(encoded, decode)),
            Content::Documents(documents) => {
                let documents = Arc::clone(documents);
                Box::new((0..documents.len()).map(move |at| Ok(documents[at].clone())))
            }
        }
    }

    /// Its documents by their place, with the fields at their top that are wanted, where they are stored in columns and all
    /// of them are shown.
    pub(crate) fn by_place(&self, wanted: Option<HashSet<String>>) -> Option<Box<dyn ByPlace>> {
        match &self.content {
            Content::Shredded(shredded) if self.view.stages.is_empty() => {
                Some(Box::new(StoredDocuments::new(Arc::clone(shredded.typed().ok()?), wanted)))
            }
            _ => None,
        }
    }

    /// What it shows.
    pub(crate) fn view(&self) -> &Arc<View> {
        &self.view
    }

    /// Its columns, with what it does not show in them: the view's stages must run over them first.
    pub(crate) fn columns(&self) -> Result<Option<&Arc<Typed>>, Error> {
        match &self.content {
            Content::Typed(typed) => Ok(Some(typed)),
            Content::Shredded(shredded) => shredded.typed().map(Some),
            Content::Encoded(_) | Content::Documents(_) => Ok(None),
        }
    }
}

/// What `read` makes of each raw document, block by block, each block verified before its first.
fn each_cell<T: Send + 'static>(
    encoded: &Arc<Encoded>,
    read: fn(&[u8]) -> Result<T, Error>,
) -> impl Iterator<Item = Result<T, Error>> + Send + 'static {
    let encoded = Arc::clone(encoded);
    let sizes: Vec<usize> = encoded.batches.iter().map(RecordBatch::num_rows).collect();
    let places = sizes.into_iter().enumerate().flat_map(|(block, n_rows)| (0..n_rows).map(move |row| (block, row)));
    places.map(move |(block, row)| {
        encoded.checked.check(block, 0, || "bson".to_owned())?;
        read(encoded.batches[block].column(0).as_binary::<i32>().value(row))
    })
}

fn decode(bytes: &[u8]) -> Result<Document, Error> {
    Document::try_from(raw(bytes)?).map_err(|error| unreadable(&error))
}

fn raw(bytes: &[u8]) -> Result<&RawDocument, Error> {
    RawDocument::from_bytes(bytes).map_err(|error| unreadable(&error))
}
