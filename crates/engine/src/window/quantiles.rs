//! `$median` and `$percentile` over windows: all numbers of the window, sorted, so that they are exact.
//!
//! Why not the digest: it cannot forget a row, and would have to be made anew for every window.

use bson::Bson;
use pipeline::ast::{Accumulator, AccumulatorCall};

use super::removable::Removable;
use crate::accumulator::rank;
use crate::value::Number;

/// The window's numbers, ascending; NaN does not count.
#[derive(Clone, Debug)]
pub(super) struct Quantiles {
    p: Vec<f64>,
    is_array: bool,
    sorted: Vec<f64>,
}

impl Quantiles {
    pub(super) fn new(call: &AccumulatorCall) -> Self {
        let is_array = call.accumulator == Accumulator::Percentile;
        Self { p: if is_array { call.p.clone() } else { vec![0.5] }, is_array, sorted: Vec::new() }
    }

    fn place(&self, value: f64) -> usize {
        self.sorted.partition_point(|other| other.total_cmp(&value).is_lt())
    }
}

impl Removable for Quantiles {
    fn add(&mut self, number: Number) {
        let value = number.to_f64();
        if !value.is_nan() {
            self.sorted.insert(self.place(value), value);
        }
    }

    fn remove(&mut self, number: Number) {
        let value = number.to_f64();
        if !value.is_nan() {
            self.sorted.remove(self.place(value));
        }
    }

    fn answer(&self) -> Bson {
        let n = self.sorted.len() as u64;
        let mut values =
            self.p.iter().map(|p| rank(*p, n).map_or(Bson::Null, |rank| self.sorted[rank as usize].into()));
        if self.is_array { Bson::Array(values.collect()) } else { values.next().unwrap_or(Bson::Null) }
    }
}
