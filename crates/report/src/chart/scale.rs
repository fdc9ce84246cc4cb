//! Value axes: round ends, a handful of round steps.

/// A linear axis. Invariant: `low < high`, `step > 0`, all finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) step: f64,
}

impl Scale {
    /// An axis that covers the values in about `n_ticks` steps.
    pub(crate) fn covering(values: impl Iterator<Item = f64>, n_ticks: usize) -> Self {
        let (low, mut high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low > high {
            return Self { low: 0.0, high: 1.0, step: 0.2 };
        }
        if low == high {
            high = if low == 0.0 { 1.0 } else { low + low.abs() * 0.5 };
        }
        // Halves first, so that the span of the widest doubles is still a number.
        let rough = (high / 2.0 - low / 2.0) / n_ticks.max(1) as f64 * 2.0;
        let step = round_step(rough);
        let low = (low / step + 1e-9).floor() * step;
        let high = (high / step - 1e-9).ceil() * step;
        if step.is_finite() && step > 0.0 && (high - low).is_finite() && low < high {
            Self { low, high, step }
        } else {
            Self { low: 0.0, high: 1.0, step: 0.2 }
        }
    }

    /// Where a value lies: 0 at the low end, 1 at the high end.
    pub(crate) fn position(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// The values that get a tick.
    pub(crate) fn ticks(&self) -> Vec<f64> {
        let n_steps = ((self.high - self.low) / self.step).round().clamp(0.0, 50.0) as usize;
        (0..=n_steps).map(|index| self.low + self.step * index as f64).collect()
    }
}

/// 1, 2, 2.5 or 5 times a power of ten, at least `rough`.
fn round_step(rough: f64) -> f64 {
    let magnitude = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 2.5, 5.0].into_iter().find(|factor| factor * magnitude >= rough * 0.999);
    factor.unwrap_or(10.0) * magnitude
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_on_round_values() {
        let axis = |values: &[f64]| Scale::covering(values.iter().copied(), 5);
        assert_eq!(axis(&[0.0, 0.233]), Scale { low: 0.0, high: 0.25, step: 0.05 });
        assert_eq!(axis(&[0.0, 3284.0]), Scale { low: 0.0, high: 4000.0, step: 1000.0 });
        assert_eq!(axis(&[-0.7, 1.9]).low, -1.0);
        assert_eq!(axis(&[]), axis(&[0.0, 1.0]));
        for odd in [&[5.0, 5.0][..], &[f64::MAX, f64::MIN], &[1e-320, 0.0], &[f64::NAN, 1.0]] {
            let scale = axis(odd);
            assert!(scale.low < scale.high && scale.step > 0.0, "{odd:?}: {scale:?}");
            assert!(scale.ticks().len() < 60);
        }
    }
}
