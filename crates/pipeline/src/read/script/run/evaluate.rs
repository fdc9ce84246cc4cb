//! What an expression's value is.

use std::rc::Rc;

use super::{
    Machine,
    value::{Args, Entries, Entry, Item, Value},
};
use crate::{
    Error,
    read::script::syntax::{
        Argument, Clause, Comprehension, Element, Expr, Key, Kind, Listing, Operator, Part, Property, Span,
    },
};

impl Machine<'_> {
    pub(super) fn evaluate(&mut self, expr: &Expr, scope: usize) -> Result<Value, Error> {
        self.charge(1, expr.span)?;
        match &expr.kind {
            Kind::Constant(value) => Ok(value.clone()),
            _ => self.deeper(expr.span, |machine| machine.evaluated(expr, scope)),
        }
    }

    fn evaluated(&mut self, expr: &Expr, scope: usize) -> Result<Value, Error> {
        let span = expr.span;
        match &expr.kind {
            Kind::Constant(value) => Ok(value.clone()),
            Kind::Template(parts) => self.template(parts, span, scope),
            Kind::Name(name) => self.named(name, scope).ok_or_else(|| self.unknown_name(name, span)),
            Kind::List(elements, listing) => {
                let mut items = Vec::with_capacity(elements.len());
                for Element { is_spread, value } in elements {
                    self.spread_into(&mut items, *is_spread, value, scope)?;
                }
                if *listing == Listing::Set {
                    items = self.distinct(items, span)?;
                }
                self.listed(items, *listing, span)
            }
            Kind::Object(properties) => self.entries(properties, span, scope),
            Kind::Function(function) => {
                self.charge(1, span)?;
                // A function may call itself by its name.
                let home = if function.name.is_some() { self.scope(scope, span)? } else { scope };
                let closure = self.closure(function, home);
                if home != scope {
                    self.declare(home, function.name.as_ref(), closure.clone());
                }
                Ok(closure)
            }
            Kind::Unary(..) | Kind::Binary(..) => self.operated(expr, scope),
            Kind::Choice(condition, yes, no) => {
                let found = self.evaluate(condition, scope)?;
                match found {
                    Value::Unknown(_) => Ok(found),
                    _ if self.is_true(&found) => self.evaluate(yes, scope),
                    _ => self.evaluate(no, scope),
                }
            }
            Kind::Assign(target, operator, value) => self.assigned(target, *operator, value, span, scope),
            Kind::Step { target, by, is_postfix } => self.stepped(target, *by, *is_postfix, span, scope),
            Kind::Member { of, name, is_optional } => {
                let of = self.evaluate(of, scope)?;
                if *is_optional && of.is_nothing() { Ok(Value::Undefined) } else { self.member(&of, name, span) }
            }
            Kind::Index { of, at, is_optional } => {
                let of = self.evaluate(of, scope)?;
                let at = self.evaluate(at, scope)?;
                if *is_optional && of.is_nothing() { Ok(Value::Undefined) } else { self.index(&of, &at, span) }
            }
            Kind::Slice(of, parts) => self.sliced(of, parts, span, scope),
            Kind::Call { callee, args, is_optional } => self.called(callee, args, *is_optional, span, scope),
            Kind::Sequence(values) => {
                let mut last = Value::Undefined;
                for value in values {
                    last = self.evaluate(value, scope)?;
                }
                Ok(last)
            }
            Kind::Comprehension(found) => self.comprehension(found, span, scope),
        }
    }

    fn operated(&mut self, expr: &Expr, scope: usize) -> Result<Value, Error> {
        let span = expr.span;
        match &expr.kind {
            Kind::Unary(operator, of) => {
                if *operator == Operator::TypeOf
                    && matches!(&of.kind, Kind::Name(name) if self.named(name, scope).is_none())
                {
                    return Ok(Value::text("undefined"));
                }
                let of = self.evaluate(of, scope)?;
                self.unary(*operator, of, span)
            }
            Kind::Binary(operator, left, right) if operator.is_lazy() => {
                let left = self.evaluate(left, scope)?;
                let is_left = match operator {
                    _ if matches!(left, Value::Unknown(_)) => true,
                    Operator::And => !self.is_true(&left),
                    Operator::Or => self.is_true(&left),
                    _ => !left.is_nothing(),
                };
                if is_left { Ok(left) } else { self.evaluate(right, scope) }
            }
            Kind::Binary(operator, left, right) => {
                let left = self.evaluate(left, scope)?;
                let right = self.evaluate(right, scope)?;
                self.binary(*operator, &left, &right, span)
            }
            _ => self.evaluated(expr, scope),
        }
    }

    /// `a++` and its kin.
    fn stepped(&mut self, target: &Expr, by: f64, is_postfix: bool, span: Span, scope: usize) -> Result<Value, Error> {
        let before = self.evaluate(target, scope)?;
        let before = Value::Number(self.to_number(&before, span)?);
        let after = self.binary(Operator::Add, &before, &Value::Number(by), span)?;
        self.bind(target, after.clone(), scope, false)?;
        Ok(if is_postfix { before } else { after })
    }

    fn sliced(&mut self, of: &Expr, parts: &[Option<Box<Expr>>; 3], span: Span, scope: usize) -> Result<Value, Error> {
        let of = self.evaluate(of, scope)?;
        let mut found = [None, None, None];
        for (found, part) in found.iter_mut().zip(parts) {
            if let Some(part) = part {
                let part = self.evaluate(part, scope)?;
                *found = Some(self.to_number(&part, span)? as i64);
            }
        }
        self.slice(&of, found, span)
    }

    fn assigned(
        &mut self,
        target: &Expr,
        operator: Option<Operator>,
        value: &Expr,
        span: Span,
        scope: usize,
    ) -> Result<Value, Error> {
        let value = match operator {
            None => self.evaluate(value, scope)?,
            Some(operator) => {
                let before = self.evaluate(target, scope)?;
                let added = self.evaluate(value, scope)?;
                match (&before, operator.is_lazy()) {
                    // Python's `+=` changes the list itself.
                    (Value::List(id), false) if self.is_python && operator == Operator::Add => {
                        let items = self.items(&added, span)?;
                        self.lists[*id].items.extend(items);
                        before
                    }
                    (_, false) => self.binary(operator, &before, &added, span)?,
                    (_, true) if before.is_nothing() => added,
                    (_, true) => before,
                }
            }
        };
        self.bind(target, value.clone(), scope, false)?;
        Ok(value)
    }

    fn template(&mut self, parts: &[Part], span: Span, scope: usize) -> Result<Value, Error> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Value(value, format) => {
                    let found = self.evaluate(value, scope)?;
                    if let Value::Unknown(_) = found {
                        return Ok(found);
                    }
                    match format {
                        Some(format) => text.push_str(&self.formatted(&found, format, value.span)?),
                        None => text.push_str(&self.text_of(&found, value.span)?),
                    }
                }
            }
            self.charge(text.len() / 16, span)?;
        }
        self.made_text(text, span)
    }

    fn spread_into(&mut self, items: &mut Vec<Item>, is_spread: bool, value: &Expr, scope: usize) -> Result<(), Error> {
        let found = self.evaluate(value, scope)?;
        if is_spread {
            items.extend(self.items(&found, value.span)?);
        } else {
            items.push(found.at(value.span));
        }
        Ok(())
    }

    fn entries(&mut self, properties: &[Property], span: Span, scope: usize) -> Result<Value, Error> {
        let mut entries = Entries::with_capacity(properties.len());
        for property in properties {
            match property {
                Property::Pair(key, value) => {
                    let (key, key_span) = match key {
                        Key::Name(name, span) => (Rc::clone(name), *span),
                        Key::Computed(key) => (self.key(key, scope)?, key.span),
                    };
                    if key.contains('\0') {
                        return Err(self.error(key_span, "a key cannot contain the character with code 0"));
                    }
                    let item = self.evaluate(value, scope)?.at(value.span);
                    if entries.contains_key(&key) {
                        let line = self.cursor.line_of(key_span.start);
                        self.note(format!(
                            "line {line}: the key `{key}` appears twice in one object; its last value counts"
                        ));
                    }
                    entries.insert(key, Entry { key_span, item });
                }
                Property::Spread(value) => {
                    let found = self.evaluate(value, scope)?;
                    match found {
                        Value::Object(id) => {
                            self.charge(self.objects[id].len(), span)?;
                            entries.extend(self.objects[id].clone());
                        }
                        Value::Undefined | Value::Null | Value::Boolean(_) if !self.is_python => {}
                        Value::Unknown(_) => return Ok(found),
                        _ => return Err(self.error(value.span, "only an object can be spread into an object")),
                    }
                }
            }
        }
        self.object(entries, span)
    }

    fn key(&mut self, key: &Expr, scope: usize) -> Result<Rc<str>, Error> {
        let found = self.evaluate(key, scope)?;
        if self.is_python && !matches!(found, Value::Text(_)) {
            return Err(self.error(key.span, "a key must be a string"));
        }
        if let Value::Unknown(what) = found {
            return Err(self.unknown(&what, key.span));
        }
        Ok(Rc::from(self.text_of(&found, key.span)?))
    }

    pub(super) fn arguments(&mut self, args: &[Argument], scope: usize) -> Result<Args, Error> {
        let mut found = Args::default();
        for Argument { name, stars, value } in args {
            match (name, stars) {
                (Some(name), _) => {
                    let item = self.evaluate(value, scope)?.at(value.span);
                    found.named.push((Rc::clone(name), item));
                }
                (None, 2) => {
                    let Value::Object(id) = self.evaluate(value, scope)? else {
                        return Err(self.error(value.span, "only a dict can be spread into named arguments"));
                    };
                    self.charge(self.objects[id].len(), value.span)?;
                    let pairs = self.objects[id].iter().map(|(key, entry)| (Rc::clone(key), entry.item.clone()));
                    found.named.extend(pairs);
                }
                (None, stars) => self.spread_into(&mut found.items, *stars == 1, value, scope)?,
            }
        }
        Ok(found)
    }

    fn comprehension(&mut self, found: &Comprehension, span: Span, scope: usize) -> Result<Value, Error> {
        let scope = self.scope(scope, span)?;
        let mut items = Vec::new();
        let mut entries = Entries::new();
        self.clauses(&found.clauses, scope, &mut |machine| {
            let value = machine.evaluate(&found.value, scope)?.at(found.value.span);
            match &found.key {
                Some(key) => {
                    let name = machine.key(key, scope)?;
                    entries.insert(name, Entry { key_span: key.span, item: value });
                }
                None => items.push(value),
            }
            Ok(())
        })?;
        if found.key.is_some() {
            return self.object(entries, span);
        }
        if found.listing == Listing::Set {
            items = self.distinct(items, span)?;
        }
        self.listed(items, found.listing, span)
    }

    fn clauses(
        &mut self,
        clauses: &[Clause],
        scope: usize,
        each: &mut dyn FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some((first, rest)) = clauses.split_first() else { return each(self) };
        match first {
            Clause::For(target, over) => {
                let values = self.evaluate(over, scope)?;
                for item in self.items(&values, over.span)? {
                    self.bind(target, item.value, scope, true)?;
                    self.deeper(over.span, |machine| machine.clauses(rest, scope, each))?;
                }
                Ok(())
            }
            Clause::If(test) => {
                let found = self.evaluate(test, scope)?;
                if !self.is_true(&found) {
                    return Ok(());
                }
                self.deeper(test.span, |machine| machine.clauses(rest, scope, each))
            }
        }
    }
}
