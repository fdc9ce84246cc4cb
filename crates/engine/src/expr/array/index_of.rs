//! `$in` and `$indexOfArray`: whether and where an array has an element.
//!
//! MongoDB: `$in` takes nothing but an array, `$indexOfArray` gives null for null. Missing is looked for as a value of
//! its own, which no array holds.

use bson::Bson;

use pipeline::ast::Expr;

use crate::Error;
use crate::expr::args::{self, Args};
use crate::expr::{Env, Source};
use crate::value::{Number, Value, compare_values, is_nullish, type_name};

pub(in crate::expr) fn contains(value: Option<&Bson>, array: Option<&Bson>) -> Result<Value, Error> {
    let items = args::array(array).ok_or_else(|| {
        Error::coded(40_081, format!("`$in` requires an array as a second argument, found {}", type_name(array)))
    })?;
    Ok(Some(Bson::Boolean(items.iter().any(|item| compare_values(Some(item), value).is_eq()))))
}

/// The array, the element, and perhaps from where and up to where to look. MongoDB: the array is looked at before the rest.
pub(in crate::expr) fn index_of_array<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let Some((array, rest)) = exprs.split_first() else { return Ok(None) };
    let found = env.find(array)?;
    let array = found.as_deref();
    if is_nullish(array) {
        return Ok(Some(Bson::Null));
    }
    let items = args::array(array).ok_or_else(|| {
        let message = format!("`$indexOfArray` requires an array as a first argument, found {}", type_name(array));
        Error::coded(40_090, message)
    })?;
    let args = &Args::of(env, rest)?;
    let (start, end) = bounds("$indexOfArray", (args, 1), items.len())?;
    let found = (start..end).find(|index| compare_values(items.get(*index), args.at(0)).is_eq());
    Ok(Some(Bson::Int32(found.map_or(-1, |index| index as i32))))
}

/// From where and up to where to look, two arguments from a position on: within `length`, the whole of it where they are
/// left out.
pub(in crate::expr) fn bounds(
    name: &str,
    (args, index): (&Args<'_>, usize),
    length: usize,
) -> Result<(usize, usize), Error> {
    let start = if args.is_given(index) { bound(name, "starting", args.at(index))? } else { 0 };
    let end = if args.is_given(index + 1) { bound(name, "ending", args.at(index + 1))? } else { length };
    Ok((start, end.min(length)))
}

fn bound(name: &str, which: &str, value: Option<&Bson>) -> Result<usize, Error> {
    let whole = value.and_then(Number::of).and_then(Number::to_i32).ok_or_else(|| {
        Error::coded(40_096, format!("`{name}` requires an integral {which} index, found {}", type_name(value)))
    })?;
    usize::try_from(whole)
        .map_err(|_| Error::coded(40_097, format!("`{name}` requires a nonnegative {which} index, found {whole}")))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn elements_are_found_by_the_total_order() {
        gives("{$in: [1.0, [3, 1]]}", "true");
        gives("{$in: ['$nope', [null]]}", "false");
        gives("{$in: [1, null]}", "error 40081");
        gives("{$indexOfArray: [['a', 'b', 'a'], 'a', 1]}", "2");
        gives("{$indexOfArray: [['a', 'b'], 'b', 0, 1]}", "-1");
        gives("{$indexOfArray: [['a', 'b'], 'b', 5, 1]}", "-1");
        gives("{$indexOfArray: [null, 'x', -1]}", "null");
        gives("{$indexOfArray: ['x', {$size: null}]}", "error 40090");
        gives("{$indexOfArray: [[1], 1, null]}", "error 40096");
        gives("{$indexOfArray: [[1], 1, 0, -1]}", "error 40097");
    }
}
