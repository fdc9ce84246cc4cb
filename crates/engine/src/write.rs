//! The stages that write: what a collection holds behind `$out` or `$merge`.
//!
//! In: the stage, the documents that the collection holds, and those that reach the stage. Out: the documents that it holds
//! afterwards, all of them; nothing is written here. Invariant: no `_id` comes twice, and every document has one, which comes
//! first.
//!
//! MongoDB: a server goes on document by document, and keeps what it wrote before an error; here an error means that nothing
//! changes.

use std::collections::HashMap;

use bson::oid::ObjectId;
use bson::{Bson, DateTime, Document};
use pipeline::ast::{Expr, Merge, Path, Stage, Variable, WhenMatched, WhenNotMatched};
use pipeline::limits::{MAX_STORED_DEPTH, is_deeper_than};
use pipeline::{Limits, Pipeline, RunError};

use crate::expr::Env;
use crate::run::NoCollections;
use crate::stage::{Context, run, size};
use crate::value::{Key, Value, compare, find, find_in, is_nullish};
use crate::{Brake, Error, constants};

/// What a stage that writes makes of a collection.
#[derive(Debug)]
pub struct Written {
    /// All that it holds then.
    pub documents: Vec<Document>,
    /// How many of them the stage put in, or changed.
    pub n_written: u64,
}

/// Writes `rows` over `there`. A stage that writes nothing is a mistake of ours.
pub fn write(
    stage: &Stage,
    there: Vec<Document>,
    rows: impl Iterator<Item = Result<Document, RunError>>,
    limits: &Limits,
) -> Result<Written, RunError> {
    let ctx = Context { brake: Brake::of(limits), ..Context::new(DateTime::now(), std::sync::Arc::new(NoCollections)) };
    match stage {
        Stage::Out(_) => out(rows, &ctx),
        Stage::Merge(stage) => merged(stage, there, rows, &ctx),
        other => Err(Error::new(format!("`{}` writes nothing", other.name())).into()),
    }
}

fn out(rows: impl Iterator<Item = Result<Document, RunError>>, ctx: &Context) -> Result<Written, RunError> {
    let mut target = Target::new(Vec::new(), &[], ctx)?;
    for row in rows {
        target.insert(row?)?;
    }
    Ok(target.finish())
}

fn merged(
    merge: &Merge,
    there: Vec<Document>,
    rows: impl Iterator<Item = Result<Document, RunError>>,
    ctx: &Context,
) -> Result<Written, RunError> {
    let mut target = Target::new(there, &merge.on, ctx)?;
    for row in rows {
        let mut row = row?;
        if merge.on.is_empty() && !row.contains_key("_id") {
            row = with_id(row, Bson::ObjectId(ObjectId::new()));
        }
        let key = target.key(&row)?;
        match (target.places.get(&key).copied(), merge.when_not_matched) {
            (Some(place), _) => target.matched(place, &merge.when_matched, &merge.bindings, row)?,
            (None, WhenNotMatched::Insert) => target.insert(row)?,
            (None, WhenNotMatched::Discard) => {}
            (None, WhenNotMatched::Fail) => {
                let message = "`$merge` could not find a matching document for at least one document";
                return Err(Error::coded(13113, message).into());
            }
        }
    }
    Ok(target.finish())
}

/// A collection that is written into.
struct Target<'a> {
    documents: Vec<Document>,
    /// The fields that find a document; none are `_id`.
    on: &'a [Path],
    places: HashMap<Vec<Key>, usize>,
    /// The `_id`s, where documents are found by other fields.
    ids: HashMap<Key, usize>,
    /// Which documents were put in or changed.
    is_written: Vec<bool>,
    held: crate::brake::Held,
    ctx: &'a Context,
}

impl<'a> Target<'a> {
    fn new(documents: Vec<Document>, on: &'a [Path], ctx: &'a Context) -> Result<Self, Error> {
        let held = ctx.brake.hold("$merge");
        let is_written = vec![false; documents.len()];
        let mut target = Self { documents, on, places: HashMap::new(), ids: HashMap::new(), is_written, held, ctx };
        for place in 0..target.documents.len() {
            ctx.brake.check()?;
            target.held.add(|| size::in_memory(&target.documents[place]))?;
            let id = Key::of(target.documents[place].get("_id").unwrap_or(&Bson::Null));
            target.ids.insert(id, place);
            // What is found by no value of these fields is not there for a `$merge`.
            let Ok(key) = target.key(&target.documents[place]) else { continue };
            if target.places.insert(key, place).is_some() {
                let message = "`$merge`: the fields of `on` do not tell the documents of the collection apart";
                return Err(Error::coded(51183, message).hint("documents that are there must differ in them"));
            }
        }
        Ok(target)
    }

    /// What finds a document.
    fn key(&self, document: &Document) -> Result<Vec<Key>, Error> {
        if self.on.is_empty() {
            return match document.get("_id") {
                Some(Bson::Array(_)) => Err(Error::coded(51185, "`$merge`: the `on` field `_id` is an array")),
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
        self.on.iter().map(part).collect()
    }

    fn insert(&mut self, document: Document) -> Result<(), Error> {
        let document = match document.get("_id").cloned() {
            Some(id) => with_id(document, id),
            None => with_id(document, Bson::ObjectId(ObjectId::new())),
        };
        let id = document.get("_id").unwrap_or(&Bson::Null);
        if matches!(id, Bson::Array(_) | Bson::Undefined | Bson::RegularExpression(_)) {
            return Err(Error::coded(53, "an `_id` cannot be an array, a regular expression or undefined"));
        }
        let place = self.documents.len();
        if self.ids.insert(Key::of(id), place).is_some() {
            return Err(Error::coded(11000, format!("the `_id` {id} would be in the collection twice")));
        }
        let key = self.key(&document);
        self.held.add(|| size::in_memory(&document))?;
        self.documents.push(kept(document)?);
        self.is_written.push(true);
        if let Ok(key) = key {
            self.places.insert(key, place);
        }
        Ok(())
    }

    fn matched(
        &mut self,
        place: usize,
        how: &WhenMatched,
        bindings: &[(String, Expr)],
        new: Document,
    ) -> Result<(), Error> {
        let old = &self.documents[place];
        let changed = match how {
            WhenMatched::KeepExisting => return Ok(()),
            WhenMatched::Fail => {
                let message = "`$merge` with `whenMatched: fail` found an existing document with the same values";
                return Err(Error::coded(11000, message));
            }
            WhenMatched::Replace => new,
            WhenMatched::Merge => {
                let mut merged = old.clone();
                merged.extend(new);
                merged
            }
            WhenMatched::Pipeline(stages) => self.changed(old, stages, bindings, &new)?,
        };
        let id = old.get("_id").cloned().unwrap_or(Bson::Null);
        if changed.get("_id").is_some_and(|other| compare(other, &id).is_ne()) {
            let message = "`$merge` failed to update the matching document: its `_id` cannot be changed";
            return Err(Error::coded(66, message));
        }
        let changed = kept(with_id(changed, id))?;
        let (before, after) = (self.key(old), self.key(&changed));
        if let (Ok(before), Ok(after)) = (before, after)
            && before != after
        {
            self.places.remove(&before);
            if self.places.insert(after, place).is_some() {
                return Err(Error::coded(11000, "two documents would have the same values of the `on` fields"));
            }
        }
        self.documents[place] = changed;
        self.is_written[place] = true;
        Ok(())
    }

    /// The old document, changed by stages that see the new one.
    fn changed(
        &self,
        old: &Document,
        stages: &Pipeline,
        bindings: &[(String, Expr)],
        new: &Document,
    ) -> Result<Document, Error> {
        let env = Env::new(new, self.ctx.now);
        let mut variables: Vec<(&str, Value)> = vec![("new", Some(Bson::Document(new.clone())))];
        for (name, value) in bindings {
            variables.push((name, env.evaluate(value)?));
        }
        let mut stages = stages.clone();
        stages.bind(&mut |name, below| {
            let (_, value) = variables.iter().rev().find(|(known, _)| *known == name)?;
            let value = value.as_ref().and_then(|value| find_in(value, below.map_or(&[][..], Path::segments)));
            Some(value.map_or(Expr::Variable(Variable::Remove, None), |value| Expr::Literal(value.into_owned())))
        });
        let stages = constants::fold(&stages, self.ctx.now)?.stages;
        let changed = run(&stages, Box::new(std::iter::once(Ok(old.clone()))), self.ctx).next();
        changed.unwrap_or_else(|| Ok(old.clone()))
    }

    fn finish(self) -> Written {
        let n_written = self.is_written.iter().filter(|written| **written).count() as u64;
        Written { documents: self.documents, n_written }
    }
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
        let rows = documents(rows).into_iter().map(Ok);
        let answer = match write(&pipeline.stages[0], documents(THERE), rows, &Limits::default()) {
            Ok(written) => written.documents,
            Err(error) => vec![bson::doc! { "error": error.code().unwrap_or_default() }],
        };
        let text = |documents: &[Document]| documents.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert_eq!(text(&answer), text(&documents(expected)), "{stage}");
    }

    fn merge(form: &str, expected: &str) {
        check(&format!("{{$merge: {{into: 'z'{form}}}}}"), NEW, expected);
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
        check("{$merge: {into: 'z', on: 'n'}}", "{_id: 5, n: 1}", &format!("{THERE}\n{{_id: 5, n: 1}}"));
    }

    #[test]
    fn out_takes_the_place_of_what_was_there() {
        check("{$out: 'z'}", NEW, "{_id: 1, k: 1, x: [1, 2]}\n{_id: 2, k: 2}");
        check("{$out: 'z'}", "{_id: 1}\n{_id: NumberLong(1)}", "{error: 11000}");
    }
}
