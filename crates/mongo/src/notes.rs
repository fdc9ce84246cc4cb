//! What is kept in a database beside its collections: the contract under which they are read, and models of its customers.
//!
//! In and out: the documents `adopted` and `models` of the collection `banksphere`. Nothing else of the database is touched.
//! Invariant: what a newer version kept is refused, and never taken for something else.

use bson::{Document, doc};

use crate::collections::BOOKKEEPING;
use crate::{Error, Server};

/// The format that this version writes, and the newest that it reads.
const FORMAT: i32 = 1;

/// A document of ours: its `_id`, and the field that has its text.
struct Note {
    id: &'static str,
    field: &'static str,
    /// What helps where it cannot be read.
    hint: &'static str,
}

const ADOPTED: Note = Note {
    id: "adopted",
    field: "contract",
    hint: "adopt the collections again, or use a newer version of BankSphere",
};
const MODELS: Note =
    Note { id: "models", field: "models", hint: "train the models again, or use a newer version of BankSphere" };

impl Server {
    /// The text of the contract under which the database's collections were adopted.
    pub fn adopted(&self) -> Result<Option<String>, Error> {
        self.note(&ADOPTED)
    }

    /// Keeps the text of a contract under which the database's collections are read, in place of one that is there.
    pub fn adopt(&self, contract: &str) -> Result<(), Error> {
        self.set_note(&ADOPTED, contract)
    }

    /// The text of the models that are kept with the database.
    pub fn models(&self) -> Result<Option<String>, Error> {
        self.note(&MODELS)
    }

    /// Keeps the text of models of the database's customers, in place of those that are there.
    pub fn keep_models(&self, models: &str) -> Result<(), Error> {
        self.set_note(&MODELS, models)
    }

    fn note(&self, note: &Note) -> Result<Option<String>, Error> {
        let kept = self.database.collection::<Document>(BOOKKEEPING);
        let Some(kept) = self.wait(async { kept.find_one(doc! { "_id": note.id }).await })? else { return Ok(None) };
        match (kept.get_i32("format"), kept.get_str(note.field)) {
            (Ok(FORMAT), Ok(text)) => Ok(Some(text.to_owned())),
            _ => Err(Error::input(format!(
                "the document `{}` in the collection `{BOOKKEEPING}` is malformed, or of a newer version",
                note.id
            ))
            .at(self.hosts())
            .hint(note.hint)),
        }
    }

    fn set_note(&self, note: &Note, text: &str) -> Result<(), Error> {
        let kept = self.database.collection::<Document>(BOOKKEEPING);
        let document = doc! { "_id": note.id, "format": FORMAT, note.field: text };
        let replace = kept.replace_one(doc! { "_id": note.id }, document).upsert(true);
        self.wait(async { replace.await }).map(drop)
    }
}
