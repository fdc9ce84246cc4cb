//! Keys: in which order JavaScript has them, and those of Python's dicts that are no strings; what takes entries and elements
//! away, or puts several in their places.
//!
//! In: values. Out: the name under which an entry is kept. Invariant: a key that is no string is kept under a name that begins
//! with the character 0, which no string of the text may have as a key; no such name reaches a pipeline.

use std::rc::Rc;

use super::{
    Machine,
    value::{Entries, Value},
};
use crate::{
    Error,
    read::script::syntax::{Expr, Kind, Listing, Operator, Span},
};

impl Machine<'_> {
    /// The name under which a dict or an object keeps this key.
    pub(super) fn key_of(&mut self, key: &Value, span: Span) -> Result<Rc<str>, Error> {
        if let (Value::Text(text), true) = (key, self.is_python) {
            return Ok(Rc::clone(text));
        }
        if !self.is_python {
            return Ok(Rc::from(self.text_of(key, span)?));
        }
        let name = match key {
            Value::Integer(value) => format!("\0n{value}"),
            Value::Boolean(value) => format!("\0n{}", u8::from(*value)),
            // MongoDB's driver aside, 1 and 1.0 are the same key.
            Value::Number(value) if value.fract() == 0.0 && value.abs() < 1e18 => format!("\0n{}", *value as i128),
            Value::Number(value) => format!("\0f{value:?}"),
            Value::Null => "\0none".to_owned(),
            Value::Date(id) => format!("\0d{:?}", self.dates[*id]),
            Value::Duration(millis) => format!("\0s{millis:?}"),
            Value::Plain(value) => format!("\0p{value:?}"),
            Value::Native(path) => format!("\0m{path}"),
            Value::List(id) if self.lists[*id].listing == Listing::Tuple => {
                let items = self.lists[*id].items.clone();
                self.charge(items.len(), span)?;
                let mut name = "\0t".to_owned();
                for item in &items {
                    let part = self.deeper(span, |machine| machine.key_of(&item.value, span))?;
                    name.extend([&part.len().to_string(), ":", &part]);
                }
                name
            }
            Value::Unknown(what) => return Err(self.unknown(&Rc::clone(what), span)),
            _ => {
                let what = self.type_in_words(key);
                return Err(self.error(span, format!("{what} cannot be a key")));
            }
        };
        self.charge(name.len() / 16, span)?;
        let name: Rc<str> = Rc::from(name);
        self.odd_keys.entry(Rc::clone(&name)).or_insert_with(|| key.clone());
        Ok(name)
    }

    /// The key that is kept under this name.
    pub(super) fn value_of_key(&self, name: &Rc<str>) -> Value {
        self.odd_keys.get(name).cloned().unwrap_or_else(|| Value::Text(Rc::clone(name)))
    }

    /// The entries of an object in the order of the language, with what its getters give.
    pub(super) fn entries_of(&mut self, id: usize, span: Span) -> Result<Entries, Error> {
        self.charge(self.objects[id].len(), span)?;
        let mut entries = self.objects[id].clone();
        if self.is_python {
            return Ok(entries);
        }
        for entry in entries.values_mut() {
            entry.item.value = self.got(&entry.item.value, &Value::Object(id), span)?;
        }
        if entries.keys().any(|key| place(key).is_some()) {
            // JavaScript puts keys that are whole numbers first, in their order.
            entries.sort_by_cached_key(|key, _| place(key).map_or(u64::MAX, u64::from));
        }
        Ok(entries)
    }

    /// What a field's value is when it is read.
    pub(super) fn got(&mut self, value: &Value, of: &Value, span: Span) -> Result<Value, Error> {
        match value {
            Value::Getter(_) => {
                let args = super::value::Args::default();
                self.apply_to(value, of, &args, span)
            }
            _ => Ok(value.clone()),
        }
    }

    /// `del a`, `del a[b]`, `delete a.b`.
    pub(super) fn remove(&mut self, target: &Expr, scope: usize) -> Result<(), Error> {
        let span = target.span;
        match &target.kind {
            Kind::Name(name) if self.is_python => {
                let home = self.place_of(name, scope);
                let found = self.scopes[home].names.get(name).is_some_and(|value| !matches!(value, Value::Undefined));
                if !found {
                    return Err(self.unknown_name(name, span));
                }
                if home == 0 {
                    self.scopes[home].names.remove(name);
                } else {
                    self.scopes[home].names.insert(Rc::clone(name), Value::Undefined);
                }
                Ok(())
            }
            Kind::List(elements, _) if self.is_python => elements
                .iter()
                .try_for_each(|element| self.deeper(span, |machine| machine.remove(&element.value, scope))),
            Kind::Chain(inner) => self.deeper(span, |machine| machine.remove(inner, scope)),
            Kind::Member { of, name, .. } if !self.is_python => {
                let of = self.evaluate(of, scope)?;
                self.remove_part(&of, &Value::Text(Rc::clone(name)), span)
            }
            Kind::Index { of, at, .. } => {
                let of = self.evaluate(of, scope)?;
                let at = self.evaluate(at, scope)?;
                self.remove_part(&of, &at, span)
            }
            Kind::Slice(of, parts) => {
                let of = self.evaluate(of, scope)?;
                let parts = self.slice_parts(parts, span, scope)?;
                let Value::List(id) = of else { return Err(self.error(span, "only a list has such parts")) };
                let mut gone = self.picked(self.lists[id].items.len(), parts, span)?;
                gone.sort_unstable();
                let mut at = 0;
                self.lists[id].items.retain(|_| {
                    at += 1;
                    gone.binary_search(&(at - 1)).is_err()
                });
                Ok(())
            }
            _ => Err(self.error(span, "this cannot be taken away").hint("leave the field out")),
        }
    }

    fn remove_part(&mut self, of: &Value, at: &Value, span: Span) -> Result<(), Error> {
        match of {
            Value::Object(id) => {
                let key = self.key_of(at, span)?;
                self.charge(self.objects[*id].len() / 16, span)?;
                match self.objects[*id].shift_remove(&key) {
                    None if self.is_python => {
                        let key = self.repr(at, span)?;
                        Err(self.error(span, format!("the dict has no key `{key}`")))
                    }
                    _ => Ok(()),
                }
            }
            Value::List(id) => {
                let length = self.lists[*id].items.len();
                self.charge(length / 16, span)?;
                match self.place(at, length).filter(|place| *place < length) {
                    Some(place) if self.is_python => drop(self.lists[*id].items.remove(place)),
                    Some(place) => self.lists[*id].items[place].value = Value::Undefined,
                    None if self.is_python => return Err(self.error(span, "the list has no such place")),
                    None => {}
                }
                Ok(())
            }
            Value::Unknown(_) => Ok(()),
            _ => Err(self.error(span, "this value has no parts that can be taken away")),
        }
    }

    /// Python's `of[a:b] = value`.
    pub(super) fn assign_slice(
        &mut self,
        of: &Expr,
        parts: &[Option<Box<Expr>>; 3],
        value: &Value,
        span: Span,
        scope: usize,
    ) -> Result<(), Error> {
        let of = self.evaluate(of, scope)?;
        let parts = self.slice_parts(parts, span, scope)?;
        let items = self.items(value, span)?;
        let Value::List(id) = of else { return Err(self.error(span, "only a list has such parts")) };
        let length = self.lists[id].items.len();
        if parts[2].is_none_or(|step| step == 1) {
            let [start, end, _] = parts.map(|part| part.map(|at| at as f64));
            let (start, end) = super::lists::bounds(length, start, end);
            self.charge(length, span)?;
            self.lists[id].items.splice(start..end, items);
            return Ok(());
        }
        let places = self.picked(length, parts, span)?;
        if places.len() != items.len() {
            return Err(self.error(span, format!("{} values for {} places", items.len(), places.len())));
        }
        for (place, item) in places.into_iter().zip(items) {
            self.lists[id].items[place] = item;
        }
        Ok(())
    }

    /// The places that a slice picks, in its order.
    pub(super) fn picked(
        &self,
        length: usize,
        [start, end, step]: [Option<i64>; 3],
        span: Span,
    ) -> Result<Vec<usize>, Error> {
        let step = step.unwrap_or(1);
        if step == 0 {
            return Err(self.error(span, "a slice cannot have a step of 0"));
        }
        let n = i64::try_from(length).unwrap_or(i64::MAX);
        let (least, most) = if step > 0 { (0, n) } else { (-1, n - 1) };
        let clamped = |at: i64| if at < 0 { at.saturating_add(n).max(least) } else { at.min(most) };
        let (from, to) = if step > 0 { (least, most) } else { (most, least) };
        let (mut at, end) = (start.map_or(from, clamped), end.map_or(to, clamped));
        let mut places = Vec::new();
        while if step > 0 { at < end } else { at > end } {
            places.extend(usize::try_from(at));
            at = at.saturating_add(step);
        }
        Ok(places)
    }

    /// Python's `a += b` and its kin where they change `a` itself; whether they do.
    pub(super) fn change_by(
        &mut self,
        operator: Operator,
        before: &Value,
        added: &Value,
        span: Span,
    ) -> Result<bool, Error> {
        match (operator, before) {
            (Operator::Add, Value::List(id)) if self.lists[*id].listing == Listing::List => {
                let items = self.items(added, span)?;
                self.lists[*id].items.extend(items);
                Ok(true)
            }
            (Operator::BitOr, Value::Object(id)) => {
                let Value::Object(other) = added else {
                    return Err(self.error(span, "only a dict is joined to a dict"));
                };
                let new = self.entries_of(*other, span)?;
                self.objects[*id].extend(new);
                Ok(true)
            }
            (_, Value::List(id)) if self.lists[*id].listing == Listing::Set => {
                if let Value::List(made) = self.binary(operator, before, added, span)? {
                    let items = self.lists[made].items.clone();
                    self.lists[*id].items = items;
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

/// The whole number that a key is, if JavaScript takes it for one.
pub(super) fn place(key: &str) -> Option<u32> {
    let is_plain = key == "0" || (!key.starts_with('0') && key.bytes().all(|b| b.is_ascii_digit()));
    key.parse().ok().filter(|place| is_plain && *place < u32::MAX)
}
