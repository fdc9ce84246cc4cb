//! Which values a dotted path of the query language names.
//!
//! In: a top-level value, the path inside it, and whether arrays at its end are entered. Out: each value named, one after the other, until
//! the visitor says that it has seen enough; `None` where the path leads to nothing.
//! Invariant: the values come in the order of the server's own iteration. A path may name many values, and none.

use bson::Bson;

/// What becomes of an array at the end of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// Its elements are named, then the array itself.
    Entered,
    /// Only the array itself is named (`$size`, `$elemMatch`).
    Whole,
}

/// One step of a path: a field's name that may also be an array's index.
#[derive(Clone, Debug)]
struct Segment {
    name: String,
    index: Option<usize>,
}

/// A path made ready for many documents.
#[derive(Clone, Debug)]
pub(crate) struct Traversal {
    segments: Vec<Segment>,
}

impl Traversal {
    pub(crate) fn new(path: &[String]) -> Self {
        let segment = |name: &String| Segment { name: name.clone(), index: index(name) };
        Self { segments: path.iter().map(segment).collect() }
    }

    /// Shows the values that the path names to `visit` until it returns true; returns whether it did.
    pub(crate) fn any<E>(
        &self,
        top: Option<&Bson>,
        leaf: Leaf,
        visit: &mut dyn FnMut(Option<&Bson>) -> Result<bool, E>,
    ) -> Result<bool, E> {
        walk(top, &self.segments, leaf, visit)
    }

    /// The first array on the way, and the path that goes on inside its elements.
    pub(crate) fn first_array<'v>(&self, top: Option<&'v Bson>) -> Option<(&'v [Bson], Self)> {
        let (mut value, mut path) = (top?, self.segments.as_slice());
        loop {
            match (value, path.split_first()) {
                (Bson::Array(items), _) => return Some((items, Self { segments: path.to_vec() })),
                (Bson::Document(inner), Some((segment, rest))) => (value, path) = (inner.get(&segment.name)?, rest),
                _ => return None,
            }
        }
    }

    /// Whether it ends where it starts.
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }
}

/// MongoDB: only the plain spelling of a number is an index; `01` is a field's name.
fn index(name: &str) -> Option<usize> {
    let index: usize = name.parse().ok()?;
    (index.to_string() == name).then_some(index)
}

fn walk<E>(
    top: Option<&Bson>,
    path: &[Segment],
    leaf: Leaf,
    visit: &mut dyn FnMut(Option<&Bson>) -> Result<bool, E>,
) -> Result<bool, E> {
    let (mut value, mut path) = (top, path);
    loop {
        if matches!(value, Some(Bson::Array(_))) && ends_in_a_dot(path) {
            path = &[];
        }
        match (value, path.split_first()) {
            (Some(whole @ Bson::Array(_)), None) if leaf == Leaf::Whole => return visit(Some(whole)),
            (Some(whole @ Bson::Array(items)), next) => {
                return Ok(walk_array(items, path, leaf, visit)? || (next.is_none() && visit(Some(whole))?));
            }
            (Some(value), None) => return visit(Some(value)),
            (Some(Bson::Document(inner)), Some((segment, rest))) => (value, path) = (inner.get(&segment.name), rest),
            (None | Some(_), _) => return visit(None),
        }
    }
}

/// MongoDB: where only the empty name is left, as in `a.`, an array is at the end of its path.
fn ends_in_a_dot(path: &[Segment]) -> bool {
    matches!(path, [last] if last.name.is_empty())
}

/// MongoDB: with path left, an array is entered twice: the rest of the path goes on in each element that is an object,
/// and a numeric segment picks one element. Elements that are neither name nothing, not even "missing".
fn walk_array<E>(
    items: &[Bson],
    path: &[Segment],
    leaf: Leaf,
    visit: &mut dyn FnMut(Option<&Bson>) -> Result<bool, E>,
) -> Result<bool, E> {
    let Some((segment, rest)) = path.split_first() else {
        for item in items {
            if visit(Some(item))? {
                return Ok(true);
            }
        }
        return Ok(false);
    };
    for (position, item) in items.iter().enumerate() {
        if matches!(item, Bson::Document(_)) && walk(Some(item), path, leaf, visit)? {
            return Ok(true);
        }
        if segment.index == Some(position) && walk_picked(item, rest, leaf, visit)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The element that a numeric segment picked.
fn walk_picked<E>(
    item: &Bson,
    rest: &[Segment],
    leaf: Leaf,
    visit: &mut dyn FnMut(Option<&Bson>) -> Result<bool, E>,
) -> Result<bool, E> {
    match item {
        _ if rest.is_empty() => visit(Some(item)),
        Bson::Document(_) => walk(Some(item), rest, leaf, visit),
        Bson::Array(_) if ends_in_a_dot(rest) => walk(Some(item), &[], leaf, visit),
        Bson::Array(inner) => walk_array(inner, rest, leaf, visit),
        _ => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use bson::{Document, doc};
    use pipeline::ast::{FieldRef, Path};

    use super::*;
    use crate::expr::Source;

    fn named(path: &str, document: &Document, leaf: Leaf) -> String {
        let mut seen = Vec::new();
        let path = Path::new(path).unwrap();
        Traversal::new(path.rest())
            .any::<()>(document.top(&path), leaf, &mut |value| {
                seen.push(value.map_or("nothing".to_owned(), ToString::to_string));
                Ok(false)
            })
            .unwrap();
        seen.join(" ")
    }

    #[test]
    fn arrays_at_the_end_are_entered_and_then_named_whole() {
        let document = doc! {"a": [1, [2]], "o": {"a": [1]}};
        assert_eq!(named("a", &document, Leaf::Entered), "1 [2] [1, [2]]");
        assert_eq!(named("a", &document, Leaf::Whole), "[1, [2]]");
        assert_eq!(named("o.a", &document, Leaf::Entered), "1 [1]");
    }

    #[test]
    fn paths_go_on_in_objects_inside_arrays_and_nowhere_else() {
        let document = doc! {"a": [{"b": 1}, {"b": [2]}, {}, 3, [{"b": 4}]], "s": 1};
        assert_eq!(named("a.b", &document, Leaf::Entered), "1 2 [2] nothing");
        assert_eq!(named("s.b", &document, Leaf::Entered), "nothing");
        assert_eq!(named("nope", &document, Leaf::Entered), "nothing");
        assert_eq!(named("a.b", &doc! {"a": [1, 2]}, Leaf::Entered), "");
    }

    #[test]
    fn numbers_are_positions_and_names() {
        let document = doc! {"a": [5, [6], {"1": 7}]};
        assert_eq!(named("a.1", &document, Leaf::Entered), "[6] 7");
        assert_eq!(named("a.01", &document, Leaf::Entered), "nothing");
        assert_eq!(named("a.1.b", &doc! {"a": [5, {"b": 4}]}, Leaf::Entered), "nothing 4");
        assert_eq!(named("a.1.b", &doc! {"a": [5, [{"b": 4}]]}, Leaf::Entered), "4");
    }
}
