//! What an expression's value is.

use std::rc::Rc;

use bson::Bson;

use super::{
    Machine, Region,
    value::{Args, Entries, Entry, Item, Value},
};
use crate::{
    Error,
    read::script::syntax::{
        Argument, Clause, Comprehension, Declared, Element, Expr, Key, Kind, Listing, Operator, Part, Property, Span,
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
                let closure = self.closure(function, home)?;
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
                if self.cut(*is_optional, &of) { Ok(Value::Undefined) } else { self.member(&of, name, span) }
            }
            Kind::Index { of, at, is_optional } => {
                let of = self.evaluate(of, scope)?;
                if self.cut(*is_optional, &of) {
                    return Ok(Value::Undefined);
                }
                let at = self.evaluate(at, scope)?;
                self.index(&of, &at, span)
            }
            Kind::Chain(inner) => {
                let found = self.evaluate(inner, scope)?;
                self.is_cut = false;
                Ok(found)
            }
            Kind::Compare(first, rest) => self.compared(first, rest, span, scope),
            Kind::Slice(of, parts) => self.sliced(of, parts, span, scope),
            Kind::Call { .. } => self.called(expr, scope),
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

    /// Whether a chain ends here, for its next link is optional and there is nothing, or for it ended before.
    pub(super) fn cut(&mut self, is_optional: bool, of: &Value) -> bool {
        self.is_cut = self.is_cut || (is_optional && of.is_nothing());
        self.is_cut
    }

    /// Python's `a < b < c`, each value once.
    fn compared(&mut self, first: &Expr, rest: &[(Operator, Expr)], span: Span, scope: usize) -> Result<Value, Error> {
        let mut left = self.evaluate(first, scope)?;
        let mut found = Value::Boolean(true);
        for (operator, right) in rest {
            let right = self.evaluate(right, scope)?;
            found = self.binary(*operator, &left, &right, span)?;
            if matches!(found, Value::Unknown(_)) || !self.is_true(&found) {
                return Ok(found);
            }
            left = right;
        }
        Ok(found)
    }

    fn operated(&mut self, expr: &Expr, scope: usize) -> Result<Value, Error> {
        let span = expr.span;
        match &expr.kind {
            Kind::Unary(Operator::Delete, of) => {
                self.remove(of, scope)?;
                Ok(Value::Boolean(true))
            }
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
                if self.is_kept(*operator, &left) { Ok(left) } else { self.evaluate(right, scope) }
            }
            Kind::Binary(operator, left, right) => {
                let left = self.evaluate(left, scope)?;
                let right = self.evaluate(right, scope)?;
                self.binary(*operator, &left, &right, span)
            }
            _ => self.evaluated(expr, scope),
        }
    }

    /// Whether the left side of `&&`, `||` or `??` is the value of both.
    fn is_kept(&self, operator: Operator, left: &Value) -> bool {
        match operator {
            _ if matches!(left, Value::Unknown(_)) => true,
            Operator::And => !self.is_true(left),
            Operator::Or => self.is_true(left),
            _ => !left.is_nothing(),
        }
    }

    /// `a++` and its kin.
    fn stepped(&mut self, target: &Expr, by: f64, is_postfix: bool, span: Span, scope: usize) -> Result<Value, Error> {
        let before = self.evaluate(target, scope)?;
        let (before, by) = match before {
            Value::Plain(Bson::Int64(_)) => (before, Value::Plain(Bson::Int64(by as i64))),
            other => (Value::Number(self.to_number(&other, span)?), Value::Number(by)),
        };
        let after = self.binary(Operator::Add, &before, &by, span)?;
        self.bind(target, after.clone(), scope, None)?;
        Ok(if is_postfix { before } else { after })
    }

    fn sliced(&mut self, of: &Expr, parts: &[Option<Box<Expr>>; 3], span: Span, scope: usize) -> Result<Value, Error> {
        let of = self.evaluate(of, scope)?;
        let found = self.slice_parts(parts, span, scope)?;
        self.slice(&of, found, span)
    }

    pub(super) fn slice_parts(
        &mut self,
        parts: &[Option<Box<Expr>>; 3],
        span: Span,
        scope: usize,
    ) -> Result<[Option<i64>; 3], Error> {
        let mut found = [None, None, None];
        for (found, part) in found.iter_mut().zip(parts) {
            if let Some(part) = part {
                let part = self.evaluate(part, scope)?;
                if !matches!(part, Value::Null) {
                    *found = Some(self.to_number(&part, span)? as i64);
                }
            }
        }
        Ok(found)
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
                if operator.is_lazy() && self.is_kept(operator, &before) {
                    return Ok(before);
                }
                let added = self.evaluate(value, scope)?;
                match &before {
                    _ if operator.is_lazy() => added,
                    // Python's `+=` and `|=` change the list, the set or the dict itself.
                    _ if self.is_python && self.change_by(operator, &before, &added, span)? => before,
                    _ => self.binary(operator, &before, &added, span)?,
                }
            }
        };
        self.bind(target, value.clone(), scope, None)?;
        Ok(value)
    }

    fn template(&mut self, parts: &[Part], span: Span, scope: usize) -> Result<Value, Error> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Value(value) => {
                    let found = self.evaluate(value, scope)?;
                    if let Value::Unknown(_) = found {
                        return Ok(found);
                    }
                    text.push_str(&self.text_of(&found, value.span)?);
                }
                Part::Formatted(part) => {
                    let found = self.evaluate(&part.value, scope)?;
                    let format = self.template(&part.format, span, scope)?;
                    let (Value::Text(format), false) = (&format, matches!(found, Value::Unknown(_))) else {
                        return Ok(Value::Unknown(Rc::from("a part of this string")));
                    };
                    let found = match part.conversion {
                        Some('r' | 'a') => Value::text(self.repr(&found, part.value.span)?),
                        Some(_) => Value::text(self.text_of(&found, part.value.span)?),
                        None => found,
                    };
                    text.push_str(&self.formatted(&found, format, part.value.span)?);
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
                    if key.contains('\0') && !self.odd_keys.contains_key(&key) {
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
                Property::Getter(key, function) => {
                    let (key, key_span) = match key {
                        Key::Name(name, span) => (Rc::clone(name), *span),
                        Key::Computed(key) => (self.key(key, scope)?, key.span),
                    };
                    let Value::Function(getter) = self.closure(function, scope)? else { continue };
                    entries.insert(key, Entry { key_span, item: Value::Getter(getter).at(function.span) });
                }
                Property::Spread(value) => {
                    let found = self.evaluate(value, scope)?;
                    match found {
                        Value::Object(id) => entries.extend(self.entries_of(id, span)?),
                        Value::Undefined | Value::Null | Value::Boolean(_) if !self.is_python => {}
                        Value::List(id) if !self.is_python && self.lists[id].listing == Listing::List => {
                            let items = self.lists[id].items.clone();
                            self.charge(items.len(), span)?;
                            let keyed = items.into_iter().enumerate();
                            entries.extend(keyed.map(|(at, item)| (Rc::from(at.to_string()), Entry::new(span, item))));
                        }
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
        if let Value::Unknown(what) = found {
            return Err(self.unknown(&what, key.span));
        }
        self.key_of(&found, key.span)
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
                    if self.objects[id].keys().any(|key| key.starts_with('\0')) {
                        return Err(self.error(value.span, "the names of arguments are strings"));
                    }
                    let pairs = self.objects[id].iter().map(|(key, entry)| (Rc::clone(key), entry.item.clone()));
                    found.named.extend(pairs);
                }
                (None, stars) => self.spread_into(&mut found.items, *stars == 1, value, scope)?,
            }
        }
        Ok(found)
    }

    fn comprehension(&mut self, found: &Comprehension, span: Span, scope: usize) -> Result<Value, Error> {
        let scope = self.scope_of(scope, Region::Comprehension, span)?;
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
                    self.bind(target, item.value, scope, Some(Declared::Let))?;
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
