//! The p-value of a cross-table by simulation, where too few customers are expected for the chi-square distribution.
//!
//! Tables with the margins of the one at hand are drawn row by row, each cell from the hypergeometric distribution that the
//! cells before it leave (W. M. Patefield: Algorithm AS 159. Applied Statistics 30 (1981), 91–97). With `b` of `n` drawn
//! tables at least as far from independence: `p = (b + 1)/(n + 1)` (A. C. A. Hope, 1968).
//! Invariant: the same table gives the same p-value everywhere.

use fastrand::Rng;
use statrs::function::factorial::ln_factorial;

/// So many tables are drawn.
const DRAWS: u32 = 1999;
/// Where they begin.
const SEED: u64 = 1981;

/// The p-value of a table of whole counts whose margins are all above zero.
pub(crate) fn p_value(table: &[Vec<f64>], expected: &[Vec<f64>], chi_square: f64) -> f64 {
    of_draws(DRAWS, table, expected, chi_square)
}

fn of_draws(draws: u32, table: &[Vec<f64>], expected: &[Vec<f64>], chi_square: f64) -> f64 {
    let rows: Vec<u64> = table.iter().map(|row| row.iter().sum::<f64>() as u64).collect();
    let width = table.first().map_or(0, Vec::len);
    let columns: Vec<u64> = (0..width).map(|j| table.iter().map(|row| row[j]).sum::<f64>() as u64).collect();
    let mut rng = Rng::with_seed(SEED);
    // Sums of the same terms in another order differ in their last digits.
    let far = chi_square * (1.0 - 1e-9);
    let as_far = (0..draws).filter(|_| drawn(&rows, &columns, expected, &mut rng) >= far).count();
    (as_far as f64 + 1.0) / (f64::from(draws) + 1.0)
}

/// The chi-square of one table that is drawn.
fn drawn(rows: &[u64], columns: &[u64], expected: &[Vec<f64>], rng: &mut Rng) -> f64 {
    let mut left: Vec<u64> = columns.to_vec();
    let mut chi_square = 0.0;
    for (row, expected) in rows.iter().zip(expected) {
        let (mut to_place, mut population) = (*row, left.iter().sum::<u64>());
        for (left, expected) in left.iter_mut().zip(expected) {
            let cell = hypergeometric(population, *left, to_place, rng.f64());
            population -= *left;
            to_place -= cell;
            *left -= cell;
            chi_square += (cell as f64 - expected).powi(2) / expected;
        }
    }
    chi_square
}

/// How many of `n` that are taken out of a population are among its `marked`, for a number `u` from 0 to 1: the values from
/// the likeliest outwards until their probabilities reach `u`.
pub(super) fn hypergeometric(population: u64, marked: u64, n: u64, u: f64) -> u64 {
    let (least, most) = (n.saturating_sub(population - marked), n.min(marked));
    if least == most {
        return least;
    }
    let likeliest = ((n + 1) as f64 * (marked + 1) as f64 / (population + 2) as f64) as u64;
    let likeliest = likeliest.clamp(least, most);
    let choose = |n: u64, k: u64| ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k);
    let ln = choose(marked, likeliest) + choose(population - marked, n - likeliest) - choose(population, n);
    let at_likeliest = ln.exp();
    let unmarked = population - marked;
    // The probability of `k + 1` in units of that of `k`.
    let next = |k: u64| (marked - k) as f64 * (n - k) as f64 / ((k + 1) as f64 * (unmarked + k + 1 - n) as f64);
    let (mut up, mut at_up) = (likeliest, at_likeliest);
    let (mut down, mut at_down) = (likeliest, at_likeliest);
    let mut reached = at_likeliest;
    loop {
        if reached >= u {
            return likeliest;
        }
        if up < most {
            at_up *= next(up);
            up += 1;
            reached += at_up;
            if reached >= u {
                return up;
            }
        }
        if down > least {
            at_down /= next(down - 1);
            down -= 1;
            reached += at_down;
            if reached >= u {
                return down;
            }
        }
        // Rounding leaves a trace of the whole.
        if up == most && down == least {
            return likeliest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::chi_square::{chi_square, expected};

    #[test]
    fn agrees_with_scipy() {
        // 200,000 tables of scipy.stats.random_table(rows, columns); by the distribution 0.00002, 0.0143 and 0.0245.
        for (table, p) in [
            (vec![vec![3.0, 1.0], vec![1.0, 30.0]], 0.002_26),
            (vec![vec![1.0, 9.0, 3.0], vec![4.0, 2.0, 8.0]], 0.014_635),
            (vec![vec![2.0, 27.0], vec![5.0, 200.0], vec![1.0, 3.0]], 0.039_24),
        ] {
            let (test, few) = chi_square(&table).unwrap();
            let many = of_draws(200_000, &table, &expected(&table), test.chi_square);
            assert!((many - p).abs() < 0.0015, "{many}");
            assert!(test.is_simulated && (few - p).abs() < 0.015, "{few}");
            assert_eq!(chi_square(&table).unwrap().1, few, "the same every time");
        }
    }

    #[test]
    fn cells_are_drawn_as_often_as_their_probability_says() {
        // scipy.stats.hypergeom(20, 7, 12).cdf(3)
        assert_eq!(hypergeometric(20, 7, 12, 1e-9), 4);
        let n = 10_000;
        let draws = (0..n).map(|i| hypergeometric(20, 7, 12, (f64::from(i) + 0.5) / f64::from(n)));
        let at_most_three = draws.filter(|k| *k <= 3).count() as f64 / f64::from(n);
        assert!((at_most_three - 0.250_773_99).abs() < 2e-3, "{at_most_three}");
        assert_eq!(hypergeometric(10, 10, 4, 0.9), 4);
        assert_eq!(hypergeometric(10, 0, 4, 0.9), 0);
    }
}
