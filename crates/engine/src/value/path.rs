//! Dotted paths: reading, writing and removing a field however deep.
//!
//! Invariant: only field names count; `a.0` is the field `0`, never the first element.

use std::borrow::Cow;

use bson::{Bson, Document};
use pipeline::ast::Path;

use super::Value;

/// The value at a path, as an expression sees it.
///
/// MongoDB: at an array the path goes on in each element that is an object, and the values found (the missing left
/// out) become an array, perhaps an empty one; arrays inside arrays are not entered.
#[must_use]
pub fn get(document: &Document, path: &Path) -> Value {
    find(document, path).map(Cow::into_owned)
}

/// As [`get`], but borrowed from the document where no array lies on the way.
#[must_use]
pub fn find<'a>(document: &'a Document, path: &Path) -> Option<Cow<'a, Bson>> {
    find_segments(document, path.segments())
}

fn find_segments<'a>(document: &'a Document, segments: &[String]) -> Option<Cow<'a, Bson>> {
    let (head, rest) = segments.split_first()?;
    find_in(document.get(head)?, rest)
}

/// The value at the rest of a path below any value: what `$$name.a.b` means. An empty rest is the value itself.
pub(crate) fn find_in<'a>(value: &'a Bson, rest: &[String]) -> Option<Cow<'a, Bson>> {
    match value {
        _ if rest.is_empty() => Some(Cow::Borrowed(value)),
        Bson::Document(inner) => find_segments(inner, rest),
        Bson::Array(items) => {
            let found = items.iter().filter_map(Bson::as_document).filter_map(|item| find_segments(item, rest));
            Some(Cow::Owned(Bson::Array(found.map(Cow::into_owned).collect())))
        }
        _ => None,
    }
}

/// Writes a value at a path, as `$addFields` does; missing takes the field away.
///
/// MongoDB: objects on the way are made where they lack (also for a missing value), what is neither object nor array
/// is replaced by one, and at an array the value is written into every element.
pub fn set(document: &mut Document, path: &Path, value: Value) {
    set_segments(document, path.segments(), value);
}

fn set_segments(document: &mut Document, segments: &[String], value: Value) {
    let Some((head, rest)) = segments.split_first() else { return };
    if rest.is_empty() {
        match value {
            Some(value) => drop(document.insert(head.as_str(), value)),
            None => drop(document.remove(head)),
        }
        return;
    }
    if let Some(inner) = document.get_mut(head) {
        set_in(inner, rest, value);
    } else {
        let mut inner = Document::new();
        set_segments(&mut inner, rest, value);
        document.insert(head.as_str(), inner);
    }
}

fn set_in(target: &mut Bson, rest: &[String], value: Value) {
    match target {
        Bson::Document(inner) => set_segments(inner, rest, value),
        Bson::Array(items) => items.iter_mut().for_each(|item| set_in(item, rest, value.clone())),
        _ => {
            let mut inner = Document::new();
            set_segments(&mut inner, rest, value);
            *target = Bson::Document(inner);
        }
    }
}

/// Removes the field at a path, as `$unset` and an excluding `$project` do: in every element of arrays on the way,
/// also of arrays inside arrays.
pub fn remove(document: &mut Document, path: &Path) {
    remove_segments(document, path.segments());
}

fn remove_segments(document: &mut Document, segments: &[String]) {
    let Some((head, rest)) = segments.split_first() else { return };
    if rest.is_empty() {
        document.remove(head);
    } else if let Some(inner) = document.get_mut(head) {
        remove_in(inner, rest);
    }
}

fn remove_in(target: &mut Bson, rest: &[String]) {
    match target {
        Bson::Document(inner) => remove_segments(inner, rest),
        Bson::Array(items) => items.iter_mut().for_each(|item| remove_in(item, rest)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use bson::{bson, doc};

    use super::*;

    fn path(text: &str) -> Path {
        Path::new(text).unwrap()
    }

    #[test]
    fn reading_reaches_through_arrays_of_objects_only() {
        let document = doc! {"a": [{"b": 1}, {"c": 2}, 3, [{"b": 4}], {"b": [5]}], "s": 1};
        assert_eq!(get(&document, &path("a.b")), Some(bson!([1, [5]])));
        assert_eq!(get(&document, &path("a.0")), Some(bson!([])));
        assert_eq!(get(&document, &path("s.x")), None);
        assert_eq!(get(&document, &path("nope.x")), None);
    }

    #[test]
    fn writing_makes_objects_and_spreads_over_arrays() {
        let mut document = doc! {"a": [{"b": 1}, 2, [3]], "s": 1};
        set(&mut document, &path("a.b"), Some(bson!(9)));
        set(&mut document, &path("s.x.y"), Some(bson!(8)));
        set(&mut document, &path("new.x"), None);
        assert_eq!(document, doc! {"a": [{"b": 9}, {"b": 9}, [{"b": 9}]], "s": {"x": {"y": 8}}, "new": {}});
        set(&mut document, &path("s"), None);
        assert_eq!(document.keys().collect::<Vec<_>>(), ["a", "new"]);
    }

    #[test]
    fn removing_enters_arrays_inside_arrays() {
        let mut document = doc! {"a": [{"b": 1, "c": 1}, [{"b": 1}], 2], "d": 1};
        remove(&mut document, &path("a.b"));
        remove(&mut document, &path("d.x"));
        assert_eq!(document, doc! {"a": [{"c": 1}, [{}], 2], "d": 1});
    }
}
