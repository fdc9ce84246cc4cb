//! Columns that hold two scales at once: `0.061` beside `61`, as a spreadsheet that expects a decimal comma leaves them.
//!
//! In: the numbers of each column, part by part. Out: a fault of the whole file for each column that looks so.
//! Invariant: a column in which a number of ten or more has parts is on one scale (money, charges), and so is one whose whole
//! numbers are small (counts, marks) or end in zeros as often as others do.

use diagnostic::{Action, Diagnostic, quote};

use crate::block::{Block, Cells};

/// Before the column's name, what accepts it.
pub(crate) const ACCEPTED: &str = "one_scale_of_";

/// From here on a whole number is large, and one with parts is no ratio.
const LARGE: f64 = 10.0;
/// So many digits after the point are told apart, and what they can become.
const MOST_DECIMALS: i32 = 3;
const MOST: f64 = 1000.0;
/// Large whole numbers are at least so many times the others, on average: honest ratios reach further than that by no leap.
const LEAP: f64 = 50.0;
/// So few numbers of a kind are chance, and so is one in so many.
const FEWEST: u64 = 3;
const ONE_IN: u64 = 1000;
/// Of so many whole numbers some end in zero, unless each was a fraction, which has no zero at its end.
const FEWEST_WITHOUT_ZERO: u64 = 30;

/// So many numbers are looked at together.
const TOGETHER: usize = 1024;
/// Numbers that are added side by side.
const LANES: usize = 4;

/// What the numbers of a column tell of its scale; `P` is the place of an example.
#[derive(Clone, Debug)]
pub(crate) struct Scale<P> {
    /// Whether a number is larger than a ratio and has parts.
    is_one: bool,
    n: u64,
    fractions: Side<P>,
    wholes: Side<P>,
    /// How many digits after the point the fractions have, at most three.
    decimals: i32,
    /// Whether a large whole number ends in zero.
    has_tens: bool,
}

/// The numbers on one of the two scales.
#[derive(Clone, Debug)]
struct Side<P> {
    n: u64,
    sum: f64,
    most: f64,
    first: Option<(f64, P)>,
}

impl<P> Side<P> {
    fn none() -> Self {
        Self { n: 0, sum: 0.0, most: 0.0, first: None }
    }

    fn add(&mut self, value: f64, place: impl FnOnce() -> P) {
        self.n += 1;
        self.sum += value;
        self.most = self.most.max(value);
        if self.first.is_none() {
            self.first = Some((value, place()));
        }
    }

    fn join<Q>(&mut self, other: Side<Q>, place: impl FnOnce(Q) -> P) {
        self.n += other.n;
        self.sum += other.sum;
        self.most = self.most.max(other.most);
        if let (None, Some((value, at))) = (&self.first, other.first) {
            self.first = Some((value, place(at)));
        }
    }

    fn mean(&self) -> f64 {
        self.sum / self.n as f64
    }
}

impl<P> Scale<P> {
    pub(crate) fn none() -> Self {
        Self { is_one: false, n: 0, fractions: Side::none(), wholes: Side::none(), decimals: 0, has_tens: false }
    }

    fn add(&mut self, value: f64, place: impl FnOnce() -> P) {
        let size = value.abs();
        self.n += 1;
        if size == size as i64 as f64 {
            if size >= LARGE {
                self.has_tens |= size as i64 % 10 == 0;
                self.wholes.add(size, place);
            }
        } else if size >= LARGE {
            self.is_one = true;
        } else {
            while self.decimals < MOST_DECIMALS {
                let shifted = size * 10_f64.powi(self.decimals);
                if (shifted - shifted.round()).abs() < 1e-6 {
                    break;
                }
                self.decimals += 1;
            }
            self.fractions.add(size, place);
        }
    }

    /// Takes numbers if all are small, and fractions before them have said all that these could beside how many and how large
    /// they are; whether it did.
    fn add_small(&mut self, values: &[f64]) -> bool {
        /// What is added to this and taken off again loses its part.
        const WHOLE: f64 = 4_503_599_627_370_496.0;
        let is_told = self.decimals == MOST_DECIMALS && self.fractions.first.is_some();
        if !is_told || !values.iter().fold(true, |all, value| all & (value.abs() < LARGE)) {
            return false;
        }
        let (mut sums, mut most, mut n) = ([0.0; LANES], [0.0; LANES], [0; LANES]);
        for some in values.chunks(LANES) {
            let mut sizes = [0.0; LANES];
            sizes[..some.len()].copy_from_slice(some);
            for (lane, size) in sizes.map(f64::abs).into_iter().enumerate() {
                let is_fraction = (size + WHOLE) - WHOLE != size;
                let fraction = if is_fraction { size } else { 0.0 };
                sums[lane] += fraction;
                most[lane] = if fraction > most[lane] { fraction } else { most[lane] };
                n[lane] += u64::from(is_fraction);
            }
        }
        self.n += values.len() as u64;
        self.fractions.n += n.iter().sum::<u64>();
        self.fractions.sum += sums.iter().sum::<f64>();
        self.fractions.most = most.into_iter().fold(self.fractions.most, f64::max);
        true
    }

    /// Takes what later rows tell, whose places are of another kind.
    pub(crate) fn join<Q>(&mut self, later: Scale<Q>, place: impl Fn(Q) -> P) {
        self.is_one |= later.is_one;
        self.n += later.n;
        self.fractions.join(later.fractions, &place);
        self.wholes.join(later.wholes, &place);
        self.decimals = self.decimals.max(later.decimals);
        self.has_tens |= later.has_tens;
    }

    fn is_two(&self) -> bool {
        let Self { fractions, wholes, .. } = self;
        let is_enough = |n: u64| n >= FEWEST && n.saturating_mul(ONE_IN) > self.n;
        let were_fractions = wholes.most < 10_f64.powi(self.decimals)
            || (wholes.most < MOST && !self.has_tens && wholes.n >= FEWEST_WITHOUT_ZERO);
        !self.is_one
            && is_enough(fractions.n)
            && is_enough(wholes.n)
            && were_fractions
            && wholes.mean() >= LEAP * fractions.mean()
    }

    /// What is wrong with a column that holds two scales, by its names in the file and in the contract; `None` where it does not.
    pub(crate) fn fault(self, header: &str, name: &str, place: impl Fn(P) -> String) -> Option<Diagnostic> {
        if !self.is_two() {
            return None;
        }
        let share = self.share();
        let (fraction, whole) = (self.fractions.first?, self.wholes.first?);
        let shown = |(value, at): (f64, P)| format!("`{value}` at {}", place(at));
        let message = format!(
            "the column `{}` holds two scales at once, which a spreadsheet that expects a decimal comma makes of a file (61 of 0.061): \
             {} beside {}, and {share}; export it again from its source",
            quote(header),
            shown(fraction),
            shown(whole)
        );
        Some(Diagnostic::new(message).hint_at(Action::AcceptRule(format!("{ACCEPTED}{name}"))))
    }

    /// What answers tell of a column whose two scales the user accepted; `None` where it does not hold two.
    pub(crate) fn note(&self, name: &str) -> Option<String> {
        self.is_two()
            .then(|| format!("accepted: the column `{}` holds two scales at once: {}", quote(name), self.share()))
    }

    /// How many of the numbers are on the second scale.
    fn share(&self) -> String {
        let Self { n, fractions, wholes, .. } = self;
        format!(
            "{} of its {n} numbers are whole ones from 10 to {}, {} are fractions up to {}",
            wholes.n, wholes.most, fractions.n, fractions.most
        )
    }
}

/// What a block tells of a column; a place is a row.
pub(crate) fn of_column(block: &Block, position: usize) -> Scale<usize> {
    let mut scale = Scale::none();
    let Cells::Decimal(values) = &block.columns[position] else { return scale };
    let valid = block.valid[position].as_deref();
    for (n, some) in values.chunks(TOGETHER).enumerate() {
        if valid.is_none() && scale.add_small(some) {
            continue;
        }
        for (value, row) in some.iter().zip(n * TOGETHER..) {
            if valid.is_none_or(|valid| valid[row]) {
                scale.add(*value, || row);
            }
            if scale.is_one {
                return scale;
            }
        }
    }
    scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_two(values: impl IntoIterator<Item = f64>) -> bool {
        let mut scale = Scale::none();
        values.into_iter().for_each(|value| scale.add(value, || ()));
        scale.is_two()
    }

    #[test]
    fn ratios_beside_their_thousandfold_are_two_scales() {
        assert!(is_two([0.061, 61.0, 0.105, 113.0, 0.0, 1.0, 217.0, 0.5]));
        assert!(is_two([1.335, 1.541, 2.594, 843.0, 760.0, 519.0]));
        // In percent.
        assert!(is_two([0.45, 0.07, 0.31, 45.0, 60.0, 99.0]));
        // What has three digits after the point became whole, and what has two stayed.
        assert!(is_two((1..1000).map(|n| if n % 10 == 0 { f64::from(n) / 1000.0 } else { f64::from(n) })));
        // One in two hundred.
        assert!(is_two((0..2000).map(|n| if n % 200 == 7 {
            f64::from(n % 900 + 60)
        } else {
            0.001 + f64::from(n) / 3000.0
        })));
    }

    #[test]
    fn small_numbers_are_taken_together_as_one_by_one() {
        let values: Vec<f64> =
            (0..1003).map(|n| f64::from(n % 400) / 40.0 * if n % 3 == 0 { -1.0 } else { 1.0 }).collect();
        let (mut together, mut single) = (Scale::none(), Scale::none());
        assert!(!together.add_small(&values));
        for scale in [&mut together, &mut single] {
            scale.add(0.123, || ());
        }
        assert!(!together.add_small(&[0.5, 10.0]));
        assert!(together.add_small(&values));
        for value in &values {
            single.add(*value, || ());
        }
        assert!((together.fractions.sum - single.fractions.sum).abs() < 1e-9);
        assert_eq!(
            (together.n, together.fractions.n, together.fractions.most, together.wholes.n),
            (single.n, single.fractions.n, single.fractions.most, 0)
        );
    }

    #[test]
    fn honest_columns_are_on_one_scale() {
        let ratios = [0.0, 1.0, 2.0, 0.5, 0.061, 1.335, 3.714];
        assert!(!is_two(ratios));
        // One number in two thousand is chance.
        assert!(!is_two((0..8000).map(|n| if n % 2000 == 7 { 61.0 } else { 0.001 + f64::from(n) / 9000.0 })));
        // Money, whole or not; charges; salaries.
        assert!(!is_two([12691.0, 8256.0, 3418.0, 1438.3, 4010.0, 1437.3]));
        assert!(!is_two([29.85, 56.95, 70.0, 20.0, 99.65, 1840.75]));
        assert!(!is_two([0.99, 4.99, 120.0, 300.0, 450.0, 9.5]));
        // Marks, hours, doses.
        assert!(!is_two((0..60).map(|n| f64::from(n) / 4.0)));
        assert!(!is_two([1.5, 2.5, 7.5, 8.0, 10.0, 10.0, 12.0, 40.0, 0.5]));
        assert!(!is_two([0.5, 2.5, 10.0, 50.0, 100.0, 250.0, 500.0, 1.25]));
        assert!(!is_two([]));
    }
}
