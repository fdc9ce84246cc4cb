//! Strings in any of JavaScript's quotes, and regular expressions between slashes.

use bson::{Bson, Regex};

use super::cursor::Cursor;
use crate::Error;

/// Reads a string; the cursor stands on its quote.
pub(super) fn string(cursor: &mut Cursor<'_>) -> Result<String, Error> {
    let start = cursor.at();
    let Some(quote) = cursor.advance() else { return Err(cursor.error("expected a string")) };
    let mut text = String::new();
    loop {
        text.push_str(cursor.take_while(|c| c != quote && c != '\\' && c != '\n' && c != '$'));
        match cursor.advance() {
            Some('\\') => escape(cursor, &mut text)?,
            Some('\n') if quote == '`' => text.push('\n'),
            Some('$') if quote == '`' && cursor.peek() == Some('{') => {
                return Err(cursor.unsupported("`${…}` in a string is not supported"));
            }
            Some('$') => text.push('$'),
            Some(c) if c == quote => return Ok(text),
            Some(_) | None => {
                return Err(cursor.error_at(start, "this string has no end on its line"));
            }
        }
    }
}

/// Reads what follows a backslash.
pub(super) fn escape(cursor: &mut Cursor<'_>, text: &mut String) -> Result<(), Error> {
    let at = cursor.at();
    let c = match cursor.advance() {
        Some('n') => '\n',
        Some('t') => '\t',
        Some('r') => '\r',
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('v') => '\u{b}',
        Some('0') if !cursor.peek().is_some_and(|c| c.is_ascii_digit()) => '\0',
        Some('\n') => return Ok(()),
        Some('x') => char::from_u32(hex(cursor, 2)?).unwrap_or_default(),
        Some('u') => unicode(cursor, at)?,
        Some(c @ ('"' | '\'' | '`' | '\\' | '/' | '$')) => c,
        Some(c) => return Err(cursor.error_at(at, format!("unknown escape `\\{}` in a string", c.escape_debug()))),
        None => return Err(cursor.error_at(at, "expected an escaped character, found the end of the text")),
    };
    text.push(c);
    Ok(())
}

fn unicode(cursor: &mut Cursor<'_>, at: usize) -> Result<char, Error> {
    if cursor.peek() == Some('{') {
        cursor.advance();
        let digits = cursor.take_while(|c| c.is_ascii_hexdigit());
        let found = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        cursor.expect('}')?;
        return found.ok_or_else(|| cursor.error_at(at, "this `\\u{…}` is not a character"));
    }
    let first = hex(cursor, 4)?;
    if (0xD800..0xDC00).contains(&first) && cursor.rest().starts_with("\\u") {
        cursor.advance_bytes(2);
        let second = hex(cursor, 4)?;
        if (0xDC00..0xE000).contains(&second) {
            let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            return char::from_u32(code).ok_or_else(|| cursor.error_at(at, "this `\\u` is not a character"));
        }
    }
    char::from_u32(first).ok_or_else(|| {
        cursor
            .error_at(at, "half of a surrogate pair is not a character")
            .hint("write the pair, or the character itself")
    })
}

fn hex(cursor: &mut Cursor<'_>, digits: usize) -> Result<u32, Error> {
    let text = cursor.rest().get(..digits).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
    let Some(code) = text.and_then(|text| u32::from_str_radix(text, 16).ok()) else {
        return Err(cursor.error(format!("expected {digits} hexadecimal digits")));
    };
    cursor.advance_bytes(digits);
    Ok(code)
}

/// Reads `/pattern/options`; the cursor stands on the first slash.
pub(super) fn regex(cursor: &mut Cursor<'_>) -> Result<Bson, Error> {
    let start = cursor.at();
    let (pattern, options) = regex_parts(cursor)?;
    make_regex(pattern, options).map_err(|message| cursor.error_at(start, message))
}

/// The pattern and the options of `/pattern/options`, as they are written.
pub(super) fn regex_parts<'a>(cursor: &mut Cursor<'a>) -> Result<(&'a str, &'a str), Error> {
    let start = cursor.at();
    cursor.advance();
    let pattern_at = cursor.at();
    let mut in_class = false;
    loop {
        match cursor.peek() {
            Some('/') if !in_class => break,
            Some('[') => in_class = true,
            Some(']') => in_class = false,
            Some('\\') => {
                cursor.advance();
                if cursor.peek() == Some('\n') {
                    continue;
                }
            }
            Some('\n') | None => return Err(cursor.error_at(start, "this regular expression has no end on its line")),
            Some(_) => {}
        }
        cursor.advance();
    }
    let pattern = cursor.since(pattern_at);
    cursor.advance();
    Ok((pattern, cursor.take_while(|c| c.is_ascii_alphabetic())))
}

/// Builds a regular expression, its options sorted.
pub(super) fn make_regex(pattern: &str, options: &str) -> Result<Bson, String> {
    let options = crate::parse::regex_options(options)?;
    let no_nul = |_| "a regular expression cannot contain the character with code 0".to_owned();
    Ok(Bson::RegularExpression(Regex {
        pattern: pattern.to_owned().try_into().map_err(no_nul)?,
        options: options.try_into().map_err(no_nul)?,
    }))
}
