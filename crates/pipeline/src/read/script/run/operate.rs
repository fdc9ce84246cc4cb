//! Operators over values, as JavaScript and Python each define them.

use std::cmp::Ordering;
use std::rc::Rc;

use bson::Bson;

use super::{
    Machine,
    value::{Item, Value},
};
use crate::{
    Error,
    read::script::syntax::{Listing, Operator, Span},
};

impl Machine<'_> {
    pub(super) fn unary(&mut self, operator: Operator, of: Value, span: Span) -> Result<Value, Error> {
        if let Value::Unknown(_) = of {
            return Ok(of);
        }
        Ok(match (operator, &of) {
            (Operator::Itself, _) => of,
            (Operator::Not, _) => Value::Boolean(!self.is_true(&of)),
            (Operator::Void, _) => Value::Undefined,
            (Operator::TypeOf, _) => Value::text(type_of(&of)),
            (Operator::Minus, Value::Integer(value)) => Value::Integer(-value),
            (Operator::Plus, Value::Integer(_)) => of,
            (Operator::BitNot, Value::Integer(value)) => Value::Integer(!value),
            (Operator::Minus | Operator::Plus | Operator::BitNot, Value::Boolean(value)) if self.is_python => {
                let value = i128::from(*value);
                Value::Integer(match operator {
                    Operator::Minus => -value,
                    Operator::Plus => value,
                    _ => !value,
                })
            }
            (Operator::Minus, Value::Duration(value)) => Value::Duration(-value),
            (Operator::Minus, Value::Shift(shift)) => {
                let mut shift = super::value::Shift::clone(shift);
                (shift.months, shift.millis) = (-shift.months, -shift.millis);
                Value::Shift(Rc::new(shift))
            }
            (Operator::Minus, Value::Plain(Bson::Int64(value))) => Value::Plain(Bson::Int64(value.wrapping_neg())),
            (Operator::Minus, _) => Value::Number(-self.to_number(&of, span)?),
            (Operator::BitNot, _) => Value::Number(f64::from(!to_int32(self.to_number(&of, span)?))),
            _ => Value::Number(self.to_number(&of, span)?),
        })
    }

    pub(super) fn binary(
        &mut self,
        operator: Operator,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Value, Error> {
        use Operator::{Equal, Greater, GreaterOrEqual, In, InstanceOf, Is, IsNot, Less, LessOrEqual, NotEqual, NotIn};
        if let (Value::Unknown(_), _) | (_, Value::Unknown(_)) = (left, right) {
            return Ok(if let Value::Unknown(_) = left { left.clone() } else { right.clone() });
        }
        let found = match operator {
            Equal | NotEqual if self.is_python => self.is_equal(left, right, span)? == (operator == Equal),
            Is | IsNot => Self::is_same(left, right) == (operator == Is),
            Equal | NotEqual => self.is_loosely(left, right, span)? == (operator == Equal),
            Operator::StrictlyEqual | Operator::StrictlyUnequal => {
                Self::is_same(left, right) == (operator == Operator::StrictlyEqual)
            }
            Less | LessOrEqual | Greater | GreaterOrEqual => {
                if let Some(found) = self.set_order(operator, left, right, span)? {
                    return Ok(Value::Boolean(found));
                }
                let order = self.order(left, right, span)?;
                order.is_some_and(|order| match operator {
                    Less => order.is_lt(),
                    LessOrEqual => order.is_le(),
                    Greater => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
            In | NotIn => self.is_in(left, right, span)? == (operator == In),
            InstanceOf => return Err(self.error(span, "`instanceof` is not read here")),
            _ => return self.arithmetic(operator, left, right, span),
        };
        Ok(Value::Boolean(found))
    }

    fn arithmetic(&mut self, operator: Operator, left: &Value, right: &Value, span: Span) -> Result<Value, Error> {
        match (left, right) {
            _ if self.is_python => self.python_arithmetic(operator, left, right, span),
            (Value::Plain(Bson::Int64(a)), Value::Plain(Bson::Int64(b))) => self.whole(operator, *a, *b, span),
            (Value::Plain(Bson::Int64(_)), other) | (other, Value::Plain(Bson::Int64(_))) if is_number(other) => {
                Err(self
                    .error(span, "a long and a number are not calculated with here")
                    .hint("write both as longs, such as `5n`, or `.toNumber()` behind the long"))
            }
            _ if operator == Operator::Add && !(is_number(left) && is_number(right)) => {
                let (left, right) = (self.text_of(left, span)?, self.text_of(right, span)?);
                self.made_text(left + &right, span)
            }
            _ => {
                let (a, b) = (self.to_number(left, span)?, self.to_number(right, span)?);
                Ok(Value::Number(of_numbers(operator, a, b)))
            }
        }
    }

    /// Whole numbers of 64 bits, such as `2n ** 40n`.
    fn whole(&self, operator: Operator, a: i64, b: i64, span: Span) -> Result<Value, Error> {
        let found = match operator {
            Operator::Add => a.checked_add(b),
            Operator::Subtract => a.checked_sub(b),
            Operator::Multiply => a.checked_mul(b),
            Operator::Divide => a.checked_div(b),
            Operator::Remainder => a.checked_rem(b),
            Operator::Power => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
            Operator::BitAnd => Some(a & b),
            Operator::BitOr => Some(a | b),
            Operator::BitXor => Some(a ^ b),
            _ => None,
        };
        found.map(|found| Value::Plain(Bson::Int64(found))).ok_or_else(|| self.error(span, "this does not fit 64 bits"))
    }

    fn python_arithmetic(
        &mut self,
        operator: Operator,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Value, Error> {
        use Operator::{Add, BitAnd, BitOr, BitXor, Multiply, Remainder};
        if let Some(made) = self.set_operator(operator, left, right, span)? {
            return Ok(made);
        }
        if let Some(made) = self.time_arithmetic(operator, left, right, span)? {
            return Ok(made);
        }
        match (operator, left, right) {
            (BitAnd, Value::Boolean(a), Value::Boolean(b)) => Ok(Value::Boolean(a & b)),
            (BitOr, Value::Boolean(a), Value::Boolean(b)) => Ok(Value::Boolean(a | b)),
            (BitXor, Value::Boolean(a), Value::Boolean(b)) => Ok(Value::Boolean(a ^ b)),
            (Add, Value::Text(a), Value::Text(b)) => self.made_text(format!("{a}{b}"), span),
            (Remainder, Value::Text(format), _) => self.percent(&Rc::clone(format), right, span),
            (Multiply, Value::Text(text), Value::Integer(n)) | (Multiply, Value::Integer(n), Value::Text(text)) => {
                let n = usize::try_from(*n).unwrap_or(0);
                self.charge(text.len().saturating_mul(n) / 16, span)?;
                self.made_text(text.repeat(n), span)
            }
            (Add, Value::List(a), Value::List(b)) => {
                let listing = self.lists[*a].listing;
                if listing != self.lists[*b].listing || !matches!(listing, Listing::List | Listing::Tuple) {
                    return Err(self.error(span, "only two lists, or two tuples, are joined by `+`"));
                }
                let items = [self.lists[*a].items.as_slice(), self.lists[*b].items.as_slice()].concat();
                self.listed(items, listing, span)
            }
            (Multiply, Value::List(a), Value::Integer(n)) | (Multiply, Value::Integer(n), Value::List(a)) => {
                let n = usize::try_from(*n).unwrap_or(0);
                let listing = self.lists[*a].listing;
                self.charge(self.lists[*a].items.len().saturating_mul(n), span)?;
                let items = std::iter::repeat_n(&self.lists[*a].items, n).flatten().cloned().collect();
                self.listed(items, listing, span)
            }
            (BitOr, Value::Object(a), Value::Object(b)) => {
                let mut entries = self.objects[*a].clone();
                entries.extend(self.objects[*b].clone());
                self.object(entries, span)
            }
            _ => self.python_numbers(operator, left, right, span),
        }
    }

    fn python_numbers(&self, operator: Operator, left: &Value, right: &Value, span: Span) -> Result<Value, Error> {
        let whole = |value: &Value| match value {
            Value::Integer(value) => Some(*value),
            Value::Boolean(value) => Some(i128::from(*value)),
            Value::Plain(Bson::Int64(value)) => Some(i128::from(*value)),
            _ => None,
        };
        let is_zero = matches!(right, Value::Integer(0)) || matches!(right, Value::Number(value) if *value == 0.0);
        if is_zero && matches!(operator, Operator::Divide | Operator::FloorDivide | Operator::Remainder) {
            return Err(self.error(span, "this divides by zero"));
        }
        if let (Some(a), Some(b)) = (whole(left), whole(right))
            && operator != Operator::Divide
            && !(operator == Operator::Power && b < 0)
        {
            let found = match operator {
                Operator::Add => a.checked_add(b),
                Operator::Subtract => a.checked_sub(b),
                Operator::Multiply => a.checked_mul(b),
                Operator::FloorDivide => {
                    a.checked_div_euclid(b).map(|found| if b < 0 && a % b != 0 { found - 1 } else { found })
                }
                Operator::Remainder => {
                    a.checked_rem(b).map(|rest| if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
                }
                Operator::Power => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
                Operator::BitAnd => Some(a & b),
                Operator::BitOr => Some(a | b),
                Operator::BitXor => Some(a ^ b),
                Operator::ShiftLeft => u32::try_from(b).ok().filter(|b| *b < 64).and_then(|b| a.checked_mul(1 << b)),
                Operator::ShiftRight => u32::try_from(b).ok().and_then(|b| a.checked_shr(b)),
                _ => None,
            };
            return found.map(Value::Integer).ok_or_else(|| self.error(span, "this number is too large"));
        }
        let (a, b) = (self.to_number(left, span)?, self.to_number(right, span)?);
        Ok(Value::Number(match operator {
            Operator::FloorDivide => (a / b).floor(),
            Operator::Remainder => a - b * (a / b).floor(),
            other => of_numbers(other, a, b),
        }))
    }

    pub(super) fn is_true(&self, value: &Value) -> bool {
        match value {
            Value::Undefined | Value::Null => false,
            Value::Boolean(value) => *value,
            Value::Number(value) => *value != 0.0 && !value.is_nan(),
            Value::Integer(value) => *value != 0,
            Value::Text(text) => !text.is_empty(),
            Value::List(id) if self.is_python => !self.lists[*id].items.is_empty(),
            Value::Object(id) if self.is_python => !self.objects[*id].is_empty(),
            Value::Duration(value) => *value != 0.0,
            Value::Plain(Bson::Int64(value)) => *value != 0,
            _ => true,
        }
    }

    /// Whether both are the same: by value where they are plain, otherwise by what they are.
    pub(super) fn is_same(left: &Value, right: &Value) -> bool {
        match (left, right) {
            (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
            (Value::Boolean(a), Value::Boolean(b)) => a == b,
            (Value::Number(a), Value::Number(b)) | (Value::Duration(a), Value::Duration(b)) => a == b,
            (Value::Integer(a), Value::Integer(b)) => a == b,
            (Value::Text(a), Value::Text(b)) | (Value::Native(a), Value::Native(b)) => a == b,
            (Value::List(a), Value::List(b))
            | (Value::Object(a), Value::Object(b))
            | (Value::Date(a), Value::Date(b))
            | (Value::Function(a), Value::Function(b)) => a == b,
            (Value::Plain(a), Value::Plain(b)) => a == b,
            (Value::Pattern(a), Value::Pattern(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    fn is_loosely(&mut self, left: &Value, right: &Value, span: Span) -> Result<bool, Error> {
        if let (Value::List(_), Value::Text(_) | Value::Number(_) | Value::Boolean(_)) = (left, right) {
            let left = Value::text(self.text_of(left, span)?);
            return self.is_loosely(&left, right, span);
        }
        if let (Value::Text(_) | Value::Number(_) | Value::Boolean(_), Value::List(_)) = (left, right) {
            return self.is_loosely(right, left, span);
        }
        let is_mixed = |a: &Value, b: &Value| is_number(a) && matches!(b, Value::Text(_) | Value::Boolean(_));
        if left.is_nothing() || right.is_nothing() {
            return Ok(left.is_nothing() && right.is_nothing());
        }
        if is_mixed(left, right) || is_mixed(right, left) {
            return Ok(self.to_number(left, span)? == self.to_number(right, span)?);
        }
        Ok(Self::is_same(left, right))
    }

    /// Python's equality: by value, all the way down.
    pub(super) fn is_equal(&mut self, left: &Value, right: &Value, span: Span) -> Result<bool, Error> {
        self.charge(1, span)?;
        let number = |value: &Value| match value {
            Value::Integer(value) => Some(*value as f64),
            Value::Number(value) => Some(*value),
            Value::Boolean(value) => Some(f64::from(u8::from(*value))),
            Value::Plain(Bson::Int64(value)) => Some(*value as f64),
            _ => None,
        };
        if let (Some(a), Some(b)) = (number(left), number(right)) {
            return Ok(a == b);
        }
        match (left, right) {
            (Value::Date(a), Value::Date(b)) => {
                Ok(self.order_of_dates(*a, *b, span).is_ok_and(|order| order.is_some_and(Ordering::is_eq)))
            }
            (Value::List(a), Value::List(b)) if self.lists[*a].listing != self.lists[*b].listing => Ok(false),
            (Value::List(a), Value::List(b)) if self.lists[*a].listing == Listing::Set => {
                let is_part = self.set_order(Operator::LessOrEqual, left, right, span)?;
                Ok(is_part == Some(true) && self.lists[*a].items.len() == self.lists[*b].items.len())
            }
            (Value::List(a), Value::List(b)) => {
                let pairs = (self.lists[*a].items.clone(), self.lists[*b].items.clone());
                self.charge(pairs.0.len() + pairs.1.len(), span)?;
                if pairs.0.len() != pairs.1.len() {
                    return Ok(false);
                }
                for (a, b) in pairs.0.iter().zip(&pairs.1) {
                    if !self.deeper(span, |machine| machine.is_equal(&a.value, &b.value, span))? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Value::Object(a), Value::Object(b)) => {
                let (a, b) = (self.objects[*a].clone(), self.objects[*b].clone());
                self.charge(a.len() + b.len(), span)?;
                if a.len() != b.len() {
                    return Ok(false);
                }
                for (key, entry) in &a {
                    let Some(other) = b.get(key) else { return Ok(false) };
                    if !self.deeper(span, |machine| machine.is_equal(&entry.item.value, &other.item.value, span))? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            _ => Ok(Self::is_same(left, right)),
        }
    }

    fn is_in(&mut self, left: &Value, right: &Value, span: Span) -> Result<bool, Error> {
        match right {
            Value::Object(id) => {
                let key = self.key_of(left, span)?;
                Ok(self.objects[*id].contains_key(&key))
            }
            Value::Text(text) if self.is_python => match left {
                Value::Text(part) => Ok(text.contains(&**part)),
                _ => Err(self.error(span, "only a string is in a string")),
            },
            Value::List(id) if !self.is_python => {
                let n_items = self.lists[*id].items.len();
                Ok(self.place(left, n_items).is_some_and(|place| place < n_items))
            }
            Value::List(id) if self.is_python => {
                for item in self.lists[*id].items.clone() {
                    if self.is_equal(left, &item.value, span)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            _ => Err(self.error(span, "`in` is asked of a value that has no parts")),
        }
    }

    /// Which of two values comes first; nothing where neither does, as with NaN.
    pub(super) fn order(&self, left: &Value, right: &Value, span: Span) -> Result<Option<Ordering>, Error> {
        self.order_in(left, right, 0, span)
    }

    fn order_in(&self, left: &Value, right: &Value, depth: usize, span: Span) -> Result<Option<Ordering>, Error> {
        match (left, right) {
            (Value::Text(a), Value::Text(b)) if self.is_python => Ok(Some(a.cmp(b))),
            // JavaScript compares halves of characters.
            (Value::Text(a), Value::Text(b)) => Ok(Some(a.encode_utf16().cmp(b.encode_utf16()))),
            (Value::Integer(a), Value::Integer(b)) => Ok(Some(a.cmp(b))),
            (Value::Duration(a), Value::Duration(b)) => Ok(a.partial_cmp(b)),
            (Value::Date(a), Value::Date(b)) => self.order_of_dates(*a, *b, span),
            (Value::List(a), Value::List(b)) if self.is_python => {
                let (a, b) = (*a, *b);
                let pairs = self.lists[a].items.iter().zip(&self.lists[b].items);
                for (a, b) in pairs {
                    if Self::is_same(&a.value, &b.value) {
                        continue;
                    }
                    let order = if depth > 50 {
                        return Err(self.error(span, "these lists are too deep to be compared"));
                    } else {
                        self.order_in(&a.value, &b.value, depth + 1, span)?
                    };
                    match order {
                        Some(Ordering::Equal) => {}
                        decided => return Ok(decided),
                    }
                }
                Ok(Some(self.lists[a].items.len().cmp(&self.lists[b].items.len())))
            }
            _ => Ok(self.to_number(left, span)?.partial_cmp(&self.to_number(right, span)?)),
        }
    }

    /// Each value once.
    pub(super) fn distinct(&mut self, items: Vec<Item>, span: Span) -> Result<Vec<Item>, Error> {
        let mut found: Vec<Item> = Vec::new();
        for item in items {
            let mut is_new = true;
            for other in &found {
                // JavaScript tells objects apart, whatever they hold.
                let is_other = if self.is_python {
                    !self.is_equal(&item.value, &other.value, span)?
                } else {
                    self.charge(1, span)?;
                    !Self::is_same(&item.value, &other.value)
                };
                is_new = is_new && is_other;
            }
            if is_new {
                found.push(item);
            }
        }
        Ok(found)
    }

    /// A value in words, for errors.
    pub(super) fn type_in_words(&self, value: &Value) -> &'static str {
        match value {
            Value::Undefined => "undefined",
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Number(_) | Value::Integer(_) => "a number",
            Value::Text(_) => "a string",
            Value::Plain(_) => "a value of MongoDB",
            Value::Date(_) => "a date",
            Value::Duration(_) => "a time span",
            Value::Shift(_) => "a part of the calendar",
            Value::Zone(_) => "a time zone",
            Value::Pattern(_) => "a regular expression",
            Value::Decimal(_) => "a `Decimal`",
            Value::List(id) if self.lists[*id].listing == Listing::Tuple => "a tuple",
            Value::List(id) if self.lists[*id].listing == Listing::Iterator => "an iterator",
            Value::List(id) if self.lists[*id].listing == Listing::View => "a range or a view",
            Value::List(id) if self.lists[*id].listing == Listing::Set => "a set",
            Value::List(_) => "an array",
            Value::Object(_) => "an object",
            Value::Function(_) | Value::Native(_) | Value::Getter(_) | Value::Bound(_) => "a function",
            Value::Client => "a connection",
            Value::Database(_) => "a database",
            Value::Collection(_) => "a collection",
            Value::Answer(_) => "an answer",
            Value::Unknown(_) => "an unknown value",
        }
    }
}

fn is_number(value: &Value) -> bool {
    matches!(
        value,
        Value::Number(_)
            | Value::Integer(_)
            | Value::Boolean(_)
            | Value::Undefined
            | Value::Null
            | Value::Plain(Bson::Int32(_) | Bson::Double(_))
    )
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Undefined => "undefined",
        Value::Boolean(_) => "boolean",
        Value::Number(_) | Value::Integer(_) => "number",
        Value::Text(_) => "string",
        Value::Native(path) if matches!(&**path, "Math" | "JSON" | "EJSON" | "console" | "module" | "exports") => {
            "object"
        }
        Value::Function(_) | Value::Native(_) | Value::Bound(_) => "function",
        Value::Plain(Bson::Int64(_)) => "bigint",
        _ => "object",
    }
}

/// JavaScript's whole numbers of 32 bits, which bits are operated on.
fn to_int32(value: f64) -> i32 {
    if !value.is_finite() {
        return 0;
    }
    let wrapped = value.trunc().rem_euclid(4_294_967_296.0);
    wrapped as u32 as i32
}

fn of_numbers(operator: Operator, a: f64, b: f64) -> f64 {
    let bits = |work: fn(i32, i32) -> i32| f64::from(work(to_int32(a), to_int32(b)));
    match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::Divide => a / b,
        Operator::Remainder => a % b,
        Operator::Power if b.is_nan() || (a.abs() == 1.0 && b.is_infinite()) => f64::NAN,
        Operator::Power => a.powf(b),
        Operator::BitAnd => bits(|a, b| a & b),
        Operator::BitOr => bits(|a, b| a | b),
        Operator::BitXor => bits(|a, b| a ^ b),
        Operator::ShiftLeft => bits(|a, b| a.wrapping_shl(b as u32)),
        Operator::ShiftRight => bits(|a, b| a.wrapping_shr(b as u32)),
        Operator::ShiftRightUnsigned => f64::from((to_int32(a) as u32).wrapping_shr(to_int32(b) as u32)),
        _ => f64::NAN,
    }
}
