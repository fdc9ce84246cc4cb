//! `$range`: the ints from a start up to (not with) an end, by a step that may be negative but not 0.
//!
//! MongoDB: all three must be whole 32-bit numbers; more than about 100 MB of them is the server's memory error.

use bson::Bson;

use crate::Error;
use crate::expr::args::Args;
use crate::meter;
use crate::value::{Number, Value, type_name};

/// The server counts 16 bytes an element and 40 for the array against its limit of 100 MiB.
const MOST_ELEMENTS: i64 = (100 * 1024 * 1024 - 40) / 16;

pub(in crate::expr) fn range(args: &Args<'_>) -> Result<Value, Error> {
    let start = bound(args.at(0), "starting", 34_443)?;
    let end = bound(args.at(1), "ending", 34_445)?;
    let step = if args.is_given(2) { bound(args.at(2), "step", 34_447)? } else { 1 };
    if step == 0 {
        return Err(Error::coded(34_449, "`$range` requires a non-zero step value"));
    }
    let distance = i64::from(end) - i64::from(start);
    let stride = i64::from(step).abs();
    let count = if (distance > 0) == (step > 0) { (distance.abs() + stride - 1) / stride } else { 0 };
    if count > MOST_ELEMENTS {
        return Err(Error::coded(146, "`$range` would use too much memory and cannot spill to disk"));
    }
    meter::room(count as usize * size_of::<Bson>())?;
    let items = (0..count).map(|index| Bson::Int32((i64::from(start) + index * i64::from(step)) as i32));
    Ok(Some(Bson::Array(items.collect())))
}

/// A bound as an int; `code` says that it is no number, the next one that it is no 32-bit whole number.
fn bound(value: Option<&Bson>, which: &str, code: i32) -> Result<i32, Error> {
    let number = value.and_then(Number::of).ok_or_else(|| {
        Error::coded(code, format!("`$range` requires a numeric {which} value, found {}", type_name(value)))
    })?;
    number.to_i32().ok_or_else(|| {
        let message = format!("`$range` requires a {which} value that can be represented as a 32-bit integer");
        Error::coded(code + 1, message)
    })
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn ranges_exclude_their_end() {
        gives("{$range: [0, 5, 2]}", "[0,2,4]");
        gives("{$range: [5, 0, -2]}", "[5,3,1]");
        gives("{$range: [0, 3]}", "[0,1,2]");
        gives("{$range: [0, 3, -1]}", "[]");
        gives("{$range: [3, 3]}", "[]");
        gives("{$range: [2147483646, 2147483647]}", "[2147483646]");
        gives("{$range: ['x', 1]}", "error 34443");
        gives("{$range: [0.5, 1]}", "error 34444");
        gives("{$range: [0, null]}", "error 34445");
        gives("{$range: [0, 1.5]}", "error 34446");
        gives("{$range: [0, 1, '$nope']}", "error 34447");
        gives("{$range: [0, 1, 0.5]}", "error 34448");
        gives("{$range: [0, 1, 0]}", "error 34449");
        gives("{$range: [-2147483648, 2147483647]}", "error 146");
    }
}
