//! The contract under which collections that another program loaded are read.
//!
//! In and out: the document `adopted` of the collection `banksphere`. Nothing else of the database is touched.

use bson::{Document, doc};

use crate::collections::BOOKKEEPING;
use crate::{Error, Server};

/// The format that this version writes, and the newest that it reads.
const FORMAT: i32 = 1;

impl Server {
    /// The text of the contract under which the database's collections were adopted.
    pub fn adopted(&self) -> Result<Option<String>, Error> {
        let kept = self.database.collection::<Document>(BOOKKEEPING);
        let Some(kept) = self.wait(async { kept.find_one(doc! { "_id": "adopted" }).await })? else { return Ok(None) };
        match (kept.get_i32("format"), kept.get_str("contract")) {
            (Ok(FORMAT), Ok(contract)) => Ok(Some(contract.to_owned())),
            _ => Err(Error::input(format!(
                "the document `adopted` in the collection `{BOOKKEEPING}` is malformed, or of a newer version"
            ))
            .at(self.hosts())
            .hint("adopt the collections again, or use a newer version of BankSphere")),
        }
    }

    /// Keeps the text of a contract under which the database's collections are read, in place of one that is there.
    pub fn adopt(&self, contract: &str) -> Result<(), Error> {
        let kept = self.database.collection::<Document>(BOOKKEEPING);
        let adopted = doc! { "_id": "adopted", "format": FORMAT, "contract": contract };
        let replace = kept.replace_one(doc! { "_id": "adopted" }, adopted).upsert(true);
        self.wait(async { replace.await }).map(drop)
    }
}
