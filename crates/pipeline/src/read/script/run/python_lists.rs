//! Lists of Python, and what goes through values: `range`, `zip`, `sorted`, `map` and their kin.
//!
//! In: what can be gone through. Out: lists; what Python goes through only once is an iterator, which is empty afterwards.

use super::{
    Machine,
    value::{Args, Item, Value},
};
use crate::{
    Error,
    read::script::syntax::{Listing, Span},
};

impl Machine<'_> {
    pub(super) fn python_list(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        if let (Value::Answer(_), "list" | "tuple" | "iter") = (&first, path) {
            return Ok(first);
        }
        let items = match path {
            "range" => return self.range(args, span),
            "zip" | "map" | "filter" => Vec::new(),
            _ if args.items.is_empty() => Vec::new(),
            _ => self.items(&first, span)?,
        };
        match path {
            "reversed" => self.listed(items.into_iter().rev().collect(), Listing::Iterator, span),
            "sorted" => self.sorted_by(items, args, span),
            "enumerate" => {
                let start = args.item(1, "start").map_or(Ok(0.0), |item| self.to_number(&item.value, span))? as i128;
                let mut pairs = Vec::with_capacity(items.len());
                for (at, item) in items.into_iter().enumerate() {
                    let pair = vec![Value::Integer(start + at as i128).at(span), item];
                    pairs.push(self.listed(pair, Listing::Tuple, span)?.at(span));
                }
                self.listed(pairs, Listing::Iterator, span)
            }
            "zip" => {
                let rows = self.zipped(&args.items, span)?;
                if let Some((name, _)) = args.named.first() {
                    return Err(self.error(span, format!("`{name}` of `zip` is not read here")));
                }
                let mut made = Vec::with_capacity(rows.len());
                for row in rows {
                    made.push(self.listed(row, Listing::Tuple, span)?.at(span));
                }
                self.listed(made, Listing::Iterator, span)
            }
            "map" => {
                let mut found = Vec::new();
                for row in self.zipped(args.items.get(1..).unwrap_or_default(), span)? {
                    let at = row.first().map_or(span, |item| item.span);
                    found.push(self.apply(&first, &Args::of(row), span)?.at(at));
                }
                self.listed(found, Listing::Iterator, span)
            }
            "filter" => {
                let mut found = Vec::new();
                for (at, item) in self.items(&args.get(1, ""), span)?.iter().enumerate() {
                    let made =
                        if first.is_nothing() { item.value.clone() } else { self.each_of(&first, item, at, span)? };
                    if self.is_true(&made) {
                        found.push(item.clone());
                    }
                }
                self.listed(found, Listing::Iterator, span)
            }
            "set" | "frozenset" => {
                let items = self.distinct(items, span)?;
                self.listed(items, Listing::Set, span)
            }
            "tuple" => self.listed(items, Listing::Tuple, span),
            "iter" => self.listed(items, Listing::Iterator, span),
            _ => self.list(items, span),
        }
    }

    /// The first of each, the second of each, up to the end of the shortest.
    pub(super) fn zipped(&mut self, lists: &[Item], span: Span) -> Result<Vec<Vec<Item>>, Error> {
        let mut columns = Vec::with_capacity(lists.len());
        for list in lists {
            columns.push(self.items(&list.value, span)?);
        }
        let length = columns.iter().map(Vec::len).min().unwrap_or(0);
        Ok((0..length).map(|at| columns.iter().map(|column| column[at].clone()).collect()).collect())
    }

    /// What the argument `key` makes of an item, and the item itself without one.
    pub(super) fn by_key(&mut self, item: &Item, args: &Args, span: Span) -> Result<Value, Error> {
        match args.item(99, "key") {
            Some(key) if !key.value.is_nothing() => self.each_of(&key.value, item, 0, span),
            _ => Ok(item.value.clone()),
        }
    }

    pub(super) fn sorted_by(&mut self, items: Vec<Item>, args: &Args, span: Span) -> Result<Value, Error> {
        if let Some((name, _)) = args.named.iter().find(|(name, _)| !matches!(&**name, "key" | "reverse")) {
            return Err(self.error(span, format!("`{name}` is no argument of a sort")));
        }
        let mut keyed = Vec::with_capacity(items.len());
        let reverse = args.item(99, "reverse").map(|item| item.value.clone());
        let is_reversed = reverse.is_some_and(|reverse| self.is_true(&reverse));
        let n_items = items.len();
        for (at, item) in items.into_iter().enumerate() {
            let key = self.by_key(&item, args, span)?;
            // Equal ones keep their order, also where the others are turned round.
            let at = if is_reversed { n_items - at } else { at };
            let pair = vec![key.at(item.span), Value::Integer(at as i128).at(span), item];
            keyed.push(self.listed(pair, Listing::Tuple, span)?.at(span));
        }
        let mut keyed = self.sorted(keyed, &Value::Undefined, span)?;
        if is_reversed {
            keyed.reverse();
        }
        let mut found = Vec::with_capacity(keyed.len());
        for pair in keyed {
            found.extend(self.items(&pair.value, span)?.pop());
        }
        self.list(found, span)
    }

    fn range(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let mut bounds = Vec::new();
        for item in &args.items {
            match &item.value {
                Value::Integer(value) => bounds.push((*value).clamp(-(1 << 100), 1 << 100)),
                _ => return Err(self.error(span, "`range` takes up to three whole numbers")),
            }
        }
        let (start, end, step) = match bounds.as_slice() {
            [end] => (0, *end, 1),
            [start, end] => (*start, *end, 1),
            [start, end, step] if *step != 0 => (*start, *end, *step),
            _ => return Err(self.error(span, "`range` takes up to three whole numbers")),
        };
        let length = ((end - start + step - step.signum()) / step).max(0);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        self.charge(length, span)?;
        let items = (0..length).map(|at| Value::Integer(start + at as i128 * step).at(span)).collect();
        self.listed(items, Listing::View, span)
    }

    pub(super) fn method_of_python_list(
        &mut self,
        id: usize,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Result<Value, Error> {
        match self.lists[id].listing {
            Listing::Set => return self.method_of_set(id, name, args, span),
            Listing::List => {}
            _ if matches!(name, "index" | "count") => {}
            _ => return Err(self.no_method(&Value::List(id), name, span)),
        }
        let first = args.item(0, "").cloned();
        match (name, first) {
            ("append", Some(item)) => self.lists[id].items.push(item),
            ("extend", Some(item)) => {
                let items = self.items(&item.value, span)?;
                self.lists[id].items.extend(items);
            }
            ("insert", Some(at)) => {
                let at = self.to_number(&at.value, span)?;
                let (at, _) = super::lists::bounds(self.lists[id].items.len(), Some(at), None);
                let item = args.get(1, "").at(span);
                self.lists[id].items.insert(at, item);
            }
            ("pop", at) => {
                let length = self.lists[id].items.len();
                let at = match at {
                    Some(at) => self.place(&at.value, length),
                    None => length.checked_sub(1),
                };
                let Some(at) = at.filter(|at| *at < length) else {
                    return Err(self.error(span, "the list has no such place"));
                };
                return Ok(self.lists[id].items.remove(at).value);
            }
            ("remove", Some(item)) => {
                let at = self.places_of(id, &item.value, span)?.first().copied();
                let at = at.ok_or_else(|| self.error(span, "the list does not hold it"))?;
                self.lists[id].items.remove(at);
            }
            ("clear", _) => self.lists[id].items.clear(),
            ("copy", _) => {
                let items = self.lists[id].items.clone();
                return self.list(items, span);
            }
            ("reverse", _) => self.lists[id].items.reverse(),
            ("sort", _) => {
                let items = self.lists[id].items.clone();
                if let Value::List(sorted) = self.sorted_by(items, args, span)? {
                    let sorted = self.lists[sorted].items.clone();
                    self.lists[id].items = sorted;
                }
            }
            ("index" | "count", Some(item)) => {
                let found = self.places_of(id, &item.value, span)?;
                let value = if name == "count" { Some(found.len()) } else { found.first().copied() };
                let value = value.map(|value| Value::Integer(value as i128));
                return value.ok_or_else(|| self.error(span, "the list does not hold it"));
            }
            _ => return Err(self.no_method(&Value::List(id), name, span)),
        }
        Ok(Value::Null)
    }

    /// Where a list holds a value.
    fn places_of(&mut self, id: usize, value: &Value, span: Span) -> Result<Vec<usize>, Error> {
        let items = self.lists[id].items.clone();
        let mut found = Vec::new();
        for (at, other) in items.iter().enumerate() {
            if self.is_equal(value, &other.value, span)? {
                found.push(at);
            }
        }
        Ok(found)
    }
}
