//! `$cond` and `$switch` over blocks: the first branch whose condition holds gives the value.
//!
//! Invariant: conditions and values cannot fail, so all of them may be computed for all rows.

use std::sync::Arc;

use super::block::Block;
use super::kernel::{Kernel, truth};
use super::plan::{ColumnId, Distinct, Plan, Table};
use super::resolve::Resolved;
use super::shape::{Absent, Domain, Kind, Lane, Numbers, Shape};
use crate::Error;
use crate::value::is_true;

/// Branches, tried in order.
#[derive(Debug)]
pub(crate) struct Choose {
    branches: Vec<Branch>,
    /// Without it, a row that takes no branch is an error.
    default: Option<Outcome>,
}

#[derive(Debug)]
struct Branch {
    condition: ColumnId,
    /// Whether the condition's value is true, by code.
    truth: Vec<bool>,
    then: Outcome,
}

#[derive(Debug)]
struct Outcome {
    column: ColumnId,
    /// The result's code by the column's code, where the result is coded.
    recode: Vec<u16>,
}

pub(crate) fn lower(
    branches: &[(Resolved, Resolved)],
    default: Option<&Resolved>,
    plan: &mut Plan,
) -> Option<ColumnId> {
    if branches.len() >= usize::from(u8::MAX) {
        return None;
    }
    let mut lowered = Vec::new();
    for (condition, then) in branches {
        let condition = plan.computed(condition);
        let condition = truth(condition, plan)?;
        let truth = plan.domain(condition)?.values().map(|value| is_true(value.as_ref())).collect();
        let then = Outcome { column: plan.computed(then), recode: Vec::new() };
        lowered.push(Branch { condition, truth, then });
    }
    let default = default.map(|default| Outcome { column: plan.computed(default), recode: Vec::new() });
    let mut choose = Choose { branches: lowered, default };
    if choose.inputs().into_iter().any(|id| plan.column(id).is_fallible) {
        return None;
    }
    let kind = choose.coded(plan).or_else(|| choose.numbers(plan))?;
    let is_fallible = choose.default.is_none();
    Some(plan.kernel(Kernel::Choose(choose), kind, is_fallible))
}

impl Choose {
    fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.branches.iter().map(|branch| &branch.then).chain(&self.default)
    }

    /// The columns that it computes from.
    pub(crate) fn inputs(&self) -> Vec<ColumnId> {
        let conditions = self.branches.iter().map(|branch| branch.condition);
        conditions.chain(self.outcomes().map(|outcome| outcome.column)).collect()
    }

    /// A coded result: the values of all outcomes, each once.
    fn coded(&mut self, plan: &Plan) -> Option<Kind> {
        let n: usize =
            self.outcomes().map(|outcome| plan.domain(outcome.column).map(|domain| domain.len())).sum::<Option<_>>()?;
        if n >= usize::from(Table::ERROR) {
            return None;
        }
        let mut values = Distinct::default();
        for outcome in self.branches.iter_mut().map(|branch| &mut branch.then).chain(&mut self.default) {
            let domain = plan.domain(outcome.column)?;
            outcome.recode = domain.values().map(|value| values.code(value)).collect();
        }
        Some(Kind::Coded(Arc::new(Domain::Values(values.values))))
    }

    /// A result of numbers of one type, and perhaps one kind of absence.
    fn numbers(&self, plan: &Plan) -> Option<Kind> {
        self.default.as_ref()?;
        let mut shape: Option<Shape> = None;
        let mut only_absent = Vec::new();
        for outcome in self.outcomes() {
            match (plan.shape(outcome.column), super::kernel::constant(outcome.column, plan)) {
                (Some(this), _) => {
                    shape = Some(match shape {
                        None => this,
                        Some(shape) => shape.union(this)?,
                    });
                }
                (None, Some(None)) => only_absent.push(Absent::Missing),
                (None, Some(Some(bson::Bson::Null))) => only_absent.push(Absent::Null),
                _ => return None,
            }
        }
        let mut shape = shape?;
        for absent in only_absent {
            shape = shape.union(Shape { absent, ..shape.with_absent(Absent::Never) })?;
        }
        Some(Kind::Number(shape))
    }

    /// For each row the outcome taken: its number, or the number of branches for the default.
    fn taken(&self, block: &mut Block) -> Result<Vec<u8>, Error> {
        let none = self.branches.len() as u8;
        let mut taken = vec![none; block.n_rows];
        for (number, branch) in self.branches.iter().enumerate().rev() {
            let codes = block.codes(branch.condition)?;
            for (taken, code) in taken.iter_mut().zip(codes.iter()) {
                *taken = if branch.truth[usize::from(*code)] { number as u8 } else { *taken };
            }
        }
        Ok(taken)
    }

    pub(crate) fn codes(&self, block: &mut Block) -> Result<Vec<u16>, Error> {
        let taken = self.taken(block)?;
        let mut codes = vec![Table::ERROR; block.n_rows];
        for (number, outcome) in self.outcomes().enumerate() {
            let from = block.codes(outcome.column)?;
            for ((code, taken), from) in codes.iter_mut().zip(&taken).zip(from.iter()) {
                if usize::from(*taken) == number {
                    *code = outcome.recode[usize::from(*from)];
                }
            }
        }
        Ok(codes)
    }

    pub(crate) fn choose_numbers(&self, shape: &Shape, block: &mut Block) -> Result<Numbers, Error> {
        let taken = self.taken(block)?;
        let mut absent = vec![false; block.n_rows];
        let mut ints = vec![0_i64; block.n_rows];
        let mut doubles = vec![0_f64; block.n_rows];
        let is_double = shape.number == super::shape::NumberType::Double;
        for (number, outcome) in self.outcomes().enumerate() {
            let from = block.numbers(outcome.column)?;
            let mut each = |set: &mut dyn FnMut(usize)| {
                for row in (0..taken.len()).filter(|row| usize::from(taken[*row]) == number) {
                    absent[row] = from.is_absent(row);
                    set(row);
                }
            };
            match &from.lane {
                Lane::Int(values) if !is_double => each(&mut |row| ints[row] = values[row]),
                lane => {
                    let values = lane.to_doubles();
                    each(&mut |row| doubles[row] = values[row]);
                }
            }
        }
        let lane = if is_double { Lane::Double(doubles.into()) } else { Lane::Int(ints.into()) };
        Ok(Numbers { lane, absent: (shape.absent != Absent::Never).then(|| absent.into()) })
    }
}
