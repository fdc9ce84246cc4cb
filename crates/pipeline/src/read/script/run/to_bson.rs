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
    read::{
        extended,
        script::{shell::sent_options, syntax::Listing},
        string::make_regex,
    },
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
            Value::Date(id) => Bson::DateTime(DateTime::from_millis(self.sent_date(*id, span)?)),
            Value::Pattern(pattern) => make_regex(&pattern.source, &sent_options(&pattern.flags))
                .map_err(|message| self.error(span, message))?,
            Value::List(id) => {
                if self.is_python && !matches!(self.lists[*id].listing, Listing::List | Listing::Tuple) {
                    let what = self.type_in_words(&item.value);
                    return Err(self
                        .error(span, format!("{what} is no value of MongoDB"))
                        .hint("a list is written `[…]` or `list(…)`"));
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
        let entries = self.entries_of(id, item.span)?;
        let mut document = Document::new();
        for (key, entry) in &entries {
            if key.starts_with('\0') {
                return Err(self
                    .error(entry.key_span, "a key must be a string")
                    .hint("write it in quotes, or `str(…)`"));
            }
            let value = self.converted(&entry.item, depth + 1, is_literal || &**key == "$literal")?;
            document.insert(key.to_string(), value);
        }
        if is_literal {
            return Ok(Bson::Document(document));
        }
        extended::settle(document).map_err(|message| self.error(item.span, message))
    }
}
