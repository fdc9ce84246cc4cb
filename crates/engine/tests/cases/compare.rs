//! Tells whether an answer is the recorded one: types exactly, numbers to 1e-9 of their size, fields in order.

use bson::{Bson, Document};

/// Whether two lists of rows agree, in order or as bags.
pub(crate) fn rows_agree(expected: &[Document], actual: &[Document], is_sorted: bool, has_free_arrays: bool) -> bool {
    let wrap = |rows: &[Document]| rows.iter().cloned().map(Bson::Document).collect::<Vec<_>>();
    lists_agree(&wrap(expected), &wrap(actual), !is_sorted, has_free_arrays)
}

/// Whether two values agree.
pub(crate) fn values_agree(expected: &Bson, actual: &Bson, has_free_arrays: bool) -> bool {
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
    let mut left: Vec<&Bson> = actual.iter().collect();
    expected.iter().all(|wanted| {
        let found = left.iter().position(|candidate| values_agree(wanted, candidate, has_free_arrays));
        found.map(|place| left.swap_remove(place)).is_some()
    })
}

fn doubles_agree(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

/// Decimals agree where their text does up to the last few of 34 digits, which depend on the library.
fn decimals_agree(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => doubles_agree(a, b),
        _ => false,
    }
}
