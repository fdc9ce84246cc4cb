//! Accumulators over windows that move through a partition.
//!
//! In: a partition, an accumulator, and each row's window. Out: the answer for each row.
//! Invariant: inputs are evaluated once a row at most. For accumulators whose states merge in constant time the work is linear
//! in the rows, however wide the windows, because a window is kept as two halves: suffixes merged backwards up to a
//! middle, and one state of all that came in since. Nothing is ever subtracted, so answers are as exact as fresh ones.

use std::ops::Range;

use bson::Bson;
use pipeline::ast::{Accumulator, AccumulatorCall, Bound, Window};

use crate::accumulator::{Input, State};
use crate::stage::size;
use crate::value::{Number, Value};
use crate::{Brake, Error};

use super::Around;
use super::quantiles::Quantiles;
use super::removable::{Removable, RemovableMean, RemovableStdDev, RemovableSum};

/// One answer for each of the ranges that a window spans. Invariant: starts and ends never go back.
pub(super) fn run(around: &Around<'_>, call: &AccumulatorCall, window: Option<&Window>) -> Result<Vec<Value>, Error> {
    let is_growing = !matches!(
        window,
        Some(
            Window::Documents(Bound::Current | Bound::Offset(_), _)
                | Window::Range(Bound::Current | Bound::Offset(_), _, _)
        )
    );
    let windows = &around.windows(window)?;
    let mut empty = State::new(call, &Bson::Null, around.now)?;
    if !is_growing {
        empty.expect_removal();
    }
    let inputs = inputs(around, call, &empty, windows)?;
    let moving = Moving { empty, inputs, brake: around.brake.clone() };
    let answers = match call.accumulator {
        Accumulator::Sum | Accumulator::Count if !is_growing => moving.summed(windows, RemovableSum::default())?,
        Accumulator::Avg if !is_growing => moving.summed(windows, RemovableMean::default())?,
        Accumulator::StdDevPop if !is_growing => moving.summed(windows, RemovableStdDev::new(false))?,
        Accumulator::StdDevSamp if !is_growing => moving.summed(windows, RemovableStdDev::new(true))?,
        Accumulator::Median | Accumulator::Percentile => moving.summed(windows, Quantiles::new(call))?,
        Accumulator::Min
        | Accumulator::Max
        | Accumulator::First
        | Accumulator::Last
        | Accumulator::Top
        | Accumulator::Bottom
        | Accumulator::StdDevPop
        | Accumulator::StdDevSamp => moving.in_two_halves(windows)?,
        _ if is_growing => moving.growing(windows)?,
        _ => moving.afresh(windows)?,
    };
    Ok(answers.into_iter().map(Some).collect())
}

/// The input of each row; nothing for one that is in no window.
///
/// MongoDB: a row is looked at when it enters a window, so an expression that fails on one that never does is no error.
fn inputs(
    around: &Around<'_>,
    call: &AccumulatorCall,
    empty: &State,
    windows: &[Range<usize>],
) -> Result<Vec<Input>, Error> {
    let mut inputs = vec![Input::default(); around.n_rows()];
    let mut entered = 0;
    for window in windows {
        let start = entered.max(window.start);
        entered = entered.max(window.end);
        for (row, input) in (start..entered).zip(&mut inputs[start.min(entered)..]) {
            around.brake.check()?;
            *input = around.taken(row, call, empty)?;
        }
    }
    Ok(inputs)
}

/// The inputs of a partition and the state of an empty window.
struct Moving {
    empty: State,
    inputs: Vec<Input>,
    brake: Brake,
}

impl Moving {
    fn gather(&self, state: &mut State, rows: Range<usize>) -> Result<(), Error> {
        self.inputs[rows].iter().try_for_each(|input| {
            self.brake.check()?;
            state.take(input.clone())
        })
    }

    /// Windows whose rows enter a sum and leave it; they enter first.
    fn summed(&self, windows: &[Range<usize>], mut sum: impl Removable) -> Result<Vec<Bson>, Error> {
        let number = |row: usize| self.inputs[row].value().and_then(Number::of);
        let mut in_sum = 0..0;
        windows
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

    /// Every window anew: as long as the windows are wide.
    fn afresh(&self, windows: &[Range<usize>]) -> Result<Vec<Bson>, Error> {
        let mut held = self.brake.hold("$setWindowFields");
        windows
            .iter()
            .map(|window| {
                let mut state = self.empty.clone();
                self.gather(&mut state, window.clone())?;
                let answer = state.finish();
                held.add(|| size_of::<Bson>() + size::of_value_in_memory(&answer))?;
                Ok(answer)
            })
            .collect()
    }

    /// Windows that all start at the first row: one state that grows. Equal windows share an answer.
    fn growing(&self, windows: &[Range<usize>]) -> Result<Vec<Bson>, Error> {
        let mut state = self.empty.clone();
        let mut gathered = 0;
        let mut held = self.brake.hold("$setWindowFields");
        let mut answers: Vec<Bson> = Vec::with_capacity(windows.len());
        for window in windows {
            let answer = match answers.last() {
                Some(answer) if window.end == gathered => answer.clone(),
                _ => {
                    self.gather(&mut state, gathered..window.end)?;
                    gathered = window.end;
                    state.clone().finish()
                }
            };
            held.add(|| size_of::<Bson>() + size::of_value_in_memory(&answer))?;
            answers.push(answer);
        }
        Ok(answers)
    }

    fn in_two_halves(&self, windows: &[Range<usize>]) -> Result<Vec<Bson>, Error> {
        // Invariant: `suffixes[i]` is the state of the rows `middle - 1 - i .. middle`, `late` that of `middle .. end`.
        let mut suffixes: Vec<State> = Vec::new();
        let mut late = self.empty.clone();
        let (mut middle, mut end) = (0, 0);
        let mut answers = Vec::with_capacity(windows.len());
        for window in windows {
            self.gather(&mut late, end..window.end.max(end))?;
            end = window.end.max(end);
            if window.start > middle {
                suffixes = self.suffixes(window.start..end)?;
                late = self.empty.clone();
                middle = end;
            }
            let answer = match middle.checked_sub(window.start) {
                _ if window.is_empty() => self.empty.clone(),
                None | Some(0) => late.clone(),
                Some(n) => {
                    let mut early = suffixes[n - 1].clone();
                    early.merge(late.clone())?;
                    early
                }
            };
            answers.push(answer.finish());
        }
        Ok(answers)
    }

    /// The states of all suffixes of a range, the shortest first.
    fn suffixes(&self, rows: Range<usize>) -> Result<Vec<State>, Error> {
        let mut suffixes: Vec<State> = Vec::with_capacity(rows.len());
        for row in rows.rev() {
            let mut state = self.empty.clone();
            state.take(self.inputs[row].clone())?;
            if let Some(shorter) = suffixes.last() {
                state.merge(shorter.clone())?;
            }
            suffixes.push(state);
        }
        Ok(suffixes)
    }
}
