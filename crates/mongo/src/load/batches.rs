//! Cuts a stream of documents into batches for the server.
//!
//! In: documents. Out: batches of at most [`MOST_DOCUMENTS`] documents and about [`MOST_BYTES`], and the digest of all.
//! Invariant: every document of a batch begins with its `_id`, as the server would keep it.

use bson::oid::ObjectId;
use bson::raw::{CString, RawBson, cstr};
use bson::{RawDocument, RawDocumentBuf};

use super::digest::Digest;
use crate::{Error, ErrorKind};

const MOST_DOCUMENTS: usize = 1_000;
/// A batch that reaches this is full; one document may have 16 MB, and a message 48 MB.
const MOST_BYTES: usize = 16 << 20;

/// Documents being cut into batches.
pub(crate) struct Batches<'a> {
    documents: Box<dyn Iterator<Item = Result<RawDocumentBuf, Error>> + 'a>,
    digest: Digest,
}

impl<'a> Batches<'a> {
    pub(crate) fn new(documents: Box<dyn Iterator<Item = Result<RawDocumentBuf, Error>> + 'a>) -> Self {
        Self { documents, digest: Digest::default() }
    }

    /// The next batch; empty at the end.
    pub(crate) fn next(&mut self) -> Result<Vec<RawDocumentBuf>, Error> {
        let mut batch = Vec::new();
        let mut n_bytes = 0;
        while batch.len() < MOST_DOCUMENTS
            && n_bytes < MOST_BYTES
            && let Some(document) = self.documents.next()
        {
            let document = with_id_first(document?)?;
            self.digest.add(&document);
            n_bytes += document.as_bytes().len();
            batch.push(document);
        }
        Ok(batch)
    }

    /// Of what was cut so far.
    pub(crate) fn digest(&self) -> Digest {
        self.digest
    }
}

/// The document as the server would store it: `_id` first, and made where there is none.
fn with_id_first(document: RawDocumentBuf) -> Result<RawDocumentBuf, Error> {
    let starts_with_id =
        document.iter_elements().next().is_some_and(|first| first.is_ok_and(|first| first.key() == "_id"));
    if starts_with_id { Ok(document) } else { move_id(&document).map_err(|error| damaged(&error)) }
}

fn move_id(document: &RawDocument) -> Result<RawDocumentBuf, bson::error::Error> {
    let mut moved = RawDocumentBuf::new();
    match document.get("_id")? {
        Some(id) => moved.append(cstr!("_id"), id),
        None => moved.append(cstr!("_id"), RawBson::ObjectId(ObjectId::new())),
    }
    for element in document.iter_elements() {
        let element = element?;
        if element.key() != "_id" {
            moved.append(CString::try_from(element.key().as_str())?, element.value()?);
        }
    }
    Ok(moved)
}

fn damaged(error: &bson::error::Error) -> Error {
    Error::new(ErrorKind::Input, format!("a document is not BSON: {error}"))
}

#[cfg(test)]
mod tests {
    use bson::rawdoc;

    use super::*;

    #[test]
    fn documents_begin_with_their_id() {
        let as_it_is = rawdoc! { "_id": 1, "b": 2 };
        assert_eq!(with_id_first(as_it_is.clone()).unwrap(), as_it_is);
        let moved = with_id_first(rawdoc! { "a": 1, "_id": "x", "b": [1, null] }).unwrap();
        assert_eq!(moved, rawdoc! { "_id": "x", "a": 1, "b": [1, null] });
        let made = with_id_first(rawdoc! { "a": 1 }).unwrap();
        let names: Vec<String> =
            made.iter_elements().map(|element| element.unwrap().key().as_str().to_owned()).collect();
        assert_eq!(names, ["_id", "a"]);
    }

    #[test]
    fn batches_are_bounded_by_documents_and_bytes() {
        let small = (0..2_500).map(|id| Ok(rawdoc! { "_id": id }));
        let large = (0..5).map(|id| Ok(rawdoc! { "_id": id, "text": "x".repeat(9 << 20) }));
        let sizes = |documents: Box<dyn Iterator<Item = Result<RawDocumentBuf, Error>>>| {
            let mut batches = Batches::new(documents);
            let mut sizes = Vec::new();
            loop {
                match batches.next().unwrap().len() {
                    0 => return (sizes, batches.digest().n_documents),
                    n => sizes.push(n),
                }
            }
        };
        assert_eq!(sizes(Box::new(small)), (vec![1_000, 1_000, 500], 2_500));
        assert_eq!(sizes(Box::new(large)), (vec![2, 2, 1], 5));
    }
}
