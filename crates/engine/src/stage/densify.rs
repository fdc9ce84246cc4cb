//! `$densify`: documents where numbers or dates are missing in a row of them.
//!
//! In: the stage, and documents. Out: they in order, and between them one document for each step of a grid at which there
//! is none. Invariant: no more than [`MOST_MADE`] documents are made, as in a server.
//!
//! MongoDB: the grid of `full` starts at the least value of all, that of `partition` at the least of each partition, that
//! of two bounds at the first; each step is added to the one before, so that a date at the end of a month drifts. What is
//! null or missing comes first, and has no partition.

use std::cmp::Ordering;
use std::collections::HashMap;

use bson::{Bson, Document};
use pipeline::ast::{Densify, DensifyBounds, Order, Path, SortKey};

use super::{Context, Rows, SortOrder, deferred, nested, size};
use crate::Error;
use crate::expr::add_to_date;
use crate::value::{Key, Number, compare, find, is_nullish, number};

/// MongoDB: `internalQueryMaxAllowedDensifyDocs`.
const MOST_MADE: usize = 500_000;

pub(super) fn run<'a>(densify: &'a Densify, rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    deferred(move || {
        let rows = sorted(densify, rows, ctx)?;
        let ends =
            (rows.iter().find_map(|row| value(row, densify)), rows.iter().rev().find_map(|row| value(row, densify)));
        let whole = match ends {
            (Some(least), Some(greatest)) => Some((least.clone(), greatest.clone())),
            _ => None,
        };
        let mut filler = Filler::new(densify, whole, ctx);
        for row in rows {
            filler.row(row)?;
        }
        filler.finish()
    })
}

/// The documents in the order in which they are looked at.
fn sorted(densify: &Densify, rows: Rows<'_>, ctx: &Context) -> Result<Vec<Document>, Error> {
    let ascending = |path: &Path| SortKey { path: path.clone(), order: Order::Ascending };
    let by_partition = if densify.bounds == DensifyBounds::Full { &[][..] } else { &densify.partition_by };
    let keys: Vec<SortKey> = by_partition.iter().chain([&densify.field]).map(ascending).collect();
    let order = SortOrder::new(&keys);
    let mut held = ctx.brake.hold("$densify");
    let mut keyed = Vec::new();
    for row in rows {
        let row = row?;
        held.add(|| size::in_memory(&row))?;
        keyed.push((order.key(&row)?, row));
    }
    ctx.brake.sort(&mut keyed, |(a, _), (b, _)| order.compare(a, b))?;
    Ok(keyed.into_iter().map(|(_, row)| row).collect())
}

/// The value of the field, unless it is null or missing.
fn value<'r>(row: &'r Document, densify: &Densify) -> Option<&'r Bson> {
    nested::get(row, &densify.field).filter(|value| !is_nullish(Some(value)))
}

struct Filler<'a> {
    densify: &'a Densify,
    ctx: &'a Context,
    /// The least value of all documents, and the greatest.
    whole: Option<(Bson, Bson)>,
    /// In the order in which they were met.
    partitions: Vec<Partition>,
    places: HashMap<Key, usize>,
    /// Whether the last document lay below the bounds.
    is_below: bool,
    /// MongoDB: once the only partition is complete, documents are not looked at any more.
    is_done: bool,
    output: Vec<Document>,
    n_made: usize,
}

struct Partition {
    /// The fields that make it.
    key: Document,
    /// The next step of its grid.
    next: Bson,
    /// The value below the bounds that made it known, as long as it has no other.
    below: Option<Bson>,
}

impl<'a> Filler<'a> {
    fn new(densify: &'a Densify, whole: Option<(Bson, Bson)>, ctx: &'a Context) -> Self {
        let (partitions, output) = (Vec::new(), Vec::new());
        let places = HashMap::new();
        Self { densify, ctx, whole, partitions, places, is_below: false, is_done: false, output, n_made: 0 }
    }

    fn row(&mut self, row: Document) -> Result<(), Error> {
        self.ctx.brake.check()?;
        let Some(value) = value(&row, self.densify).cloned() else {
            self.output.push(row);
            return Ok(());
        };
        if self.is_done {
            self.output.push(row);
            return Ok(());
        }
        self.check(&value)?;
        if self.is_met(&value) {
            // MongoDB: what is made before a document has its values of the partition's fields, whatever their types.
            let (at, key) = self.partition(&row, &value)?;
            self.make_until(at, &key, &|next, filler| {
                compare(next, &value) == Ordering::Less && !filler.is_beyond(next)
            })?;
            self.look_behind(at, &value);
            if !self.is_below {
                self.partitions[at].below = None;
            }
            // MongoDB: the grid goes on with the type of the first value on a step of it, of those on a lower bound with that of the last.
            let lies_on = |place: &Bson| compare(place, &value) == Ordering::Equal;
            let is_lower_bound = self.densify.explicit().is_some_and(|(lower, _)| lies_on(lower));
            if is_lower_bound || lies_on(&self.partitions[at].next) {
                self.partitions[at].next = self.step(&value)?;
            }
        }
        self.output.push(row);
        Ok(())
    }

    /// MongoDB: of several documents in a row that lie below the bounds, only the first makes its partition known.
    fn is_met(&mut self, value: &Bson) -> bool {
        let Some((lower, _)) = self.densify.explicit() else { return true };
        let is_below = compare(value, lower) == Ordering::Less;
        let was_below = std::mem::replace(&mut self.is_below, is_below);
        !(is_below && was_below)
    }

    /// Sees whether a value lies behind all steps of its partition.
    fn look_behind(&mut self, at: usize, value: &Bson) {
        let is_explicit = self.densify.explicit().is_some();
        let next = &self.partitions[at].next;
        let is_complete = self.is_beyond(next) && compare(next, value) != Ordering::Greater;
        self.is_done = is_complete && is_explicit && self.densify.partition_by.is_empty();
    }

    fn check(&self, value: &Bson) -> Result<(), Error> {
        let is_date = matches!(value, Bson::DateTime(_));
        if !is_date && Number::of(value).is_none() {
            return Err(Error::coded(5_733_201, "`$densify`: the field must be numeric or a date"));
        }
        if is_date != self.densify.unit.is_some() {
            let message = if is_date {
                "`$densify`: found a date, but the step has no unit"
            } else {
                "`$densify`: found a number, but the step has a unit of dates"
            };
            return Err(Error::coded(6_053_600, message));
        }
        Ok(())
    }

    /// The place of the document's partition, which is made if it is new.
    fn partition(&mut self, row: &Document, value: &Bson) -> Result<(usize, Document), Error> {
        let mut key = Document::new();
        for path in &self.densify.partition_by {
            match find(row, path) {
                Some(value) => nested::set(&mut key, path, value.into_owned()),
                None => nested::make_way(&mut key, path),
            }
        }
        let hash = Key::of(&Bson::Document(key.clone()));
        if let Some(at) = self.places.get(&hash) {
            return Ok((*at, key));
        }
        let start = match (self.densify.explicit(), &self.whole) {
            (Some((lower, _)), _) => lower,
            (None, Some((least, _))) if self.densify.bounds == DensifyBounds::Full => least,
            _ => value,
        };
        // MongoDB: one step back and one on, so that a day at the end of a month drifts here already.
        let next =
            if compare(start, value) == Ordering::Equal { start.clone() } else { self.step(&self.moved(start, -1)?)? };
        self.places.insert(hash, self.partitions.len());
        let below = self.is_below.then(|| value.clone());
        self.partitions.push(Partition { key: key.clone(), next, below });
        Ok((self.partitions.len() - 1, key))
    }

    /// Whether a step of the grid lies behind its end.
    fn is_beyond(&self, next: &Bson) -> bool {
        match (self.densify.explicit(), &self.whole) {
            // MongoDB: two equal bounds are one step, and not none.
            (Some((lower, upper)), _) if compare(lower, upper) == Ordering::Equal => {
                compare(next, upper) == Ordering::Greater
            }
            (Some((_, upper)), _) => compare(next, upper) != Ordering::Less,
            (None, Some((least, greatest))) if self.densify.bounds == DensifyBounds::Full => {
                // Infinity and NaN are their own next steps.
                compare(next, greatest) == Ordering::Greater || compare(least, greatest) == Ordering::Equal
            }
            _ => false,
        }
    }

    fn make_until(&mut self, at: usize, key: &Document, goes_on: &dyn Fn(&Bson, &Self) -> bool) -> Result<(), Error> {
        while goes_on(&self.partitions[at].next, self) {
            self.ctx.brake.check()?;
            self.n_made += 1;
            if self.n_made > MOST_MADE {
                let message = format!("generated {} documents in `$densify`, which is over the limit", self.n_made);
                return Err(Error::coded(5_897_900, format!("{message} of {MOST_MADE}")));
            }
            let next = &self.partitions[at].next;
            if nested::get(key, &self.densify.field).is_some() {
                let message = "`$densify`: `partitionByFields` cannot include the field that is being densified";
                return Err(Error::coded(5_733_306, message));
            }
            let mut made = key.clone();
            nested::set(&mut made, &self.densify.field, next.clone());
            self.partitions[at].next = self.step(next)?;
            self.output.push(made);
        }
        Ok(())
    }

    /// The step behind `from`.
    fn step(&self, from: &Bson) -> Result<Bson, Error> {
        self.moved(from, 1)
    }

    /// So many steps behind `from`.
    fn moved(&self, from: &Bson, n_steps: i32) -> Result<Bson, Error> {
        if let (Bson::DateTime(date), Some(unit)) = (from, self.densify.unit) {
            let amount = Number::of(&self.densify.step).and_then(Number::to_whole).unwrap_or(1);
            return add_to_date(*date, unit, amount.saturating_mul(n_steps.into())).map(Bson::DateTime);
        }
        let (Some(from), Some(step)) = (Number::of(from), Number::of(&self.densify.step)) else {
            return Err(Error::coded(5_733_201, "`$densify`: the field must be numeric or a date"));
        };
        Ok(number::add(from, number::multiply(step, Number::Int(n_steps))).into_bson())
    }

    /// Moves the grid of what has values below the bounds alone to its start. Whether there is anything to make.
    ///
    /// MongoDB: it starts at the lower bound. That of a partition starts a step behind the value below, where that is later.
    fn starts_behind(&mut self, at: usize) -> Result<bool, Error> {
        let (Some(below), Some((lower, upper))) = (&self.partitions[at].below, self.densify.explicit()) else {
            return Ok(true);
        };
        if self.densify.partition_by.is_empty() {
            self.partitions[at].next = lower.clone();
            return Ok(true);
        }
        let behind = self.step(below)?;
        let is_within = compare(&behind, upper) == Ordering::Less;
        let is_later = compare(&behind, lower) == Ordering::Greater;
        self.partitions[at].next = if is_later { behind } else { lower.clone() };
        Ok(is_within)
    }

    fn finish(mut self) -> Result<Vec<Document>, Error> {
        if let Some((lower, _)) = self.densify.explicit()
            && self.partitions.is_empty()
        {
            self.partitions.push(Partition { key: Document::new(), next: lower.clone(), below: None });
        }
        if self.densify.bounds != DensifyBounds::Partition {
            for at in 0..self.partitions.len() {
                if self.starts_behind(at)? {
                    let key = self.partitions[at].key.clone();
                    self.make_until(at, &key, &|next, filler| !filler.is_beyond(next))?;
                }
            }
        }
        Ok(self.output)
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    fn check_values(stage: &str, input: &str, expected: &str) {
        check(&format!("[{{$densify: {stage}}}, {{$project: {{_id: 0}}}}]"), input, expected);
    }

    #[test]
    fn the_grid_starts_at_the_least_value() {
        check_values(
            "{field: 'v', range: {step: 1, bounds: 'full'}}",
            "{v: 4}\n{v: 2.5}\n{v: null}\n{v: 1}",
            "{v: null}\n{v: 1}\n{v: 2}\n{v: 2.5}\n{v: 3}\n{v: 4}",
        );
    }

    #[test]
    fn partitions_have_grids_of_their_own() {
        let input = "{g: 'a', v: 1}\n{g: 'a', v: 4}\n{g: 'b', v: 2}";
        check_values(
            "{field: 'v', partitionByFields: ['g'], range: {step: 2, bounds: 'partition'}}",
            input,
            "{g: 'a', v: 1}\n{g: 'a', v: 3}\n{g: 'a', v: 4}\n{g: 'b', v: 2}",
        );
        check_values(
            "{field: 'v', partitionByFields: ['g'], range: {step: 2, bounds: [1, 5]}}",
            input,
            "{g: 'a', v: 1}\n{g: 'a', v: 3}\n{g: 'a', v: 4}\n{g: 'b', v: 1}\n{g: 'b', v: 2}\n{g: 'b', v: 3}",
        );
    }

    #[test]
    fn the_grid_goes_on_with_the_type_of_the_last_value_on_it() {
        let stage = "{field: 'v', range: {step: 1, bounds: [0, 2]}}";
        check_values(stage, "{v: 0}\n{v: 0.0}", "{v: 0}\n{v: 0.0}\n{v: 1.0}");
        check_values(stage, "{v: 5e-324}", "{v: 0}\n{v: 5e-324}\n{v: 1}");
    }

    #[test]
    fn equal_bounds_are_one_step_unless_a_partition_steps_over_it() {
        let stage = |by: &str| format!("{{field: 'v'{by}, range: {{step: 1, bounds: [1, 1]}}}}");
        check_values(&stage(""), "{v: 0}", "{v: 0}\n{v: 1}");
        check_values(&stage(", partitionByFields: ['g']"), "{v: 0}", "{v: 0}");
        check_values(&stage(", partitionByFields: ['g']"), "{v: -5}", "{v: -5}\n{v: 1}");
        check_values(&stage(", partitionByFields: ['g']"), "{v: 5}", "{v: 1}\n{v: 5}");
    }

    #[test]
    fn months_drift_once_they_were_cut() {
        check_values(
            "{field: 't', range: {step: 1, unit: 'month', bounds: 'full'}}",
            "{t: ISODate('2020-01-31')}\n{t: ISODate('2020-03-31')}",
            "{t: ISODate('2020-01-31')}\n{t: ISODate('2020-02-29')}\n{t: ISODate('2020-03-29')}\n{t: ISODate('2020-03-31')}",
        );
        check_values("{field: 't', range: {step: 1, bounds: 'full'}}", "{t: ISODate('2020-01-31')}", "error 6053600");
    }

    #[test]
    fn no_more_are_made_than_a_server_makes() {
        check("[{$densify: {field: 'v', range: {step: 1, bounds: [0, 500001]}}}]", "", "error 5897900");
        check("[{$densify: {field: 'v', range: {step: 1, bounds: [0, 500000]}}}, {$count: 'n'}]", "", "{n: 500000}");
    }
}
