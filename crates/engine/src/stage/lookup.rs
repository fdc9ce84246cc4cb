//! `$lookup` by equality: an array of the other collection's documents whose field equals the field here.
//!
//! MongoDB: the other field is tested as a query tests it (an array matches by any element or whole, null matches
//! missing); an array here matches by any of its elements; a missing field here counts as null. Matches come in the
//! order of the other collection, each once.

use std::collections::HashMap;

use bson::{Bson, Document};
use pipeline::ast::{Lookup, Path};

use super::{Context, Rows, nested, size};
use crate::Error;
use crate::query::{Leaf, Traversal};
use crate::value::Key;

pub(super) fn run<'a>(lookup: &'a Lookup, rows: Rows<'a>, ctx: &'a Context<'a>) -> Rows<'a> {
    let mut index: Option<Index> = None;
    Box::new(rows.map(move |row| {
        let mut row = row?;
        let index = match &mut index {
            Some(index) => index,
            empty => empty.insert(Index::new(lookup, ctx)?),
        };
        let matches = index.matches(&row, &lookup.local, &lookup.from)?;
        nested::set(&mut row, &lookup.target, Bson::Array(matches));
        Ok(row)
    }))
}

/// The other collection, findable by its field's values. Built once, when the first document asks.
struct Index {
    documents: Vec<Document>,
    places: HashMap<Key, Vec<usize>>,
}

impl Index {
    fn new(lookup: &Lookup, ctx: &Context) -> Result<Self, Error> {
        let documents = ctx.brake.watch(ctx.collections.documents(&lookup.from)).collect::<Result<Vec<_>, Error>>()?;
        let path = Traversal::new(&lookup.foreign);
        let mut places: HashMap<Key, Vec<usize>> = HashMap::new();
        for (place, document) in documents.iter().enumerate() {
            ctx.brake.check()?;
            path.any::<Error>(document, Leaf::Entered, &mut |value| {
                let entries = places.entry(Key::of(value.unwrap_or(&Bson::Null))).or_default();
                if entries.last() != Some(&place) {
                    entries.push(place);
                }
                Ok(false)
            })?;
        }
        Ok(Self { documents, places })
    }

    fn matches(&self, row: &Document, local: &Path, from: &str) -> Result<Vec<Bson>, Error> {
        let mut values = Vec::new();
        local_values(row, local.segments(), &mut values);
        let mut places: Vec<usize> = match values.as_slice() {
            [] => self.places.get(&Key::of(&Bson::Null)).cloned().unwrap_or_default(),
            values => values.iter().filter_map(|value| self.places.get(&Key::of(value))).flatten().copied().collect(),
        };
        if values.len() > 1 {
            places.sort_unstable();
            places.dedup();
        }
        let mut bytes = 0;
        for place in &places {
            bytes += size::of_document(&self.documents[*place]);
            if bytes > size::LIMIT_BYTES {
                return Err(Error::coded(
                    4568,
                    format!("total size of documents in `{from}` matching the `$lookup` exceeds {}", size::LIMIT_BYTES),
                ));
            }
        }
        Ok(places.into_iter().map(|place| Bson::Document(self.documents[place].clone())).collect())
    }
}

/// All values at a path: at its end the elements of an array, on its way each element that is an object.
///
/// MongoDB: numeric segments behind an array pick its elements.
fn local_values<'a>(document: &'a Document, path: &[String], values: &mut Vec<&'a Bson>) {
    let Some((name, mut rest)) = path.split_first() else { return };
    let Some(mut value) = document.get(name) else { return };
    while let (Bson::Array(items), Some((position, after))) = (value, rest.split_first()) {
        let Ok(position) = position.parse::<usize>() else { break };
        let Some(item) = items.get(position) else { return };
        value = item;
        rest = after;
    }
    match value {
        Bson::Array(items) if rest.is_empty() => values.extend(items),
        value if rest.is_empty() => values.push(value),
        Bson::Document(inner) => local_values(inner, rest, values),
        Bson::Array(items) => {
            items.iter().filter_map(Bson::as_document).for_each(|item| local_values(item, rest, values));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check_with;

    const LOOKUP: &str = "[{$lookup: {from: 'others', localField: 'k', foreignField: 'f', as: 'r'}}, \
                           {$project: {_id: 1, r: '$r._id'}}]";

    #[test]
    fn null_and_missing_are_equal_and_arrays_match_by_element() {
        let others = "{_id: 1, f: 5}\n{_id: 2}\n{_id: 3, f: [5, 6]}\n{_id: 4, f: null}\n{_id: 5, f: []}";
        check_with(LOOKUP, "{_id: 1, k: 5}", others, "{_id: 1, r: [1, 3]}");
        check_with(LOOKUP, "{_id: 1, k: {$numberDouble: '6.0'}}", others, "{_id: 1, r: [3]}");
        check_with(LOOKUP, "{_id: 1}", others, "{_id: 1, r: [2, 4]}");
        check_with(LOOKUP, "{_id: 1, k: [6, 5, null]}", others, "{_id: 1, r: [1, 2, 3, 4]}");
        check_with(LOOKUP, "{_id: 1, k: 9}", others, "{_id: 1, r: []}");
    }

    #[test]
    fn dotted_paths_go_through_arrays_on_both_sides() {
        let lookup = "[{$lookup: {from: 'others', localField: 'k.a', foreignField: 'f.b', as: 'r'}}, \
                       {$project: {r: '$r._id'}}]";
        let others = "{_id: 1, f: [{b: 1}, {b: 2}]}\n{_id: 2, f: {b: 3}}";
        check_with(lookup, "{k: [{a: 2}, {a: 3}]}", others, "{r: [1, 2]}");
    }
}
