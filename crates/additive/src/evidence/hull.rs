//! The convex hull of the receiver operating characteristic: what the best thresholds do, and draws between two of them.
//!
//! In: outcomes and scores, or a file. Out: a [`Hull`], points of the rates of false and of true positives.
//! Invariant: it leads from (0, 0) to (1, 1), both rates never fall along it, and its slope does.

use serde::{Deserialize, Serialize};

use super::ranking::runs;
use crate::error::Error;

/// By so much a slope may rise through the rounding of rates.
const ROUNDING: f64 = 1e-9;

/// The convex hull of a receiver operating characteristic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<[f64; 2]>", into = "Vec<[f64; 2]>")]
pub struct Hull(Vec<[f64; 2]>);

impl Hull {
    /// The hull of scores; where all rows have the same outcome it is that of chance.
    #[must_use]
    pub fn of(outcomes: &[bool], scores: &[f64]) -> Self {
        let mut corners = vec![[0_i64; 2]];
        let mut last = [0_i64; 2];
        for (_, trues, rows) in runs(outcomes, scores) {
            last = [last[0] + (rows - trues) as i64, last[1] + trues as i64];
            while corners.len() > 1 && !is_above(corners[corners.len() - 2], corners[corners.len() - 1], last) {
                corners.pop();
            }
            corners.push(last);
        }
        let [falses, trues] = last.map(|count| count as f64);
        if falses == 0.0 || trues == 0.0 {
            return Self(vec![[0.0, 0.0], [1.0, 1.0]]);
        }
        Self(corners.into_iter().map(|[x, y]| [x as f64 / falses, y as f64 / trues]).collect())
    }

    /// Its corners: the rate of false positives, and that of true ones.
    #[must_use]
    pub fn corners(&self) -> &[[f64; 2]] {
        &self.0
    }
}

/// Whether the middle point lies above the line between the others.
fn is_above(first: [i64; 2], middle: [i64; 2], last: [i64; 2]) -> bool {
    let wide = |a: i64, b: i64| i128::from(a - b);
    let (ax, ay) = (wide(middle[0], first[0]), wide(middle[1], first[1]));
    let (bx, by) = (wide(last[0], middle[0]), wide(last[1], middle[1]));
    ax * by < ay * bx
}

impl TryFrom<Vec<[f64; 2]>> for Hull {
    type Error = Error;

    fn try_from(corners: Vec<[f64; 2]>) -> Result<Self, Error> {
        let ends = corners.first() == Some(&[0.0, 0.0]) && corners.last() == Some(&[1.0, 1.0]);
        let rises = corners.windows(2).all(|pair| pair[0][0] <= pair[1][0] && pair[0][1] <= pair[1][1]);
        let bends = corners.windows(3).all(|three| {
            let step = |at: usize, axis: usize| three[at + 1][axis] - three[at][axis];
            step(0, 0) * step(1, 1) <= step(0, 1) * step(1, 0) + ROUNDING
        });
        if ends && rises && bends {
            Ok(Self(corners))
        } else {
            Err(Error::new("the convex hull of the receiver operating characteristic is none"))
        }
    }
}

impl From<Hull> for Vec<[f64; 2]> {
    fn from(hull: Hull) -> Self {
        hull.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::roc_auc;
    use super::*;

    fn area(hull: &Hull) -> f64 {
        hull.corners().windows(2).map(|pair| (pair[1][0] - pair[0][0]) * f64::midpoint(pair[0][1], pair[1][1])).sum()
    }

    #[test]
    fn it_covers_the_curve_with_few_corners() {
        let outcomes: Vec<bool> = (0..300).map(|row| row * row % 7 < 3).collect();
        let scores: Vec<f64> =
            (0..300).map(|row| f64::from(row * 37 % 101 + if row * row % 7 < 3 { 20 } else { 0 })).collect();
        let hull = Hull::of(&outcomes, &scores);
        assert!(area(&hull) >= roc_auc(&outcomes, &scores) && hull.corners().len() < 40, "{hull:?}");
        assert_eq!(Hull::try_from(hull.corners().to_vec()), Ok(hull));
    }

    #[test]
    fn its_limits_are_a_perfect_order_and_chance() {
        let outcomes = [true, true, false, false, false];
        let perfect = Hull::of(&outcomes, &[5.0, 4.0, 3.0, 2.0, 1.0]);
        assert_eq!(perfect.corners(), [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]]);
        let chance = [[0.0, 0.0], [1.0, 1.0]];
        assert_eq!(Hull::of(&outcomes, &[1.0; 5]).corners(), chance);
        assert_eq!(Hull::of(&[true; 3], &[1.0, 2.0, 3.0]).corners(), chance);
        // The worst order is below chance, and no threshold of it is worth using.
        assert_eq!(Hull::of(&outcomes, &[1.0, 2.0, 3.0, 4.0, 5.0]).corners(), chance);
    }

    #[test]
    fn what_is_no_hull_is_refused() {
        for wrong in [
            vec![],
            vec![[0.0, 0.0]],
            vec![[0.0, 0.1], [1.0, 1.0]],
            vec![[0.0, 0.0], [0.5, 0.2], [1.0, 1.0]],
            vec![[0.0, 0.0], [0.5, 1.2], [1.0, 1.0]],
            vec![[0.0, 0.0], [f64::NAN, 0.5], [1.0, 1.0]],
        ] {
            assert!(Hull::try_from(wrong.clone()).is_err(), "{wrong:?}");
        }
    }
}
