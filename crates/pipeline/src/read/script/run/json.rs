//! JSON: its text → values, and values → its text, as JavaScript and Python each write it.
//!
//! In: a text or a value. Out: the other. Invariant: a value that has no form in JSON is refused.

use std::rc::Rc;

use bson::Bson;

use super::{
    Machine, numbers,
    value::{Args, Entries, Entry, Value},
};
use crate::{
    Error,
    read::script::syntax::{Listing, Span},
};

/// How JSON is written.
struct Style {
    indent: Option<String>,
    comma: String,
    colon: String,
    is_ascii: bool,
    is_sorted: bool,
    /// The only keys that are kept.
    keys: Option<Vec<String>>,
    /// Python's function for what has no form.
    default: Value,
}

impl Machine<'_> {
    /// `JSON.parse`, `EJSON.parse` and the way back.
    pub(super) fn json(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        match path {
            "JSON.parse" | "json.loads" => {
                self.only_first(args, path, span)?;
                let text = self.text_of(&first, span)?;
                let found: serde_json::Value = serde_json::from_str(&text)
                    .map_err(|error| self.error(span, format!("the text is not JSON: {error}")))?;
                self.of_json(&found, span)
            }
            "EJSON.parse" | "json_util.loads" => {
                let text = self.text_of(&first, span)?;
                let found = crate::read::read(&text)
                    .map_err(|error| self.error(span, format!("the text is not JSON: {}", error.message())))?;
                self.of_bson(&found, span)
            }
            "EJSON.deserialize" | "EJSON.serialize" => Ok(first),
            "JSON.stringify" | "EJSON.stringify" | "json.dumps" | "json_util.dumps" => {
                if matches!(first, Value::Answer(_) | Value::Unknown(_)) {
                    return Ok(Value::Unknown(Rc::from("the text of the answer")));
                }
                if path == "JSON.stringify" || path == "json.dumps" {
                    let style = self.style(args, span)?;
                    let mut text = String::new();
                    if !self.write_json(&first, &style, 0, &mut text, span)? {
                        return Ok(Value::Undefined);
                    }
                    return self.made_text(text, span);
                }
                self.only_first(args, path, span)?;
                let value = self.bson_of(&first.at(span))?;
                self.made_text(value.into_relaxed_extjson().to_string(), span)
            }
            _ => Err(self.error(span, format!("`{path}` is not read here"))),
        }
    }

    fn only_first(&self, args: &Args, path: &str, span: Span) -> Result<(), Error> {
        let is_more = args.items.get(1).is_some_and(|item| !item.value.is_nothing()) || !args.named.is_empty();
        if is_more {
            return Err(self.error(span, format!("`{path}` is read with one argument alone")));
        }
        Ok(())
    }

    fn of_json(&mut self, value: &serde_json::Value, span: Span) -> Result<Value, Error> {
        self.charge(1, span)?;
        Ok(match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Boolean(*value),
            serde_json::Value::String(text) => Value::text(text),
            serde_json::Value::Number(number) => {
                let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
                match whole.filter(|_| self.is_python) {
                    Some(whole) => Value::Integer(whole),
                    None => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
                }
            }
            serde_json::Value::Array(values) => {
                let mut items = Vec::with_capacity(values.len());
                for value in values {
                    items.push(self.of_json(value, span)?.at(span));
                }
                self.list(items, span)?
            }
            serde_json::Value::Object(fields) => {
                let mut entries = Entries::new();
                for (key, value) in fields {
                    let item = self.of_json(value, span)?.at(span);
                    entries.insert(Rc::from(key.as_str()), Entry::new(span, item));
                }
                self.object(entries, span)?
            }
        })
    }

    fn style(&mut self, args: &Args, span: Span) -> Result<Style, Error> {
        let (indent, keys) = if self.is_python {
            (args.get(99, "indent"), Value::Undefined)
        } else {
            (args.get(2, ""), args.get(1, ""))
        };
        let indent = match indent {
            Value::Text(text) => Some(text.to_string()),
            Value::Undefined | Value::Null => None,
            number => Some(" ".repeat(self.to_number(&number, span)?.clamp(0.0, 10.0) as usize)),
        };
        let indent = indent.filter(|indent| self.is_python || !indent.is_empty());
        let keys = match &keys {
            Value::List(_) => {
                let mut names = Vec::new();
                for item in self.items(&keys, span)? {
                    names.push(self.text_of(&item.value, span)?);
                }
                Some(names)
            }
            Value::Undefined | Value::Null => None,
            _ => return Err(self.error(span, "a function that replaces values is not read here")),
        };
        let mut style = Style {
            comma: if self.is_python && indent.is_none() { ", " } else { "," }.to_owned(),
            colon: if self.is_python || indent.is_some() { ": " } else { ":" }.to_owned(),
            indent,
            is_ascii: self.is_python,
            is_sorted: false,
            keys,
            default: Value::Null,
        };
        for (name, item) in &args.named {
            match &**name {
                "indent" => {}
                "sort_keys" => style.is_sorted = self.is_true(&item.value),
                "ensure_ascii" => style.is_ascii = self.is_true(&item.value),
                "default" => style.default = item.value.clone(),
                "separators" => {
                    let parts = self.items(&item.value, span)?;
                    let [comma, colon] = parts.as_slice() else {
                        return Err(self.error(item.span, "`separators` are two strings"));
                    };
                    style.comma = self.text_of(&comma.value, span)?;
                    style.colon = self.text_of(&colon.value, span)?;
                }
                _ => return Err(self.error(item.span, format!("`{name}` of `json.dumps` is not read here"))),
            }
        }
        Ok(style)
    }

    /// Writes a value; nothing is written, and no is said, of what JavaScript leaves out.
    fn write_json(
        &mut self,
        value: &Value,
        style: &Style,
        depth: usize,
        text: &mut String,
        span: Span,
    ) -> Result<bool, Error> {
        self.charge(1 + text.len() / 4096, span)?;
        match value {
            Value::Undefined | Value::Function(_) | Value::Native(_) if !self.is_python => return Ok(false),
            Value::Null => text.push_str("null"),
            Value::Boolean(value) => text.push_str(if *value { "true" } else { "false" }),
            Value::Number(value) if !value.is_finite() && !self.is_python => text.push_str("null"),
            Value::Number(value) if self.is_python => text.push_str(&numbers::python_float(*value)),
            Value::Number(value) => text.push_str(&numbers::to_text(*value)),
            Value::Integer(value) => text.push_str(&value.to_string()),
            Value::Text(found) => text.push_str(&quoted(found, style.is_ascii)),
            Value::Date(id) if !self.is_python => {
                let date = bson::DateTime::from_millis(self.dates[*id] as i64);
                let found = super::dates::iso(date).ok_or_else(|| self.error(span, "this date has no such text"))?;
                text.push_str(&quoted(&found, false));
            }
            Value::Plain(Bson::ObjectId(id)) if !self.is_python => text.push_str(&quoted(&id.to_hex(), false)),
            Value::Plain(Bson::Int32(value)) => text.push_str(&value.to_string()),
            Value::List(id) if !self.is_python || self.lists[*id].listing != Listing::Set => {
                let items = self.items(value, span)?;
                self.write_parts(('[', ']'), items.len(), style, depth, text, |machine, at, text| {
                    if !machine
                        .deeper(span, |machine| machine.write_json(&items[at].value, style, depth + 1, text, span))?
                    {
                        text.push_str("null");
                    }
                    Ok(())
                })?;
            }
            Value::Object(id) => {
                let parts = self.json_entries(*id, style, depth, span)?;
                self.write_parts(('{', '}'), parts.len(), style, depth, text, |_, at, text| {
                    text.push_str(&parts[at]);
                    Ok(())
                })?;
            }
            Value::Unknown(what) => return Err(self.unknown(&Rc::clone(what), span)),
            _ if !style.default.is_nothing() => {
                let args = Args::of(vec![value.clone().at(span)]);
                let made = self.apply(&style.default, &args, span)?;
                return self.deeper(span, |machine| machine.write_json(&made, style, depth, text, span));
            }
            _ => return Err(self.error(span, "this value has no form in JSON here").hint("`EJSON.stringify` has one")),
        }
        Ok(true)
    }

    /// The entries of an object, each with its key.
    fn json_entries(&mut self, id: usize, style: &Style, depth: usize, span: Span) -> Result<Vec<String>, Error> {
        let mut entries = self.entries_of(id, span)?;
        if style.is_sorted {
            entries.sort_keys();
        }
        let mut parts = Vec::with_capacity(entries.len());
        for (key, entry) in &entries {
            if style.keys.as_ref().is_some_and(|keys| keys.iter().all(|kept| **kept != **key)) {
                continue;
            }
            let name = match self.value_of_key(key) {
                Value::Text(name) => name.to_string(),
                Value::Null => "null".to_owned(),
                Value::Boolean(value) => value.to_string(),
                number @ (Value::Integer(_) | Value::Number(_)) => self.text_of(&number, span)?,
                _ => return Err(self.error(span, "this key has no form in JSON")),
            };
            let mut part = quoted(&name, style.is_ascii) + &style.colon;
            let is_written =
                self.deeper(span, |machine| machine.write_json(&entry.item.value, style, depth + 1, &mut part, span))?;
            if is_written {
                parts.push(part);
            }
        }
        Ok(parts)
    }

    fn write_parts(
        &mut self,
        (open, close): (char, char),
        n_parts: usize,
        style: &Style,
        depth: usize,
        text: &mut String,
        mut part: impl FnMut(&mut Self, usize, &mut String) -> Result<(), Error>,
    ) -> Result<(), Error> {
        text.push(open);
        for at in 0..n_parts {
            if at > 0 {
                text.push_str(&style.comma);
            }
            if let Some(indent) = &style.indent {
                text.push('\n');
                text.push_str(&indent.repeat(depth + 1));
            }
            part(self, at, text)?;
        }
        if let Some(indent) = style.indent.as_ref().filter(|_| n_parts > 0) {
            text.push('\n');
            text.push_str(&indent.repeat(depth));
        }
        text.push(close);
        Ok(())
    }
}

/// A string in quotes, perhaps in ASCII alone.
fn quoted(text: &str, is_ascii: bool) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    if !is_ascii || quoted.is_ascii() {
        return quoted;
    }
    let mut made = String::new();
    for c in quoted.chars() {
        if c.is_ascii() {
            made.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                made.extend(["\\u", &format!("{unit:04x}")]);
            }
        }
    }
    made
}
