//! What two columns have to do with each other, over all rows.
//!
//! In: each row's cells. Out: which columns are equal, which determine each other, which follow from the ranges of another.
//! Invariant: a pair that a row contradicts is gone for good, so most pairs are gone after a few rows.

use crate::column::Cell;

/// Columns beyond these are not compared.
const MOST_COLUMNS: usize = 200;
/// Ranges are looked for with no more values.
const MOST_RANGES: usize = 64;
const NONE: u16 = u16::MAX;

/// Two columns of few values, and what each makes of the other.
#[derive(Debug)]
struct Two {
    a: usize,
    b: usize,
    /// For each value of `a` that of `b`, while it has one.
    a_to_b: Option<Vec<u16>>,
    b_to_a: Option<Vec<u16>>,
}

/// Numbers of one column, by the values of another.
#[derive(Debug)]
struct Ranges {
    numbers: usize,
    values: usize,
    /// The least and the greatest number of each value; no two overlap.
    spans: Vec<Option<(f64, f64)>>,
}

/// The pairs of columns that no row has contradicted so far.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    equal: Vec<(usize, usize)>,
    twos: Vec<Two>,
    ranges: Vec<Ranges>,
}

impl Pairs {
    /// All pairs of so many columns.
    pub(crate) fn new(n_columns: usize) -> Self {
        let n = n_columns.min(MOST_COLUMNS);
        let mut pairs = Self::default();
        for a in 0..n {
            for b in 0..n {
                if a < b {
                    pairs.equal.push((a, b));
                    pairs.twos.push(Two { a, b, a_to_b: Some(Vec::new()), b_to_a: Some(Vec::new()) });
                }
                if a != b {
                    pairs.ranges.push(Ranges { numbers: a, values: b, spans: Vec::new() });
                }
            }
        }
        pairs
    }

    /// Takes the cells of a row.
    pub(crate) fn add(&mut self, row: &[Cell]) {
        self.equal.retain(|(a, b)| is_equal(row[*a], row[*b]));
        self.twos.retain_mut(|two| two.add(row));
        self.ranges.retain_mut(|ranges| ranges.add(row));
    }

    /// Columns whose cells are equal in all rows, the first before the second.
    pub(crate) fn equal(&self) -> impl Iterator<Item = (usize, usize)> {
        self.equal.iter().copied()
    }

    /// Columns that determine each other, the first before the second.
    pub(crate) fn one_to_one(&self) -> impl Iterator<Item = (usize, usize)> {
        let both = |two: &&Two| two.a_to_b.is_some() && two.b_to_a.is_some();
        self.twos.iter().filter(both).map(|two| (two.a, two.b))
    }

    /// Whether the first determines the second.
    pub(crate) fn determines(&self, from: usize, to: usize) -> bool {
        self.twos.iter().any(|two| {
            (two.a == from && two.b == to && two.a_to_b.is_some())
                || (two.b == from && two.a == to && two.b_to_a.is_some())
        })
    }

    /// Whether each value of the second stands for a range of the first's numbers.
    pub(crate) fn ranges(&self, numbers: usize, values: usize) -> bool {
        self.ranges.iter().any(|ranges| ranges.numbers == numbers && ranges.values == values)
    }

    /// The least number of each value, by its code, where each stands for a range.
    pub(crate) fn starts(&self, values: usize) -> Option<Vec<Option<f64>>> {
        let ranges = self.ranges.iter().find(|ranges| ranges.values == values)?;
        Some(ranges.spans.iter().map(|span| span.map(|(min, _)| min)).collect())
    }
}

fn is_equal(one: Cell, other: Cell) -> bool {
    one.hash == other.hash || (one.number.is_some() && one.number == other.number)
}

impl Two {
    fn add(&mut self, row: &[Cell]) -> bool {
        let (Some(a), Some(b)) = (row[self.a].code, row[self.b].code) else { return false };
        follow(&mut self.a_to_b, a, b);
        follow(&mut self.b_to_a, b, a);
        self.a_to_b.is_some() || self.b_to_a.is_some()
    }
}

/// Keeps what a value leads to; nothing is left where it led to another before.
fn follow(map: &mut Option<Vec<u16>>, from: u16, to: u16) {
    let Some(targets) = map else { return };
    let from = usize::from(from);
    if from >= targets.len() {
        targets.resize(from + 1, NONE);
    }
    match targets[from] {
        NONE => targets[from] = to,
        known if known == to => {}
        _ => *map = None,
    }
}

impl Ranges {
    fn add(&mut self, row: &[Cell]) -> bool {
        let (number, value) = (row[self.numbers], row[self.values]);
        let Some(code) = value.code.map(usize::from).filter(|code| *code < MOST_RANGES) else { return false };
        if !number.is_answer || !value.is_answer {
            return true;
        }
        let Some(number) = number.number else { return false };
        if code >= self.spans.len() {
            self.spans.resize(code + 1, None);
        }
        let span = match self.spans[code] {
            Some((min, max)) if (min..=max).contains(&number) => return true,
            Some((min, max)) => (min.min(number), max.max(number)),
            None => (number, number),
        };
        self.spans[code] = Some(span);
        let others = self.spans.iter().enumerate().filter(|(other, _)| *other != code);
        let overlaps = |(min, max): (f64, f64)| min <= span.1 && max >= span.0;
        !others.filter_map(|(_, other)| *other).any(overlaps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns of small numbers, each its own code.
    fn pairs(rows: &[[u16; 3]]) -> Pairs {
        let mut pairs = Pairs::new(3);
        for row in rows {
            let cell = |n: &u16| Cell { code: Some(*n), hash: 0, number: Some(f64::from(*n)), is_answer: true };
            let cells: Vec<Cell> = row
                .iter()
                .map(cell)
                .enumerate()
                .map(|(i, cell)| Cell { hash: i as u64 * 100 + u64::from(row[i]), ..cell })
                .collect();
            pairs.add(&cells);
        }
        pairs
    }

    #[test]
    fn columns_that_determine_each_other_are_found() {
        let pairs = pairs(&[[0, 1, 5], [1, 0, 5], [0, 1, 6], [2, 0, 7]]);
        assert!(pairs.determines(0, 1) && !pairs.determines(1, 0));
        assert_eq!(pairs.one_to_one().count(), 0);
        let pairs = self::pairs(&[[0, 1, 0], [1, 0, 1], [0, 1, 0]]);
        assert_eq!(pairs.one_to_one().collect::<Vec<_>>(), [(0, 1), (0, 2), (1, 2)]);
        assert_eq!(pairs.equal().collect::<Vec<_>>(), [(0, 2)]);
    }

    #[test]
    fn values_that_stand_for_ranges_are_found() {
        let found = pairs(&[[20, 0, 0], [29, 0, 1], [30, 1, 0], [25, 0, 2], [44, 1, 0]]);
        assert!(found.ranges(0, 1) && !found.ranges(0, 2) && !found.ranges(2, 1));
        assert_eq!(found.starts(1), Some(vec![Some(20.0), Some(30.0)]));
        assert!(!pairs(&[[20, 0, 0], [30, 1, 0], [31, 0, 0]]).ranges(0, 1));
    }
}
