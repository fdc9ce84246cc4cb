//! Members and indexes of values, the methods of objects and dicts, `Object.…`.

use std::rc::Rc;

use bson::Bson;

use super::{
    Machine, native,
    value::{Args, CollectionName, Entries, Entry, Value},
};
use crate::{
    Error,
    read::script::syntax::{Listing, Span},
};

impl Machine<'_> {
    /// `of.name`.
    pub(super) fn member(&mut self, of: &Value, name: &str, span: Span) -> Result<Value, Error> {
        let found = match of {
            Value::Object(_) | Value::List(_) | Value::Text(_) if self.is_python && !name.starts_with("tm_") => {
                Some(bound_method(of, name, span))
            }
            Value::Function(id) if self.is_python && name == "__name__" => {
                Some(Value::text(self.functions[*id].function.name.as_deref().unwrap_or("<lambda>")))
            }
            Value::Object(id) => {
                let found = self.objects[*id].get(name).map(|entry| entry.item.value.clone());
                match found {
                    Some(found) => Some(self.got(&found, of, span)?),
                    None => None,
                }
            }
            Value::List(id) if name == "length" => Some(Value::Number(self.lists[*id].items.len() as f64)),
            Value::List(id) if name == "size" => Some(Value::Number(self.lists[*id].items.len() as f64)),
            Value::Text(text) if name == "length" => Some(Value::Number(text.encode_utf16().count() as f64)),
            Value::Native(path) => Some(self.member_of_native(&Rc::clone(path), name)),
            Value::Client | Value::Database(_) | Value::Collection(_) => return Ok(member_of_place(of, name)),
            Value::Answer(id) => {
                self.asked[*id].is_processed = Some(name.to_owned());
                Some(Value::Unknown(Rc::from(format!("`{name}` of the answer"))))
            }
            Value::Unknown(_) => Some(of.clone()),
            Value::Date(id) if self.is_python => self.part_of_date(*id, name),
            Value::Duration(millis) => part_of_span(*millis, name),
            Value::Integer(_) | Value::Number(_) if name == "real" => Some(of.clone()),
            Value::Plain(Bson::ObjectId(id)) if name == "generation_time" => {
                let millis = id.timestamp().timestamp_millis() as f64;
                Some(self.moment(millis, Some(super::moments::Moment::Aware(jiff::tz::TimeZone::UTC)), span)?)
            }
            Value::Pattern(pattern) => match name {
                "source" => Some(Value::Text(Rc::clone(&pattern.source))),
                "flags" => {
                    let mut flags: Vec<char> = pattern.flags.chars().collect();
                    flags.sort_unstable();
                    Some(Value::text(String::from_iter(flags)))
                }
                _ => None,
            },
            Value::Plain(Bson::RegularExpression(regex)) if name == "source" => {
                Some(Value::text(regex.pattern.as_str()))
            }
            Value::Undefined | Value::Null => {
                let nothing = if self.is_python { "None" } else { "undefined" };
                return Err(self.error(span, format!("`{name}` is read of `{nothing}`")));
            }
            _ => None,
        };
        match found {
            Some(found) => Ok(found),
            None if !matches!(of, Value::Object(_)) => {
                Err(self.error(span, format!("{} has no `{name}`", self.type_in_words(of))))
            }
            None => Ok(Value::Undefined),
        }
    }

    /// `of[at]`.
    pub(super) fn index(&mut self, of: &Value, at: &Value, span: Span) -> Result<Value, Error> {
        match (of, at) {
            (Value::List(id), _) => {
                let length = self.lists[*id].items.len();
                let place = self.place(at, length);
                let found = place.and_then(|place| self.lists[*id].items.get(place)).map(|item| item.value.clone());
                match (found, at) {
                    (Some(found), _) => Ok(found),
                    (None, _) if self.is_python => Err(self.error(span, "the list has no such place")),
                    (None, Value::Text(name)) => self.member(of, &Rc::clone(name), span),
                    (None, _) => Ok(Value::Undefined),
                }
            }
            (Value::Answer(id), Value::Number(_) | Value::Integer(_)) => {
                self.first_only(*id, at);
                Ok(Value::Unknown(Rc::from("a document of the answer")))
            }
            (Value::Text(text), Value::Number(_) | Value::Integer(_)) => {
                let chars: Vec<char> = text.chars().collect();
                self.charge(chars.len() / 16, span)?;
                let place = self.place(at, chars.len()).and_then(|place| chars.get(place));
                match place {
                    None if self.is_python => Err(self.error(span, "the string has no such place")),
                    _ => Ok(place.map_or(Value::Undefined, |c| Value::text(c.to_string()))),
                }
            }
            (Value::Object(id), _) if self.is_python => {
                let key = self.key_of(at, span)?;
                let found = self.objects[*id].get(&key).map(|entry| entry.item.value.clone());
                match (found, self.makers.get(id).cloned()) {
                    (Some(found), _) => Ok(found),
                    (None, Some(maker)) => {
                        let made = self.apply(&maker, &Args::default(), span)?;
                        self.put(*id, key, span, made.clone().at(span));
                        Ok(made)
                    }
                    (None, None) => {
                        let key = self.repr(at, span)?;
                        Err(self.error(span, format!("the dict has no key `{key}`")))
                    }
                }
            }
            (Value::Unknown(_), _) => Ok(of.clone()),
            _ => {
                let name = self.text_of(at, span)?;
                self.member(of, &name, span)
            }
        }
    }

    pub(super) fn method_of_object(&mut self, id: usize, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let object = Value::Object(id);
        match name {
            "hasOwnProperty" => {
                let key = self.text_of(&args.first(), span)?;
                Ok(Value::Boolean(self.objects[id].contains_key(key.as_str())))
            }
            _ if self.is_python => self.method_of_dict(id, name, args, span),
            "toString" => Ok(Value::text("[object Object]")),
            _ => Err(self.no_method(&object, name, span)),
        }
    }

    fn method_of_dict(&mut self, id: usize, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        if let Some(found) = self.method_of_match(id, name, args, span)? {
            return Ok(found);
        }
        let first = args.first();
        match name {
            "keys" | "values" | "items" => self.parts(id, name, span),
            "update" => {
                let new = self.given_entries(args, span)?;
                self.charge(new.len(), span)?;
                self.objects[id].extend(new);
                Ok(Value::Null)
            }
            "copy" => {
                let entries = self.objects[id].clone();
                self.object(entries, span)
            }
            "clear" => {
                self.objects[id].clear();
                Ok(Value::Null)
            }
            "popitem" => {
                let Some((key, entry)) = self.objects[id].pop() else {
                    return Err(self.error(span, "the dict is empty"));
                };
                let pair = vec![self.value_of_key(&key).at(entry.key_span), entry.item];
                self.listed(pair, Listing::Tuple, span)
            }
            "get" | "pop" | "setdefault" => {
                let key = self.key_of(&first, span)?;
                let found = self.objects[id].get(&key).map(|entry| entry.item.value.clone());
                let default = args.item(1, "default").map(|item| item.value.clone());
                match (name, found) {
                    ("pop", Some(found)) => {
                        self.objects[id].shift_remove(&key);
                        Ok(found)
                    }
                    ("pop", None) if default.is_none() => {
                        let key = self.repr(&first, span)?;
                        Err(self.error(span, format!("the dict has no key `{key}`")))
                    }
                    (_, Some(found)) => Ok(found),
                    (_, None) => {
                        let default = default.unwrap_or(Value::Null);
                        if name == "setdefault" {
                            self.put(id, key, span, default.clone().at(span));
                        }
                        Ok(default)
                    }
                }
            }
            _ => Err(self.no_method(&Value::Object(id), name, span)),
        }
    }

    /// The keys, the values, or the pairs of an object as a list.
    fn parts(&mut self, id: usize, which: &str, span: Span) -> Result<Value, Error> {
        let entries = self.entries_of(id, span)?;
        let mut items = Vec::with_capacity(entries.len());
        let (listing, of_pair) =
            if self.is_python { (Listing::View, Listing::Tuple) } else { (Listing::List, Listing::List) };
        for (key, entry) in entries {
            let key = self.value_of_key(&key).at(entry.key_span);
            items.push(match which {
                "keys" => key,
                "values" => entry.item,
                _ => self.listed(vec![key, entry.item], of_pair, span)?.at(entry.key_span),
            });
        }
        self.listed(items, listing, span)
    }

    /// `Object.keys(…)` and its kin.
    pub(super) fn of_object(&mut self, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        match (name, &first) {
            ("keys" | "values" | "entries", Value::Object(id)) => {
                let which = if name == "entries" { "items" } else { name };
                self.parts(*id, which, span)
            }
            ("keys", Value::List(_)) => {
                let keys = self.keys(&first, span)?;
                self.list(keys, span)
            }
            ("values", Value::List(_)) => Ok(first),
            ("entries", Value::List(id)) => {
                let items = self.lists[*id].items.clone();
                let mut pairs = Vec::with_capacity(items.len());
                for (at, item) in items.into_iter().enumerate() {
                    let pair = vec![Value::text(at.to_string()).at(span), item];
                    pairs.push(self.list(pair, span)?.at(span));
                }
                self.list(pairs, span)
            }
            ("hasOwn", Value::Object(id)) => {
                let key = self.text_of(&args.get(1, ""), span)?;
                Ok(Value::Boolean(self.objects[*id].contains_key(key.as_str())))
            }
            ("assign", Value::Object(id)) => {
                for item in args.items.iter().skip(1) {
                    if let Value::Object(other) = item.value {
                        let new = self.entries_of(other, span)?;
                        self.objects[*id].extend(new);
                    }
                }
                Ok(first)
            }
            ("fromEntries", _) => {
                let mut entries = Entries::new();
                for item in self.items(&first, span)? {
                    let pair = self.items(&item.value, span)?;
                    let [key, value] = pair.as_slice() else {
                        return Err(self.error(item.span, "an entry is a pair of a key and a value"));
                    };
                    let name = Rc::from(self.text_of(&key.value, key.span)?);
                    entries.insert(name, Entry { key_span: key.span, item: value.clone() });
                }
                self.object(entries, span)
            }
            ("freeze" | "seal", _) => Ok(first),
            (_, Value::Unknown(_)) => Ok(first),
            _ => Err(self.error(span, format!("`Object.{name}` is not read here")).hint("write out what it gives")),
        }
    }

    pub(super) fn of_bson(&mut self, value: &Bson, span: Span) -> Result<Value, Error> {
        Ok(match value {
            Bson::Null => Value::Null,
            Bson::Boolean(value) => Value::Boolean(*value),
            Bson::Int32(value) if self.is_python => Value::Integer(i128::from(*value)),
            Bson::Int64(value) if self.is_python && i32::try_from(*value).is_ok() => Value::Plain(Bson::Int64(*value)),
            Bson::Int64(value) if self.is_python => Value::Integer(i128::from(*value)),
            Bson::Int32(value) => Value::Number(f64::from(*value)),
            Bson::Int64(value) => Value::Number(*value as f64),
            Bson::Double(value) => Value::Number(*value),
            Bson::String(text) => Value::text(text),
            Bson::DateTime(date) => self.date(date.timestamp_millis() as f64, span)?,
            Bson::Array(values) => {
                let mut items = Vec::with_capacity(values.len());
                for value in values {
                    items.push(self.of_bson(value, span)?.at(span));
                }
                self.list(items, span)?
            }
            Bson::Document(document) => {
                let mut entries = Entries::new();
                for (key, value) in document {
                    let item = self.of_bson(value, span)?.at(span);
                    entries.insert(Rc::from(key.as_str()), Entry { key_span: span, item });
                }
                self.object(entries, span)?
            }
            other => Value::Plain(other.clone()),
        })
    }

    pub(super) fn member_of_native(&mut self, path: &str, name: &str) -> Value {
        if let ("datetime.datetime" | "datetime", "min" | "max", true) = (path, name, self.is_python) {
            self.dates.push(if name == "min" { super::moments::FIRST } else { super::moments::LAST });
            return Value::Date(self.dates.len() - 1);
        }
        native::member(path, name, self.is_python)
    }

    /// The error for a value that only a server knows.
    pub(super) fn unknown(&self, what: &str, span: Span) -> Error {
        self.error(span, format!("{what} is not known here")).hint("write out its value")
    }
}

/// Python's `d.get` that is not called here: a function that knows its dict.
fn bound_method(of: &Value, name: &str, span: Span) -> Value {
    let class = match of {
        Value::Object(_) => "dict",
        Value::List(_) => "list",
        _ => "str",
    };
    let first = Args::of(vec![of.clone().at(span)]);
    Value::Bound(Rc::new((Value::native(format!("{class}.{name}")), first)))
}

/// `span.days` and its kin, of Python.
fn part_of_span(millis: f64, name: &str) -> Option<Value> {
    let micros = (millis * 1000.0).round() as i128;
    let rest = micros.rem_euclid(86_400_000_000);
    match name {
        "days" => Some(Value::Integer(micros.div_euclid(86_400_000_000))),
        "seconds" => Some(Value::Integer(rest / 1_000_000)),
        "microseconds" => Some(Value::Integer(rest % 1_000_000)),
        _ => None,
    }
}

/// What a connection, a database and a collection have by a name.
fn member_of_place(of: &Value, name: &str) -> Value {
    match of {
        Value::Client => Value::Database(Some(Rc::from(name))),
        Value::Database(database) => {
            let name = CollectionName { database: database.clone(), name: Some(Rc::from(name)), explains: false };
            Value::Collection(Rc::new(name))
        }
        Value::Collection(collection) => {
            let longer = collection.name.as_ref().map(|first| Rc::from(format!("{first}.{name}")));
            Value::Collection(Rc::new(CollectionName { name: longer, ..CollectionName::clone(collection) }))
        }
        other => other.clone(),
    }
}
