//! What is done to each document of a `find` behind its stages, where the projection takes elements of arrays.
//!
//! In: the parts of a projection. Out: a [`TakenElements`], parsed, for an engine to apply.
//! Invariant: `then` reads what was taken below [`CARRIED`](super::CARRIED), and gives no other field of that name.

use bson::{Bson, bson, doc};

use crate::{
    Error, Pipeline,
    ast::{Path, Predicate},
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
            Ok((name, parse::parse_predicate(&test)?))
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
