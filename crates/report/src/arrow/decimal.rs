//! BSON's decimals, whose point floats, and Arrow's, whose point stands at the same place in a whole column.

use bson::Decimal128;

/// The digits that Arrow's decimal has room for.
pub(super) const MOST_DIGITS: u32 = 38;

/// A finite decimal: `coefficient × 10^exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    coefficient: i128,
    exponent: i32,
}

/// Takes a decimal apart; `None` of what is infinite or not a number.
pub(super) fn parts(value: &Decimal128) -> Option<Parts> {
    let text = value.to_string();
    let (mantissa, exponent) = match text.split_once('E') {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text.as_str(), 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let coefficient: i128 = format!("{whole}{fraction}").parse().ok()?;
    // The exponent of a zero says nothing about its size.
    let exponent = if coefficient == 0 { exponent.min(0) } else { exponent };
    Some(Parts { coefficient, exponent: exponent - i32::try_from(fraction.len()).ok()? })
}

impl Parts {
    /// Digits behind the point.
    pub(super) fn scale(self) -> u32 {
        self.exponent.min(0).unsigned_abs()
    }

    /// Digits before the point.
    pub(super) fn digits_before(self) -> u32 {
        let digits = self.coefficient.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1);
        digits.saturating_add_signed(self.exponent).max(1)
    }

    /// The number without its point, where that stands before the last `scale` digits.
    pub(super) fn at_scale(self, scale: u32) -> Option<i128> {
        let shift = u32::try_from(self.exponent.checked_add(i32::try_from(scale).ok()?)?).ok()?;
        if self.coefficient == 0 { Some(0) } else { self.coefficient.checked_mul(10_i128.checked_pow(shift)?) }
    }
}
