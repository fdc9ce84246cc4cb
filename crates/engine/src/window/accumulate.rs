//! Accumulators over windows that move through a partition.
//!
//! In: a partition, an accumulator, and each row's window. Out: the answer for each row: numbers at once, what may hold more
//! when its row is asked for ([`super::made`]).
//! Invariant: inputs are evaluated once a row at most, and announced to the brake.

use std::ops::Range;

use bson::Bson;
use pipeline::ast::{Accumulator, AccumulatorCall, Bound, Window};

use crate::accumulator::{Input, State};
use crate::brake::Held;
use crate::value::Number;
use crate::{Brake, Error};

use super::made::{Made, Way};
use super::quantiles::Quantiles;
use super::removable::{Removable, RemovableMean, RemovableStdDev, RemovableSum};
use super::{Answers, Around, STAGE};

/// One answer for each of the ranges that a window spans. Invariant: starts and ends never go back.
pub(super) fn run(around: &Around<'_>, call: &AccumulatorCall, window: Option<&Window>) -> Result<Answers, Error> {
    let is_growing = !matches!(
        window,
        Some(
            Window::Documents(Bound::Current | Bound::Offset(_), _)
                | Window::Range(Bound::Current | Bound::Offset(_), _, _)
        )
    );
    let windows = around.windows(window)?;
    let mut empty = State::new(call, &Bson::Null, around.now)?;
    if !is_growing {
        empty.expect_removal();
    }
    let mut held = around.brake.hold(STAGE);
    let inputs = inputs(around, call, &empty, &windows, &mut held)?;
    let moving = Moving { empty, inputs, windows, brake: around.brake.clone(), _held: held };
    let answers = match call.accumulator {
        Accumulator::Sum | Accumulator::Count if !is_growing => moving.summed(RemovableSum::default())?,
        Accumulator::Avg if !is_growing => moving.summed(RemovableMean::default())?,
        Accumulator::StdDevPop if !is_growing => moving.summed(RemovableStdDev::new(false))?,
        Accumulator::StdDevSamp if !is_growing => moving.summed(RemovableStdDev::new(true))?,
        Accumulator::Median | Accumulator::Percentile => moving.summed(Quantiles::new(call))?,
        Accumulator::Min
        | Accumulator::Max
        | Accumulator::First
        | Accumulator::Last
        | Accumulator::Top
        | Accumulator::Bottom
        | Accumulator::StdDevPop
        | Accumulator::StdDevSamp => return Ok(Answers::Made(Box::new(Made::new(moving, Way::halves)))),
        _ if is_growing => return Ok(Answers::Made(Box::new(Made::new(moving, Way::growing)))),
        _ => return Ok(Answers::Made(Box::new(Made::new(moving, |_| Way::Afresh)))),
    };
    Answers::each(answers.into_iter().map(Some).collect(), around.brake)
}

/// The input of each row; nothing for one that is in no window.
///
/// MongoDB: a row is looked at when it enters a window, so an expression that fails on one that never does is no error.
fn inputs(
    around: &Around<'_>,
    call: &AccumulatorCall,
    empty: &State,
    windows: &[Range<usize>],
    held: &mut Held,
) -> Result<Vec<Input>, Error> {
    let mut inputs = vec![Input::default(); around.n_rows()];
    let mut entered = 0;
    for window in windows {
        let read = looked_at(call.accumulator, window);
        let start = entered.max(read.start);
        entered = entered.max(read.end);
        for (row, input) in (start..entered).zip(&mut inputs[start.min(entered)..]) {
            around.brake.check()?;
            *input = around.taken(row, call, empty)?;
            held.add(|| input.kept_bytes())?;
        }
    }
    Ok(inputs)
}

/// The rows of a window that are looked at. MongoDB: of a first or last value no other.
fn looked_at(accumulator: Accumulator, window: &Range<usize>) -> Range<usize> {
    match accumulator {
        Accumulator::First => window.start..window.end.min(window.start + 1),
        Accumulator::Last => window.end.saturating_sub(1).max(window.start)..window.end,
        _ => window.clone(),
    }
}

/// The inputs of a partition, each row's window, and the state of an empty one.
pub(super) struct Moving {
    pub(super) empty: State,
    pub(super) inputs: Vec<Input>,
    pub(super) windows: Vec<Range<usize>>,
    pub(super) brake: Brake,
    /// What the inputs take.
    _held: Held,
}

impl Moving {
    /// Windows whose rows enter a sum and leave it; they enter first.
    fn summed(&self, mut sum: impl Removable) -> Result<Vec<Bson>, Error> {
        let number = |row: usize| self.inputs[row].value().and_then(Number::of);
        let mut in_sum = 0..0;
        self.windows
            .iter()
            .map(|window| {
                self.brake.check()?;
                let entering = in_sum.end.max(window.start)..window.end;
                let leaving = in_sum.start..window.start.min(in_sum.end);
                entering.filter_map(number).for_each(|number| sum.add(number));
                leaving.filter_map(number).for_each(|number| sum.remove(number));
                in_sum = window.clone();
                Ok(sum.answer())
            })
            .collect()
    }
}
