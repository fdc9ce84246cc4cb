//! Tells whether an answer is the expected one: types exactly, numbers to 1e-9 of their size, fields in order.

use bson::{Bson, Document};

/// What the language leaves open about an answer's order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Freedom {
    /// Rows may come in any order.
    pub rows: bool,
    /// Elements of arrays may come in any order, as `$addToSet` gives them.
    pub arrays: bool,
}

/// Whether two lists of rows agree.
#[must_use]
pub fn rows_agree(expected: &[Document], actual: &[Document], free: Freedom) -> bool {
    let wrap = |rows: &[Document]| rows.iter().cloned().map(Bson::Document).collect::<Vec<_>>();
    lists_agree(&wrap(expected), &wrap(actual), free.rows, free.arrays)
}

/// Whether two values agree.
#[must_use]
pub fn values_agree(expected: &Bson, actual: &Bson, has_free_arrays: bool) -> bool {
    match (expected, actual) {
        (Bson::Double(a), Bson::Double(b)) => doubles_agree(*a, *b),
        (Bson::Decimal128(a), Bson::Decimal128(b)) => a == b || decimals_agree(&a.to_string(), &b.to_string()),
        (Bson::Array(a), Bson::Array(b)) => lists_agree(a, b, has_free_arrays, has_free_arrays),
        (Bson::Document(a), Bson::Document(b)) => {
            let same =
                |((p, v), (q, w)): ((&String, &Bson), (&String, &Bson))| p == q && values_agree(v, w, has_free_arrays);
            a.len() == b.len() && a.iter().zip(b.iter()).all(same)
        }
        _ => expected == actual,
    }
}

fn lists_agree(expected: &[Bson], actual: &[Bson], is_bag: bool, has_free_arrays: bool) -> bool {
    if expected.len() != actual.len() {
        return false;
    }
    if !is_bag {
        return expected.iter().zip(actual).all(|(a, b)| values_agree(a, b, has_free_arrays));
    }
    // Mostly the order is the same all the same.
    if expected.iter().zip(actual).all(|(a, b)| values_agree(a, b, has_free_arrays)) {
        return true;
    }
    let mut left: Vec<&Bson> = actual.iter().collect();
    expected.iter().all(|wanted| {
        let found = left.iter().position(|candidate| values_agree(wanted, candidate, has_free_arrays));
        found.map(|place| left.swap_remove(place)).is_some()
    })
}

/// Zeros of either sign are one number, as in every comparison of MongoDB.
fn doubles_agree(a: f64, b: f64) -> bool {
    let is_near = a.is_finite() && b.is_finite() && (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
    a == b || (a.is_nan() && b.is_nan()) || is_near
}

/// Decimals agree where their text does up to the last few of 34 digits, which depend on the library.
fn decimals_agree(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => doubles_agree(a, b),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use bson::bson;

    use super::*;

    #[test]
    fn types_and_infinities_are_told_apart() {
        let agree = |a: Bson, b: Bson| values_agree(&a, &b, false);
        assert!(agree(bson!(1.0), bson!(1.0 + 1e-12)) && agree(bson!(f64::NAN), bson!(f64::NAN)));
        assert!(agree(bson!(0.0), bson!(-0.0)) && agree(bson!(f64::INFINITY), bson!(f64::INFINITY)));
        assert!(!agree(bson!(1), bson!(1.0)) && !agree(bson!(1), bson!(1_i64)));
        assert!(!agree(bson!(3.5), bson!(f64::INFINITY)) && !agree(bson!(1.0), bson!(f64::NAN)));
        assert!(!agree(bson!({ "a": 1, "b": 2 }), bson!({ "b": 2, "a": 1 })));
        assert!(!agree(bson!([1, 2]), bson!([2, 1])) && values_agree(&bson!([1, 2]), &bson!([2, 1]), true));
    }
}
