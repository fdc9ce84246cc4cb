//! Numbers that an expression only compares with constants: it learns no more of one than between which constants it lies.
//!
//! In: a `$switch` or `$cond`. Out: the same over columns of few values, each of which stands for an interval, so that a table
//! of it is small.
//! Invariant: the value that stands for an interval compares with each of the constants as every number in the interval does.

use std::sync::{Arc, OnceLock};

use bson::Bson;
use pipeline::ast::{Comparison, Expr, Operator};

use super::block::Block;
use super::kernel::Kernel;
use super::plan::{ColumnId, Plan};
use super::resolve::{self, Resolved};
use super::shape::{Absent, Domain, Kind, NumberType, Shape};
use crate::Error;
use crate::value::Number;

/// Fewer comparisons than these are done faster one by one.
const FEWEST_COMPARISONS: usize = 3;
/// Whole numbers no larger than this lie among the doubles without a gap.
const MOST_EXACT: u64 = 1 << 53;

/// A column of numbers, cut where an expression's constants tell its numbers apart.
#[derive(Debug)]
pub(crate) struct Intervals {
    pub(crate) input: ColumnId,
    /// Rising; a number's interval is how many of these it reaches.
    cuts: Vec<f64>,
    /// The code of not-a-number, behind the intervals.
    nan: Option<u16>,
    /// The code where there is no number, behind all others.
    absent: Option<u16>,
    /// The code of each rank among all cuts of the column, made when the plan is.
    by_rank: OnceLock<Vec<u16>>,
}

/// How an expression uses a column.
struct Use {
    column: ColumnId,
    cuts: Vec<f64>,
    comparisons: usize,
    /// It needs more of the column than comparisons with constants.
    is_read: bool,
}

/// The column of an expression over intervals; nothing where that is not the same, or no gain.
pub(crate) fn lower(expr: &Resolved, plan: &mut Plan) -> Option<ColumnId> {
    if !matches!(expr, Expr::Switch { .. } | Expr::Call { operator: Operator::Cond, .. }) {
        return None;
    }
    let mut uses = Vec::new();
    look(expr, &mut uses);
    let cut: Vec<(Intervals, Domain)> = uses.into_iter().filter_map(|of| Intervals::new(of, plan)).collect();
    let n_others = resolve::columns(expr).into_iter().filter(|id| cut.iter().all(|(one, _)| one.input != *id));
    let n_others = plan.n_combinations(&n_others.collect::<Vec<_>>())?;
    let n = cut.iter().try_fold(n_others, |n, (_, domain)| n.checked_mul(domain.len()))?;
    if cut.is_empty() || !plan.is_worth_a_table(n) || !cut.iter().all(|(one, _)| plan.rank(one.input, &one.cuts)) {
        return None;
    }
    let columns: Vec<(ColumnId, ColumnId)> = cut
        .into_iter()
        .map(|(one, domain)| {
            let kind = Kind::Coded(Arc::new(domain));
            (one.input, plan.kernel(Kernel::Intervals(one), kind, false))
        })
        .collect();
    let over = resolve::map(expr, &mut |part| {
        let Expr::Field(field) = part else { return None };
        let (_, by) = columns.iter().find(|(column, _)| field.whole() == Some(*column))?;
        Some(resolve::column(*by))
    });
    Some(plan.computed(&over))
}

/// Gathers how an expression uses its columns.
fn look(expr: &Resolved, uses: &mut Vec<Use>) {
    if let Expr::Call { operator, args } = expr
        && let Some(comparison) = operator.comparison()
        && let [left, right] = args.as_slice()
        && let (Expr::Field(field), Expr::Literal(constant)) | (Expr::Literal(constant), Expr::Field(field)) =
            (left, right)
        && let (Some(column), Some(cuts)) =
            (field.whole(), cuts(comparison, matches!(left, Expr::Literal(_)), constant))
    {
        let of = used(column, uses);
        of.comparisons += 1;
        of.cuts.extend(cuts);
        return;
    }
    if let Expr::Field(field) = expr {
        used(field.column, uses).is_read = true;
    }
    expr.parts().into_iter().for_each(|part| look(part, uses));
}

fn used(column: ColumnId, uses: &mut Vec<Use>) -> &mut Use {
    let at = uses.iter().position(|of| of.column == column).unwrap_or_else(|| {
        uses.push(Use { column, cuts: Vec::new(), comparisons: 0, is_read: false });
        uses.len() - 1
    });
    &mut uses[at]
}

/// Where a comparison tells numbers apart: between those that reach a cut and those that do not. What is no number tells none
/// apart; nothing for a number that is no double.
fn cuts(comparison: Comparison, is_turned: bool, constant: &Bson) -> Option<Vec<f64>> {
    let at = match constant {
        Bson::Int64(whole) if whole.unsigned_abs() > MOST_EXACT => return None,
        Bson::Decimal128(_) => return None,
        other => match Number::of(other) {
            Some(number) => number.to_f64(),
            None => return Some(Vec::new()),
        },
    };
    if at.is_nan() {
        return Some(Vec::new());
    }
    let above = at.next_up();
    Some(match (comparison, is_turned) {
        (Comparison::Lt | Comparison::Gte, false) | (Comparison::Gt | Comparison::Lte, true) => vec![at],
        (Comparison::Gt | Comparison::Lte, false) | (Comparison::Lt | Comparison::Gte, true) => vec![above],
        (Comparison::Eq | Comparison::Ne, _) => vec![at, above],
    })
}

impl Intervals {
    /// The intervals of a column with the values that stand for them, where these are far fewer than its own values.
    fn new(of: Use, plan: &Plan) -> Option<(Self, Domain)> {
        let Use { column, mut cuts, comparisons, is_read } = of;
        let shape = plan.shape(column).filter(Shape::fits_double)?;
        if is_read || comparisons < FEWEST_COMPARISONS || plan.column(column).is_fallible {
            return None;
        }
        cuts.sort_by(f64::total_cmp);
        cuts.dedup();
        let mut values: Vec<_> =
            cuts.first().map(|cut| cut.next_down()).into_iter().chain(cuts.iter().copied()).collect();
        if values.is_empty() {
            values.push(0.0);
        }
        let n_intervals = values.len();
        values.extend((shape.number == NumberType::Double).then_some(f64::NAN));
        let mut values: Vec<Option<Bson>> = values.into_iter().map(|value| Some(Bson::Double(value))).collect();
        let nan = u16::try_from(n_intervals).ok().filter(|_| shape.number == NumberType::Double);
        let absent = u16::try_from(values.len()).ok().filter(|_| shape.absent != Absent::Never);
        match shape.absent {
            Absent::Never => {}
            Absent::Null => values.push(Some(Bson::Null)),
            Absent::Missing => values.push(None),
        }
        let is_gain = plan.domain(column).is_none_or(|domain| domain.len() > 2 * values.len());
        is_gain.then(|| (Self { input: column, cuts, nan, absent, by_rank: OnceLock::new() }, Domain::Values(values)))
    }

    /// The code of each row's interval.
    pub(crate) fn codes(&self, block: &mut Block) -> Result<Vec<u16>, Error> {
        let plan = block.plan;
        let Some(ranking) = plan.ranking(self.input) else {
            return Err(Error::new("a column without cuts was asked for its intervals"));
        };
        let own = || ranking.own_codes(&self.cuts, self.nan.unwrap_or(0), self.absent.unwrap_or(0));
        let by_rank = self.by_rank.get_or_init(own);
        Ok(block.ranks(self.input, ranking)?.iter().map(|rank| by_rank[usize::from(*rank)]).collect())
    }
}
