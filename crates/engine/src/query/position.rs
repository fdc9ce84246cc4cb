//! Which element of an array a query is about: what `"a.$"` and `$elemMatch` in a projection take.
//!
//! In: a predicate made ready, and a document that it matches, or an array. Out: the element's place, or none where the match is by
//! no element.
//! MongoDB: of several conditions that match by an element the last one written counts; `$or`, `$nor` and negations name none. A
//! path that goes through several arrays means the first of them.

use bson::{Bson, DateTime, Document};
use pipeline::ast::{Comparison, Path};

use super::field_test::FieldTest;
use super::traverse::Traversal;
use super::{Matcher, Node};
use crate::Error;
use crate::expr::Source as _;

impl Matcher<'_, Path> {
    /// The place of the element by which a document matches.
    pub fn position(&self, document: &Document) -> Result<Option<usize>, Error> {
        self.root.position(document, self.now)
    }

    /// The place of the first element that an `$elemMatch`, which this predicate is, takes of the field's array.
    pub fn element(&self, document: &Document) -> Result<Option<usize>, Error> {
        match &self.root {
            Node::Field(field, _, test) => match document.top(field) {
                Some(Bson::Array(items)) => test.element(items, self.now),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }
}

impl Node<'_, Path> {
    fn position(&self, document: &Document, now: DateTime) -> Result<Option<usize>, Error> {
        match self {
            Self::And(list) => last(list, |node| node.position(document, now)),
            Self::Or(list) => match list.as_slice() {
                [only] => only.position(document, now),
                // MongoDB: equalities of one field are an `$in`.
                list if are_one_membership(list) => {
                    let places = list.iter().map(|node| node.position(document, now));
                    Ok(places.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().min())
                }
                _ => Ok(None),
            },
            Self::Nor(_) | Self::Expr(_) | Self::JsonSchema(..) => Ok(None),
            Self::Field(field, path, test) => test.position(path, document.top(field), now),
        }
    }
}

fn are_one_membership(list: &[Node<'_, Path>]) -> bool {
    let equality = |node: &Node<'_, Path>| match node {
        Node::Field(field, _, FieldTest::Compare(Comparison::Eq, _)) => Some((*field).clone()),
        _ => None,
    };
    let mut fields = list.iter().map(equality);
    let first = fields.next().flatten();
    first.is_some() && fields.all(|field| field == first)
}

/// The last of the places that there are.
fn last<T>(list: &[T], place: impl Fn(&T) -> Result<Option<usize>, Error>) -> Result<Option<usize>, Error> {
    for item in list.iter().rev() {
        if let Some(found) = place(item)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The first element that passes.
fn first(items: &[Bson], passes: impl Fn(&Bson) -> Result<bool, Error>) -> Result<Option<usize>, Error> {
    for (place, item) in items.iter().enumerate() {
        if passes(item)? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

impl FieldTest<'_> {
    fn position(&self, path: &Traversal, top: Option<&Bson>, now: DateTime) -> Result<Option<usize>, Error> {
        let tests = match self {
            Self::And(tests) => return last(tests, |test| test.position(path, top, now)),
            Self::Not(_) | Self::Never | Self::Size(_) => return Ok(None),
            other => other,
        };
        match path.first_array(top) {
            Some((items, rest)) if rest.is_empty() => match tests {
                Self::ElemMatchObject(_) | Self::ElemMatchValue(_) => tests.element(items, now),
                _ => first(items, |item| tests.holds(Some(item), now)),
            },
            // An element that the path names by its number is no match by an element.
            Some((items, rest)) => {
                first(items, |item| Ok(matches!(item, Bson::Document(_)) && tests.at(&rest, Some(item), now)?))
            }
            None => Ok(None),
        }
    }
}
