//! Which values a dotted path of the query language names.
//!
//! In: a document, a path, and whether arrays at its end are entered. Out: each value named, one after the other, until
//! the visitor says that it has seen enough; `None` where the path leads to nothing.
//! Always holds: the values come in the order of the server's own iteration. A path may name many values, and none.

use bson::{Bson, Document};

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
    pub(crate) fn new(path: &pipeline::ast::Path) -> Self {
        let segment = |name: &String| Segment { name: name.clone(), index: index(name) };
        Self { segments: path.segments().iter().map(segment).collect() }
    }

    /// Shows the values that the path names to `visit` until it returns true; returns whether it did.
    pub(crate) fn any<E>(
        &self,
        document: &Document,
        leaf: Leaf,
        visit: &mut dyn FnMut(Option<&Bson>) -> Result<bool, E>,
    ) -> Result<bool, E> {
        walk(document, &self.segments, leaf, visit)
    }
}

/// MongoDB: only the plain spelling of a number is an index; `01` is a field's name.
fn index(name: &str) -> Option<usize> {
    let index: usize = name.parse().ok()?;
    (index.to_string() == name).then_some(index)
}

fn walk<E>(
    document: &Document,
    path: &[Segment],
    leaf: Leaf,
    visit: &mut dyn FnMut(Option<&Bson>) -> Result<bool, E>,
) -> Result<bool, E> {
    let mut document = document;
    for (depth, segment) in path.iter().enumerate() {
        let rest = &path[depth + 1..];
        match document.get(&segment.name) {
            None => return visit(None),
            Some(whole @ Bson::Array(items)) => {
                if rest.is_empty() && leaf == Leaf::Whole {
                    return visit(Some(whole));
                }
                return Ok(walk_array(items, rest, leaf, visit)? || (rest.is_empty() && visit(Some(whole))?));
            }
            Some(value) if rest.is_empty() => return visit(Some(value)),
            Some(Bson::Document(inner)) => document = inner,
            Some(_) => return visit(None),
        }
    }
    Ok(false)
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
        if let Bson::Document(inner) = item
            && walk(inner, path, leaf, visit)?
        {
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
        Bson::Document(inner) => walk(inner, rest, leaf, visit),
        Bson::Array(inner) => walk_array(inner, rest, leaf, visit),
        _ => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    fn named(path: &str, document: &Document, leaf: Leaf) -> String {
        let mut seen = Vec::new();
        Traversal::new(&pipeline::ast::Path::new(path).unwrap())
            .any::<()>(document, leaf, &mut |value| {
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
