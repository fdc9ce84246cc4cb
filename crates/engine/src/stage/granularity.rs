//! Preferred number series, to which `$bucketAuto` rounds its bounds.
//!
//! In: a series' name and numbers that are not negative. Out: the next number of the series strictly above or below.
//! Invariant: zero stays zero.

use bigdecimal::RoundingMode;
use bson::Bson;

use crate::Error;
use crate::value::decimal::DIGITS;
use crate::value::number::{self, compare};
use crate::value::{Decimal, Number};

/// A series of round numbers.
#[derive(Clone, Debug)]
pub(super) enum Granularity {
    /// One decade of the series, sorted; the others are its multiples by powers of ten.
    Decade(Vec<f64>),
    /// 1, 2, 4, 8, ….
    PowersOfTwo,
}

impl Granularity {
    /// The series with this name; `None` of an unknown one.
    pub(super) fn named(name: &str) -> Option<Self> {
        let whole = |numbers: &[u32]| Some(Self::Decade(numbers.iter().map(|number| f64::from(*number)).collect()));
        match name {
            "POWERSOF2" => Some(Self::PowersOfTwo),
            "1-2-5" => whole(&[10, 20, 50]),
            "R5" => whole(&[10, 16, 25, 40, 63]),
            "R10" => whole(&R10),
            "R20" => whole(&R20),
            "R40" => whole(&R40),
            "R80" => whole(&R80),
            "E6" => whole(&[10, 15, 22, 33, 47, 68]),
            "E12" => whole(&[10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82]),
            "E24" => whole(&E24),
            "E48" => Some(Self::Decade(geometric(48))),
            "E96" => Some(Self::Decade(geometric(96))),
            "E192" => Some(Self::Decade(geometric(192))),
            _ => None,
        }
    }

    /// Refuses what cannot be rounded.
    pub(super) fn check(value: &Bson) -> Result<(), Error> {
        let Some(number) = Number::of(value) else {
            return Err(Error::coded(
                40258,
                format!(
                    "$bucketAuto can specify a 'granularity' with numeric boundaries only, but found a value with type: {}",
                    crate::value::type_name(Some(value))
                ),
            ));
        };
        if number.is_nan() {
            return Err(Error::coded(
                40259,
                "$bucketAuto can specify a 'granularity' with numeric boundaries only, but found a NaN",
            ));
        }
        if number.to_f64() < 0.0 {
            return Err(Error::coded(
                40260,
                "$bucketAuto can specify a 'granularity' with non-negative numbers only, but found a negative number",
            ));
        }
        Ok(())
    }

    /// The least number of the series above `value`.
    pub(super) fn round_up(&self, value: &Bson) -> Bson {
        self.round(value, |number| match self {
            Self::Decade(series) => decade_above(series, number),
            Self::PowersOfTwo => power_of_two(number, number.to_f64().log2().floor() + 1.0),
        })
    }

    /// The greatest number of the series below `value`.
    pub(super) fn round_down(&self, value: &Bson) -> Bson {
        self.round(value, |number| match self {
            Self::Decade(series) => decade_below(series, number),
            Self::PowersOfTwo => power_of_two(number, number.to_f64().log2().ceil() - 1.0),
        })
    }

    /// Rounds a number that is neither zero nor infinite as a double; the rest stays as it is.
    ///
    /// MongoDB: of infinity the powers of two above and below are zero.
    fn round(&self, value: &Bson, next: impl Fn(Number) -> Number) -> Bson {
        let Some(number) = Number::of(value) else { return value.clone() };
        let size = number.to_f64();
        if size > 0.0 && size < f64::INFINITY {
            return match (next(number), number) {
                (Number::Int(0), Number::Double(_)) => Bson::Double(0.0),
                (next, _) => next.into_bson(),
            };
        }
        match (self, number) {
            (Self::PowersOfTwo, Number::Double(f64::INFINITY)) => Bson::Double(0.0),
            (Self::PowersOfTwo, Number::Decimal(number)) if number.is_infinite() => {
                Number::Decimal(Decimal::ZERO).into_bson()
            }
            _ => value.clone(),
        }
    }
}

/// MongoDB: an int or a long where it is whole and fits; a decimal with all its digits where the value is one.
fn power_of_two(value: Number, exponent: f64) -> Number {
    let power = exponent.exp2();
    match value {
        // Only a decimal has a place for what is nearer to zero, or farther from it.
        Number::Decimal(_) if power == 0.0 || power.is_infinite() => value,
        Number::Decimal(_) => {
            let places = i64::from(DIGITS) - 1 - power.log10().floor() as i64;
            Number::Decimal(Decimal::from_f64_precise(power).quantize(places, RoundingMode::HalfEven))
        }
        _ => number::whole(power).map_or(Number::Double(power), Number::int_or_long),
    }
}

/// One decade of a series scaled to where a value lies.
///
/// MongoDB: a double's decade is found by scaling step by step, so the result has that very product's last bit; a
/// decimal's in decimals, which keep their zeros.
struct Decade {
    series: Vec<Number>,
    scale: Number,
}

impl Decade {
    fn new(series: &[f64], value: Number) -> Self {
        let like_value = |number: f64| match value {
            Number::Decimal(_) => Number::Decimal(Decimal::from_f64(number)),
            _ => Number::Double(number),
        };
        let scale = match value {
            Number::Decimal(_) => Number::Decimal(Decimal::from_i64(1)),
            _ => Number::Double(1.0),
        };
        Self { series: series.iter().map(|number| like_value(*number)).collect(), scale }
    }

    fn step(&self, index: usize) -> Number {
        number::multiply(self.series[index], self.scale)
    }

    fn first(&self) -> Number {
        self.step(0)
    }

    fn last(&self) -> Number {
        self.step(self.series.len() - 1)
    }

    fn steps(&self) -> impl DoubleEndedIterator<Item = Number> {
        (0..self.series.len()).map(|index| self.step(index))
    }

    fn grow(&mut self) {
        self.scale = number::multiply(self.scale, Number::Int(10));
    }

    fn shrink(&mut self) {
        self.scale = number::divide(self.scale, Number::Int(10)).unwrap_or(self.scale);
    }
}

fn decade_above(series: &[f64], value: Number) -> Number {
    let mut decade = Decade::new(series, value);
    while compare(value, decade.last()).is_ge() {
        decade.grow();
    }
    while compare(value, decade.first()).is_lt() {
        let least = decade.first();
        decade.shrink();
        if compare(value, decade.last()).is_ge() {
            return least;
        }
    }
    decade.steps().find(|step| compare(*step, value).is_gt()).unwrap_or(value)
}

fn decade_below(series: &[f64], value: Number) -> Number {
    let mut decade = Decade::new(series, value);
    while compare(value, decade.first()).is_le() {
        decade.shrink();
    }
    while compare(value, decade.last()).is_gt() {
        let greatest = decade.last();
        decade.grow();
        // A scale that was too small for a double is zero, and stays so.
        if compare(value, decade.first()).is_le() || decade.first().to_f64() == 0.0 {
            return greatest;
        }
    }
    decade.steps().rev().find(|step| compare(*step, value).is_lt()).unwrap_or(value)
}

/// IEC 60063's series of three digits: powers of the n-th root of ten, rounded.
fn geometric(n: u32) -> Vec<f64> {
    let step = |index: u32| match (100.0 * 10_f64.powf(f64::from(index) / f64::from(n))).round() {
        // The standard itself departs from its formula here.
        919.0 => 920.0,
        step => step,
    };
    (0..n).map(step).collect()
}

const R10: [u32; 10] = [100, 125, 160, 200, 250, 315, 400, 500, 630, 800];

const R20: [u32; 20] =
    [100, 112, 125, 140, 160, 180, 200, 224, 250, 280, 315, 355, 400, 450, 500, 560, 630, 710, 800, 900];

/// MongoDB: without 335, which the standard has.
const R40: [u32; 39] = [
    100, 106, 112, 118, 125, 132, 140, 150, 160, 170, 180, 190, 200, 212, 224, 236, 250, 265, 280, 300, 315, 355, 375,
    400, 425, 450, 475, 500, 530, 560, 600, 630, 670, 710, 750, 800, 850, 900, 950,
];

/// MongoDB: only what R80 has beyond R40.
const R80: [u32; 40] = [
    103, 109, 115, 122, 128, 136, 145, 155, 165, 175, 185, 195, 206, 218, 230, 243, 258, 272, 290, 307, 325, 345, 365,
    387, 412, 437, 462, 487, 515, 545, 575, 615, 650, 690, 730, 775, 825, 875, 925, 975,
];

const E24: [u32; 24] = [10, 11, 12, 13, 15, 16, 18, 20, 22, 24, 27, 30, 33, 36, 39, 43, 47, 51, 56, 62, 68, 75, 82, 91];

#[cfg(test)]
mod tests {

    use bson::{Bson, bson};

    use super::Granularity;

    fn around(series: &str, value: impl Into<Bson>) -> (Bson, Bson) {
        let series = Granularity::named(series).unwrap();
        let value = value.into();
        (series.round_down(&value), series.round_up(&value))
    }

    #[test]
    fn bounds_lie_strictly_around_the_value() {
        assert_eq!(around("1-2-5", 20), (bson!(10.0), bson!(50.0)));
        assert_eq!(around("1-2-5", 0.07), (bson!(0.05), bson!(0.1)));
        assert_eq!(around("R5", 63), (bson!(40.0), bson!(100.0)));
        assert_eq!(around("E192", 9.15), (bson!(9.09), bson!(9.200_000_000_000_001)));
        assert_eq!(around("POWERSOF2", 8), (bson!(4), bson!(16)));
        assert_eq!(around("POWERSOF2", 0.3), (bson!(0.25), bson!(0.5)));
        assert_eq!(around("POWERSOF2", 5e-324), (bson!(0.0), bson!(1e-323)));
        assert_eq!(around("POWERSOF2", 2.5e300), (bson!(997_f64.exp2()), bson!(998_f64.exp2())));
        assert_eq!(around("E6", 0), (bson!(0), bson!(0)));
        assert_eq!(around("E6", 5e-324), (bson!(0.0), bson!(1e-322)));
        assert_eq!(around("E6", f64::MAX), (bson!(1.499_999_999_999_999_8e308), bson!(f64::INFINITY)));
        assert_eq!(around("POWERSOF2", f64::INFINITY), (bson!(0.0), bson!(0.0)));
    }

    #[test]
    fn decimals_stay_decimals() {
        let decimal = |text: &str| Bson::Decimal128(text.parse().unwrap());
        assert_eq!(around("R5", decimal("1.5")), (decimal("1.00000000000000"), decimal("1.60000000000000")));
        assert_eq!(
            around("R5", decimal("1E-301")),
            (decimal("6.30000000000000E-302"), decimal("1.60000000000000E-301"))
        );
        assert_eq!(around("POWERSOF2", decimal("5E-324")).0, decimal("5E-324"));
        assert_eq!(around("POWERSOF2", decimal("1.7E+308")).1, decimal("1.7E+308"));
    }
}
