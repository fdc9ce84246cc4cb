//! `$slice`: `[array, n]` is the first `n` elements (the last where negative), `[array, position, n]` those from a
//! position on (counted from the end where negative).
//!
//! MongoDB: with a position, `n` must be above 0; a position before the start is the start.

use bson::Bson;

use crate::Error;
use crate::expr::args::{self, Args};
use crate::value::{Number, Value, is_nullish, type_name};

pub(in crate::expr) fn slice(args: &Args<'_>) -> Result<Value, Error> {
    let array = args.at(0);
    if is_nullish(array) || args.is_null(1) {
        return Ok(Some(Bson::Null));
    }
    let items = args::array(array).ok_or_else(|| {
        Error::coded(28_724, format!("first argument to `$slice` must be an array, but is {}", type_name(array)))
    })?;
    let first = whole(args.at(1), "second", 28_725)?;
    let back = first.unsigned_abs() as usize;
    let from_end = items.len().saturating_sub(back);
    if !args.is_given(2) {
        let part = if first < 0 { &items[from_end..] } else { &items[..back.min(items.len())] };
        return Ok(Some(Bson::Array(part.to_vec())));
    }
    if args.is_null(2) {
        return Ok(Some(Bson::Null));
    }
    let count = whole(args.at(2), "third", 28_727)?;
    let count = usize::try_from(count)
        .ok()
        .filter(|count| *count > 0)
        .ok_or_else(|| Error::coded(28_729, format!("third argument to `$slice` must be positive, found {count}")))?;
    let start = if first < 0 { from_end } else { back.min(items.len()) };
    let end = start.saturating_add(count).min(items.len());
    Ok(Some(Bson::Array(items[start..end].to_vec())))
}

fn whole(value: Option<&Bson>, which: &str, code: i32) -> Result<i32, Error> {
    let number = value.and_then(Number::of).ok_or_else(|| {
        Error::coded(code, format!("{which} argument to `$slice` must be numeric, but is {}", type_name(value)))
    })?;
    number.to_i32().ok_or_else(|| {
        let message = format!("{which} argument to `$slice` can't be represented as a 32-bit integer");
        Error::coded(code + 1, message)
    })
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn slices_count_from_both_ends() {
        gives("{$slice: [[1, 2, 3], 2]}", "[1,2]");
        gives("{$slice: [[1, 2, 3], -2]}", "[2,3]");
        gives("{$slice: [[1, 2, 3], 0]}", "[]");
        gives("{$slice: [[1, 2, 3], -9]}", "[1,2,3]");
        gives("{$slice: [[1, 2, 3], 1, 1]}", "[2]");
        gives("{$slice: [[1, 2, 3], -2, 1]}", "[2]");
        gives("{$slice: [[1, 2, 3], -9, 1]}", "[1]");
        gives("{$slice: [[1, 2, 3], 9, 1]}", "[]");
        gives("{$slice: [null, 'x']}", "null");
        gives("{$slice: [[1], 1, null]}", "null");
        gives("{$slice: ['x', 1]}", "error 28724");
        gives("{$slice: [[1], 'x']}", "error 28725");
        gives("{$slice: [[1], 1.5]}", "error 28726");
        gives("{$slice: [[1], 1, 'x']}", "error 28727");
        gives("{$slice: [[1], 1, 1.5]}", "error 28728");
        gives("{$slice: [[1], 1, 0]}", "error 28729");
    }
}
