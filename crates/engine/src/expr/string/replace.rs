//! `$replaceOne` and `$replaceAll`: a string's first (or every) occurrence of another, replaced; null if any is null.
//!
//! MongoDB: types are checked before null counts; an empty `find` matches at the start, or everywhere.

use bson::Bson;

use crate::Error;
use crate::expr::args::{self, Args};
use crate::value::{Value, is_nullish, type_name};

pub(in crate::expr) fn one(args: &Args<'_>) -> Result<Value, Error> {
    let parts = texts("$replaceOne", args)?;
    Ok(Some(parts.map_or(Bson::Null, |[input, find, with]| Bson::String(input.replacen(find, with, 1)))))
}

pub(in crate::expr) fn all(args: &Args<'_>) -> Result<Value, Error> {
    let Some([input, find, with]) = texts("$replaceAll", args)? else { return Ok(Some(Bson::Null)) };
    let growth = with.len().saturating_sub(find.len());
    super::checked(input.len() + input.matches(find).count().saturating_mul(growth))?;
    Ok(Some(Bson::String(input.replace(find, with))))
}

fn texts<'a>(name: &str, args: &'a Args<'_>) -> Result<Option<[&'a str; 3]>, Error> {
    for (index, (which, code)) in [("input", 51_746), ("find", 51_745), ("replacement", 51_744)].iter().enumerate() {
        let value = args.at(index);
        if args::text(value).is_none() && !is_nullish(value) {
            let message = format!("`{name}` requires that `{which}` be a string, found {}", type_name(value));
            return Err(Error::coded(*code, message));
        }
    }
    let text = |index| args::text(args.at(index));
    Ok(text(0).zip(text(1)).zip(text(2)).map(|((input, find), replacement)| [input, find, replacement]))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn occurrences_are_replaced() {
        gives("{$replaceOne: {input: 'aXbX', find: 'X', replacement: '-'}}", r#""a-bX""#);
        gives("{$replaceAll: {input: 'aXbX', find: 'X', replacement: ''}}", r#""ab""#);
        gives("{$replaceAll: {input: null, find: 'X', replacement: 'y'}}", "null");
        gives("{$replaceOne: {input: 1, find: 'X', replacement: null}}", "error 51746");
        gives("{$replaceOne: {input: 'x', find: 1, replacement: null}}", "error 51745");
        gives("{$replaceOne: {input: null, find: 'x', replacement: 1}}", "error 51744");
    }
}
