//! Calls: of functions of the text, of what the language brings, and of the methods of values.

use std::rc::Rc;

use super::{
    Flow, Machine,
    value::{Args, CollectionName, Item, Value},
};
use crate::{
    Error,
    read::script::syntax::{Argument, Body, Expr, Function, Kind, Span},
};

impl Machine<'_> {
    pub(super) fn called(
        &mut self,
        callee: &Expr,
        args: &[Argument],
        is_optional: bool,
        span: Span,
        scope: usize,
    ) -> Result<Value, Error> {
        let Kind::Member { of, name, is_optional: is_of_optional } = &callee.kind else {
            let function = self.evaluate(callee, scope)?;
            if is_optional && function.is_nothing() {
                return Ok(Value::Undefined);
            }
            let args = self.arguments(args, scope)?;
            return self.apply(&function, &args, span);
        };
        let receiver = match &of.kind {
            // A collection that a program got elsewhere.
            Kind::Name(word) if &**name == "aggregate" && self.named(word, scope).is_none() => {
                Value::Collection(Rc::new(CollectionName::default()))
            }
            _ => self.evaluate(of, scope)?,
        };
        if *is_of_optional && receiver.is_nothing() {
            return Ok(Value::Undefined);
        }
        let args = self.arguments(args, scope)?;
        self.method(&receiver, name, &args, span)
    }

    /// Calls a function.
    pub(super) fn apply(&mut self, function: &Value, args: &Args, span: Span) -> Result<Value, Error> {
        self.charge(1 + args.items.len(), span)?;
        self.deeper(span, |machine| match function {
            Value::Function(id) => {
                let closure = machine.functions[*id].clone();
                machine.run_function(&closure.function, closure.scope, args, span)
            }
            Value::Native(path) => machine.native(path, args, span),
            Value::Unknown(_) => Ok(function.clone()),
            Value::Database(_) | Value::Collection(_) => Err(machine
                .error(span, "a collection or a database is not a function")
                .hint("a pipeline is run by `db.COLLECTION.aggregate([ … ])`")),
            _ => Err(machine.error(span, "this value is not a function")),
        })
    }

    fn run_function(&mut self, function: &Function, outer: usize, args: &Args, span: Span) -> Result<Value, Error> {
        let scope = self.scope(outer, span)?;
        self.parameters(function, args, scope, span)?;
        match &function.body {
            Body::Value(value) => self.evaluate(value, scope),
            Body::Block(statements) => match self.statements(statements, scope)? {
                Flow::Return(value) => Ok(value),
                _ if self.is_python => Ok(Value::Null),
                _ => Ok(Value::Undefined),
            },
        }
    }

    fn parameters(&mut self, function: &Function, args: &Args, scope: usize, span: Span) -> Result<(), Error> {
        for (at, param) in function.params.iter().enumerate() {
            let (target, default) = match &param.pattern.kind {
                Kind::Assign(target, None, default) => (&**target, Some(default)),
                _ => (&param.pattern, None),
            };
            let value = match param.stars {
                1 => {
                    let rest = args.items.get(at..).unwrap_or_default().to_vec();
                    self.list(rest, span)?
                }
                2 => {
                    let mut entries = super::value::Entries::new();
                    for (name, item) in &args.named {
                        let entry = super::value::Entry { key_span: item.span, item: item.clone() };
                        entries.insert(Rc::clone(name), entry);
                    }
                    self.object(entries, span)?
                }
                _ => {
                    let name = if let Kind::Name(name) = &target.kind { name } else { "" };
                    match (args.item(at, name), default) {
                        (Some(item), _) if !matches!(item.value, Value::Undefined) => item.value.clone(),
                        (_, Some(default)) => self.evaluate(default, scope)?,
                        (None, None) if self.is_python => {
                            return Err(self.error(span, format!("the call gives no value for `{name}`")));
                        }
                        _ => Value::Undefined,
                    }
                }
            };
            self.bind(target, value, scope, true)?;
        }
        Ok(())
    }

    /// Calls a method of a value.
    pub(super) fn method(&mut self, of: &Value, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        self.charge(1 + args.items.len(), span)?;
        match of {
            Value::Client | Value::Database(_) | Value::Collection(_) | Value::Answer(_) => {
                self.method_of_place(of, name, args, span)
            }
            Value::Native(path) => {
                let found = self.member_of_native(path, name);
                self.apply(&found, args, span)
            }
            Value::Object(id) => match self.objects[*id].get(name).map(|entry| entry.item.value.clone()) {
                Some(function @ (Value::Function(_) | Value::Native(_) | Value::Unknown(_))) => {
                    self.apply(&function, args, span)
                }
                _ => self.method_of_object(*id, name, args, span),
            },
            Value::List(id) => self.method_of_list(*id, name, args, span),
            Value::Text(text) => self.method_of_text(&Rc::clone(text), name, args, span),
            Value::Date(id) => self.method_of_date(*id, name, args, span),
            Value::Number(_) | Value::Integer(_) | Value::Boolean(_) => self.method_of_number(of, name, args, span),
            Value::Duration(millis) if name == "total_seconds" => Ok(Value::Number(millis / 1000.0)),
            Value::Plain(value) => self.method_of_plain(&value.clone(), name, args, span),
            Value::Function(_) => match name {
                "call" => self.apply(of, &Args::of(args.items.get(1..).unwrap_or_default().to_vec()), span),
                "bind" => Ok(of.clone()),
                "apply" => {
                    let items = self.items(&args.get(1, ""), span)?;
                    self.apply(of, &Args::of(items), span)
                }
                "toString" => Ok(Value::Text(Rc::from(self.function_text(of)))),
                _ => Err(self.no_method(of, name, span)),
            },
            // A collection that a program got in a way of its own.
            Value::Unknown(_) if name == "aggregate" => {
                let collection = Value::Collection(Rc::new(CollectionName::default()));
                self.method_of_place(&collection, name, args, span)
            }
            Value::Unknown(_) => Ok(of.clone()),
            Value::Undefined | Value::Null => Err(self
                .error(span, format!("`{name}` is called on `{}`", if self.is_python { "None" } else { "undefined" }))),
            Value::Duration(_) | Value::Zone(_) => Err(self.no_method(of, name, span)),
        }
    }

    /// The text of a function.
    pub(super) fn function_text(&self, function: &Value) -> String {
        match function {
            Value::Function(id) => {
                let span = self.functions[*id].function.span;
                self.cursor.between(span.start, span.end).to_owned()
            }
            _ => String::new(),
        }
    }

    pub(super) fn no_method(&self, of: &Value, name: &str, span: Span) -> Error {
        let what = self.type_in_words(of);
        self.error(span, format!("the method `{name}` of {what} is not read here")).hint("write out what it gives")
    }

    /// Calls a function for one element, with its place.
    pub(super) fn each_of(&mut self, function: &Value, item: &Item, at: usize, span: Span) -> Result<Value, Error> {
        let mut items = vec![item.clone()];
        if !self.is_python {
            items.push(Value::Number(at as f64).at(span));
        }
        self.apply(function, &Args::of(items), span)
    }
}
