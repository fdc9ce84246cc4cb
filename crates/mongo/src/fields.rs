//! Which fields the documents of a collection have, as far as it is asked.
//!
//! In: a collection's name as users know it. Out: names of fields at the top of its documents.
//! Invariant: each question is one pass over the collection at most, which ends as soon as the answer is known; the limit of time
//! holds.

use std::collections::BTreeSet;

use bson::{Document, doc};

use crate::{Error, Server};

impl Server {
    /// The names of the fields of the first so many documents, or of all; none where there are more than `most_names`.
    pub fn names_in_first(
        &self,
        collection: &str,
        documents: Option<u32>,
        most_names: u32,
    ) -> Result<Option<BTreeSet<String>>, Error> {
        let keys = doc! { "$map": { "input": { "$objectToArray": "$$ROOT" }, "in": "$$this.k" } };
        let mut stages: Vec<Document> =
            documents.map(|documents| doc! { "$limit": i64::from(documents) }).into_iter().collect();
        stages.extend([
            doc! { "$project": { "_id": 0, "k": keys } },
            doc! { "$unwind": "$k" },
            doc! { "$group": { "_id": "$k" } },
            doc! { "$limit": i64::from(most_names) + 1 },
        ]);
        let rows = self.looked_at(collection, stages)?;
        let names: BTreeSet<String> = rows.iter().filter_map(|row| Some(row.get_str("_id").ok()?.to_owned())).collect();
        Ok((names.len() <= most_names as usize).then_some(names))
    }

    /// Whether some document has a field of that name at the top. The server looks until it finds one.
    pub fn has_field(&self, collection: &str, name: &str) -> Result<bool, Error> {
        let stages = vec![
            doc! { "$match": { name: { "$exists": true } } },
            doc! { "$limit": 1 },
            doc! { "$project": { "_id": 1 } },
        ];
        Ok(!self.looked_at(collection, stages)?.is_empty())
    }

    fn looked_at(&self, collection: &str, stages: Vec<Document>) -> Result<Vec<Document>, Error> {
        let session = self.session()?;
        let mut cursor = self.cursor(&session.resolve(collection)?, stages, None)?;
        let mut rows = Vec::new();
        while self.runtime.block_on(self.patiently(self.timeout(), cursor.advance()))? {
            rows.push(cursor.deserialize_current().map_err(Error::from)?);
        }
        session.check(self)?;
        // The driver ends a cursor by a task of its own.
        let _entered = self.runtime.enter();
        drop(cursor);
        Ok(rows)
    }
}
