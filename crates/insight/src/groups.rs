//! The rows of an analysis as groups of customers: in natural order, with their values and intervals.
//!
//! In: the documents that a pipeline gave. Invariant: a group whose answer is missing comes last and is never ranked;
//! nor is one with fewer than [`SMALL`] customers.

use std::cmp::Ordering;

use bson::{Bson, Document};
use catalog::{ALL_CUSTOMERS, Analysis, Dimension, Interval as Kind, Measure, MeasureRole, OUTCOME_KNOWN, Unit, Value};

use crate::statistics::extreme::Estimate;
use crate::statistics::mean::Moments;
use crate::statistics::rate::wilson;
use crate::statistics::{Interval, SMALL};
use crate::{Cell, Error, Figure, words};

/// The groups of one pipeline.
pub(crate) struct Groups<'a> {
    /// What was grouped by.
    pub by: &'a [Dimension],
    /// The analysis.
    pub analysis: &'a Analysis,
    /// The groups, in the order of the table.
    pub rows: Vec<Row<'a>>,
    /// The totals over all rows that shares are taken of.
    totals: Vec<(&'a str, f64)>,
}

/// One group.
pub(crate) struct Row<'a> {
    /// Its place in the table.
    pub at: usize,
    /// Its value in each dimension.
    pub keys: Vec<Bson>,
    /// How many customers it has.
    pub customers: f64,
    /// How many of them closed their account, where that was counted.
    pub closed: Option<f64>,
    /// Of how many it is known whether they did.
    pub with_outcome: f64,
    /// Whether all its answers are known.
    pub is_known: bool,
    document: &'a Document,
}

impl<'a> Groups<'a> {
    /// Reads the rows of a pipeline that grouped by `by`.
    pub(crate) fn read(analysis: &'a Analysis, by: &'a [Dimension], rows: &'a [Document]) -> Result<Self, Error> {
        let mut rows: Vec<Row<'a>> =
            rows.iter().map(|document| Row::read(analysis, by, document)).collect::<Result<_, _>>()?;
        if analysis.top.is_some() {
            rows.sort_by_key(|row| !row.is_known);
        } else {
            rows.sort_by(|a, b| {
                let each = by.iter().zip(a.keys.iter().zip(&b.keys));
                each.map(|(dimension, (a, b))| in_order(dimension, a, b))
                    .find(|order| order.is_ne())
                    .unwrap_or(Ordering::Equal)
            });
        }
        for (at, row) in rows.iter_mut().enumerate() {
            row.at = at;
        }
        let shares = analysis.measures.iter().filter_map(|measure| match &measure.value {
            Value::ShareOf { measure, within_first: false, .. } => Some(measure.as_str()),
            _ => None,
        });
        let totals = shares.map(|field| (field, rows.iter().filter_map(|row| row.number(field)).sum())).collect();
        Ok(Self { by, analysis, rows, totals })
    }

    /// The groups that may be ranked: of known answers, and not small.
    pub(crate) fn ranked(&self) -> impl Iterator<Item = &Row<'a>> {
        self.rows.iter().filter(|row| row.is_known && row.customers >= SMALL)
    }

    /// The groups that may be ranked and have a value of the measure, the highest value first.
    pub(crate) fn ranked_by(&self, measure: &Measure) -> Vec<&Row<'a>> {
        let ranked = self.ranked().filter(|row| row.trials(measure) >= SMALL);
        let valued = ranked.filter_map(|row| Some((row, self.value(row, measure)?)));
        let mut valued: Vec<(&Row<'a>, f64)> = valued.collect();
        valued.sort_by(|a, b| b.1.total_cmp(&a.1));
        valued.into_iter().map(|(row, _)| row).collect()
    }

    /// The measure of this name.
    pub(crate) fn measure(&self, name: &str) -> Option<&'a Measure> {
        self.analysis.measures.iter().find(|measure| measure.name == name)
    }

    /// The groups of known answers.
    pub(crate) fn known(&self) -> impl Iterator<Item = &Row<'a>> {
        self.rows.iter().filter(|row| row.is_known)
    }

    /// The values of the dimension at `place`, each once, in the order of the rows.
    pub(crate) fn values(&self, place: usize) -> Vec<Bson> {
        let mut values: Vec<Bson> = Vec::new();
        for row in &self.rows {
            if !values.contains(&row.keys[place]) {
                values.push(row.keys[place].clone());
            }
        }
        values
    }

    /// All customers that the groups were made from.
    pub(crate) fn customers(&self) -> f64 {
        let all = self.rows.first().and_then(|row| row.number(ALL_CUSTOMERS));
        all.unwrap_or_else(|| self.rows.iter().map(|row| row.customers).sum())
    }

    /// Of how many customers it is not known whether they closed their account, where closures are counted.
    pub(crate) fn without_outcome(&self) -> f64 {
        self.rows.iter().map(|row| row.customers - row.with_outcome).sum()
    }

    /// Whether so few customers are counted that nothing among them is tested.
    pub(crate) fn are_few(&self) -> bool {
        self.customers() < SMALL
    }

    /// The total of a field that a row's share is taken of.
    fn total(&self, field: &str, within_first: bool, of_customers: bool, row: &Row<'_>) -> f64 {
        if of_customers && !within_first {
            return self.customers();
        }
        if !within_first {
            return self.totals.iter().find(|(name, _)| *name == field).map_or(0.0, |(_, total)| *total);
        }
        let same = self.rows.iter().filter(|other| other.keys.first() == row.keys.first());
        same.filter_map(|other| other.number(field)).sum()
    }

    /// A measure's value in a group.
    pub(crate) fn value(&self, row: &Row<'_>, measure: &Measure) -> Option<f64> {
        match &measure.value {
            Value::Field | Value::Finish(_) => row.number(&measure.name),
            Value::ShareOf { measure, within_first, of_customers } => {
                let total = self.total(measure, *within_first, *of_customers, row);
                row.number(measure).filter(|_| total > 0.0).map(|part| part / total)
            }
        }
    }

    /// The 95 % interval of a measure's value in a group.
    pub(crate) fn interval(&self, row: &Row<'_>, measure: &Measure) -> Option<Interval> {
        match (&measure.interval, &measure.value) {
            (Kind::Rate { successes, trials }, _) => wilson(row.number(successes)?, row.number(trials)?),
            (Kind::Mean { .. }, _) => {
                // A share has nothing below zero, whatever the column may hold.
                let least = measure.least.or((measure.unit == Unit::Share).then_some(0.0));
                row.moments(measure)?.interval(least)
            }
            (Kind::Ranks { low, high }, _) => Some(Interval { low: row.number(low)?, high: row.number(high)? }),
            (Kind::None, Value::ShareOf { measure, within_first, of_customers: true }) => {
                wilson(row.customers, self.total(measure, *within_first, true, row))
            }
            (Kind::None, _) => None,
        }
    }

    /// How many groups of known answers have fewer customers than are ranked.
    pub(crate) fn n_smaller(&self, measure: &Measure) -> usize {
        self.known().filter(|row| row.customers.min(row.trials(measure)) < SMALL).count()
    }

    /// How sentences speak of a group.
    pub(crate) fn name(&self, row: &Row<'_>) -> String {
        let each = self.by.iter().zip(&row.keys).map(|(dimension, key)| dimension.group(&text(key)));
        words::joined(&each.collect::<Vec<_>>())
    }

    /// A group with a measure's value.
    pub(crate) fn figure(&self, row: &Row<'_>, measure: &Measure) -> Option<Figure> {
        Some(Figure {
            rows: vec![row.at],
            group: self.name(row),
            value: self.value(row, measure)?,
            unit: measure.unit,
            interval: self.interval(row, measure),
            middle_half: None,
            customers: None,
        })
    }
}

impl<'a> Row<'a> {
    fn read(analysis: &Analysis, by: &[Dimension], document: &'a Document) -> Result<Self, Error> {
        let keys: Vec<Bson> =
            by.iter().map(|dimension| document.get(&dimension.name).cloned().unwrap_or(Bson::Null)).collect();
        let is_known = by.iter().zip(&keys).all(|(dimension, key)| !is_missing(dimension, key));
        let counted = |role| analysis.measure_of(role).and_then(|measure| number(document, &measure.name));
        let customers = counted(MeasureRole::Customers).ok_or_else(|| {
            let name = analysis.measure_of(MeasureRole::Customers).map_or("customers", |measure| &measure.name);
            Error::new(format!("a row has no number of `{name}`: {}", Bson::Document(document.clone())))
        })?;
        let with_outcome = number(document, OUTCOME_KNOWN).unwrap_or(customers);
        Ok(Self { at: 0, keys, customers, closed: counted(MeasureRole::Closed), with_outcome, is_known, document })
    }

    /// How notes name it: by its values.
    pub(crate) fn short_name(&self) -> String {
        self.keys.iter().map(text).collect::<Vec<_>>().join(" / ")
    }

    /// A number of the row's document; none where it is missing, null or no number.
    pub(crate) fn number(&self, field: &str) -> Option<f64> {
        number(self.document, field)
    }

    /// How many customers a measure's rate is of: those of whom it is known whether they closed their account.
    pub(crate) fn trials(&self, measure: &Measure) -> f64 {
        match &measure.interval {
            Kind::Rate { trials, .. } => self.number(trials).unwrap_or(self.customers),
            Kind::Mean { .. } | Kind::Ranks { .. } | Kind::None => self.customers,
        }
    }

    /// The moments of a mean that was asked for with its interval.
    pub(crate) fn moments(&self, measure: &Measure) -> Option<Moments> {
        let Kind::Mean { squares, .. } = &measure.interval else { return None };
        let (n, mean) = (self.with_value(measure), self.number(&measure.name)?);
        Some(Moments { n, mean, squares: self.number(squares)? })
    }

    /// How sure a measure's value is; none of what has no interval.
    pub(crate) fn estimate(&self, measure: &Measure) -> Option<Estimate> {
        match &measure.interval {
            Kind::Rate { successes, trials } => Estimate::of_rate(self.number(successes)?, self.number(trials)?),
            Kind::Mean { .. } => Estimate::of_mean(&self.moments(measure)?),
            Kind::Ranks { low, high } => {
                Estimate::of_interval(self.number(&measure.name)?, self.number(low)?, self.number(high)?)
            }
            Kind::None => None,
        }
    }

    /// How many customers a measure's mean or sum is of: those who have a value, where not all do.
    pub(crate) fn with_value(&self, measure: &Measure) -> f64 {
        match &measure.interval {
            Kind::Mean { n: Some(field), .. } => self.number(field).unwrap_or(self.customers),
            Kind::Mean { n: None, .. } | Kind::Rate { .. } | Kind::Ranks { .. } | Kind::None => {
                measure.summed.as_ref().and_then(|field| self.number(field)).unwrap_or(self.customers)
            }
        }
    }
}

/// Whether a dimension's value is no answer: what stands for one, null, or not a number.
pub(crate) fn is_missing(dimension: &Dimension, key: &Bson) -> bool {
    let is_no_number = matches!(key, Bson::Undefined) || matches!(key, Bson::Double(number) if number.is_nan());
    is_no_number || dimension.is_missing(key)
}

pub(crate) fn number(document: &Document, field: &str) -> Option<f64> {
    match document.get(field)? {
        Bson::Int32(number) => Some(f64::from(*number)),
        Bson::Int64(number) => Some(*number as f64),
        Bson::Double(number) => Some(*number).filter(|number| number.is_finite()),
        Bson::Decimal128(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

/// Natural order: as the dimension says, then what it does not know, then missing answers.
pub(crate) fn in_order(dimension: &Dimension, a: &Bson, b: &Bson) -> Ordering {
    let place = |value: &Bson| {
        let place = dimension.order.iter().position(|known| same(known, value));
        (is_missing(dimension, value), place.unwrap_or(dimension.order.len()))
    };
    place(a).cmp(&place(b)).then_with(|| match (numeric(a), numeric(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => text(a).cmp(&text(b)),
    })
}

pub(crate) fn same(a: &Bson, b: &Bson) -> bool {
    a == b || matches!((numeric(a), numeric(b)), (Some(a), Some(b)) if a == b)
}

/// A key as a number.
pub(crate) fn numeric(value: &Bson) -> Option<f64> {
    match value {
        Bson::Int32(number) => Some(f64::from(*number)),
        Bson::Int64(number) => Some(*number as f64),
        Bson::Double(number) => Some(*number),
        _ => None,
    }
}

/// A key as sentences and headings write it.
pub(crate) fn text(value: &Bson) -> String {
    match value {
        Bson::String(text) => text.clone(),
        Bson::Null | Bson::Undefined => "no answer".to_owned(),
        Bson::Double(number) if number.is_nan() => "no answer".to_owned(),
        other => numeric(other).map_or_else(|| other.to_string(), |number| number.to_string()),
    }
}

/// A key as a table's cell.
pub(crate) fn cell(value: &Bson) -> Cell {
    match value {
        Bson::Int32(number) => Cell::Integer(i64::from(*number)),
        Bson::Int64(number) => Cell::Integer(*number),
        Bson::Double(number) if number.is_nan() => Cell::Missing,
        Bson::Double(number) => Cell::Number(*number),
        Bson::Null | Bson::Undefined => Cell::Missing,
        other => Cell::Text(text(other)),
    }
}
