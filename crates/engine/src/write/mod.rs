//! The stages that write: what a collection holds behind `$out` or `$merge`.
//!
//! In: the stage, the documents that the collection holds, and those that reach the stage. Out: the documents that it holds
//! afterwards, one by one; nothing is written here. Invariant: no `_id` comes twice, and every document has one, which comes
//! first.
//!
//! MongoDB: a server goes on document by document, and keeps what it wrote before an error; here an error means that nothing
//! changes.

mod in_place;
mod merge;

use bson::oid::ObjectId;
use bson::{Bson, DateTime, Document};
use pipeline::ast::{Path, Stage};
use pipeline::limits::{MAX_STORED_DEPTH, is_deeper_than};
use pipeline::{Limits, RunError};

use crate::run::NoCollections;
use crate::stage::{Context, size};
use crate::value::{Key, find, is_nullish};
use crate::{Brake, Error};

/// Documents as they come from elsewhere.
type Documents<'a> = &'a mut dyn Iterator<Item = Result<Document, RunError>>;
/// Takes what the collection holds afterwards.
type Keep<'a> = &'a mut dyn FnMut(Document) -> Result<(), RunError>;

/// Writes `rows` over `there`, and hands all that the collection holds then to `keep`; gives how many of these the stage put in,
/// or changed. A stage that writes nothing is a mistake of ours.
pub fn write(
    stage: &Stage,
    there: Documents<'_>,
    rows: Documents<'_>,
    limits: &Limits,
    keep: Keep<'_>,
) -> Result<u64, RunError> {
    let ctx = Context { brake: Brake::of(limits), ..Context::new(DateTime::now(), std::sync::Arc::new(NoCollections)) };
    match stage {
        Stage::Out(_) => out(rows, &ctx, keep),
        Stage::Merge(stage) if in_place::is_needed(stage) => in_place::merged(stage, there, rows, &ctx, keep),
        Stage::Merge(stage) => merge::merged(stage, there, rows, &ctx, keep),
        other => Err(Error::new(format!("`{}` writes nothing", other.name())).into()),
    }
}

fn out(rows: Documents<'_>, ctx: &Context, keep: Keep<'_>) -> Result<u64, RunError> {
    let mut ids = Ids::new(ctx, "$out");
    let mut n_written = 0;
    for row in rows {
        keep(ids.insertable(row?)?)?;
        n_written += 1;
    }
    Ok(n_written)
}

/// The `_id`s of a collection.
struct Ids {
    known: std::collections::HashSet<Key>,
    held: crate::brake::Held,
}

impl Ids {
    fn new(ctx: &Context, stage: &'static str) -> Self {
        Self { known: std::collections::HashSet::new(), held: ctx.brake.hold(stage) }
    }

    /// Takes that of a document which is there.
    fn add(&mut self, document: &Document) -> Result<bool, Error> {
        let id = document.get("_id").unwrap_or(&Bson::Null);
        self.held.add(|| size_of::<Key>() + size::of_value_in_memory(id))?;
        Ok(self.known.insert(Key::of(id)))
    }

    /// The document as it can be put in, with an `_id` in front that no other has.
    fn insertable(&mut self, document: Document) -> Result<Document, Error> {
        let document = match document.get("_id").cloned() {
            Some(id) => with_id(document, id),
            None => with_id(document, Bson::ObjectId(ObjectId::new())),
        };
        let id = document.get("_id").unwrap_or(&Bson::Null);
        if matches!(id, Bson::Array(_) | Bson::Undefined | Bson::RegularExpression(_)) {
            return Err(Error::coded(53, "an `_id` cannot be an array, a regular expression or undefined"));
        }
        if !self.add(&document)? {
            return Err(Error::coded(11000, format!("the `_id` {id} would be in the collection twice")));
        }
        kept(document)
    }
}

/// What finds a document by these fields; by `_id` where there are none.
fn key(on: &[Path], document: &Document) -> Result<Vec<Key>, Error> {
    if on.is_empty() {
        return match document.get("_id") {
            Some(Bson::Array(_)) => Err(Error::coded(51185, "`$merge`: the `on` field `_id` is an array")),
            id if is_nullish(id) => {
                Err(Error::coded(51132, "`$merge`: the `on` field `_id` cannot be missing or null"))
            }
            id => Ok(vec![Key::of(id.unwrap_or(&Bson::Null))]),
        };
    }
    let part = |path: &Path| match find(document, path).as_deref() {
        Some(Bson::Array(_)) => Err(Error::coded(51185, format!("`$merge`: the `on` field `{path}` is an array"))),
        value if is_nullish(value) => {
            Err(Error::coded(51132, format!("`$merge`: the `on` field `{path}` cannot be missing or null")))
        }
        value => Ok(Key::of_value(value)),
    };
    on.iter().map(part).collect()
}

fn not_told_apart() -> Error {
    let message = "`$merge`: the fields of `on` do not tell the documents of the collection apart";
    Error::coded(51183, message).hint("documents that are there must differ in them")
}

/// The document with its `_id` in front.
fn with_id(mut document: Document, id: Bson) -> Document {
    if document.keys().next().is_some_and(|first| first == "_id") {
        document.insert("_id", id);
        return document;
    }
    document.remove("_id");
    std::iter::once(("_id".to_owned(), id)).chain(document).collect()
}

/// Refuses what no collection can hold.
fn kept(document: Document) -> Result<Document, Error> {
    if document.values().any(|value| is_deeper_than(value, MAX_STORED_DEPTH - 1)) {
        let message = format!("a document to be written is nested in more than {MAX_STORED_DEPTH} levels");
        return Err(Error::coded(15, message));
    }
    size::check(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::testing::documents;

    const THERE: &str = "{_id: 1, k: 100, o: {a: 1}}\n{_id: 9, k: 7}";
    const NEW: &str = "{_id: 1, k: 1, x: [1, 2]}\n{k: 2, _id: 2}";

    /// What the collection holds afterwards, or the code of the error.
    fn check(stage: &str, rows: &str, expected: &str) {
        let pipeline = pipeline::parse_text(&format!("[{stage}]")).unwrap();
        let all = |text: &str| documents(text).into_iter().map(Ok);
        let mut answer = Vec::new();
        let mut keep = |document| {
            answer.push(document);
            Ok(())
        };
        if let Err(error) = write(&pipeline.stages[0], &mut all(THERE), &mut all(rows), &Limits::default(), &mut keep) {
            answer = vec![bson::doc! { "error": error.code().unwrap_or_default() }];
        }
        let text = |documents: &[Document]| documents.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert_eq!(text(&answer), text(&documents(expected)), "{stage}");
    }

    fn merge(form: &str, expected: &str) {
        check(&format!("{{$merge: {{into: 'z'{form}}}}}"), NEW, expected);
    }

    #[test]
    fn fields_are_written_in_the_order_of_their_names() {
        let rows = "{_id: 1, z: 1, k: 2, '10': 1, '9': 2, a9: 1, a10: 1, o: 0, '1a': 1, '007': 1}";
        let rest = "{_id: 9, k: 7}";
        let merged = "{_id: 1, k: 2, o: 0, '007': 1, '9': 2, '10': 1, '1a': 1, a10: 1, a9: 1, z: 1}";
        check("{$merge: 'z'}", rows, &format!("{merged}\n{rest}"));
        let there = "{_id: 1, k: 100, o: {a: 1}}\n{_id: 9, k: 7}";
        let inserted = |form: &str, expected: &str| {
            check(
                &format!("{{$merge: {{into: 'z'{form}}}}}"),
                "{_id: 2, y: {q: 1, a: 2}, k: 3, b: 2}",
                &format!("{there}\n{expected}"),
            );
        };
        inserted("", "{_id: 2, b: 2, k: 3, y: {q: 1, a: 2}}");
        inserted(", on: 'k'", "{_id: 2, k: 3, b: 2, y: {q: 1, a: 2}}");
        inserted(", whenMatched: 'keepExisting'", "{_id: 2, b: 2, k: 3, y: {q: 1, a: 2}}");
        inserted(", whenMatched: 'replace'", "{_id: 2, y: {q: 1, a: 2}, k: 3, b: 2}");
        inserted(", whenMatched: 'fail'", "{_id: 2, y: {q: 1, a: 2}, k: 3, b: 2}");
        inserted(", whenMatched: [{$set: {c: 1}}]", "{_id: 2, y: {q: 1, a: 2}, k: 3, b: 2}");
    }

    #[test]
    fn every_form_of_merge() {
        let rest = "{_id: 9, k: 7}\n{_id: 2, k: 2}";
        merge("", &format!("{{_id: 1, k: 1, o: {{a: 1}}, x: [1, 2]}}\n{rest}"));
        merge(", whenMatched: 'replace'", &format!("{{_id: 1, k: 1, x: [1, 2]}}\n{rest}"));
        merge(", whenMatched: 'keepExisting'", &format!("{{_id: 1, k: 100, o: {{a: 1}}}}\n{rest}"));
        merge(", whenMatched: 'fail'", "{error: 11000}");
        merge(", whenNotMatched: 'discard'", "{_id: 1, k: 1, o: {a: 1}, x: [1, 2]}\n{_id: 9, k: 7}");
        merge(", whenNotMatched: 'fail'", "{error: 13113}");
        merge(
            ", whenMatched: [{$set: {s: {$add: ['$k', '$$new.k']}}}]",
            &format!("{{_id: 1, k: 100, o: {{a: 1}}, s: 101}}\n{rest}"),
        );
        merge(
            ", let: {y: '$k'}, whenMatched: [{$set: {s: ['$$y', '$$new.k']}}]",
            &format!("{{_id: 1, k: 100, o: {{a: 1}}, s: [1, 1]}}\n{rest}"),
        );
        merge(", whenMatched: [{$replaceWith: {q: 1}}]", &format!("{{_id: 1, q: 1}}\n{rest}"));
        merge(", whenMatched: [{$set: {_id: 7}}]", "{error: 66}");
        merge(", whenMatched: [{$unset: '_id'}]", &format!("{{_id: 1, k: 100, o: {{a: 1}}}}\n{rest}"));
    }

    #[test]
    fn other_fields_find_documents_too() {
        check("{$merge: {into: 'z', on: 'k'}}", "{k: 7, y: 1}", "{_id: 1, k: 100, o: {a: 1}}\n{_id: 9, k: 7, y: 1}");
        check("{$merge: {into: 'z', on: 'k'}}", "{_id: 5, k: 7}", "{error: 66}");
        check("{$merge: {into: 'z', on: 'k'}}", "{_id: 5}", "{error: 51132}");
        check("{$merge: {into: 'z', on: 'k'}}", "{k: [7]}", "{error: 51185}");
        check("{$merge: {into: 'z'}}", "{_id: [7]}", "{error: 51185}");
        check("{$merge: {into: 'z'}}", "{_id: null, k: 1}", "{error: 51132}");
        check("{$merge: {into: 'z', on: 'n'}}", "{_id: 5, n: 1}", &format!("{THERE}\n{{_id: 5, n: 1}}"));
    }

    #[test]
    fn rows_with_one_key_follow_one_another() {
        let rows = "{_id: 9, a: 1}\n{_id: 4, a: 1}\n{_id: 9, b: 2}\n{_id: 4, b: 2}\n{_id: 3}";
        let expected = "{_id: 1, k: 100, o: {a: 1}}\n{_id: 9, k: 7, a: 1, b: 2}\n{_id: 4, a: 1, b: 2}\n{_id: 3}";
        check("{$merge: 'z'}", rows, expected);
        check("{$merge: {into: 'z', on: 'k'}}", "{_id: 5, k: 3}\n{_id: 5, k: 4}", "{error: 11000}");
        check("{$merge: {into: 'z', on: 'k'}}", "{_id: 9, k: 3}", "{error: 11000}");
    }

    #[test]
    fn a_pipeline_may_change_the_fields_that_find_a_document() {
        let moved = "{$merge: {into: 'z', on: 'k', whenMatched: [{$set: {k: '$$new.to'}}]}}";
        let expected = "{_id: 1, k: 8, o: {a: 1}}\n{_id: 9, k: 7}";
        check(moved, "{_id: 5, k: 100, to: 3}\n{_id: 6, k: 3, to: 8}", expected);
        check(moved, "{_id: 5, k: 100, to: 7}", "{error: 11000}");
    }

    #[test]
    fn out_takes_the_place_of_what_was_there() {
        check("{$out: 'z'}", NEW, "{_id: 1, k: 1, x: [1, 2]}\n{_id: 2, k: 2}");
        check("{$out: 'z'}", "{_id: 1}\n{_id: NumberLong(1)}", "{error: 11000}");
    }
}
