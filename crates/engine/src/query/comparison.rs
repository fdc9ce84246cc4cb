//! `$eq $gt $gte $lt $lte` of the query language, on one value.
//!
//! MongoDB: only values of one type bracket compare; missing and null are one bracket; `MinKey` and `MaxKey` compare
//! with everything; NaN equals itself and is neither less nor greater than anything.

use std::cmp::Ordering;

use bson::Bson;
use pipeline::ast::Comparison;

use crate::value::{canonical_type, compare};

/// Whether `value` stands to `bound` as `comparison` says. [`Comparison::Ne`] is the negation of [`Comparison::Eq`].
pub(super) fn holds(comparison: Comparison, value: Option<&Bson>, bound: &Bson) -> bool {
    use Comparison::{Eq, Gt, Gte, Lt, Lte, Ne};
    if comparison == Ne {
        return !holds(Eq, value, bound);
    }
    let order = match value {
        None | Some(Bson::Undefined) if matches!(bound, Bson::Null) => Ordering::Equal,
        Some(Bson::Null) if matches!(bound, Bson::Undefined) => Ordering::Equal,
        Some(value) if canonical_type(Some(value)) == canonical_type(Some(bound)) => {
            match (is_nan(value), is_nan(bound)) {
                (false, false) => compare(value, bound),
                (true, true) => Ordering::Equal,
                _ => return false,
            }
        }
        _ => match bound {
            Bson::MinKey => Ordering::Greater,
            Bson::MaxKey => Ordering::Less,
            _ => return false,
        },
    };
    match comparison {
        Eq | Ne => order == Ordering::Equal,
        Gt => order == Ordering::Greater,
        Gte => order != Ordering::Less,
        Lt => order == Ordering::Less,
        Lte => order != Ordering::Greater,
    }
}

fn is_nan(value: &Bson) -> bool {
    match value {
        Bson::Double(x) => x.is_nan(),
        Bson::Decimal128(x) => crate::value::Decimal::from_bson(*x).is_nan(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use bson::bson;

    use super::*;

    #[test]
    fn other_brackets_never_compare_but_min_key_and_max_key_do() {
        assert!(!holds(Comparison::Gt, Some(&bson!("a")), &bson!(1)));
        assert!(!holds(Comparison::Lt, Some(&Bson::Null), &bson!(1)));
        assert!(holds(Comparison::Gt, Some(&bson!("a")), &Bson::MinKey));
        assert!(holds(Comparison::Lte, None, &Bson::MaxKey));
        assert!(!holds(Comparison::Gt, Some(&Bson::MinKey), &Bson::MinKey));
        assert!(!holds(Comparison::Eq, Some(&bson!(1)), &Bson::MinKey));
    }

    #[test]
    fn null_matches_missing_and_nan_only_itself() {
        for comparison in [Comparison::Eq, Comparison::Gte, Comparison::Lte] {
            assert!(holds(comparison, None, &Bson::Null));
            assert!(holds(comparison, Some(&Bson::Double(f64::NAN)), &Bson::Double(f64::NAN)));
        }
        assert!(!holds(Comparison::Lt, None, &Bson::Null));
        assert!(!holds(Comparison::Lt, Some(&Bson::Double(f64::NAN)), &bson!(1)));
        assert!(!holds(Comparison::Gt, Some(&bson!(1)), &Bson::Double(f64::NAN)));
        assert!(holds(Comparison::Ne, Some(&bson!(1)), &Bson::Double(f64::NAN)));
    }
}
