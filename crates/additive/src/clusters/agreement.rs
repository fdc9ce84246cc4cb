//! How far two partitions of the same rows agree.
//!
//! In: for each bootstrap sample, how many rows are in each group of one and in each of the other. Out: the mean Jaccard similarity of
//! each group with the group most like it, and the mean adjusted Rand index.
//! Invariant: names of groups count for nothing; counts are whole numbers, so the order of rows does not either.

use super::k_means::MOST;

/// How many rows are in a group of one partition and in a group of the other.
pub(super) type Table = [[u64; MOST]; MOST];

/// How well a partition comes back.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Agreement {
    /// Of each group.
    pub jaccard: Vec<f64>,
    pub adjusted_rand: f64,
}

/// Counts the groups of the same rows in two partitions.
pub(super) fn table(pairs: impl Iterator<Item = (u8, u8)>) -> Table {
    let mut table = [[0; MOST]; MOST];
    pairs.for_each(|(one, other)| table[usize::from(one)][usize::from(other)] += 1);
    table
}

/// The means over bootstrap samples.
pub(super) fn agreement(tables: &[Table], k: usize) -> Agreement {
    let n = tables.len() as f64;
    let all: Vec<[f64; MOST]> = tables.iter().map(jaccard).collect();
    let jaccard = (0..k).map(|group| all.iter().map(|of| of[group]).sum::<f64>() / n).collect();
    Agreement { jaccard, adjusted_rand: tables.iter().map(adjusted_rand).sum::<f64>() / n }
}

/// Of each group the part that it shares with the group most like it, of all rows that either has.
fn jaccard(table: &Table) -> [f64; MOST] {
    let others = columns(table);
    table.map(|row| {
        let of_group: u64 = row.iter().sum();
        let similarity = |(both, of_other): (&u64, u64)| match of_group + of_other - both {
            0 => 0.0,
            either => *both as f64 / either as f64,
        };
        row.iter().zip(others).map(similarity).fold(0.0, f64::max)
    })
}

/// How many pairs of rows are together in both or apart in both, beyond what chance gives: 1 where all are.
fn adjusted_rand(table: &Table) -> f64 {
    let squares = |counts: &[u64]| counts.iter().map(|count| count * count).sum::<u64>() as f64;
    let rows = table.map(|row| row.iter().sum::<u64>());
    let n = rows.iter().sum::<u64>() as f64;
    let of_both: f64 = table.iter().map(|row| squares(row)).sum();
    let (of_rows, of_columns) = (squares(&rows), squares(&columns(table)));
    // Pairs in order: together in both, in one alone, in none.
    let (both, one, other) = (of_both - n, of_rows - of_both, of_columns - of_both);
    let neither = n * n - one - other - of_both;
    if one == 0.0 && other == 0.0 {
        return 1.0;
    }
    let chance = (both + one) * (one + neither) + (both + other) * (other + neither);
    2.0 * (both * neither - one * other) / chance
}

fn columns(table: &Table) -> [u64; MOST] {
    std::array::from_fn(|column| table.iter().map(|row| row[column]).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(one: &[u8], other: &[u8]) -> Table {
        table(one.iter().copied().zip(other.iter().copied()))
    }

    #[test]
    fn the_adjusted_rand_index_is_that_of_scikit_learn() {
        // sklearn.metrics.adjusted_rand_score of scikit-learn 1.9.1.
        let long = [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2];
        let cases: [(&[u8], &[u8], f64); 7] = [
            (&[0, 0, 1, 1], &[0, 0, 1, 2], 0.571_428_571_428_571_4),
            (&[0, 0, 0, 1, 1, 1], &[0, 0, 1, 1, 2, 2], 0.242_424_242_424_242_43),
            (&[0, 0, 1, 1], &[1, 1, 0, 0], 1.0),
            (&[0, 1, 0, 1], &[0, 0, 1, 1], -0.5),
            (&long, &[0, 0, 0, 1, 2, 1, 1, 1, 0, 2, 2, 2, 2, 1, 0], 0.145_214_521_452_145_22),
            (&[0; 4], &[0; 4], 1.0),
            (&[0; 4], &[0, 0, 1, 1], 0.0),
        ];
        for (one, other, wanted) in cases {
            let found = adjusted_rand(&of(one, other));
            assert!((found - wanted).abs() < 1e-15, "{found} is not {wanted}");
        }
    }

    #[test]
    fn the_jaccard_similarity_is_of_the_group_most_alike() {
        let table = of(&[0, 0, 0, 1, 1, 1], &[0, 0, 1, 1, 2, 2]);
        // The first shares two of its three rows with the other's first, which has no more; the second likewise with the third.
        assert_eq!(jaccard(&table)[..3], [2.0 / 3.0, 2.0 / 3.0, 0.0]);
        let same = of(&[0, 0, 1, 1], &[1, 1, 0, 0]);
        let found = agreement(&[table, same], 2);
        assert!(found.jaccard.len() == 2 && found.jaccard.iter().all(|of| (of - 5.0 / 6.0).abs() < 1e-15), "{found:?}");
        assert_eq!(found.adjusted_rand, f64::midpoint(adjusted_rand(&table), 1.0));
    }
}
