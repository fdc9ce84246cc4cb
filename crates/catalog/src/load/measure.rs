//! `measures.toml`: what is computed for each group.

use bson::{Bson, bson};
use pipeline::ast::AccumulatorCall;
use pipeline::{Error, nearest};

use super::{check_name, unit};
use crate::entry::Entry;
use crate::fields::own_fields;
use crate::measure::{Interval, Measure, Value};
use crate::{Catalog, Unit};

const WAYS: [&str; 4] = ["accumulators", "finish", "mean_of", "share_of"];

pub(super) fn read(catalog: &mut Catalog, mut file: Entry<'_>) {
    let before = catalog.measures.len();
    for name in file.keys() {
        if let Err(error) = check_name(name, catalog.measures.iter().map(|other| other.name.as_str())) {
            file.fault(name, error);
        }
        if let Some(entry) = file.table(name)
            && let Some(measure) = measure(catalog, name, entry)
        {
            catalog.measures.push(measure);
        }
    }
    for at in before..catalog.measures.len() {
        match needed(catalog, &catalog.measures[at]) {
            Ok(more) => catalog.measures[at].accumulators.extend(more),
            Err(error) => file.fault(&catalog.measures[at].name, error),
        }
    }
}

fn measure(catalog: &Catalog, name: &str, mut entry: Entry<'_>) -> Option<Measure> {
    entry.only(&["label", "phrase", "unit", "interval", "within_first", WAYS[0], WAYS[1], WAYS[2], WAYS[3]]);
    let label = entry.text("label");
    let phrase = entry.optional_text("phrase").map(str::to_owned);
    let unit = unit(&mut entry, Unit::Count);
    let mut accumulators = entry.table("accumulators").map_or_else(Vec::new, |table| accumulated(catalog, table));
    let mut interval = entry.table("interval").map_or(Interval::None, rate_interval);
    let within_first = entry.flag("within_first");
    let value = if entry.has("finish") {
        Value::Finish(entry.parsed("finish", |text| pipeline::parse_expr(&pipeline::read(text)?))?)
    } else if entry.has("mean_of") {
        let expr = entry.parsed("mean_of", |text| pipeline::read(text).and_then(|value| checked(catalog, value)))?;
        let squares = format!("{name}_squares");
        let call = |value: Bson| pipeline::parse_accumulator(&value).expect("a fixed form around a checked expression");
        let square = call(bson!({ "$sum": { "$multiply": [expr.clone(), expr.clone()] } }));
        accumulators.push((name.to_owned(), call(bson!({ "$avg": expr }))));
        accumulators.push((squares.clone(), square));
        interval = Interval::Mean { squares };
        Value::Field
    } else if entry.has("share_of") {
        Value::ShareOf { measure: entry.text("share_of")?.to_owned(), within_first }
    } else {
        if !accumulators.iter().any(|(field, _)| field == name) {
            let error = Error::input(format!("nothing says how `{name}` is computed"));
            let hint = format!("give `accumulators.{name}`, or one of `finish`, `mean_of`, `share_of`");
            entry.fault(WAYS[0], error.hint(hint));
        }
        Value::Field
    };
    let label = label?;
    let phrase = phrase.unwrap_or_else(|| lowered(label));
    Some(Measure { name: name.to_owned(), label: label.to_owned(), phrase, unit, accumulators, value, interval })
}

/// The expression's BSON, once it is known to be one.
fn checked(catalog: &Catalog, value: Bson) -> Result<Bson, Error> {
    catalog.check_expr(&pipeline::parse_expr(&value)?)?;
    Ok(value)
}

fn accumulated(catalog: &Catalog, mut table: Entry<'_>) -> Vec<(String, AccumulatorCall)> {
    let mut fields = Vec::new();
    for field in table.keys() {
        let call = table.parsed(field, |text| {
            check_name(field, [])?;
            let call = pipeline::parse_accumulator(&pipeline::read(text)?)?;
            catalog.check_expr(&call.input)?;
            Ok(call)
        });
        fields.extend(call.map(|call| (field.to_owned(), call)));
    }
    fields
}

fn rate_interval(mut entry: Entry<'_>) -> Interval {
    entry.only(&["successes", "trials"]);
    match (entry.text("successes"), entry.text("trials")) {
        (Some(successes), Some(trials)) => {
            Interval::Rate { successes: successes.to_owned(), trials: trials.to_owned() }
        }
        _ => Interval::None,
    }
}

/// The accumulators of other measures that a measure's value is computed from.
fn needed(catalog: &Catalog, measure: &Measure) -> Result<Vec<(String, AccumulatorCall)>, Error> {
    let mut names = match &measure.value {
        Value::Field => Vec::new(),
        Value::Finish(expr) => own_fields(expr),
        Value::ShareOf { measure, .. } => vec![measure.clone()],
    };
    if let Interval::Rate { successes, trials } = &measure.interval {
        names.extend([successes.clone(), trials.clone()]);
    }
    let all = || catalog.measures.iter().flat_map(|other| &other.accumulators);
    let mut more: Vec<(String, AccumulatorCall)> = Vec::new();
    for name in names {
        if measure.accumulators.iter().chain(&more).any(|(own, _)| *own == name) {
            continue;
        }
        let Some(found) = all().find(|(other, _)| *other == name) else {
            let mut names: Vec<&str> = all().map(|(other, _)| other.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            let error = Error::input(format!("no measure accumulates `{name}`"));
            return Err(error.hint(nearest("accumulated field", &name, names)));
        };
        more.push(found.clone());
    }
    Ok(more)
}

/// A heading as it stands inside a sentence.
pub(crate) fn lowered(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A column of a hand-written pipeline's rows: a measure that the pipeline computes itself.
pub(super) fn column(name: &str, mut entry: Entry<'_>) -> Option<Measure> {
    entry.only(&["label", "phrase", "unit"]);
    if let Err(error) = check_name(name, []) {
        entry.fault("label", error);
    }
    let label = entry.text("label")?;
    let phrase = entry.optional_text("phrase").map_or_else(|| lowered(label), str::to_owned);
    Some(Measure {
        name: name.to_owned(),
        label: label.to_owned(),
        phrase,
        unit: unit(&mut entry, Unit::Count),
        accumulators: Vec::new(),
        value: Value::Field,
        interval: Interval::None,
    })
}
