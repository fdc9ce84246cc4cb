//! Whether scores find those whom an offer keeps: the Qini curve of a trial with an arm that was not asked.
//!
//! In: of each row its score, whether it was asked, and whether it had the outcome that an offer is to prevent. Out: the curve, and
//! its coefficient with an interval (N. Radcliffe: Using control groups to target on predicted lift, 2007).
//! Invariant: rows of equal scores count as one step; the same rows give the same interval everywhere.

use fastrand::Rng;

/// So many drawn trials give an interval, fewer of many rows …
const DRAWS: std::ops::RangeInclusive<usize> = 200..=1000;
/// … so that all of them draw about so many rows.
const MOST_DRAWN: usize = 20_000_000;
const SEED: u64 = 2007;

/// One row of a trial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tried {
    /// Its score.
    pub score: f64,
    /// Whether it was asked.
    pub asked: bool,
    /// Whether it had the outcome.
    pub outcome: bool,
}

/// What the scores of a trial are worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Qini {
    /// From the highest score down: the part of the rows, and how many more of the asked were kept than chance explains, as a part
    /// of all asked.
    pub curve: Vec<[f64; 2]>,
    /// The area between the curve and the straight line to its end.
    pub coefficient: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The curve of a trial; none where an arm has no rows.
#[must_use]
pub fn qini(rows: &[Tried]) -> Option<Qini> {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| b.score.total_cmp(&a.score));
    let [asked, others] = [true, false].map(|arm| {
        let of_arm = rows.iter().enumerate().filter(|(_, row)| row.asked == arm);
        of_arm.map(|(at, _)| at).collect::<Vec<usize>>()
    });
    if asked.is_empty() || others.is_empty() {
        return None;
    }
    let curve = curve(&rows, &vec![1; rows.len()]);
    let mut rng = Rng::with_seed(SEED);
    let repeats = (MOST_DRAWN / rows.len()).clamp(*DRAWS.start(), *DRAWS.end());
    let mut drawn: Vec<f64> = (0..repeats)
        .map(|_| {
            let mut times = vec![0_u32; rows.len()];
            for arm in [&asked, &others] {
                (0..arm.len()).for_each(|_| times[arm[rng.usize(0..arm.len())]] += 1);
            }
            coefficient(&self::curve(&rows, &times))
        })
        .collect();
    drawn.sort_by(f64::total_cmp);
    let at = |part: f64| drawn[((repeats - 1) as f64 * part).round() as usize];
    Some(Qini { coefficient: coefficient(&curve), low: at(0.025), high: at(0.975), curve })
}

/// The curve of sorted rows, each counted so many times.
fn curve(rows: &[Tried], times: &[u32]) -> Vec<[f64; 2]> {
    let all_asked: u64 = rows.iter().zip(times).filter(|(row, _)| row.asked).map(|(_, n)| u64::from(*n)).sum();
    let all: u64 = times.iter().map(|n| u64::from(*n)).sum();
    // Of each arm: how many, and how many of them had the outcome.
    let mut counts = [[0_u64; 2]; 2];
    let mut curve = vec![[0.0, 0.0]];
    let mut next = 0;
    for run in rows.chunk_by(|a, b| a.score == b.score) {
        for row in run {
            let [n, outcomes] = &mut counts[usize::from(row.asked)];
            *n += u64::from(times[next]);
            *outcomes += u64::from(times[next]) * u64::from(row.outcome);
            next += 1;
        }
        let [[others, of_others], [asked, of_asked]] = counts.map(|count| count.map(|n| n as f64));
        // Before the first row of the other arm nothing says what would have been.
        let without = if others > 0.0 { of_others * asked / others } else { 0.0 };
        curve.push([(asked + others) / all as f64, (without - of_asked) / all_asked as f64]);
    }
    curve
}

fn coefficient(curve: &[[f64; 2]]) -> f64 {
    let area: f64 =
        curve.windows(2).map(|pair| (pair[1][0] - pair[0][0]) * f64::midpoint(pair[0][1], pair[1][1])).sum();
    area - curve.last().map_or(0.0, |end| end[1] / 2.0)
}
