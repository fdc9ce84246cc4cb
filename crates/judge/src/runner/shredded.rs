//! Documents of any shape into the columns that a bank's files keep them in.
//!
//! In: documents. Out: a collection of several batches, or `None` where a document cannot be written as BSON. The columns are
//! chosen by the first half of the documents, so that some values lie in columns and some in the rest.

use bson::Document;
use documents::Draft;
use engine::Collection;

/// Few, so that small collections have several batches.
const BATCH_ROWS: usize = 64;

/// The documents as columns.
pub(super) fn shredded(documents: &[Document]) -> Option<Collection> {
    let raw: Vec<Vec<u8>> = documents.iter().map(|document| document.to_vec().ok()).collect::<Option<_>>()?;
    let mut draft = Draft::new();
    raw.iter().take(raw.len().div_ceil(2)).try_for_each(|document| draft.add(document)).ok()?;
    let mut encoder = draft.encoder();
    let mut batches = Vec::new();
    for rows in raw.chunks(BATCH_ROWS) {
        rows.iter().try_for_each(|document| encoder.add(document)).ok()?;
        batches.push(encoder.finish().ok()?);
    }
    Collection::from_batches(&encoder.schema(), batches).ok()
}

#[cfg(test)]
mod tests {
    use bson::{Bson, doc};
    use engine::Engine;
    use pipeline::{Pipeline, Run as _};

    use super::*;

    #[test]
    fn documents_of_any_shape_come_back() {
        let document = |n: i32| match n % 3 {
            0 => doc! { "_id": n, "o": { "a": n, "b": [n] } },
            1 => doc! { "o": { "b": Bson::Null }, "_id": n, "t": "text" },
            _ => doc! { "_id": f64::from(n), "o": n },
        };
        let documents: Vec<Document> = (0..100).map(document).collect();
        let mut engine = Engine::new();
        engine.insert("c", shredded(&documents).unwrap());
        assert_eq!(engine.run("c", &Pipeline::default()).unwrap(), documents);
    }
}
