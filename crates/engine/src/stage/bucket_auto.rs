//! `$bucketAuto`: buckets of about as many documents each, bounds taken from the values.
//!
//! MongoDB: the values are sorted in the total order, missing as null. A bucket takes its share, and then whatever equals
//! its last value; its upper bound is the lower bound of the next, and of the last bucket its greatest value. With a
//! granularity the bounds are round numbers, and a bucket also takes what lies below its rounded upper bound.

use std::iter::Peekable;

use bson::{Bson, DateTime, Document, doc};
use pipeline::ast::{AccumulatorCall, Expr};

use super::granularity::Granularity;
use super::{Context, Rows, deferred, group, size};
use crate::Error;
use crate::expr::Env;
use crate::value::{Number, compare, equal};

/// What a `$bucketAuto` says, borrowed from its stage.
#[derive(Clone, Copy)]
pub(super) struct BucketAuto<'a> {
    pub(super) group_by: &'a Expr,
    pub(super) n_buckets: u32,
    pub(super) output: &'a [(String, AccumulatorCall)],
    pub(super) granularity: Option<&'a str>,
}

/// Documents with what they are sorted by.
type Keyed = Peekable<std::vec::IntoIter<(Bson, Document)>>;

/// A bucket's bounds and documents.
struct Bucket {
    min: Bson,
    max: Bson,
    rows: Vec<Document>,
}

pub(super) fn run<'a>(stage: BucketAuto<'a>, rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    let now = ctx.now;
    deferred(move || {
        let granularity = match stage.granularity {
            None => None,
            Some(name) => Some(
                Granularity::named(name)
                    .ok_or_else(|| Error::coded(40257, format!("unknown granularity specification '{name}'")))?,
            ),
        };
        let mut keyed = Vec::new();
        let mut held = ctx.brake.hold("$bucketAuto");
        for row in rows {
            let row = row?;
            held.add(|| size::in_memory(&row))?;
            let key = Env::new(&row, now).evaluate(stage.group_by)?.unwrap_or(Bson::Null);
            if granularity.is_some() {
                Granularity::check(&key)?;
            }
            keyed.push((key, row));
        }
        ctx.brake.sort(&mut keyed, |(a, _), (b, _)| compare(a, b))?;
        fill(keyed, stage.n_buckets, granularity.as_ref())
            .into_iter()
            .map(|bucket| bucket.into_document(stage.output, now))
            .collect()
    })
}

fn fill(keyed: Vec<(Bson, Document)>, n_buckets: u32, granularity: Option<&Granularity>) -> Vec<Bucket> {
    let share = ((keyed.len() as f64 / f64::from(n_buckets)).round() as usize).max(1);
    let mut rest = keyed.into_iter().peekable();
    let mut buckets: Vec<Bucket> = Vec::new();
    while let Some((first, row)) = rest.next() {
        let mut bucket = Bucket { min: first.clone(), max: first, rows: vec![row] };
        let is_last = buckets.len() + 1 == n_buckets as usize;
        while bucket.rows.len() < share || is_last {
            let Some(next) = rest.next() else { break };
            bucket.add(next);
        }
        match granularity {
            None => bucket.close(&mut rest),
            Some(granularity) => {
                bucket.min = match buckets.last() {
                    Some(previous) => previous.max.clone(),
                    None => granularity.round_down(&bucket.min),
                };
                bucket.close_round(&mut rest, granularity);
            }
        }
        buckets.push(bucket);
    }
    buckets
}

impl Bucket {
    fn add(&mut self, (key, row): (Bson, Document)) {
        self.max = key;
        self.rows.push(row);
    }

    fn close(&mut self, rest: &mut Keyed) {
        while let Some(next) = rest.next_if(|(key, _)| equal(key, &self.max)) {
            self.add(next);
        }
        if let Some((next, _)) = rest.peek() {
            self.max = next.clone();
        }
    }

    fn close_round(&mut self, rest: &mut Keyed, granularity: &Granularity) {
        let bound = granularity.round_up(&self.max);
        while let Some(next) = rest.next_if(|(key, _)| compare(&bound, key).is_gt() || equal(key, &self.max)) {
            self.add(next);
        }
        // MongoDB: zero has no round number above it, so the bound comes from the next value.
        let is_zero = Number::of(&bound).is_some_and(Number::is_zero);
        self.max = match rest.peek() {
            Some((next, _)) if is_zero => granularity.round_down(next),
            _ => bound,
        };
    }

    fn into_document(self, output: &[(String, AccumulatorCall)], now: DateTime) -> Result<Document, Error> {
        let mut states = group::start(output, &Bson::Null, now)?;
        for row in &self.rows {
            group::gather(output, &mut states, row, &Env::new(row, now))?;
        }
        let mut document = doc! { "_id": { "min": self.min, "max": self.max } };
        group::finish(output, states, &mut document);
        size::check(document)
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn equal_values_stay_together() {
        check(
            "[{$bucketAuto: {groupBy: '$a', buckets: 2}}]",
            "{a: 1}\n{a: 2}\n{a: 2}\n{a: 2}\n{a: 3}",
            "{_id: {min: 1, max: 3}, count: 4}\n{_id: {min: 3, max: 3}, count: 1}",
        );
        check("[{$bucketAuto: {groupBy: '$a', buckets: 3}}]", "", "");
    }

    #[test]
    fn granular_bounds_are_round_numbers() {
        check(
            "[{$bucketAuto: {groupBy: '$a', buckets: 2, granularity: 'R5', output: {s: {$sum: '$a'}}}}]",
            "{a: 0}\n{a: 11}\n{a: 12}\n{a: 70}",
            "{_id: {min: 0, max: 16.0}, s: 23}\n{_id: {min: 16.0, max: 100.0}, s: 70}",
        );
        check("[{$bucketAuto: {groupBy: '$a', buckets: 1, granularity: 'E6'}}]", "{a: 'x'}", "error 40258");
        check("[{$bucketAuto: {groupBy: '$a', buckets: 1, granularity: 'E6'}}]", "{a: -1}", "error 40260");
    }
}
