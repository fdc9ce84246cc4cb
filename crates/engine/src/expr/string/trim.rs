//! `$trim`, `$ltrim` and `$rtrim`: a string without the given characters (else whitespace) at its ends.
//!
//! MongoDB: whitespace is a fixed list with the zero byte in it; null or missing input or `chars` gives null.

use bson::Bson;

use crate::Error;
use crate::expr::args::{self, Args};
use crate::value::{Value, is_nullish, type_name};

/// What counts as whitespace.
const WHITESPACE: &[char] = &[
    '\0', ' ', '\t', '\n', '\u{b}', '\u{c}', '\r', '\u{a0}', '\u{1680}', '\u{2000}', '\u{2001}', '\u{2002}',
    '\u{2003}', '\u{2004}', '\u{2005}', '\u{2006}', '\u{2007}', '\u{2008}', '\u{2009}', '\u{200a}',
];

/// Where characters are taken off.
#[derive(Clone, Copy)]
pub(in crate::expr) enum Ends {
    Both,
    Left,
    Right,
}

/// `input`, `chars`.
pub(in crate::expr) fn trim(ends: Ends, args: &Args<'_>) -> Result<Value, Error> {
    let name = match ends {
        Ends::Both => "$trim",
        Ends::Left => "$ltrim",
        Ends::Right => "$rtrim",
    };
    let input = args.at(0);
    if is_nullish(input) {
        return Ok(Some(Bson::Null));
    }
    let text = args::text(input).ok_or_else(|| {
        Error::coded(50_699, format!("`{name}` requires its input to be a string, found {}", type_name(input)))
    })?;
    let given: Vec<char>;
    let chars = if args.is_given(1) {
        let chars = args.at(1);
        if is_nullish(chars) {
            return Ok(Some(Bson::Null));
        }
        let chars = args::text(chars).ok_or_else(|| {
            Error::coded(50_700, format!("`{name}` requires `chars` to be a string, found {}", type_name(chars)))
        })?;
        given = chars.chars().collect();
        given.as_slice()
    } else {
        WHITESPACE
    };
    let text = if matches!(ends, Ends::Both | Ends::Left) { text.trim_start_matches(chars) } else { text };
    let text = if matches!(ends, Ends::Both | Ends::Right) { text.trim_end_matches(chars) } else { text };
    Ok(Some(Bson::String(text.to_owned())))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn ends_are_trimmed() {
        gives("{$trim: {input: ' \\t a b \\n'}}", r#""a b""#);
        gives("{$ltrim: {input: ' a '}}", r#""a ""#);
        gives("{$rtrim: {input: ' a '}}", r#"" a""#);
        gives("{$trim: {input: 'éxaéx', chars: 'xé'}}", r#""a""#);
        gives("{$trim: {input: ' a ', chars: ''}}", r#"" a ""#);
        gives("{$trim: {input: null, chars: 1}}", "null");
        gives("{$trim: {input: 'a', chars: '$nope'}}", "null");
        gives("{$trim: {input: 1}}", "error 50699");
        gives("{$trim: {input: 'a', chars: 1}}", "error 50700");
    }
}
