//! Which fields the documents of a collection have, as far as it is asked.
//!
//! In: a collection's name as users know it. Out: names of fields at the top of its documents.
//! Invariant: each question is one pass over the collection at most, which ends as soon as the answer is known; the limit of time
//! holds.

use std::collections::BTreeMap;

use bson::{Document, doc};

use crate::{Error, Server};

impl Server {
    /// The names of the fields of the first so many documents, or of all, each with whether it ever holds fields or elements; none
    /// where there are more than `most_names`.
    pub fn names_in_first(
        &self,
        collection: &str,
        documents: Option<u32>,
        most_names: u32,
    ) -> Result<Option<BTreeMap<String, bool>>, Error> {
        let has_parts = doc! { "$in": [{ "$type": "$$this.v" }, ["object", "array"]] };
        let name = doc! { "name": "$$this.k", "hasParts": has_parts };
        let names = doc! { "$map": { "input": { "$objectToArray": "$$ROOT" }, "in": name } };
        let mut stages: Vec<Document> =
            documents.map(|documents| doc! { "$limit": i64::from(documents) }).into_iter().collect();
        stages.extend([
            doc! { "$project": { "_id": 0, "k": names } },
            doc! { "$unwind": "$k" },
            doc! { "$group": { "_id": "$k.name", "hasParts": { "$max": "$k.hasParts" } } },
            doc! { "$limit": i64::from(most_names) + 1 },
        ]);
        let rows = self.looked_at(collection, stages)?;
        let name =
            |row: &Document| Some((row.get_str("_id").ok()?.to_owned(), row.get_bool("hasParts").unwrap_or(true)));
        let names: BTreeMap<String, bool> = rows.iter().filter_map(name).collect();
        Ok((names.len() <= most_names as usize).then_some(names))
    }

    /// Whether some document has a field at that path. The server looks until it finds one.
    pub fn has_field(&self, collection: &str, path: &str) -> Result<bool, Error> {
        let stages = vec![
            doc! { "$match": { path: { "$exists": true } } },
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
