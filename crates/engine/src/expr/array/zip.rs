//! `$zip`: the first elements of all arrays together, then the second ones, …, as many as the shortest has, or with
//! `useLongestLength` as the longest, filled from `defaults` or with null.
//!
//! MongoDB: null as soon as an input is null or missing, and no input behind that is looked at; the
//! defaults are looked at only where one is needed.

use bson::Bson;
use pipeline::ast::Expr;

use crate::Error;
use crate::expr::{Env, Source, args};
use crate::meter::Growing;
use crate::value::{Value, is_nullish, is_true, type_name};

/// `inputs`, `useLongestLength`, `defaults`.
pub(in crate::expr) fn zip<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let [Expr::Array(inputs), is_longest, defaults] = exprs else { return Ok(None) };
    let mut arrays = Vec::with_capacity(inputs.len());
    for input in inputs {
        let found = env.find(input)?;
        if is_nullish(found.as_deref()) {
            return Ok(Some(Bson::Null));
        }
        if args::array(found.as_deref()).is_none() {
            let message = format!("`$zip` found a non-array expression in input: {}", type_name(found.as_deref()));
            return Err(Error::coded(34_468, message));
        }
        arrays.push(found);
    }
    let arrays: Vec<&[Bson]> = arrays.iter().filter_map(|found| args::array(found.as_deref())).collect();
    let lengths = arrays.iter().map(|array| array.len());
    let is_longest = is_true(env.find(is_longest)?.as_deref());
    let (shortest, longest) = (lengths.clone().min().unwrap_or(0), lengths.max().unwrap_or(0));
    let (n_rows, defaults) = match defaults {
        _ if !is_longest => (shortest, Vec::new()),
        Expr::Array(defaults) if shortest < longest => {
            let defaults = defaults.iter().map(|default| env.evaluate(default)).collect::<Result<_, _>>()?;
            (longest, defaults)
        }
        _ => (longest, Vec::new()),
    };
    let cell = |column: usize, row: usize| {
        let default = || defaults.get(column).and_then(Option::as_ref);
        arrays[column].get(row).or_else(default).cloned().unwrap_or(Bson::Null)
    };
    let row = |row: usize| Bson::Array((0..arrays.len()).map(|column| cell(column, row)).collect());
    let mut growing = Growing::default();
    let rows = (0..n_rows).map(|at| {
        let row = row(at);
        growing.add(&row)?;
        Ok(row)
    });
    Ok(Some(Bson::Array(rows.collect::<Result<_, Error>>()?)))
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
        gives("{$zip: {inputs: [null, {$range: [0, {$size: null}]}]}}", "null");
        gives(
            "{$zip: {inputs: [[1], [2]], useLongestLength: true, defaults: [{$divide: [1, '$zero']}, 0]}}",
            "[[1,2]]",
        );
        gives("{$zip: {inputs: [[1], 'x']}}", "error 34468");
    }
}
