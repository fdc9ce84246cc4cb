//! Linear equations with a symmetric, positive definite matrix.
//!
//! In: the matrix by rows. Out: its Cholesky factor below the diagonal, and solutions by it.
//! Invariant: sums run in one order; what has no factor is told.
//!
//! Why not a crate: `nalgebra` and `faer` bring some dozen packages and up to a minute of building for these thirty lines.

/// Makes the Cholesky factor of a symmetric matrix in its place, by rows, below the diagonal; gives whether there is one.
pub fn factor(matrix: &mut [f64], n: usize) -> bool {
    for i in 0..n {
        for j in 0..=i {
            let before: f64 = (0..j).map(|k| matrix[i * n + k] * matrix[j * n + k]).sum();
            let rest = matrix[i * n + j] - before;
            if i > j {
                matrix[i * n + j] = rest / matrix[j * n + j];
            } else if rest > 0.0 {
                matrix[i * n + i] = rest.sqrt();
            } else {
                return false;
            }
        }
    }
    true
}

/// Solves `matrix · x = right` by the matrix' Cholesky factor, in the place of `right`.
pub fn solve(factor: &[f64], n: usize, right: &mut [f64]) {
    forward(factor, n, right);
    for i in (0..n).rev() {
        let behind: f64 = (i + 1..n).map(|k| factor[k * n + i] * right[k]).sum();
        right[i] = (right[i] - behind) / factor[i * n + i];
    }
}

/// Solves `factor · x = right`, in the place of `right`.
pub fn forward(factor: &[f64], n: usize, right: &mut [f64]) {
    for i in 0..n {
        let before: f64 = (0..i).map(|k| factor[i * n + k] * right[k]).sum();
        right[i] = (right[i] - before) / factor[i * n + i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_solves_what_it_was_made_of() {
        let mut matrix = vec![4.0, 0.0, 0.0, 2.0, 5.0, 0.0, 1.0, 3.0, 6.0];
        let mut right = vec![4.0 + 4.0 + 3.0, 2.0 + 10.0 + 9.0, 1.0 + 6.0 + 18.0];
        assert!(factor(&mut matrix, 3));
        solve(&matrix, 3, &mut right);
        assert!(right.iter().zip([1.0, 2.0, 3.0]).all(|(found, wanted)| (found - wanted).abs() < 1e-12), "{right:?}");
        assert!(!factor(&mut [1.0, 0.0, 1.0, 1.0], 2));
    }
}
