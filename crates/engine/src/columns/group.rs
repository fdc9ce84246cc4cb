//! `$group` over blocks.
//!
//! In: a resolved key, and accumulator calls with their resolved inputs. Out: one document per group. Invariant: memory grows with the groups,
//! not with the rows (but for accumulators that keep values, such as `$push`).

use bson::{Bson, Document};
use pipeline::ast::{Accumulator, AccumulatorCall};

use super::block::Block;
use super::frame::{Column, Field, Frame, PIECE_ROWS, Piece, array_of};
use super::gather::{Extremes, Gather, Maker, States, SumState, Summed};
use super::keys::{Groups, Keys};
use super::plan::{ColumnId, Plan};
use super::resolve::Resolved;
use super::sums::IntSums;
use crate::Error;
use crate::brake::Held;
use crate::value::{Number, Sum, Value};

/// Roughly the bytes of a group's key, column by column, with its place in a table.
const PER_KEY: usize = 64;
/// Roughly the bytes of what one accumulator knows of a group.
const PER_FIELD: usize = 64;

/// A `$group` made ready.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) keys: Keys,
    fields: Vec<(String, Gather)>,
    sums: Vec<Summed>,
}

/// What was gathered so far.
#[derive(Debug)]
pub(crate) struct GroupState {
    groups: Groups,
    rows: IntSums,
    sums: Vec<SumState>,
    extremes: Vec<Extremes>,
    states: Vec<States>,
    held: Held,
}

impl Group {
    /// Makes a `$group` ready, given each accumulator's input and the columns that it orders by; nothing where these are none.
    pub(crate) fn lower(
        id: &Resolved,
        fields: &[(String, AccumulatorCall)],
        inputs: &[(Resolved, Option<Vec<ColumnId>>)],
        plan: &mut Plan,
    ) -> Option<Self> {
        if inputs.iter().any(|(_, keys)| keys.is_none()) {
            return None;
        }
        let keys = Keys::lower(id, plan);
        let mut sums = Vec::new();
        let fields = fields
            .iter()
            .zip(inputs)
            .map(|((name, call), (input, keys))| {
                let column = plan.computed(input);
                // A column is computed for all rows, and these do not evaluate what comes too late.
                let is_lazy = matches!(call.accumulator, Accumulator::First | Accumulator::FirstN);
                if is_lazy && plan.column(column).is_fallible {
                    return None;
                }
                Some((name.clone(), Gather::lower(call, (column, keys.as_deref()?), plan, &mut sums)))
            })
            .collect::<Option<_>>()?;
        Some(Self { keys, fields, sums })
    }

    /// The columns that are read.
    pub(crate) fn columns(&self) -> Vec<ColumnId> {
        let inputs = self.fields.iter().flat_map(|(_, gather)| gather.columns(&self.sums));
        self.keys.columns().chain(inputs).collect()
    }

    /// The accumulators that use the plain definition.
    pub(crate) fn by_states(&self) -> Vec<&str> {
        self.fields.iter().filter(|(_, gather)| gather.is_by_states()).map(|(name, _)| name.as_str()).collect()
    }

    pub(crate) fn start(&self, plan: &Plan) -> GroupState {
        GroupState {
            groups: Groups::new(&self.keys, plan),
            rows: IntSums::default(),
            sums: self.sums.iter().map(|summed| SumState::new(*summed)).collect(),
            extremes: self.fields.iter().map(|_| Extremes::default()).collect(),
            states: self.fields.iter().map(|_| States::default()).collect(),
            held: plan.brake.hold("$group"),
        }
    }
}

impl GroupState {
    /// Takes in a block.
    pub(crate) fn add(&mut self, group: &Group, block: &mut Block) -> Result<(), Error> {
        let plan = block.plan;
        let numbers = self.groups.assign(&group.keys, block)?;
        let n_groups = self.groups.len(&group.keys);
        self.rows.count(n_groups, &numbers);
        for sum in &mut self.sums {
            sum.add(n_groups, &numbers, block)?;
        }
        let id = |number| self.groups.id(&group.keys, plan, number);
        for (at, (_, gather)) in group.fields.iter().enumerate() {
            match gather {
                Gather::Extreme { column, is_max, .. } => {
                    self.extremes[at].add(n_groups, &numbers, *column, *is_max, block)?;
                }
                Gather::States { call, column, keys } => {
                    let maker = Maker { call, id: &id, now: plan.now };
                    self.states[at].add(n_groups, &numbers, (*column, keys), &maker, block)?;
                }
                Gather::Rows { .. } | Gather::Sum(_) | Gather::Mean(_) => {}
            }
        }
        self.account(group)
    }

    /// Tells the memory that all groups take now.
    fn account(&mut self, group: &Group) -> Result<(), Error> {
        if !self.held.is_limited() {
            return Ok(());
        }
        let n_groups = self.groups.len(&group.keys);
        let per_group = PER_KEY * group.keys.len() + PER_FIELD * group.fields.len();
        let kept: usize = self.states.iter().map(States::kept_bytes).sum();
        self.held.grow_to(|| n_groups * per_group + kept)
    }

    /// Takes in what later blocks gave.
    pub(crate) fn merge(&mut self, group: &Group, plan: &Plan, mut later: Self) -> Result<(), Error> {
        let n_theirs = later.groups.len(&group.keys);
        let theirs: Vec<usize> = (0..n_theirs).filter(|number| later.rows.get(*number) > 0).collect();
        let ours: Vec<usize> =
            theirs.iter().map(|number| self.groups.adopt(&group.keys, &later.groups, *number)).collect();
        for (ours, theirs) in ours.iter().zip(&theirs) {
            plan.brake.check()?;
            self.rows.add_to(*ours, later.rows.get(*theirs));
            for (at, (_, gather)) in group.fields.iter().enumerate() {
                match gather {
                    Gather::Extreme { is_max, .. } => {
                        self.extremes[at].merge_group(*ours, &later.extremes[at], *theirs, *is_max);
                    }
                    Gather::States { .. } => self.states[at].merge_group(*ours, &mut later.states[at], *theirs)?,
                    Gather::Rows { .. } | Gather::Sum(_) | Gather::Mean(_) => {}
                }
            }
        }
        for (sum, later) in self.sums.iter_mut().zip(later.sums) {
            sum.merge(later, &ours, &theirs);
        }
        drop(later.held);
        self.account(group)
    }

    /// One document per group, in the order of dense keys or of first sight.
    pub(crate) fn finish(self, group: &Group, plan: &Plan) -> Result<Vec<Document>, Error> {
        let mut finished = Finished::of(self, group);
        let mut documents = Vec::new();
        for number in finished.numbers() {
            plan.brake.check()?;
            let mut document = Document::new();
            document.insert("_id", finished.groups.id(&group.keys, plan, number));
            for (at, (name, gather)) in group.fields.iter().enumerate() {
                document.insert(name.as_str(), finished.field(at, gather, number));
            }
            documents.push(document);
        }
        Ok(documents)
    }

    /// The same as columns.
    pub(crate) fn finish_columns(self, group: &Group, plan: &Plan) -> Result<Frame, Error> {
        let mut finished = Finished::of(self, group);
        let numbers = finished.numbers();
        let mut keys: Vec<Vec<Value>> = vec![Vec::with_capacity(numbers.len()); group.keys.len()];
        for number in &numbers {
            plan.brake.check()?;
            let values = finished.groups.key(&group.keys, plan, *number);
            keys.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
        }
        let (id, is_bare) = group.keys.id_field();
        if is_bare {
            keys.iter_mut().flatten().for_each(|value| *value = Some(value.take().unwrap_or(Bson::Null)));
        }
        let mut fields = vec![("_id".to_owned(), id)];
        let mut columns = keys;
        for (at, (name, gather)) in group.fields.iter().enumerate() {
            columns.push(numbers.iter().map(|number| Some(finished.field(at, gather, *number))).collect());
            fields.push((name.clone(), Field::Column(columns.len() - 1)));
        }
        Ok(Frame::of_columns(fields, pieces(columns, numbers.len()), Vec::new()))
    }
}

/// Whole columns in pieces.
fn pieces(columns: Vec<Vec<Value>>, n_rows: usize) -> Vec<Piece> {
    let columns: Vec<Column> = columns
        .into_iter()
        .map(|values| match array_of(&values) {
            Some(array) => Column::Array(array),
            None => Column::Values(values),
        })
        .collect();
    let piece = |start: usize| {
        let n_rows = PIECE_ROWS.min(n_rows - start);
        let columns = columns.iter().map(|column| column.slice(start, n_rows)).collect();
        Piece { n_rows, columns }
    };
    (0..n_rows).step_by(PIECE_ROWS).map(piece).collect()
}

/// What was gathered, with all sums made.
struct Finished {
    groups: Groups,
    rows: IntSums,
    n_groups: usize,
    sums: Vec<Vec<(Sum, i64)>>,
    extremes: Vec<Extremes>,
    states: Vec<States>,
}

impl Finished {
    fn of(state: GroupState, group: &Group) -> Self {
        let GroupState { groups, rows, sums, extremes, states, held } = state;
        drop(held);
        let n_groups = groups.len(&group.keys);
        let sums = sums.into_iter().map(|sum| sum.finish(n_groups, &rows)).collect();
        Self { groups, rows, n_groups, sums, extremes, states }
    }

    /// The groups that have rows.
    fn numbers(&self) -> Vec<usize> {
        (0..self.n_groups).filter(|number| self.rows.get(*number) > 0).collect()
    }

    /// The value of the field with this place.
    fn field(&mut self, at: usize, gather: &Gather, number: usize) -> Bson {
        let n_rows = self.rows.get(number);
        match gather {
            Gather::Rows { each, is_long: false } => Number::int_or_long(each * n_rows).into_bson(),
            Gather::Rows { each, is_long: true } => Bson::Int64(each * n_rows),
            Gather::Sum(sum) => self.sums[*sum][number].0.total().into_bson(),
            Gather::Mean(sum) => {
                let (sum, count) = &self.sums[*sum][number];
                sum.mean(*count as u64).map_or(Bson::Null, Number::into_bson)
            }
            Gather::Extreme { shape, .. } => self.extremes[at].finish(number, shape),
            Gather::States { .. } => self.states[at].finish(number),
        }
    }
}
