//! Sets of Python: their operators and methods.
//!
//! In: sets, and what can be gone through. Out: sets, or what is asked. Invariant: a value is in a set once.

use super::{
    Machine,
    value::{Args, Item, Value},
};
use crate::{
    Error,
    read::script::syntax::{Listing, Operator, Span},
};

impl Machine<'_> {
    fn holds(&mut self, items: &[Item], wanted: &Value, span: Span) -> Result<bool, Error> {
        for item in items {
            if self.is_equal(&item.value, wanted, span)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Those of the items that are among the others, or that are not.
    fn those(&mut self, items: &[Item], others: &[Item], are_in: bool, span: Span) -> Result<Vec<Item>, Error> {
        let mut found = Vec::new();
        for item in items {
            if self.holds(others, &item.value, span)? == are_in {
                found.push(item.clone());
            }
        }
        Ok(found)
    }

    /// `a | b`, `a & b`, `a - b`, `a ^ b`; nothing where `a` and `b` are no sets.
    pub(super) fn set_operator(
        &mut self,
        operator: Operator,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Option<Value>, Error> {
        let (Value::List(a), Value::List(b)) = (left, right) else { return Ok(None) };
        let is_set = |machine: &Self, id: usize| matches!(machine.lists[id].listing, Listing::Set | Listing::View);
        if !is_set(self, *a) || !is_set(self, *b) {
            return Ok(None);
        }
        let (a, b) = (self.lists[*a].items.clone(), self.lists[*b].items.clone());
        let found = match operator {
            Operator::BitOr => [a, b].concat(),
            Operator::BitAnd => self.those(&a, &b, true, span)?,
            Operator::Subtract => self.those(&a, &b, false, span)?,
            Operator::BitXor => {
                let mut found = self.those(&a, &b, false, span)?;
                found.extend(self.those(&b, &a, false, span)?);
                found
            }
            _ => return Ok(None),
        };
        let found = self.distinct(found, span)?;
        self.listed(found, Listing::Set, span).map(Some)
    }

    /// Whether one set is part of another: `<`, `<=`, `>`, `>=`; nothing where they are no sets.
    pub(super) fn set_order(
        &mut self,
        operator: Operator,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Option<bool>, Error> {
        let (Value::List(a), Value::List(b)) = (left, right) else { return Ok(None) };
        if self.lists[*a].listing != Listing::Set || self.lists[*b].listing != Listing::Set {
            return Ok(None);
        }
        let (a, b) = (self.lists[*a].items.clone(), self.lists[*b].items.clone());
        let (less, more) = if matches!(operator, Operator::Less | Operator::LessOrEqual) { (a, b) } else { (b, a) };
        let is_within = self.those(&less, &more, false, span)?.is_empty();
        let is_proper = matches!(operator, Operator::Less | Operator::Greater);
        Ok(Some(is_within && !(is_proper && less.len() == more.len())))
    }

    pub(super) fn method_of_set(&mut self, id: usize, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let own = self.lists[id].items.clone();
        self.charge(own.len(), span)?;
        let mut others = Vec::new();
        if !matches!(name, "add" | "discard" | "remove") {
            for item in &args.items {
                others.push(self.items(&item.value, span)?);
            }
        }
        let first = args.first();
        let changed = match name {
            "add" => {
                self.key_of(&first, span)?;
                self.distinct([own, args.items.clone()].concat(), span)?
            }
            "discard" | "remove" => {
                let kept = self.those(&own, &args.items, false, span)?;
                if name == "remove" && kept.len() == own.len() {
                    return Err(self.error(span, "the set does not hold it"));
                }
                kept
            }
            "update" => self.distinct([vec![own], others].concat().concat(), span)?,
            "clear" => Vec::new(),
            "pop" => return Err(self.error(span, "which value `pop` takes of a set is chance")),
            _ => return self.asked_of_set(own, name, &others, span),
        };
        self.lists[id].items = changed;
        Ok(Value::Null)
    }

    fn asked_of_set(&mut self, own: Vec<Item>, name: &str, others: &[Vec<Item>], span: Span) -> Result<Value, Error> {
        let of_all = others.concat();
        let found = match name {
            "union" => self.distinct([own, of_all].concat(), span)?,
            "copy" => own,
            "difference" => self.those(&own, &of_all, false, span)?,
            "intersection" => {
                let mut found = own;
                for other in others {
                    found = self.those(&found, other, true, span)?;
                }
                found
            }
            "symmetric_difference" => {
                let mut found = self.those(&own, &of_all, false, span)?;
                found.extend(self.those(&of_all, &own, false, span)?);
                found
            }
            "issubset" => return Ok(Value::Boolean(self.those(&own, &of_all, false, span)?.is_empty())),
            "issuperset" => return Ok(Value::Boolean(self.those(&of_all, &own, false, span)?.is_empty())),
            "isdisjoint" => return Ok(Value::Boolean(self.those(&own, &of_all, true, span)?.is_empty())),
            _ => return Err(self.error(span, format!("the method `{name}` of a set is not read here"))),
        };
        self.listed(found, Listing::Set, span)
    }
}
