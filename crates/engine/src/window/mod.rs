//! `$setWindowFields`: computes fields from the rows around each row.
//!
//! In: documents, a partition key, an order, and outputs with their windows. Out: the documents, partition by partition
//! in ascending order of the key, each partition in its order, with the outputs written as `$addFields` writes.
//! Invariant: a window never leaves its partition; what moves over a partition costs time linear in its rows for
//! every accumulator whose states merge cheaply.

mod accumulate;
mod bounds;
mod covariance;
mod derivative;
pub(crate) mod fill;
mod integral;
mod made;
mod moving_average;
mod quantiles;
mod rank;
mod removable;
mod scaler;
mod sliding;

use std::ops::Range;

use bson::{Bson, DateTime, Document};
use pipeline::ast::{AccumulatorCall, Computed, Expr, Path, SortKey, TimeUnit, Window, WindowCall, WindowFunction};

use crate::accumulator::{Input, State};
use crate::brake::Held;
use crate::constants::is_constant;
use crate::expr::Env;
use crate::stage::{Context, Rows, SortOrder, failed, size};
use crate::value::{Value, compare, compare_values, get, set};
use crate::{Brake, Error};

/// The name of the stage in what is told of its limits.
const STAGE: &str = "$setWindowFields";

/// Runs the stage. A partition is computed when its first row is asked for.
pub(crate) fn run<'a>(
    partition_by: Option<&'a Expr>,
    sort_by: &'a [SortKey],
    output: &'a [(Path, WindowCall)],
    rows: Rows<'a>,
    ctx: &'a Context,
) -> Rows<'a> {
    let partitions = move || {
        let (sorted, held) = sorted(STAGE, partition_by, sort_by, rows, ctx)?;
        let sorted = sorted.into_iter().peekable();
        Ok(Partitions { sorted, current: None, is_decimal: vec![false; output.len()], sort_by, output, ctx, held })
    };
    let rows = |partitions: Result<Partitions<'a>, Error>| match partitions {
        Ok(partitions) => Box::new(partitions) as Rows<'a>,
        Err(error) => failed(error),
    };
    Box::new(std::iter::once_with(partitions).flat_map(rows))
}

/// Rows by their partition, and what is computed of the one that is being given out.
struct Partitions<'a> {
    sorted: std::iter::Peekable<std::vec::IntoIter<(Bson, Document)>>,
    current: Option<Current>,
    /// What each output remembers of the partitions before.
    is_decimal: Vec<bool>,
    sort_by: &'a [SortKey],
    output: &'a [(Path, WindowCall)],
    ctx: &'a Context,
    /// What the rows take that have not been given out.
    held: Held,
}

/// The rows of a partition that are left, and the answers of each output for them.
struct Current {
    rows: std::vec::IntoIter<Document>,
    answers: Vec<Answers>,
}

impl Iterator for Partitions<'_> {
    type Item = Result<Document, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(current) = &mut self.current
                && let Some(row) = current.next(self.output)
            {
                self.held.give_share(current.rows.len() + 1 + self.sorted.len());
                return Some(row);
            }
            self.current = None;
            let (key, row) = self.sorted.next()?;
            let mut rows = vec![row];
            while let Some((_, row)) = self.sorted.next_if(|(other, _)| compare(&key, other).is_eq()) {
                rows.push(row);
            }
            match self.computed(rows) {
                Ok(current) => self.current = Some(current),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Partitions<'_> {
    fn computed(&mut self, rows: Vec<Document>) -> Result<Current, Error> {
        let calls = self.output.iter().zip(&mut self.is_decimal);
        let answers = calls.map(|((_, call), is_decimal)| {
            self.ctx.brake.check()?;
            let rows = Members::Documents { rows: &rows, sort_by: self.sort_by, input: call.function.input() };
            column(&Around { rows, now: self.ctx.now, brake: &self.ctx.brake }, call, is_decimal)
        });
        let answers = answers.collect::<Result<_, Error>>()?;
        Ok(Current { rows: rows.into_iter(), answers })
    }
}

impl Current {
    fn next(&mut self, output: &[(Path, WindowCall)]) -> Option<Result<Document, Error>> {
        let mut row = self.rows.next()?;
        for ((path, _), answers) in output.iter().zip(&mut self.answers) {
            match answers.next() {
                Ok(value) => set(&mut row, path, value),
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Ok(row))
    }
}

/// What one output gives for the rows of a partition, in their order.
pub(crate) enum Answers {
    /// Made already.
    Each { values: std::vec::IntoIter<Value>, _held: Held },
    /// Made when they are asked for.
    Made(Box<made::Made>),
}

impl Answers {
    /// These, of which many may be large.
    fn each(values: Vec<Value>, brake: &Brake) -> Result<Self, Error> {
        let mut held = brake.hold(STAGE);
        let bytes = |value: &Value| size_of::<Value>() + value.as_ref().map_or(0, size::of_value_in_memory);
        held.add(|| values.iter().map(bytes).sum())?;
        Ok(Self::Each { values: values.into_iter(), _held: held })
    }

    /// The next row's.
    fn next(&mut self) -> Result<Value, Error> {
        match self {
            Self::Each { values, .. } => Ok(values.next().flatten()),
            Self::Made(made) => made.next(),
        }
    }

    /// Those of all the rows that are left.
    pub(crate) fn all(mut self, n_rows: usize) -> Result<Vec<Value>, Error> {
        (0..n_rows).map(|_| self.next()).collect()
    }
}

/// All rows by partition and then by the keys, each with its partition's key; and the account of what they take.
pub(crate) fn sorted(
    stage: &'static str,
    partition_by: Option<&Expr>,
    sort_by: &[SortKey],
    rows: Rows,
    ctx: &Context,
) -> Result<(Vec<(Bson, Document)>, Held), Error> {
    let partition_by = partition_by.filter(|expr| !is_no_key(expr, ctx));
    let order = SortOrder::new(sort_by);
    let order = if partition_by.is_some() { order.within_partitions() } else { order };
    let mut keyed = Vec::new();
    let mut held = ctx.brake.hold(stage);
    for row in rows {
        let row = row?;
        held.add(|| size::in_memory(&row))?;
        let partition = match partition_by {
            None => Bson::Null,
            Some(expr) => match Env::new(&row, ctx.now).evaluate(expr)? {
                // MongoDB: rows are sorted by partition and key before the partition is looked at.
                Some(Bson::Array(_)) if order.meets_array(&row, path_of(expr)) => {
                    return Err(Error::coded(2, "cannot sort with keys that are parallel arrays"));
                }
                partition => partition_key(partition)?,
            },
        };
        keyed.push((partition, order.key(&row)?, row));
    }
    ctx.brake.sort(&mut keyed, |(a_partition, a, _), (b_partition, b, _)| {
        compare(a_partition, b_partition).then_with(|| order.compare(a, b))
    })?;
    Ok((keyed.into_iter().map(|(partition, _, row)| (partition, row)).collect(), held))
}

/// MongoDB: by a constant nothing is sorted, and all rows are one partition.
fn is_no_key(partition_by: &Expr, ctx: &Context) -> bool {
    let value = || Env::new(&Document::new(), ctx.now).evaluate(partition_by);
    is_constant(partition_by) && matches!(value(), Ok(value) if !matches!(value, Some(Bson::Array(_))))
}

fn path_of(expr: &Expr) -> Option<&Path> {
    match expr {
        Expr::Field(path) => Some(path),
        _ => None,
    }
}

/// MongoDB: missing is the partition of null; an array is no key.
fn partition_key(value: Value) -> Result<Bson, Error> {
    match value {
        None => Ok(Bson::Null),
        Some(Bson::Array(_)) => {
            Err(Error::coded(14, "an expression used to partition cannot evaluate to value of type array"))
        }
        Some(value) => Ok(value),
    }
}

/// One output's value for each row of a partition; `is_decimal` is what it remembers of the partitions before.
pub(crate) fn column(around: &Around<'_>, call: &WindowCall, is_decimal: &mut bool) -> Result<Answers, Error> {
    let window = call.window.as_ref();
    let values = match &call.function {
        WindowFunction::Accumulate(accumulator) => return accumulate::run(around, accumulator, window),
        WindowFunction::Rank => rank::rank(around),
        WindowFunction::DenseRank => rank::dense_rank(around),
        WindowFunction::DocumentNumber => rank::document_number(around.n_rows()),
        WindowFunction::Of(computed, _) => match computed {
            Computed::Shift { by, default } => around.shift(*by, default)?,
            Computed::ExpMovingAvg(smoothing) => moving_average::run(around, smoothing, is_decimal)?,
            Computed::Derivative(unit) => derivative::run(around, window, *unit)?,
            Computed::Integral(unit) => integral::run(around, window, *unit)?,
            Computed::CovariancePop => covariance::run(around, window, false)?,
            Computed::CovarianceSamp => covariance::run(around, window, true)?,
            Computed::LinearFill => fill::linear(&around.places(), around.inputs()?)?,
            Computed::Locf => fill::last(around.inputs()?, &mut around.brake.hold(STAGE))?,
            Computed::MinMaxScaler { min, max } => scaler::run(around, window, min, max)?,
        },
    };
    Answers::each(values, around.brake)
}

/// The rows of a partition in its order, as the functions of one output see them.
pub(crate) enum Members<'a> {
    /// Documents, of which the input is computed when it is asked for.
    Documents {
        /// The rows.
        rows: &'a [Document],
        /// The sort keys.
        sort_by: &'a [SortKey],
        /// What is computed of a row; of places in an order, nothing.
        input: Option<&'a Expr>,
    },
    /// Columns.
    Columns {
        /// The input of each row; empty where the function takes none.
        inputs: &'a [Value],
        /// The values of each sort key.
        keys: Vec<&'a [Value]>,
        /// How many rows there are.
        n_rows: usize,
    },
}

/// A partition and what is computed from each of its rows.
pub(crate) struct Around<'a> {
    pub(crate) rows: Members<'a>,
    pub(crate) now: DateTime,
    pub(crate) brake: &'a Brake,
}

impl Around<'_> {
    fn n_rows(&self) -> usize {
        match &self.rows {
            Members::Documents { rows, .. } => rows.len(),
            Members::Columns { n_rows, .. } => *n_rows,
        }
    }

    /// The input of a row.
    fn input(&self, row: usize) -> Result<Value, Error> {
        self.brake.check()?;
        match &self.rows {
            Members::Documents { rows, input: Some(input), .. } => Env::new(&rows[row], self.now).evaluate(input),
            Members::Documents { input: None, .. } => Ok(None),
            Members::Columns { inputs, .. } => Ok(inputs.get(row).cloned().flatten()),
        }
    }

    /// What an accumulator takes from a row.
    fn taken(&self, row: usize, call: &AccumulatorCall, empty: &State) -> Result<Input, Error> {
        match &self.rows {
            Members::Documents { rows, .. } => empty.input(call, &rows[row], &Env::new(&rows[row], self.now)),
            Members::Columns { inputs, .. } => Ok(Input::of(inputs.get(row).cloned().flatten())),
        }
    }

    /// The value of the first sort key in a row.
    fn place(&self, row: usize) -> Value {
        match &self.rows {
            Members::Documents { rows, sort_by, .. } => sort_by.first().and_then(|key| get(&rows[row], &key.path)),
            Members::Columns { keys, .. } => keys.first().and_then(|values| values[row].clone()),
        }
    }

    /// Whether two rows are equal in all sort keys.
    fn are_equal(&self, one: usize, other: usize) -> bool {
        match &self.rows {
            Members::Documents { rows, sort_by, .. } => sort_by.iter().all(|key| {
                let value = |row: usize| get(&rows[row], &key.path);
                compare_values(value(one).as_ref(), value(other).as_ref()).is_eq()
            }),
            Members::Columns { keys, .. } => {
                keys.iter().all(|values| compare_values(values[one].as_ref(), values[other].as_ref()).is_eq())
            }
        }
    }

    /// The rows of each row's window.
    fn windows(&self, window: Option<&Window>) -> Result<Vec<Range<usize>>, Error> {
        bounds::of(self.n_rows(), |row| self.place(row), window)
    }

    fn inputs(&self) -> Result<Vec<Value>, Error> {
        let mut held = self.brake.hold(STAGE);
        let input = |row| {
            let value = self.input(row)?;
            held.add(|| value.as_ref().map_or(0, size::of_value_in_memory))?;
            Ok(value)
        };
        (0..self.n_rows()).map(input).collect()
    }

    fn places(&self) -> Vec<Value> {
        (0..self.n_rows()).map(|row| self.place(row)).collect()
    }

    /// `$shift`: the value of the row `by` rows on; beyond the partition, or where it has none, the default.
    fn shift(&self, by: i64, default: &Expr) -> Result<Vec<Value>, Error> {
        let default = Env::new(&Document::new(), self.now).evaluate(default)?;
        let mut held = self.brake.hold(STAGE);
        (0..self.n_rows() as i64)
            .map(|row| {
                let other = row.checked_add(by).and_then(|other| usize::try_from(other).ok());
                let other = other.filter(|other| *other < self.n_rows());
                let value = other.map(|other| self.input(other)).transpose()?.flatten();
                let value = value.or_else(|| default.clone());
                held.add(|| value.as_ref().map_or(0, size::of_value_in_memory))?;
                Ok(value)
            })
            .collect()
    }
}

/// The milliseconds of a unit, which is a week at most.
fn milliseconds(unit: TimeUnit) -> Bson {
    Bson::Int64(match unit {
        TimeUnit::Week => 7 * 86_400_000,
        TimeUnit::Day => 86_400_000,
        TimeUnit::Hour => 3_600_000,
        TimeUnit::Minute => 60_000,
        TimeUnit::Second => 1000,
        _ => 1,
    })
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    const INPUT: &str = "{_id: 1, g: 'b', t: 1, a: 1}\n{_id: 2, t: 2, a: 2}\n{_id: 3, g: 'b', t: 2, a: 4}\n\
                         {_id: 4, g: null, t: 1}\n{_id: 5, g: 'b', t: 2, a: 8.5}";

    fn check_output(stage: &str, expected: &str) {
        check(&format!("[{{$setWindowFields: {stage}}}, {{$unset: ['g', 't', 'a']}}]"), INPUT, expected);
    }

    #[test]
    fn partitions_come_in_order_and_null_is_one_with_missing() {
        check_output(
            "{partitionBy: '$g', sortBy: {t: 1}, output: {n: {$documentNumber: {}}, r: {$rank: {}}, d: {$denseRank: {}}}}",
            "{_id: 4, n: 1, r: 1, d: 1}
             {_id: 2, n: 2, r: 2, d: 2}
             {_id: 1, n: 1, r: 1, d: 1}
             {_id: 3, n: 2, r: 2, d: 2}
             {_id: 5, n: 3, r: 2, d: 2}",
        );
        check("[{$setWindowFields: {partitionBy: '$a', output: {n: {$sum: 1}}}}]", "{a: [1]}", "error 14");
    }

    #[test]
    fn windows_run_and_slide() {
        check_output(
            "{sortBy: {_id: 1}, output: {
                run: {$sum: '$a', window: {documents: ['unbounded', 'current']}},
                slide: {$sum: '$a', window: {documents: [-1, 0]}},
                mean: {$avg: '$a', window: {documents: [1, 'unbounded']}},
                next: {$shift: {output: '$a', by: 1, default: 'none'}},
                all: {$push: '$a', window: {documents: [-1, 1]}}}}",
            "{_id: 1, run: 1, slide: 1, mean: 4.833333333333333, next: 2, all: [1, 2]}
             {_id: 2, run: 3, slide: 3, mean: 6.25, next: 4, all: [1, 2, 4]}
             {_id: 3, run: 7, slide: 6, mean: 8.5, next: 'none', all: [2, 4]}
             {_id: 4, run: 7, slide: 4, mean: 8.5, next: 8.5, all: [4, 8.5]}
             {_id: 5, run: 15.5, slide: 8.5, mean: null, next: 'none', all: [8.5]}",
        );
    }

    #[test]
    fn quantiles_move_along() {
        check_output(
            "{sortBy: {_id: 1}, output: {
                run: {$median: {input: '$a', method: 'approximate'}, window: {documents: ['unbounded', 'current']}},
                slide: {$percentile: {input: '$a', p: [0.5, 1], method: 'approximate'}, window: {documents: [-1, 0]}}}}",
            "{_id: 1, run: 1.0, slide: [1.0, 1.0]}
             {_id: 2, run: 1.0, slide: [1.0, 2.0]}
             {_id: 3, run: 2.0, slide: [2.0, 4.0]}
             {_id: 4, run: 2.0, slide: [4.0, 4.0]}
             {_id: 5, run: 2.0, slide: [8.5, 8.5]}",
        );
    }

    #[test]
    fn moving_sums_forget_what_left() {
        check(
            "[{$setWindowFields: {sortBy: {_id: 1}, output: {
                s: {$sum: '$a', window: {documents: [0, 0]}}, d: {$stdDevPop: '$a', window: {documents: [-1, 0]}}}}},
              {$unset: 'a'}]",
            "{_id: 1, a: NaN}\n{_id: 2, a: NumberLong(3)}\n{_id: 3, a: Infinity}\n{_id: 4, a: 1.5}\n{_id: 5}\n{_id: 6, a: 1}",
            "{_id: 1, s: NaN, d: null}
             {_id: 2, s: 3, d: null}
             {_id: 3, s: Infinity, d: null}
             {_id: 4, s: 1.5, d: null}
             {_id: 5, s: 0, d: 0}
             {_id: 6, s: 1, d: 0}",
        );
    }

    #[test]
    fn ranges_count_values() {
        check_output(
            "{sortBy: {t: 1}, output: {n: {$sum: 1, window: {range: [0, 1]}}, m: {$max: '$a', window: {range: [-1, -1]}}}}",
            "{_id: 1, n: 5, m: null}\n{_id: 4, n: 5, m: null}\n{_id: 2, n: 3, m: 1}\n{_id: 3, n: 3, m: 1}\n{_id: 5, n: 3, m: 1}",
        );
        check(
            "[{$setWindowFields: {sortBy: {t: 1}, output: {n: {$sum: 1, window: {range: [0, 1]}}}}}]",
            "{t: 'x'}",
            "error 5429414",
        );
    }
}
