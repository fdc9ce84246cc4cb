//! Members and indexes of values, the methods of objects, `Object.…` and `JSON.…`.

use std::rc::Rc;

use bson::Bson;

use super::{
    Machine, native,
    value::{Args, CollectionName, Entries, Entry, Value},
};
use crate::{Error, read::script::syntax::Span};

impl Machine<'_> {
    /// `of.name`.
    pub(super) fn member(&mut self, of: &Value, name: &str, span: Span) -> Result<Value, Error> {
        let found = match of {
            Value::Object(id) => self.objects[*id].get(name).map(|entry| entry.item.value.clone()),
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
                Ok(place.map_or(Value::Undefined, |c| Value::text(c.to_string())))
            }
            (Value::Object(id), _) if self.is_python => {
                let key = self.text_of(at, span)?;
                let found = self.objects[*id].get(key.as_str()).map(|entry| entry.item.value.clone());
                found.ok_or_else(|| self.error(span, format!("the dict has no key `{key}`")))
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
            "get" if self.is_python => {
                let key = self.text_of(&args.first(), span)?;
                let found = self.objects[id].get(key.as_str()).map(|entry| entry.item.value.clone());
                let default = args.get(1, "default");
                Ok(found.unwrap_or(if matches!(default, Value::Undefined) { Value::Null } else { default }))
            }
            "keys" | "values" | "items" if self.is_python => self.parts(id, name, span),
            "update" if self.is_python => {
                let mut new = Entries::new();
                if let Value::Object(other) = args.first() {
                    new.extend(self.objects[other].clone());
                }
                for (key, item) in &args.named {
                    new.insert(Rc::clone(key), Entry { key_span: item.span, item: item.clone() });
                }
                self.charge(new.len(), span)?;
                self.objects[id].extend(new);
                Ok(Value::Null)
            }
            "copy" if self.is_python => {
                let entries = self.objects[id].clone();
                self.object(entries, span)
            }
            "pop" | "setdefault" if self.is_python => {
                let key: Rc<str> = Rc::from(self.text_of(&args.first(), span)?);
                let found = self.objects[id].get(&key).map(|entry| entry.item.value.clone());
                if name == "pop" {
                    self.objects[id].shift_remove(&key);
                } else if found.is_none() {
                    self.put(id, key, span, args.get(1, "").at(span));
                }
                Ok(found.unwrap_or(args.get(1, "")))
            }
            "toString" => Ok(Value::text("[object Object]")),
            _ => Err(self.no_method(&object, name, span)),
        }
    }

    /// The keys, the values, or the pairs of an object as a list.
    fn parts(&mut self, id: usize, which: &str, span: Span) -> Result<Value, Error> {
        let entries = self.objects[id].clone();
        self.charge(entries.len(), span)?;
        let mut items = Vec::with_capacity(entries.len());
        for (key, entry) in entries {
            let key = Value::Text(key).at(entry.key_span);
            items.push(match which {
                "keys" => key,
                "values" => entry.item,
                _ => self.list(vec![key, entry.item], span)?.at(entry.key_span),
            });
        }
        self.list(items, span)
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
            ("assign", Value::Object(id)) => {
                for item in args.items.iter().skip(1) {
                    if let Value::Object(other) = item.value {
                        self.charge(self.objects[other].len(), span)?;
                        let new = self.objects[other].clone();
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

    /// `JSON.parse`, `EJSON.parse` and the way back.
    pub(super) fn json(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        match path {
            "JSON.parse" | "EJSON.parse" | "json.loads" | "json_util.loads" => {
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
                let value = self.bson_of(&first.at(span))?;
                let plain = if path.starts_with("EJSON") { value } else { self.plain(value, span)? };
                self.made_text(plain.into_relaxed_extjson().to_string(), span)
            }
            _ => Err(self.error(span, format!("`{path}` is not read here"))),
        }
    }

    /// A value as JavaScript's JSON has it: dates and object ids are strings there.
    fn plain(&self, value: Bson, span: Span) -> Result<Bson, Error> {
        Ok(match value {
            Bson::DateTime(date) if !self.is_python => {
                Bson::String(super::dates::iso(date).ok_or_else(|| self.error(span, "this date has no such text"))?)
            }
            Bson::ObjectId(id) if !self.is_python => Bson::String(id.to_hex()),
            Bson::Array(values) => {
                Bson::Array(values.into_iter().map(|value| self.plain(value, span)).collect::<Result<_, _>>()?)
            }
            Bson::Document(document) => {
                let entry = |(key, value)| Ok((key, self.plain(value, span)?));
                Bson::Document(document.into_iter().map(entry).collect::<Result<_, Error>>()?)
            }
            Bson::Null | Bson::Boolean(_) | Bson::String(_) | Bson::Int32(_) | Bson::Double(_) => value,
            _ => return Err(self.error(span, "this value has no form in JSON here").hint("`EJSON.stringify` has one")),
        })
    }

    pub(super) fn of_bson(&mut self, value: &Bson, span: Span) -> Result<Value, Error> {
        Ok(match value {
            Bson::Null => Value::Null,
            Bson::Boolean(value) => Value::Boolean(*value),
            Bson::Int32(value) if self.is_python => Value::Integer(i128::from(*value)),
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
        native::member(path, name, self.is_python)
    }

    /// The error for a value that only a server knows.
    pub(super) fn unknown(&self, what: &str, span: Span) -> Error {
        self.error(span, format!("{what} is not known here")).hint("write out its value")
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
