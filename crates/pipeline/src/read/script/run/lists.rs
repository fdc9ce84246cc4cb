//! Arrays and lists, and what can be walked through.

use std::rc::Rc;

use super::{
    Machine,
    value::{Args, Item, Value},
};
use crate::{
    Error,
    read::script::syntax::{Listing, Span},
};

impl Machine<'_> {
    /// What a loop over a value goes through.
    pub(super) fn items(&mut self, value: &Value, span: Span) -> Result<Vec<Item>, Error> {
        let items: Vec<Item> = match value {
            Value::List(id) if self.lists[*id].listing == Listing::Iterator => {
                std::mem::take(&mut self.lists[*id].items)
            }
            Value::List(id) => self.lists[*id].items.clone(),
            Value::Text(text) => text.chars().map(|c| Value::text(c.to_string()).at(span)).collect(),
            Value::Object(_) if self.is_python => return self.keys(value, span),
            Value::Answer(id) => {
                self.asked[*id].is_walked = true;
                vec![Value::Unknown(Rc::from("a document of the answer")).at(span)]
            }
            Value::Unknown(_) => vec![value.clone().at(span)],
            _ => {
                let what = self.type_in_words(value);
                return Err(self.error(span, format!("{what} cannot be gone through")));
            }
        };
        self.charge(items.len(), span)?;
        Ok(items)
    }

    /// The keys of an object, or the places in a list.
    pub(super) fn keys(&mut self, value: &Value, span: Span) -> Result<Vec<Item>, Error> {
        let keys: Vec<Item> = match value {
            Value::Object(id) => {
                let entries = self.entries_of(*id, span)?;
                entries.iter().map(|(key, entry)| self.value_of_key(key).at(entry.key_span)).collect()
            }
            Value::List(id) => {
                (0..self.lists[*id].items.len()).map(|at| Value::text(at.to_string()).at(span)).collect()
            }
            Value::Unknown(_) | Value::Answer(_) => vec![Value::Unknown(Rc::from("a key of the answer")).at(span)],
            _ => Vec::new(),
        };
        self.charge(keys.len(), span)?;
        Ok(keys)
    }

    pub(super) fn method_of_list(&mut self, id: usize, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        self.charge(self.lists[id].items.len(), span)?;
        if self.is_python {
            return self.method_of_python_list(id, name, args, span);
        }
        let items = self.lists[id].items.clone();
        let whole = Value::List(id).at(span);
        let first = args.first();
        match name {
            "map" | "flatMap" => {
                let mut found = Vec::with_capacity(items.len());
                for (at, item) in items.iter().enumerate() {
                    let made = self.each_in(&first, item, at, Some(&whole), span)?;
                    match made {
                        Value::List(inner) if name == "flatMap" => found.extend(self.lists[inner].items.clone()),
                        made => found.push(made.at(item.span)),
                    }
                }
                self.list(found, span)
            }
            "filter" | "find" | "findLast" | "findIndex" | "findLastIndex" | "some" | "every" => {
                self.search(&items, name, &first, &whole, span)
            }
            "forEach" => {
                for (at, item) in items.iter().enumerate() {
                    self.each_in(&first, item, at, Some(&whole), span)?;
                }
                Ok(Value::Undefined)
            }
            "reduce" | "reduceRight" => self.reduce(items, name, args, span),
            "concat" => {
                let mut found = items;
                for arg in &args.items {
                    match arg.value {
                        Value::List(inner) => found.extend(self.lists[inner].items.clone()),
                        _ => found.push(arg.clone()),
                    }
                }
                self.list(found, span)
            }
            "slice" => {
                let bound = |value: Value| (!value.is_nothing()).then(|| self.to_number(&value, span)).transpose();
                let (start, stop) = (bound(args.first())?, bound(args.get(1, ""))?);
                let (start, stop) = bounds(items.len(), start, stop);
                self.list(items[start..stop].to_vec(), span)
            }
            "flat" => {
                let depth = if first.is_nothing() { 1.0 } else { self.to_number(&first, span)? };
                let mut found = Vec::new();
                self.flatten(&items, depth.min(50.0) as usize, &mut found, span)?;
                self.list(found, span)
            }
            "sort" | "toSorted" => {
                let sorted = self.sorted(items, &first, span)?;
                self.stored(id, sorted, name == "sort", span)
            }
            "reverse" | "toReversed" => {
                let reversed = items.into_iter().rev().collect();
                self.stored(id, reversed, name == "reverse", span)
            }
            _ => self.asked_of_list(id, name, args, span),
        }
    }

    /// The methods that give no array of the same elements.
    fn asked_of_list(&mut self, id: usize, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let items = self.lists[id].items.clone();
        let first = args.first();
        match name {
            "join" => {
                let by = if first.is_nothing() { ",".to_owned() } else { self.text_of(&first, span)? };
                self.joined(&items, &by, span)
            }
            "includes" | "indexOf" | "lastIndexOf" => {
                if args.items.len() > 1 {
                    return Err(self.error(span, format!("`{name}` from a place on is not read here")));
                }
                let is_nan = |value: &Value| matches!(value, Value::Number(value) if value.is_nan());
                let is_it = |item: &Item| {
                    Self::is_same(&item.value, &first) || (name == "includes" && is_nan(&item.value) && is_nan(&first))
                };
                let at = match name {
                    "lastIndexOf" => items.iter().rposition(is_it),
                    _ => items.iter().position(is_it),
                };
                Ok(match name {
                    "includes" => Value::Boolean(at.is_some()),
                    _ => Value::Number(at.map_or(-1.0, |at| at as f64)),
                })
            }
            "keys" => {
                let keys = (0..items.len()).map(|at| Value::Number(at as f64).at(span)).collect();
                self.list(keys, span)
            }
            "values" | "toArray" => Ok(Value::List(id)),
            "entries" => {
                let mut pairs = Vec::new();
                for (at, item) in items.into_iter().enumerate() {
                    let pair = vec![Value::Number(at as f64).at(span), item];
                    pairs.push(self.list(pair, span)?.at(span));
                }
                self.list(pairs, span)
            }
            "at" => {
                let at = self.to_number(&first, span)?;
                let at = if at < 0.0 { at + items.len() as f64 } else { at };
                Ok(items
                    .get(at.max(-1.0) as usize)
                    .filter(|_| at >= 0.0)
                    .map_or(Value::Undefined, |item| item.value.clone()))
            }
            "toString" => self.joined(&items, ",", span),
            _ => self.change_list(id, name, args, span),
        }
    }

    /// The methods that change the array itself.
    fn change_list(&mut self, id: usize, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let taken = |item: Option<Item>| item.map_or(Value::Undefined, |item| item.value);
        match name {
            "push" => self.lists[id].items.extend(args.items.iter().cloned()),
            "unshift" => drop(self.lists[id].items.splice(0..0, args.items.iter().cloned())),
            "pop" => return Ok(taken(self.lists[id].items.pop())),
            "shift" => {
                let first = if self.lists[id].items.is_empty() { None } else { Some(self.lists[id].items.remove(0)) };
                return Ok(taken(first));
            }
            "splice" => {
                let length = self.lists[id].items.len();
                let start = self.to_number(&args.first(), span)?;
                let (start, _) = bounds(length, Some(start), None);
                let n = match args.items.get(1) {
                    Some(item) => self.to_number(&item.value, span)?.max(0.0) as usize,
                    None if args.items.is_empty() => 0,
                    None => length,
                };
                let end = start.saturating_add(n).min(length);
                let new = args.items.get(2..).unwrap_or_default().to_vec();
                let out: Vec<Item> = self.lists[id].items.splice(start..end, new).collect();
                return self.list(out, span);
            }
            "fill" => {
                let item = args.first().at(span);
                let (start, end) = self.places_between(id, args, 1, span)?;
                self.lists[id].items[start..end].fill(item);
                return Ok(Value::List(id));
            }
            "copyWithin" => {
                let length = self.lists[id].items.len();
                let (to, _) = bounds(length, Some(self.to_number(&args.first(), span)?), None);
                let (start, end) = self.places_between(id, args, 1, span)?;
                let end = end.min(start + (length - to));
                let part = self.lists[id].items[start..end].to_vec();
                self.lists[id].items[to..to + part.len()].clone_from_slice(&part);
                return Ok(Value::List(id));
            }
            "with" | "toSpliced" => {
                let copy = self.lists[id].items.clone();
                let Value::List(copy) = self.list(copy, span)? else { return Ok(Value::Undefined) };
                if name == "toSpliced" {
                    self.change_list(copy, "splice", args, span)?;
                    return Ok(Value::List(copy));
                }
                let length = self.lists[copy].items.len() as f64;
                let at = self.to_number(&args.first(), span)?;
                let at = if at < 0.0 { at + length } else { at };
                if !(0.0..length).contains(&at) {
                    return Err(self.error(span, "the array has no such place"));
                }
                self.lists[copy].items[at as usize] = args.get(1, "").at(span);
                return Ok(Value::List(copy));
            }
            _ => return self.change_set(id, name, args, span),
        }
        Ok(Value::Number(self.lists[id].items.len() as f64))
    }

    /// The methods of JavaScript's sets.
    fn change_set(&mut self, id: usize, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let is_set = self.lists[id].listing == Listing::Set;
        match name {
            "add" if is_set => {
                let items = [self.lists[id].items.clone(), args.items.clone()].concat();
                self.lists[id].items = self.distinct(items, span)?;
                Ok(Value::List(id))
            }
            "delete" if is_set => {
                let n_before = self.lists[id].items.len();
                let gone = args.first();
                self.lists[id].items.retain(|item| !Self::is_same(&item.value, &gone));
                Ok(Value::Boolean(self.lists[id].items.len() < n_before))
            }
            "clear" if is_set => {
                self.lists[id].items.clear();
                Ok(Value::Undefined)
            }
            "has" if is_set => {
                let found = self.lists[id].items.iter().any(|item| Self::is_same(&item.value, &args.first()));
                Ok(Value::Boolean(found))
            }
            _ => Err(self.no_method(&Value::List(id), name, span)),
        }
    }

    /// Where the arguments from `first` on say that a part begins and ends.
    fn places_between(&self, id: usize, args: &Args, first: usize, span: Span) -> Result<(usize, usize), Error> {
        let place = |at: usize| match args.items.get(at) {
            Some(item) if !item.value.is_nothing() => self.to_number(&item.value, span).map(Some),
            _ => Ok(None),
        };
        Ok(bounds(self.lists[id].items.len(), place(first)?, place(first + 1)?))
    }

    fn search(&mut self, items: &[Item], name: &str, test: &Value, whole: &Item, span: Span) -> Result<Value, Error> {
        let mut kept = Vec::new();
        let mut last = None;
        for (at, item) in items.iter().enumerate() {
            let found = self.each_in(test, item, at, Some(whole), span)?;
            let is_found = self.is_true(&found);
            last = if is_found { Some(at) } else { last };
            match name {
                "filter" | "findLast" if is_found => kept.push(item.clone()),
                "find" if is_found => return Ok(item.value.clone()),
                "findIndex" if is_found => return Ok(Value::Number(at as f64)),
                "some" if is_found => return Ok(Value::Boolean(true)),
                "every" if !is_found => return Ok(Value::Boolean(false)),
                _ => {}
            }
        }
        match name {
            "filter" => self.list(kept, span),
            "findLast" => Ok(kept.pop().map_or(Value::Undefined, |item| item.value)),
            "findIndex" => Ok(Value::Number(-1.0)),
            "findLastIndex" => Ok(Value::Number(last.map_or(-1.0, |at| at as f64))),
            "some" | "every" => Ok(Value::Boolean(name == "every")),
            _ => Ok(Value::Undefined),
        }
    }

    fn reduce(&mut self, mut items: Vec<Item>, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        if name == "reduceRight" {
            items.reverse();
        }
        let n_items = items.len();
        let mut items = items.into_iter();
        let start = match args.items.get(1) {
            Some(item) => Some(item.clone()),
            None => items.next(),
        };
        let Some(start) = start else {
            return Err(self.error(span, "an empty array is reduced without a first value"));
        };
        let function = args.first();
        let mut value = start.value;
        let n_before = n_items - items.len();
        for (at, item) in items.enumerate() {
            let at = if name == "reduceRight" { n_items - 1 - n_before - at } else { n_before + at };
            let given = vec![value.at(span), item, Value::Number(at as f64).at(span)];
            value = self.apply(&function, &Args::of(given), span)?;
        }
        Ok(value)
    }

    /// Stores the items in the array itself, or in a new one.
    fn stored(&mut self, id: usize, items: Vec<Item>, is_in_place: bool, span: Span) -> Result<Value, Error> {
        if !is_in_place {
            return self.list(items, span);
        }
        self.lists[id].items = items;
        Ok(Value::List(id))
    }

    fn flatten(&mut self, items: &[Item], depth: usize, found: &mut Vec<Item>, span: Span) -> Result<(), Error> {
        self.charge(items.len(), span)?;
        for item in items {
            match item.value {
                Value::List(inner) if depth > 0 => {
                    let inner = self.lists[inner].items.clone();
                    self.flatten(&inner, depth - 1, found, span)?;
                }
                _ => found.push(item.clone()),
            }
        }
        Ok(())
    }

    pub(super) fn joined(&mut self, items: &[Item], by: &str, span: Span) -> Result<Value, Error> {
        let mut text = String::new();
        if items.iter().any(|item| matches!(item.value, Value::Unknown(_))) {
            return Ok(Value::Unknown(Rc::from("a part of this string")));
        }
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                text.push_str(by);
            }
            if self.is_python && !matches!(item.value, Value::Text(_)) {
                return Err(self.error(item.span, "only strings can be joined"));
            }
            if !item.value.is_nothing() {
                text.push_str(&self.text_of(&item.value, item.span)?);
            }
            self.charge(1 + text.len() / 256, span)?;
        }
        self.made_text(text, span)
    }

    /// A stable sort by merging, whose order may come from a function of the text.
    pub(super) fn sorted(&mut self, items: Vec<Item>, order: &Value, span: Span) -> Result<Vec<Item>, Error> {
        if items.len() < 2 {
            return Ok(items);
        }
        let mut left = items;
        let right = left.split_off(left.len() / 2);
        let left = self.sorted(left, order, span)?;
        let right = self.sorted(right, order, span)?;
        let mut merged = Vec::with_capacity(left.len() + right.len());
        let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let is_behind = self.is_behind(a, b, order, span)?;
            merged.extend(if is_behind { right.next() } else { left.next() });
        }
        merged.extend(left);
        merged.extend(right);
        Ok(merged)
    }

    fn is_behind(&mut self, a: &Item, b: &Item, order: &Value, span: Span) -> Result<bool, Error> {
        self.charge(1, span)?;
        if !order.is_nothing() {
            let found = self.apply(order, &Args::of(vec![a.clone(), b.clone()]), span)?;
            return Ok(self.to_number(&found, span)? > 0.0);
        }
        if self.is_python {
            return Ok(self.order(&a.value, &b.value, span)?.is_some_and(std::cmp::Ordering::is_gt));
        }
        if matches!(a.value, Value::Undefined) || matches!(b.value, Value::Undefined) {
            return Ok(matches!(a.value, Value::Undefined));
        }
        let (a, b) = (self.text_of(&a.value, span)?, self.text_of(&b.value, span)?);
        Ok(a.encode_utf16().gt(b.encode_utf16()))
    }

    /// Python's `of[start:end:step]`.
    pub(super) fn slice(&mut self, of: &Value, parts: [Option<i64>; 3], span: Span) -> Result<Value, Error> {
        let length = match of {
            Value::List(id) if matches!(self.lists[*id].listing, Listing::Set | Listing::Iterator) => {
                return Err(self.error(span, "this value has no places"));
            }
            Value::List(id) => self.lists[*id].items.len(),
            Value::Text(text) => text.chars().count(),
            Value::Unknown(_) => return Ok(of.clone()),
            Value::Answer(id) => {
                self.asked[*id].is_processed = Some("a slice".to_owned());
                return Ok(of.clone());
            }
            _ => return Err(self.error(span, "this value has no parts")),
        };
        self.charge(length, span)?;
        let picked = self.picked(length, parts, span)?;
        match of {
            Value::Text(text) => {
                let chars: Vec<char> = text.chars().collect();
                self.made_text(picked.iter().map(|at| chars[*at]).collect(), span)
            }
            Value::List(id) => {
                let listing = self.lists[*id].listing;
                let items = picked.iter().map(|at| self.lists[*id].items[*at].clone()).collect();
                self.listed(items, listing, span)
            }
            _ => Ok(Value::Undefined),
        }
    }
}

/// Where a slice begins and ends: from the end where it is negative, and never outside.
pub(super) fn bounds(length: usize, start: Option<f64>, end: Option<f64>) -> (usize, usize) {
    let length = length as f64;
    let clamped = |at: f64| if at < 0.0 { (length + at).max(0.0) } else { at.min(length) };
    let start = clamped(start.unwrap_or(0.0).trunc()) as usize;
    let end = clamped(end.unwrap_or(length).trunc()) as usize;
    (start, end.max(start))
}
