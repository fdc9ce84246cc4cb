//! Calls: of functions of the text, of what the language brings, and of the methods of values.

use std::rc::Rc;

use super::{
    Flow, Machine, Region,
    value::{Args, Closure, CollectionName, Entry, Item, Value},
};
use crate::{
    Error,
    read::script::syntax::{Body, Declared, Expr, Function, Kind, Listing, Passed, Span},
};

impl Machine<'_> {
    pub(super) fn called(&mut self, call: &Expr, scope: usize) -> Result<Value, Error> {
        let span = call.span;
        let Kind::Call { callee, args, is_optional, is_new } = &call.kind else { return Ok(Value::Undefined) };
        let Kind::Member { of, name, is_optional: is_of_optional } = &callee.kind else {
            let function = self.evaluate(callee, scope)?;
            if self.cut(*is_optional, &function) {
                return Ok(Value::Undefined);
            }
            let args = self.arguments(args, scope)?;
            return match &function {
                Value::Function(_) if *is_new => Err(self
                    .error(span, "`new` before a function of the text is not read here")
                    .hint("write a function that gives an object")),
                Value::Native(path) if &**path == "Date" && !is_new => self.date_text(self.now, span),
                _ => self.apply(&function, &args, span),
            };
        };
        let receiver = match &of.kind {
            // A collection that a program got elsewhere.
            Kind::Name(word) if &**name == "aggregate" && self.named(word, scope).is_none() => {
                Value::Collection(Rc::new(CollectionName::default()))
            }
            _ => self.evaluate(of, scope)?,
        };
        if self.cut(*is_of_optional, &receiver) {
            return Ok(Value::Undefined);
        }
        if *is_optional && !matches!(receiver, Value::Unknown(_) | Value::Answer(_)) {
            let function = self.member(&receiver, name, span)?;
            if self.cut(true, &function) {
                return Ok(Value::Undefined);
            }
        }
        let args = self.arguments(args, scope)?;
        self.method(&receiver, name, &args, span)
    }

    /// Calls a function.
    pub(super) fn apply(&mut self, function: &Value, args: &Args, span: Span) -> Result<Value, Error> {
        self.apply_to(function, &Value::Undefined, args, span)
    }

    /// Calls a function as the method of a value.
    pub(super) fn apply_to(&mut self, function: &Value, this: &Value, args: &Args, span: Span) -> Result<Value, Error> {
        self.charge(1 + args.items.len(), span)?;
        self.deeper(span, |machine| match function {
            Value::Function(id) | Value::Getter(id) => {
                let closure = machine.functions[*id].clone();
                machine.run_function(&closure, this, args, span)
            }
            Value::Bound(bound) => {
                let (function, first) = &**bound;
                let mut all = first.clone();
                all.items.extend(args.items.iter().cloned());
                all.named.retain(|(name, _)| args.named.iter().all(|(given, _)| given != name));
                all.named.extend(args.named.iter().cloned());
                machine.apply_to(function, this, &all, span)
            }
            Value::Native(path) => machine.native(path, args, span),
            Value::Unknown(_) => Ok(function.clone()),
            Value::Database(_) | Value::Collection(_) => Err(machine
                .error(span, "a collection or a database is not a function")
                .hint("a pipeline is run by `db.COLLECTION.aggregate([ … ])`")),
            _ => Err(machine.error(span, "this value is not a function")),
        })
    }

    fn run_function(&mut self, closure: &Closure, this: &Value, args: &Args, span: Span) -> Result<Value, Error> {
        let function = &closure.function;
        let scope = self.scope_of(closure.scope, Region::Function, span)?;
        self.charge(function.vars.len(), span)?;
        if self.is_python {
            self.take_elsewhere(function, closure.scope, scope)?;
            self.python_parameters(closure, args, scope, span)?;
        } else {
            if !function.is_arrow {
                self.declare(scope, Some(&Rc::from("this")), this.clone());
            }
            if function.uses_arguments && !function.is_arrow {
                let all = self.list(args.items.clone(), span)?;
                self.declare(scope, Some(&Rc::from("arguments")), all);
            }
            self.parameters(function, args, scope, span)?;
            self.hoist(&function.vars, scope);
        }
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
                _ => match (args.items.get(at), default) {
                    (Some(item), _) if !matches!(item.value, Value::Undefined) => item.value.clone(),
                    (_, Some(default)) => self.evaluate(default, scope)?,
                    _ => Value::Undefined,
                },
            };
            self.bind(target, value, scope, Some(Declared::Let))?;
        }
        Ok(())
    }

    /// Python's names of a function: those that belong to it have no value yet, others belong to a scope outside.
    fn take_elsewhere(&mut self, function: &Function, outer: usize, scope: usize) -> Result<(), Error> {
        for (name, is_global) in &function.elsewhere {
            let mut at = if *is_global { 0 } else { self.home_of(outer) };
            while at != 0 && !self.scopes[at].names.contains_key(name) {
                at = self.scopes[at].outer.map_or(0, |outer| self.home_of(outer));
            }
            if at == 0 && !is_global {
                return Err(self.error(function.span, format!("no function outside has a name `{name}`")));
            }
            self.scopes[scope].elsewhere.push((Rc::clone(name), at));
        }
        let own = function.vars.iter().filter(|name| function.elsewhere.iter().all(|(other, _)| other != *name));
        let own: Vec<Rc<str>> = own.cloned().collect();
        self.hoist(&own, scope);
        Ok(())
    }

    fn python_parameters(&mut self, closure: &Closure, args: &Args, scope: usize, span: Span) -> Result<(), Error> {
        let mut next = 0;
        let mut given: Vec<&str> = Vec::new();
        for (param, default) in closure.function.params.iter().zip(closure.defaults.iter()) {
            let target = if let Kind::Assign(target, None, _) = &param.pattern.kind { target } else { &param.pattern };
            let Kind::Name(name) = &target.kind else { continue };
            let named = args.named.iter().find(|(known, _)| known == name && param.passed != Passed::ByPlace);
            let at_place = args.items.get(next).filter(|_| param.passed != Passed::ByName);
            let value = match (param.stars, at_place, named) {
                (1, ..) => {
                    let rest = args.items.get(next..).unwrap_or_default().to_vec();
                    next = args.items.len();
                    self.listed(rest, Listing::Tuple, span)?
                }
                (2, ..) => {
                    let rest = args.named.iter().filter(|(known, _)| !given.contains(&&**known));
                    let rest =
                        rest.map(|(name, item)| (Rc::clone(name), Entry::new(item.span, item.clone()))).collect();
                    given.extend(args.named.iter().map(|(name, _)| &**name));
                    self.object(rest, span)?
                }
                (_, Some(_), Some(_)) => {
                    return Err(self.error(span, format!("the call gives two values for `{name}`")));
                }
                (_, Some(item), None) => {
                    next += 1;
                    item.value.clone()
                }
                (_, None, Some((name, item))) => {
                    given.push(name);
                    item.value.clone()
                }
                _ => match default {
                    Some(default) => default.clone(),
                    None => return Err(self.error(span, format!("the call gives no value for `{name}`"))),
                },
            };
            self.scopes[scope].names.insert(Rc::clone(name), value);
        }
        if next < args.items.len() {
            return Err(self.error(span, format!("the call gives {} values for {next} parameters", args.items.len())));
        }
        match args.named.iter().find(|(name, _)| !given.contains(&&**name)) {
            Some((name, _)) => Err(self.error(span, format!("the function has no parameter `{name}`"))),
            None => Ok(()),
        }
    }

    /// Calls a method of a value.
    pub(super) fn method(&mut self, of: &Value, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        self.charge(1 + args.items.len(), span)?;
        if let (false, "then" | "catch" | "finally") = (self.is_python, name) {
            return self.promised(of, name, args, span);
        }
        match of {
            Value::Client | Value::Database(_) | Value::Collection(_) | Value::Answer(_) => {
                self.method_of_place(of, name, args, span)
            }
            Value::Native(path) => {
                let found = self.member_of_native(path, name);
                self.apply(&found, args, span)
            }
            Value::Object(id) => match self.objects[*id].get(name).map(|entry| entry.item.value.clone()) {
                Some(function @ (Value::Function(_) | Value::Native(_) | Value::Unknown(_) | Value::Bound(_))) => {
                    self.apply_to(&function, of, args, span)
                }
                _ => self.method_of_object(*id, name, args, span),
            },
            Value::List(id) => self.method_of_list(*id, name, args, span),
            Value::Text(_) if args.items.iter().any(|item| matches!(item.value, Value::Unknown(_))) => {
                Ok(Value::Unknown(Rc::from("a part of this string")))
            }
            Value::Text(text) => self.method_of_text(&Rc::clone(text), name, args, span),
            Value::Date(id) => self.method_of_date(*id, name, args, span),
            Value::Number(_) | Value::Integer(_) | Value::Boolean(_) => self.method_of_number(of, name, args, span),
            Value::Duration(millis) if name == "total_seconds" => Ok(Value::Number(millis / 1000.0)),
            Value::Pattern(pattern) => self.method_of_pattern(&Rc::clone(pattern), name, args, span),
            Value::Zone(zone) => self.method_of_zone(&zone.clone(), name, args, span),
            Value::Plain(value) => self.method_of_plain(&value.clone(), name, args, span),
            Value::Function(_) => match name {
                "call" => {
                    let rest = Args::of(args.items.get(1..).unwrap_or_default().to_vec());
                    self.apply_to(of, &args.first(), &rest, span)
                }
                "bind" => Err(self.no_method(of, name, span)),
                "apply" => {
                    let items =
                        if args.get(1, "").is_nothing() { Vec::new() } else { self.items(&args.get(1, ""), span)? };
                    self.apply_to(of, &args.first(), &Args::of(items), span)
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
            Value::Duration(_) | Value::Shift(_) | Value::Decimal(_) | Value::Getter(_) | Value::Bound(_) => {
                Err(self.no_method(of, name, span))
            }
        }
    }

    /// `.then(…)`, `.catch(…)` and `.finally(…)`: what is promised is there at once, and does not fail.
    fn promised(&mut self, of: &Value, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let work = args.first();
        match name {
            "then" if !work.is_nothing() => self.apply(&work, &Args::of(vec![of.clone().at(span)]), span),
            "finally" if !work.is_nothing() => {
                self.apply(&work, &Args::default(), span)?;
                Ok(of.clone())
            }
            _ => Ok(of.clone()),
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
        self.each_in(function, item, at, None, span)
    }

    /// The same with the whole list behind it, as JavaScript has it.
    pub(super) fn each_in(
        &mut self,
        function: &Value,
        item: &Item,
        at: usize,
        all: Option<&Item>,
        span: Span,
    ) -> Result<Value, Error> {
        let mut items = vec![item.clone()];
        // What the language brings takes one: `ids.map(ObjectId)`; `parseInt` would take the place for a base.
        let is_constructor = matches!(function, Value::Native(path) if !path.contains("parseInt"));
        if !self.is_python && !is_constructor {
            items.push(Value::Number(at as f64).at(span));
            items.extend(all.cloned());
        }
        self.apply(function, &Args::of(items), span)
    }
}
