//! `$convert` and its short forms `$toInt $toLong $toDouble $toDecimal $toBool $toDate $toObjectId $toString`.
//!
//! MongoDB: a null or missing input gives `onNull` (null where not given) even before a null `to` gives null; failed and
//! impossible conversions are error 241, which alone `onError` catches. Every value but false and zero is true, also
//! the string "false". Dates come from long, double, decimal, string, objectId and timestamp, but not from int.

use bson::{Bson, DateTime};
use pipeline::ast::Expr;
use pipeline::types;

use super::double_text;
use super::to_number::{Failure, to_decimal, to_double, to_int, to_long, whole_part};
use crate::Error;
use crate::expr::{Env, Source, date};
use crate::value::{Number, Value, is_nullish, is_true, type_code, type_name};

/// What to do where a value cannot be converted.
const ON_ERROR: &str = "`{$convert: {input: …, to: …, onError: null}}` gives null in its place";

/// The code of every failed conversion.
pub(in crate::expr) const CONVERSION_FAILURE: i32 = 241;

/// `input`, `to`, `onError`, `onNull`.
pub(in crate::expr) fn convert<S: Source>(env: &Env<'_, S>, args: &[Expr<S::Field>]) -> Result<Value, Error> {
    let [input, to, on_error, on_null] = args else { return Ok(None) };
    let target = target(env.find(to)?.as_deref())?;
    let input = env.find(input)?;
    let input = match input.as_deref() {
        Some(input) if !is_nullish(Some(input)) => input,
        _ if matches!(on_null, Expr::Missing) => return Ok(Some(Bson::Null)),
        _ => return env.evaluate(on_null),
    };
    let Some(target) = target else { return Ok(Some(Bson::Null)) };
    match to_type(input, target) {
        Err(error) if error.code() == Some(CONVERSION_FAILURE) && !matches!(on_error, Expr::Missing) => {
            env.evaluate(on_error)
        }
        result => result.map(Some),
    }
}

/// The short forms: `$convert` to a fixed type.
pub(in crate::expr) fn shorthand(value: Option<&Bson>, to: &str) -> Result<Value, Error> {
    match (value, named(to)) {
        (Some(value), Some(target)) if !is_nullish(Some(value)) => to_type(value, target).map(Some),
        _ => Ok(Some(Bson::Null)),
    }
}

/// MongoDB: `missing` is a type here, with the number 0.
fn named(name: &str) -> Option<i32> {
    if name == "missing" { Some(0) } else { types::code(name) }
}

/// The number of the type that `to` names; `None` for a null `to`.
fn target(to: Option<&Bson>) -> Result<Option<i32>, Error> {
    let to = match to {
        Some(to) if !is_nullish(Some(to)) => to,
        _ => return Ok(None),
    };
    if let Bson::String(name) = to {
        let code = named(name).ok_or_else(|| Error::coded(2, format!("unknown type name: `{name}`")))?;
        return Ok(Some(code));
    }
    let number = Number::of(to).ok_or_else(|| {
        let message = format!("`$convert`'s `to` must be a string or number, but is {}", type_name(Some(to)));
        Error::coded(9, message)
    })?;
    let code = number.to_i32().ok_or_else(|| Error::coded(9, "in `$convert`, a numeric `to` must be an integer"))?;
    if code == 0 || types::name(code).is_some() {
        return Ok(Some(code));
    }
    Err(Error::coded(9, format!("in `$convert`, `to: {code}` does not correspond to a BSON type")))
}

fn to_type(value: &Bson, target: i32) -> Result<Bson, Error> {
    let fail = |failure: Failure| Error::coded(CONVERSION_FAILURE, format!("{failure} in `$convert`")).hint(ON_ERROR);
    let converted = match target {
        1 => to_double(value),
        2 => return to_string(value).unwrap_or_else(|| Err(fail(unsupported(value, target)))),
        7 => to_object_id(value),
        8 => Some(Ok(Bson::Boolean(is_true(Some(value))))),
        9 => return to_date(value, &fail),
        16 => to_int(value),
        18 => to_long(value),
        19 => to_decimal(value),
        _ => None,
    };
    converted.unwrap_or_else(|| Err(unsupported(value, target))).map_err(fail)
}

fn unsupported(value: &Bson, target: i32) -> Failure {
    let to = types::name(target).unwrap_or("that type");
    format!("unsupported conversion from {} to {to}", type_name(Some(value)))
}

fn to_string(value: &Bson) -> Option<Result<Bson, Error>> {
    let text = match value {
        Bson::String(text) => text.clone(),
        Bson::Int32(x) => x.to_string(),
        Bson::Int64(x) => x.to_string(),
        Bson::Double(x) => double_text(*x),
        Bson::Decimal128(_) => Number::of(value)?.to_decimal().to_string(),
        Bson::Boolean(x) => x.to_string(),
        Bson::ObjectId(id) => id.to_hex(),
        Bson::DateTime(date) => return Some(date::iso_text(date.timestamp_millis()).map(Bson::String)),
        _ => return None,
    };
    Some(Ok(Bson::String(text)))
}

fn to_object_id(value: &Bson) -> Option<Result<Bson, Failure>> {
    match value {
        Bson::ObjectId(_) => Some(Ok(value.clone())),
        Bson::String(text) => {
            let id = bson::oid::ObjectId::parse_str(text);
            Some(id.map(Bson::ObjectId).map_err(|_| format!("failed to parse objectId `{text}`")))
        }
        _ => None,
    }
}

fn to_date(value: &Bson, fail: &dyn Fn(Failure) -> Error) -> Result<Bson, Error> {
    let millis = match value {
        Bson::String(text) => date::from_text(text)?,
        Bson::Int32(_) => return Err(fail(unsupported(value, 9))),
        other => match date::instant(other) {
            Some(millis) => millis,
            None => match Number::of(other) {
                Some(number) => whole_part(number).map_err(fail)?,
                None => return Err(fail(unsupported(value, type_code(Some(&Bson::DateTime(DateTime::MIN)))))),
            },
        },
    };
    Ok(Bson::DateTime(DateTime::from_millis(millis)))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::{check, gives};

    #[test]
    fn numbers_convert_by_cutting_off_and_refusing_what_does_not_fit() {
        gives("{$toInt: -1.9}", "-1");
        gives("{$toInt: '12'}", "12");
        gives("{$toInt: '1.5'}", "error 241");
        gives("{$toInt: 2147483648}", "error 241");
        gives("{$toLong: NumberDecimal('1.9')}", r#"{"$numberLong":"1"}"#);
        gives("{$toLong: NaN}", "error 241");
        gives("{$toLong: new Date(5)}", r#"{"$numberLong":"5"}"#);
        gives("{$toInt: new Date(5)}", "error 241");
        gives("{$toDouble: '1e3'}", "1000.0");
        gives("{$toDouble: ' 1'}", "error 241");
        gives("{$toDouble: '1e400'}", "error 241");
        gives("{$toDouble: '-inf'}", r#"{"$numberDouble":"-Infinity"}"#);
        gives("{$toDecimal: 0.1}", r#"{"$numberDecimal":"0.100000000000000"}"#);
        gives("{$toDecimal: '0x1A'}", "error 241");
        gives("{$toDouble: NumberDecimal('1E+400')}", "error 241");
    }

    #[test]
    fn truth_text_and_ids_convert() {
        gives("{$toBool: 'false'}", "true");
        gives("{$toBool: 0.0}", "false");
        gives("{$toString: 1.0}", r#""1""#);
        gives("{$toString: 1e300}", r#""1e+300""#);
        gives("{$toString: true}", r#""true""#);
        gives("{$toString: {a: 1}}", "error 241");
        gives("{$toObjectId: '5f0000000000000000000000'}", r#"{"$oid":"5f0000000000000000000000"}"#);
        gives("{$toObjectId: 'x'}", "error 241");
    }

    #[test]
    fn dates_come_from_all_but_ints() {
        gives("{$toDate: 1.9}", r#"{"$date":"1970-01-01T00:00:00.001Z"}"#);
        gives("{$toDate: 5}", "error 241");
        gives("{$toDate: '2020-01-02T03:04:05Z'}", r#"{"$date":"2020-01-02T03:04:05Z"}"#);
        gives("{$toDate: ObjectId('5f0000000000000000000000')}", r#"{"$date":"2020-07-04T04:05:20Z"}"#);
        gives("{$toDate: true}", "error 241");
    }

    #[test]
    fn on_error_and_on_null_stand_in() {
        check("{$convert: {input: 'x', to: 'int', onError: '$e'}}", "{e: 5}", "5");
        check("{$convert: {input: '$nope', to: 'int', onNull: 7}}", "{}", "7");
        check("{$convert: {input: '$nope', to: null, onNull: 7}}", "{}", "7");
        check("{$convert: {input: 1, to: '$nope'}}", "{}", "null");
        check("{$convert: {input: 1, to: '$t', onError: 1}}", "{t: 'number'}", "error 2");
        check("{$convert: {input: 1, to: '$t', onError: 1}}", "{t: 1.5}", "error 9");
        check("{$convert: {input: 1, to: '$t'}}", "{t: true}", "error 9");
        check("{$convert: {input: 1, to: '$t'}}", "{t: 2}", r#""1""#);
        check("{$convert: {input: 1, to: '$t'}}", "{t: 'object'}", "error 241");
        check("{$toInt: '$nope'}", "{}", "null");
    }
}
