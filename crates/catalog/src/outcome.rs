//! Rates of closures where some customers' outcome is not known: they are over those of whom it is known.
//!
//! In: the measures of a catalog. Out: the same, where [`OUTCOME_KNOWN`] is counted beside the closures and stands in place of
//! all customers under each rate of closures.
//! Invariant: nothing changes for a contract whose outcome is always known.

use bson::{Bson, bson};
use pipeline::ast::{AccumulatorCall, Expr, Operator, Path};

use crate::compose::OUTCOME_KNOWN;
use crate::measure::{Interval, Measure, MeasureRole, Value};
use crate::{Catalog, roles};

/// Settles all measures; those that were settled before stay as they are.
pub(crate) fn settle(catalog: &mut Catalog) {
    let Some(known) = roles::has_outcome(&catalog.contract) else { return };
    let name = |role| catalog.measure_of(role).map(|measure| measure.name.clone());
    let (Some(closed), Some(customers)) = (name(MeasureRole::Closed), name(MeasureRole::Customers)) else { return };
    let counted = bson!({ "$sum": { "$cond": [known, 1, 0] } });
    let counted = pipeline::parse_accumulator(&counted).expect("a fixed form around fields of the contract");
    for measure in &mut catalog.measures {
        if measure.role == Some(MeasureRole::Closed) || is_rate(measure, &closed, &customers) {
            settle_one(measure, &customers, &counted);
        }
    }
}

/// Whether the measure is the part of all customers that closed their account.
fn is_rate(measure: &Measure, closed: &str, customers: &str) -> bool {
    matches!(&measure.interval, Interval::Rate { successes, trials } if successes == closed && trials == customers)
}

fn settle_one(measure: &mut Measure, customers: &str, counted: &AccumulatorCall) {
    if !measure.accumulators.iter().any(|(name, _)| name == OUTCOME_KNOWN) {
        measure.accumulators.push((OUTCOME_KNOWN.to_owned(), counted.clone()));
    }
    let Interval::Rate { trials, .. } = &mut measure.interval else { return };
    OUTCOME_KNOWN.clone_into(trials);
    let (Some(from), Some(to)) = (Path::new(customers), Path::new(OUTCOME_KNOWN)) else { return };
    if let Value::Finish(expr) = &mut measure.value {
        let known = Expr::Field(to);
        expr.replace(&mut |part| (part.field() == Some(&from)).then(|| known.clone()));
        let call = |operator, args| Expr::Call { operator, args };
        let is_any = call(Operator::Gt, vec![known.clone(), Expr::Literal(Bson::Int32(0))]);
        let rate = std::mem::replace(expr, Expr::Missing);
        *expr = call(Operator::Cond, vec![is_any, rate, Expr::Literal(Bson::Null)]);
    }
}
