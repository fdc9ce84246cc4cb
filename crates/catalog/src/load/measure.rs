//! `measures.toml`: what is computed for each group.

use bson::{Bson, bson};
use contract::Kind as ColumnKind;
use contract::entry::Entry;
use pipeline::ast::AccumulatorCall;
use pipeline::{Error, Field, FieldType, Schema, nearest};

use super::{check_name, note, taken, unit};
use crate::compose::OWN_FIELDS;
use crate::fields::own_fields;
use crate::left_out::{Absent, Kind, LeftOut, Need, add};
use crate::measure::{Interval, Measure, MeasureRole, Value};
use crate::words::lowered;
use crate::{Catalog, Unit, outcome, ratio, roles};

const WAYS: [&str; 4] = ["accumulators", "finish", "mean_of", "share_of"];

/// What the table of a measure may say.
const KEYS: [&str; 11] =
    ["aliases", "label", "phrase", "unit", "role", "interval", "within_first", WAYS[0], WAYS[1], WAYS[2], WAYS[3]];

/// Fields of `$group` with what they accumulate.
type Accumulators = Vec<(String, AccumulatorCall)>;

pub(super) fn read(catalog: &mut Catalog, mut file: Entry<'_>) {
    let mut names = Vec::new();
    for name in file.keys() {
        if let Err(error) = check_name(name, catalog.measures.iter().map(|other| other.name.as_str())) {
            file.fault(name, error);
        }
        let mut left_out = LeftOut::new(Kind::Measure, name, Vec::new());
        if let Some(entry) = file.table(name)
            && let Some(measure) = measure(catalog, name, entry, &mut left_out)
        {
            if let Some(dimension) = catalog.dimensions.iter().find(|dimension| measure.has_column(&dimension.name)) {
                file.fault(name, taken(&dimension.name, "a dimension"));
            }
            if let Some(own) = OWN_FIELDS.into_iter().find(|own| measure.has_column(own)) {
                file.fault(name, taken(own, "the pipelines themselves"));
            }
            names.push(name);
            catalog.measures.push(measure);
        }
        if !left_out.roles.is_empty() {
            catalog.left_out.push(left_out);
        }
    }
    for name in names {
        settle_share(catalog, name);
        let Some(at) = catalog.measures.iter().position(|measure| measure.name == name) else { continue };
        match needed(catalog, &catalog.measures[at]) {
            Ok(more) => catalog.measures[at].accumulators.extend(more),
            Err(Absent::Wrong(error)) => file.fault(name, error),
            Err(Absent::Lacking(roles)) => {
                let measure = catalog.measures.remove(at);
                let mut left_out = LeftOut::new(Kind::Measure, name, roles);
                left_out.fields = measure.accumulators.into_iter().map(|(field, _)| field).collect();
                left_out.is_rate = matches!(measure.interval, Interval::Rate { .. });
                left_out.role = measure.role;
                left_out.aliases = measure.aliases;
                catalog.left_out.push(left_out);
            }
        }
    }
    outcome::settle(catalog);
}

fn measure(catalog: &Catalog, name: &str, mut entry: Entry<'_>, left_out: &mut LeftOut) -> Option<Measure> {
    entry.only(&KEYS);
    let label = entry.text("label").map(|label| catalog.worded(label));
    let aliases: Vec<String> = entry.texts("aliases").into_iter().map(str::to_owned).collect();
    left_out.aliases.clone_from(&aliases);
    let phrase = entry.optional_text("phrase").map(str::to_owned);
    let role = if entry.has("role") { self::role(catalog, &mut entry) } else { None };
    left_out.role = role;
    let lacking = &mut left_out.roles;
    let unit = unit(catalog, &mut entry, lacking).unwrap_or(Unit::Count);
    left_out.fields.extend(entry.keys_of(WAYS[0]).into_iter().map(str::to_owned));
    let table = entry.table(WAYS[0]);
    let mut accumulators = table.map_or_else(Vec::new, |table| accumulated(catalog, table, lacking));
    let mut interval = entry.table("interval").map_or(Interval::None, rate_interval);
    left_out.is_rate = interval != Interval::None;
    let within_first = entry.flag("within_first");
    let (mut summed, mut least) = (None, None);
    let value = if entry.has("finish") {
        let mut finish = entry.parsed("finish", |text| pipeline::parse_expr(&pipeline::read(text)?))?;
        if interval == Interval::None {
            summed = ratio::settle(catalog, name, &mut finish, &mut accumulators);
        }
        Value::Finish(finish)
    } else if entry.has("mean_of") {
        left_out.fields.extend([name.to_owned(), squares(name)]);
        let text = entry.text("mean_of")?;
        let expr = note(&mut entry, "mean_of", lacking, expression(catalog, text))?;
        let mean;
        (mean, interval) = self::mean(catalog, name, &expr);
        accumulators.extend(mean);
        least = self::least(catalog, &expr);
        Value::Field
    } else if entry.has("share_of") {
        Value::ShareOf { measure: entry.text("share_of")?.to_owned(), within_first, of_customers: false }
    } else {
        if !entry.keys_of(WAYS[0]).contains(&name) {
            let error = Error::input(format!("nothing says how `{name}` is computed"));
            let hint = format!("give `accumulators.{name}`, or one of `finish`, `mean_of`, `share_of`");
            entry.fault(WAYS[0], error.hint(hint));
        }
        summed = ratio::count(catalog, name, &mut accumulators);
        Value::Field
    };
    let label = label?;
    if !left_out.roles.is_empty() {
        return None;
    }
    // Of sums over different customers, one is no part of the other.
    let is_part = matches!(role, Some(MeasureRole::CreditGranted | MeasureRole::BalancesCarried));
    let role = role.filter(|_| !is_part || summed.is_none());
    let phrase = phrase.unwrap_or_else(|| lowered(&label));
    Some(Measure {
        name: name.to_owned(),
        aliases,
        label,
        phrase,
        unit,
        accumulators,
        value,
        interval,
        summed,
        least,
        role,
        by_value: None,
    })
}

/// What a measure says that it means; no two may mean the same.
fn role(catalog: &Catalog, entry: &mut Entry<'_>) -> Option<MeasureRole> {
    entry.parsed("role", |text| {
        let names = MeasureRole::NAMED.iter().map(|(name, _)| *name);
        let Some((_, role)) = MeasureRole::NAMED.iter().find(|(name, _)| *name == text) else {
            let error = Error::input(format!("no measure's role is called `{}`", diagnostic::quote(text)));
            return Err(error.hint(nearest("role", text, names)));
        };
        match catalog.measure_of(*role) {
            Some(taken) => Err(Error::input(format!("the measure `{}` has the role `{text}` already", taken.name))),
            None => Ok(*role),
        }
    })
}

/// Notes of a share whether it is one of customers, once all measures of the file are there.
fn settle_share(catalog: &mut Catalog, name: &str) {
    let customers = catalog.measure_of(MeasureRole::Customers).map(|measure| measure.name.clone());
    let share = catalog.measures.iter_mut().find(|measure| measure.name == name);
    if let Some(Measure { value: Value::ShareOf { measure, of_customers, .. }, .. }) = share {
        *of_customers = customers.as_deref() == Some(measure);
    }
}

/// The expression's BSON over the bank's fields, once it is known to be one.
fn expression(catalog: &Catalog, text: &str) -> Result<Bson, Absent> {
    let value = roles::resolve(&catalog.contract, pipeline::read(text)?)?.value;
    catalog.check_expr(&pipeline::parse_expr(&value)?)?;
    Ok(value)
}

fn squares(name: &str) -> String {
    format!("{name}_squares")
}

/// The accumulators of a mean, and its interval. Where some customers have no value, the mean is of those who have one,
/// and their number is accumulated too.
pub(crate) fn mean(catalog: &Catalog, name: &str, expr: &Bson) -> (Accumulators, Interval) {
    let call = |value: Bson| pipeline::parse_accumulator(&value).expect("a fixed form around a checked expression");
    let squares = squares(name);
    let square = |value: &Bson| call(bson!({ "$sum": { "$multiply": [value.clone(), value.clone()] } }));
    let Some(is_there) = is_there(catalog, expr) else {
        let accumulators =
            vec![(name.to_owned(), call(bson!({ "$avg": expr.clone() }))), (squares.clone(), square(expr))];
        return (accumulators, Interval::Mean { squares, n: None });
    };
    let value = bson!({ "$cond": [is_there.clone(), expr.clone(), null] });
    let n = format!("{name}_n");
    let accumulators = vec![
        (name.to_owned(), call(bson!({ "$avg": value.clone() }))),
        (squares.clone(), square(&value)),
        (n.clone(), call(bson!({ "$sum": { "$cond": [is_there, 1, 0] } }))),
    ];
    (accumulators, Interval::Mean { squares, n: Some(n) })
}

/// The least that the mean of a column can be; none of what is computed from columns.
pub(crate) fn least(catalog: &Catalog, expr: &Bson) -> Option<f64> {
    let path = pipeline::parse_expr(expr).ok()?.field()?.to_string();
    match catalog.contract.columns[catalog.field(&path)?.column].kind {
        ColumnKind::Whole { min, .. } => Some(min as f64),
        ColumnKind::Decimal { min, .. } => Some(min),
        ColumnKind::Category(_) | ColumnKind::Text | ColumnKind::Date => None,
    }
}

/// What is true where an expression over fields that may be null has a number; none where no field may be.
pub(crate) fn is_there(catalog: &Catalog, expr: &Bson) -> Option<Bson> {
    let reads = pipeline::parse_expr(expr).ok()?.reads();
    let read = |path: &str| reads.is_whole() || reads.named().iter().any(|other| other.to_string() == path);
    let may_lack = catalog.fields.iter().any(|field| field.is_nullable && read(&field.joined_path));
    let is_there = bson!({ "$and": [{ "$isNumber": expr.clone() }, { "$ne": [expr.clone(), f64::NAN] }] });
    may_lack.then_some(is_there)
}

fn accumulated(catalog: &Catalog, mut table: Entry<'_>, lacking: &mut Vec<Need>) -> Accumulators {
    let mut fields = Vec::new();
    for field in table.keys() {
        let Some(text) = table.text(field) else { continue };
        let read = || {
            check_name(field, [])?;
            let value = roles::resolve(&catalog.contract, pipeline::read(text)?)?.value;
            let call = pipeline::parse_accumulator(&value)?;
            catalog.check_accumulator(&call)?;
            Ok(call)
        };
        let call = note(&mut table, field, lacking, read());
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
fn needed(catalog: &Catalog, measure: &Measure) -> Result<Accumulators, Absent> {
    let mut names = match &measure.value {
        Value::Field => Vec::new(),
        Value::Finish(expr) => own_fields(expr),
        Value::ShareOf { measure, .. } => vec![measure.clone()],
    };
    if let Interval::Rate { successes, trials } = &measure.interval {
        names.extend([successes.clone(), trials.clone()]);
    }
    let all = || catalog.measures.iter().flat_map(|other| &other.accumulators);
    let (mut more, mut lacking): (Accumulators, _) = (Vec::new(), Vec::new());
    for name in names {
        if measure.accumulators.iter().chain(&more).any(|(own, _)| *own == name) {
            continue;
        }
        let Some(found) = all().find(|(other, _)| *other == name) else {
            if let Some(gone) = catalog.left_out.iter().find(|left_out| left_out.fields.contains(&name)) {
                add(&mut lacking, gone.roles.iter().copied());
                continue;
            }
            let mut names: Vec<&str> = all().map(|(other, _)| other.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            let error = Error::input(format!("no measure accumulates `{name}`"));
            return Err(error.hint(nearest("accumulated field", &name, names)).into());
        };
        more.push(found.clone());
    }
    if !lacking.is_empty() {
        return Err(Absent::Lacking(lacking));
    }
    if let Value::Finish(expr) = &measure.value {
        let accumulated = measure.accumulators.iter().chain(&more);
        let field = |(name, _): &(String, AccumulatorCall)| Field {
            path: name.clone(),
            field_type: FieldType::Double,
            nullable: true,
        };
        pipeline::check_expr(expr, &Schema::Fields(accumulated.map(field).collect()))?;
    }
    Ok(more)
}

/// A column of a hand-written pipeline's rows: a measure that the pipeline computes itself.
pub(super) fn column(catalog: &Catalog, name: &str, mut entry: Entry<'_>, lacking: &mut Vec<Need>) -> Option<Measure> {
    entry.only(&["label", "phrase", "unit", "quantile"]);
    if let Err(error) = check_name(name, []) {
        entry.fault("label", error);
    }
    let role = quantile(&mut entry);
    let label = entry.text("label")?;
    let phrase = entry.optional_text("phrase").map_or_else(|| lowered(label), str::to_owned);
    Some(Measure {
        name: name.to_owned(),
        aliases: Vec::new(),
        label: label.to_owned(),
        phrase,
        unit: unit(catalog, &mut entry, lacking).unwrap_or(Unit::Count),
        accumulators: Vec::new(),
        value: Value::Field,
        interval: Interval::None,
        summed: None,
        least: None,
        role,
        by_value: None,
    })
}

/// `quantile = 0.5`: the column is that quantile.
fn quantile(entry: &mut Entry<'_>) -> Option<MeasureRole> {
    let share = match entry.value("quantile")? {
        Bson::Double(share) if (0.0..=1.0).contains(&share) => share,
        _ => {
            entry.fault(
                "quantile",
                Error::input("a quantile is a share of the customers").hint("such as 0.5, the median"),
            );
            return None;
        }
    };
    Some(MeasureRole::Quantile(share))
}
