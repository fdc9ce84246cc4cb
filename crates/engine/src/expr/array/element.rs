//! `$arrayElemAt`, `$first` and `$last`: one element, counted from the end where negative; missing beyond the edge.

use bson::Bson;

use crate::Error;
use crate::expr::args;
use crate::value::{Number, Value, is_nullish, type_name};

pub(in crate::expr) fn at(array: Option<&Bson>, index: Option<&Bson>) -> Result<Value, Error> {
    if is_nullish(array) || is_nullish(index) {
        return Ok(Some(Bson::Null));
    }
    let items = items("$arrayElemAt", array)?;
    let number = index.and_then(Number::of).ok_or_else(|| {
        let message = format!("`$arrayElemAt`'s second argument must be a numeric value, but is {}", type_name(index));
        Error::coded(28_690, message)
    })?;
    let index = number.to_i32().ok_or_else(|| {
        Error::coded(28_691, "`$arrayElemAt`'s second argument must be representable as a 32-bit integer")
    })?;
    Ok(element(items, index))
}

pub(in crate::expr) fn first(array: Option<&Bson>) -> Result<Value, Error> {
    single("$first", array, 0)
}

pub(in crate::expr) fn last(array: Option<&Bson>) -> Result<Value, Error> {
    single("$last", array, -1)
}

fn single(name: &str, array: Option<&Bson>, index: i32) -> Result<Value, Error> {
    if is_nullish(array) {
        return Ok(Some(Bson::Null));
    }
    Ok(element(items(name, array)?, index))
}

fn items<'a>(name: &str, array: Option<&'a Bson>) -> Result<&'a [Bson], Error> {
    args::array(array).ok_or_else(|| {
        Error::coded(28_689, format!("`{name}`'s argument must be an array, but is {}", type_name(array)))
    })
}

fn element(items: &[Bson], index: i32) -> Value {
    let back = index.unsigned_abs() as usize;
    let index = if index < 0 { items.len().checked_sub(back)? } else { back };
    items.get(index).cloned()
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::{check, gives};

    #[test]
    fn elements_count_from_both_ends() {
        gives("{$arrayElemAt: [[1, 2, 3], 1]}", "2");
        gives("{$arrayElemAt: [[1, 2, 3], -1]}", "3");
        gives("{$arrayElemAt: [[1, 2, 3], 3]}", "missing");
        gives("{$arrayElemAt: [[1, 2, 3], -4]}", "missing");
        gives("{$arrayElemAt: [[1, 2, 3], 1.0]}", "2");
        gives("{$arrayElemAt: [null, 'x']}", "null");
        gives("{$arrayElemAt: [[1], '$nope']}", "null");
        gives("{$arrayElemAt: ['x', 1]}", "error 28689");
        gives("{$arrayElemAt: [[1], 'x']}", "error 28690");
        gives("{$arrayElemAt: [[1], 1.5]}", "error 28691");
        check("{$first: '$a'}", "{a: []}", "missing");
        check("{$last: '$a'}", "{a: [1, null]}", "null");
        check("{$first: '$a'}", "{a: 5}", "error 28689");
        check("{$last: '$a'}", "{}", "null");
    }
}
