//! Which columns go together: Spearman's rank correlation of numbers, Cramér's V of categories.
//!
//! In: the values of each column, from which ranks are made; then the rows of the pipelines that these go into. Out: a [`Matrix`]
//! of each kind. C. Spearman, The American Journal of Psychology 15 (1904), 72–101: the correlation of ranks, ties having the
//! mean of theirs. Columns of many values are ranked in groups of about equal size, which moves it by less than 0.01. V is
//! corrected for chance as in `statistics::chi_square`.
//! Invariant: a matrix is symmetric; a pair of which nothing can be said is none; a pair counts the customers who have both.

use bson::{Bson, Document};
use catalog::{About, Catalog, Dimension, QualityQuestion, Ranked, own_sums, pair_sums};
use contract::{Contract, Role};

use super::values::Values;
use super::{answered, find};
use crate::groups::numeric;
use crate::statistics::chi_square::cramers_v;
use crate::words::list;

/// So many groups are numbers of many values ranked in.
const MOST_RANKS: usize = 20;
/// So many columns of numbers, and of categories, have room in a matrix.
const MOST_NUMBERS: usize = 20;
const MOST_CATEGORIES: usize = 20;
/// Categories of more values are no categories.
const MOST_NAMES: usize = 30;
/// Of fewer customers a correlation says nothing.
const FEWEST: f64 = 30.0;

/// Pairs below this are not told in words: Cohen (1988) calls 0.5 a large correlation, and 0.3 a medium one.
const LARGE: f64 = 0.5;
const MEDIUM: f64 = 0.3;
/// So many pairs are told.
const MOST_TOLD: usize = 6;

/// What the figures of a matrix are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Association {
    /// Spearman's rank correlation, −1 to 1.
    Spearman,
    /// Cramér's V, 0 to 1.
    CramersV,
}

/// How much each pair of columns goes together.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// What its figures are.
    pub association: Association,
    /// The headings of its columns, which are those of its rows.
    pub labels: Vec<String>,
    /// A row for each column.
    pub values: Vec<Vec<Option<f64>>>,
}

impl Matrix {
    fn new(association: Association, labels: Vec<String>) -> Self {
        let n = labels.len();
        let row = |at: usize| (0..n).map(|other| (other == at).then_some(1.0)).collect();
        Self { association, labels, values: (0..n).map(row).collect() }
    }

    fn set(&mut self, (a, b): (usize, usize), value: Option<f64>) {
        self.values[a][b] = value;
        self.values[b][a] = value;
    }

    fn is_told(&self) -> bool {
        let pairs = self.values.iter().enumerate().flat_map(|(at, row)| &row[..at]);
        pairs.flatten().next().is_some()
    }

    /// The pairs that go together most, the closest first: `“Credit limit” and “Open to buy” (0.93)`.
    #[must_use]
    pub fn in_words(&self) -> Option<String> {
        let least = if self.association == Association::Spearman { LARGE } else { MEDIUM };
        let mut pairs: Vec<(usize, usize, f64)> = Vec::new();
        for (a, row) in self.values.iter().enumerate() {
            let of = |(b, value): (usize, &Option<f64>)| Some((a, b, (*value)?));
            pairs.extend(row.iter().enumerate().skip(a + 1).filter_map(of).filter(|pair| pair.2.abs() >= least));
        }
        pairs.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
        let told = |(a, b, value): &(usize, usize, f64)| {
            let sign = if *value < 0.0 { "−" } else { "" };
            format!("“{}” and “{}” ({sign}{:.2})", self.labels[*a], self.labels[*b], value.abs())
        };
        let each: Vec<String> = pairs.iter().take(MOST_TOLD).map(told).collect();
        let name = match self.association {
            Association::Spearman => "Spearman’s rank correlation",
            Association::CramersV => "Cramér’s V",
        };
        let more = pairs.len().saturating_sub(MOST_TOLD);
        let more = if more > 0 { format!("; {more} more pairs have at least {least}") } else { String::new() };
        (!each.is_empty()).then(|| format!("{name} is largest between {}{more}.", list(&each)))
    }
}

/// What is asked about columns that may go together, once their values are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Candidates {
    /// The columns of numbers.
    pub numbers: Vec<Ranked>,
    /// The columns of categories.
    pub categories: Vec<usize>,
}

/// The columns whose pairs are looked at, by the values that questions were answered with.
#[must_use]
pub fn candidate_associations(
    contract: &Contract,
    questions: &[QualityQuestion],
    results: &[Vec<Document>],
) -> Candidates {
    let answered = answered(questions, results);
    let mut candidates = Candidates::default();
    for (position, column) in contract.columns.iter().enumerate() {
        let of = |about: &About| matches!(about, About::Values { column, .. } if *column == position);
        let Some((About::Values { dimension, .. }, rows)) = find(&answered, of) else { continue };
        if !Catalog::shows_values(column) || column.leaks {
            continue;
        }
        if column.is_number() {
            let has_room = candidates.numbers.len() < MOST_NUMBERS;
            candidates.numbers.extend(ranked(position, dimension, rows).filter(|_| has_room));
        } else if is_category(dimension, rows, column.role) {
            candidates.categories.push(position);
        }
    }
    let is_outcome = |position: &usize| contract.columns[*position].role == Some(Role::Closed);
    // The outcome stays, whatever else is there.
    candidates.categories.sort_by_key(|position| (!is_outcome(position), *position));
    candidates.categories.truncate(MOST_CATEGORIES);
    candidates.categories.sort_unstable();
    candidates
}

/// A column of numbers with ranks; none where it is constant, or holds what is no number.
fn ranked(column: usize, dimension: &Dimension, rows: &[Document]) -> Option<Ranked> {
    let values = Values::read(dimension, true, rows);
    let all: f64 = values.numbers.iter().map(|(_, counts)| counts.customers).sum();
    if values.numbers.len() < 2 || all < FEWEST || values.odd.customers + values.no_answer.customers > 0.0 {
        return None;
    }
    let mut ranks: Vec<(f64, f64)> = Vec::new();
    let (mut before, mut group, mut of_group) = (0.0, None, 0.0);
    for (place, (value, counts)) in values.numbers.iter().enumerate() {
        let middle = before + counts.customers / 2.0;
        let now = if values.numbers.len() <= MOST_RANKS { place } else { (middle / all * MOST_RANKS as f64) as usize };
        if group != Some(now) {
            group = Some(now);
            of_group = before;
            ranks.push((*value, 0.0));
        }
        before += counts.customers;
        if let Some((_, rank)) = ranks.last_mut() {
            *rank = (f64::midpoint(of_group, before) / all * 1e6).round() / 1e6;
        }
    }
    let has_missing = values.null.customers + values.nan.customers > 0.0;
    (ranks.len() > 1).then_some(Ranked { column, ranks, has_missing })
}

fn is_category(dimension: &Dimension, rows: &[Document], role: Option<Role>) -> bool {
    let values = Values::read(dimension, false, rows);
    let all: f64 = values.names.iter().map(|(_, counts)| counts.customers).sum();
    role != Some(Role::CustomerKey) && (2..=MOST_NAMES).contains(&values.names.len()) && all >= FEWEST
}

/// The matrices, those of which anything can be said.
pub(super) fn matrices(contract: &Contract, answered: &[(&About, &[Document])]) -> Vec<Matrix> {
    let numbers = find(answered, |about| matches!(about, About::Ranks(_)));
    let numbers = numbers.and_then(|(about, rows)| spearman(contract, about, rows.first()?));
    let categories = crossed(contract, answered);
    numbers.into_iter().chain(categories).filter(Matrix::is_told).collect()
}

fn spearman(contract: &Contract, about: &About, row: &Document) -> Option<Matrix> {
    let About::Ranks(columns) = about else { return None };
    let labels = columns.iter().map(|column| contract.columns[*column].label.clone()).collect();
    let mut matrix = Matrix::new(Association::Spearman, labels);
    let number = |name: &str| row.get(name).and_then(numeric);
    for a in 0..columns.len() {
        for b in a + 1..columns.len() {
            let [product, n, sum_a, sum_b, square_a, square_b] = pair_sums(a, b);
            let ([own_a, own_square_a], [own_b, own_square_b]) = (own_sums(a), own_sums(b));
            let or = |of_pair: &str, of_all: &str| number(of_pair).or_else(|| number(of_all));
            let correlation = || {
                let n = or(&n, "n").filter(|n| *n >= FEWEST)?;
                let (sum_a, sum_b) = (or(&sum_a, &own_a)?, or(&sum_b, &own_b)?);
                let spread = |square: f64, sum: f64| square - sum * sum / n;
                let (of_a, of_b) =
                    (spread(or(&square_a, &own_square_a)?, sum_a), spread(or(&square_b, &own_square_b)?, sum_b));
                // What rounding leaves of a constant is no spread.
                let least = n * 1e-9;
                let shared = number(&product)? - sum_a * sum_b / n;
                (of_a > least && of_b > least).then(|| (shared / (of_a * of_b).sqrt()).clamp(-1.0, 1.0))
            };
            matrix.set((a, b), correlation());
        }
    }
    Some(matrix)
}

fn crossed(contract: &Contract, answered: &[(&About, &[Document])]) -> Option<Matrix> {
    let pairs: Vec<(usize, usize, &[Document])> = answered
        .iter()
        .filter_map(|(about, rows)| match about {
            About::Crossed { a, b } => Some((*a, *b, *rows)),
            _ => None,
        })
        .collect();
    let mut columns: Vec<usize> = pairs.iter().flat_map(|(a, b, _)| [*a, *b]).collect();
    columns.sort_unstable();
    columns.dedup();
    let labels = columns.iter().map(|column| contract.columns[*column].label.clone()).collect();
    let mut matrix = Matrix::new(Association::CramersV, labels);
    for (a, b, rows) in &pairs {
        let place = |column: &usize| columns.iter().position(|known| known == column);
        let dimension = |column: &usize| values_of(answered, *column);
        if let (Some(at), Some(other)) = (place(a), place(b)) {
            matrix.set((at, other), cramers_v(&table((dimension(a), dimension(b)), rows)));
        }
    }
    (!pairs.is_empty()).then_some(matrix)
}

/// The dimension that a column's values were counted by.
fn values_of<'a>(answered: &[(&'a About, &'a [Document])], column: usize) -> Option<&'a Dimension> {
    let of = |about: &About| matches!(about, About::Values { column: of, .. } if *of == column);
    match find(answered, of) {
        Some((About::Values { dimension, .. }, _)) => Some(dimension),
        _ => None,
    }
}

/// A cross-table of known answers.
fn table((one, other): (Option<&Dimension>, Option<&Dimension>), rows: &[Document]) -> Vec<Vec<f64>> {
    let mut names: [Vec<Bson>; 2] = [Vec::new(), Vec::new()];
    let mut cells: Vec<(usize, usize, f64)> = Vec::new();
    for row in rows {
        let Ok(key) = row.get_document("_id") else { continue };
        let (Some(a), Some(b)) = (key.get("a"), key.get("b")) else { continue };
        let is_missing = |dimension: Option<&Dimension>, value: &Bson| {
            *value == Bson::Null || dimension.is_some_and(|dimension| dimension.is_missing(value))
        };
        if is_missing(one, a) || is_missing(other, b) {
            continue;
        }
        let mut place = |side: usize, value: &Bson| {
            names[side].iter().position(|known| known == value).unwrap_or_else(|| {
                names[side].push(value.clone());
                names[side].len() - 1
            })
        };
        cells.push((place(0, a), place(1, b), row.get("customers").and_then(numeric).unwrap_or(0.0)));
    }
    let mut table = vec![vec![0.0; names[1].len()]; names[0].len()];
    for (a, b, customers) in cells {
        table[a][b] += customers;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_told_by_size_whatever_their_sign() {
        let labels = ["A", "B", "C"].map(str::to_owned).to_vec();
        let mut matrix = Matrix::new(Association::Spearman, labels);
        assert!(!matrix.is_told() && matrix.in_words().is_none());
        matrix.set((0, 1), Some(0.55));
        matrix.set((1, 2), Some(-0.914));
        matrix.set((0, 2), Some(0.49));
        assert_eq!(
            matrix.in_words().unwrap(),
            "Spearman’s rank correlation is largest between “B” and “C” (−0.91) and “A” and “B” (0.55)."
        );
        assert_eq!(matrix.values[2][1], Some(-0.914));
    }
}
