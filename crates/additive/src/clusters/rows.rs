//! Rows that can be compared: complete, on one scale, not too many, and without what says the same twice.
//!
//! In: columns. Out: the rows as one array, and which columns and rows are not in it.
//! Invariant: each column has a mean of about 0 and a variance of about 1, and none follows from the others.

use fastrand::Rng;

use super::k_means::{Partition, nearest};
use super::{FEWEST_ROWS, SEED};
use crate::columns::{Column, LeftOut, Values};
use crate::error::{Error, named};
use crate::linear::factor;

/// So many rows are enough to see groups of a few hundredths of all, and few enough to be divided some ten thousand times.
const MOST_ROWS: usize = 2000;
/// A column that more rows lack than one in so many is left out; of others, the rows that lack it are.
const LACKING: usize = 10;
/// A column of which the others leave less of its variance follows from them.
const LEAST_OWN: f64 = 1e-6;

/// Rows of numbers, each counted so many times.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rows {
    pub width: usize,
    /// Row by row.
    pub values: Vec<f64>,
    pub weights: Vec<f64>,
}

/// What rows are compared by.
pub(super) struct Prepared {
    pub names: Vec<String>,
    pub left_out: Vec<LeftOut>,
    /// The places of the rows that have all columns.
    pub complete: Vec<usize>,
    pub drawn: Rows,
    scales: Vec<Scale>,
}

/// A column, and what its values are made comparable by.
struct Scale {
    column: usize,
    mean: f64,
    deviation: f64,
    /// The smallest distance between different values.
    step: f64,
}

impl Rows {
    /// Rows that count once each.
    pub(super) fn new(width: usize, values: Vec<f64>) -> Self {
        let weights = vec![1.0; values.len() / width];
        Self { width, values, weights }
    }

    pub(super) fn len(&self) -> usize {
        self.weights.len()
    }

    pub(super) fn row(&self, at: usize) -> &[f64] {
        &self.values[at * self.width..(at + 1) * self.width]
    }

    pub(super) fn iter(&self) -> std::slice::ChunksExact<'_, f64> {
        self.values.chunks_exact(self.width)
    }

    /// As many rows drawn with replacement: the places of those that were, and each as often as it was.
    pub(super) fn bootstrap(&self, rng: &mut Rng) -> (Vec<usize>, Self) {
        let mut times = vec![0.0; self.len()];
        (0..self.len()).for_each(|_| times[rng.usize(0..self.len())] += 1.0);
        let places: Vec<usize> = (0..self.len()).filter(|at| times[*at] > 0.0).collect();
        let values = places.iter().flat_map(|at| self.row(*at)).copied().collect();
        let weights = places.iter().map(|at| times[*at]).collect();
        (places, Self { width: self.width, values, weights })
    }
}

impl Prepared {
    pub(super) fn of(columns: &[Column<'_>]) -> Result<Self, Error> {
        let n_rows = columns.first().map_or(0, Column::len);
        let mut left_out: Vec<LeftOut> = Vec::new();
        let mut numbers: Vec<(usize, &[f64])> = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            column.check(n_rows)?;
            match usable(column) {
                Ok(values) => numbers.push((at, values)),
                Err(reason) => left_out.push(left(column.name, &reason)),
            }
        }
        let is_complete = |row: &usize| numbers.iter().all(|(_, values)| !values[*row].is_nan());
        let complete: Vec<usize> = (0..n_rows).filter(is_complete).collect();
        if complete.len() < FEWEST_ROWS {
            let n = complete.len();
            let of = if n < n_rows { format!(" of {n_rows} have all columns, which") } else { String::new() };
            return Err(Error::new(format!(
                "{n} rows{of} are too few to look for groups: {FEWEST_ROWS} are the fewest"
            )));
        }
        let places = drawn(&complete);
        let mut scales: Vec<Scale> = Vec::new();
        for (column, values) in numbers {
            match Scale::of(column, values, &complete, step(values, &places)) {
                Some(scale) => scales.push(scale),
                None => left_out.push(left(columns[column].name, "is the same in all rows that were compared")),
            }
        }
        let mut own = own(columns, &scales, &complete).into_iter();
        scales.retain(|scale| {
            let is_own = own.next().unwrap_or(false);
            if !is_own {
                left_out.push(left(columns[scale.column].name, "follows from the columns before it"));
            }
            is_own
        });
        if scales.len() < 2 {
            return Err(Error::new("groups need two columns of numbers or more that rows differ in")
                .hint(told(&scales, columns, &left_out)));
        }
        let drawn = spread(columns, &scales, &places);
        let names = scales.iter().map(|scale| columns[scale.column].name.to_owned()).collect();
        Ok(Self { names, left_out, complete, drawn, scales })
    }

    /// The group of each row, the largest first; none where it lacks a column.
    pub(super) fn groups(&self, columns: &[Column<'_>], partition: &Partition) -> Vec<Option<u8>> {
        let mut of = vec![None; columns.first().map_or(0, Column::len)];
        let mut counts: Vec<(u64, usize)> = (0..partition.k).map(|group| (0, group)).collect();
        let mut row = vec![0.0; self.scales.len()];
        for place in &self.complete {
            for (value, scale) in row.iter_mut().zip(&self.scales) {
                *value = scale.value(columns, *place);
            }
            let (group, _) = nearest(&row, &partition.centres, partition.k);
            counts[group].0 += 1;
            of[*place] = Some(group as u8);
        }
        counts.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut places = [0; super::MOST];
        (0_u8..).zip(&counts).for_each(|(place, (_, group))| places[*group] = place);
        of.into_iter().map(|group: Option<u8>| group.map(|group| places[usize::from(group)])).collect()
    }
}

impl Scale {
    /// None where the values that were drawn are all the same, so that there is no step.
    fn of(column: usize, values: &[f64], complete: &[usize], step: f64) -> Option<Self> {
        let n = complete.len() as f64;
        let mean = complete.iter().map(|row| values[*row]).sum::<f64>() / n;
        let variance = complete.iter().map(|row| (values[*row] - mean) * (values[*row] - mean)).sum::<f64>() / n;
        // With what spreading over a step adds.
        let deviation = (variance + step * step / 12.0).sqrt();
        (step > 0.0 && deviation.is_finite()).then_some(Self { column, mean, deviation, step })
    }

    fn value(&self, columns: &[Column<'_>], row: usize) -> f64 {
        match columns[self.column].values {
            Values::Numbers(values) => (values[row] - self.mean) / self.deviation,
            Values::Categories(..) => 0.0,
        }
    }
}

/// The numbers of a column, or why it is not used.
fn usable<'a>(column: &Column<'a>) -> Result<&'a [f64], String> {
    let Values::Numbers(values) = column.values else { return Err("holds categories".to_owned()) };
    match (column.n_missing(), values.len()) {
        (missing, all) if missing == all => Err("is empty".to_owned()),
        (missing, all) if missing * LACKING > all => Err(format!("is missing in {missing} of {all} rows")),
        _ => Ok(values),
    }
}

/// So many of the rows, in their order.
fn drawn(complete: &[usize]) -> Vec<usize> {
    let mut places = complete.to_vec();
    if places.len() > MOST_ROWS {
        Rng::with_seed(SEED).shuffle(&mut places);
        places.truncate(MOST_ROWS);
        places.sort_unstable();
    }
    places
}

/// The smallest distance between different values.
fn step(values: &[f64], places: &[usize]) -> f64 {
    let mut sorted: Vec<f64> = places.iter().map(|row| values[*row]).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let steps = sorted.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 0.0);
    let least = steps.fold(f64::INFINITY, f64::min);
    if least.is_finite() { least } else { 0.0 }
}

/// Whether each column has something that those before it do not tell.
fn own(columns: &[Column<'_>], scales: &[Scale], complete: &[usize]) -> Vec<bool> {
    let n = scales.len();
    let mut covariances = vec![0.0; n * n];
    let mut values = vec![0.0; n];
    for row in complete {
        values.iter_mut().zip(scales).for_each(|(value, scale)| *value = scale.value(columns, *row));
        for i in 0..n {
            (0..=i).for_each(|j| covariances[i * n + j] += values[i] * values[j]);
        }
    }
    let mut kept: Vec<usize> = Vec::new();
    let mut own = Vec::with_capacity(n);
    for at in 0..n {
        kept.push(at);
        let m = kept.len();
        let mut part: Vec<f64> = kept
            .iter()
            .flat_map(|i| kept.iter().map(move |j| (*i, *j)))
            .map(|(i, j)| covariances[i.max(j) * n + i.min(j)])
            .collect();
        let is_own = factor(&mut part, m) && part[m * m - 1] * part[m * m - 1] > LEAST_OWN * covariances[at * n + at];
        if !is_own {
            kept.pop();
        }
        own.push(is_own);
    }
    own
}

/// The rows of these places, each value anywhere within its step: the gaps between whole numbers are none between groups.
fn spread(columns: &[Column<'_>], scales: &[Scale], places: &[usize]) -> Rows {
    let mut rng = Rng::with_seed(SEED + 1);
    let mut values = Vec::with_capacity(places.len() * scales.len());
    for row in places {
        for scale in scales {
            values.push(scale.value(columns, *row) + (rng.f64() - 0.5) * scale.step / scale.deviation);
        }
    }
    Rows::new(scales.len(), values)
}

fn left(name: &str, reason: &str) -> LeftOut {
    LeftOut { name: name.to_owned(), reason: reason.to_owned() }
}

fn told(scales: &[Scale], columns: &[Column<'_>], left_out: &[LeftOut]) -> String {
    let used = scales.iter().map(|scale| format!("{} is one", named(columns[scale.column].name)));
    let not = left_out.iter().map(|left| format!("{} {}", named(&left.name), left.reason));
    let all: Vec<String> = used.chain(not).collect();
    if all.is_empty() { "there is no column of numbers".to_owned() } else { all.join(", ") }
}
