//! Rows divided at random into parts of about equal size and equal shares of the outcome.
//!
//! In: outcomes, and how many parts. Out: the part of each row.
//! Invariant: the same outcomes and seed give the same parts everywhere.

use fastrand::Rng;

/// The part of each row, from 0.
#[must_use]
pub fn stratified(outcomes: &[bool], parts: usize, seed: u64) -> Vec<u8> {
    let mut rng = Rng::with_seed(seed);
    let mut found = vec![0; outcomes.len()];
    // Where one outcome's rows end, the other's go on, so that no part is larger by more than one row.
    let mut next = 0;
    for outcome in [true, false] {
        let mut rows: Vec<u32> = (0..outcomes.len() as u32).filter(|row| outcomes[*row as usize] == outcome).collect();
        rng.shuffle(&mut rows);
        for row in rows {
            found[row as usize] = (next % parts.clamp(1, 255)) as u8;
            next += 1;
        }
    }
    found
}

/// Divisions for repeated cross-validation: `repeats` times, the part of each row.
#[must_use]
pub fn repeated(outcomes: &[bool], parts: usize, repeats: usize, seed: u64) -> Vec<Vec<u8>> {
    (0..repeats as u64).map(|repeat| stratified(outcomes, parts, seed.wrapping_add(repeat))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_of_equal_size_and_have_equal_shares() {
        let outcomes: Vec<bool> = (0..1003).map(|i| i % 6 == 0).collect();
        let parts = stratified(&outcomes, 5, 1);
        for part in 0..5 {
            let rows: Vec<usize> = (0..1003).filter(|row| parts[*row] == part).collect();
            let n_true = rows.iter().filter(|row| outcomes[**row]).count();
            assert!((200..=201).contains(&rows.len()) && (33..=34).contains(&n_true), "{} {n_true}", rows.len());
        }
        assert_eq!(parts, stratified(&outcomes, 5, 1));
        let repeated = repeated(&outcomes, 5, 3, 1);
        assert!(repeated[0] == parts && repeated[1] != parts && repeated[1] != repeated[2]);
    }
}
