//! Strings: their methods in JavaScript, and every value as text.

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
            Value::Date(id) if self.is_python => self.iso_of_python(*id, ' ', span)?,
            Value::Decimal(text) => text.to_string(),
            Value::Duration(millis) => super::spans::span_in_words(*millis),
            Value::List(_) | Value::Object(_) if self.is_python => self.repr(value, span)?,
            Value::Object(_) => "[object Object]".to_owned(),
            Value::Pattern(pattern) => format!("/{}/{}", pattern.source, pattern.flags),
            Value::Plain(Bson::Binary(binary))
                if self.is_python && binary.subtype == bson::spec::BinarySubtype::Uuid =>
            {
                binary.to_uuid().map_err(|_| self.error(span, "this is no UUID"))?.to_string()
            }
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
                return {
                    let made = self.replaced(text, name, args, span)?;
                    self.made_text(made, span)
                };
            }
            "match" | "matchAll" | "search" => return self.search_text(text, name, args, span),
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
                if let Value::Pattern(pattern) = &first {
                    let mut parts = self.split_by(text, &Rc::clone(pattern), span)?;
                    if let Some(most) = args.items.get(1) {
                        parts.truncate(self.to_number(&most.value, span)?.max(0.0) as usize);
                    }
                    return self.list(parts, span);
                }
                let by = if first.is_nothing() { None } else { Some(self.text_of(&first, span)?) };
                let most = match args.items.get(1) {
                    Some(item) if !item.value.is_nothing() => {
                        let most = self.to_number(&item.value, span)?;
                        if most < 0.0 { usize::MAX } else { most as usize }
                    }
                    _ => usize::MAX,
                };
                let parts: Vec<String> = match by.as_deref() {
                    None => vec![text.to_owned()],
                    Some("") => text.chars().map(String::from).collect(),
                    Some(by) => text.split(by).map(str::to_owned).collect(),
                };
                self.texts(parts.into_iter().take(most).collect(), span)
            }
            "startsWith" | "endsWith" | "includes" | "indexOf" | "lastIndexOf" => {
                let wanted = self.text_of(&first, span)?;
                self.looked_for(text, name, &wanted, args, span)
            }
            "codePointAt" => {
                let at = if first.is_nothing() { 0.0 } else { self.to_number(&first, span)? };
                let units: Vec<u16> = text.encode_utf16().skip(at.max(0.0) as usize).take(2).collect();
                let code = char::decode_utf16(units)
                    .next()
                    .map(|c| c.map_or_else(|half| u32::from(half.unpaired_surrogate()), u32::from));
                Ok(code.map_or(Value::Undefined, |code| Value::Number(f64::from(code))))
            }
            "charCodeAt" => {
                let at = if first.is_nothing() { 0.0 } else { self.to_number(&first, span)? };
                let unit = text.encode_utf16().nth(at.max(0.0) as usize);
                Ok(Value::Number(unit.map_or(f64::NAN, f64::from)))
            }
            "localeCompare" => {
                let other = self.text_of(&first, span)?;
                let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric());
                if args.items.len() > 1 || !is_plain(text) || !is_plain(&other) {
                    return Err(self.error(span, "`localeCompare` is read for plain letters and digits alone"));
                }
                let lower = text.to_lowercase().cmp(&other.to_lowercase());
                // Of the same letters the small ones come first.
                let order = lower.then_with(|| other.as_str().cmp(text));
                Ok(Value::Number(f64::from(order as i8)))
            }
            _ => Err(self.no_method(&Value::text(text), name, span)),
        }
    }

    /// `startsWith`, `indexOf` and their kin, from a place on.
    fn looked_for(&self, text: &str, name: &str, wanted: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let wanted: Vec<u16> = wanted.encode_utf16().collect();
        let from = match args.items.get(1) {
            Some(item) if !item.value.is_nothing() => {
                Some(self.to_number(&item.value, span)?.clamp(0.0, units.len() as f64))
            }
            _ => None,
        };
        let start = from.unwrap_or(0.0) as usize;
        let end = from.unwrap_or(units.len() as f64) as usize;
        let is_at = |at: &usize| units[*at..].starts_with(&wanted);
        Ok(match name {
            "startsWith" => Value::Boolean(is_at(&start)),
            "endsWith" => Value::Boolean(units[..end].ends_with(&wanted)),
            "lastIndexOf" => Value::Number((0..=end).rev().find(is_at).map_or(-1.0, |at| at as f64)),
            _ => {
                let at = (start..=units.len()).find(is_at);
                if name == "includes" {
                    Value::Boolean(at.is_some())
                } else {
                    Value::Number(at.map_or(-1.0, |at| at as f64))
                }
            }
        })
    }

    pub(super) fn texts(&mut self, parts: Vec<String>, span: Span) -> Result<Value, Error> {
        let items: Vec<Item> = parts.into_iter().map(|part| Value::text(part).at(span)).collect();
        self.list(items, span)
    }
}
