//! Accumulators: what gathers one value from many documents.
//!
//! In: a call ([`AccumulatorCall`]), then one document (or one value) after the other. Out: one value.
//! Invariant: the states of consecutive blocks of documents, merged in the order of the blocks, finish as the state
//! of all of them would (but for the choice among documents that `$bottomN`'s order holds equal); so blocks may be
//! gathered side by side.

mod add_to_set;
mod avg;
mod budget;
mod extreme;
mod extreme_n;
mod first_last;
mod first_last_n;
mod merge_objects;
mod percentile;
mod push;
mod std_dev;
mod sum;
mod t_digest;
#[cfg(test)]
mod tests;
mod top;

use bson::{Bson, DateTime, Document};
use pipeline::ast::{Accumulator, AccumulatorCall};

use crate::Error;
use crate::expr::Env;
use crate::stage::size;
use crate::value::{Number, Value, type_name};

pub(crate) use percentile::rank;

use budget::Budget;
use extreme::End;
use top::Side;

/// What an accumulator has gathered so far.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each is named as its accumulator, whose file defines it")]
pub enum State {
    Sum(sum::Sum),
    Avg(avg::Avg),
    Extreme(extreme::Extreme),
    ExtremeN(extreme_n::ExtremeN),
    First(first_last::First),
    Last(first_last::Last),
    FirstN(first_last_n::FirstN),
    LastN(first_last_n::LastN),
    Push(push::Push),
    AddToSet(Box<add_to_set::AddToSet>),
    StdDev(std_dev::StdDev),
    MergeObjects(merge_objects::MergeObjects),
    /// With whether the answer is an array.
    Top(Box<top::Top>, bool),
    /// With whether the answer is an array.
    Percentile(Box<percentile::Percentile>, bool),
}

/// What an accumulator takes from one document: a value, and for the `$top` family what the document is ordered by.
#[derive(Clone, Debug, Default)]
pub struct Input {
    key: Vec<Bson>,
    value: Value,
}

impl Input {
    /// A value, for what orders nothing by a key.
    pub(crate) fn of(value: Value) -> Self {
        Self::ordered(Vec::new(), value)
    }

    /// A value, and what its document is ordered by.
    pub(crate) fn ordered(key: Vec<Bson>, value: Value) -> Self {
        Self { key, value }
    }

    /// Roughly the bytes that it takes.
    pub(crate) fn kept_bytes(&self) -> usize {
        let values = self.key.iter().chain(&self.value);
        size_of::<Self>() + values.map(|value| size_of::<Bson>() + size::of_value_in_memory(value)).sum::<usize>()
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> Option<&Bson> {
        self.value.as_ref()
    }
}

impl State {
    /// The state before the first document of a group. `id` is the group's key, which `n` may depend on.
    pub fn new(call: &AccumulatorCall, id: &Bson, now: DateTime) -> Result<Self, Error> {
        let n = match &call.n {
            Some(n) => {
                let empty = Document::new();
                let root = id.as_document().unwrap_or(&empty);
                constant_n(Env::new(root, now).evaluate(n)?.as_ref())?
            }
            None => 1,
        };
        let top = |side, is_array| Self::Top(Box::new(top::Top::new(side, n, &call.sort_by)), is_array);
        Ok(match call.accumulator {
            Accumulator::Sum | Accumulator::Count => Self::Sum(sum::Sum::default()),
            Accumulator::Avg => Self::Avg(avg::Avg::default()),
            Accumulator::Min => Self::Extreme(extreme::Extreme::new(End::Min)),
            Accumulator::Max => Self::Extreme(extreme::Extreme::new(End::Max)),
            Accumulator::MinN => Self::ExtremeN(extreme_n::ExtremeN::new(End::Min, n)),
            Accumulator::MaxN => Self::ExtremeN(extreme_n::ExtremeN::new(End::Max, n)),
            Accumulator::First => Self::First(first_last::First::default()),
            Accumulator::Last => Self::Last(first_last::Last::default()),
            Accumulator::FirstN => Self::FirstN(first_last_n::FirstN::new(n)),
            Accumulator::LastN => Self::LastN(first_last_n::LastN::new(n)),
            Accumulator::Push => Self::Push(push::Push::new()),
            Accumulator::ConcatArrays => Self::Push(push::Push::of_arrays()),
            Accumulator::SetUnion => Self::AddToSet(Box::new(add_to_set::AddToSet::of_arrays())),
            Accumulator::AddToSet => Self::AddToSet(Box::new(add_to_set::AddToSet::new())),
            Accumulator::StdDevPop => Self::StdDev(std_dev::StdDev::new(false)),
            Accumulator::StdDevSamp => Self::StdDev(std_dev::StdDev::new(true)),
            Accumulator::MergeObjects => Self::MergeObjects(merge_objects::MergeObjects::default()),
            Accumulator::Top => top(Side::Top, false),
            Accumulator::TopN => top(Side::Top, true),
            Accumulator::Bottom => top(Side::Bottom, false),
            Accumulator::BottomN => top(Side::Bottom, true),
            Accumulator::Median => Self::Percentile(Box::new(percentile::Percentile::new(vec![0.5])), false),
            Accumulator::Percentile => Self::Percentile(Box::new(percentile::Percentile::new(call.p.clone())), true),
        })
    }

    /// Says that documents will leave this state's window, which some accumulators answer differently to.
    pub(crate) fn expect_removal(&mut self) {
        match self {
            Self::Top(state, _) => state.prefer_last(),
            Self::Extreme(state) => state.prefer_last(),
            Self::ExtremeN(state) => state.prefer_last(),
            _ => {}
        }
    }

    /// Takes in a document.
    ///
    /// MongoDB: what can no longer change the answer is not evaluated, so an error in it does not show.
    pub fn gather(&mut self, call: &AccumulatorCall, document: &Document, env: &Env) -> Result<(), Error> {
        let is_complete = match self {
            Self::First(state) => state.is_complete(),
            Self::FirstN(state) => state.is_complete(),
            _ => false,
        };
        if is_complete {
            return Ok(());
        }
        let input = self.input(call, document, env)?;
        self.take(input)
    }

    /// What the call takes from a document.
    pub fn input(&self, call: &AccumulatorCall, document: &Document, env: &Env) -> Result<Input, Error> {
        let key = match self {
            Self::Top(state, _) => state.key(document)?,
            _ => Vec::new(),
        };
        Ok(Input { key, value: env.evaluate(&call.input)? })
    }

    /// Takes in what the call took from a document.
    pub fn take(&mut self, input: Input) -> Result<(), Error> {
        match self {
            Self::Top(state, _) => {
                state.add(input.key, input.value);
                Ok(())
            }
            _ => self.add(input.value),
        }
    }

    /// Takes in a value. Not for the `$top` family, which needs the whole document: see [`Self::gather`].
    pub fn add(&mut self, value: Value) -> Result<(), Error> {
        match self {
            Self::Sum(state) => state.add(value.as_ref()),
            Self::Avg(state) => state.add(value.as_ref()),
            Self::StdDev(state) => state.add(value.as_ref()),
            Self::Percentile(state, _) => state.add(value.as_ref()),
            Self::Extreme(state) => state.add(value),
            Self::ExtremeN(state) => state.add(value),
            Self::First(state) => state.add(value),
            Self::Last(state) => state.add(value),
            Self::FirstN(state) => state.add(value),
            Self::LastN(state) => state.add(value),
            Self::Push(state) => state.add(value)?,
            Self::AddToSet(state) => state.add(value)?,
            Self::MergeObjects(state) => state.add(value)?,
            Self::Top(state, _) => state.add(Vec::new(), value),
        }
        Ok(())
    }

    /// Takes in a double, without a detour for the accumulators of numbers.
    pub fn add_f64(&mut self, value: f64) -> Result<(), Error> {
        match self {
            Self::Sum(state) => state.add_number(Number::Double(value)),
            Self::Avg(state) => state.add_number(Number::Double(value)),
            Self::StdDev(state) => state.add_f64(value),
            Self::Percentile(state, _) => state.add_f64(value),
            _ => self.add(Some(Bson::Double(value)))?,
        }
        Ok(())
    }

    /// Takes in an int, without a detour for the accumulators of numbers.
    pub fn add_i32(&mut self, value: i32) -> Result<(), Error> {
        match self {
            Self::Sum(state) => state.add_number(Number::Int(value)),
            Self::Avg(state) => state.add_number(Number::Int(value)),
            Self::StdDev(state) => state.add_f64(f64::from(value)),
            Self::Percentile(state, _) => state.add_f64(f64::from(value)),
            _ => self.add(Some(Bson::Int32(value)))?,
        }
        Ok(())
    }

    /// Takes in all that the state of a later block has gathered. Both must come from one call.
    pub fn merge(&mut self, later: Self) -> Result<(), Error> {
        match (self, later) {
            (Self::Sum(state), Self::Sum(later)) => state.merge(&later),
            (Self::Avg(state), Self::Avg(later)) => state.merge(&later),
            (Self::StdDev(state), Self::StdDev(later)) => state.merge(&later),
            (Self::Percentile(state, _), Self::Percentile(later, _)) => state.merge(&later),
            (Self::Extreme(state), Self::Extreme(later)) => state.merge(later),
            (Self::ExtremeN(state), Self::ExtremeN(later)) => state.merge(later),
            (Self::First(state), Self::First(later)) => state.merge(later),
            (Self::Last(state), Self::Last(later)) => state.merge(later),
            (Self::FirstN(state), Self::FirstN(later)) => state.merge(later),
            (Self::LastN(state), Self::LastN(later)) => state.merge(later),
            (Self::Push(state), Self::Push(later)) => state.merge(later)?,
            (Self::AddToSet(state), Self::AddToSet(later)) => state.merge(*later)?,
            (Self::MergeObjects(state), Self::MergeObjects(later)) => state.merge(later),
            (Self::Top(state, _), Self::Top(later, _)) => state.merge(*later),
            // By their names, without a wildcard: a new accumulator does not compile before it is named here.
            (
                Self::Sum(_)
                | Self::Avg(_)
                | Self::StdDev(_)
                | Self::Percentile(..)
                | Self::Extreme(_)
                | Self::ExtremeN(_)
                | Self::First(_)
                | Self::Last(_)
                | Self::FirstN(_)
                | Self::LastN(_)
                | Self::Push(_)
                | Self::AddToSet(_)
                | Self::MergeObjects(_)
                | Self::Top(..),
                _,
            ) => return Err(of_another_kind()),
        }
        Ok(())
    }

    /// Roughly the bytes of the values that it keeps, where these grow with the rows.
    pub(crate) fn kept_bytes(&self) -> usize {
        match self {
            Self::Push(state) => state.kept_bytes(),
            Self::AddToSet(state) => state.kept_bytes(),
            _ => 0,
        }
    }

    /// The answer of what was gathered so far, to which more may come.
    pub(crate) fn so_far(&self) -> Bson {
        match self {
            // What it has seen is not needed for the answer.
            Self::AddToSet(state) => Bson::Array(state.values().to_vec()),
            state => state.clone().finish(),
        }
    }

    /// The answer.
    #[must_use]
    pub fn finish(self) -> Bson {
        match self {
            Self::Sum(state) => state.finish(),
            Self::Avg(state) => state.finish(),
            Self::StdDev(state) => state.finish(),
            Self::Extreme(state) => state.finish(),
            Self::First(state) => state.finish(),
            Self::Last(state) => state.finish(),
            Self::ExtremeN(state) => Bson::Array(state.finish()),
            Self::FirstN(state) => Bson::Array(state.finish()),
            Self::LastN(state) => Bson::Array(state.finish()),
            Self::Push(state) => Bson::Array(state.finish()),
            Self::AddToSet(state) => Bson::Array(state.finish()),
            Self::MergeObjects(state) => Bson::Document(state.finish()),
            Self::Top(state, is_array) => one_or_all(state.finish(), is_array),
            Self::Percentile(state, is_array) => one_or_all(state.finish(), is_array),
        }
    }
}

/// Ours, if it ever happens: states are made by call, and only those of one call are merged.
fn of_another_kind() -> Error {
    Error::new("internal error: states of two kinds of accumulators were merged; please report it")
}

fn one_or_all(values: Vec<Bson>, is_array: bool) -> Bson {
    if is_array { Bson::Array(values) } else { values.into_iter().next().unwrap_or(Bson::Null) }
}

/// The elements of an array; an accumulator of arrays takes nothing else.
fn elements(name: &str, value: Bson) -> Result<Vec<Bson>, Error> {
    match value {
        Bson::Array(items) => Ok(items),
        other => {
            let found = type_name(Some(&other));
            Err(Error::coded(14, format!("`{name}` as an accumulator requires arrays, not {found}")))
        }
    }
}

/// MongoDB: `n` must be a whole number above 0, of any numeric type.
fn constant_n(value: Option<&Bson>) -> Result<usize, Error> {
    let Some(number) = value.and_then(Number::of) else {
        return Err(Error::coded(
            5_787_902,
            format!("value for 'n' must be of integral type, but found `{}`", type_name(value)),
        ));
    };
    let Some(n) = number.to_whole() else {
        return Err(Error::coded(5_787_903, "value for 'n' must be of integral type"));
    };
    match usize::try_from(n) {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(Error::coded(5_787_908, format!("'n' must be greater than 0, found `{n}`"))),
    }
}
