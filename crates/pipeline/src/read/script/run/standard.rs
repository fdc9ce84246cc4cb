//! What modules of Python's standard library bring besides dates and patterns: `itertools`, `functools`, `collections`,
//! `operator`; and the types by their names.
//!
//! In: calls by their path. Out: values. Invariant: what is not known here is refused by name.

use std::rc::Rc;

use super::{
    Machine,
    value::{Args, Entries, Entry, Item, Value},
};
use crate::{
    Error,
    read::script::syntax::{Listing, Operator, Span},
};

impl Machine<'_> {
    /// `itertools.…`
    pub(super) fn itertools(&mut self, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        let found = match name {
            "chain" => {
                let mut all = Vec::new();
                for item in &args.items {
                    all.extend(self.items(&item.value, span)?);
                }
                all
            }
            "chain.from_iterable" => {
                let mut all = Vec::new();
                for item in self.items(&first, span)? {
                    all.extend(self.items(&item.value, span)?);
                }
                all
            }
            "product" if args.named.is_empty() => self.product(args, span)?,
            "combinations" | "permutations" => {
                let items = self.items(&first, span)?;
                let size = match args.item(1, "r") {
                    Some(size) => self.to_number(&size.value, span)? as usize,
                    None => items.len(),
                };
                let rows = self.arranged(&items, size, name == "combinations", span)?;
                self.tuples(rows, span)?
            }
            "accumulate" if args.items.len() == 1 => {
                let mut sums: Vec<Item> = Vec::new();
                for item in self.items(&first, span)? {
                    let sum = match sums.last() {
                        Some(before) => self.binary(Operator::Add, &before.value.clone(), &item.value, span)?,
                        None => item.value,
                    };
                    sums.push(sum.at(item.span));
                }
                sums
            }
            "islice" => {
                let items = self.items(&first, span)?;
                let bound = |at: usize| match args.items.get(at).map(|item| &item.value) {
                    None | Some(Value::Null) => Ok(None),
                    Some(value) => self.to_number(value, span).map(|value| Some(value as i64)),
                };
                let parts =
                    if args.items.len() == 2 { [None, bound(1)?, None] } else { [bound(1)?, bound(2)?, bound(3)?] };
                let places = self.picked(items.len(), parts, span)?;
                places.into_iter().map(|at| items[at].clone()).collect()
            }
            "repeat" if args.items.len() == 2 => {
                let times = self.to_number(&args.get(1, ""), span)?.clamp(0.0, 1e9) as usize;
                self.charge(times, span)?;
                vec![first.at(span); times]
            }
            _ => {
                return Err(self
                    .error(span, format!("`itertools.{name}` is not read here"))
                    .hint("write out what it gives"));
            }
        };
        self.listed(found, Listing::Iterator, span)
    }

    /// Each item of the first with each of the second, and so on.
    fn product(&mut self, args: &Args, span: Span) -> Result<Vec<Item>, Error> {
        let mut rows = vec![Vec::new()];
        for item in &args.items {
            let items = self.items(&item.value, span)?;
            self.charge(rows.len().saturating_mul(items.len() + 1), span)?;
            let longer = |row: &Vec<Item>| {
                items.iter().map(|item| [row.as_slice(), std::slice::from_ref(item)].concat()).collect::<Vec<_>>()
            };
            rows = rows.iter().flat_map(longer).collect();
        }
        self.tuples(rows, span)
    }

    fn tuples(&mut self, rows: Vec<Vec<Item>>, span: Span) -> Result<Vec<Item>, Error> {
        rows.into_iter().map(|row| Ok(self.listed(row, Listing::Tuple, span)?.at(span))).collect()
    }

    /// All ways to take as many items, in their order alone or in every order.
    fn arranged(&mut self, items: &[Item], size: usize, in_order: bool, span: Span) -> Result<Vec<Vec<Item>>, Error> {
        let mut rows: Vec<Vec<usize>> = vec![Vec::new()];
        for _ in 0..size {
            if rows.is_empty() {
                break;
            }
            let mut longer = Vec::new();
            for row in &rows {
                self.charge(1 + items.len(), span)?;
                let start = if in_order { row.last().map_or(0, |last| last + 1) } else { 0 };
                let rest = (start..items.len()).filter(|at| in_order || !row.contains(at));
                longer.extend(rest.map(|at| [row.as_slice(), &[at]].concat()));
            }
            rows = longer;
        }
        Ok(rows.into_iter().map(|row| row.into_iter().map(|at| items[at].clone()).collect()).collect())
    }

    /// `functools.…` and `operator.…`
    pub(super) fn functools(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        match path {
            "functools.reduce" => {
                let mut items = self.items(&args.get(1, ""), span)?.into_iter();
                let start = args.items.get(2).cloned().or_else(|| items.next());
                let mut value =
                    start.ok_or_else(|| self.error(span, "nothing is reduced without a first value"))?.value;
                for item in items {
                    value = self.apply(&first, &Args::of(vec![value.at(span), item]), span)?;
                }
                Ok(value)
            }
            "functools.partial" => {
                let rest = Args { items: args.items.get(1..).unwrap_or_default().to_vec(), named: args.named.clone() };
                Ok(Value::Bound(Rc::new((first, rest))))
            }
            // The function is called as often as it is written; that changes no value.
            "functools.cache" => Ok(first),
            "functools.lru_cache" => Ok(match first {
                Value::Function(_) => first,
                _ => Value::native("functools.cache"),
            }),
            "operator.itemgetter" | "operator.attrgetter" if args.items.len() == 1 => {
                Ok(Value::Bound(Rc::new((Value::native(format!("{path}.of")), args.clone()))))
            }
            "operator.itemgetter.of" => self.index(&args.get(1, ""), &first, span),
            "operator.add" | "operator.sub" | "operator.mul" | "operator.or_" => {
                let operator = match path {
                    "operator.add" => Operator::Add,
                    "operator.sub" => Operator::Subtract,
                    "operator.mul" => Operator::Multiply,
                    _ => Operator::BitOr,
                };
                self.binary(operator, &first, &args.get(1, ""), span)
            }
            _ => Err(self.error(span, format!("`{path}` is not read here")).hint("write out what it gives")),
        }
    }

    /// A dict: of another one, of pairs, of named arguments.
    pub(super) fn dict(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let entries = self.given_entries(args, span)?;
        self.object(entries, span)
    }

    /// The entries that the arguments of `dict(…)` and `d.update(…)` give.
    pub(super) fn given_entries(&mut self, args: &Args, span: Span) -> Result<Entries, Error> {
        let mut entries = Entries::new();
        match args.first() {
            Value::Undefined => {}
            Value::Object(id) => entries.extend(self.entries_of(id, span)?),
            pairs => {
                for item in self.items(&pairs, span)? {
                    let pair = self.items(&item.value, item.span)?;
                    let [key, value] = pair.as_slice() else {
                        return Err(self.error(item.span, "an entry is a pair of a key and a value"));
                    };
                    entries.insert(self.key_of(&key.value, key.span)?, Entry::new(key.span, value.clone()));
                }
            }
        }
        for (name, item) in &args.named {
            entries.insert(Rc::clone(name), Entry::new(item.span, item.clone()));
        }
        Ok(entries)
    }

    /// `collections.Counter(…)`: how often each value is there.
    pub(super) fn counted(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let mut entries = Entries::new();
        for item in self.items(&args.first(), span)? {
            let key = self.key_of(&item.value, item.span)?;
            let before = match entries.get(&key).map(|entry: &Entry| &entry.item.value) {
                Some(Value::Integer(n)) => *n,
                _ => 0,
            };
            entries.insert(key, Entry::new(item.span, Value::Integer(before + 1).at(span)));
        }
        self.object(entries, span)
    }

    /// Whether a value is of a type, or of one of several.
    pub(super) fn is_instance(&mut self, value: &Value, class: &Value, span: Span) -> Result<bool, Error> {
        if let Value::List(id) = class {
            for item in self.lists[*id].items.clone() {
                if self.is_instance(value, &item.value, span)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        let Value::Native(class) = class else { return Err(self.error(span, "`isinstance` takes a type")) };
        let own = self.class_of(value, span)?;
        Ok(*own == **class
            || matches!(
                (&*own, &**class),
                ("bool" | "Int64", "int") | ("datetime.datetime", "datetime.date") | (_, "object")
            ))
    }

    /// The type of a value, as the path that brings it.
    pub(super) fn class_of(&self, value: &Value, span: Span) -> Result<Rc<str>, Error> {
        let name = match value {
            Value::Null => "NoneType",
            Value::Boolean(_) => "bool",
            Value::Integer(_) => "int",
            Value::Number(_) => "float",
            Value::Text(_) => "str",
            Value::Object(_) => "dict",
            Value::Date(id) => match self.moments.get(id) {
                Some(super::moments::Moment::Day) => "datetime.date",
                Some(super::moments::Moment::Clock) => "datetime.time",
                _ => "datetime.datetime",
            },
            Value::Duration(_) => "datetime.timedelta",
            Value::Function(_) => "function",
            Value::Plain(bson::Bson::ObjectId(_)) => "ObjectId",
            Value::Plain(bson::Bson::Decimal128(_)) => "Decimal128",
            Value::Plain(bson::Bson::Int64(_)) => "Int64",
            Value::List(id) => match self.lists[*id].listing {
                Listing::List => "list",
                Listing::Tuple => "tuple",
                Listing::Set => "set",
                _ => return Err(self.error(span, "the type of this value is not read here")),
            },
            _ => return Err(self.error(span, "the type of this value is not read here")),
        };
        Ok(Rc::from(name))
    }
}
