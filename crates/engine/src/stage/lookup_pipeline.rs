//! `$lookup` with a pipeline: an array of what it makes of the other collection's documents, for each document here.
//!
//! In: the stage, and documents. Out: the documents with the array. Invariant: what the pipeline does before it first sees
//! a variable is done once, and a pipeline that sees none runs once; documents that an equality (of two fields, or in the
//! `$expr` of its first `$match`) rules out are never looked at, for they are found by a hash.
//!
//! MongoDB: variables are constants to the pipeline, so that what fails of them fails over no documents, too.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use bson::{Bson, Document};
use pipeline::Pipeline;
use pipeline::ast::{Expr, LookupPipeline, Operator, Path, Predicate, Reads, Stage, Variable};

use super::lookup::{Index, check_asked, local_values};
use super::{Context, Rows, STACK_BYTES, nested, run_inside, size};
use crate::Error;
use crate::brake::Held;
use crate::expr::Env;
use crate::place::{Origin, folded, in_stages};
use crate::query::Matcher;
use crate::value::{Key, Value, find, find_in};

pub(super) fn run<'a>(lookup: &'a LookupPipeline, rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    let mut join = Join { lookup, ctx, found: None };
    Box::new(rows.map(move |row| {
        let row = row?;
        // Joins may lie in joins, each in a call of its own.
        stacker::maybe_grow(STACK_BYTES, 4 * STACK_BYTES, || join.row(row))
    }))
}

struct Join<'a> {
    lookup: &'a LookupPipeline,
    ctx: &'a Context,
    /// Made when the first document asks.
    found: Option<Found<'a>>,
}

/// The other side.
enum Found<'a> {
    /// What the pipeline gives, the same for every document.
    Same(Vec<Bson>),
    /// Documents by their field, which enter the pipeline.
    ByField(Index, &'a Path),
    /// Columns, over which the pipeline runs anew for each document here.
    Columns(&'a str),
    /// What the first stages of the pipeline gave, which enters the others.
    Documents(Documents<'a>),
}

/// Documents that are there once, and the stages that are left for each document here.
struct Documents<'a> {
    all: Vec<Document>,
    left: &'a [Stage],
    /// How many stages are done.
    n_before: usize,
    hash: Option<Hash<'a>>,
    _held: Held,
}

/// The documents by the value of a field, where the first stage left asks it to equal a variable, or a field of one.
struct Hash<'a> {
    name: &'a str,
    below: Option<&'a Path>,
    places: HashMap<Key, Vec<usize>>,
}

impl Join<'_> {
    fn row(&mut self, mut row: Document) -> Result<Document, Error> {
        let env = Env::new(&row, self.ctx.now);
        let bindings = self.lookup.bindings.iter();
        let variables: Vec<(&str, Value)> =
            bindings.map(|(name, value)| Ok((name.as_str(), env.evaluate(value)?))).collect::<Result<_, Error>>()?;
        let found = match &mut self.found {
            Some(found) => found,
            empty => empty.insert(Found::new(self.lookup, self.ctx)?),
        };
        let matches = match found {
            Found::Same(rows) => rows.clone(),
            Found::ByField(index, local) => {
                let mut values = Vec::new();
                local_values(&row, local.segments(), &mut values);
                check_asked(&values)?;
                let places = index.places(&values);
                let matches = Box::new(places.into_iter().map(|place| index.document(place).map(Cow::into_owned)));
                let stages = bound(&self.lookup.pipeline.stages, 0, &variables, self.ctx)?;
                gathered(self.lookup, &stages, 0, matches, self.ctx)?
            }
            Found::Columns(name) => {
                let stages = bound(&self.lookup.pipeline.stages, 0, &variables, self.ctx)?;
                gathered_rows(self.lookup, self.ctx.collections.answer(name, &stages, self.ctx), self.ctx)?
            }
            Found::Documents(documents) => documents.joined(self.lookup, &variables, self.ctx)?,
        };
        nested::set(&mut row, &self.lookup.target, Bson::Array(matches));
        Ok(row)
    }
}

impl<'a> Found<'a> {
    fn new(lookup: &'a LookupPipeline, ctx: &'a Context) -> Result<Self, Error> {
        let stages = &lookup.pipeline.stages;
        if let (Some((local, foreign)), Some(from)) = (&lookup.on, &lookup.from) {
            let read = Reads::of_stages(stages).only();
            let wanted = read.map(|paths| paths.iter().map(|path| path.head().to_owned()).collect());
            return Ok(Self::ByField(Index::new(from, foreign, wanted, ctx)?, local));
        }
        let names: BTreeSet<&str> = lookup.bindings.iter().map(|(name, _)| name.as_str()).collect();
        let varies = |stage: &Stage| {
            stage.is_random() || stage.free_variables().iter().any(|name| names.contains(name.as_str()))
        };
        let n_fixed = stages.iter().position(varies).unwrap_or(stages.len());
        let (fixed, left) = stages.split_at(n_fixed);
        let mut fixed = folded(fixed, &Origin::default(), ctx.now).map_err(inside)?;
        if left.is_empty() {
            return gathered_rows(lookup, source(lookup, &fixed, ctx), ctx).map(Self::Same);
        }
        let equality = equality(left, &names);
        if let Some(name) = lookup
            .from
            .as_deref()
            .filter(|name| equality.is_none() && n_fixed == 0 && ctx.collections.is_columnar(name))
        {
            return Ok(Self::Columns(name));
        }
        let mut held = ctx.brake.hold("$lookup");
        fixed.extend(only_what_is_read(left));
        let mut documents = Vec::new();
        for document in source(lookup, &fixed, ctx) {
            let document = document.map_err(inside)?;
            held.add(|| size::in_memory(&document))?;
            documents.push(document);
        }
        let hash = equality.map(|(field, name, below)| Hash::new(&documents, field, name, below));
        Ok(Self::Documents(Documents { all: documents, left, n_before: n_fixed, hash, _held: held }))
    }
}

/// What stages give over the other collection, or over nothing where they bring their documents along.
fn source<'s>(lookup: &'s LookupPipeline, stages: &'s [Stage], ctx: &'s Context) -> Rows<'s> {
    match &lookup.from {
        Some(name) => ctx.collections.answer(name, stages, ctx),
        None => run_inside(stages, 0, Box::new(std::iter::empty()), ctx),
    }
}

/// A stage that drops what the stages behind do not read, if that is known.
fn only_what_is_read(stages: &[Stage]) -> Option<Stage> {
    use pipeline::ast::{Projected, Projection};
    let paths = Reads::of_stages(stages).only().filter(|paths| !paths.is_empty())?;
    let is_inside = |path: &Path| paths.iter().any(|other| other != path && other.covers(path));
    let id = paths.iter().any(|path| path.segments() == ["_id"]);
    let is_kept = |path: &&Path| !is_inside(path) && path.segments() != ["_id"];
    let fields: Vec<_> = paths.iter().filter(is_kept).map(|path| (path.clone(), Projected::Kept)).collect();
    (id || !fields.is_empty()).then_some(Stage::Project(Projection::Include { id, fields }))
}

/// The equality of a field and a variable in the first stage, if there is one.
fn equality<'s>(stages: &'s [Stage], names: &BTreeSet<&str>) -> Option<(&'s Path, &'s str, Option<&'s Path>)> {
    let Some(Stage::Match(predicate)) = stages.first() else { return None };
    in_predicate(predicate, names)
}

fn in_predicate<'s>(predicate: &'s Predicate, names: &BTreeSet<&str>) -> Option<(&'s Path, &'s str, Option<&'s Path>)> {
    match predicate {
        Predicate::And(parts) => parts.iter().find_map(|part| in_predicate(part, names)),
        Predicate::Expr(expr) => in_expr(expr, names),
        Predicate::Or(_) | Predicate::Nor(_) | Predicate::Field(..) | Predicate::JsonSchema(..) => None,
    }
}

fn in_expr<'s>(expr: &'s Expr, names: &BTreeSet<&str>) -> Option<(&'s Path, &'s str, Option<&'s Path>)> {
    let Expr::Call { operator, args } = expr else { return None };
    match (operator, args.as_slice()) {
        (Operator::And, parts) => parts.iter().find_map(|part| in_expr(part, names)),
        (
            Operator::Eq,
            [Expr::Field(field), Expr::Variable(Variable::User(name), below)]
            | [Expr::Variable(Variable::User(name), below), Expr::Field(field)],
        ) if names.contains(name.as_str()) => Some((field, name, below.as_ref())),
        _ => None,
    }
}

impl<'a> Hash<'a> {
    fn new(documents: &[Document], field: &Path, name: &'a str, below: Option<&'a Path>) -> Self {
        let mut places: HashMap<Key, Vec<usize>> = HashMap::new();
        for (place, document) in documents.iter().enumerate() {
            places.entry(Key::of_value(find(document, field).as_deref())).or_default().push(place);
        }
        Self { name, below, places }
    }

    fn places(&self, variables: &[(&str, Value)]) -> &[usize] {
        let value = variables.iter().find(|(name, _)| *name == self.name).and_then(|(_, value)| value.as_ref());
        let value = value.and_then(|value| find_in(value, self.below.map_or(&[][..], Path::segments)));
        self.places.get(&Key::of_value(value.as_deref())).map_or(&[][..], Vec::as_slice)
    }
}

impl Documents<'_> {
    fn joined(&self, lookup: &LookupPipeline, variables: &[(&str, Value)], ctx: &Context) -> Result<Vec<Bson>, Error> {
        let stages = bound(self.left, self.n_before, variables, ctx)?;
        let documents: Box<dyn Iterator<Item = &Document> + Send + '_> = match &self.hash {
            Some(hash) => Box::new(hash.places(variables).iter().map(|place| &self.all[*place])),
            None => Box::new(self.all.iter()),
        };
        // Only what passes the first `$match` is copied.
        if let Some((Stage::Match(predicate), behind)) = stages.split_first() {
            let matcher = Matcher::new(predicate, ctx.now)?;
            let (first, n_before) = (&stages[..1], self.n_before);
            let brake = &ctx.brake;
            let rows = documents.filter_map(|document| match brake.check().and_then(|()| matcher.matches(document)) {
                Ok(true) => Some(Ok(document.clone())),
                Ok(false) => None,
                Err(error) => Some(Err(error)),
            });
            return gathered(lookup, behind, n_before + 1, in_stages(n_before, first, Box::new(rows)), ctx);
        }
        gathered(lookup, &stages, self.n_before, Box::new(documents.map(|document| Ok(document.clone()))), ctx)
    }
}

/// The stages with the variables' values in their place; `n_before` others ran already.
fn bound(stages: &[Stage], n_before: usize, variables: &[(&str, Value)], ctx: &Context) -> Result<Vec<Stage>, Error> {
    let mut pipeline = Pipeline::of(stages.to_vec());
    pipeline.bind(&mut |name, below| {
        let (_, value) = variables.iter().find(|(known, _)| *known == name)?;
        let value = value.as_ref().and_then(|value| find_in(value, below.map_or(&[][..], Path::segments)));
        Some(match value {
            Some(value) => Expr::Literal(value.into_owned()),
            None => Expr::Variable(Variable::Remove, None),
        })
    });
    folded(&pipeline.stages, &Origin { n_before, ..Origin::default() }, ctx.now).map_err(inside)
}

/// The error, whose place is one in the join's pipeline.
fn inside(error: Error) -> Error {
    error.inside("pipeline")
}

/// What stages make of documents, as one array; `n_before` others ran already.
fn gathered(
    lookup: &LookupPipeline,
    stages: &[Stage],
    n_before: usize,
    rows: Rows<'_>,
    ctx: &Context,
) -> Result<Vec<Bson>, Error> {
    gathered_rows(lookup, run_inside(stages, n_before, rows, ctx), ctx)
}

fn gathered_rows(lookup: &LookupPipeline, rows: Rows<'_>, ctx: &Context) -> Result<Vec<Bson>, Error> {
    let mut held = ctx.brake.hold("$lookup");
    let (mut found, mut bytes) = (Vec::new(), 0);
    for row in rows {
        let row = row.map_err(inside)?;
        held.add(|| size::in_memory(&row))?;
        bytes += size::of_document(&row);
        size::check_matches(bytes, lookup.from.as_deref().unwrap_or("$documents"))?;
        found.push(Bson::Document(row));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check_with;

    const OTHERS: &str =
        "{_id: 1, f: 1, v: 5}\n{_id: 2, f: 2, v: 6}\n{_id: 3, f: 1, v: 7}\n{_id: 4, v: 8}\n{_id: 5, f: null}";

    #[test]
    fn an_equality_in_an_expression_tells_null_from_missing() {
        let lookup = "[{$lookup: {from: 'o', let: {k: '$k'}, pipeline: [
            {$match: {$expr: {$and: [{$eq: ['$f', '$$k']}, {$gt: ['$_id', 0]}]}}}, {$project: {_id: 1}}], as: 'r'}}, {$set: {r: '$r._id'}}]";
        check_with(lookup, "{k: 1}", OTHERS, "{k: 1, r: [1, 3]}");
        check_with(lookup, "{k: null}", OTHERS, "{k: null, r: [5]}");
        check_with(lookup, "{}", OTHERS, "{r: [4]}");
        check_with(lookup, "{k: {$numberDecimal: '2'}}", OTHERS, "{k: {$numberDecimal: '2'}, r: [2]}");
    }

    #[test]
    fn fields_and_pipeline_work_together() {
        let lookup = "[{$lookup: {from: 'o', localField: 'k', foreignField: 'f', let: {x: '$x'}, pipeline: [
            {$match: {$expr: {$gt: ['$v', '$$x']}}}, {$count: 'n'}], as: 'r'}}]";
        check_with(lookup, "{k: 1, x: 5}", OTHERS, "{k: 1, x: 5, r: [{n: 1}]}");
        check_with(lookup, "{x: 5}", OTHERS, "{x: 5, r: [{n: 1}]}");
    }

    #[test]
    fn what_fails_of_a_variable_fails_over_nothing_too() {
        let lookup = "[{$lookup: {from: 'o', let: {x: '$x'}, pipeline: [{$match: {_id: 77}}, {$set: {q: {$divide: [1, '$$x']}}}], as: 'r'}}]";
        check_with(lookup, "{x: 0}", OTHERS, "error 2");
        check_with(lookup, "{x: 2}", OTHERS, "{x: 2, r: []}");
    }

    #[test]
    fn joins_in_joins_see_the_variables_around_them() {
        let lookup = "[{$lookup: {from: 'o', let: {x: '$x'}, as: 'r', pipeline: [{$match: {_id: 1}}, {$lookup: {
            from: 'o', let: {y: '$v'}, as: 's', pipeline: [{$match: {$expr: {$eq: ['$v', {$add: ['$$x', '$$y']}]}}}, {$project: {x: '$$x'}}]}},
            {$project: {s: 1}}]}}]";
        check_with(lookup, "{x: 2}", OTHERS, "{x: 2, r: [{_id: 1, s: [{_id: 3, x: 2}]}]}");
    }
}
