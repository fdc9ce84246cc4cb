//! `$zip`: the first elements of all arrays together, then the second ones, …, as many as the shortest has, or with
//! `useLongestLength` as the longest, filled from `defaults` or with null.
//!
//! MongoDB: null as soon as an input is null or missing.

use bson::Bson;

use crate::Error;
use crate::expr::args::{self, Args};
use crate::value::{Value, is_nullish, is_true, type_name};

/// `inputs`, `useLongestLength`, `defaults`.
pub(in crate::expr) fn zip(args: &Args<'_>) -> Result<Value, Error> {
    let inputs = args::array(args.at(0))
        .ok_or_else(|| Error::coded(34_461, format!("`inputs` must be an array, found {}", type_name(args.at(0)))))?;
    let mut arrays = Vec::with_capacity(inputs.len());
    for input in inputs {
        if is_nullish(Some(input)) {
            return Ok(Some(Bson::Null));
        }
        arrays.push(args::array(Some(input)).ok_or_else(|| {
            let message = format!("`$zip` found a non-array expression in input: {}", type_name(Some(input)));
            Error::coded(34_468, message)
        })?);
    }
    let defaults = args::array(args.at(2)).unwrap_or_default();
    if args.is_given(2) && defaults.len() != arrays.len() {
        return Err(Error::coded(34_467, "`defaults` and `inputs` of `$zip` must have the same length"));
    }
    let lengths = arrays.iter().map(|array| array.len());
    let rows = if is_true(args.at(1)) { lengths.max() } else { lengths.min() }.unwrap_or(0);
    let cell = |column: usize, row: usize| {
        arrays[column].get(row).or_else(|| defaults.get(column)).cloned().unwrap_or(Bson::Null)
    };
    let row = |row: usize| Bson::Array((0..arrays.len()).map(|column| cell(column, row)).collect());
    Ok(Some(Bson::Array((0..rows).map(row).collect())))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn arrays_are_zipped_to_the_shortest_or_longest() {
        gives("{$zip: {inputs: [[1, 2], ['a']]}}", r#"[[1,"a"]]"#);
        gives("{$zip: {inputs: [[1, 2], ['a']], useLongestLength: true}}", r#"[[1,"a"],[2,null]]"#);
        gives("{$zip: {inputs: [[1, 2], ['a']], useLongestLength: true, defaults: [0, 'z']}}", r#"[[1,"a"],[2,"z"]]"#);
        gives("{$zip: {inputs: [[1], null]}}", "null");
        gives("{$zip: {inputs: [[1], 'x']}}", "error 34468");
    }
}
