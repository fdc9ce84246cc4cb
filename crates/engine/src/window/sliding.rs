//! States that rows enter and leave as a window moves.
//!
//! In: each row's window. Out: the answer for each row. Invariant: a row enters once at most, before those leave that are
//! no longer in the window; a row that is in no window is never looked at.

use std::ops::Range;

use bson::Bson;

use super::Around;
use crate::Error;
use crate::value::Value;
use pipeline::ast::Window;

/// What is kept of the rows of a window.
pub(super) trait Sliding {
    /// What is taken from a row.
    type Input;
    /// A row enters behind the others.
    fn enter(&mut self, input: &Self::Input) -> Result<(), Error>;
    /// The first row leaves.
    fn leave(&mut self, input: &Self::Input) -> Result<(), Error>;
    /// The answer for the rows that are in.
    fn answer(&self) -> Bson;
}

/// One answer for each row.
pub(super) fn run<S: Sliding>(
    around: &Around<'_>,
    window: Option<&Window>,
    mut state: S,
    input: impl Fn(usize) -> Result<S::Input, Error>,
) -> Result<Vec<Value>, Error> {
    let windows = around.windows(window)?;
    // Invariant: `inputs[i]` is that of the row `inside.start + i`.
    let mut inputs = std::collections::VecDeque::new();
    let mut inside: Range<usize> = 0..0;
    let mut answers = Vec::with_capacity(windows.len());
    for window in windows {
        if window.start > inside.end {
            // Nothing of the old window is left, and the rows between are in none.
            inputs.drain(..).try_for_each(|input| state.leave(&input))?;
            inside = window.start..window.start;
        }
        for row in inside.end..window.end {
            let input = input(row)?;
            state.enter(&input)?;
            inputs.push_back(input);
        }
        for _ in inside.start..window.start {
            if let Some(input) = inputs.pop_front() {
                state.leave(&input)?;
            }
        }
        inside = window.start.max(inside.start)..window.end.max(inside.end);
        answers.push(Some(state.answer()));
    }
    Ok(answers)
}
