//! Strings: their methods in JavaScript and in Python, and every value as text.

use std::rc::Rc;

use bson::Bson;

use super::{
    Machine,
    lists::bounds,
    numbers,
    value::{Args, Item, Value},
};
use crate::{Error, read::script::syntax::Span};

impl Machine<'_> {
    /// A value as text, as a template shows it.
    pub(super) fn text_of(&mut self, value: &Value, span: Span) -> Result<String, Error> {
        Ok(match value {
            Value::Undefined => "undefined".to_owned(),
            Value::Null => if self.is_python { "None" } else { "null" }.to_owned(),
            Value::Boolean(value) if self.is_python => if *value { "True" } else { "False" }.to_owned(),
            Value::Boolean(value) => value.to_string(),
            Value::Number(value) if self.is_python => numbers::python_float(*value),
            Value::Number(value) => numbers::to_text(*value),
            Value::Integer(value) => value.to_string(),
            Value::Text(text) => {
                self.charge(text.len() / 16, span)?;
                text.to_string()
            }
            Value::Plain(Bson::ObjectId(id)) => id.to_hex(),
            Value::Plain(Bson::Int32(value)) => value.to_string(),
            Value::Plain(Bson::Int64(value)) => value.to_string(),
            Value::Plain(Bson::Double(value)) => numbers::to_text(*value),
            Value::Plain(Bson::Decimal128(value)) => value.to_string(),
            Value::Date(id) if self.is_python => self.iso_of_python(*id, span)?,
            Value::List(id) if !self.is_python => {
                let items = self.lists[*id].items.clone();
                match self.deeper(span, |machine| machine.joined(&items, ",", span))? {
                    Value::Text(text) => text.to_string(),
                    _ => String::new(),
                }
            }
            Value::Function(_) => self.function_text(value),
            Value::Collection(name) => name.name.as_deref().unwrap_or_default().to_owned(),
            Value::Unknown(what) => return Err(self.unknown(&Rc::clone(what), span)),
            _ => {
                let what = self.type_in_words(value);
                return Err(self.error(span, format!("{what} is not made a string here")));
            }
        })
    }

    pub(super) fn method_of_text(
        &mut self,
        text: &Rc<str>,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Result<Value, Error> {
        self.charge(text.len() / 16, span)?;
        if self.is_python {
            return self.method_of_python_text(text, name, args, span);
        }
        let first = args.first();
        let texts = |machine: &mut Self, at: usize| machine.text_of(&args.get(at, ""), span);
        let number = |machine: &Self, at: usize| match args.items.get(at) {
            Some(item) if !item.value.is_nothing() => machine.to_number(&item.value, span).map(Some),
            _ => Ok(None),
        };
        let units: Vec<u16> = text.encode_utf16().collect();
        let made = match name {
            "toUpperCase" | "toLocaleUpperCase" => text.to_uppercase(),
            "toLowerCase" | "toLocaleLowerCase" => text.to_lowercase(),
            "trim" => text.trim().to_owned(),
            "trimStart" => text.trim_start().to_owned(),
            "trimEnd" => text.trim_end().to_owned(),
            "toString" | "valueOf" | "normalize" => text.to_string(),
            "concat" => {
                let mut whole = text.to_string();
                for at in 0..args.items.len() {
                    whole.push_str(&texts(self, at)?);
                }
                whole
            }
            "slice" | "substring" | "substr" | "charAt" | "at" => self.part_of_text(text, name, args, span)?,
            "repeat" => {
                let n = number(self, 0)?.unwrap_or(0.0).clamp(0.0, 1e9) as usize;
                self.charge(text.len().saturating_mul(n) / 16, span)?;
                text.repeat(n)
            }
            "padStart" | "padEnd" => {
                let length = number(self, 0)?.unwrap_or(0.0).clamp(0.0, 1e8) as usize;
                let with = if args.items.len() > 1 { texts(self, 1)? } else { " ".to_owned() };
                let lacking = length.saturating_sub(units.len());
                self.charge(lacking, span)?;
                let pad: String = with.chars().cycle().take(if with.is_empty() { 0 } else { lacking }).collect();
                if name == "padStart" { pad + text } else { text.to_string() + &pad }
            }
            "replace" | "replaceAll" => {
                let (Value::Text(from), Value::Text(to)) = (&first, &args.get(1, "")) else {
                    return Err(self
                        .error(span, format!("`{name}` takes two strings here"))
                        .hint("write out the string that it gives"));
                };
                let n = if name == "replace" { 1 } else { usize::MAX };
                self.charge(text.len().saturating_mul(1 + to.len()) / 16, span)?;
                text.replacen(&**from, to, n)
            }
            _ => return self.asked_of_text(text, name, args, span),
        };
        self.made_text(made, span)
    }

    /// The methods that cut a part out of a string.
    fn part_of_text(&self, text: &str, name: &str, args: &Args, span: Span) -> Result<String, Error> {
        let number = |at: usize| match args.items.get(at) {
            Some(item) if !item.value.is_nothing() => self.to_number(&item.value, span).map(Some),
            _ => Ok(None),
        };
        let units: Vec<u16> = text.encode_utf16().collect();
        let part = |start: usize, end: usize| String::from_utf16_lossy(&units[start..end]);
        Ok(match name {
            "slice" => {
                let (start, end) = bounds(units.len(), number(0)?, number(1)?);
                part(start, end)
            }
            "substring" | "substr" => {
                let start = number(0)?.unwrap_or(0.0);
                let end = number(1)?;
                let (start, end) = if name == "substr" {
                    let (start, _) = bounds(units.len(), Some(start), None);
                    (start as f64, end.map_or(f64::INFINITY, |count| start as f64 + count.max(0.0)))
                } else {
                    let end = end.unwrap_or(f64::INFINITY).max(0.0);
                    (start.max(0.0).min(end), start.max(0.0).max(end))
                };
                let (start, end) = bounds(units.len(), Some(start), Some(end));
                part(start, end)
            }
            _ => {
                let at = number(0)?.unwrap_or(0.0);
                let at = if at < 0.0 && name == "at" { at + units.len() as f64 } else { at };
                let (start, _) = bounds(units.len(), Some(at.max(0.0)), None);
                part(start, (start + 1).min(units.len()))
            }
        })
    }

    /// The methods that give something else than a string.
    fn asked_of_text(&mut self, text: &str, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        match name {
            "split" => {
                let by = if first.is_nothing() { None } else { Some(self.text_of(&first, span)?) };
                let parts: Vec<String> = match by.as_deref() {
                    None => vec![text.to_owned()],
                    Some("") => text.chars().map(String::from).collect(),
                    Some(by) => text.split(by).map(str::to_owned).collect(),
                };
                self.texts(parts, span)
            }
            "startsWith" | "endsWith" | "includes" => {
                let wanted = self.text_of(&first, span)?;
                Ok(Value::Boolean(match name {
                    "startsWith" => text.starts_with(&wanted),
                    "endsWith" => text.ends_with(&wanted),
                    _ => text.contains(&wanted),
                }))
            }
            "indexOf" | "lastIndexOf" => {
                let wanted = self.text_of(&first, span)?;
                let at = if name == "indexOf" { text.find(&wanted) } else { text.rfind(&wanted) };
                Ok(Value::Number(at.map_or(-1.0, |at| text[..at].encode_utf16().count() as f64)))
            }
            "charCodeAt" | "codePointAt" => {
                let at = if first.is_nothing() { 0.0 } else { self.to_number(&first, span)? };
                let unit = text.encode_utf16().nth(at.max(0.0) as usize);
                Ok(Value::Number(unit.map_or(f64::NAN, f64::from)))
            }
            "localeCompare" => {
                let other = self.text_of(&first, span)?;
                Ok(Value::Number(f64::from(text.cmp(&other) as i8)))
            }
            _ => Err(self.no_method(&Value::text(text), name, span)),
        }
    }

    pub(super) fn texts(&mut self, parts: Vec<String>, span: Span) -> Result<Value, Error> {
        let items: Vec<Item> = parts.into_iter().map(|part| Value::text(part).at(span)).collect();
        self.list(items, span)
    }

    fn method_of_python_text(&mut self, text: &str, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        let made = match name {
            "upper" => text.to_uppercase(),
            "lower" | "casefold" => text.to_lowercase(),
            "title" | "capitalize" => {
                let mut is_start = true;
                let all = name == "title";
                let cased = |c: char| {
                    let upper = is_start;
                    is_start = all && !c.is_alphanumeric();
                    if upper { c.to_uppercase().to_string() } else { c.to_lowercase().to_string() }
                };
                text.chars().map(cased).collect()
            }
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
            "replace" => {
                let (from, to) = (self.text_of(&first, span)?, self.text_of(&args.get(1, ""), span)?);
                self.charge(text.len().saturating_mul(1 + to.len()) / 16, span)?;
                text.replace(&from, &to)
            }
            "zfill" | "rjust" | "ljust" => {
                let width = self.to_number(&first, span)?.clamp(0.0, 1e6) as usize;
                let pad = if name == "zfill" { "0" } else { " " }.repeat(width.saturating_sub(text.chars().count()));
                self.charge(width, span)?;
                if name == "ljust" { text.to_owned() + &pad } else { pad + text }
            }
            "format" => return self.format_call(text, args, span),
            "join" => {
                let items = self.items(&first, span)?;
                return self.joined(&items, text, span);
            }
            "split" | "splitlines" => {
                let parts: Vec<String> = match &first {
                    _ if name == "splitlines" => text.lines().map(str::to_owned).collect(),
                    Value::Text(by) if !by.is_empty() => text.split(&**by).map(str::to_owned).collect(),
                    _ => text.split_whitespace().map(str::to_owned).collect(),
                };
                return self.texts(parts, span);
            }
            "startswith" | "endswith" => {
                let wanted = self.text_of(&first, span)?;
                let found = if name == "startswith" { text.starts_with(&wanted) } else { text.ends_with(&wanted) };
                return Ok(Value::Boolean(found));
            }
            "count" | "find" | "index" => {
                let wanted = self.text_of(&first, span)?;
                return Ok(Value::Integer(match name {
                    "count" => text.matches(&wanted).count() as i128,
                    _ => text.find(&wanted).map_or(-1, |at| text[..at].chars().count() as i128),
                }));
            }
            "isdigit" => return Ok(Value::Boolean(!text.is_empty() && text.chars().all(|c| c.is_ascii_digit()))),
            "encode" => {
                let bytes = text.as_bytes().to_vec();
                let binary = bson::Binary { subtype: bson::spec::BinarySubtype::Generic, bytes };
                return Ok(Value::Plain(Bson::Binary(binary)));
            }
            _ => return Err(self.no_method(&Value::text(text), name, span)),
        };
        self.made_text(made, span)
    }
}
