//! `$match` over blocks.
//!
//! In: a resolved conjunct. Out: for each row of a block, whether it passes. Invariant: what the query
//! language's definition says; a predicate over few distinct values is asked once per combination.

use bson::Bson;
use pipeline::ast::{Comparison, Node, Predicate, Test};

use super::block::Block;
use super::compute::{combinations, each_row};
use super::kernel::truth;
use super::plan::{ColumnId, Plan, PredicateTable};
use super::resolve::{self, ResolvedPredicate, Row};
use super::shape::{Kind, Lane, NumberType};
use crate::Error;
use crate::query::{Matcher, matches};
use crate::value::is_true;

/// A predicate made ready for blocks.
#[derive(Debug)]
pub(crate) enum Filter {
    /// Few combinations of codes can occur.
    Table(PredicateTable),
    /// Wide numbers against one number.
    Compare(Threshold),
    /// `$expr`.
    IsTrue {
        column: ColumnId,
        truth: Vec<bool>,
    },
    All(Vec<Filter>),
    Any(Vec<Filter>),
    None(Vec<Filter>),
    PerRow {
        predicate: ResolvedPredicate,
        inputs: Vec<ColumnId>,
    },
}

/// A comparison with a number that is exact in the column's own type.
#[derive(Debug)]
pub(crate) struct Threshold {
    column: ColumnId,
    comparison: Comparison,
    bound: Bound,
    /// What null and NaN give, which are in no order with numbers here.
    null: bool,
    nan: bool,
}

#[derive(Debug)]
enum Bound {
    Int(i64),
    Double(f64),
}

impl Filter {
    /// Makes a predicate ready.
    pub(crate) fn lower(predicate: &ResolvedPredicate, plan: &mut Plan) -> Result<Self, Error> {
        if let Some(table) = plan.predicate_table(predicate)? {
            return Ok(Self::Table(table));
        }
        if !matches!(predicate, Predicate::Expr(_)) && holds_fallible_expr(predicate, plan) {
            return Self::per_row(predicate, plan);
        }
        let mut all = |list: &[ResolvedPredicate]| -> Result<Vec<Self>, Error> {
            list.iter().map(|inner| Self::lower(inner, plan)).collect()
        };
        match predicate {
            Predicate::And(list) => Ok(Self::All(all(list)?)),
            Predicate::Or(list) => Ok(Self::Any(all(list)?)),
            Predicate::Nor(list) => Ok(Self::None(all(list)?)),
            Predicate::Expr(expr) => {
                let column = plan.computed(expr);
                let Some(column) = truth(column, plan) else { return Self::per_row(predicate, plan) };
                let truth =
                    plan.domain(column).map(|domain| domain.values().map(|value| is_true(value.as_ref())).collect());
                Ok(Self::IsTrue { column, truth: truth.unwrap_or_default() })
            }
            Predicate::Field(_, Test::Compare(comparison, bound)) => {
                match threshold(predicate, *comparison, bound, plan)? {
                    Some(threshold) => Ok(Self::Compare(threshold)),
                    None => Self::per_row(predicate, plan),
                }
            }
            Predicate::Field(..) | Predicate::JsonSchema(..) => Self::per_row(predicate, plan),
        }
    }

    fn per_row(predicate: &ResolvedPredicate, plan: &Plan) -> Result<Self, Error> {
        // A pattern that is none is refused before any row is read.
        Matcher::new(predicate, plan.now)?;
        Ok(Self::PerRow { predicate: predicate.clone(), inputs: resolve::predicate_columns(predicate) })
    }

    /// How it is done, for `explain`.
    pub(crate) fn how(&self) -> &'static str {
        match self {
            Self::Table(_) => "lookup table",
            Self::Compare(_) => "comparison kernel",
            Self::IsTrue { .. } => "expression over columns",
            Self::All(_) | Self::Any(_) | Self::None(_) => "combined filters",
            Self::PerRow { .. } => "row by row",
        }
    }

    /// Whether it cannot fail, whatever the rows hold.
    pub(crate) fn is_infallible(&self, plan: &Plan) -> bool {
        match self {
            Self::Table(_) | Self::Compare(_) => true,
            Self::IsTrue { column, .. } => !plan.column(*column).is_fallible,
            Self::All(list) | Self::Any(list) | Self::None(list) => list.iter().all(|inner| inner.is_infallible(plan)),
            Self::PerRow { predicate, .. } => is_infallible(predicate),
        }
    }

    /// Adds the columns that it reads.
    pub(crate) fn add_inputs(&self, inputs: &mut Vec<ColumnId>) {
        match self {
            Self::Table(table) => inputs.extend(table.inputs.iter().map(|(input, _)| *input)),
            Self::Compare(threshold) => inputs.push(threshold.column),
            Self::IsTrue { column, .. } => inputs.push(*column),
            Self::All(list) | Self::Any(list) | Self::None(list) => {
                for inner in list {
                    inner.add_inputs(inputs);
                }
            }
            Self::PerRow { inputs: read, .. } => inputs.extend(read),
        }
    }

    /// The rows that pass.
    pub(crate) fn positions(&self, block: &mut Block) -> Result<Vec<u32>, Error> {
        if let Self::Table(PredicateTable { inputs, passes }) = self
            && let [(input, _)] = inputs.as_slice()
            && let Some((bytes, codes)) = block.stored_bytes(*input)
        {
            let by_byte = codes.map(|code| passes.get(usize::from(code)).map_or(OUTSIDE, |pass| u8::from(*pass)));
            return positions(bytes, |byte| by_byte[usize::from(byte)]).ok_or_else(|| block.outside(*input));
        }
        let passes = self.passes(block)?;
        Ok(positions(&passes, u8::from).unwrap_or_default())
    }

    /// Whether each row passes.
    pub(crate) fn passes(&self, block: &mut Block) -> Result<Vec<bool>, Error> {
        match self {
            Self::Table(PredicateTable { inputs, passes }) => match inputs.as_slice() {
                [(input, _)] => Ok(block.codes(*input)?.iter().map(|code| passes[usize::from(*code)]).collect()),
                inputs => Ok(combinations(inputs, block)?.iter().map(|at| passes[*at as usize]).collect()),
            },
            Self::Compare(threshold) => threshold.passes(block),
            Self::IsTrue { column, truth } => {
                Ok(block.codes(*column)?.iter().map(|code| truth[usize::from(*code)]).collect())
            }
            Self::All(list) => fold(list, block, true, |a, b| a & b),
            Self::Any(list) => fold(list, block, false, |a, b| a | b),
            Self::None(list) => Ok(fold(list, block, false, |a, b| a | b)?.into_iter().map(|any| !any).collect()),
            Self::PerRow { predicate, inputs } => {
                let matcher = Matcher::new(predicate, block.plan.now)?;
                let mut passes = Vec::with_capacity(block.n_rows);
                each_row(inputs, block, |row| {
                    passes.push(matcher.matches(row)?);
                    Ok(())
                })?;
                Ok(passes)
            }
        }
    }
}

/// In place of a truth: a stored value is none that the column may have.
const OUTSIDE: u8 = 2;

/// The places of what passes; nothing where something is [`OUTSIDE`]. Written without a branch: which rows pass is as random as
/// the data.
fn positions<T: Copy>(rows: &[T], passes: impl Fn(T) -> u8) -> Option<Vec<u32>> {
    let mut positions = vec![0; rows.len()];
    let (mut n, mut all) = (0, 0);
    for (row, value) in rows.iter().enumerate() {
        let pass = passes(*value);
        positions[n] = row as u32;
        n += usize::from(pass & 1);
        all |= pass;
    }
    positions.truncate(n);
    (all & OUTSIDE == 0).then_some(positions)
}

fn fold(list: &[Filter], block: &mut Block, start: bool, f: fn(bool, bool) -> bool) -> Result<Vec<bool>, Error> {
    let mut passes = vec![start; block.n_rows];
    for filter in list {
        let these = filter.passes(block)?;
        passes.iter_mut().zip(these).for_each(|(so_far, this)| *so_far = f(*so_far, this));
    }
    Ok(passes)
}

/// Whether some `$expr` inside might fail: whether it is reached at all is then for the definition to say.
fn holds_fallible_expr(predicate: &ResolvedPredicate, plan: &mut Plan) -> bool {
    match predicate {
        Predicate::And(list) | Predicate::Or(list) | Predicate::Nor(list) => {
            list.iter().any(|inner| holds_fallible_expr(inner, plan))
        }
        Predicate::Expr(expr) => {
            let column = plan.computed(expr);
            plan.column(column).is_fallible
        }
        Predicate::JsonSchema(..) => true,
        Predicate::Field(..) => false,
    }
}

/// An expression may fail, and a pattern give up; no other test does.
fn is_infallible(predicate: &ResolvedPredicate) -> bool {
    match predicate {
        Predicate::And(list) | Predicate::Or(list) | Predicate::Nor(list) => list.iter().all(is_infallible),
        Predicate::Expr(_) | Predicate::JsonSchema(..) => false,
        Predicate::Field(_, test) => {
            let mut is_infallible = true;
            Node::Test(test).visit(&mut |node| {
                is_infallible &= match node {
                    Node::Test(Test::Regex(_)) | Node::Expr(_) => false,
                    Node::Test(Test::In(values) | Test::NotIn(values)) => {
                        !values.iter().any(|value| matches!(value, Bson::RegularExpression(_)))
                    }
                    _ => true,
                }
            });
            is_infallible
        }
    }
}

fn threshold(
    predicate: &ResolvedPredicate,
    comparison: Comparison,
    bound: &Bson,
    plan: &Plan,
) -> Result<Option<Threshold>, Error> {
    let Predicate::Field(field, _) = predicate else { return Ok(None) };
    let Some(column) = field.whole() else { return Ok(None) };
    let Kind::Number(shape) = plan.column(column).kind else { return Ok(None) };
    let bound = match (shape.number == NumberType::Double, bound) {
        (false, Bson::Int32(x)) => Bound::Int(i64::from(*x)),
        (false, Bson::Int64(x)) => Bound::Int(*x),
        (false, Bson::Double(x)) if shape.fits_double() && !x.is_nan() => Bound::Double(*x),
        (true, Bson::Int32(x)) => Bound::Double(f64::from(*x)),
        (true, Bson::Int64(x)) if x.unsigned_abs() < 1 << 53 => Bound::Double(*x as f64),
        (true, Bson::Double(x)) if !x.is_nan() => Bound::Double(*x),
        _ => return Ok(None),
    };
    let answer = |value: Option<Bson>| {
        let mut row = Row::new(plan.columns.len());
        row.set(column, value.as_ref());
        matches(predicate, &row, plan.now)
    };
    let null = answer((shape.absent != super::shape::Absent::Missing).then_some(Bson::Null))?;
    let nan = answer(Some(Bson::Double(f64::NAN)))?;
    Ok(Some(Threshold { column, comparison, bound, null, nan }))
}

impl Threshold {
    fn passes(&self, block: &mut Block) -> Result<Vec<bool>, Error> {
        let numbers = block.numbers(self.column)?;
        let mut passes = match (&numbers.lane, &self.bound) {
            (Lane::Int(values), Bound::Int(bound)) => compare(values, *bound, self.comparison),
            (lane, bound) => {
                let bound = match bound {
                    Bound::Int(x) => *x as f64,
                    Bound::Double(x) => *x,
                };
                let values = lane.to_doubles();
                let mut passes = compare(&values, bound, self.comparison);
                passes.iter_mut().zip(values.iter()).filter(|(_, x)| x.is_nan()).for_each(|(pass, _)| *pass = self.nan);
                passes
            }
        };
        if let Some(absent) = &numbers.absent {
            passes.iter_mut().zip(absent.iter()).filter(|(_, absent)| **absent).for_each(|(pass, _)| *pass = self.null);
        }
        Ok(passes)
    }
}

fn compare<T: PartialOrd + Copy>(values: &[T], bound: T, comparison: Comparison) -> Vec<bool> {
    match comparison {
        Comparison::Eq => values.iter().map(|x| *x == bound).collect(),
        Comparison::Ne => values.iter().map(|x| *x != bound).collect(),
        Comparison::Gt => values.iter().map(|x| *x > bound).collect(),
        Comparison::Gte => values.iter().map(|x| *x >= bound).collect(),
        Comparison::Lt => values.iter().map(|x| *x < bound).collect(),
        Comparison::Lte => values.iter().map(|x| *x <= bound).collect(),
    }
}
