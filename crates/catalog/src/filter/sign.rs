//! The signs of comparisons, and how two of them make a range.

use pipeline::ast::Comparison;

/// All of them, each before those that it starts with; as headings write them, too.
pub(super) const SIGNS: [(&str, Comparison); 11] = [
    ("≠", Comparison::Ne),
    ("≤", Comparison::Lte),
    ("≥", Comparison::Gte),
    ("==", Comparison::Eq),
    ("!=", Comparison::Ne),
    ("<>", Comparison::Ne),
    ("<=", Comparison::Lte),
    (">=", Comparison::Gte),
    ("=", Comparison::Eq),
    ("<", Comparison::Lt),
    (">", Comparison::Gt),
];

/// The comparison that says the same with its sides exchanged.
pub(super) fn turned(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Eq => Comparison::Eq,
        Comparison::Ne => Comparison::Ne,
        Comparison::Gt => Comparison::Lt,
        Comparison::Gte => Comparison::Lte,
        Comparison::Lt => Comparison::Gt,
        Comparison::Lte => Comparison::Gte,
    }
}

/// Whether two signs of a range point the same way: `30 <= Customer_Age < 40`.
pub(super) fn same_way(first: Comparison, second: Comparison) -> bool {
    let is_down = |sign| matches!(sign, Comparison::Gt | Comparison::Gte);
    (is_upward(first) && is_upward(second)) || (is_down(first) && is_down(second))
}

/// Whether what stands before the sign is the smaller.
pub(super) fn is_upward(sign: Comparison) -> bool {
    matches!(sign, Comparison::Lt | Comparison::Lte)
}
