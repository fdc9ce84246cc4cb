//! `$percentile` and `$median`: quantiles of the numbers, as doubles, from a [`TDigest`] in bounded memory; what is not
//! a number does not count, and of nothing every quantile is null.

use bson::Bson;

use super::t_digest::TDigest;
use crate::value::Number;

/// The place of the quantile `p` among `n` sorted values, from zero: the `⌈p·n⌉`-th; `None` of no values.
///
/// MongoDB: the discrete quantile, so that the answer is one of the values.
pub(crate) fn rank(p: f64, n: u64) -> Option<u64> {
    (n > 0).then(|| ((n as f64 * p).ceil() as u64).clamp(1, n) - 1)
}

/// The state of `$percentile` and `$median`.
#[derive(Clone, Debug)]
pub struct Percentile {
    p: Vec<f64>,
    digest: TDigest,
}

impl Percentile {
    pub(super) fn new(p: Vec<f64>) -> Self {
        Self { p, digest: TDigest::default() }
    }

    pub(super) fn add(&mut self, value: Option<&Bson>) {
        if let Some(number) = value.and_then(Number::of) {
            self.digest.add(number.to_f64());
        }
    }

    pub(super) fn add_f64(&mut self, value: f64) {
        self.digest.add(value);
    }

    pub(super) fn merge(&mut self, later: &Self) {
        self.digest.merge(&later.digest);
    }

    pub(super) fn finish(mut self) -> Vec<Bson> {
        self.p.iter().map(|p| self.digest.quantile(*p).map_or(Bson::Null, Bson::Double)).collect()
    }
}
