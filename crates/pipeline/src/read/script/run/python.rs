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
        script::syntax::{Listing, Operator, Span},
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

/// The options of flags.
pub(super) fn options_of(flags: &Value) -> String {
    match flags {
        Value::Text(flags) => flags.to_string(),
        Value::Integer(flags) => {
            FLAGS.iter().filter(|(_, _, bit, _)| flags & bit != 0).map(|(.., option)| *option).collect()
        }
        _ => String::new(),
    }
}

/// The whole number that a text is in a base; in base 0 as its prefix says.
fn whole(text: &str, base: u32) -> Option<i128> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_lowercase();
    let prefixed = [("0x", 16), ("0o", 8), ("0b", 2)]
        .into_iter()
        .find(|(prefix, own)| lower.starts_with(prefix) && (base == 0 || base == *own));
    let (digits, base) = match prefixed {
        Some((_, own)) => (&digits[2..], own),
        None => (digits, if base == 0 { 10 } else { base }),
    };
    let is_plain =
        digits.starts_with(|c: char| c.is_ascii_alphanumeric()) && !digits.contains("__") && !digits.ends_with('_');
    if !is_plain || !(2..=36).contains(&base) {
        return None;
    }
    i128::from_str_radix(&digits.replace('_', ""), base).ok().map(|value| sign * value)
}

impl Machine<'_> {
    pub(super) fn native_of_python(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        if matches!(path, "print" | "display" | "print.pprint") {
            return Ok(Value::Null);
        }
        if path.contains("MongoClient") || path.ends_with("MotorClient") {
            return Ok(Value::Client);
        }
        if let Value::Unknown(_) = first {
            return Ok(first);
        }
        for (prefix, work) in [
            ("math.", Self::math as fn(&mut Self, &str, &Args, Span) -> Result<Value, Error>),
            ("re.", Self::re),
            ("itertools.", Self::itertools),
            ("pytz.zone.", Self::localize),
        ] {
            if let Some(name) = path.strip_prefix(prefix).filter(|name| *name != "compile") {
                return work(self, name, args, span);
            }
        }
        match path {
            "open" | "input" => Err(self.outside(path, span)),
            "json.loads" | "json.dumps" | "json_util.loads" | "json_util.dumps" => self.json(path, args, span),
            "copy.deepcopy" => self.copied(&first, span),
            "copy.copy" => self.copied_once(first, span),
            "ISODate" => self.date_call(path, args, span),
            "ZoneInfo" | "pytz.timezone" | "dateutil.tz.gettz" | "dateutil.tz.tzutc" | "dateutil.tz.tzoffset" => {
                self.named_zone(path, args, span)
            }
            "relativedelta" => self.shift(args, span),
            _ if path.starts_with("datetime.") || path.starts_with("dateutil.") => self.python_dates(path, args, span),
            _ if path.starts_with("functools.") || path.starts_with("operator.") => self.functools(path, args, span),
            "dict" | "SON" | "OrderedDict" => self.dict(args, span),
            "dict.fromkeys" => self.of_keys(args, span),
            "Counter" => self.counted(args, span),
            "defaultdict" => self.dict_of_maker(args, span),
            "Collation" | "pymongo.collation.Collation" => self.collation(args, span),
            "str.maketrans" => self.maketrans(args, span),
            _ if ["str.", "dict.", "list.", "set."].iter().any(|class| path.starts_with(class)) => {
                let name = path.split('.').nth(1).unwrap_or_default();
                let rest = Args { items: args.items.get(1..).unwrap_or_default().to_vec(), named: args.named.clone() };
                self.method(&first, name, &rest, span)
            }
            "list" | "tuple" | "set" | "frozenset" | "iter" | "reversed" | "sorted" | "range" | "enumerate" | "zip"
            | "map" | "filter" => self.python_list(path, args, span),
            "len" | "str" | "repr" | "int" | "float" | "bool" | "abs" | "round" | "sum" | "min" | "max" | "any"
            | "all" | "next" | "ord" | "chr" | "hex" | "oct" | "bin" | "pow" | "divmod" | "isinstance" | "type"
            | "callable" => self.python_value(path, args, span),
            _ => self.of_pymongo(path, args, span),
        }
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
            ("next", Value::List(id)) if self.lists[*id].listing == Listing::Iterator => {
                if self.lists[*id].items.is_empty() {
                    return match args.items.get(1) {
                        Some(item) => Ok(item.value.clone()),
                        None => Err(self.error(span, "there is nothing left to go through")),
                    };
                }
                self.lists[*id].items.remove(0).value
            }
            ("next", _) => return Err(self.error(span, "`next` takes an iterator").hint("write `next(iter(…))`")),
            ("len", Value::Text(text)) => Value::Integer(text.chars().count() as i128),
            ("len", Value::List(id)) if self.lists[*id].listing == Listing::Iterator => {
                return Err(self.error(span, "an iterator has no length").hint("write `len(list(…))`"));
            }
            ("len", Value::Plain(Bson::Binary(binary))) => Value::Integer(binary.bytes.len() as i128),
            ("len", _) => Value::Integer(self.items(&first, span)?.len() as i128),
            ("ord" | "chr" | "hex" | "oct" | "bin", _) => self.character(path, &first, span)?,
            ("divmod", _) => self.divided(args, span)?,
            ("pow", _) if args.items.len() == 2 => self.binary(Operator::Power, &first, &args.get(1, ""), span)?,
            ("isinstance", _) => Value::Boolean(self.is_instance(&first, &args.get(1, ""), span)?),
            ("type", _) if args.items.len() == 1 => Value::Native(self.class_of(&first, span)?),
            ("callable", _) => Value::Boolean(matches!(first, Value::Function(_) | Value::Native(_) | Value::Bound(_))),
            ("str", _) => {
                let text = if args.items.is_empty() { String::new() } else { self.text_of(&first, span)? };
                self.made_text(text, span)?
            }
            ("repr", _) => {
                let text = self.repr(&first, span)?;
                self.made_text(text, span)?
            }
            ("int" | "float", _) => self.number_of(path, args, span)?,
            ("bool", _) => Value::Boolean(self.is_true(&first)),
            ("abs", Value::Integer(value)) => Value::Integer(value.saturating_abs()),
            ("abs", Value::Duration(value)) => Value::Duration(value.abs()),
            ("abs", _) => Value::Number(self.to_number(&first, span)?.abs()),
            ("round", _) => self.rounded(&first, args, span)?,
            ("sum", _) => {
                let mut sum = args.item(1, "start").map_or(Value::Integer(0), |item| item.value.clone());
                for item in self.items(&first, span)? {
                    sum = self.binary(Operator::Add, &sum, &item.value, span)?;
                }
                sum
            }
            ("min" | "max", _) => self.extreme(path, args, span)?,
            ("any" | "all", _) => {
                let items = self.items(&first, span)?;
                let is_true = |item: &Item| self.is_true(&item.value);
                Value::Boolean(if path == "any" { items.iter().any(is_true) } else { items.iter().all(is_true) })
            }
            _ => return Err(self.error(span, format!("`{path}` is not read here")).hint("write out what it gives")),
        })
    }

    fn copied_once(&mut self, first: Value, span: Span) -> Result<Value, Error> {
        match &first {
            Value::List(id) => {
                let (items, listing) = (self.lists[*id].items.clone(), self.lists[*id].listing);
                self.listed(items, listing, span)
            }
            Value::Object(_) => self.dict(&Args::of(vec![first.at(span)]), span),
            _ => Ok(first),
        }
    }

    /// `dict.fromkeys(…)`.
    fn of_keys(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let mut entries = Entries::new();
        let value = if args.items.len() > 1 { args.get(1, "") } else { Value::Null };
        for item in self.items(&args.first(), span)? {
            entries.insert(self.key_of(&item.value, item.span)?, Entry::new(item.span, value.clone().at(span)));
        }
        self.object(entries, span)
    }

    /// `defaultdict(list)`.
    fn dict_of_maker(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let rest = Args { items: args.items.get(1..).unwrap_or_default().to_vec(), named: args.named.clone() };
        let made = self.dict(&rest, span)?;
        if let (Value::Object(id), false) = (&made, args.first().is_nothing()) {
            self.makers.insert(*id, args.first());
        }
        Ok(made)
    }

    /// `int(…)` and `float(…)`.
    fn number_of(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        Ok(match (path, &first) {
            ("int", Value::Undefined) => Value::Integer(0),
            ("int", Value::Text(text)) => {
                let base = args.item(1, "base").map_or(Ok(10.0), |item| self.to_number(&item.value, span))?;
                let found = whole(text, base as u32);
                Value::Integer(found.ok_or_else(|| self.error(span, format!("`{text}` is not a whole number")))?)
            }
            ("int", Value::Integer(value)) => Value::Integer(*value),
            ("int", Value::Plain(Bson::Int64(value))) => Value::Integer(i128::from(*value)),
            ("int", _) => {
                let value = self.to_number(&first, span)?.trunc();
                if !value.is_finite() || value.abs() > 1e30 {
                    return Err(self.error(span, "this is no whole number"));
                }
                Value::Integer(value as i128)
            }
            ("float", Value::Undefined) => Value::Number(0.0),
            ("float", Value::Text(text)) => {
                let found = text.trim().parse().map_err(|_| self.error(span, format!("`{text}` is not a number")))?;
                Value::Number(found)
            }
            _ => Value::Number(self.to_number(&first, span)?),
        })
    }

    /// `ord`, `chr`, `hex` and their kin.
    fn character(&mut self, path: &str, first: &Value, span: Span) -> Result<Value, Error> {
        Ok(match (path, first) {
            ("ord", Value::Text(text)) if text.chars().count() == 1 => {
                Value::Integer(text.chars().map(|c| i128::from(u32::from(c))).sum())
            }
            ("chr", Value::Integer(code)) => {
                let found = u32::try_from(*code).ok().and_then(char::from_u32);
                Value::text(found.ok_or_else(|| self.error(span, "this is the number of no character"))?.to_string())
            }
            ("hex" | "oct" | "bin", Value::Integer(value)) => {
                let base = if path == "hex" {
                    16
                } else if path == "oct" {
                    8
                } else {
                    2
                };
                Value::text(super::python_texts::based(*value, base))
            }
            _ => return Err(self.error(span, format!("`{path}` does not take this value"))),
        })
    }

    fn divided(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let mut parts = Vec::with_capacity(2);
        for operator in [Operator::FloorDivide, Operator::Remainder] {
            parts.push(self.binary(operator, &args.first(), &args.get(1, ""), span)?.at(span));
        }
        self.listed(parts, Listing::Tuple, span)
    }

    /// `min` and `max`, the first of equal ones.
    fn extreme(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let items = if args.items.len() == 1 { self.items(&args.first(), span)? } else { args.items.clone() };
        let mut best: Option<(Value, Item)> = None;
        for item in items {
            let key = self.by_key(&item, args, span)?;
            let is_better = match &best {
                None => true,
                Some((other, _)) => {
                    let order = self.order(&key, other, span)?;
                    order.is_some_and(|order| if path == "min" { order.is_lt() } else { order.is_gt() })
                }
            };
            if is_better {
                best = Some((key, item));
            }
        }
        match best {
            Some((_, item)) => Ok(item.value),
            None => match args.item(99, "default") {
                Some(default) => Ok(default.value.clone()),
                None => Err(self.error(span, format!("`{path}` of nothing"))),
            },
        }
    }

    fn localize(&mut self, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        match name.strip_suffix(".localize") {
            Some(name) => self.localized(name, args, span),
            None => Err(self.error(span, "of a zone of `pytz` only `localize` is read here")),
        }
    }

    /// `Collation(locale="de", strength=2)`, as pymongo sends it.
    fn collation(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let names = crate::collation::OPTIONS;
        let mut entries = Entries::new();
        for (name, item) in names.into_iter().zip(&args.items) {
            entries.insert(Rc::from(name), Entry::new(item.span, item.clone()));
        }
        for (name, item) in args.named.iter().filter(|(_, item)| !item.value.is_nothing()) {
            if !names.contains(&&**name) {
                return Err(self.error(item.span, format!("`Collation` has no `{name}`")));
            }
            entries.insert(Rc::clone(name), Entry::new(item.span, item.clone()));
        }
        self.object(entries, span)
    }

    /// `str.maketrans("ab", "xy")`.
    fn maketrans(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let mut entries = Entries::new();
        let mut pairs: Vec<(Value, Value)> = Vec::new();
        match (args.first(), args.get(1, ""), args.get(2, "")) {
            (Value::Object(id), ..) => {
                for (key, entry) in self.objects[id].clone() {
                    pairs.push((self.value_of_key(&key), entry.item.value));
                }
            }
            (Value::Text(from), Value::Text(to), gone) if from.chars().count() == to.chars().count() => {
                pairs.extend(
                    from.chars().zip(to.chars()).map(|(a, b)| (Value::text(a.to_string()), Value::text(b.to_string()))),
                );
                if let Value::Text(gone) = gone {
                    pairs.extend(gone.chars().map(|c| (Value::text(c.to_string()), Value::Null)));
                }
            }
            _ => return Err(self.error(span, "`maketrans` takes a dict, or two strings of the same length")),
        }
        for (key, value) in pairs {
            let code = match &key {
                Value::Text(text) => Value::Integer(text.chars().map(|c| i128::from(u32::from(c))).sum()),
                other => other.clone(),
            };
            entries.insert(self.key_of(&code, span)?, Entry::new(span, value.at(span)));
        }
        self.object(entries, span)
    }

    /// Halves go to the even neighbour.
    fn rounded(&mut self, value: &Value, args: &Args, span: Span) -> Result<Value, Error> {
        let number = self.to_number(value, span)?;
        match args.item(1, "ndigits").filter(|digits| !digits.value.is_nothing()) {
            Some(digits) if matches!(value, Value::Integer(_)) => {
                let digits = self.to_number(&digits.value, span)?;
                let unit = 10_i128.checked_pow((-digits).clamp(0.0, 38.0) as u32).filter(|_| digits < 0.0).unwrap_or(1);
                let Value::Integer(value) = value else { return Ok(value.clone()) };
                let (down, rest) = (value.div_euclid(unit), value.rem_euclid(unit));
                let is_up = rest * 2 > unit || (rest * 2 == unit && down % 2 != 0);
                Ok(Value::Integer((down + i128::from(is_up)) * unit))
            }
            None if !number.is_finite() => Err(self.error(span, "this is no whole number")),
            None => Ok(Value::Integer(number.round_ties_even() as i128)),
            Some(digits) => {
                let digits = self.to_number(&digits.value, span)?;
                if digits < 0.0 {
                    return Err(self.error(span, "a float is not rounded to tens here"));
                }
                let digits = digits.min(30.0) as usize;
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
            "Int64.of" => Ok(first),
            "ObjectId.is_valid" => {
                let is_valid = matches!(&first, Value::Text(text) if bson::oid::ObjectId::parse_str(&**text).is_ok())
                    || matches!(first, Value::Plain(Bson::ObjectId(_)));
                Ok(Value::Boolean(is_valid))
            }
            "ObjectId.from_datetime" => match first {
                Value::Date(id) => {
                    let seconds = (self.dates[id] / 1000.0).floor() as i64 as u32;
                    self.built("ObjectId", &[Value::text(format!("{seconds:08x}{:016}", 0))], span)
                }
                _ => Err(self.error(span, "`from_datetime` takes a date")),
            },
            "Binary.from_uuid" | "bson.Binary.from_uuid" => Ok(first),
            "Decimal" | "Decimal128" if matches!(first, Value::Plain(Bson::Decimal128(_))) => Ok(first),
            "Decimal" | "Decimal128" => {
                let text = self.text_of(&first, span)?;
                let made = self.built("Decimal128", &[Value::text(&text)], span)?;
                Ok(if path == "Decimal" { Value::Decimal(Rc::from(text)) } else { made })
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
        options.push_str(&options_of(&args.get(1, "flags")));
        if path == "re.compile" && !options.contains(['u', 'a']) {
            options.push('u');
        }
        let options: String = options.chars().filter(|option| !matches!(option, 'a' | 'l')).collect();
        make_regex(&pattern, &options).map(Value::Plain).map_err(|message| self.error(span, message))
    }
}
