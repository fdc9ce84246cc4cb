//! `$toLower`, `$toUpper` and `$strcasecmp`.
//!
//! MongoDB: only ASCII letters change; numbers and dates are made text first, null and missing are the empty string.

use bson::Bson;

use crate::Error;
use crate::expr::convert::to_text;
use crate::value::Value;

pub(in crate::expr) fn to_lower(value: Option<&Bson>) -> Result<Value, Error> {
    Ok(Some(Bson::String(to_text(value)?.to_ascii_lowercase())))
}

pub(in crate::expr) fn to_upper(value: Option<&Bson>) -> Result<Value, Error> {
    Ok(Some(Bson::String(to_text(value)?.to_ascii_uppercase())))
}

pub(in crate::expr) fn compare(a: Option<&Bson>, b: Option<&Bson>) -> Result<Value, Error> {
    let order = to_text(a)?.to_ascii_uppercase().cmp(&to_text(b)?.to_ascii_uppercase());
    Ok(Some(Bson::Int32(order as i32)))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn only_ascii_changes() {
        gives("{$toUpper: 'aé'}", r#""Aé""#);
        gives("{$toLower: 'AÉ'}", r#""aÉ""#);
        gives("{$toLower: null}", r#""""#);
        gives("{$toUpper: 1e300}", r#""1E+300""#);
        gives("{$toLower: new Date(0)}", r#""1970-01-01t00:00:00.000z""#);
        gives("{$toLower: true}", "error 16007");
        gives("{$strcasecmp: ['Ab', 'aB']}", "0");
        gives("{$strcasecmp: ['a', 'B']}", "-1");
        gives("{$strcasecmp: [null, '$nope']}", "0");
    }
}
