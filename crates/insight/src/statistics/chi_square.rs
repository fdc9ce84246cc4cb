//! Pearson's chi-square test of independence, with Cramér's V as effect size.
//!
//! K. Pearson, Philosophical Magazine 50 (1900), 157–175: `χ² = Σ (observed − expected)² / expected`. The approximation by
//! the chi-square distribution is rough where a cell expects fewer than five (W. G. Cochran 1954): there the p-value is
//! simulated. V (H. Cramér 1946) is corrected for what chance alone gives (W. Bergsma: A bias-correction for Cramér's V and
//! Tschuprow's T. Journal of the Korean Statistical Society 42 (2013), 323–328): with `φ² = χ²/n` of `r` rows and `c` columns,
//! `φ̃² = max(0, φ² − (r−1)(c−1)/(n−1))`, `r̃ = r − (r−1)²/(n−1)`, `c̃` alike, `Ṽ = √(φ̃² / (min(r̃, c̃) − 1))`.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::simulated;

/// Below this p-value no table is simulated: so many draws cannot tell it from none.
const SURE: f64 = 1e-6;

/// A chi-square test of independence behind a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Independence {
    /// Pearson's chi-square.
    pub chi_square: f64,
    /// Its degrees of freedom.
    pub degrees_of_freedom: u32,
    /// Cramér's V, corrected for chance, 0 to 1.
    pub cramers_v: f64,
    /// Cohen's w, corrected alike: `φ̃`.
    pub w: f64,
    /// Whether its p-value is simulated, since few customers are expected in some cell.
    pub is_simulated: bool,
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

/// How strong the association of a cross-table is: Cramér's V, corrected for chance; none of fewer than two rows or columns.
pub(crate) fn cramers_v(table: &[Vec<f64>]) -> Option<f64> {
    let table = without_empty(table)?;
    let expected = expected(&table);
    Some(effect(&table, statistic(&table, &expected)).0)
}

/// The table without empty rows and columns.
fn without_empty(table: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let width = table.first().map_or(0, Vec::len);
    let kept: Vec<usize> = (0..width).filter(|&j| table.iter().any(|row| row[j] > 0.0)).collect();
    let rows = table.iter().filter(|row| row.iter().any(|count| *count > 0.0));
    let table: Vec<Vec<f64>> = rows.map(|row| kept.iter().map(|&j| row[j]).collect()).collect();
    (table.len().min(kept.len()) > 1).then_some(table)
}

fn statistic(table: &[Vec<f64>], expected: &[Vec<f64>]) -> f64 {
    let cells = table.iter().flatten().zip(expected.iter().flatten());
    cells.map(|(observed, expected)| (observed - expected).powi(2) / expected).sum()
}

/// V and φ̃.
fn effect(table: &[Vec<f64>], chi_square: f64) -> (f64, f64) {
    let (rows, columns) = (table.len(), table.first().map_or(0, Vec::len));
    let n: f64 = table.iter().flatten().sum();
    let phi_squared = (chi_square / n - ((rows - 1) * (columns - 1)) as f64 / (n - 1.0)).max(0.0);
    let corrected = |size: usize| size as f64 - ((size - 1) as f64).powi(2) / (n - 1.0);
    let smaller = corrected(rows).min(corrected(columns)) - 1.0;
    let cramers_v = if smaller > 0.0 { (phi_squared / smaller).sqrt().min(1.0) } else { 0.0 };
    (cramers_v, phi_squared.sqrt())
}

/// Tests a cross-table of counts (rows of equal length), and gives the p-value. Empty rows and columns say nothing and are
/// left out; none where fewer than two of either remain.
pub(crate) fn chi_square(table: &[Vec<f64>]) -> Option<(Independence, f64)> {
    let table = without_empty(table)?;
    let expected = expected(&table);
    let chi_square = statistic(&table, &expected);
    let degrees_of_freedom = u32::try_from((table.len() - 1) * (table.first()?.len() - 1)).ok()?;
    let distribution = ChiSquared::new(f64::from(degrees_of_freedom)).ok()?;
    let rough = distribution.sf(chi_square).clamp(0.0, 1.0);
    let is_simulated = rough > SURE && expected.iter().flatten().any(|expected| *expected < 5.0);
    let p_value = if is_simulated { simulated::p_value(&table, &expected, chi_square) } else { rough };
    let (cramers_v, w) = effect(&table, chi_square);
    Some((Independence { chi_square, degrees_of_freedom, cramers_v, w, is_simulated }, p_value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(table: &[&[f64]], chi_square_is: f64, degrees: u32, p: f64, v: f64) {
        let table: Vec<Vec<f64>> = table.iter().map(|row| row.to_vec()).collect();
        let (test, p_value) = chi_square(&table).unwrap();
        assert!((test.chi_square - chi_square_is).abs() < 1e-9, "{test:?}");
        assert_eq!(test.degrees_of_freedom, degrees);
        assert!((p_value / p - 1.0).abs() < 1e-6, "{p_value}");
        assert!((test.cramers_v - v).abs() < 1e-9, "{test:?}");
    }

    #[test]
    fn agrees_with_scipy() {
        // scipy.stats.chi2_contingency(table, correction=False) and V by Bergsma's formula; the last is closures by months
        // inactive.
        check(&[&[10.0, 20.0, 30.0], &[6.0, 9.0, 17.0]], 0.271_574_651_504_035_04, 2, 0.873_028_283_380_073, 0.0);
        check(
            &[&[12.0, 5.0], &[3.0, 9.0]],
            5.854_831_932_773_11,
            1,
            0.015_534_341_414_683_461,
            0.415_127_877_507_757_7,
        );
        check(
            &[&[14.0, 2133.0, 2777.0, 3020.0, 305.0, 146.0, 105.0], &[15.0, 100.0, 505.0, 826.0, 130.0, 32.0, 19.0]],
            396.456_199_340_937_7,
            6,
            1.615_519_802_259_486_3e-82,
            0.196_366_261_693_472_18,
        );
    }

    #[test]
    fn empty_rows_and_columns_are_left_out() {
        assert_eq!(chi_square(&[vec![5.0, 0.0], vec![7.0, 0.0]]), None);
        let with_empty = chi_square(&[vec![12.0, 0.0, 5.0], vec![3.0, 0.0, 9.0], vec![0.0; 3]]).unwrap();
        assert_eq!(with_empty.0.degrees_of_freedom, 1);
    }
}
