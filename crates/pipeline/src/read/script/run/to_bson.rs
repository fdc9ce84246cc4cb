//! Values of a script → BSON, as the driver of the language sends them.
//!
//! MongoDB: mongosh sends a whole number within 32 bits as an int and every other one as a double, also -0; pymongo sends an
//! `int` as an int or a long, a `float` as a double. Wrappers of Extended JSON (`{$oid: …}`) are read as what they stand for
//! where a server would refuse them; inside `$literal`, where it would not, they stay objects.

use bson::{Bson, DateTime, Document};

use super::{
    Machine,
    value::{Item, Value},
};
use crate::{
    Error,
    limits::MAX_DEPTH,
    read::{extended, script::syntax::Listing},
};

impl Machine<'_> {
    pub(in crate::read::script) fn bson_of(&mut self, item: &Item) -> Result<Bson, Error> {
        self.converted(item, 0, false)
    }

    fn converted(&mut self, item: &Item, depth: usize, is_literal: bool) -> Result<Bson, Error> {
        let span = item.span;
        self.charge(1, span)?;
        if depth > MAX_DEPTH {
            return Err(self.cursor.moved_to(span.start).too_deep());
        }
        Ok(match &item.value {
            Value::Undefined | Value::Null => Bson::Null,
            Value::Boolean(value) => Bson::Boolean(*value),
            Value::Number(value) => self.number(*value),
            Value::Integer(value) => match (i32::try_from(*value), i64::try_from(*value)) {
                (Ok(value), _) => Bson::Int32(value),
                (_, Ok(value)) => Bson::Int64(value),
                _ => return Err(self.error(span, "this number does not fit 64 bits")),
            },
            Value::Text(text) => Bson::String(text.to_string()),
            Value::Plain(value) => value.clone(),
            Value::Date(id) => Bson::DateTime(DateTime::from_millis(self.dates[*id] as i64)),
            Value::List(id) => {
                if self.is_python && self.lists[*id].listing == Listing::Set {
                    return Err(self.error(span, "a set is no value of MongoDB").hint("a list is written `[…]`"));
                }
                let items = self.lists[*id].items.clone();
                let mut values = Vec::with_capacity(items.len());
                for item in &items {
                    values.push(self.converted(item, depth + 1, is_literal)?);
                }
                Bson::Array(values)
            }
            Value::Object(id) => return self.document(*id, item, depth, is_literal),
            Value::Function(_) => Bson::JavaScriptCode(self.function_text(&item.value)),
            Value::Native(path) if &**path == "MinKey" => Bson::MinKey,
            Value::Native(path) if &**path == "MaxKey" => Bson::MaxKey,
            Value::Unknown(what) => return Err(self.unknown(&what.clone(), span)),
            other => {
                let what = self.type_in_words(other);
                return Err(self.error(span, format!("{what} is no value of a pipeline")));
            }
        })
    }

    fn number(&self, value: f64) -> Bson {
        let is_int = value.fract() == 0.0
            && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value)
            && !(value == 0.0 && value.is_sign_negative());
        if is_int && !self.is_python { Bson::Int32(value as i32) } else { Bson::Double(value) }
    }

    fn document(&mut self, id: usize, item: &Item, depth: usize, is_literal: bool) -> Result<Bson, Error> {
        let mut entries: Vec<_> =
            self.objects[id].iter().map(|(key, entry)| (key.clone(), entry.item.clone())).collect();
        if !self.is_python {
            // JavaScript puts keys that are whole numbers first, in their order.
            entries.sort_by_key(|(key, _)| place(key).map_or(u64::MAX, u64::from));
        }
        let mut document = Document::new();
        for (key, item) in &entries {
            let value = self.converted(item, depth + 1, is_literal || &**key == "$literal")?;
            document.insert(key.to_string(), value);
        }
        if is_literal {
            return Ok(Bson::Document(document));
        }
        extended::settle(document).map_err(|message| self.error(item.span, message))
    }
}

/// The whole number that a key is, if JavaScript takes it for one.
fn place(key: &str) -> Option<u32> {
    let is_plain = key == "0" || (!key.starts_with('0') && key.bytes().all(|b| b.is_ascii_digit()));
    key.parse().ok().filter(|place| is_plain && *place < u32::MAX)
}
