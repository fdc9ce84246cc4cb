//! The rows of an analysis whose measures come from several pipelines over the same groups.
//!
//! In: the rows of each pipeline. Out: those of the first, each with the fields that the others have for its group.
//! Invariant: no row is added and none is lost; what is counted is 0 where a pipeline has no row for a group.

use std::borrow::Cow;
use std::collections::HashMap;

use bson::{Bson, Document};
use catalog::Analysis;

/// The rows of the first pipeline with the fields of the others.
pub(crate) fn rows<'a>(analysis: &Analysis, results: &'a [Vec<Document>]) -> Cow<'a, [Document]> {
    let (first, others) = match results {
        [] => return Cow::Borrowed(&[]),
        [only] => return Cow::Borrowed(only),
        [first, others @ ..] => (first, others),
    };
    let key = |row: &Document| {
        // Grouping takes missing for null.
        let each = analysis.by.iter().map(|dimension| row.get(&dimension.name).unwrap_or(&Bson::Null));
        format!("{:?}", each.collect::<Vec<_>>())
    };
    let others: Vec<HashMap<String, &Document>> =
        others.iter().map(|rows| rows.iter().map(|row| (key(row), row)).collect()).collect();
    let counts: Vec<&String> =
        analysis.measures.iter().filter_map(|measure| measure.by_value.as_ref()).flat_map(|of| &of.counts).collect();
    let joined = |row: &Document| {
        let key = key(row);
        let mut row = row.clone();
        for other in others.iter().filter_map(|rows| rows.get(&key)) {
            let new: Vec<_> = other.iter().filter(|(name, _)| !row.contains_key(*name)).collect();
            row.extend(new.into_iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        for count in &counts {
            if !row.contains_key(*count) {
                row.insert((*count).clone(), 0);
            }
        }
        row
    };
    Cow::Owned(first.iter().map(joined).collect())
}
