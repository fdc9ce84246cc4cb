//! Where the numbers of a column lie among all constants that a plan compares them with.
//!
//! In: the cuts that the plan's expressions make, and a block's numbers. Out: the rank of each: how many cuts it reaches; behind
//! those, not-a-number, and where there is no number.
//! Invariant: a rank tells the interval of every expression that made cuts, so that it is looked for once a block.

use std::sync::OnceLock;

use super::shape::{Lane, Numbers};

/// More cuts than these leave no room for ranks.
const MOST_CUTS: usize = 60_000;
/// Up to so many cuts are counted one after the other, many rows at once; among more the place is looked up.
const MOST_COUNTED: usize = 12;
/// So many cells of equal width lie between the first and the last cut.
const CELLS: usize = 2048;

/// The cuts of a column, and what finds a number's rank among them.
#[derive(Debug, Default)]
pub(crate) struct Ranking {
    /// Rising, each once.
    cuts: Vec<f64>,
    grid: OnceLock<Grid>,
    /// The rank of each code, where the column has codes.
    by_code: OnceLock<Vec<u16>>,
}

/// Cells of equal width. Invariant: a cell further on holds no smaller number.
#[derive(Debug)]
struct Grid {
    low: f64,
    cells_a_unit: f64,
    /// How many cuts lie before each cell, and behind the last one all of them.
    starts: Vec<u16>,
}

impl Ranking {
    /// Takes the cuts of one more expression, while the plan is made; not where there are too many.
    pub(crate) fn add(&mut self, cuts: &[f64]) -> bool {
        let mut all = [&self.cuts[..], cuts].concat();
        all.sort_by(f64::total_cmp);
        all.dedup();
        let has_room = all.len() <= MOST_CUTS;
        if has_room {
            self.cuts = all;
        }
        has_room
    }

    /// What an expression's own cuts make of each rank; `nan` and `absent` stand for what is behind the cuts.
    pub(crate) fn own_codes(&self, own: &[f64], nan: u16, absent: u16) -> Vec<u16> {
        let reached = |cut: &f64| own.partition_point(|own| own <= cut) as u16;
        let ranks = std::iter::once(0).chain(self.cuts.iter().map(reached));
        ranks.chain([nan, absent]).collect()
    }

    fn nan(&self) -> u16 {
        self.cuts.len() as u16 + 1
    }

    fn absent(&self) -> u16 {
        self.cuts.len() as u16 + 2
    }

    /// The ranks of a column with codes; `decoded` has the number of each code.
    pub(crate) fn of_codes(&self, (lane, absent): &(Lane, Vec<bool>), codes: &[u16]) -> Vec<u16> {
        let by_code = self.by_code.get_or_init(|| {
            let mut ranks = self.of_doubles(&lane.to_doubles());
            ranks.iter_mut().zip(absent).filter(|(_, absent)| **absent).for_each(|(rank, _)| *rank = self.absent());
            ranks
        });
        codes.iter().map(|code| by_code[usize::from(*code)]).collect()
    }

    /// The ranks of numbers.
    pub(crate) fn of_numbers(&self, numbers: &Numbers) -> Vec<u16> {
        let mut ranks = self.of_doubles(&numbers.lane.to_doubles());
        if let Some(absent) = &numbers.absent {
            let gone = ranks.iter_mut().zip(absent.iter()).filter(|(_, absent)| **absent);
            gone.for_each(|(rank, _)| *rank = self.absent());
        }
        ranks
    }

    fn of_doubles(&self, doubles: &[f64]) -> Vec<u16> {
        let mut ranks = vec![0_u16; doubles.len()];
        if self.cuts.len() <= MOST_COUNTED {
            for cut in &self.cuts {
                ranks.iter_mut().zip(doubles).for_each(|(rank, x)| *rank += u16::from(x >= cut));
            }
        } else {
            let grid = self.grid.get_or_init(|| Grid::new(&self.cuts));
            ranks.iter_mut().zip(doubles).for_each(|(rank, x)| *rank = grid.rank(*x, &self.cuts));
        }
        ranks.iter_mut().zip(doubles).filter(|(_, x)| x.is_nan()).for_each(|(rank, _)| *rank = self.nan());
        ranks
    }
}

impl Grid {
    fn new(cuts: &[f64]) -> Self {
        let (low, high) = (cuts.first().copied().unwrap_or(0.0), cuts.last().copied().unwrap_or(0.0));
        let mut grid = Self { low, cells_a_unit: CELLS as f64 / (high - low), starts: Vec::new() };
        let cells: Vec<usize> = cuts.iter().map(|cut| grid.cell(*cut)).collect();
        grid.starts = (0..=CELLS).map(|cell| cells.partition_point(|of| *of < cell) as u16).collect();
        grid
    }

    /// The cell of a number. Why it never falls: subtracting, multiplying by what is positive and rounding keep the order, also
    /// where they overflow; a quotient that is no number puts all into the first cell.
    fn cell(&self, x: f64) -> usize {
        (((x - self.low) * self.cells_a_unit) as usize).min(CELLS - 1)
    }

    fn rank(&self, x: f64, cuts: &[f64]) -> u16 {
        let cell = self.cell(x);
        let (start, end) = (self.starts[cell], self.starts[cell + 1]);
        let reached = cuts[usize::from(start)..usize::from(end)].partition_point(|cut| *cut <= x);
        start + reached as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cuts: &[f64], numbers: &[f64]) {
        let mut ranking = Ranking::default();
        // In two parts, as two expressions bring them.
        assert!(ranking.add(&cuts[cuts.len() / 2..]) && ranking.add(&cuts[..cuts.len() / 2]));
        let ranks = ranking.of_doubles(numbers);
        for (x, rank) in numbers.iter().zip(ranks) {
            let wanted = if x.is_nan() { ranking.cuts.len() + 1 } else { ranking.cuts.partition_point(|cut| cut <= x) };
            assert_eq!(usize::from(rank), wanted, "{x} among {cuts:?}");
        }
    }

    #[test]
    fn a_rank_is_how_many_cuts_a_number_reaches() {
        let even: Vec<f64> = (0..300).map(|i| f64::from(i) * 0.1).collect();
        let uneven: Vec<f64> = (0..40).map(|i| 1.5_f64.powi(i) - 3.0).collect();
        let endless: Vec<f64> = even.iter().copied().chain([f64::INFINITY, f64::NEG_INFINITY]).collect();
        let huge: Vec<f64> = (0..20).map(|i| (f64::from(i) - 10.0) * 1.5e307).collect();
        for cuts in [&even[..], &uneven, &endless, &huge, &even[..1], &even[..5]] {
            let near = cuts.iter().flat_map(|cut| [cut.next_down(), *cut, cut.next_up()]);
            let others = [f64::NAN, -0.0, 0.0, f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY, 7.3];
            check(cuts, &near.chain(others).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_rank_tells_the_interval_among_fewer_cuts() {
        let mut ranking = Ranking::default();
        assert!(ranking.add(&[1.0, 3.0]) && ranking.add(&[2.0, 3.0]));
        assert_eq!(ranking.own_codes(&[1.0, 3.0], 8, 9), [0, 1, 1, 2, 8, 9]);
        assert_eq!(ranking.own_codes(&[2.0, 3.0], 8, 9), [0, 0, 1, 2, 8, 9]);
        let many: Vec<f64> = (0..=MOST_CUTS).map(|i| i as f64).collect();
        assert!(!ranking.add(&many) && ranking.cuts == [1.0, 2.0, 3.0]);
    }
}
