//! What one evaluation of an expression may take: time, and memory for the values that it makes.
//!
//! In: the brake of a run and the stage that works, while it works ([`within`]). Out: an error that names stage and limit, as
//! soon as a value would grow too large or a loop has gone on too long.
//! Invariant: what a loop gathers, and what can be longer than its arguments together, is announced ([`room`], [`Growing`])
//! before it is made. What is made between two announcements is only so much larger as the statement's own text is, so a
//! value takes no more than half of what is left.
//! Why on the thread and not as an argument: an expression is evaluated by stages, accumulators, windows, queries and columns
//! alike, and each evaluation stays on the thread that it begins on.

use std::cell::{Cell, RefCell};

use bson::{Bson, Document};

use crate::stage::size;
use crate::{Brake, Error};

/// So many steps are taken between two looks at the brake.
const STEPS: u32 = 1 << 10;
/// Less than this is not looked at.
const SMALL_BYTES: usize = 1 << 20;

thread_local! {
    static BRAKE: RefCell<Brake> = const { RefCell::new(Brake::none()) };
    static STAGE: Cell<&'static str> = const { Cell::new("") };
    static TAKEN: Cell<u32> = const { Cell::new(0) };
}

/// Does `work`, a part of a stage, under the brake of its run.
pub(crate) fn within<T>(brake: &Brake, stage: &'static str, work: impl FnOnce() -> T) -> T {
    let is_there = BRAKE.with_borrow(|there| there.is_same(brake));
    let _stage = Back(STAGE.replace(stage), (!is_there).then(|| BRAKE.replace(brake.clone())));
    work()
}

/// What was there before, which comes back also where the work panics.
struct Back(&'static str, Option<Brake>);

impl Drop for Back {
    fn drop(&mut self) {
        STAGE.set(self.0);
        if let Some(brake) = self.1.take() {
            BRAKE.set(brake);
        }
    }
}

/// A step of a loop, which may be long.
#[inline]
pub(crate) fn step() -> Result<(), Error> {
    let taken = TAKEN.get().wrapping_add(1);
    TAKEN.set(taken);
    if taken.is_multiple_of(STEPS) { BRAKE.with_borrow(Brake::check) } else { Ok(()) }
}

/// Makes sure of room for a value of so many bytes, and of the time to make it.
pub(crate) fn room(bytes: usize) -> Result<(), Error> {
    if bytes < SMALL_BYTES {
        return Ok(());
    }
    BRAKE.with_borrow(|brake| brake.check().and_then(|()| brake.room(STAGE.get(), bytes)))
}

/// Makes sure that a value which was made may stay.
pub(crate) fn value(value: &Bson) -> Result<(), Error> {
    match value {
        Bson::Array(_) | Bson::Document(_) | Bson::String(_) if BRAKE.with_borrow(Brake::limits_memory) => {
            room(size::of_value_in_memory(value))
        }
        _ => Ok(()),
    }
}

/// Makes sure that a document which was made may stay.
pub(crate) fn document(document: &Document) -> Result<(), Error> {
    if BRAKE.with_borrow(Brake::limits_memory) { room(size::in_memory(document)) } else { Ok(()) }
}

/// An array that a loop gathers.
#[derive(Default)]
pub(crate) struct Growing {
    bytes: usize,
    looked_at: usize,
}

impl Growing {
    /// Takes a step, and one more element.
    pub(crate) fn add(&mut self, element: &Bson) -> Result<(), Error> {
        step()?;
        self.bytes += size_of::<Bson>() + size::of_value_in_memory(element);
        if self.bytes - self.looked_at < SMALL_BYTES {
            return Ok(());
        }
        self.looked_at = self.bytes;
        room(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bson::DateTime;
    use pipeline::Limits;

    use super::*;
    use crate::expr::Env;

    /// The code that evaluating a text ends with under limits.
    fn code(text: &str, limits: &Limits) -> Option<i32> {
        let expr = pipeline::parse_expr(&pipeline::read(text).unwrap()).unwrap();
        let document = bson::doc! { "n": 100_000, "s": "ab".repeat(1 << 20), "a": [1, 2, 3] };
        within(&Brake::of(limits), "$set", || {
            let error = Env::new(&document, DateTime::from_millis(0)).evaluate(&expr).err()?;
            assert!(error.code() != Some(146) || error.to_string().contains("`$set`"), "{error}");
            error.code()
        })
    }

    #[test]
    fn what_grows_ends_at_the_limit_of_memory() {
        let limits = || Limits { memory: Some(50_000_000), ..Limits::default() };
        let doubled =
            |body: &str| format!("{{$reduce: {{input: {{$range: [0, 60]}}, initialValue: '$a', in: {body}}}}}");
        for text in [
            "{$range: [0, 2000000]}",
            "{$map: {input: {$range: [0, '$n']}, in: '$s'}}",
            "{$map: {input: {$range: [0, '$n']}, in: {$range: [0, '$n']}}}",
            "{$regexFindAll: {input: '$s', regex: '(?=(.*))'}}",
            "{$split: ['$s', 'a']}",
            "{$zip: {inputs: [{$range: [0, 300000]}, ['$s']], useLongestLength: true, defaults: [0, '$s']}}",
            "{$let: {vars: {b: {$map: {input: {$range: [0, 20]}, in: '$s'}}}, in: {$concatArrays: ['$$b', '$$b', '$$b']}}}",
            &doubled("{$concatArrays: ['$$value', '$$value']}"),
            &doubled("['$$value', '$$value']"),
            &doubled("{a: '$$value', b: '$$value'}"),
            &doubled("{$setUnion: ['$$value', {$map: {input: '$$value', in: ['$$this', '$$this']}}]}"),
            &doubled("{$mergeObjects: [{a: '$$value'}, {b: '$$value'}]}"),
        ] {
            assert_eq!(code(text, &limits()), Some(146), "{text}");
        }
        assert_eq!(code("{$range: [0, '$n']}", &limits()), None);
        assert_eq!(code("{$split: ['$s', 'a']}", &Limits::default()), None);
    }

    #[test]
    fn a_long_loop_ends_at_the_limit_of_time() {
        let limits = || Limits { time: Some(Duration::from_millis(50)), ..Limits::default() };
        let inner = "{$size: {$filter: {input: {$range: [0, '$n']}, as: 'y', cond: {$eq: ['$$x', '$$y']}}}}";
        for text in [
            format!("{{$map: {{input: {{$range: [0, '$n']}}, as: 'x', in: {inner}}}}}"),
            format!("{{$filter: {{input: {{$range: [0, '$n']}}, as: 'x', cond: {inner}}}}}"),
            "{$reduce: {input: {$range: [0, '$n']}, initialValue: [], in: {$concatArrays: ['$$value', ['$$this']]}}}"
                .to_owned(),
        ] {
            assert_eq!(code(&text, &limits()), Some(50), "{text}");
        }
    }
}
