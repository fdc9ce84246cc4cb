//! `$merge`: documents that come are gathered by what finds them, and applied to those that are there as these pass by.
//!
//! In: the stage, what is there, what comes. Out: what the collection holds afterwards, in its order, what is new at the end.
//! Invariant: memory holds what comes and the keys of what is there, not the documents that are there.

use std::collections::{HashMap, HashSet};

use bson::oid::ObjectId;
use bson::{Bson, Document};
use pipeline::ast::{Expr, Merge, Path, Variable, WhenMatched, WhenNotMatched};
use pipeline::{Pipeline, RunError};

use super::{Documents, Ids, Keep, kept, key, not_told_apart, with_id};
use crate::expr::Env;
use crate::stage::{Context, run, size};
use crate::value::{Key, Value, compare, find_in};
use crate::{Error, constants};

/// Runs the stage.
pub(super) fn merged(
    merge: &Merge,
    there: Documents<'_>,
    rows: Documents<'_>,
    ctx: &Context,
    keep: Keep<'_>,
) -> Result<u64, RunError> {
    let (mut found_by, order) = gathered(merge, rows, ctx)?;
    let (mut ids, mut keys, mut n_written) = (Ids::new(ctx, "$merge"), HashSet::new(), 0);
    for document in there {
        let document = document?;
        ctx.brake.check()?;
        ids.add(&document)?;
        // What is found by no value of these fields is not there for a `$merge`.
        let Ok(key) = key(&merge.on, &document) else {
            keep(document)?;
            continue;
        };
        let group = found_by.remove(&key);
        if !merge.on.is_empty() && !keys.insert(key) {
            return Err(not_told_apart().into());
        }
        let (document, is_changed) = applied(merge, document, group.unwrap_or_default(), ctx)?;
        n_written += u64::from(is_changed);
        keep(document)?;
    }
    for mut rows in order.iter().filter_map(|key| found_by.remove(key)) {
        match merge.when_not_matched {
            WhenNotMatched::Insert => {
                let rest = rows.split_off(1);
                let Some(first) = rows.pop() else { continue };
                keep(applied(merge, as_inserted(merge, ids.insertable(first)?), rest, ctx)?.0)?;
                n_written += 1;
            }
            WhenNotMatched::Discard => {}
            WhenNotMatched::Fail => return Err(no_match().into()),
        }
    }
    Ok(n_written)
}

/// Rows by what finds their documents, and in which order these keys came first.
type Gathered = (HashMap<Vec<Key>, Vec<Document>>, Vec<Vec<Key>>);

fn gathered(merge: &Merge, rows: Documents<'_>, ctx: &Context) -> Result<Gathered, RunError> {
    let (mut found_by, mut order) = (HashMap::new(), Vec::new());
    // It counts until all are applied: what is told of it is a bound, not a measure.
    let mut held = ctx.brake.hold("$merge");
    for row in rows {
        let row = incoming(merge, row?);
        let key = key(&merge.on, &row)?;
        held.add(|| size::in_memory(&row))?;
        let rows: &mut Vec<Document> = found_by.entry(key.clone()).or_default();
        if rows.is_empty() {
            order.push(key);
        }
        rows.push(row);
    }
    Ok((found_by, order))
}

/// A row as it is looked up: with an `_id` where that finds documents.
pub(super) fn incoming(merge: &Merge, row: Document) -> Document {
    if merge.on.is_empty() && !row.contains_key("_id") { with_id(row, Bson::ObjectId(ObjectId::new())) } else { row }
}

/// A document that is inserted. MongoDB: where matching ones would be updated, it is an update that finds none: what finds it
/// stands first, then its fields in their written order.
fn as_inserted(merge: &Merge, document: Document) -> Document {
    if !matches!(merge.when_matched, WhenMatched::Merge | WhenMatched::KeepExisting) {
        return document;
    }
    let first = ["_id"].into_iter().chain(merge.on.iter().map(Path::head));
    let mut inserted: Document =
        first.filter_map(|name| Some((name.to_owned(), document.get(name)?.clone()))).collect();
    inserted.extend(in_order_of_names(document));
    inserted
}

/// MongoDB: an update writes the fields in the order of their names, those that are numbers among each other as numbers.
fn in_order_of_names(document: Document) -> Document {
    let number = |name: &str| name.parse::<u64>().ok().filter(|number| number.to_string() == name);
    let mut fields: Vec<(String, Bson)> = document.into_iter().collect();
    // Numbers stand together where the name `1` does: behind `-1` and `007`, before `1a`.
    fields.sort_by_cached_key(|(name, _)| match number(name) {
        Some(number) => ("1".to_owned(), number),
        None => (name.clone(), 0),
    });
    fields.into_iter().collect()
}

pub(super) fn no_match() -> Error {
    Error::coded(13113, "`$merge` could not find a matching document for at least one document")
}

fn applied(
    merge: &Merge,
    mut document: Document,
    rows: Vec<Document>,
    ctx: &Context,
) -> Result<(Document, bool), Error> {
    let mut is_changed = false;
    for row in rows {
        if let Some(changed) = matched(merge, &document, row, ctx)? {
            (document, is_changed) = (changed, true);
        }
    }
    Ok((document, is_changed))
}

/// What becomes of a document that a row matches; nothing where it stays.
pub(super) fn matched(merge: &Merge, old: &Document, new: Document, ctx: &Context) -> Result<Option<Document>, Error> {
    let changed = match &merge.when_matched {
        WhenMatched::KeepExisting => return Ok(None),
        WhenMatched::Fail => {
            let message = "`$merge` with `whenMatched: fail` found an existing document with the same values";
            return Err(Error::coded(11000, message));
        }
        WhenMatched::Replace => new,
        WhenMatched::Merge => {
            let mut merged = old.clone();
            merged.extend(in_order_of_names(new));
            merged
        }
        WhenMatched::Pipeline(stages) => changed(old, stages, &merge.bindings, &new, ctx)?,
    };
    let id = old.get("_id").cloned().unwrap_or(Bson::Null);
    if changed.get("_id").is_some_and(|other| compare(other, &id).is_ne()) {
        let message = "`$merge` failed to update the matching document: its `_id` cannot be changed";
        return Err(Error::coded(66, message));
    }
    kept(with_id(changed, id)).map(Some)
}

/// The old document, changed by stages that see the new one.
fn changed(
    old: &Document,
    stages: &Pipeline,
    bindings: &[(String, Expr)],
    new: &Document,
    ctx: &Context,
) -> Result<Document, Error> {
    let env = Env::new(new, ctx.now);
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
    let stages = constants::fold(&stages, ctx.now)?.stages;
    let changed = run(&stages, Box::new(std::iter::once(Ok(old.clone()))), ctx).next();
    changed.unwrap_or_else(|| Ok(old.clone()))
}
