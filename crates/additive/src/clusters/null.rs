//! Data without groups: one multivariate normal distribution with the means and covariances of the rows.
//!
//! In: rows. Out: data sets of as many rows. k-means cuts these into parts too, and along their longest axis always at the same place:
//! what comes back no more surely than they do is no group.
//! Invariant: the same generator gives the same rows everywhere.

use std::f64::consts::TAU;

use fastrand::Rng;

use super::rows::Rows;
use crate::error::Error;
use crate::linear::factor;

/// A multivariate normal distribution.
pub(super) struct Normal {
    means: Vec<f64>,
    /// The Cholesky factor of the covariances.
    factor: Vec<f64>,
}

impl Normal {
    /// The distribution with the means and covariances of rows.
    pub(super) fn like(rows: &Rows) -> Result<Self, Error> {
        let (n, width) = (rows.len() as f64, rows.width);
        let mut means = vec![0.0; width];
        for row in rows.iter() {
            means.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        for sum in &mut means {
            *sum /= n;
        }
        let mut covariances = vec![0.0; width * width];
        for row in rows.iter() {
            for i in 0..width {
                for j in 0..=i {
                    covariances[i * width + j] += (row[i] - means[i]) * (row[j] - means[j]) / n;
                }
            }
        }
        if !factor(&mut covariances, width) {
            return Err(Error::new("among the rows that were drawn, columns follow from each other")
                .hint("leave out of the contract what is computed from other columns"));
        }
        Ok(Self { means, factor: covariances })
    }

    /// So many rows.
    pub(super) fn draw(&self, n_rows: usize, rng: &mut Rng) -> Rows {
        let width = self.means.len();
        let mut values = Vec::with_capacity(n_rows * width);
        let mut normal = vec![0.0; width];
        for _ in 0..n_rows {
            normal.fill_with(|| deviate(rng));
            for i in 0..width {
                let along: f64 = self.factor[i * width..=i * width + i].iter().zip(&normal).map(|(a, b)| a * b).sum();
                values.push(self.means[i] + along);
            }
        }
        Rows::new(width, values)
    }
}

/// A draw of the standard normal distribution (G. Box, M. Muller 1958).
fn deviate(rng: &mut Rng) -> f64 {
    let radius = (-2.0 * libm::log(1.0 - rng.f64())).sqrt();
    radius * libm::cos(TAU * rng.f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_means_and_covariances_of_the_rows() {
        let mut rng = Rng::with_seed(3);
        let rows: Vec<f64> = (0..500)
            .flat_map(|_| {
                let (a, b) = (rng.f64(), rng.f64());
                [a, 2.0 * a + b, 5.0 - b]
            })
            .collect();
        let normal = Normal::like(&Rows::new(3, rows)).unwrap();
        let other = Normal::like(&normal.draw(200_000, &mut rng)).unwrap();
        let near = |a: &f64, b: &f64| (a - b).abs() < 0.01;
        assert!(normal.means.iter().zip(&other.means).all(|(a, b)| near(a, b)), "{:?} {:?}", normal.means, other.means);
        for i in 0..3 {
            let lower = |of: &Normal| of.factor[i * 3..=i * 3 + i].to_vec();
            assert!(lower(&normal).iter().zip(&lower(&other)).all(|(a, b)| near(a, b)));
        }
    }
}
