//! Names: declared, assigned, looked up; patterns that take lists and objects apart.

use std::rc::Rc;

use super::{
    Machine, Region, native,
    value::{Closure, Item, Value},
};
use crate::{
    Error,
    error::nearest,
    read::{
        call,
        script::{
            python::describe,
            syntax::{Declared, Element, Expr, Function, Key, Kind, Listing, Property, Span},
        },
    },
};

/// Words of Python that are near to what a user may have meant.
const PYTHON: &[&str] =
    &["True", "False", "None", "datetime", "timedelta", "ObjectId", "Decimal128", "Int64", "Regex", "SON", "re"];

impl Machine<'_> {
    pub(super) fn closure(&mut self, function: &Rc<Function>, scope: usize) -> Result<Value, Error> {
        let mut defaults = Vec::new();
        if self.is_python {
            for param in &function.params {
                defaults.push(match &param.pattern.kind {
                    Kind::Assign(_, None, default) => Some(self.evaluate(default, scope)?),
                    _ => None,
                });
            }
        }
        self.functions.push(Closure { function: Rc::clone(function), scope, defaults: Rc::from(defaults) });
        Ok(Value::Function(self.functions.len() - 1))
    }

    /// The function's scope in which a scope lies.
    pub(super) fn home_of(&self, scope: usize) -> usize {
        let mut at = scope;
        while let (Region::Block | Region::Comprehension, Some(outer)) = (self.scopes[at].kind, self.scopes[at].outer) {
            at = outer;
        }
        at
    }

    /// Declares the names that belong to a whole function; one that has a value keeps it.
    pub(super) fn hoist(&mut self, vars: &[Rc<str>], scope: usize) {
        for name in vars {
            self.scopes[scope].names.entry(Rc::clone(name)).or_insert(Value::Undefined);
        }
    }

    pub(super) fn declare(&mut self, scope: usize, name: Option<&Rc<str>>, value: Value) {
        if let Some(name) = name {
            self.scopes[scope].names.insert(Rc::clone(name), value);
        }
    }

    /// The value of a name, if it is one.
    pub(super) fn named(&self, name: &str, scope: usize) -> Option<Value> {
        let mut at = Some(scope);
        while let Some(scope) = at {
            let elsewhere = self.scopes[scope].elsewhere.iter().find(|(known, _)| &**known == name);
            let home = elsewhere.map_or(scope, |(_, home)| *home);
            match self.scopes[home].names.get(name) {
                // Python: the name belongs to the function, and has no value yet.
                Some(Value::Undefined) if self.is_python => return None,
                Some(value) => return Some(value.clone()),
                None => {}
            }
            at = self.scopes[scope].outer;
        }
        native::global(name, self.is_python)
    }

    /// The outermost names whose values are pipelines.
    pub(in crate::read::script) fn named_pipelines(&self) -> Vec<(Rc<str>, Value)> {
        let names = self.scopes[0].names.iter().filter(|(_, value)| self.is_pipeline(value));
        names.map(|(name, value)| (Rc::clone(name), value.clone())).collect()
    }

    /// Whether a value is a list of stages.
    pub(in crate::read::script) fn is_pipeline(&self, value: &Value) -> bool {
        let is_stage = |item: &Item| match item.value {
            Value::Object(id) => self.objects[id].len() == 1 && self.objects[id].keys().all(|key| key.starts_with('$')),
            _ => false,
        };
        match value {
            Value::List(id) => !self.lists[*id].items.is_empty() && self.lists[*id].items.iter().all(is_stage),
            _ => false,
        }
    }

    pub(super) fn unknown_name(&self, name: &str, span: Span) -> Error {
        let declared = self.scopes[0].names.keys().map(|name| &**name);
        let words = if self.is_python { PYTHON } else { call::NAMES };
        let mut known: Vec<&str> = declared.chain(words.iter().copied()).collect();
        known.sort_unstable();
        let error = self.error(span, format!("unknown word `{name}`"));
        let meant = match name {
            "True" | "False" if !self.is_python => {
                Some(format!("Python's `{name}` is written `{}`", name.to_lowercase()))
            }
            "None" if !self.is_python => Some("Python's `None` is written `null`".to_owned()),
            field if field.starts_with('$') => Some(format!("a field is written in quotes: `\"{field}\"`")),
            _ => None,
        };
        if let Some(meant) = meant {
            return error.hint(meant);
        }
        error.hint(call::quoted_or(&nearest("word", name, known)))
    }

    pub(super) fn assign_name(&mut self, name: &Rc<str>, value: Value, scope: usize, span: Span) -> Result<(), Error> {
        if self.is_python {
            let home = self.place_of(name, scope);
            self.scopes[home].names.insert(Rc::clone(name), value);
            return Ok(());
        }
        let mut at = Some(scope);
        while let Some(scope) = at {
            if self.scopes[scope].names.contains_key(name) {
                if self.scopes[scope].constants.contains(name) {
                    return Err(self
                        .error(span, format!("`{name}` is a constant and gets no other value"))
                        .hint(format!("declare it by `let {name} = …`")));
                }
                self.scopes[scope].names.insert(Rc::clone(name), value);
                return Ok(());
            }
            at = self.scopes[scope].outer;
        }
        self.scopes[0].names.insert(Rc::clone(name), value);
        Ok(())
    }

    /// The scope in which Python keeps a name that is assigned here.
    pub(super) fn place_of(&self, name: &str, scope: usize) -> usize {
        let home = self.home_of(scope);
        let elsewhere = self.scopes[home].elsewhere.iter().find(|(known, _)| &**known == name);
        elsewhere.map_or(home, |(_, home)| *home)
    }

    /// Declares a name as the word before it says.
    fn declare_as(&mut self, how: Declared, name: &Rc<str>, value: Value, scope: usize) {
        let home = if how == Declared::Var { self.home_of(scope) } else { scope };
        self.declare(home, Some(name), value);
        if how == Declared::Const {
            self.scopes[home].constants.insert(Rc::clone(name));
        }
    }

    /// Gives a value to a name, to a place in an object or a list, or to the parts of a pattern.
    pub(super) fn bind(
        &mut self,
        target: &Expr,
        value: Value,
        scope: usize,
        how: Option<Declared>,
    ) -> Result<(), Error> {
        match (&target.kind, how) {
            (Kind::Name(name), Some(how)) => {
                self.declare_as(how, name, value, scope);
                return Ok(());
            }
            (Kind::Name(name), None) => return self.assign_name(name, value, scope, target.span),
            _ => {}
        }
        match &target.kind {
            Kind::Assign(inner, None, default) => {
                let value = if matches!(value, Value::Undefined) { self.evaluate(default, scope)? } else { value };
                self.bind(inner, value, scope, how)
            }
            Kind::List(elements, _) => self.bind_list(elements, &value, target.span, scope, how),
            Kind::Object(properties) => self.bind_object(properties, &value, target.span, scope, how),
            Kind::Member { of, name, .. } => {
                let of = self.evaluate(of, scope)?;
                self.set(&of, &Value::Text(Rc::clone(name)), value.at(target.span), target.span)
            }
            Kind::Index { of, at, .. } => {
                let of = self.evaluate(of, scope)?;
                let at = self.evaluate(at, scope)?;
                self.set(&of, &at, value.at(target.span), target.span)
            }
            Kind::Slice(of, parts) => self.assign_slice(of, parts, &value, target.span, scope),
            _ => Err(self.error(target.span, format!("nothing can be assigned to {}", describe(target)))),
        }
    }

    fn bind_list(
        &mut self,
        elements: &[Element],
        value: &Value,
        span: Span,
        scope: usize,
        how: Option<Declared>,
    ) -> Result<(), Error> {
        if matches!(value, Value::Unknown(_) | Value::Answer(_)) {
            let unknown = Value::Unknown(Rc::from("a part of an answer"));
            return elements.iter().try_for_each(|element| self.bind(&element.value, unknown.clone(), scope, how));
        }
        let items = self.items(value, span)?;
        let has_rest = elements.iter().any(|element| element.is_spread);
        if self.is_python && !has_rest && items.len() > elements.len() {
            return Err(self.error(span, format!("{} values for {} names", items.len(), elements.len())));
        }
        let n_behind = elements.iter().rev().take_while(|element| !element.is_spread).count();
        let mut at = 0;
        for element in elements {
            if element.is_spread {
                let end = if self.is_python { items.len().saturating_sub(n_behind).max(at) } else { items.len() };
                let rest = self.list(items[at.min(end)..end].to_vec(), span)?;
                self.bind(&element.value, rest, scope, how)?;
                at = end;
            } else {
                let found = items.get(at).map(|item| item.value.clone());
                if found.is_none() && self.is_python {
                    return Err(self.error(span, format!("{} values for {} names", items.len(), elements.len())));
                }
                at += 1;
                if !matches!(element.value.kind, Kind::Constant(Value::Undefined)) {
                    self.bind(&element.value, found.unwrap_or(Value::Undefined), scope, how)?;
                }
            }
        }
        Ok(())
    }

    fn bind_object(
        &mut self,
        properties: &[Property],
        value: &Value,
        span: Span,
        scope: usize,
        how: Option<Declared>,
    ) -> Result<(), Error> {
        let mut taken: Vec<Rc<str>> = Vec::new();
        for property in properties {
            match property {
                Property::Pair(key, target) => {
                    let name = match key {
                        Key::Name(name, _) => Rc::clone(name),
                        Key::Computed(key) => {
                            let key = self.evaluate(key, scope)?;
                            Rc::from(self.text_of(&key, span)?)
                        }
                    };
                    let found = self.member(value, &name, span)?;
                    taken.push(name);
                    self.bind(target, found, scope, how)?;
                }
                Property::Getter(..) => return Err(self.error(span, "a getter is no place for a value")),
                Property::Spread(target) => {
                    let Value::Object(id) = value else { continue };
                    let mut rest = self.entries_of(*id, span)?;
                    rest.retain(|key, _| !taken.contains(key));
                    let rest = self.object(rest, span)?;
                    self.bind(target, rest, scope, how)?;
                }
            }
        }
        Ok(())
    }

    /// `of[at] = item`.
    pub(super) fn set(&mut self, of: &Value, at: &Value, item: Item, span: Span) -> Result<(), Error> {
        self.charge(1, span)?;
        match of {
            Value::Object(id) => {
                let key = self.key_of(at, span)?;
                self.put(*id, key, span, item);
                Ok(())
            }
            Value::List(id) => {
                let n_items = self.lists[*id].items.len();
                let text = self.text_of(at, span)?;
                if text == "length" {
                    let length = self.to_number(&item.value, span)? as usize;
                    self.lists[*id].items.truncate(length);
                    return Ok(());
                }
                let place = self.place(at, n_items).filter(|place| !self.is_python || *place < n_items);
                if self.is_python && self.lists[*id].listing != Listing::List {
                    return Err(self.error(span, "only a list can be changed"));
                }
                let Some(place) = place else {
                    return Err(self.error(span, format!("`{text}` is not a place in this list")));
                };
                if place >= n_items {
                    self.charge(place - n_items + 1, span)?;
                    self.lists[*id].items.resize(place + 1, Value::Undefined.at(span));
                }
                self.lists[*id].items[place] = item;
                Ok(())
            }
            Value::Native(path) if &**path == "module" || &**path == "exports" => {
                self.last = Some(item);
                Ok(())
            }
            Value::Unknown(_) | Value::Native(_) => Ok(()),
            _ => Err(self.error(span, "nothing can be assigned to a part of this value")),
        }
    }

    /// The index that a value means in a list of that length.
    pub(super) fn place(&self, at: &Value, length: usize) -> Option<usize> {
        let number = match at {
            Value::Integer(at) => *at as f64,
            Value::Number(at) => *at,
            Value::Text(text) => text.parse().unwrap_or(f64::NAN),
            _ => f64::NAN,
        };
        let from_end = self.is_python && number < 0.0;
        let number = if from_end { number + length as f64 } else { number };
        (number >= 0.0 && number.fract() == 0.0 && number < 1e9).then_some(number as usize)
    }
}
