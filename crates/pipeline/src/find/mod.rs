//! What asks for documents without a pipeline, as the pipeline that it is: `find`, `distinct` and `count`.
//!
//! In: filter, projection, sort, skip and limit as BSON. Out: the stages that give the same documents, as BSON, to be parsed as any
//! pipeline; where a projection takes an element of an array (`$elemMatch`, `"a.$"`), also a [`TakenElements`], which is done to each
//! document behind them.
//! Invariant: refused here is what `find` alone refuses, with the server's codes; the parser of pipelines sees to the rest.
//! Why not stages alone: which element is meant is said in the query language, which no expression speaks.

mod distinct;
mod projection;
mod taken;

use bson::{Bson, Document, doc};

use crate::{Error, describe, parse};

pub use distinct::{distinct, distinct_key};
pub use taken::TakenElements;

/// The field that carries a document's chosen elements from one step of a [`TakenElements`] to the next: a name that no one types.
pub const CARRIED: &str = "\u{e000}found";

/// What a `find` says. What it leaves out says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "each is named as in MongoDB")]
pub struct Find {
    pub filter: Option<Bson>,
    pub projection: Option<Bson>,
    pub sort: Option<Bson>,
    pub skip: Option<Bson>,
    pub limit: Option<Bson>,
    /// The variables that filter and projection see.
    pub variables: Document,
}

/// What a `find` comes down to.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The stages, in an array.
    pub pipeline: Bson,
    /// What is done to each document that they give.
    pub taken: Option<TakenElements>,
}

impl Find {
    /// The stages that give the documents.
    pub fn found(&self) -> Result<Found, Error> {
        let mut stages = Vec::new();
        matching(&mut stages, self.filter.as_ref())?;
        if let Some(sort) = &self.sort {
            let sort = object("sort", sort)?;
            if !in_natural_order(sort)? && !sort.is_empty() {
                stages.push(doc! { "$sort": sort.clone() });
            }
        }
        window(&mut stages, "find", self.skip.as_ref(), self.limit.as_ref())?;
        let projection = self.projection.as_ref().map(|given| object("projection", given)).transpose()?;
        let placed = |error: Error| error.under("projection").settled();
        let projection = projection.map(projection::read).transpose().map_err(placed)?.unwrap_or_default();
        let bound = |stages: Vec<Document>| parse::bound(array(stages), &self.variables);
        if !projection.takes_elements() {
            stages.extend(projection.stages);
            return Ok(Found { pipeline: bound(stages)?, taken: None });
        }
        let then = bound(projection.stages)?;
        let taken = TakenElements::new(projection.elements, projection.position, self.filter.as_ref(), &then)?;
        Ok(Found { pipeline: bound(stages)?, taken: Some(taken) })
    }
}

/// The stages that count documents, into the field `n`. MongoDB: of nothing there is no row, which means 0; a negative limit
/// counts as a positive one.
pub fn count(filter: Option<&Bson>, skip: Option<&Bson>, limit: Option<&Bson>) -> Result<Bson, Error> {
    let mut stages = Vec::new();
    matching(&mut stages, parse::given(filter))?;
    let limit = limit.map(size).transpose()?.map(Bson::Int64);
    window(&mut stages, "count", skip, limit.as_ref())?;
    stages.push(doc! { "$count": "n" });
    Ok(array(stages))
}

/// How many documents `count` may find.
fn size(limit: &Bson) -> Result<i64, Error> {
    let found = no_whole_number("limit", limit);
    match (parse::whole(limit), parse::number(limit)) {
        (Some(i64::MIN), _) | (None, None) => Err(found.code(2)),
        (None, Some(_)) => Err(found.code(9)),
        (Some(whole), _) => Ok(whole.saturating_abs()),
    }
}

fn array(stages: Vec<Document>) -> Bson {
    Bson::Array(stages.into_iter().map(Bson::Document).collect())
}

/// Adds the `$match` of a filter that says something.
fn matching(stages: &mut Vec<Document>, filter: Option<&Bson>) -> Result<(), Error> {
    let filter = filter.map(|filter| object("filter", filter)).transpose()?;
    if let Some(filter) = filter.filter(|filter| !filter.is_empty()) {
        stages.push(doc! { "$match": filter.clone() });
    }
    Ok(())
}

/// Adds `$skip` and `$limit`, where they change anything.
fn window(stages: &mut Vec<Document>, of: &str, skip: Option<&Bson>, limit: Option<&Bson>) -> Result<(), Error> {
    for (name, given) in [("skip", skip), ("limit", limit)] {
        let n = given.map_or(Ok(0), |given| counted(of, name, given))?;
        if n > 0 {
            stages.push(doc! { format!("${name}"): n });
        }
    }
    Ok(())
}

/// A number of documents.
fn counted(of: &str, name: &str, given: &Bson) -> Result<i64, Error> {
    let n = match given {
        Bson::Null | Bson::Undefined => 0,
        given => match parse::whole(given).or_else(|| parse::integral(given).map(|n| n as i64)) {
            Some(n) => n,
            None => return Err(no_whole_number(name, given).code(14)),
        },
    };
    if n < 0 {
        let error = Error::input(format!("`{name}` of `{of}` is at least 0, found {n}")).code(51024);
        return Err(if name == "limit" { error.hint("0 means all documents") } else { error });
    }
    Ok(n)
}

fn no_whole_number(name: &str, given: &Bson) -> Error {
    Error::input(format!("`{name}` takes a whole number, found {}", describe::a_value(given)))
}

fn object<'a>(name: &str, given: &'a Bson) -> Result<&'a Document, Error> {
    match given {
        Bson::Document(document) => Ok(document),
        other => {
            let message = format!("`{name}` takes an object, found {}", describe::a_value(other));
            Err(Error::input(message).code(14))
        }
    }
}

/// Whether a sort asks for the order that the documents lie in.
fn in_natural_order(sort: &Document) -> Result<bool, Error> {
    match sort.get("$natural") {
        None => Ok(false),
        Some(order) if parse::number(order).is_some_and(|order| order > 0.0) && sort.len() == 1 => Ok(true),
        Some(_) => Err(Error::unsupported("a sort by `$natural` other than `{ $natural: 1 }` is not supported")
            .hint("sort by a field, such as `{ _id: -1 }`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stages(find: &str) -> String {
        let given = crate::read_document(find).unwrap();
        let part = |name: &str| given.get(name).cloned();
        let find = Find {
            filter: part("filter"),
            projection: part("projection"),
            sort: part("sort"),
            skip: part("skip"),
            limit: part("limit"),
            variables: given.get_document("let").cloned().unwrap_or_default(),
        };
        match find.found() {
            Ok(found) => {
                let taken = if found.taken.is_some() { " and taken elements" } else { "" };
                format!("{}{taken}", crate::print::value(&found.pipeline))
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_says_nothing_is_no_stage() {
        assert_eq!(stages("{}"), "[]");
        assert_eq!(stages("{filter: {}, projection: {}, sort: {}, skip: 0, limit: 0}"), "[]");
        assert_eq!(stages("{sort: {$natural: 1}, limit: null}"), "[]");
    }

    #[test]
    fn the_stages_stand_in_the_order_in_which_find_works() {
        assert_eq!(
            stages("{projection: {a: 1}, limit: 2, skip: 1.5, sort: {a: -1}, filter: {a: 5}}"),
            r#"[{"$match": {"a": 5}}, {"$sort": {"a": -1}}, {"$skip": {"$numberLong": "1"}}, {"$limit": {"$numberLong": "2"}}, {"$project": {"a": 1}}]"#
        );
    }

    #[test]
    fn elements_are_taken_behind_the_stages() {
        assert_eq!(stages("{filter: {a: 1}, projection: {'a.$': 1}}"), r#"[{"$match": {"a": 1}}] and taken elements"#);
        assert_eq!(stages("{projection: {a: {$elemMatch: {b: 1}}}}"), "[] and taken elements");
    }

    #[test]
    fn variables_reach_filter_and_projection() {
        let text = stages("{filter: {$expr: {$eq: ['$a', '$$k']}}, projection: {x: '$$k'}, let: {k: 2}}");
        assert_eq!(text.matches("$let").count(), 2, "{text}");
    }

    #[test]
    fn what_cannot_be_is_told_with_what_can() {
        assert_eq!(stages("{skip: -1}"), "`skip` of `find` is at least 0, found -1");
        assert_eq!(stages("{limit: -1}"), "`limit` of `find` is at least 0, found -1\nhint: 0 means all documents");
        assert_eq!(
            stages("{sort: {$natural: -1}}"),
            "a sort by `$natural` other than `{ $natural: 1 }` is not supported\nhint: sort by a field, such as `{ _id: -1 }`"
        );
    }
}
