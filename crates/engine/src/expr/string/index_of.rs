//! `$indexOfBytes` and `$indexOfCP`: where a string first occurs in another, counted in bytes or in code points; -1 if
//! nowhere.
//!
//! MongoDB: null only for a null or missing first argument; the others must be what they should be. Bytes
//! must lie between the bounds whole; of code points only the first must, so that "" is not found at the very end.

use bson::Bson;
use pipeline::ast::Expr;

use crate::Error;
use crate::expr::args::{self, Args};
use crate::expr::array::index_of::bounds;
use crate::expr::{Env, Source};
use crate::value::{Value, is_nullish, type_name};

pub(in crate::expr) fn bytes(args: &Args<'_>) -> Result<Value, Error> {
    if is_nullish(args.at(0)) {
        return Ok(Some(Bson::Null));
    }
    let (text, token) = (text_of("$indexOfBytes", 40_091, args.at(0))?, text_of("$indexOfBytes", 40_092, args.at(1))?);
    let (start, end) = bounds("$indexOfBytes", (args, 2), text.len())?;
    let (text, token) = (text.as_bytes(), token.as_bytes());
    if start > text.len() || end < start {
        return Ok(Some(Bson::Int32(-1)));
    }
    Ok(Some(position(&text[start..end], token, start)))
}

/// MongoDB: of code points, the first argument is looked at before the rest.
pub(in crate::expr) fn code_points<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let Some((text, rest)) = exprs.split_first() else { return Ok(None) };
    let found = env.find(text)?;
    if is_nullish(found.as_deref()) {
        return Ok(Some(Bson::Null));
    }
    let text: Vec<char> = text_of("$indexOfCP", 40_093, found.as_deref())?.chars().collect();
    let args = &Args::of(env, rest)?;
    let token: Vec<char> = text_of("$indexOfCP", 40_094, args.at(0))?.chars().collect();
    let (start, end) = bounds("$indexOfCP", (args, 1), text.len())?;
    let found = if text.is_empty() && token.is_empty() && start == 0 {
        Some(0)
    } else {
        (start..end).find(|&place| text[place..].starts_with(&token))
    };
    Ok(Some(Bson::Int32(found.map_or(-1, |place| place as i32))))
}

fn position<T: PartialEq>(text: &[T], token: &[T], start: usize) -> Bson {
    let found = if token.is_empty() { Some(0) } else { text.windows(token.len()).position(|part| part == token) };
    Bson::Int32(found.map_or(-1, |index| (start + index) as i32))
}

/// A string; `code` refuses all else.
fn text_of<'a>(name: &str, code: i32, value: Option<&'a Bson>) -> Result<&'a str, Error> {
    args::text(value).ok_or_else(|| {
        Error::coded(code, format!("`{name}` looks for a string in a string, found {}", type_name(value)))
    })
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn positions_in_bytes_and_code_points() {
        gives("{$indexOfBytes: ['éab', 'b']}", "3");
        gives("{$indexOfCP: ['éab', 'b']}", "2");
        gives("{$indexOfCP: ['aXbX', 'X', 2]}", "3");
        gives("{$indexOfCP: ['aXbX', 'X', 2, 3]}", "-1");
        gives("{$indexOfBytes: ['abc', '', 1]}", "1");
        gives("{$indexOfBytes: ['abc', 'a', 5]}", "-1");
        gives("{$indexOfCP: ['abc', '', 3]}", "-1");
        gives("{$indexOfCP: ['', '']}", "0");
        gives("{$indexOfCP: ['abcd', 'bcd', 0, 2]}", "1");
        gives("{$indexOfBytes: ['abcd', 'bcd', 0, 2]}", "-1");
        gives("{$indexOfCP: [null, 1]}", "null");
        gives("{$indexOfBytes: [1, 'a']}", "error 40091");
        gives("{$indexOfBytes: ['a', null]}", "error 40092");
        gives("{$indexOfCP: [1, 'a']}", "error 40093");
        gives("{$indexOfCP: ['a', null]}", "error 40094");
        gives("{$indexOfCP: ['a', 'a', 'x']}", "error 40096");
        gives("{$indexOfCP: ['a', 'a', -1]}", "error 40097");
    }
}
