//! Cells and BSON values as a workbook has them: texts, numbers, truth values, moments.
//!
//! Invariant: a number that a spreadsheet would round becomes text, so that no digit of an account number is lost.

use std::borrow::Cow;

use bson::Bson;
use insight::Cell;

use crate::documents::relaxed;
use crate::number;

/// The digits that a spreadsheet keeps of a number.
const MOST_DIGITS: u32 = 15;

/// The moments that have a date in a spreadsheet, in milliseconds since 1970: from 1900-03-01 to the end of 9999. Before, Excel
/// counts a day that there never was.
const DATED: std::ops::Range<i64> = -2_203_891_200_000..253_402_300_800_000;

const MILLIS_A_DAY: f64 = 86_400_000.0;
/// The day 1970-01-01, as spreadsheets count days.
const EPOCH: f64 = 25_569.0;

/// What a cell of a workbook holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Blank,
    Text(Cow<'a, str>),
    /// A whole number.
    Whole(f64),
    Number(f64),
    Bool(bool),
    /// Days since the end of 1899.
    Moment(f64),
}

impl<'a> Value<'a> {
    pub(super) fn of_cell(cell: &'a Cell) -> Self {
        match cell {
            Cell::Missing => Self::Blank,
            Cell::Hidden => Self::Text(Cow::Borrowed(number::HIDDEN)),
            Cell::Text(text) => Self::Text(Cow::Borrowed(text)),
            Cell::Integer(value) => whole(*value),
            Cell::Number(value) => finite(*value),
        }
    }

    pub(super) fn of_bson(value: &'a Bson) -> Self {
        match value {
            Bson::Null | Bson::Undefined => Self::Blank,
            Bson::String(text) | Bson::Symbol(text) => Self::Text(Cow::Borrowed(text)),
            Bson::Boolean(value) => Self::Bool(*value),
            Bson::Int32(value) => whole(i64::from(*value)),
            Bson::Int64(value) => whole(*value),
            Bson::Double(value) => finite(*value),
            Bson::Decimal128(value) => decimal(&value.to_string()),
            Bson::ObjectId(id) => Self::Text(Cow::Owned(id.to_hex())),
            Bson::DateTime(moment) if DATED.contains(&moment.timestamp_millis()) => {
                Self::Moment(moment.timestamp_millis() as f64 / MILLIS_A_DAY + EPOCH)
            }
            Bson::DateTime(moment) => {
                let text = moment.try_to_rfc3339_string();
                Self::Text(Cow::Owned(text.unwrap_or_else(|_| moment.timestamp_millis().to_string())))
            }
            other => Self::Text(Cow::Owned(relaxed(other))),
        }
    }

    /// Whether it is the beginning of a day.
    pub(super) fn is_midnight(&self) -> bool {
        matches!(self, Self::Moment(days) if days.fract() == 0.0)
    }
}

fn whole<'a>(value: i64) -> Value<'a> {
    if value.unsigned_abs() < 10_u64.pow(MOST_DIGITS) {
        Value::Whole(value as f64)
    } else {
        Value::Text(Cow::Owned(value.to_string()))
    }
}

/// A workbook has no infinity, and no value that is not a number.
fn finite<'a>(value: f64) -> Value<'a> {
    match value {
        _ if value.is_finite() => Value::Number(value),
        _ if value.is_nan() => Value::Blank,
        _ if value > 0.0 => Value::Text(Cow::Borrowed("inf")),
        _ => Value::Text(Cow::Borrowed("-inf")),
    }
}

fn decimal<'a>(text: &str) -> Value<'a> {
    let mantissa = text.split('E').next().unwrap_or_default();
    let digits = mantissa.chars().filter(char::is_ascii_digit).collect::<String>();
    let n_digits = digits.trim_start_matches('0').len();
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && n_digits <= MOST_DIGITS as usize => Value::Number(value),
        _ => Value::Text(Cow::Owned(text.to_owned())),
    }
}
