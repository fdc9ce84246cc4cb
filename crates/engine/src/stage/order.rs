//! The order that a list of sort keys gives documents: what `$sort`, `$top` and `$setWindowFields` share.
//!
//! MongoDB: documents are ordered as an index over the keys would order them. Missing counts as null. An array stands
//! for its least element where the order ascends and for its greatest where it descends; an empty array lies below
//! null. Two keys may reach into one array (then one element gives both), but not into two different ones. Where `_id`
//! is the only key, an array is just a value, as in the index over `_id`.

use std::cmp::Ordering;

use bson::{Bson, Document};
use pipeline::ast::{Order, Path, SortKey};

use crate::Error;
use crate::value::compare;

/// Sort keys made ready for many documents.
#[derive(Clone, Debug)]
pub struct SortOrder {
    parts: Vec<(Vec<String>, Order)>,
    /// Whether `_id` is the only key.
    is_id: bool,
}

/// Where a key has got to in a document, not yet followed to its end.
#[derive(Clone, Copy)]
enum Way<'a> {
    Value(&'a Bson),
    Object(&'a Document, &'a [String]),
    /// As the vector that it is: it is known again by its place, which empty slices share.
    Array(&'a Vec<Bson>, &'a [String]),
}

impl SortOrder {
    /// The order by these keys, the first counting most.
    #[must_use]
    pub fn new(keys: &[SortKey]) -> Self {
        let parts: Vec<_> = keys.iter().map(|key| (key.path.segments().to_vec(), key.order)).collect();
        let is_id = matches!(parts.as_slice(), [(path, _)] if path == &["_id"]);
        Self { parts, is_id }
    }

    /// The same order inside partitions.
    ///
    /// MongoDB: partitions are made by sorting by their key first, so that `_id` is never the only one.
    #[must_use]
    pub(crate) fn within_partitions(self) -> Self {
        Self { is_id: false, ..self }
    }

    /// The order of documents whose fields `0`, `1`, … are the keys.
    #[must_use]
    pub(crate) fn of_values(orders: impl Iterator<Item = Order>) -> Self {
        let parts = orders.enumerate().map(|(index, order)| (vec![index.to_string()], order)).collect();
        Self { parts, is_id: false }
    }

    /// What of the document its place depends on.
    pub fn key(&self, document: &Document) -> Result<Vec<Bson>, Error> {
        if self.is_id {
            return Ok(vec![document.get("_id").cloned().unwrap_or(Bson::Null)]);
        }
        let ways = self.parts.iter().map(|(path, _)| Way::Object(document, path)).collect::<Vec<_>>();
        let mut best = None;
        self.expand(&ways, &mut best)?;
        Ok(best.unwrap_or_default())
    }

    /// Whether some key of the document lies in an array, but for the key at `except`.
    #[must_use]
    pub(crate) fn meets_array(&self, document: &Document, except: Option<&Path>) -> bool {
        self.parts
            .iter()
            .filter(|(path, _)| except.is_none_or(|except| except.segments() != path))
            .any(|(path, _)| matches!(Way::Object(document, path).to_array_or_end(), Way::Array(..)))
    }

    /// Orders two keys.
    #[must_use]
    pub fn compare(&self, a: &[Bson], b: &[Bson]) -> Ordering {
        for ((a, b), (_, order)) in a.iter().zip(b).zip(&self.parts) {
            let ordering = match order {
                Order::Ascending => compare(a, b),
                Order::Descending => compare(b, a),
            };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        Ordering::Equal
    }

    /// Follows all ways; where they lead into an array, once for each of its elements. Keeps the first key in order.
    fn expand(&self, ways: &[Way], best: &mut Option<Vec<Bson>>) -> Result<(), Error> {
        let ways: Vec<Way> = ways.iter().map(|way| way.to_array_or_end()).collect();
        match common_array(&ways)? {
            Some(items) if !items.is_empty() => {
                for item in items {
                    let inside = ways.iter().map(|way| way.into_element(item)).collect::<Result<Vec<_>, Error>>()?;
                    self.expand(&inside, best)?;
                }
            }
            _ => {
                let key: Vec<Bson> = ways.iter().map(|way| way.end().clone()).collect();
                if best.as_ref().is_none_or(|best| self.compare(&key, best) == Ordering::Less) {
                    *best = Some(key);
                }
            }
        }
        Ok(())
    }
}

impl<'a> Way<'a> {
    /// Goes on through objects.
    fn to_array_or_end(self) -> Self {
        let Self::Object(mut document, mut path) = self else { return self };
        while let Some((name, rest)) = path.split_first() {
            path = rest;
            match document.get(name) {
                Some(Bson::Array(items)) => return Self::Array(items, path),
                Some(value) if path.is_empty() => return Self::Value(value),
                Some(Bson::Document(inner)) => document = inner,
                _ => break,
            }
        }
        Self::Value(&Bson::Null)
    }

    /// MongoDB: an empty array counts as undefined, and what lies below it as null.
    fn end(self) -> &'a Bson {
        match self {
            Self::Value(value) => value,
            Self::Array(_, []) => &Bson::Undefined,
            Self::Object(..) | Self::Array(..) => &Bson::Null,
        }
    }

    /// MongoDB: a numeric segment behind an array picks its element instead of entering each; of arrays inside arrays
    /// only a picked one is entered.
    fn into_element(self, item: &'a Bson) -> Result<Self, Error> {
        let Self::Array(items, rest) = self else { return Ok(self) };
        Ok(match picked(items, rest)? {
            Some((Bson::Array(inner), [])) if inner.is_empty() => Self::Value(&Bson::Undefined),
            Some((picked, [])) => Self::Value(picked),
            Some((Bson::Document(inner), rest)) => Self::Object(inner, rest),
            Some((Bson::Array(inner), rest)) => Self::Array(inner, rest),
            Some(_) => Self::Value(&Bson::Null),
            None => match item {
                item if rest.is_empty() => Self::Value(item),
                Bson::Document(inner) => Self::Object(inner, rest),
                _ => Self::Value(&Bson::Null),
            },
        })
    }
}

/// What a numeric segment picks, if the array has it. MongoDB: an element with a field of that name makes this
/// ambiguous; with a zero in front, as in `01`, it is a field's name alone.
fn picked<'a>(items: &'a [Bson], path: &'a [String]) -> Result<Option<(&'a Bson, &'a [String])>, Error> {
    let Some((name, rest)) = path.split_first() else { return Ok(None) };
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    let Some(item) = name.parse().ok().filter(|_| is_number).and_then(|index: usize| items.get(index)) else {
        return Ok(None);
    };
    if items.iter().filter_map(Bson::as_document).any(|item| item.contains_key(name)) {
        return Err(Error::coded(
            16746,
            format!(
                "ambiguous field name found in array (do not use numeric field names in embedded elements in an \
                 array), field: '{name}'"
            ),
        ));
    }
    Ok(Some((item, rest)))
}

/// The one array that ways lead into, if any does.
fn common_array<'a>(ways: &[Way<'a>]) -> Result<Option<&'a Vec<Bson>>, Error> {
    let mut common: Option<&Vec<Bson>> = None;
    for way in ways {
        if let Way::Array(items, _) = way {
            match common {
                Some(other) if !std::ptr::eq(other, *items) => {
                    return Err(Error::coded(2, "cannot sort with keys that are parallel arrays"));
                }
                _ => common = Some(items),
            }
        }
    }
    Ok(common)
}

#[cfg(test)]
mod tests {
    use bson::{bson, doc};
    use pipeline::ast::Path;

    use super::*;

    fn key(keys: &[(&str, Order)], document: &Document) -> Result<Bson, Error> {
        let keys: Vec<SortKey> =
            keys.iter().map(|(path, order)| SortKey { path: Path::new(path).unwrap(), order: *order }).collect();
        SortOrder::new(&keys).key(document).map(Bson::Array)
    }

    #[test]
    fn arrays_stand_for_their_extremes() {
        let up = |path, document: Document| key(&[(path, Order::Ascending)], &document).unwrap();
        let down = |path, document: Document| key(&[(path, Order::Descending)], &document).unwrap();
        assert_eq!(up("a", doc! {"a": [3, 1, 2]}), bson!([1]));
        assert_eq!(down("a", doc! {"a": [3, 1, 2]}), bson!([3]));
        assert_eq!(up("a", doc! {"a": [[0], 5]}), bson!([5]));
        assert_eq!(up("a", doc! {"a": []}), bson!([Bson::Undefined]));
        assert_eq!(up("a.b", doc! {"a": []}), bson!([null]));
        assert_eq!(up("a.b", doc! {"a": [{"b": 2}, 1]}), bson!([null]));
        assert_eq!(down("a.b", doc! {"a": [{"b": [7, 9]}, {"b": 8}]}), bson!([9]));
        assert_eq!(up("a.1", doc! {"a": [3, 1]}), bson!([1]));
        assert_eq!(up("x", doc! {}), bson!([null]));
        assert_eq!(up("_id", doc! {"_id": [3, 1]}), bson!([[3, 1]]));
    }

    #[test]
    fn one_element_gives_all_keys_of_its_array() {
        let keys = [("a.b", Order::Ascending), ("a.c", Order::Descending)];
        assert_eq!(key(&keys, &doc! {"a": [{"b": 1, "c": 2}, {"b": 1, "c": 5}, {"b": 2, "c": 9}]}), Ok(bson!([1, 5])));
        let parallel = key(&[("a", Order::Ascending), ("b", Order::Ascending)], &doc! {"a": [1], "b": [1]});
        assert_eq!(parallel.unwrap_err().code(), Some(2));
        for keys in [["a", "b"], ["a.x", "b"], ["a", "b.y"], ["a.x", "b.y"], ["a.0", "b.0"]] {
            let keys = keys.map(|key| (key, Order::Ascending));
            assert_eq!(key(&keys, &doc! {"a": [], "b": []}).unwrap_err().code(), Some(2), "{keys:?}");
            assert!(key(&keys, &doc! {"a": [], "b": 5}).is_ok(), "{keys:?}");
        }
        assert!(key(&[("a.x", Order::Ascending), ("a.z", Order::Ascending)], &doc! {"a": []}).is_ok());
        let elements = doc! {"a": [{"b": [], "c": []}]};
        let inside = key(&[("a.b", Order::Ascending), ("a.c", Order::Ascending)], &elements);
        assert_eq!(inside.unwrap_err().code(), Some(2));
    }
}
