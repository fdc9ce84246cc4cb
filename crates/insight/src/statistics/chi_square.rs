//! Pearson's chi-square test of independence, with Cramér's V as effect size.
//!
//! K. Pearson, Philosophical Magazine 50 (1900), 157–175; H. Cramér: Mathematical Methods of Statistics (1946), 282.
//! `χ² = Σ (observed − expected)² / expected`, `V = √(χ² / (n·(min(rows, columns) − 1)))`. The approximation by the
//! chi-square distribution is rough where a cell expects fewer than five (W. G. Cochran 1954): the caller notes it.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use crate::{Family, Test};

/// A test with what must be noted about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tested {
    /// The test.
    pub test: Test,
    /// How many of its cells expect fewer than five customers.
    pub n_sparse: usize,
    /// How many cells it has.
    pub n_cells: usize,
}

/// What would be expected in each cell of a cross-table if rows and columns were independent.
pub(crate) fn expected(table: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let width = table.first().map_or(0, Vec::len);
    let columns: Vec<f64> = (0..width).map(|j| table.iter().map(|row| row[j]).sum()).collect();
    let n: f64 = columns.iter().sum();
    let of_row = |row: &Vec<f64>| {
        let sum: f64 = row.iter().sum();
        columns.iter().map(|column| sum * column / n).collect()
    };
    table.iter().map(of_row).collect()
}

/// Tests a cross-table of counts (rows of equal length). Empty rows and columns say nothing and are left out; none
/// where fewer than two of either remain.
pub(crate) fn chi_square(table: &[Vec<f64>]) -> Option<Tested> {
    let width = table.first().map_or(0, Vec::len);
    let kept: Vec<usize> = (0..width).filter(|&j| table.iter().any(|row| row[j] > 0.0)).collect();
    let rows = table.iter().filter(|row| row.iter().any(|count| *count > 0.0));
    let table: Vec<Vec<f64>> = rows.map(|row| kept.iter().map(|&j| row[j]).collect()).collect();
    let smaller = table.len().min(kept.len());
    if smaller < 2 {
        return None;
    }
    let expected = expected(&table);
    let cells = || table.iter().flatten().zip(expected.iter().flatten());
    let chi_square: f64 = cells().map(|(observed, expected)| (observed - expected).powi(2) / expected).sum();
    let n: f64 = table.iter().flatten().sum();
    let degrees_of_freedom = u32::try_from((table.len() - 1) * (kept.len() - 1)).ok()?;
    let distribution = ChiSquared::new(f64::from(degrees_of_freedom)).ok()?;
    let p_value = distribution.sf(chi_square).clamp(0.0, 1.0);
    let test = Test {
        chi_square,
        degrees_of_freedom,
        p_value,
        unadjusted: p_value,
        family: Family::Unjudged,
        cramers_v: (chi_square / (n * (smaller - 1) as f64)).sqrt().min(1.0),
    };
    let n_sparse = cells().filter(|(_, expected)| **expected < 5.0).count();
    Some(Tested { test, n_sparse, n_cells: table.len() * kept.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(table: &[&[f64]], chi_square_is: f64, degrees: u32, p: f64, v: f64) {
        let table: Vec<Vec<f64>> = table.iter().map(|row| row.to_vec()).collect();
        let test = chi_square(&table).unwrap().test;
        assert!((test.chi_square - chi_square_is).abs() < 1e-9, "{test:?}");
        assert_eq!(test.degrees_of_freedom, degrees);
        assert!((test.p_value / p - 1.0).abs() < 1e-6, "{test:?}");
        assert!((test.cramers_v - v).abs() < 1e-9, "{test:?}");
    }

    #[test]
    fn agrees_with_scipy() {
        // scipy.stats.chi2_contingency(table, correction=False); the last is closures by months inactive.
        check(
            &[&[10.0, 20.0, 30.0], &[6.0, 9.0, 17.0]],
            0.271_574_651_504_035_04,
            2,
            0.873_028_283_380_073,
            0.054_331_375_704_222_92,
        );
        check(
            &[&[12.0, 5.0], &[3.0, 9.0]],
            5.854_831_932_773_11,
            1,
            0.015_534_341_414_683_461,
            0.449_322_552_630_647_6,
        );
        check(
            &[&[14.0, 2133.0, 2777.0, 3020.0, 305.0, 146.0, 105.0], &[15.0, 100.0, 505.0, 826.0, 130.0, 32.0, 19.0]],
            396.456_199_340_937_7,
            6,
            1.615_519_802_259_486_3e-82,
            0.197_859_634_114_645_94,
        );
    }

    #[test]
    fn empty_rows_and_columns_are_left_out() {
        assert_eq!(chi_square(&[vec![5.0, 0.0], vec![7.0, 0.0]]), None);
        let with_empty = chi_square(&[vec![12.0, 0.0, 5.0], vec![3.0, 0.0, 9.0], vec![0.0; 3]]).unwrap();
        assert_eq!((with_empty.test.degrees_of_freedom, with_empty.n_cells), (1, 4));
    }

    #[test]
    fn sparse_cells_are_counted() {
        assert_eq!(chi_square(&[vec![3.0, 1.0], vec![1.0, 30.0]]).unwrap().n_sparse, 3);
    }
}
