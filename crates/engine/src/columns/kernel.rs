//! Which expressions over wide columns have a typed kernel, and what its result looks like.
//!
//! In: a resolved expression. Out: a column computed by a [`Kernel`], or nothing where only the plain definition knows.
//! Invariant: a kernel gives what the definition gives, in value and type, for every row. Integer kernels are chosen
//! only where the ranges of their inputs rule out overflow, so that the type of the result is known beforehand; what is
//! evaluated lazily (`$cond`, `$and`, …) only where nothing in it can fail.

use std::sync::Arc;

use bson::Bson;
use pipeline::ast::{Comparison, Expr, Operator, Variable};

use super::choose;
use super::intervals::Intervals;
use super::plan::{ColumnId, Plan};
use super::resolve::{self, ColumnPath, Resolved};
use super::shape::{Absent, Domain, Kind, NumberType, Shape};
use crate::value::{self, Value};

/// A computation over blocks.
#[derive(Debug)]
pub(crate) enum Kernel {
    /// `$add $subtract $multiply $divide`, integers among themselves or as doubles.
    Arithmetic { operator: Operator, args: Vec<ColumnId>, number: NumberType },
    /// `$abs $floor $ceil $trunc $round $exp` as doubles.
    OfDouble { operator: Operator, input: ColumnId },
    /// Numbers and nulls in the total order.
    Compare { comparison: Comparison, left: ColumnId, right: ColumnId },
    /// One answer for all numbers, one for null: a comparison with what is no number.
    CompareKinds { input: ColumnId, number: bool, null: bool },
    /// Whether numbers are true.
    IsTrue(ColumnId),
    /// `$cond` and `$switch`.
    Choose(choose::Choose),
    /// `$ifNull` of numbers.
    IfNull { input: ColumnId, replacement: ColumnId },
    /// Between which constants numbers lie.
    Intervals(Intervals),
}

impl Kernel {
    /// The columns that it computes from.
    pub(crate) fn inputs(&self) -> Vec<ColumnId> {
        match self {
            Self::Arithmetic { args, .. } => args.clone(),
            Self::OfDouble { input, .. } | Self::CompareKinds { input, .. } | Self::IsTrue(input) => vec![*input],
            Self::Compare { left, right, .. } => vec![*left, *right],
            Self::IfNull { input, replacement } => vec![*input, *replacement],
            Self::Choose(choose) => choose.inputs(),
            Self::Intervals(intervals) => vec![intervals.input],
        }
    }

    /// The column of `expr`, if a kernel (or a table over columns that have kernels) computes it.
    pub(crate) fn lower(expr: &Resolved, plan: &mut Plan) -> Option<ColumnId> {
        match expr {
            Expr::Call { operator, args } => lower_call(*operator, args, plan),
            Expr::Switch { branches, default } => choose::lower(branches, default.as_deref(), plan),
            Expr::Let { bindings, body } => {
                let body = substitute(bindings, body, plan)?;
                Some(plan.computed(&body))
            }
            Expr::Object(_) | Expr::Array(_) => over_children(expr, plan),
            _ => None,
        }
    }
}

fn lower_call(operator: Operator, args: &[Resolved], plan: &mut Plan) -> Option<ColumnId> {
    let found = match operator {
        Operator::Add | Operator::Multiply | Operator::Subtract | Operator::Divide => arithmetic(operator, args, plan),
        Operator::Abs | Operator::Floor | Operator::Ceil | Operator::Trunc | Operator::Round | Operator::Exp => {
            of_double(operator, args, plan)
        }
        Operator::And | Operator::Or | Operator::Not => return logic(operator, args, plan),
        Operator::Cond => {
            let [condition, then, otherwise] = args else { return None };
            return choose::lower(&[(condition.clone(), then.clone())], Some(otherwise), plan);
        }
        Operator::IfNull => return if_null(args, plan),
        _ => operator.comparison().and_then(|comparison| compare(comparison, args, plan)),
    };
    found.or_else(|| over_children(&Expr::Call { operator, args: args.to_vec() }, plan))
}

/// Columns of a list of expressions.
fn columns(args: &[Resolved], plan: &mut Plan) -> Vec<ColumnId> {
    args.iter().map(|arg| plan.computed(arg)).collect()
}

/// An operator whose arguments are wide but become few distinct values: a table over the arguments.
fn over_children(expr: &Resolved, plan: &mut Plan) -> Option<ColumnId> {
    let mut depth = 0;
    let mut is_fallible = false;
    let over = resolve::map(expr, &mut |child| {
        depth += 1;
        // Literals stay: an operator may have made them ready.
        if depth == 1 || matches!(child, Expr::Literal(_) | Expr::Missing) {
            return None;
        }
        let column = plan.computed(child);
        is_fallible |= plan.column(column).is_fallible;
        Some(resolve::column(column))
    });
    let inputs = resolve::columns(&over);
    (over != *expr && !is_fallible && plan.is_small(&inputs)).then(|| plan.computed(&over))
}

fn arithmetic(operator: Operator, args: &[Resolved], plan: &mut Plan) -> Option<ColumnId> {
    let args = columns(args, plan);
    let shapes = args.iter().map(|arg| plan.shape(*arg)).collect::<Option<Vec<Shape>>>()?;
    let absent = if shapes.iter().any(|shape| shape.absent != Absent::Never) { Absent::Null } else { Absent::Never };
    let mut is_fallible = args.iter().any(|arg| plan.column(*arg).is_fallible);
    // Why not: after a null the definition looks no further, so that an error behind it is never met.
    if is_fallible && absent != Absent::Never {
        return None;
    }
    let is_integer = shapes.iter().all(|shape| shape.number != NumberType::Double);
    let shape = if is_integer && operator != Operator::Divide {
        let is_long = shapes.iter().any(|shape| shape.number == NumberType::Long);
        let range = shapes.iter().map(|shape| shape.range).try_fold(None, |so_far, range| {
            Some(Some(match so_far {
                None => range,
                Some(so_far) => combine(operator, so_far, range)?,
            }))
        })??;
        let fits_int = i32::try_from(range.0).is_ok() && i32::try_from(range.1).is_ok();
        if !is_long && !fits_int {
            return None;
        }
        Shape { number: if is_long { NumberType::Long } else { NumberType::Int }, range, absent }
    } else {
        // Why not: products of more than two depend on how far the definition gets in integers.
        let is_plain = args.len() == 2 || (operator == Operator::Add && shapes.len() < 1000);
        if !is_plain || !shapes.iter().all(Shape::fits_double) {
            return None;
        }
        Shape { number: NumberType::Double, range: (0, 0), absent }
    };
    if operator == Operator::Divide {
        let divisor = &shapes[1];
        is_fallible |= divisor.number == NumberType::Double || (divisor.range.0 <= 0 && divisor.range.1 >= 0);
    }
    let kernel = Kernel::Arithmetic { operator, args, number: shape.number };
    Some(plan.kernel(kernel, Kind::Number(shape), is_fallible))
}

/// The range of a sum, difference or product; nothing where it leaves 64 bits.
fn combine(operator: Operator, a: (i64, i64), b: (i64, i64)) -> Option<(i64, i64)> {
    match operator {
        Operator::Add => Some((a.0.checked_add(b.0)?, a.1.checked_add(b.1)?)),
        Operator::Subtract => Some((a.0.checked_sub(b.1)?, a.1.checked_sub(b.0)?)),
        Operator::Multiply => {
            let corners = [a.0.checked_mul(b.0)?, a.0.checked_mul(b.1)?, a.1.checked_mul(b.0)?, a.1.checked_mul(b.1)?];
            Some((*corners.iter().min()?, *corners.iter().max()?))
        }
        _ => None,
    }
}

fn of_double(operator: Operator, args: &[Resolved], plan: &mut Plan) -> Option<ColumnId> {
    let [input] = args else { return None };
    let input = plan.computed(input);
    // Why not whole numbers: rounded they stay whole.
    let is_fit =
        |shape: &Shape| shape.number == NumberType::Double || (operator == Operator::Exp && shape.fits_double());
    let shape = plan.shape(input).filter(is_fit)?;
    let absent = if shape.absent == Absent::Never { Absent::Never } else { Absent::Null };
    let is_fallible = plan.column(input).is_fallible;
    let shape = Shape { number: NumberType::Double, range: (0, 0), absent };
    Some(plan.kernel(Kernel::OfDouble { operator, input }, Kind::Number(shape), is_fallible))
}

/// False and true, in this order.
pub(crate) fn booleans() -> Kind {
    Kind::Coded(Arc::new(Domain::Values(vec![Some(Bson::Boolean(false)), Some(Bson::Boolean(true))])))
}

fn compare(comparison: Comparison, args: &[Resolved], plan: &mut Plan) -> Option<ColumnId> {
    let &[left, right] = columns(args, plan).as_slice() else { return None };
    let is_fallible = plan.column(left).is_fallible || plan.column(right).is_fallible;
    let shape = |id| plan.shape(id).filter(|shape| shape.absent != Absent::Missing);
    let kernel = match (shape(left), shape(right)) {
        (Some(a), Some(b)) => {
            let is_integer = a.number != NumberType::Double && b.number != NumberType::Double;
            let is_exact = is_integer || (a.fits_double() && b.fits_double());
            if !is_exact {
                return None;
            }
            Kernel::Compare { comparison, left, right }
        }
        // What need not be computed would not fail where the definition does.
        (Some(_), None) if plan.column(right).is_fallible => return None,
        (None, Some(_)) if plan.column(left).is_fallible => return None,
        (Some(_), None) => compare_kinds(left, &constant(right, plan)?, |a, b| holds(comparison, a, b))?,
        (None, Some(_)) => compare_kinds(right, &constant(left, plan)?, |a, b| holds(comparison, b, a))?,
        (None, None) => return None,
    };
    Some(plan.kernel(kernel, booleans(), is_fallible))
}

/// The value of a column that has just one.
pub(crate) fn constant(id: ColumnId, plan: &Plan) -> Option<Value> {
    plan.domain(id).filter(|domain| domain.len() == 1).map(|domain| domain.value(0))
}

fn compare_kinds(input: ColumnId, other: &Value, holds: impl Fn(&Value, &Value) -> bool) -> Option<Kernel> {
    if matches!(other, Some(Bson::Decimal128(_) | Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_))) {
        return None;
    }
    let number = holds(&Some(Bson::Int32(0)), other);
    let null = holds(&Some(Bson::Null), other);
    Some(Kernel::CompareKinds { input, number, null })
}

fn holds(comparison: Comparison, a: &Value, b: &Value) -> bool {
    ordering_holds(comparison, value::compare_values(a.as_ref(), b.as_ref()))
}

/// Whether a comparison holds of values that lie in this order.
pub(crate) fn ordering_holds(comparison: Comparison, ordering: std::cmp::Ordering) -> bool {
    match comparison {
        Comparison::Eq => ordering.is_eq(),
        Comparison::Ne => ordering.is_ne(),
        Comparison::Gt => ordering.is_gt(),
        Comparison::Gte => ordering.is_ge(),
        Comparison::Lt => ordering.is_lt(),
        Comparison::Lte => ordering.is_le(),
    }
}

/// A coded column that tells whether each value of another is true.
pub(crate) fn truth(id: ColumnId, plan: &mut Plan) -> Option<ColumnId> {
    if plan.domain(id).is_some() {
        return Some(id);
    }
    plan.shape(id)?;
    let is_fallible = plan.column(id).is_fallible;
    Some(plan.kernel(Kernel::IsTrue(id), booleans(), is_fallible))
}

fn logic(operator: Operator, args: &[Resolved], plan: &mut Plan) -> Option<ColumnId> {
    let mut inputs = Vec::new();
    for id in columns(args, plan) {
        if plan.column(id).is_fallible {
            return None;
        }
        inputs.push(truth(id, plan)?);
    }
    let over = Expr::Call { operator, args: inputs.iter().map(|input| resolve::column(*input)).collect() };
    inputs.sort_unstable();
    inputs.dedup();
    plan.is_small(&inputs).then(|| plan.computed(&over))
}

fn if_null(args: &[Resolved], plan: &mut Plan) -> Option<ColumnId> {
    let &[input, replacement] = columns(args, plan).as_slice() else { return None };
    let shape = plan.shape(input)?;
    if shape.absent == Absent::Never {
        return Some(input);
    }
    if plan.column(replacement).is_fallible {
        return None;
    }
    let union = Shape { absent: Absent::Never, ..shape }.union(plan.shape(replacement)?)?;
    let is_fallible = plan.column(input).is_fallible;
    Some(plan.kernel(Kernel::IfNull { input, replacement }, Kind::Number(union), is_fallible))
}

/// The body of a `$let` with its variables replaced by the columns of their values.
fn substitute(bindings: &[(String, Resolved)], body: &Resolved, plan: &mut Plan) -> Option<Resolved> {
    let mut columns = Vec::new();
    for (name, value) in bindings {
        let column = plan.computed(value);
        if plan.column(column).is_fallible {
            return None;
        }
        columns.push((name, column));
    }
    let mut is_shadowed = false;
    let body = resolve::map(body, &mut |part| match part {
        Expr::Variable(Variable::User(name), path) => {
            let (_, column) = columns.iter().find(|(bound, _)| *bound == name)?;
            let rest = path.as_ref().map_or_else(Vec::new, |path| path.segments().to_vec());
            Some(Expr::Field(ColumnPath { column: *column, rest }))
        }
        // Why not descend: what these bind may hide a name of ours.
        Expr::Let { .. } | Expr::Map { .. } | Expr::Filter { .. } | Expr::Reduce { .. } => {
            is_shadowed = true;
            None
        }
        _ => None,
    });
    (!is_shadowed).then_some(body)
}
