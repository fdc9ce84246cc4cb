//! `$graphLookup`: the documents of another collection that are reached from a value, step by step.
//!
//! In: the stage, and documents. Out: the documents with the array of what is reached, each document once, nearest first.
//! MongoDB: a value finds documents as a query by it does, but null only what has the field; what is missing searches
//! for nothing.

use std::collections::HashSet;

use bson::{Bson, Document};
use pipeline::Pipeline;
use pipeline::ast::{GraphLookup, Predicate, Stage, Test};

use super::lookup::{Index, check_asked, local_values};
use super::{Context, Rows, nested, size};
use crate::expr::Env;
use crate::query::Matcher;
use crate::value::Key;
use crate::{Error, constants};

pub(super) fn run<'a>(graph: &'a GraphLookup, rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    let (mut index, mut restrict) = (None, None);
    Box::new(rows.map(move |row| {
        let mut row = row?;
        let start = Env::new(&row, ctx.now).evaluate(&graph.start_with)?;
        let index = match &mut index {
            Some(index) => index,
            empty => {
                let documents = ctx.collections.documents(&graph.from);
                empty.insert(Index::of(documents, &graph.connect_to, "$graphLookup", ctx)?)
            }
        };
        // MongoDB: an array of nothing asks for nothing, and what is missing does, so that a constant may fail then.
        let found = if matches!(&start, Some(Bson::Array(values)) if values.is_empty()) {
            Vec::new()
        } else {
            let restrict = match &restrict {
                Some(restrict) => restrict,
                None => restrict.insert(restriction(graph, ctx)?),
            };
            search(graph, index, start, restrict.as_ref(), ctx)?
        };
        nested::set(&mut row, &graph.target, Bson::Array(found));
        Ok(row)
    }))
}

/// The condition on what may be found, its constants computed.
fn restriction(graph: &GraphLookup, ctx: &Context) -> Result<Option<Predicate>, Error> {
    let Some(restrict) = &graph.restrict else { return Ok(None) };
    let stages = constants::fold(&Pipeline::of(vec![Stage::Match(restrict.clone())]), ctx.now)?.stages;
    Ok(stages.into_iter().find_map(|stage| if let Stage::Match(restrict) = stage { Some(restrict) } else { None }))
}

fn search(
    graph: &GraphLookup,
    index: &Index,
    start: Option<Bson>,
    restrict: Option<&Predicate>,
    ctx: &Context,
) -> Result<Vec<Bson>, Error> {
    let mut frontier: Vec<Bson> = match start {
        None => Vec::new(),
        Some(Bson::Array(values)) => values,
        Some(value) => vec![value],
    };
    let restrict = restrict.map(|restrict| Matcher::new(restrict, ctx.now)).transpose()?;
    let mut held = ctx.brake.hold("$graphLookup");
    let (mut found, mut bytes) = (Vec::new(), 0);
    let (mut searched, mut visited): (HashSet<Key>, HashSet<usize>) = (HashSet::new(), HashSet::new());
    let mut depth = 0;
    while !frontier.is_empty() && graph.max_depth.is_none_or(|most| depth <= most) {
        ctx.brake.check()?;
        let fresh = frontier.iter().filter(|value| searched.insert(Key::of(value))).collect::<Vec<_>>();
        check_asked(&fresh)?;
        let mut next = Vec::new();
        let mut places = index.places_where_it_exists(&fresh);
        for value in fresh.iter().filter(|value| matches!(value, Bson::RegularExpression(_))) {
            places.extend(matching(graph, index, value, ctx)?);
        }
        for place in places {
            // What may be found is asked only of what is found.
            let is_allowed = || match &restrict {
                Some(restrict) => restrict.matches(index.document(place)?.as_ref()),
                None => Ok(true),
            };
            if visited.contains(&place) || !is_allowed()? {
                continue;
            }
            visited.insert(place);
            let mut document = index.document(place)?.into_owned();
            bytes += size::of_document(&document);
            size::check_matches(bytes, &graph.from)?;
            held.add(|| size::in_memory(&document))?;
            next.extend(connected(&document, graph));
            if let Some(field) = &graph.depth_field {
                nested::set(&mut document, field, Bson::Int64(depth.cast_signed()));
            }
            found.push(Bson::Document(document));
        }
        frontier = next;
        depth += 1;
    }
    Ok(found)
}

/// The documents that a regular expression finds, which is searched for as a pattern.
fn matching(graph: &GraphLookup, index: &Index, pattern: &Bson, ctx: &Context) -> Result<Vec<usize>, Error> {
    let predicate = Predicate::Field(graph.connect_to.clone(), Test::In(vec![pattern.clone()]));
    let matcher = Matcher::new(&predicate, ctx.now)?;
    let mut places = Vec::new();
    for place in 0..index.len() {
        if matcher.matches(index.document(place)?.as_ref())? {
            places.push(place);
        }
    }
    Ok(places)
}

/// The values that are searched for next.
fn connected(document: &Document, graph: &GraphLookup) -> Vec<Bson> {
    let mut values = Vec::new();
    local_values(document, graph.connect_from.segments(), &mut values);
    values.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check_with;

    const OTHERS: &str = "{_id: 1, f: 1, p: 2}\n{_id: 2, f: 2, p: [3, 4]}\n{_id: 3, f: 3}\n{_id: 4, f: 4, p: 1}\n{_id: 5}\n{_id: 6, f: null}";

    fn check(options: &str, input: &str, expected: &str) {
        let stage = format!(
            "[{{$graphLookup: {{from: 'o', startWith: '$k', connectFromField: 'p', connectToField: 'f', as: 'r'{options}}}}},
              {{$project: {{_id: 0, r: '$r._id', d: '$r.d'}}}}]"
        );
        check_with(&stage, input, OTHERS, expected);
    }

    #[test]
    fn each_document_is_found_once_and_nearest_first() {
        check(
            ", depthField: 'd'",
            "{k: 1}",
            "{r: [1, 2, 3, 4], d: [NumberLong(0), NumberLong(1), NumberLong(2), NumberLong(2)]}",
        );
        check(", maxDepth: 1", "{k: 1}", "{r: [1, 2], d: []}");
        check(", maxDepth: 0", "{k: [1, 4]}", "{r: [1, 4], d: []}");
        check(", restrictSearchWithMatch: {_id: {$ne: 2}}", "{k: 1}", "{r: [1], d: []}");
    }

    #[test]
    fn null_finds_null_and_missing_finds_nothing() {
        check("", "{k: null}", "{r: [6], d: []}");
        check("", "{}", "{r: [], d: []}");
    }
}
