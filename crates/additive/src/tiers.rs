//! Tiers: where the values of a column leave real gaps.
//!
//! In: numbers. Out: the edges between tiers, where far fewer values lie than on both sides. The density is that of a kernel on the
//! logarithm of the values (B. Silverman: Density Estimation, 1986), so that gaps count by their ratio.
//! Invariant: a gap is no chance: a valley is at most a quarter as high as the lower of the peaks beside it.

/// So many points of the density.
const POINTS: usize = 512;
/// A valley is at most this part of the lower peak beside it.
const DEPTH: f64 = 0.25;
/// Each tier has at least this share of the values.
const LEAST_SHARE: f64 = 0.02;
/// Fewer values than this show no gaps.
const FEWEST: usize = 200;
/// The bandwidth as a part of Silverman's, which flattens what has several peaks.
const NARROWER: f64 = 0.5;

/// The edges between tiers, rising; none where there is no real gap, or a value is not above 0.
#[must_use]
pub fn tiers(values: &[f64]) -> Vec<f64> {
    let mut logs: Vec<f64> = values.iter().filter(|value| !value.is_nan()).map(|value| libm::log(*value)).collect();
    if logs.len() < FEWEST || logs.iter().any(|log| !log.is_finite()) {
        return Vec::new();
    }
    logs.sort_unstable_by(f64::total_cmp);
    let n = logs.len();
    let (low, high) = (logs[0], logs[n - 1]);
    let spread = logs[n * 3 / 4] - logs[n / 4];
    let width = NARROWER * 0.9 * (spread / 1.34) * libm::pow(n as f64, -0.2);
    if width <= 0.0 || low >= high {
        return Vec::new();
    }
    let step = (high - low) / (POINTS - 1) as f64;
    let density: Vec<f64> = (0..POINTS).map(|at| height(&logs, low + step * at as f64, width)).collect();
    let share = |to: f64| logs.partition_point(|log| *log < to) as f64 / n as f64;
    let mut edges: Vec<f64> = Vec::new();
    for at in valleys(&density) {
        let edge = low + step * at as f64;
        let before = edges.last().map_or(0.0, |last| share(libm::log(*last)));
        if share(edge) - before >= LEAST_SHARE && 1.0 - share(edge) >= LEAST_SHARE {
            edges.push(rounded(libm::exp(edge)));
        }
    }
    edges
}

/// The height of the density of sorted values at a point.
pub(crate) fn height(sorted: &[f64], at: f64, width: f64) -> f64 {
    // Beyond four widths a value adds nothing that shows.
    let from = sorted.partition_point(|value| *value < at - 4.0 * width);
    let to = sorted.partition_point(|value| *value < at + 4.0 * width);
    sorted[from..to].iter().map(|value| libm::exp(-0.5 * ((value - at) / width) * ((value - at) / width))).sum()
}

/// The lowest points between peaks, where they are low enough.
fn valleys(density: &[f64]) -> Vec<usize> {
    let mut found = Vec::new();
    // The highest point since the last valley, and the lowest behind it.
    let (mut peak, mut lowest) = (0, 0);
    for at in 1..density.len() {
        if density[at] < density[lowest] {
            lowest = at;
        }
        let is_rise = density[lowest] < DEPTH * density[peak] && density[at] * DEPTH > density[lowest];
        if is_rise {
            found.push(lowest);
            (peak, lowest) = (at, at);
        } else if density[at] > density[peak] {
            (peak, lowest) = (at, at);
        }
    }
    found
}

/// Two digits.
fn rounded(value: f64) -> f64 {
    let unit = libm::pow(10.0, libm::floor(libm::log10(value)) - 1.0);
    libm::rint(value / unit) * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_found_and_a_single_hill_has_none() {
        let mut rng = fastrand::Rng::with_seed(4);
        let mut hill = |middle: f64, n: usize| -> Vec<f64> {
            (0..n).map(|_| middle * (1.0 + 0.15 * ((0..12).map(|_| rng.f64()).sum::<f64>() - 6.0))).collect()
        };
        let (low, middle, high) = (hill(100.0, 3000), hill(400.0, 600), hill(1600.0, 500));
        let edges = tiers(&[&low[..], &middle, &high].concat());
        assert_eq!(edges.len(), 2, "{edges:?}");
        assert!((150.0..260.0).contains(&edges[0]) && (600.0..1000.0).contains(&edges[1]), "{edges:?}");
        assert!(tiers(&low).is_empty());
        assert!(tiers(&low[..100]).is_empty() && tiers(&[1.0; 500]).is_empty());
        assert!(tiers(&[&low[..], &[0.0], &high].concat()).is_empty());
    }
}
