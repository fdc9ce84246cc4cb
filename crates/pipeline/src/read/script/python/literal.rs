//! Numbers and strings as Python writes them.

use std::rc::Rc;

use bson::{Binary, Bson, spec::BinarySubtype};

use crate::{
    Error,
    read::script::{
        parser::{Parser, is_word},
        run::value::Value,
        syntax::{Expr, Formatted, Kind, Part},
    },
};

/// What stands before a string's quote.
#[derive(Clone, Copy, Default)]
struct Prefix {
    is_raw: bool,
    is_bytes: bool,
    is_format: bool,
}

impl Parser<'_> {
    pub(super) fn py_number(&mut self) -> Result<Expr, Error> {
        let start = self.at();
        self.cursor.take_while(|c| is_word(c) || c == '.');
        let so_far = self.cursor.since(start);
        if so_far.ends_with(['e', 'E']) && !so_far.starts_with("0x") && matches!(self.peek(), Some('-' | '+')) {
            self.cursor.advance();
            self.cursor.take_while(is_word);
        }
        let written = self.cursor.since(start);
        match to_number(written) {
            Some(value) => self.constant(start, value),
            None => Err(self.cursor.error_at(start, format!("`{written}` is not a number"))),
        }
    }

    /// Whether a string begins here, perhaps with letters before its quote.
    pub(super) fn is_string_here(&self) -> bool {
        let quote = self.cursor.rest().chars().take(3).find(|c| !"rRbBuUfF".contains(*c));
        matches!(quote, Some('"' | '\''))
    }

    /// One string or several behind one another, which are one.
    pub(super) fn py_strings(&mut self) -> Result<Expr, Error> {
        let start = self.at();
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut bytes = None;
        while self.is_string_here() {
            let prefix = self.prefix();
            let before = text.len();
            self.py_string(prefix, &mut text, &mut parts)?;
            if prefix.is_bytes {
                let added = text.split_off(before);
                let added = added.chars().map(|c| u8::try_from(u32::from(c)));
                let added: Result<Vec<u8>, _> = added.collect();
                let added = added.map_err(|_| self.cursor.error_at(start, "bytes are written in ASCII"))?;
                bytes.get_or_insert_with(Vec::new).extend(added);
            }
            let end = self.cursor.clone();
            self.gap();
            if !self.is_string_here() {
                self.cursor = end;
                break;
            }
        }
        if let Some(bytes) = bytes {
            return self.constant(start, Value::Plain(Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes })));
        }
        if parts.is_empty() {
            return self.constant(start, Value::Text(Rc::from(text)));
        }
        parts.push(Part::Text(Rc::from(text)));
        self.expr(start, Kind::Template(parts))
    }

    fn prefix(&mut self) -> Prefix {
        let letters = self.cursor.take_while(|c| c.is_ascii_alphabetic());
        let has = |wanted: char| letters.chars().any(|c| c.eq_ignore_ascii_case(&wanted));
        Prefix { is_raw: has('r'), is_bytes: has('b'), is_format: has('f') }
    }

    /// Reads one string; the cursor stands on its quote.
    fn py_string(&mut self, prefix: Prefix, text: &mut String, parts: &mut Vec<Part>) -> Result<(), Error> {
        let start = self.at();
        let quote = if self.looks_at("\"") { '"' } else { '\'' };
        let triple = [quote; 3].iter().collect::<String>();
        let close = if self.looks_at(&triple) { triple } else { quote.to_string() };
        self.take(&close);
        loop {
            let stops =
                |c: char| c == quote || matches!(c, '\\' | '\n') || (prefix.is_format && matches!(c, '{' | '}'));
            text.push_str(self.cursor.take_while(|c| !stops(c)));
            if self.take(&close) {
                return Ok(());
            }
            match self.peek() {
                Some('\\') => self.py_escape(prefix, text)?,
                Some('\n') if close.len() == 1 => {
                    return Err(self.cursor.error_at(start, "this string has no end on its line"));
                }
                Some('{') if !self.take("{{") => {
                    let part = self.replacement(text)?;
                    parts.push(Part::Text(Rc::from(std::mem::take(text))));
                    parts.push(part);
                }
                Some('{') => text.push('{'),
                Some('}') if prefix.is_format => {
                    self.take("}");
                    self.take("}");
                    text.push('}');
                }
                Some(c) => {
                    self.cursor.advance();
                    text.push(c);
                }
                None => return Err(self.cursor.error_at(start, "this string has no end")),
            }
        }
    }

    /// `{value!r:format}` in a format string.
    fn replacement(&mut self, before: &mut String) -> Result<Part, Error> {
        self.take("{");
        let start = self.at();
        let value = self.within(Self::py_values)?;
        self.gap();
        let shows_code = self.looks_at("=");
        if shows_code {
            self.take("=");
            self.gap();
            let code = self.cursor.between(start, self.at());
            before.push_str(code);
        }
        let conversion = if self.take("!") { self.cursor.advance() } else { None };
        let mut format = Vec::new();
        let has_format = self.take(":");
        while has_format && !self.looks_at("}") {
            let plain = self.cursor.take_while(|c| !matches!(c, '{' | '}'));
            if !plain.is_empty() {
                format.push(Part::Text(Rc::from(plain)));
            }
            if self.looks_at("{") {
                let mut none = String::new();
                format.push(self.deeper(|parser| parser.replacement(&mut none))?);
            } else if !self.looks_at("}") {
                return Err(self.expected("`}`"));
            }
        }
        self.py_must("}")?;
        let conversion = conversion.or((shows_code && !has_format).then_some('r'));
        if let Some(unknown) = conversion.filter(|c| !matches!(c, 'r' | 's' | 'a')) {
            return Err(self.cursor.error_at(start, format!("unknown conversion `{unknown}` of a format string")));
        }
        Ok(Part::Formatted(Box::new(Formatted { value, conversion, format })))
    }

    /// A backslash and what follows; of an unknown escape, both.
    fn py_escape(&mut self, prefix: Prefix, text: &mut String) -> Result<(), Error> {
        let at = self.at();
        self.take("\\");
        let Some(next) = self.cursor.advance() else {
            return Err(self.cursor.error_at(at, "expected an escaped character, found the end of the text"));
        };
        if prefix.is_raw {
            text.extend(['\\', next]);
            return Ok(());
        }
        let digits = |parser: &Self, n: usize| {
            let found = parser.cursor.rest().get(..n).filter(|found| found.bytes().all(|b| b.is_ascii_hexdigit()));
            found.and_then(|found| u32::from_str_radix(found, 16).ok()).and_then(char::from_u32)
        };
        let hex = match next {
            'x' => 2,
            'u' if !prefix.is_bytes => 4,
            'U' if !prefix.is_bytes => 8,
            _ => 0,
        };
        if hex > 0 {
            let found = digits(self, hex);
            let found = found.ok_or_else(|| self.cursor.error_at(at, format!("expected {hex} hexadecimal digits")))?;
            self.cursor.advance_bytes(hex);
            text.push(found);
            return Ok(());
        }
        match next {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'v' => text.push('\u{b}'),
            'a' => text.push('\u{7}'),
            '\\' | '\'' | '"' => text.push(next),
            '\n' => {}
            '0'..='7' => {
                let more = self.cursor.rest().bytes().take(2).take_while(|b| (b'0'..=b'7').contains(b)).count();
                let octal = format!("{next}{}", &self.cursor.rest()[..more]);
                self.cursor.advance_bytes(more);
                text.extend(u32::from_str_radix(&octal, 8).ok().and_then(char::from_u32));
            }
            'N' if self.looks_at("{") => {
                return Err(self
                    .cursor
                    .error_at(at, "names of characters are not read")
                    .hint("write the character itself"));
            }
            other => text.extend(['\\', other]),
        }
        Ok(())
    }
}

fn to_number(written: &str) -> Option<Value> {
    if written.starts_with('_') || written.ends_with('_') || written.contains("__") {
        return None;
    }
    let bare = written.replace('_', "");
    let radix = match bare.get(..2) {
        Some("0x" | "0X") => Some(16),
        Some("0o" | "0O") => Some(8),
        Some("0b" | "0B") => Some(2),
        _ => None,
    };
    if let Some(radix) = radix {
        return i128::from_str_radix(&bare[2..], radix).ok().map(Value::Integer);
    }
    if bare.bytes().all(|b| b.is_ascii_digit()) {
        let is_octal = bare.len() > 1 && bare.starts_with('0') && bare.bytes().any(|b| b != b'0');
        return if is_octal { None } else { bare.parse().ok().map(Value::Integer) };
    }
    let is_plain = bare.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    if is_plain { bare.parse().ok().map(Value::Number) } else { None }
}
