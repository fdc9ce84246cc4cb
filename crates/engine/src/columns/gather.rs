//! Accumulators over blocks: arrays by group for the common ones, the plain definition's states for the others.
//!
//! In: accumulator calls with the columns they read. Out: for each group their values. Invariant: what
//! [`crate::accumulator`] gives, whichever way.

use bson::{Bson, DateTime};
use pipeline::ast::{Accumulator, AccumulatorCall};

use super::block::Block;
use super::plan::{ColumnId, Plan};
use super::shape::{Kind, Lane, NumberType, Shape};
use super::sums::{DoubleSums, IntSums};
use crate::Error;
use crate::accumulator::{Input, State};
use crate::value::{Number, Sum};

/// How one accumulator of a `$group` is gathered.
#[derive(Debug)]
pub(crate) enum Gather {
    /// A whole number for each row.
    Rows {
        each: i64,
        is_long: bool,
    },
    /// The sum with this number among the group's sums.
    Sum(usize),
    Mean(usize),
    Extreme {
        column: ColumnId,
        shape: Shape,
        is_max: bool,
    },
    States {
        call: Box<AccumulatorCall>,
        column: ColumnId,
        /// What the `$top` family orders the rows by.
        keys: Vec<ColumnId>,
    },
}

/// A column that is summed by group, once for all accumulators that need it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Summed {
    pub(crate) column: ColumnId,
    shape: Shape,
    /// Whether some rows may not count.
    has_absent: bool,
}

impl Gather {
    /// The way for a call whose input is this column; sums are shared through `sums`.
    pub(crate) fn lower(
        call: &AccumulatorCall,
        (column, keys): (ColumnId, &[ColumnId]),
        plan: &Plan,
        sums: &mut Vec<Summed>,
    ) -> Self {
        let shape = match &plan.column(column).kind {
            Kind::Coded(domain) => domain.shape_of_numbers().map(|shape| (shape, domain.shape() != Some(shape))),
            Kind::Number(shape) => Some((*shape, false)),
            Kind::Any => None,
        };
        let states = || Self::States { call: Box::new(call.clone()), column, keys: keys.to_vec() };
        let Some((shape, has_others)) = shape else { return states() };
        let is_fallible = plan.column(column).is_fallible;
        let has_absent = has_others || shape.absent != super::shape::Absent::Never;
        match call.accumulator {
            Accumulator::Sum | Accumulator::Count | Accumulator::Avg if fits(&shape, plan.most_rows()) => {
                let is_mean = call.accumulator == Accumulator::Avg;
                let is_integer = shape.number != NumberType::Double;
                if !is_mean && is_integer && !has_absent && !is_fallible && shape.range.0 == shape.range.1 {
                    return Self::Rows { each: shape.range.0, is_long: shape.number == NumberType::Long };
                }
                let at = sums.iter().position(|summed| summed.column == column).unwrap_or_else(|| {
                    sums.push(Summed { column, shape, has_absent });
                    sums.len() - 1
                });
                if is_mean { Self::Mean(at) } else { Self::Sum(at) }
            }
            // Of anything but numbers and nulls the order of types has a say.
            Accumulator::Min | Accumulator::Max if !has_others => {
                Self::Extreme { column, shape, is_max: call.accumulator == Accumulator::Max }
            }
            _ => states(),
        }
    }

    /// How it is done, for `explain`: only what is not by arrays is worth a word.
    pub(crate) fn is_by_states(&self) -> bool {
        matches!(self, Self::States { .. })
    }

    /// The columns that it reads.
    pub(crate) fn columns(&self, sums: &[Summed]) -> Vec<ColumnId> {
        match self {
            Self::Rows { .. } => Vec::new(),
            Self::Sum(at) | Self::Mean(at) => sums.get(*at).map(|summed| summed.column).into_iter().collect(),
            Self::Extreme { column, .. } => vec![*column],
            Self::States { column, keys, .. } => std::iter::once(*column).chain(keys.iter().copied()).collect(),
        }
    }
}

/// Whether so many integers of the shape cannot overflow 64 bits.
fn fits(shape: &Shape, n_rows: usize) -> bool {
    let largest = shape.range.0.unsigned_abs().max(shape.range.1.unsigned_abs());
    shape.number == NumberType::Double
        || largest.checked_mul(n_rows.max(1) as u64).is_some_and(|most| i64::try_from(most).is_ok())
}

/// The sums of one column.
#[derive(Debug)]
pub(crate) struct SumState {
    summed: Summed,
    ints: IntSums,
    doubles: DoubleSums,
    /// How many rows counted, where not all do.
    counts: IntSums,
}

impl SumState {
    pub(crate) fn new(summed: Summed) -> Self {
        Self { summed, ints: IntSums::default(), doubles: DoubleSums::default(), counts: IntSums::default() }
    }

    pub(crate) fn add(&mut self, n_groups: usize, groups: &[u32], block: &mut Block) -> Result<(), Error> {
        let numbers = block.numbers(self.summed.column)?;
        let absent = numbers.absent.as_deref();
        match &numbers.lane {
            Lane::Int(values) => self.ints.add(n_groups, groups, values, absent),
            Lane::Double(values) => {
                self.doubles.add(n_groups, groups, values, absent, block.exponents(self.summed.column));
            }
        }
        if self.summed.has_absent {
            self.counts.add(n_groups, groups, &vec![1; block.n_rows], absent);
        }
        Ok(())
    }

    /// Takes in the sums of later blocks; group `theirs[i]` there is `ours[i]` here.
    pub(crate) fn merge(&mut self, later: Self, ours: &[usize], theirs: &[usize]) {
        let doubles = later.doubles.finish();
        for (ours, theirs) in ours.iter().zip(theirs) {
            self.ints.add_to(*ours, later.ints.get(*theirs));
            self.counts.add_to(*ours, later.counts.get(*theirs));
            if let Some(sum) = doubles.get(*theirs) {
                self.doubles.merge_group(*ours, sum);
            }
        }
    }

    /// The finished sums with their counts, by group; `rows` are all rows by group.
    pub(crate) fn finish(self, n_groups: usize, rows: &IntSums) -> Vec<(Sum, i64)> {
        let doubles = self.doubles.finish();
        (0..n_groups)
            .map(|group| {
                let count = if self.summed.has_absent { self.counts.get(group) } else { rows.get(group) };
                // The zeros that stand for the absent make no double of a sum of nothing.
                if count == 0 {
                    return (Sum::default(), 0);
                }
                let mut sum = doubles.get(group).cloned().unwrap_or_default();
                let int = self.ints.get(group);
                match self.summed.shape.number {
                    NumberType::Double => sum.add(Number::Double(0.0)),
                    NumberType::Long => sum.add(Number::Long(int)),
                    NumberType::Int => sum.add(Number::int_or_long(int)),
                }
                (sum, count)
            })
            .collect()
    }
}

/// The least or greatest number by group.
#[derive(Debug, Default)]
pub(crate) struct Extremes(Vec<Option<Extreme>>);

#[derive(Clone, Copy, Debug)]
enum Extreme {
    Int(i64),
    Double(f64),
}

impl Extremes {
    pub(crate) fn add(
        &mut self,
        n_groups: usize,
        groups: &[u32],
        column: ColumnId,
        is_max: bool,
        block: &mut Block,
    ) -> Result<(), Error> {
        if self.0.len() < n_groups {
            self.0.resize(n_groups, None);
        }
        let numbers = block.numbers(column)?;
        for (row, group) in groups.iter().enumerate() {
            if !numbers.is_absent(row) {
                let value = match &numbers.lane {
                    Lane::Int(values) => Extreme::Int(values[row]),
                    Lane::Double(values) => Extreme::Double(values[row]),
                };
                take(&mut self.0[*group as usize], value, is_max);
            }
        }
        Ok(())
    }

    pub(crate) fn merge_group(&mut self, group: usize, other: &Self, theirs: usize, is_max: bool) {
        if self.0.len() <= group {
            self.0.resize(group + 1, None);
        }
        if let Some(Some(value)) = other.0.get(theirs) {
            take(&mut self.0[group], *value, is_max);
        }
    }

    pub(crate) fn finish(&self, group: usize, shape: &Shape) -> Bson {
        match self.0.get(group).copied().flatten() {
            None => Bson::Null,
            Some(Extreme::Int(x)) => shape.int(x),
            Some(Extreme::Double(x)) => Bson::Double(x),
        }
    }
}

/// The first of equals stays.
fn take(so_far: &mut Option<Extreme>, value: Extreme, is_max: bool) {
    let is_better = match (&so_far, value) {
        (None, _) => true,
        (Some(Extreme::Int(a)), Extreme::Int(b)) => {
            if is_max {
                b > *a
            } else {
                b < *a
            }
        }
        // NaN is below all other numbers.
        (Some(Extreme::Double(a)), Extreme::Double(b)) if is_max => b > *a || (a.is_nan() && !b.is_nan()),
        (Some(Extreme::Double(a)), Extreme::Double(b)) => b < *a || (b.is_nan() && !a.is_nan()),
        _ => false,
    };
    if is_better {
        *so_far = Some(value);
    }
}

/// States of the plain definition by group, made when a group is first met.
#[derive(Debug, Default)]
pub(crate) struct States(Vec<Option<State>>);

/// What a state is made from.
pub(crate) struct Maker<'a> {
    pub(crate) call: &'a AccumulatorCall,
    pub(crate) id: &'a dyn Fn(usize) -> Bson,
    pub(crate) now: DateTime,
}

impl Maker<'_> {
    fn make(&self, group: usize) -> Result<State, Error> {
        State::new(self.call, &(self.id)(group), self.now)
    }
}

impl States {
    pub(crate) fn add(
        &mut self,
        n_groups: usize,
        groups: &[u32],
        (column, keys): (ColumnId, &[ColumnId]),
        maker: &Maker,
        block: &mut Block,
    ) -> Result<(), Error> {
        if self.0.len() < n_groups {
            self.0.resize(n_groups, None);
        }
        if !keys.is_empty() {
            return self.add_ordered(groups, (column, keys), maker, block);
        }
        let shape = match &block.plan.column(column).kind {
            Kind::Number(shape) => Some(*shape),
            _ => None,
        };
        if let Some(shape) = shape {
            let numbers = block.numbers(column)?;
            for (row, group) in groups.iter().enumerate() {
                let state = state(&mut self.0[*group as usize], *group as usize, maker)?;
                match &numbers.lane {
                    Lane::Double(values) if !numbers.is_absent(row) => state.add_f64(values[row])?,
                    _ => state.add(numbers.value(row, &shape))?,
                }
            }
            return Ok(());
        }
        let values = block.values(column)?;
        for (group, value) in groups.iter().zip(values.iter()) {
            state(&mut self.0[*group as usize], *group as usize, maker)?.add(value.clone())?;
        }
        Ok(())
    }

    /// Values with what they are ordered by.
    fn add_ordered(
        &mut self,
        groups: &[u32],
        (column, keys): (ColumnId, &[ColumnId]),
        maker: &Maker,
        block: &mut Block,
    ) -> Result<(), Error> {
        let values = block.values(column)?;
        let keys = keys.iter().map(|key| block.values(*key)).collect::<Result<Vec<_>, Error>>()?;
        for (row, group) in groups.iter().enumerate() {
            let key = keys.iter().map(|values| values[row].clone().unwrap_or(Bson::Null)).collect();
            let state = state(&mut self.0[*group as usize], *group as usize, maker)?;
            state.take(Input::ordered(key, values[row].clone()))?;
        }
        Ok(())
    }

    pub(crate) fn merge_group(&mut self, group: usize, other: &mut Self, theirs: usize) -> Result<(), Error> {
        if self.0.len() <= group {
            self.0.resize(group + 1, None);
        }
        if let Some(later) = other.0.get_mut(theirs).and_then(Option::take) {
            match &mut self.0[group] {
                Some(state) => state.merge(later)?,
                empty => *empty = Some(later),
            }
        }
        Ok(())
    }

    /// Roughly the bytes of the values that the states keep.
    pub(crate) fn kept_bytes(&self) -> usize {
        self.0.iter().flatten().map(|state| size_of::<State>() + state.kept_bytes()).sum()
    }

    pub(crate) fn finish(&mut self, group: usize) -> Bson {
        self.0.get_mut(group).and_then(Option::take).map_or(Bson::Null, State::finish)
    }
}

fn state<'s>(slot: &'s mut Option<State>, group: usize, maker: &Maker) -> Result<&'s mut State, Error> {
    match slot {
        Some(state) => Ok(state),
        empty => Ok(empty.insert(maker.make(group)?)),
    }
}
