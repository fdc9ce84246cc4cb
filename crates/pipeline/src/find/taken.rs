//! What is done to each document of a `find` behind its stages, where the projection takes elements of arrays.
//!
//! In: the parts of a projection. Out: a [`TakenElements`], parsed, for an engine to apply.
//! Invariant: `then` reads what was taken below [`CARRIED`](super::CARRIED), and gives no other field of that name.

use bson::{Bson, bson, doc};

use crate::{
    Error, Pipeline,
    ast::{Path, Predicate, Test},
    parse,
};

/// The steps: choose elements, run `then` on the document that carries them, keep one element at the position.
#[derive(Clone, Debug, PartialEq)]
pub struct TakenElements {
    /// `a: {$elemMatch: …}`: the array's field, and the test that its first element passes. The n-th element taken is carried
    /// under the name n, as an array of one.
    pub elements: Vec<(String, Predicate)>,
    /// `"a.$": 1`: where the array is, and the filter whose match says which element.
    pub position: Option<(Path, Predicate)>,
    /// The rest of the projection.
    pub then: Pipeline,
}

impl TakenElements {
    pub(super) fn new(
        elements: Vec<(String, Bson)>,
        position: Option<Path>,
        filter: Option<&Bson>,
        then: &Bson,
    ) -> Result<Self, Error> {
        let element = |(name, query): (String, Bson)| {
            let test = bson!({ name.as_str(): { "$elemMatch": query } });
            let test = parse::parse_predicate(&test)?;
            if has_schema(&test) { Err(misplaced_schema()) } else { Ok((name, test)) }
        };
        let position = match position {
            None => None,
            Some(path) => {
                let filter = filter.cloned().unwrap_or_else(|| Bson::Document(doc! {}));
                let filter = parse::parse_predicate(&filter)?;
                if sees_whole_documents(&filter) {
                    let message = format!("`{path}.$` takes an element by the filter, and `$expr` names none");
                    return Err(Error::input(message).hint("say in the filter which element is meant").code(224));
                }
                if has_schema(&filter) {
                    return Err(misplaced_schema());
                }
                Some((path, filter))
            }
        };
        Ok(Self {
            elements: elements.into_iter().map(element).collect::<Result<_, Error>>()?,
            position,
            then: parse::parse(then)?,
        })
    }
}

fn sees_whole_documents(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::And(list) | Predicate::Or(list) | Predicate::Nor(list) => list.iter().any(sees_whole_documents),
        Predicate::Expr(_) => true,
        Predicate::JsonSchema(..) | Predicate::Field(..) => false,
    }
}

/// MongoDB: a schema names no element of an array.
fn misplaced_schema() -> Error {
    Error::input("`$jsonSchema` cannot stand where an element of an array is taken").code(224)
}

fn has_schema(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::And(list) | Predicate::Or(list) | Predicate::Nor(list) => list.iter().any(has_schema),
        Predicate::JsonSchema(..) => true,
        Predicate::Field(_, test) => is_of_schema(test),
        Predicate::Expr(_) => false,
    }
}

fn is_of_schema(test: &Test) -> bool {
    match test {
        Test::And(tests) | Test::All(tests) | Test::ElemMatchValue(tests) => tests.iter().any(is_of_schema),
        Test::Not(test) => is_of_schema(test),
        Test::ElemMatchObject(inside) => has_schema(inside),
        _ => false,
    }
}
