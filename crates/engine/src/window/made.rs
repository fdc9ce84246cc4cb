//! Answers of accumulators over windows, made one by one.
//!
//! In: the inputs of a partition, and each row's window. Out: the answer of the next row, each time it is asked for.
//! Why one by one: an array over the whole partition for each of its rows is as large as the rows squared.
//! Invariant: where windows grow, a row is gathered once. For accumulators whose states merge in constant time the work is linear
//! in the rows, however wide the windows, because a window is kept as two halves: suffixes merged backwards up to a
//! middle, and one state of all that came in since. Nothing is ever subtracted, so answers are as exact as fresh ones.

use std::ops::Range;

use bson::Bson;

use crate::Error;
use crate::accumulator::State;
use crate::brake::Held;
use crate::stage::size;
use crate::value::Value;

use super::STAGE;
use super::accumulate::Moving;

/// Answers that are made one by one.
pub(crate) struct Made {
    moving: Moving,
    /// The row that is next.
    row: usize,
    way: Way,
    /// What the way keeps.
    held: Held,
}

/// How the answer of a window comes from those before.
pub(super) enum Way {
    /// Every window anew: as long as the windows are wide.
    Afresh,
    /// Windows that all start at the first row: one state that grows.
    Growing(Growing),
    /// Windows that move on.
    Halves(Halves),
}

/// The state of the rows before `end`, and their answer with its bytes where several rows share it.
pub(super) struct Growing {
    state: State,
    end: usize,
    shared: Option<(Bson, usize)>,
}

/// Invariant: `suffixes[i]` is the state of the rows `middle - 1 - i .. middle`, `late` that of `middle .. end`.
pub(super) struct Halves {
    suffixes: Vec<State>,
    late: State,
    middle: usize,
    end: usize,
}

impl Way {
    pub(super) fn growing(empty: &State) -> Self {
        Self::Growing(Growing { state: empty.clone(), end: 0, shared: None })
    }

    pub(super) fn halves(empty: &State) -> Self {
        Self::Halves(Halves { suffixes: Vec::new(), late: empty.clone(), middle: 0, end: 0 })
    }
}

impl Made {
    pub(super) fn new(moving: Moving, way: impl FnOnce(&State) -> Way) -> Self {
        let (way, held) = (way(&moving.empty), moving.brake.hold(STAGE));
        Self { moving, row: 0, way, held }
    }

    /// The answer of the next row; behind the last nothing.
    pub(super) fn next(&mut self) -> Result<Value, Error> {
        self.moving.brake.check()?;
        let Some(window) = self.moving.windows.get(self.row).cloned() else { return Ok(None) };
        self.row += 1;
        let is_shared = self.moving.windows.get(self.row) == Some(&window);
        let answer = match &mut self.way {
            Way::Afresh => {
                let mut state = self.moving.empty.clone();
                self.moving.gather(&mut state, window)?;
                self.moving.brake.room(STAGE, state.kept_bytes())?;
                state.finish()
            }
            Way::Growing(growing) => growing.answer(&window, is_shared, &mut self.moving, &mut self.held)?,
            Way::Halves(halves) => halves.answer(&window, &self.moving, &mut self.held)?,
        };
        Ok(Some(answer))
    }
}

impl Growing {
    fn answer(
        &mut self,
        window: &Range<usize>,
        is_shared: bool,
        moving: &mut Moving,
        held: &mut Held,
    ) -> Result<Bson, Error> {
        if self.end == window.end
            && let Some((answer, bytes)) = &self.shared
        {
            moving.brake.room(STAGE, *bytes)?;
            return Ok(answer.clone());
        }
        self.shared = None;
        for input in &mut moving.inputs[self.end..window.end] {
            moving.brake.check()?;
            self.state.take(std::mem::take(input))?;
            held.grow_to(|| self.state.kept_bytes())?;
        }
        self.end = window.end;
        moving.brake.room(STAGE, self.state.kept_bytes())?;
        if window.end < moving.inputs.len() {
            let answer = self.state.so_far();
            if is_shared {
                self.shared = Some((answer.clone(), size::of_value_in_memory(&answer)));
            }
            return Ok(answer);
        }
        // Nothing comes in any more.
        let answer = std::mem::replace(&mut self.state, moving.empty.clone()).finish();
        let bytes = size::of_value_in_memory(&answer);
        self.shared = Some((answer.clone(), bytes));
        Ok(answer)
    }
}

impl Halves {
    fn answer(&mut self, window: &Range<usize>, moving: &Moving, held: &mut Held) -> Result<Bson, Error> {
        moving.gather(&mut self.late, self.end..window.end.max(self.end))?;
        self.end = window.end.max(self.end);
        if window.start > self.middle {
            held.clear();
            self.suffixes = moving.suffixes(window.start..self.end, held)?;
            self.late = moving.empty.clone();
            self.middle = self.end;
        }
        let answer = match self.middle.checked_sub(window.start) {
            _ if window.is_empty() => moving.empty.clone(),
            None | Some(0) => self.late.clone(),
            Some(n) => {
                let mut early = self.suffixes[n - 1].clone();
                early.merge(self.late.clone())?;
                early
            }
        };
        Ok(answer.finish())
    }
}

impl Moving {
    fn gather(&self, state: &mut State, rows: Range<usize>) -> Result<(), Error> {
        self.inputs[rows].iter().try_for_each(|input| {
            self.brake.check()?;
            state.take(input.clone())
        })
    }

    /// The states of all suffixes of a range, the shortest first.
    fn suffixes(&self, rows: Range<usize>, held: &mut Held) -> Result<Vec<State>, Error> {
        let mut suffixes: Vec<State> = Vec::with_capacity(rows.len());
        for row in rows.rev() {
            self.brake.check()?;
            let mut state = self.empty.clone();
            state.take(self.inputs[row].clone())?;
            if let Some(shorter) = suffixes.last() {
                state.merge(shorter.clone())?;
            }
            held.add(|| size_of::<State>() + self.inputs[row].kept_bytes())?;
            suffixes.push(state);
        }
        Ok(suffixes)
    }
}
