//! `$round` and `$trunc`: a number with so many places behind the point (negative: before it), in its own type.
//!
//! MongoDB: rounds half to even, on the exact value of a double (2.675 to 2 places is 2.67). Ints widen to long where
//! they must; a long that would overflow is an error. Places must be whole, from -20 to 100.

use bigdecimal::RoundingMode;
use bson::Bson;

use crate::Error;
use crate::expr::args::Args;
use crate::value::{Decimal, Number, Value, is_nullish, type_name};

pub(in crate::expr) fn round(args: &Args<'_>) -> Result<Value, Error> {
    to_places("$round", args, RoundingMode::HalfEven)
}

pub(in crate::expr) fn trunc(args: &Args<'_>) -> Result<Value, Error> {
    to_places("$trunc", args, RoundingMode::Down)
}

fn to_places(name: &str, args: &Args<'_>, mode: RoundingMode) -> Result<Value, Error> {
    let value = args.at(0);
    if is_nullish(value) {
        return super::null();
    }
    let number = value.and_then(Number::of).ok_or_else(|| {
        Error::coded(51_081, format!("`{name}` only supports numeric types, not {}", type_name(value)))
    })?;
    if args.is_null(1) {
        return super::null();
    }
    let places = if args.is_given(1) { places(name, args.at(1))? } else { 0 };
    super::number(match number {
        Number::Int(x) if places < 0 => Number::int_or_long(rounded_whole(name, i64::from(x), places, mode)?),
        Number::Long(x) if places < 0 => Number::Long(rounded_whole(name, x, places, mode)?),
        Number::Double(x) if places == 0 => {
            Number::Double(if mode == RoundingMode::Down { x.trunc() } else { x.round_ties_even() })
        }
        Number::Double(x) => Number::Double(Decimal::from_f64_precise(x).quantized_to(places, mode).to_f64()),
        Number::Decimal(x) => Number::Decimal(padded(x.quantized_to(places, mode), places)),
        whole => whole,
    })
}

fn places(name: &str, value: Option<&Bson>) -> Result<i64, Error> {
    let number = value
        .and_then(Number::of)
        .ok_or_else(|| Error::coded(16_004, format!("can't convert from BSON type {} to long", type_name(value))))?;
    let Some(places) = number.asked_whole()?.filter(|places| i32::try_from(*places).is_ok()) else {
        return Err(Error::coded(51_082, format!("precision argument to `{name}` must be an integral 32-bit value")));
    };
    if (-20..=100).contains(&places) {
        Ok(places)
    } else {
        let message = format!("cannot apply `{name}` with precision value {places}: it must be in [-20, 100]");
        Err(Error::coded(51_083, message))
    }
}

fn rounded_whole(name: &str, value: i64, places: i64, mode: RoundingMode) -> Result<i64, Error> {
    Decimal::from_i64(value).quantize(places, mode).to_i64(mode).ok_or_else(|| {
        let message = format!("invalid conversion from decimal result in `{name}` of [{value}, {places}]");
        Error::coded(51_080, message)
    })
}

/// Gives a decimal its zeros behind the point, as many of those asked for as 34 digits hold.
fn padded(value: Decimal, places: i64) -> Decimal {
    match value {
        Decimal::Finite { exponent, .. } if i64::from(exponent) > -places => {
            let zeros = Decimal::Finite { negative: value.is_negative(), coefficient: 0, exponent: -places as i32 };
            value.add(zeros)
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn halves_go_to_even_on_the_exact_value() {
        gives("{$round: 2.5}", "2.0");
        gives("{$round: [2.25, 1]}", "2.2");
        gives("{$round: [2.675, 2]}", "2.67");
        gives("{$round: [1.005, 2]}", "1.0");
        gives("{$round: [1250, -2]}", "1200");
        gives("{$round: [1350, -2]}", "1400");
        gives("{$round: [50, -2]}", "0");
        gives("{$round: -0.4}", "-0.0");
        gives("{$round: [1e300, 2]}", "1e300");
        gives("{$trunc: [0.29, 2]}", "0.28");
        gives("{$trunc: [1299, -2]}", "1200");
        gives("{$trunc: [NumberDecimal('-1.99'), 1]}", r#"{"$numberDecimal":"-1.9"}"#);
        gives("{$round: [NumberDecimal('1.25'), 3]}", r#"{"$numberDecimal":"1.250"}"#);
        gives("{$round: [NumberDecimal('1250'), -2]}", r#"{"$numberDecimal":"1.2E+3"}"#);
    }

    #[test]
    fn the_edges_widen_or_are_refused() {
        gives("{$round: [2147483647, -1]}", r#"{"$numberLong":"2147483650"}"#);
        gives("{$round: [NumberLong('9223372036854775807'), -1]}", "error 51080");
        gives("{$round: ['x', 1]}", "error 51081");
        gives("{$round: [1.5, 1.5]}", "error 51082");
        gives("{$round: [1.5, 101]}", "error 51083");
        gives("{$round: [1.5, Infinity]}", "error 31109");
        gives("{$round: [1.5, 'x']}", "error 16004");
        gives("{$round: [null, 'x']}", "null");
        gives("{$round: [1.5, null]}", "null");
    }
}
