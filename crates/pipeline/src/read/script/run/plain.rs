//! Values that only MongoDB has types for: their constructors in mongosh, and their methods.

use std::rc::Rc;

use bson::Bson;

use super::{
    Machine,
    value::{Args, Entries, Entry, Pattern, Value},
};
use crate::{
    Error,
    read::{
        call,
        script::{shell::sent_options, syntax::Span},
        string::make_regex,
    },
};

impl Machine<'_> {
    /// `ObjectId("…")`, `NumberLong(5)` and their kin.
    pub(super) fn constructed(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        let number = |machine: &Self| machine.to_number(&first, span);
        let made = match (path, args.items.len()) {
            ("RegExp", _) => return self.regular_expression(args, span),
            ("DBRef", 2..) => {
                let mut entries = Entries::new();
                for (key, item) in ["$ref", "$id", "$db"].into_iter().zip(&args.items) {
                    entries.insert(Rc::from(key), Entry { key_span: span, item: item.clone() });
                }
                return self.object(entries, span);
            }
            ("NumberDecimal" | "Decimal128", 1) if matches!(first, Value::Number(_)) => {
                let text = self.text_of(&first, span)?;
                return self.built("NumberDecimal", &[Value::text(text)], span);
            }
            ("MD5", 1) => return self.built("HexData", &[Value::Number(5.0), first], span),
            ("Timestamp", 0) => return self.built("Timestamp", &[Value::Number(0.0), Value::Number(0.0)], span),
            ("BSONSymbol", 1) => Bson::Symbol(self.text_of(&first, span)?),
            ("Code", 1) if matches!(first, Value::Function(_)) => Bson::JavaScriptCode(self.function_text(&first)),
            ("Binary", 2) => {
                let args = [args.get(1, ""), first];
                return self.built("BinData", &args, span);
            }
            ("NumberInt" | "NumberLong" | "Int32" | "Long", 0) => {
                return Ok(Value::Plain(if path.ends_with("Int") || path == "Int32" {
                    Bson::Int32(0)
                } else {
                    Bson::Int64(0)
                }));
            }
            // JavaScript cuts fractions off.
            ("NumberInt" | "Int32" | "NumberLong" | "Long" | "Long.fromNumber", 1)
                if matches!(first, Value::Number(_)) =>
            {
                let value = number(self)?.trunc();
                let name = if path.contains("Long") { "NumberLong" } else { path };
                return self.built(name, &[Value::Number(value)], span);
            }
            ("Long.fromString" | "Long.fromInt" | "Long.fromNumber" | "Long.fromBigInt", _) => {
                return self.built("NumberLong", &[first], span);
            }
            ("Decimal128.fromString", 1) => return self.built("NumberDecimal", &[first], span),
            ("ObjectId.createFromHexString", 1) => return self.built("ObjectId", &[first], span),
            ("ObjectId.createFromTime", 1) => {
                let seconds = number(self)? as u32;
                return self.built("ObjectId", &[Value::text(format!("{seconds:08x}{:016}", 0))], span);
            }
            ("ObjectId" | "UUID", 0) => {
                return Err(self
                    .error(span, format!("`{path}()` would be a new value with every run"))
                    .hint("write the value itself"));
            }
            _ => {
                let values: Vec<Value> = args.items.iter().map(|item| item.value.clone()).collect();
                return self.built(path, &values, span);
            }
        };
        Ok(Value::Plain(made))
    }

    /// Builds a value by the constructor that Extended JSON's reader has, too.
    pub(super) fn built(&mut self, name: &str, args: &[Value], span: Span) -> Result<Value, Error> {
        if !call::is_constructor(name) {
            return Err(self.error(span, format!("`{name}` is not read here")).hint("write out what it gives"));
        }
        let mut values = Vec::with_capacity(args.len());
        for arg in args {
            values.push(self.bson_of(&arg.clone().at(span))?);
        }
        // mongosh keeps the decimal digits that the number shows.
        call::build(name, &values).map(Value::Plain).map_err(|message| self.error(span, message))
    }

    fn regular_expression(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let (pattern, old) = match args.first() {
            Value::Pattern(pattern) => (pattern.source.to_string(), pattern.flags.to_string()),
            Value::Text(text) => (source(&text), String::new()),
            _ => return Err(self.error(span, "`RegExp` takes a pattern, a string")),
        };
        let flags = match args.get(1, "") {
            Value::Text(flags) => {
                if let Some(unknown) = flags.chars().find(|flag| !"dgimsuvyx".contains(*flag)) {
                    return Err(self
                        .error(span, format!("unknown flag `{unknown}` of a regular expression"))
                        .hint("the flags are `i`, `m`, `g`, `s`, `u`, `x`"));
                }
                flags.to_string()
            }
            _ => old,
        };
        make_regex(&pattern, &sent_options(&flags)).map_err(|message| self.error(span, message))?;
        Ok(Value::Pattern(Rc::new(Pattern { source: Rc::from(pattern), flags: Rc::from(flags) })))
    }

    pub(super) fn method_of_plain(
        &mut self,
        value: &Bson,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Result<Value, Error> {
        let of = Value::Plain(value.clone());
        match (name, value) {
            ("toString" | "toHexString" | "str" | "valueOf" | "hex", Bson::ObjectId(id)) => {
                Ok(Value::text(id.to_hex()))
            }
            ("getTimestamp", Bson::ObjectId(id)) => self.date(id.timestamp().timestamp_millis() as f64, span),
            ("toString", _) => {
                let text = self.text_of(&of, span)?;
                self.made_text(text, span)
            }
            ("toNumber" | "toInt" | "valueOf" | "to_decimal", Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_)) => {
                Ok(Value::Number(self.to_number(&of, span)?))
            }
            ("add" | "subtract" | "sub" | "multiply" | "mul" | "div" | "divide" | "mod" | "modulo", Bson::Int64(a)) => {
                let b = match args.first() {
                    Value::Plain(Bson::Int64(b)) => b,
                    other => self.to_number(&other, span)? as i64,
                };
                let found = match name {
                    "add" => Some(a.wrapping_add(b)),
                    "multiply" | "mul" => Some(a.wrapping_mul(b)),
                    "div" | "divide" => a.checked_div(b),
                    "mod" | "modulo" => a.checked_rem(b),
                    _ => Some(a.wrapping_sub(b)),
                };
                let found = found.ok_or_else(|| self.error(span, "this divides by zero"))?;
                Ok(Value::Plain(Bson::Int64(found)))
            }
            ("negate" | "neg", Bson::Int64(value)) => Ok(Value::Plain(Bson::Int64(value.wrapping_neg()))),
            ("equals" | "eq", Bson::Int64(_) | Bson::ObjectId(_)) => {
                Ok(Value::Boolean(Self::is_same(&of, &args.first())))
            }
            _ => Err(self.no_method(&of, name, span)),
        }
    }
}

/// The source of a pattern as JavaScript keeps it: slashes and line ends are escaped.
fn source(pattern: &str) -> String {
    if pattern.is_empty() {
        return "(?:)".to_owned();
    }
    let mut source = String::new();
    let (mut is_escaped, mut is_in_class) = (false, false);
    for c in pattern.chars() {
        match c {
            '/' if !is_escaped && !is_in_class => source.push_str("\\/"),
            '\n' if is_escaped => source.push('n'),
            '\n' => source.push_str("\\n"),
            c => source.push(c),
        }
        match c {
            '[' if !is_escaped => is_in_class = true,
            ']' if !is_escaped => is_in_class = false,
            _ => {}
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    source
}
