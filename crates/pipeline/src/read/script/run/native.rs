//! What the languages bring: names that are there from the start, modules, and their functions.

use std::rc::Rc;

use bson::Bson;

use super::{
    Machine,
    value::{Args, Value},
};
use crate::{
    Error,
    read::{
        call,
        script::syntax::{Listing, Span},
    },
};

/// The names of mongosh besides those of its constructors ([`call::NAMES`]).
const SHELL_WORDS: &[&str] = &[
    "DBRef",
    "BSONSymbol",
    "MD5",
    "DBQuery",
    "Binary",
    "Object",
    "Array",
    "String",
    "Number",
    "Boolean",
    "BigInt",
    "Math",
    "JSON",
    "EJSON",
    "Set",
    "Promise",
    "parseInt",
    "parseFloat",
    "isNaN",
    "isFinite",
    "print",
    "printjson",
    "console",
    "require",
    "module",
    "exports",
    "use",
    "load",
    "fetch",
    "sleep",
    "MongoClient",
    "Mongo",
    "connect",
    "db",
    "structuredClone",
    "assert",
    "process",
    "globalThis",
    "tojson",
    "quit",
    "exit",
    "cls",
    "config",
    "rs",
    "sh",
    "cat",
    "Map",
    "Symbol",
];

/// The names of Python, of pymongo and of what is often imported.
pub(super) const PYTHON_WORDS: &[&str] = &[
    "True",
    "False",
    "None",
    "len",
    "str",
    "int",
    "float",
    "bool",
    "list",
    "dict",
    "tuple",
    "set",
    "range",
    "enumerate",
    "zip",
    "map",
    "filter",
    "sorted",
    "reversed",
    "sum",
    "min",
    "max",
    "abs",
    "round",
    "any",
    "all",
    "print",
    "repr",
    "isinstance",
    "type",
    "next",
    "iter",
    "datetime",
    "timedelta",
    "timezone",
    "date",
    "re",
    "SON",
    "OrderedDict",
    "ObjectId",
    "Decimal128",
    "Decimal",
    "Int64",
    "Regex",
    "Binary",
    "Code",
    "Timestamp",
    "MinKey",
    "MaxKey",
    "UUID",
    "DBRef",
    "pprint",
    "Collation",
    "MongoClient",
    "AsyncMongoClient",
    "math",
    "json",
    "pymongo",
    "bson",
    "db",
    "client",
    "__name__",
    "open",
    "input",
    "os",
    "sys",
    "deepcopy",
    "ASCENDING",
    "DESCENDING",
    "ISODate",
    "pd",
    "pytz",
    "time",
    "defaultdict",
    "Path",
    "display",
    "ord",
    "chr",
    "hex",
    "oct",
    "bin",
    "divmod",
    "pow",
    "callable",
    "frozenset",
    "Counter",
    "Collation",
    "ZoneInfo",
    "relativedelta",
    "object",
    "copy",
    "itertools",
    "functools",
    "operator",
    "uuid",
];

/// The value of a name that no text declares.
pub(super) fn global(name: &str, is_python: bool) -> Option<Value> {
    let is_known = if is_python {
        PYTHON_WORDS.contains(&name)
    } else {
        call::NAMES.contains(&name) || SHELL_WORDS.contains(&name)
    };
    if !is_known {
        return None;
    }
    Some(match name {
        "db" => Value::Database(None),
        "client" => Value::Client,
        "Infinity" => Value::Number(f64::INFINITY),
        "NaN" => Value::Number(f64::NAN),
        "__name__" => Value::text("__main__"),
        "datetime" => Value::native("datetime.datetime"),
        "timedelta" | "timezone" | "date" => Value::native(format!("datetime.{name}")),
        "pprint" => Value::native("print"),
        "deepcopy" => Value::native("copy.deepcopy"),
        "ASCENDING" => Value::Integer(1),
        "DESCENDING" => Value::Integer(-1),
        "os" | "sys" | "pd" | "time" | "process" | "globalThis" | "config" | "rs" | "sh" | "assert" | "DBQuery" => {
            Value::Unknown(Rc::from(format!("`{name}`")))
        }
        _ => Value::native(name),
    })
}

/// `path.name`, as far as it is a constant; otherwise what can be called.
pub(super) fn member(path: &str, name: &str, is_python: bool) -> Value {
    let number = match (path, name) {
        ("Math" | "math", "PI" | "pi") => Some(std::f64::consts::PI),
        ("Math" | "math", "E" | "e") => Some(std::f64::consts::E),
        ("math", "inf") => Some(f64::INFINITY),
        ("math", "nan") | ("Number", "NaN") => Some(f64::NAN),
        ("Number", "MAX_SAFE_INTEGER") => Some(9_007_199_254_740_991.0),
        ("Number", "MIN_SAFE_INTEGER") => Some(-9_007_199_254_740_991.0),
        ("Number", "MAX_VALUE") => Some(f64::MAX),
        ("Number", "EPSILON") => Some(f64::EPSILON),
        ("Number", "POSITIVE_INFINITY") => Some(f64::INFINITY),
        ("Number", "NEGATIVE_INFINITY") => Some(f64::NEG_INFINITY),
        _ => None,
    };
    if let Some(number) = number {
        return Value::Number(number);
    }
    match (path, name) {
        ("Long", "MAX_VALUE") => Value::Plain(Bson::Int64(i64::MAX)),
        ("Long", "MIN_VALUE") => Value::Plain(Bson::Int64(i64::MIN)),
        ("Long", "ZERO" | "ONE") => Value::Plain(Bson::Int64(i64::from(name == "ONE"))),
        ("module", "exports") => Value::native("exports"),
        ("mongoose", "Types") => Value::native("mongodb"),
        ("mongoose", _) => Value::Unknown(Rc::from(format!("`{name}` of the module `mongoose`"))),
        ("re", flag) if is_python => super::python::flag(flag).unwrap_or_else(|| Value::native(format!("re.{flag}"))),
        ("datetime.timezone" | "pytz" | "datetime" | "dateutil.tz", "utc" | "UTC") if is_python => {
            Value::Zone(jiff::tz::TimeZone::UTC)
        }
        (_, "__name__") if is_python => Value::text(path.rsplit('.').next().unwrap_or(path)),
        ("zoneinfo" | "dateutil.relativedelta", "ZoneInfo" | "relativedelta") => Value::native(name),
        ("datetime.datetime", "datetime" | "timedelta" | "timezone" | "date") => {
            Value::native(format!("datetime.{name}"))
        }
        ("pymongo", "ASCENDING") => Value::Integer(1),
        ("pymongo", "DESCENDING") => Value::Integer(-1),
        _ if is_module_of_names(path) => {
            global(name, is_python).unwrap_or_else(|| Value::native(format!("{path}.{name}")))
        }
        _ => Value::native(format!("{path}.{name}")),
    }
}

/// Whether the names of a module are known without it.
fn is_module_of_names(path: &str) -> bool {
    let top = path.split('.').next().unwrap_or_default();
    matches!(top, "bson" | "pymongo" | "collections" | "mongodb" | "exports" | "motor" | "decimal")
        && !path.ends_with("json_util")
}

/// Whether what a function is given says nothing of what it gives.
fn takes_anything(path: &str) -> bool {
    ["print", "console", "Mongo", "connect"].iter().any(|start| path.starts_with(start))
}

impl Machine<'_> {
    /// What `import` makes a name of.
    pub(super) fn imported(&mut self, path: &str, name: &str) -> Value {
        if !self.is_python {
            return if path == "mongodb" || path == "bson" {
                global(name, false).unwrap_or_else(|| Value::native(name))
            } else if path == "mongoose" {
                if name == "mongoose" { Value::native(path) } else { member(path, name, false) }
            } else {
                Value::Unknown(Rc::from(format!("`{name}` of the module `{path}`")))
            };
        }
        let (module, last) = path.rsplit_once('.').unwrap_or(("", path));
        match path {
            "pprint.pprint" => Value::native("print"),
            "datetime"
            | "re"
            | "math"
            | "json"
            | "bson"
            | "pymongo"
            | "collections"
            | "pytz"
            | "itertools"
            | "functools"
            | "operator"
            | "copy"
            | "uuid"
            | "zoneinfo"
            | "dateutil"
            | "dateutil.parser"
            | "dateutil.tz"
            | "dateutil.relativedelta"
            | "bson.json_util"
            | "decimal" => Value::native(path.trim_start_matches("bson.")),
            _ if is_module_of_names(module) => member(module, last, true),
            _ => match module {
                "datetime"
                | "re"
                | "math"
                | "json"
                | "itertools"
                | "functools"
                | "operator"
                | "copy"
                | "uuid"
                | "zoneinfo"
                | "pytz"
                | "dateutil"
                | "dateutil.parser"
                | "dateutil.tz"
                | "dateutil.relativedelta" => member(module, last, true),
                "bson.json_util" => Value::native(format!("json_util.{last}")),
                _ => Value::Unknown(Rc::from(format!("`{path}`"))),
            },
        }
    }

    /// Calls what the language or a module brings.
    pub(super) fn native(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        if self.is_python {
            return self.native_of_python(path, args, span);
        }
        let first = args.first();
        if let (Value::Unknown(_), false) = (&first, takes_anything(path)) {
            return Ok(first);
        }
        if let Some(name) = path.strip_prefix("Math.") {
            return self.math(name, args, span);
        }
        if let Some(name) = path.strip_prefix("Object.") {
            return self.of_object(name, args, span);
        }
        match path {
            "JSON.parse" | "JSON.stringify" | "EJSON.parse" | "EJSON.stringify" | "EJSON.deserialize"
            | "EJSON.serialize" => self.json(path, args, span),
            "Object" if first.is_nothing() => self.object(super::value::Entries::new(), span),
            "Object" => Ok(first),
            "structuredClone" => self.copied(&first, span),
            "Array" | "Array.of" | "Array.from" | "Set" => self.made_list(path, args, span),
            "Array.isArray" => Ok(Value::Boolean(matches!(first, Value::List(_)))),
            "String" | "tojson" => {
                let text = if args.items.is_empty() { String::new() } else { self.text_of(&first, span)? };
                self.made_text(text, span)
            }
            "String.fromCharCode" | "String.fromCodePoint" => self.of_codes(path, args, span),
            "Promise.resolve" | "Promise.all" => Ok(first),
            "Number" => Ok(Value::Number(if args.items.is_empty() { 0.0 } else { self.to_number(&first, span)? })),
            "Boolean" => Ok(Value::Boolean(self.is_true(&first))),
            "BigInt" => self.big(&first, span),
            "parseInt" | "Number.parseInt" => self.parsed(true, args, span),
            "parseFloat" | "Number.parseFloat" => self.parsed(false, args, span),
            "Number.isNaN" | "Number.isFinite" if !matches!(first, Value::Number(_)) => Ok(Value::Boolean(false)),
            "isNaN" | "Number.isNaN" => Ok(Value::Boolean(self.to_number(&first, span)?.is_nan())),
            "isFinite" | "Number.isFinite" => Ok(Value::Boolean(self.to_number(&first, span)?.is_finite())),
            "Number.isInteger" | "Number.isSafeInteger" => {
                Ok(Value::Boolean(matches!(first, Value::Number(value) if value.fract() == 0.0)))
            }
            "Date" | "ISODate" | "Date.now" | "Date.UTC" | "Date.parse" => self.date_call(path, args, span),
            "print" | "printjson" | "sleep" | "cls" | "quit" | "exit" => Ok(Value::Undefined),
            _ if path.starts_with("console.") => Ok(Value::Undefined),
            "require" => Ok(match &first {
                Value::Text(name) if matches!(&**name, "mongodb" | "bson") => Value::native("mongodb"),
                Value::Text(name) if &**name == "mongoose" => Value::native("mongoose"),
                Value::Text(name) => Value::Unknown(Rc::from(format!("the module `{name}`"))),
                _ => Value::Unknown(Rc::from("a module")),
            }),
            "use" => {
                self.database = Some(Rc::from(self.text_of(&first, span)?));
                Ok(Value::Undefined)
            }
            "MongoClient" | "MongoClient.connect" | "Mongo" => Ok(Value::Client),
            "connect" => Ok(Value::Database(None)),
            "load" | "cat" | "fetch" => Err(self.outside(path, span)),
            _ => self.constructed(path, args, span),
        }
    }

    fn big(&mut self, first: &Value, span: Span) -> Result<Value, Error> {
        if let Value::Plain(Bson::Int64(_)) = first {
            return Ok(first.clone());
        }
        let value = self.to_number(first, span)?;
        let whole = (value.fract() == 0.0 && value.abs() < 9.2e18).then_some(value as i64);
        let whole = if let Value::Text(text) = first { text.trim().parse().ok() } else { whole };
        whole
            .map(|whole| Value::Plain(Bson::Int64(whole)))
            .ok_or_else(|| self.error(span, "`BigInt` takes a whole number of 64 bits here"))
    }

    /// The string of the characters with these numbers.
    fn of_codes(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let mut units = Vec::with_capacity(args.items.len());
        for item in &args.items {
            let code = self.to_number(&item.value, item.span)?;
            match char::from_u32(code.max(0.0) as u32) {
                Some(c) if path == "String.fromCodePoint" => units.extend_from_slice(c.encode_utf16(&mut [0; 2])),
                _ => units.push(code as i64 as u16),
            }
        }
        let text = String::from_utf16(&units);
        let text = text.map_err(|_| self.error(span, "half of a surrogate pair is not a character"))?;
        self.made_text(text, span)
    }

    /// The error for what reads or writes outside.
    pub(super) fn outside(&self, name: &str, span: Span) -> Error {
        self.error(span, format!("`{name}` reads from outside of this text, which is not done here"))
            .hint("write what it gives into the text")
    }

    fn made_list(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        let items = match (path, &first) {
            ("Array", Value::Number(length)) if args.items.len() == 1 => {
                let length = if (0.0..1e8).contains(length) { *length as usize } else { usize::MAX };
                self.charge(length, span)?;
                vec![Value::Undefined.at(span); length]
            }
            ("Array" | "Array.of", _) => args.items.clone(),
            ("Set", Value::Undefined | Value::Null) => Vec::new(),
            ("Set", _) => {
                let items = self.items(&first, span)?;
                let items = self.distinct(items, span)?;
                return self.listed(items, Listing::Set, span);
            }
            (_, Value::Object(id)) => {
                let length = self.objects[*id].get("length").map(|entry| entry.item.value.clone());
                let length = length.map_or(Ok(0.0), |length| self.to_number(&length, span))?;
                self.charge(if length < 1e8 { length.max(0.0) as usize } else { usize::MAX }, span)?;
                vec![Value::Undefined.at(span); length.max(0.0) as usize]
            }
            _ => self.items(&first, span)?,
        };
        let made = self.list(items.clone(), span)?;
        let change = args.get(1, "");
        if path != "Array.from" || change.is_nothing() {
            return Ok(made);
        }
        let mut changed = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            changed.push(self.each_of(&change, item, at, span)?.at(item.span));
        }
        self.list(changed, span)
    }

    /// A copy, all the way down.
    pub(super) fn copied(&mut self, value: &Value, span: Span) -> Result<Value, Error> {
        self.deeper(span, |machine| match value {
            Value::List(id) => {
                let (mut items, listing) = (machine.lists[*id].items.clone(), machine.lists[*id].listing);
                machine.charge(items.len(), span)?;
                for item in &mut items {
                    item.value = machine.copied(&item.value, span)?;
                }
                machine.listed(items, listing, span)
            }
            Value::Object(id) => {
                let mut entries = machine.entries_of(*id, span)?;
                for entry in entries.values_mut() {
                    entry.item.value = machine.copied(&entry.item.value, span)?;
                }
                machine.object(entries, span)
            }
            Value::Date(id) => {
                let (millis, moment) = (machine.dates[*id], machine.moments.get(id).cloned());
                machine.moment(millis, moment, span)
            }
            other => Ok(other.clone()),
        })
    }
}
