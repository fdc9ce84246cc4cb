//! What Python, pymongo and the standard library bring, as far as pipelines are made with it.

use std::rc::Rc;

use bson::{Bson, Document};

use super::{
    Machine,
    value::{Args, Entries, Entry, Item, Value},
};
use crate::{
    Error,
    read::{
        script::syntax::{Listing, Span},
        string::make_regex,
    },
};

/// The flags of regular expressions, and the options that they are sent as.
const FLAGS: &[(&str, &str, i128, char)] = &[
    ("I", "IGNORECASE", 2, 'i'),
    ("L", "LOCALE", 4, 'l'),
    ("M", "MULTILINE", 8, 'm'),
    ("S", "DOTALL", 16, 's'),
    ("U", "UNICODE", 32, 'u'),
    ("X", "VERBOSE", 64, 'x'),
    ("A", "ASCII", 256, 'a'),
];

/// `re.I` and its kin.
pub(super) fn flag(name: &str) -> Option<Value> {
    let found = FLAGS.iter().find(|(short, long, ..)| *short == name || *long == name);
    found.map(|(_, _, value, _)| Value::Integer(*value))
}

impl Machine<'_> {
    pub(super) fn native_of_python(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        if matches!(path, "print" | "display") {
            return Ok(Value::Null);
        }
        if path.contains("MongoClient") || path == "AsyncIOMotorClient" {
            return Ok(Value::Client);
        }
        if let Value::Unknown(_) = first {
            return Ok(first);
        }
        if let Some(name) = path.strip_prefix("math.") {
            return self.math(name, args, span);
        }
        match path {
            "open" | "input" => Err(self.outside(path, span)),
            "json.loads" | "json.dumps" | "json_util.loads" | "json_util.dumps" => self.json(path, args, span),
            "copy.deepcopy" | "copy.copy" => self.copied(&first, span),
            "ISODate" => self.date_call(path, args, span),
            _ if path.starts_with("datetime.") => self.python_dates(path, args, span),
            "dict" | "SON" | "OrderedDict" => self.dict(args, span),
            "Collation" | "pymongo.collation.Collation" => match first {
                Value::Text(_) => {
                    let locale = [(Rc::from("locale"), first.at(span))];
                    let named = locale.into_iter().chain(args.named.clone()).collect();
                    self.dict(&Args { items: Vec::new(), named }, span)
                }
                _ => self.dict(args, span),
            },
            "list" | "tuple" | "set" | "iter" | "reversed" | "sorted" | "range" | "enumerate" | "zip" | "map"
            | "filter" => self.python_list(path, args, span),
            "len" | "str" | "repr" | "int" | "float" | "bool" | "abs" | "round" | "sum" | "min" | "max" | "any"
            | "all" | "next" => self.python_value(path, args, span),
            _ => self.of_pymongo(path, args, span),
        }
    }

    fn python_dates(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        match path {
            "datetime.datetime" => self.datetime(args, span),
            "datetime.date" => self.datetime(
                &Args { items: args.items.iter().take(3).cloned().collect(), named: args.named.clone() },
                span,
            ),
            "datetime.datetime.now" | "datetime.datetime.utcnow" | "datetime.datetime.today" => {
                self.date(self.now, span)
            }
            "datetime.date.today" => self.date((self.now / 86_400_000.0).floor() * 86_400_000.0, span),
            "datetime.datetime.fromisoformat" | "datetime.date.fromisoformat" => {
                let text = self.text_of(&args.first(), span)?;
                let found = crate::read::date::parse(&text)
                    .ok_or_else(|| self.error(span, crate::read::extended::not_a_date(&text)))?;
                self.date(found.timestamp_millis() as f64, span)
            }
            "datetime.datetime.strptime" => self.strptime(args, span),
            "datetime.datetime.fromtimestamp" | "datetime.datetime.utcfromtimestamp" => {
                let seconds = self.to_number(&args.first(), span)?;
                self.date((seconds * 1000.0).floor(), span)
            }
            "datetime.timedelta" => {
                let names = ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"];
                let lengths = [86_400_000.0, 1000.0, 0.001, 1.0, 60_000.0, 3_600_000.0, 604_800_000.0];
                let mut millis = 0.0;
                for (at, (name, length)) in names.iter().zip(lengths).enumerate() {
                    if let Some(item) = args.item(at, name) {
                        millis += self.to_number(&item.value, item.span)? * length;
                    }
                }
                Ok(Value::Duration(millis))
            }
            "datetime.timezone" => match args.first() {
                Value::Duration(millis) => Ok(Value::Zone(millis / 60_000.0)),
                _ => Err(self.error(span, "`timezone` takes a `timedelta`")),
            },
            _ => Err(self.error(span, format!("`{path}` is not read here")).hint("write out what it gives")),
        }
    }

    fn dict(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let mut entries = Entries::new();
        match args.first() {
            Value::Undefined => {}
            Value::Object(id) => entries.extend(self.objects[id].clone()),
            pairs => {
                for item in self.items(&pairs, span)? {
                    let pair = self.items(&item.value, item.span)?;
                    let [Item { value: Value::Text(key), span: key_span }, value] = pair.as_slice() else {
                        return Err(self.error(item.span, "an entry is a pair of a key, a string, and a value"));
                    };
                    entries.insert(Rc::clone(key), Entry { key_span: *key_span, item: value.clone() });
                }
            }
        }
        for (name, item) in &args.named {
            entries.insert(Rc::clone(name), Entry { key_span: item.span, item: item.clone() });
        }
        self.object(entries, span)
    }

    fn python_list(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
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
        let found = match path {
            "reversed" => items.into_iter().rev().collect(),
            "sorted" => return self.sorted_by(items, args, span),
            "enumerate" => {
                let start = args.item(1, "start").map_or(Ok(0.0), |item| self.to_number(&item.value, span))? as i128;
                let mut pairs = Vec::with_capacity(items.len());
                for (at, item) in items.into_iter().enumerate() {
                    let pair = vec![Value::Integer(start + at as i128).at(span), item];
                    pairs.push(self.listed(pair, Listing::Tuple, span)?.at(span));
                }
                pairs
            }
            "zip" => {
                let mut columns = Vec::new();
                for arg in &args.items {
                    columns.push(self.items(&arg.value, span)?);
                }
                let length = columns.iter().map(Vec::len).min().unwrap_or(0);
                let mut rows = Vec::with_capacity(length);
                for at in 0..length {
                    let row = columns.iter().map(|column| column[at].clone()).collect();
                    rows.push(self.listed(row, Listing::Tuple, span)?.at(span));
                }
                rows
            }
            "map" | "filter" => {
                let mut found = Vec::new();
                for (at, item) in self.items(&args.get(1, ""), span)?.iter().enumerate() {
                    let made = self.each_of(&first, item, at, span)?;
                    match path {
                        "map" => found.push(made.at(item.span)),
                        _ if self.is_true(&made) => found.push(item.clone()),
                        _ => {}
                    }
                }
                found
            }
            "set" => {
                let items = self.distinct(items, span)?;
                return self.listed(items, Listing::Set, span);
            }
            "tuple" => return self.listed(items, Listing::Tuple, span),
            _ => items,
        };
        self.list(found, span)
    }

    fn sorted_by(&mut self, items: Vec<Item>, args: &Args, span: Span) -> Result<Value, Error> {
        let mut keyed = Vec::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            let key = match args.item(99, "key") {
                Some(key) if !key.value.is_nothing() => self.each_of(&key.value, &item, at, span)?,
                _ => item.value.clone(),
            };
            let pair = vec![key.at(item.span), Value::Integer(at as i128).at(span), item];
            keyed.push(self.listed(pair, Listing::Tuple, span)?.at(span));
        }
        let mut keyed = self.sorted(keyed, &Value::Undefined, span)?;
        let reverse = args.item(99, "reverse").map(|item| item.value.clone());
        if reverse.is_some_and(|reverse| self.is_true(&reverse)) {
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
            bounds.push(self.to_number(&item.value, span)? as i128);
        }
        let (start, end, step) = match bounds.as_slice() {
            [end] => (0, *end, 1),
            [start, end] => (*start, *end, 1),
            [start, end, step] if *step != 0 => (*start, *end, *step),
            _ => return Err(self.error(span, "`range` takes up to three whole numbers")),
        };
        let length = usize::try_from((end - start + step - step.signum()) / step).unwrap_or(0);
        self.charge(length, span)?;
        let items = (0..length).map(|at| Value::Integer(start + at as i128 * step).at(span)).collect();
        self.list(items, span)
    }

    fn python_value(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        Ok(match (path, &first) {
            ("next", Value::Answer(id)) => {
                self.first_only(*id, &Value::Integer(0));
                Value::Unknown(Rc::from("the first document of the answer"))
            }
            ("len", Value::Answer(id)) => {
                self.asked[*id].is_processed = Some("len".to_owned());
                Value::Unknown(Rc::from("the length of the answer"))
            }
            ("len", Value::Text(text)) => Value::Integer(text.chars().count() as i128),
            ("len", _) => Value::Integer(self.items(&first, span)?.len() as i128),
            ("str", _) => {
                let text = if args.items.is_empty() { String::new() } else { self.text_of(&first, span)? };
                self.made_text(text, span)?
            }
            ("repr", Value::Text(text)) => self.made_text(format!("'{text}'"), span)?,
            ("int", Value::Text(text)) => {
                let found =
                    text.trim().parse().map_err(|_| self.error(span, format!("`{text}` is not a whole number")))?;
                Value::Integer(found)
            }
            ("int", _) => Value::Integer(self.to_number(&first, span)?.trunc() as i128),
            ("float", Value::Text(text)) => {
                let found = text.trim().parse().map_err(|_| self.error(span, format!("`{text}` is not a number")))?;
                Value::Number(found)
            }
            ("float", _) => Value::Number(self.to_number(&first, span)?),
            ("bool", _) => Value::Boolean(self.is_true(&first)),
            ("abs", Value::Integer(value)) => Value::Integer(value.abs()),
            ("abs", _) => Value::Number(self.to_number(&first, span)?.abs()),
            ("round", _) => self.rounded(&first, args, span)?,
            ("sum", _) => {
                let mut sum = Value::Integer(0);
                for item in self.items(&first, span)? {
                    sum = self.binary(crate::read::script::syntax::Operator::Add, &sum, &item.value, span)?;
                }
                sum
            }
            ("min" | "max", _) => {
                let items = if args.items.len() == 1 { self.items(&first, span)? } else { args.items.clone() };
                let mut sorted = self.sorted(items, &Value::Undefined, span)?;
                let found = if path == "min" { sorted.first().cloned() } else { sorted.pop() };
                found.ok_or_else(|| self.error(span, format!("`{path}` of nothing")))?.value
            }
            ("any" | "all", _) => {
                let items = self.items(&first, span)?;
                let is_true = |item: &Item| self.is_true(&item.value);
                Value::Boolean(if path == "any" { items.iter().any(is_true) } else { items.iter().all(is_true) })
            }
            _ => return Err(self.error(span, format!("`{path}` is not read here")).hint("write out what it gives")),
        })
    }

    /// Halves go to the even neighbour.
    fn rounded(&mut self, value: &Value, args: &Args, span: Span) -> Result<Value, Error> {
        let number = self.to_number(value, span)?;
        match args.item(1, "ndigits") {
            None => Ok(Value::Integer(number.round_ties_even() as i128)),
            Some(digits) => {
                let digits = self.to_number(&digits.value, span)?.clamp(0.0, 30.0) as usize;
                Ok(Value::Number(format!("{number:.digits$}").parse().unwrap_or(number)))
            }
        }
    }

    fn of_pymongo(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        match path {
            "re.compile" | "Regex" => self.pattern(path, args, span),
            "Int64" => {
                let value = self.to_number(&first, span)?;
                let whole =
                    if let Value::Integer(whole) = first { i64::try_from(whole).ok() } else { Some(value as i64) };
                whole
                    .map(|whole| Value::Plain(Bson::Int64(whole)))
                    .ok_or_else(|| self.error(span, "this does not fit 64 bits"))
            }
            "Decimal" | "Decimal128" if matches!(first, Value::Plain(Bson::Decimal128(_))) => Ok(first),
            "Decimal" | "Decimal128" => {
                let text = self.text_of(&first, span)?;
                self.built("Decimal128", &[Value::text(text)], span)
            }
            "Binary" => {
                let Value::Plain(Bson::Binary(mut binary)) = first else {
                    return Err(self.error(span, "`Binary` takes bytes, such as `b\"…\"`"));
                };
                if let Some(subtype) = args.item(1, "subtype") {
                    let subtype = self.to_number(&subtype.value, span)? as u8;
                    binary.subtype = subtype.into();
                }
                Ok(Value::Plain(Bson::Binary(binary)))
            }
            "Code" => {
                let code = self.text_of(&first, span)?;
                match args.get(1, "scope") {
                    Value::Object(id) => {
                        let scope = self.bson_of(&Value::Object(id).at(span))?;
                        let scope = if let Bson::Document(scope) = scope { scope } else { Document::new() };
                        Ok(Value::Plain(Bson::JavaScriptCodeWithScope(bson::JavaScriptCodeWithScope { code, scope })))
                    }
                    _ => Ok(Value::Plain(Bson::JavaScriptCode(code))),
                }
            }
            "DBRef" => self.constructed(path, args, span),
            "ObjectId" | "Timestamp" | "MinKey" | "MaxKey" | "UUID" | "uuid.UUID" if args.named.is_empty() => {
                let values: Vec<Value> = args.items.iter().map(|item| item.value.clone()).collect();
                self.built(path.trim_start_matches("uuid."), &values, span)
            }
            _ => Err(self.error(span, format!("`{path}` is not read here")).hint("write out what it gives")),
        }
    }

    /// `re.compile(…)`, which pymongo sends with the option `u`, and `bson.Regex(…)`.
    fn pattern(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let pattern = self.text_of(&args.first(), span)?;
        let mut options = String::new();
        match args.get(1, "flags") {
            Value::Text(flags) => options.push_str(&flags),
            Value::Integer(flags) => {
                options.extend(FLAGS.iter().filter(|(_, _, bit, _)| flags & bit != 0).map(|(.., option)| *option));
            }
            _ => {}
        }
        if path == "re.compile" && !options.contains(['u', 'a']) {
            options.push('u');
        }
        let options: String = options.chars().filter(|option| !matches!(option, 'a' | 'l')).collect();
        make_regex(&pattern, &options).map(Value::Plain).map_err(|message| self.error(span, message))
    }

    pub(super) fn method_of_python_list(
        &mut self,
        id: usize,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Result<Value, Error> {
        let first = args.item(0, "").cloned();
        match (name, first) {
            ("append" | "add", Some(item)) => self.lists[id].items.push(item),
            ("extend", Some(item)) => {
                let items = self.items(&item.value, span)?;
                self.lists[id].items.extend(items);
            }
            ("insert", Some(at)) => {
                let length = self.lists[id].items.len();
                let at = self.place(&at.value, length).unwrap_or(0).min(length);
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
                let items = self.lists[id].items.clone();
                let mut found = Vec::new();
                for (at, other) in items.iter().enumerate() {
                    if self.is_equal(&item.value, &other.value, span)? {
                        found.push(at as i128);
                    }
                }
                let value = if name == "count" { Some(found.len() as i128) } else { found.first().copied() };
                return value.map(Value::Integer).ok_or_else(|| self.error(span, "the list does not hold it"));
            }
            _ => return Err(self.no_method(&Value::List(id), name, span)),
        }
        Ok(Value::Null)
    }
}
