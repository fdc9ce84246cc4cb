//! `$setWindowFields` over blocks: keys and inputs are columns, rows are sorted by their places, and no document is made.
//!
//! In: partition key, sort keys and inputs as columns, none of which can fail. Out: a [`Frame`] of the rows in their new order,
//! with the outputs beside the fields that the stages behind read; of documents of any shape the documents, with the outputs
//! set in them when they are made. Invariant: partitions, order and answers are those of
//! the definition ([`crate::window`]), whose functions are called with columns in place of documents.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::ops::Range;

use arrow_array::Array;
use bson::Bson;
use pipeline::ast::{
    Accumulator, AccumulatorCall, Expr, Order, Path, Reads, SortKey, Stage, WindowCall, WindowFunction,
};
use rayon::prelude::*;

use super::block::Block;
use super::frame::{Column, Columns, Frame, PIECE_ROWS, Piece, Windowed, array_of, each_piece, in_order};
use super::lower::{Prefix, needed};
use super::plan::{ColumnId, Plan};
use super::resolve;
use super::rows::documents_columns;
use super::run::Counts;
use super::shape::Kind;
use super::top::Rank;
use super::tree::{Fields, Found, Node};
use crate::Error;
use crate::value::{Number, Value, compare};
use crate::window::{self, Around, Members};

/// A `$setWindowFields` made ready.
#[derive(Debug)]
pub(crate) struct WindowEnd {
    /// Those of the order; in front of them that of the partition, if there is one.
    keys: Vec<Key>,
    is_partitioned: bool,
    outputs: Vec<Output>,
    shown: Shown,
}

/// What of the rows is wanted.
#[derive(Debug)]
enum Shown {
    /// These fields, the outputs among them.
    Fields(Fields),
    /// Documents of any shape, with these fields at their top; `None` wants all.
    Documents(Option<HashSet<String>>),
}

#[derive(Debug)]
struct Key {
    column: ColumnId,
    order: Order,
    /// Where values have ranks.
    rank: Option<Rank>,
}

#[derive(Debug)]
struct Output {
    path: Path,
    call: WindowCall,
    input: Option<ColumnId>,
    /// The column that stands for it in the fields.
    column: ColumnId,
}

/// What a piece of the rows gives.
struct Gathered {
    piece: Piece,
    /// Of documents of any shape: batch and place of each row.
    places: Vec<(usize, usize)>,
    /// By key.
    keys: Vec<KeyValues>,
}

enum KeyValues {
    Ranks(Vec<u64>),
    Values(Vec<Bson>),
}

impl WindowEnd {
    /// Makes the stage ready; nothing where a key or an input is no column, may fail, or may be an array.
    pub(crate) fn lower(
        (partition_by, sort_by): (Option<&Expr>, &[SortKey]),
        output: &[(Path, WindowCall)],
        behind: &[Stage],
        fields: &Fields,
        plan: &mut Plan,
    ) -> Option<Self> {
        let mut keys = Vec::new();
        if let Some(expr) = partition_by {
            let column = plan.computed(&resolve::expr(expr, fields));
            keys.push(Key::lower(column, Order::Ascending, plan)?);
        }
        for key in sort_by {
            let Found::Column(column, []) = fields.find(key.path.segments()) else { return None };
            keys.push(Key::lower(column, key.order, plan)?);
        }
        let mut outputs = Vec::new();
        for (path, call) in output {
            if matches!(&call.function, WindowFunction::Accumulate(call) if is_gathered(call)) {
                return None;
            }
            // Rows that a limit leaves out are never computed, so they do not fail.
            let mut streamed = behind.iter().take_while(|stage| !matches!(stage, Stage::Sort(_) | Stage::Group { .. }));
            if may_fail(call) && streamed.any(|stage| matches!(stage, Stage::Limit(_))) {
                return None;
            }
            let input = call.function.input().map(|input| plan.computed(&resolve::expr(input, fields)));
            if input.is_some_and(|input| plan.column(input).is_fallible) {
                return None;
            }
            let column = plan.element(Kind::Any);
            outputs.push(Output { path: path.clone(), call: call.clone(), input, column });
        }
        let shown = if plan.collections[0].loose.is_some() {
            let only = Reads::of_stages(behind).only();
            Shown::Documents(only.map(|paths| paths.iter().map(|path| path.head().to_owned()).collect()))
        } else {
            let mut written = fields.clone();
            for output in &outputs {
                written.set(output.path.segments(), Node::Column(output.column)).ok()?;
            }
            Shown::Fields(needed(&written, behind))
        };
        Some(Self { keys, is_partitioned: partition_by.is_some(), outputs, shown })
    }

    /// The columns that are read.
    pub(crate) fn columns(&self, plan: &Plan) -> Vec<ColumnId> {
        let own: Vec<ColumnId> = self.outputs.iter().map(|output| output.column).collect();
        let fields = match &self.shown {
            Shown::Fields(fields) => fields.columns(),
            Shown::Documents(wanted) => documents_columns(wanted.as_ref(), plan),
        };
        let fields = fields.into_iter().filter(|column| !own.contains(column));
        let inputs = self.outputs.iter().filter_map(|output| output.input);
        fields.chain(self.keys.iter().map(|key| key.column)).chain(inputs).collect()
    }

    /// Runs it over the rows of a prefix.
    pub(crate) fn run(&self, prefix: &Prefix, counts: &Counts) -> Result<Frame, Error> {
        let plan = &prefix.plan;
        let own: Vec<ColumnId> = self.outputs.iter().map(|output| output.column).collect();
        let none = Fields::default();
        let fields = if let Shown::Fields(fields) = &self.shown { fields } else { &none };
        let mut columns = Columns::with_given(fields, &own, plan);
        let keys: Vec<usize> = self.keys.iter().map(|key| columns.add(key.column, plan)).collect();
        let inputs: Vec<Option<usize>> =
            self.outputs.iter().map(|output| output.input.map(|input| columns.add(input, plan))).collect();
        let gather = |block: &mut Block| {
            let keys = self.keys.iter().map(|key| key.of_block(block)).collect::<Result<_, Error>>()?;
            let is_of_documents = matches!(self.shown, Shown::Documents(_));
            let n_places = if is_of_documents { block.n_rows } else { 0 };
            let places = (0..n_places).map(|row| block.whole_place(row)).collect();
            Ok(Gathered { piece: columns.piece(block)?, places, keys })
        };
        let gathered = each_piece(prefix, counts, (0, usize::MAX), gather)?;
        let mut held = plan.brake.hold("$setWindowFields");
        held.add(|| gathered.iter().map(|gathered| gathered.piece.bytes()).sum())?;
        let order = self.order(&gathered);
        plan.brake.check()?;
        let partitions = self.partitions(&gathered, &order);
        let (pieces, places): (Vec<Piece>, Vec<_>) =
            gathered.into_iter().map(|gathered| (gathered.piece, gathered.places)).unzip();
        let mut pieces = in_order(&pieces, &order, &plan.brake)?;
        held.add(|| pieces.iter().map(Piece::bytes).sum())?;
        let answers = self.answers(&pieces, &partitions, (&keys, &inputs), plan)?;
        counts.rows_out[prefix.n_stages() - 1].store(order.len() as u64, std::sync::atomic::Ordering::Relaxed);
        if let Shown::Documents(wanted) = &self.shown {
            let places = order.iter().map(|(piece, row)| places[*piece][*row]).collect();
            let outputs = self.outputs.iter().map(|output| output.path.clone()).zip(answers).collect();
            return Ok(Frame::of_windows(Windowed::new(&plan.collections[0], places, wanted.clone(), outputs)));
        }
        for (output, values) in self.outputs.iter().zip(answers) {
            if let Some(at) = columns.given(output.column) {
                place(&mut pieces, at, values);
            }
        }
        Ok(columns.frame(pieces, plan))
    }

    /// The rows in order: of each its piece, and its number there. Of equal ones the first met.
    fn order(&self, gathered: &[Gathered]) -> Vec<(usize, usize)> {
        let places = || {
            let of = |(piece, gathered): (usize, &Gathered)| {
                (0..gathered.piece.n_rows).map(move |row| (piece as u32, row as u32))
            };
            gathered.iter().enumerate().flat_map(of)
        };
        let is_ranked = self.keys.iter().all(|key| key.rank.is_some());
        let mut rows: Vec<([u64; 2], u32, u32)> = places()
            .map(|(piece, row)| {
                let rank = |key: usize| match gathered[piece as usize].keys.get(key) {
                    Some(KeyValues::Ranks(ranks)) => ranks[row as usize],
                    _ => 0,
                };
                ([rank(0), rank(1)], piece, row)
            })
            .collect();
        if is_ranked && self.keys.len() <= 2 {
            rows.par_sort_unstable();
        } else {
            let all: Vec<usize> = (0..self.keys.len()).collect();
            rows.par_sort_by(|a, b| self.compare(&all, gathered, (a.1, a.2), (b.1, b.2)));
        }
        rows.into_iter().map(|(_, piece, row)| (piece as usize, row as usize)).collect()
    }

    fn compare(&self, keys: &[usize], gathered: &[Gathered], a: (u32, u32), b: (u32, u32)) -> Ordering {
        for key in keys {
            let of = |(piece, row): (u32, u32)| (&gathered[piece as usize].keys[*key], row as usize);
            let ordering = match (of(a), of(b)) {
                ((KeyValues::Ranks(a), at), (KeyValues::Ranks(b), bt)) => a[at].cmp(&b[bt]),
                ((KeyValues::Values(a), at), (KeyValues::Values(b), bt)) => match self.keys[*key].order {
                    Order::Ascending => compare(&a[at], &b[bt]),
                    Order::Descending => compare(&b[bt], &a[at]),
                },
                // A key is of one kind in all pieces.
                _ => Ordering::Equal,
            };
            if ordering.is_ne() {
                return ordering;
            }
        }
        Ordering::Equal
    }

    /// The rows of each partition, in their order.
    fn partitions(&self, gathered: &[Gathered], order: &[(usize, usize)]) -> Vec<Range<usize>> {
        let mut partitions = Vec::new();
        let mut start = 0;
        for at in 1..order.len() {
            let place = |at: usize| (order[at].0 as u32, order[at].1 as u32);
            if self.is_partitioned && self.compare(&[0], gathered, place(at - 1), place(at)).is_ne() {
                partitions.push(start..at);
                start = at;
            }
        }
        if start < order.len() {
            partitions.push(start..order.len());
        }
        partitions
    }

    /// The values of each output, in the order of the rows.
    fn answers(
        &self,
        pieces: &[Piece],
        partitions: &[Range<usize>],
        (keys, inputs): (&[usize], &[Option<usize>]),
        plan: &Plan,
    ) -> Result<Vec<Vec<Value>>, Error> {
        let keys = &keys[usize::from(self.is_partitioned)..];
        let one = |(output, input): (&Output, &Option<usize>)| {
            let mut is_decimal = false;
            let mut answers = Vec::with_capacity(partitions.last().map_or(0, |last| last.end));
            for (number, rows) in partitions.iter().enumerate() {
                let values = |column: usize| values_of(pieces, column, rows);
                let inputs = input.map(values).unwrap_or_default();
                let keys: Vec<Vec<Value>> =
                    if reads_keys(&output.call) { keys.iter().map(|key| values(*key)).collect() } else { Vec::new() };
                let keys = keys.iter().map(Vec::as_slice).collect();
                let n_rows = rows.len();
                let rows = Members::Columns { inputs: &inputs, keys, n_rows };
                let around = Around { rows, now: plan.now, brake: &plan.brake };
                let made = window::column(&around, &output.call, &mut is_decimal);
                let made = made.and_then(|made| made.all(n_rows));
                answers.extend(made.map_err(|error| (number, error))?);
            }
            Ok(answers)
        };
        let made: Vec<Result<Vec<Value>, (usize, Error)>> =
            self.outputs.par_iter().zip(inputs.par_iter()).map(one).collect();
        // The error of the first partition that has one, as if they came one after the other.
        let first = made.iter().filter_map(|made| made.as_ref().err()).min_by_key(|(number, _)| *number);
        match first {
            Some((_, error)) => Err(error.clone()),
            None => Ok(made.into_iter().filter_map(Result::ok).collect()),
        }
    }
}

impl Key {
    fn lower(column: ColumnId, order: Order, plan: &Plan) -> Option<Self> {
        let of = plan.column(column);
        if of.is_fallible || plan.may_hold_arrays(column) {
            return None;
        }
        Some(Self { column, order, rank: Rank::lower(column, order, plan) })
    }

    fn of_block(&self, block: &mut Block) -> Result<KeyValues, Error> {
        if let Some(rank) = &self.rank {
            return Ok(KeyValues::Ranks(rank.of_block(block)?));
        }
        let values = block.values(self.column)?;
        Ok(KeyValues::Values(values.iter().map(|value| value.clone().unwrap_or(Bson::Null)).collect()))
    }
}

/// Whether its values may be as many as the rows of a window: all rows' arrays at once would fill the memory.
fn is_gathered(call: &AccumulatorCall) -> bool {
    const FEW: i64 = 16;
    let n = |n: &Expr| match n {
        Expr::Literal(value) => Number::of(value).and_then(Number::to_whole),
        _ => None,
    };
    let is_many = |call: &AccumulatorCall| call.n.as_ref().is_some_and(|it| n(it).is_none_or(|n| n > FEW));
    let keeps_all = matches!(
        call.accumulator,
        Accumulator::Push | Accumulator::AddToSet | Accumulator::ConcatArrays | Accumulator::SetUnion
    );
    !call.sort_by.is_empty() || keeps_all || is_many(call)
}

/// Whether a function may refuse a value that it meets.
fn may_fail(call: &WindowCall) -> bool {
    use pipeline::ast::{Bound, Computed, Window};
    let has_offset = |bound: &Bound<f64>| matches!(bound, Bound::Offset(_));
    let is_measured =
        matches!(&call.window, Some(Window::Range(lower, upper, _)) if has_offset(lower) || has_offset(upper));
    is_measured
        || match &call.function {
            WindowFunction::Accumulate(call) => call.accumulator == Accumulator::MergeObjects,
            WindowFunction::Rank | WindowFunction::DenseRank | WindowFunction::DocumentNumber => false,
            WindowFunction::Of(computed, _) => !matches!(computed, Computed::Shift { .. } | Computed::Locf),
        }
}

/// Whether a function looks at the keys of the order.
fn reads_keys(call: &WindowCall) -> bool {
    use pipeline::ast::{Computed, Window};
    match &call.function {
        WindowFunction::Rank | WindowFunction::DenseRank => true,
        WindowFunction::DocumentNumber => false,
        WindowFunction::Accumulate(_) => matches!(call.window, Some(Window::Range(..))),
        WindowFunction::Of(Computed::Shift { .. } | Computed::ExpMovingAvg(_) | Computed::Locf, _) => false,
        WindowFunction::Of(..) => true,
    }
}

/// The values of a column in some rows of all.
fn values_of(pieces: &[Piece], column: usize, rows: &Range<usize>) -> Vec<Value> {
    let mut values = Vec::with_capacity(rows.len());
    let mut at = rows.start;
    while at < rows.end {
        let (piece, start) = (&pieces[at / PIECE_ROWS], at % PIECE_ROWS);
        let n = (rows.end - at).min(piece.n_rows - start);
        values.extend(piece.values(column, start..start + n).into_owned());
        at += n;
    }
    values
}

/// Puts the values of a column in its place.
fn place(pieces: &mut [Piece], column: usize, values: Vec<Value>) {
    if let Some(array) = array_of(&values) {
        let mut start = 0;
        for piece in pieces {
            piece.columns[column] = Column::Array(array.slice(start, piece.n_rows));
            start += piece.n_rows;
        }
        return;
    }
    let mut values = values.into_iter();
    for piece in pieces {
        piece.columns[column] = Column::Values(values.by_ref().take(piece.n_rows).collect());
    }
}
