//! The groups of a number where columns are held against each other: the catalog's bands, or bins by quantile.
//!
//! In: a column in bins, and its bands. Out: the bands. Invariant: none that leave nearly all customers in one group.

use catalog::{Candidate, Dimension};
use pipeline::ast::Expr;

use crate::bins::Binned;
use crate::groups;

/// A group with more of the customers leaves too few for the others to tell much.
pub(super) const LUMPED: f64 = 0.9;

/// The catalog's bands of a column, unless one of them has nearly all customers: then the column's own bins tell more.
pub(super) fn band<'a>(binned: &Binned<'_>, candidate: &'a Candidate) -> Option<&'a Dimension> {
    candidate.band.as_ref().filter(|band| !is_lumped(binned, band))
}

/// Whether one band has nearly all customers, by where the column's bins begin.
fn is_lumped(binned: &Binned<'_>, band: &Dimension) -> bool {
    let mut edges = Vec::new();
    add_edges(&band.expr, &mut edges);
    let mut customers = vec![0.0; edges.len() + 1];
    for bin in &binned.bins {
        let Some(low) = groups::numeric(&bin.low) else { return false };
        customers[edges.iter().filter(|edge| **edge <= low).count()] += bin.counts.customers();
    }
    binned.is_cut && customers.into_iter().fold(0.0, f64::max) > LUMPED * binned.customers()
}

/// The numbers that an expression compares with.
fn add_edges(expr: &Expr, edges: &mut Vec<f64>) {
    if let Expr::Call { operator, args } = expr
        && operator.comparison().is_some()
    {
        let number = |arg: &Expr| if let Expr::Literal(value) = arg { groups::numeric(value) } else { None };
        edges.extend(args.iter().filter_map(number));
    }
    for part in expr.parts() {
        add_edges(part, edges);
    }
}

#[cfg(test)]
mod tests {
    use bson::Bson;
    use catalog::Catalog;
    use contract::Contract;
    use pipeline::ast::Predicate;

    use super::*;
    use crate::bins::Bin;
    use crate::statistics::evidence::Counts;

    #[test]
    fn bands_that_one_group_fills_give_way_to_the_bins() {
        let catalog = Catalog::built_in(&Contract::card()).unwrap();
        let (spend, band) = (catalog.dimension("Total_Trans_Amt").unwrap(), catalog.dimension("spend_band").unwrap());
        let is_lumped = |lows: &[i32]| {
            let bin = |low: &i32| Bin {
                name: low.to_string(),
                low: Bson::Int32(*low),
                counts: Counts { closed: 10.0, open: 90.0 },
                evidence: None,
                filter: Predicate::And(Vec::new()),
            };
            let bins = lows.iter().map(bin).collect();
            let unknown = Counts::default();
            let binned = Binned { dimension: &spend, bins, is_cut: true, unknown, all: 1000.0, without_outcome: 0.0 };
            super::is_lumped(&binned, &band)
        };
        assert!(is_lumped(&[50, 100, 150, 200, 300, 400, 600, 900, 1200, 1500]));
        assert!(!is_lumped(&[50, 100, 150, 200, 300, 400, 600, 900, 2500, 4500]));
        assert!(!is_lumped(&[500, 2000, 3000, 4000, 4500, 5000, 7000, 8000, 12_000, 15_000]));
        // Of ten customers nine are lumped only where it is more than that.
        assert!(!is_lumped(&[50, 100, 150, 200, 300, 400, 600, 900, 1200, 2500]));
    }
}
