//! Strings of Python: their methods, and how Python shows values.

use bson::Bson;

use super::{
    Machine, numbers,
    value::{Args, Item, Value},
};
use crate::{
    Error,
    read::script::syntax::{Listing, Span},
};

impl Machine<'_> {
    pub(super) fn method_of_python_text(
        &mut self,
        text: &str,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Result<Value, Error> {
        let first = args.first();
        let made = match name {
            "upper" => text.to_uppercase(),
            "lower" => text.to_lowercase(),
            "casefold" => text.to_lowercase().replace('ß', "ss"),
            "title" | "capitalize" => in_title(text, name == "title"),
            "swapcase" => text
                .chars()
                .map(|c| if c.is_uppercase() { c.to_lowercase().to_string() } else { c.to_uppercase().to_string() })
                .collect(),
            "strip" | "lstrip" | "rstrip" => {
                let wanted = if first.is_nothing() { None } else { Some(self.text_of(&first, span)?) };
                let is_cut = |c: char| wanted.as_ref().map_or(c.is_whitespace(), |wanted| wanted.contains(c));
                match name {
                    "strip" => text.trim_matches(is_cut),
                    "lstrip" => text.trim_start_matches(is_cut),
                    _ => text.trim_end_matches(is_cut),
                }
                .to_owned()
            }
            "removeprefix" | "removesuffix" => {
                let part = self.text_of(&first, span)?;
                let cut = if name == "removeprefix" { text.strip_prefix(&*part) } else { text.strip_suffix(&*part) };
                cut.unwrap_or(text).to_owned()
            }
            "replace" => {
                let (from, to) = (self.text_of(&first, span)?, self.text_of(&args.get(1, ""), span)?);
                self.charge((text.len() + 1).saturating_mul(1 + to.len()) / 16, span)?;
                match args.item(2, "count") {
                    Some(count) => {
                        let n = self.to_number(&count.value, span)?;
                        text.replacen(&from, &to, if n < 0.0 { usize::MAX } else { n as usize })
                    }
                    None => text.replace(&from, &to),
                }
            }
            "zfill" | "rjust" | "ljust" | "center" => self.padded(text, name, args, span)?,
            "expandtabs" => {
                let width =
                    if first.is_nothing() { 8.0 } else { self.to_number(&first, span)? }.clamp(1.0, 100.0) as usize;
                self.charge(text.len().saturating_mul(width), span)?;
                let (mut made, mut column) = (String::new(), 0);
                for c in text.chars() {
                    let n = if c == '\t' { width - column % width } else { 1 };
                    made.extend(std::iter::repeat_n(if c == '\t' { ' ' } else { c }, n));
                    column = if c == '\n' { 0 } else { column + n };
                }
                made
            }
            "translate" => self.translated(text, &first, span)?,
            "format" => return self.format_call(text, args, span),
            "join" => {
                let items = self.items(&first, span)?;
                return self.joined(&items, text, span);
            }
            _ => return self.asked_of_python_text(text, name, args, span),
        };
        self.made_text(made, span)
    }

    fn padded(&mut self, text: &str, name: &str, args: &Args, span: Span) -> Result<String, Error> {
        let width = self.to_number(&args.first(), span)?.clamp(0.0, 1e6) as usize;
        let lacking = width.saturating_sub(text.chars().count());
        self.charge(lacking, span)?;
        if name == "zfill" {
            let (sign, digits) = text.split_at(usize::from(text.starts_with(['-', '+'])));
            return Ok(format!("{sign}{}{digits}", "0".repeat(lacking)));
        }
        let filler = if args.items.len() > 1 { self.text_of(&args.get(1, ""), span)? } else { " ".to_owned() };
        if filler.chars().count() != 1 {
            return Err(self.error(span, "a string is filled up with one character"));
        }
        // Python puts the odd one to the left where the width is odd.
        let left = match name {
            "rjust" => lacking,
            "ljust" => 0,
            _ => lacking / 2 + (lacking & width & 1),
        };
        Ok(filler.repeat(left) + text + &filler.repeat(lacking - left))
    }

    fn translated(&mut self, text: &str, table: &Value, span: Span) -> Result<String, Error> {
        let Value::Object(id) = table else { return Err(self.error(span, "`translate` takes a table")) };
        let mut made = String::new();
        for c in text.chars() {
            let key = self.key_of(&Value::Integer(i128::from(u32::from(c))), span)?;
            match self.objects[*id].get(&key).map(|entry| entry.item.value.clone()) {
                Some(Value::Null) => {}
                Some(Value::Integer(code)) => made.extend(u32::try_from(code).ok().and_then(char::from_u32)),
                Some(other) => made.push_str(&self.text_of(&other, span)?),
                None => made.push(c),
            }
        }
        Ok(made)
    }

    /// The methods that give something else than a string.
    fn asked_of_python_text(&mut self, text: &str, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        match name {
            "split" | "rsplit" => {
                let parts = self.split_parts(text, name, args, span)?;
                self.texts(parts, span)
            }
            "splitlines" => {
                let keeps = args.item(0, "keepends").map(|item| item.value.clone());
                let keeps = keeps.is_some_and(|keeps| self.is_true(&keeps));
                self.texts(lines(text, keeps), span)
            }
            "partition" | "rpartition" => {
                let by = self.text_of(&args.first(), span)?;
                if by.is_empty() {
                    return Err(self.error(span, "a string cannot be parted by nothing"));
                }
                let parts = match if name == "partition" { text.split_once(&*by) } else { text.rsplit_once(&*by) } {
                    Some((before, behind)) => [before, &*by, behind],
                    None if name == "partition" => [text, "", ""],
                    None => ["", "", text],
                };
                let items: Vec<Item> = parts.into_iter().map(|part| Value::text(part).at(span)).collect();
                self.listed(items, Listing::Tuple, span)
            }
            "startswith" | "endswith" => {
                let wanted = match args.first() {
                    Value::List(id) => self.lists[id].items.clone(),
                    other => vec![other.at(span)],
                };
                let part = self.between_places(text, args, span)?;
                let mut found = false;
                for item in &wanted {
                    let wanted = self.text_of(&item.value, span)?;
                    found |= if name == "startswith" { part.starts_with(&wanted) } else { part.ends_with(&wanted) };
                }
                Ok(Value::Boolean(found))
            }
            "count" | "find" | "index" | "rfind" | "rindex" => {
                if args.items.len() > 1 {
                    return Err(self.error(span, format!("`{name}` from a place on is not read here")));
                }
                let wanted = self.text_of(&args.first(), span)?;
                if name == "count" {
                    return Ok(Value::Integer(text.matches(&wanted).count() as i128));
                }
                let at = if name.starts_with('r') { text.rfind(&wanted) } else { text.find(&wanted) };
                match at {
                    Some(at) => Ok(Value::Integer(text[..at].chars().count() as i128)),
                    None if name.ends_with("find") => Ok(Value::Integer(-1)),
                    None => Err(self.error(span, "the string does not hold it")),
                }
            }
            "encode" => {
                let bytes = text.as_bytes().to_vec();
                let binary = bson::Binary { subtype: bson::spec::BinarySubtype::Generic, bytes };
                Ok(Value::Plain(Bson::Binary(binary)))
            }
            _ => match is_kind(text, name) {
                Some(found) => Ok(Value::Boolean(found)),
                None => Err(self.no_method(&Value::text(text), name, span)),
            },
        }
    }

    /// The part of a string between the places that the second and the third argument say.
    fn between_places(&self, text: &str, args: &Args, span: Span) -> Result<String, Error> {
        let place = |at: usize| args.items.get(at).map(|item| self.to_number(&item.value, span)).transpose();
        let (start, end) = super::lists::bounds(text.chars().count(), place(1)?, place(2)?);
        Ok(text.chars().skip(start).take(end - start).collect())
    }

    fn split_parts(&mut self, text: &str, name: &str, args: &Args, span: Span) -> Result<Vec<String>, Error> {
        let by = match args.get(0, "sep") {
            Value::Undefined | Value::Null => None,
            other => Some(self.text_of(&other, span)?),
        };
        let most = match args.item(1, "maxsplit") {
            Some(item) => self.to_number(&item.value, span)?,
            None => -1.0,
        };
        let most = if most < 0.0 { usize::MAX - 1 } else { (most as usize).min(usize::MAX - 1) };
        let from_end = name == "rsplit";
        Ok(match by.as_deref() {
            Some("") => return Err(self.error(span, "a string cannot be parted by nothing")),
            Some(by) if from_end => {
                let mut parts: Vec<String> = text.rsplitn(most + 1, by).map(str::to_owned).collect();
                parts.reverse();
                parts
            }
            Some(by) => text.splitn(most + 1, by).map(str::to_owned).collect(),
            None => by_blanks(text, most, from_end),
        })
    }

    /// A value as Python shows it in a list.
    pub(super) fn repr(&mut self, value: &Value, span: Span) -> Result<String, Error> {
        self.charge(1, span)?;
        Ok(match value {
            Value::Text(text) => {
                self.charge(text.len() / 16, span)?;
                quoted(text)
            }
            Value::List(id) => {
                let (items, listing) = (self.lists[*id].items.clone(), self.lists[*id].listing);
                let mut parts = Vec::with_capacity(items.len());
                for item in &items {
                    parts.push(self.deeper(span, |machine| machine.repr(&item.value, span))?);
                }
                let inside = parts.join(", ");
                self.charge(inside.len() / 16, span)?;
                match listing {
                    Listing::List => format!("[{inside}]"),
                    Listing::Tuple if parts.len() == 1 => format!("({inside},)"),
                    Listing::Tuple => format!("({inside})"),
                    Listing::Set if parts.is_empty() => "set()".to_owned(),
                    Listing::Set => format!("{{{inside}}}"),
                    Listing::Iterator | Listing::View => {
                        return Err(self.error(span, "this is not made a string here").hint("write `list(…)`"));
                    }
                }
            }
            Value::Object(id) => {
                let entries = self.objects[*id].clone();
                let mut parts = Vec::with_capacity(entries.len());
                for (key, entry) in &entries {
                    let key = self.value_of_key(key);
                    let key = self.repr(&key, span)?;
                    let value = self.deeper(span, |machine| machine.repr(&entry.item.value, span))?;
                    parts.push(format!("{key}: {value}"));
                }
                let inside = parts.join(", ");
                self.charge(inside.len() / 16, span)?;
                format!("{{{inside}}}")
            }
            Value::Plain(Bson::ObjectId(id)) => format!("ObjectId('{}')", id.to_hex()),
            Value::Plain(Bson::Decimal128(value)) => format!("Decimal128('{value}')"),
            Value::Plain(Bson::Int64(value)) => value.to_string(),
            Value::Date(_) | Value::Duration(_) | Value::Plain(_) => {
                let what = self.type_in_words(value);
                return Err(self.error(span, format!("{what} is not made a string here")).hint("write `str(…)`"));
            }
            other => self.text_of(other, span)?,
        })
    }
}

fn in_title(text: &str, all: bool) -> String {
    let mut is_start = true;
    let cased = |c: char| {
        let upper = is_start;
        is_start = all && !c.is_alphabetic();
        if upper { c.to_uppercase().to_string() } else { c.to_lowercase().to_string() }
    };
    text.chars().map(cased).collect()
}

/// The lines of a string, perhaps with their ends.
fn lines(text: &str, keeps_ends: bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_end = |c: char| {
            matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
        };
        let end = rest.find(is_end).unwrap_or(rest.len());
        let width = match rest[end..].chars().next() {
            Some('\r') if rest[end..].starts_with("\r\n") => 2,
            Some(c) => c.len_utf8(),
            None => 0,
        };
        found.push(rest[..if keeps_ends { end + width } else { end }].to_owned());
        rest = &rest[end + width..];
    }
    found
}

/// The words of a string; behind as many as `most`, the rest as it stands.
fn by_blanks(text: &str, most: usize, from_end: bool) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = if from_end { text.trim_end() } else { text.trim_start() };
    while !rest.trim().is_empty() {
        if parts.len() == most {
            parts.push(rest.to_owned());
            break;
        }
        let is_blank = char::is_whitespace;
        let cut = if from_end {
            rest.rfind(is_blank).map_or(0, |at| at + 1)
        } else {
            rest.find(is_blank).unwrap_or(rest.len())
        };
        // A blank may be longer than one byte.
        let at = (cut..=rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (before, behind) = rest.split_at(at);
        if from_end {
            parts.push(behind.to_owned());
            rest = before.trim_end();
        } else {
            parts.push(before.to_owned());
            rest = behind.trim_start();
        }
    }
    if from_end {
        parts.reverse();
    }
    parts
}

/// `isdigit` and its kin; nothing where it is none of them.
fn is_kind(text: &str, name: &str) -> Option<bool> {
    let all = |test: fn(char) -> bool| !text.is_empty() && text.chars().all(test);
    let cased = |upper: bool| {
        text.chars().any(|c| if upper { c.is_uppercase() } else { c.is_lowercase() })
            && !text.chars().any(|c| if upper { c.is_lowercase() } else { c.is_uppercase() })
    };
    Some(match name {
        "isdigit" | "isdecimal" => all(|c| c.is_ascii_digit()),
        "isnumeric" => all(char::is_numeric),
        "isalpha" => all(char::is_alphabetic),
        "isalnum" => all(char::is_alphanumeric),
        "isspace" => all(char::is_whitespace),
        "isascii" => text.is_ascii(),
        "isupper" => cased(true),
        "islower" => cased(false),
        "istitle" => text.chars().any(char::is_alphabetic) && in_title(text, true) == text,
        "isidentifier" => {
            text.starts_with(|c: char| c.is_alphabetic() || c == '_') && all(|c| c.is_alphanumeric() || c == '_')
        }
        _ => return None,
    })
}

/// A string in the quotes that Python shows it in.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut made = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => made.push_str("\\\\"),
            '\n' => made.push_str("\\n"),
            '\r' => made.push_str("\\r"),
            '\t' => made.push_str("\\t"),
            c if c == quote => made.extend(['\\', c]),
            c if c.is_control() => made.extend(["\\x", &format!("{:02x}", u32::from(c))]),
            c => made.push(c),
        }
    }
    made.push(quote);
    made
}

/// A number in another base, as `hex`, `oct` and `bin` show it.
pub(super) fn based(value: i128, base: u32) -> String {
    let digits = numbers::in_base(value.unsigned_abs(), u128::from(base));
    let prefix = match base {
        16 => "0x",
        8 => "0o",
        _ => "0b",
    };
    format!("{}{prefix}{digits}", if value < 0 { "-" } else { "" })
}
