//! Numbers, strings, templates and regular expressions as JavaScript writes them.

use std::rc::Rc;

use bson::Bson;

use crate::{
    Error,
    read::{
        script::{
            parser::{Parser, is_word},
            run::value::{Pattern, Value},
            syntax::{Expr, Kind, Part},
        },
        string::make_regex,
    },
};

impl Parser<'_> {
    /// A number: always a double of JavaScript, or with `n` a whole number of 64 bits.
    pub(super) fn number(&mut self) -> Result<Expr, Error> {
        let start = self.at();
        self.cursor.take_while(is_word);
        if self.looks_at(".") {
            self.take(".");
            self.cursor.take_while(is_word);
        }
        let is_followed =
            self.cursor.rest().strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if is_followed {
            self.cursor.take_while(|c| is_word(c) || c == '.');
        }
        let so_far = self.cursor.since(start);
        let is_based = so_far.starts_with('0') && so_far[1..].starts_with(['x', 'X', 'o', 'O', 'b', 'B']);
        if so_far.ends_with(['e', 'E']) && !is_based && matches!(self.peek(), Some('-' | '+')) {
            self.cursor.advance();
            self.cursor.take_while(is_word);
        }
        let written = self.cursor.since(start);
        match to_number(written) {
            Some(value) => self.constant(start, value),
            None => Err(self.cursor.error_at(start, format!("`{written}` is not a number"))),
        }
    }

    /// A string in single or double quotes; the cursor stands on the first.
    pub(super) fn string(&mut self) -> Result<String, Error> {
        let start = self.at();
        let quote = self.cursor.advance();
        let mut text = String::new();
        loop {
            text.push_str(self.cursor.take_while(|c| Some(c) != quote && c != '\\' && c != '\n'));
            match self.peek() {
                found if found.is_some() && found == quote => {
                    self.cursor.advance();
                    return Ok(text);
                }
                Some('\\') => self.escape(&mut text)?,
                _ => return Err(self.cursor.error_at(start, "this string has no end on its line")),
            }
        }
    }

    /// A template; the cursor stands on its first quote.
    pub(super) fn template(&mut self) -> Result<Expr, Error> {
        self.template_from(self.at(), false)
    }

    /// The same behind `String.raw`.
    pub(super) fn raw_template(&mut self, start: usize) -> Result<Expr, Error> {
        self.template_from(start, true)
    }

    fn template_from(&mut self, start: usize, is_raw: bool) -> Result<Expr, Error> {
        self.take("`");
        let mut parts = Vec::new();
        let mut text = String::new();
        loop {
            text.push_str(self.cursor.take_while(|c| !matches!(c, '`' | '\\' | '$')));
            if self.take("${") {
                parts.push(Part::Text(Rc::from(std::mem::take(&mut text))));
                let (outer, n_open) = (std::mem::take(&mut self.is_in_choice), self.n_open);
                parts.push(Part::Value(self.sequence()?));
                self.must("}")?;
                (self.is_in_choice, self.n_open) = (outer, n_open);
            } else if self.take("$") {
                text.push('$');
            } else if self.take("`") {
                parts.push(Part::Text(Rc::from(text)));
                return match parts.as_slice() {
                    [Part::Text(text)] => self.constant(start, Value::Text(Rc::clone(text))),
                    _ => self.expr(start, Kind::Template(parts)),
                };
            } else if self.looks_at("\\") && is_raw {
                text.extend(self.cursor.advance());
                text.extend(self.cursor.advance());
            } else if self.looks_at("\\") {
                self.escape(&mut text)?;
            } else {
                return Err(self.cursor.error_at(start, "this template string has no end"));
            }
        }
    }

    /// What follows a backslash, on which the cursor stands. An unknown escape is the character itself.
    fn escape(&mut self, text: &mut String) -> Result<(), Error> {
        let next = self.cursor.rest()[1..].chars().next();
        match next {
            Some('0'..='7') if self.cursor.rest()[1..].starts_with(is_octal) => {
                let digits: String = self.cursor.rest()[1..].chars().take(3).take_while(|c| is_octal(*c)).collect();
                let digits = if digits.len() == 3 && *digits > *"377" { &digits[..2] } else { &digits };
                self.cursor.advance_bytes(1 + digits.len());
                text.extend(u32::from_str_radix(digits, 8).ok().and_then(char::from_u32));
                Ok(())
            }
            Some('\r') => {
                self.cursor.advance_bytes(2);
                self.take("\n");
                Ok(())
            }
            Some(c) if !matches!(c, 'n' | 't' | 'r' | 'b' | 'f' | 'v' | '0' | 'x' | 'u' | '\n') => {
                if c.is_alphanumeric() {
                    let line = self.cursor.line_of(self.at());
                    let note = format!("line {line}: `\\{c}` in a string is just `{c}`; a backslash is written `\\\\`");
                    self.note(note);
                }
                self.cursor.advance_bytes(1 + c.len_utf8());
                text.push(c);
                Ok(())
            }
            _ => {
                self.cursor.advance();
                crate::read::string::escape(&mut self.cursor, text)
            }
        }
    }

    /// A regular expression; the cursor stands on its slash.
    ///
    /// MongoDB: the driver of mongosh sends `i` and `m`, sends `g` as `s`, and drops all others. The option `x` is no flag of
    /// JavaScript; it is read nevertheless.
    pub(super) fn regex(&mut self) -> Result<Expr, Error> {
        let start = self.at();
        let (pattern, flags) = crate::read::string::regex_parts(&mut self.cursor)?;
        if let Some(unknown) = flags.chars().find(|flag| !"dgimsuvyx".contains(*flag)) {
            let message = format!("unknown flag `{unknown}` of a regular expression");
            return Err(self.cursor.error_at(start, message).hint("the flags are `i`, `m`, `g`, `s`, `u`, `x`"));
        }
        make_regex(pattern, &sent_options(flags)).map_err(|message| self.cursor.error_at(start, message))?;
        let pattern = Pattern { source: Rc::from(pattern), flags: Rc::from(flags) };
        self.constant(start, Value::Pattern(Rc::new(pattern)))
    }
}

/// The options that flags of JavaScript become.
pub(in crate::read::script) fn sent_options(flags: &str) -> String {
    let sent = |flag| match flag {
        'g' => Some('s'),
        'i' | 'm' | 'x' => Some(flag),
        _ => None,
    };
    flags.chars().filter_map(sent).collect()
}

fn is_octal(c: char) -> bool {
    matches!(c, '0'..='7')
}

/// The value of a number as it is written, without a sign.
fn to_number(written: &str) -> Option<Value> {
    let bare = written.replace('_', "");
    if written.starts_with('_') || written.ends_with('_') || written.contains("__") {
        return None;
    }
    let based = bare.get(..2).and_then(|prefix| match prefix {
        "0x" | "0X" => Some(16),
        "0o" | "0O" => Some(8),
        "0b" | "0B" => Some(2),
        _ => None,
    });
    if let Some(base) = based {
        let (digits, is_big) = bare[2..].strip_suffix('n').map_or((&bare[2..], false), |digits| (digits, true));
        let value = u64::from_str_radix(digits, base).ok().filter(|_| !digits.starts_with('+'))?;
        return if is_big { big(value) } else { Some(Value::Number(value as f64)) };
    }
    if let Some(digits) = bare.strip_suffix('n') {
        return digits.parse().ok().and_then(big);
    }
    let (whole, _) = bare.split_once(['.', 'e', 'E']).unwrap_or((&bare, ""));
    let is_octal = whole.len() > 1 && whole.starts_with('0');
    let is_plain = bare.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && bare.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    if is_octal || !is_plain {
        return None;
    }
    bare.parse().ok().map(Value::Number)
}

fn big(value: u64) -> Option<Value> {
    i64::try_from(value).ok().map(|value| Value::Plain(Bson::Int64(value)))
}
