//! `$split`: a string cut at every occurrence of another; null for null and missing, and never by an empty string.

use bson::Bson;

use crate::Error;
use crate::expr::args;
use crate::meter;
use crate::value::{Value, is_nullish, type_name};

pub(in crate::expr) fn split(input: Option<&Bson>, separator: Option<&Bson>) -> Result<Value, Error> {
    if is_nullish(input) || is_nullish(separator) {
        return Ok(Some(Bson::Null));
    }
    let text = |code, which: &str, value| {
        args::text(value).ok_or_else(|| {
            Error::coded(code, format!("`$split` requires a string as {which} argument, found {}", type_name(value)))
        })
    };
    let (text, separator) = (text(40_085, "first", input)?, text(40_086, "second", separator)?);
    if separator.is_empty() {
        return Err(Error::coded(40_087, "`$split` requires a non-empty separator"));
    }
    meter::room(text.len() + (text.matches(separator).count() + 1) * size_of::<Bson>())?;
    Ok(Some(Bson::Array(text.split(separator).map(Bson::from).collect())))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn parts_may_be_empty() {
        gives("{$split: ['-a--b', '-']}", r#"["","a","","b"]"#);
        gives("{$split: ['', '-']}", r#"[""]"#);
        gives("{$split: [1, null]}", "null");
        gives("{$split: [1, 'a']}", "error 40085");
        gives("{$split: ['a', 1]}", "error 40086");
        gives("{$split: ['a', '']}", "error 40087");
    }
}
