//! Time spans of Python, parts of the calendar (`dateutil.relativedelta`), and arithmetic with dates.
//!
//! In: dates and spans. Out: the same. Invariant: a date with a zone is moved on its own clock, as Python moves it.

use std::rc::Rc;

use jiff::civil;

use super::{
    Machine,
    moments::{DAY, Moment, NAMES},
    value::{Args, Shift, Value},
};
use crate::{
    Error,
    read::script::syntax::{Operator, Span},
};

impl Machine<'_> {
    /// `timedelta(days=1)`.
    pub(super) fn timedelta(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let names = ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"];
        self.takes_only(args, &names, span)?;
        let lengths = [DAY, 1000.0, 0.001, 1.0, 60_000.0, 3_600_000.0, 604_800_000.0];
        let mut millis = 0.0;
        for (at, (name, length)) in names.iter().zip(lengths).enumerate() {
            if let Some(item) = args.item(at, name) {
                millis += self.to_number(&item.value, item.span)? * length;
            }
        }
        Ok(Value::Duration(millis))
    }

    /// `relativedelta(months=1, day=1)`.
    pub(super) fn shift(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let mut shift = Shift::default();
        if !args.items.is_empty() {
            return Err(self.error(span, "`relativedelta` between two dates is not read here"));
        }
        for (name, item) in &args.named {
            let number = self.to_number(&item.value, item.span)?;
            match &**name {
                "years" => shift.months += number * 12.0,
                "months" => shift.months += number,
                "weeks" => shift.millis += number * 7.0 * DAY,
                "days" => shift.millis += number * DAY,
                "hours" => shift.millis += number * 3_600_000.0,
                "minutes" => shift.millis += number * 60_000.0,
                "seconds" => shift.millis += number * 1000.0,
                "microseconds" => shift.millis += number / 1000.0,
                name => match NAMES.iter().position(|known| *known == name) {
                    Some(at) => shift.set[at] = Some(number),
                    None => return Err(self.error(item.span, format!("`{name}` of `relativedelta` is not read here"))),
                },
            }
        }
        Ok(Value::Shift(Rc::new(shift)))
    }

    fn shifted(&mut self, id: usize, shift: &Shift, sign: f64, span: Span) -> Result<Value, Error> {
        let mut parts = [0.0; 7];
        for (at, name) in NAMES.iter().enumerate() {
            let part = self.part_of_date(id, name).unwrap_or(Value::Null);
            parts[at] = shift.set[at].map_or_else(|| self.to_number(&part, span), Ok)?;
        }
        let months = parts[0] * 12.0 + (parts[1] - 1.0) + sign * shift.months;
        (parts[0], parts[1]) = ((months / 12.0).floor(), months.rem_euclid(12.0) + 1.0);
        let last = civil::Date::new(parts[0] as i16, parts[1] as i8, 1).map(|first| f64::from(first.days_in_month()));
        parts[2] = parts[2].min(last.map_err(|_| self.error(span, "this date is beyond the calendar"))?);
        let clock = self.clock_of(parts, span)? + sign * shift.millis;
        let moment = self.moments.get(&id).cloned();
        self.at_clock(clock, moment, span)
    }

    /// Sums and differences of dates, time spans and parts of the calendar; nothing where the values are none.
    pub(super) fn time_arithmetic(
        &mut self,
        operator: Operator,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Option<Value>, Error> {
        use Operator::{Add, Divide, FloorDivide, Multiply, Remainder, Subtract};
        let made = match (operator, left, right) {
            (Add, Value::Date(id), Value::Duration(by)) | (Add, Value::Duration(by), Value::Date(id)) => {
                self.moved(*id, *by, span)?
            }
            (Subtract, Value::Date(id), Value::Duration(by)) => self.moved(*id, -by, span)?,
            (Subtract, Value::Date(a), Value::Date(b)) => {
                let (of_a, of_b) = (self.moments.get(a), self.moments.get(b));
                let is_aware = |moment: Option<&Moment>| matches!(moment, Some(Moment::Aware(_)));
                if is_aware(of_a) != is_aware(of_b) {
                    return Err(self.error(span, "one of these dates has a time zone, the other has none"));
                }
                let is_same = of_a == of_b;
                Value::Duration(if is_same { self.clock(*a) - self.clock(*b) } else { self.dates[*a] - self.dates[*b] })
            }
            (Add, Value::Date(id), Value::Shift(by)) | (Add, Value::Shift(by), Value::Date(id)) => {
                self.shifted(*id, by, 1.0, span)?
            }
            (Subtract, Value::Date(id), Value::Shift(by)) => self.shifted(*id, by, -1.0, span)?,
            (Add | Subtract, Value::Shift(a), Value::Shift(b)) => {
                let sign = if operator == Add { 1.0 } else { -1.0 };
                let mut sum = Shift::clone(a);
                sum.months += sign * b.months;
                sum.millis += sign * b.millis;
                for (own, other) in sum.set.iter_mut().zip(b.set) {
                    *own = own.or(other);
                }
                Value::Shift(Rc::new(sum))
            }
            (Multiply, Value::Shift(by), number) | (Multiply, number, Value::Shift(by)) => {
                let times = self.to_number(number, span)?;
                let mut made = Shift::clone(by);
                (made.months, made.millis) = ((made.months * times).trunc(), made.millis * times);
                Value::Shift(Rc::new(made))
            }
            (Add, Value::Duration(a), Value::Duration(b)) => Value::Duration(a + b),
            (Subtract, Value::Duration(a), Value::Duration(b)) => Value::Duration(a - b),
            (Divide | FloorDivide | Remainder, Value::Duration(_), Value::Duration(b)) if *b == 0.0 => {
                return Err(self.error(span, "this divides by zero"));
            }
            (Divide, Value::Duration(a), Value::Duration(b)) => Value::Number(a / b),
            (FloorDivide, Value::Duration(a), Value::Duration(b)) => Value::Integer((a / b).floor() as i128),
            (Remainder, Value::Duration(a), Value::Duration(b)) => Value::Duration(a - b * (a / b).floor()),
            (Multiply, Value::Duration(by), number) | (Multiply, number, Value::Duration(by)) => {
                Value::Duration(by * self.to_number(number, span)?)
            }
            (Divide | FloorDivide, Value::Duration(by), number) => {
                let number = self.to_number(number, span)?;
                if number == 0.0 {
                    return Err(self.error(span, "this divides by zero"));
                }
                Value::Duration(by / number)
            }
            _ => return Ok(None),
        };
        Ok(Some(made))
    }

    fn moved(&mut self, id: usize, by: f64, span: Span) -> Result<Value, Error> {
        let moment = self.moments.get(&id).cloned();
        let by = if moment == Some(Moment::Day) { (by / DAY).floor() * DAY } else { by };
        if moment == Some(Moment::Clock) {
            return Err(self.error(span, "a time of day is not moved"));
        }
        self.at_clock(self.clock(id) + by, moment, span)
    }
}

/// A time span as Python shows it.
pub(super) fn span_in_words(millis: f64) -> String {
    let micros = (millis * 1000.0).round() as i128;
    let days = micros.div_euclid(86_400_000_000);
    let rest = micros.rem_euclid(86_400_000_000);
    let (seconds, micros) = (rest / 1_000_000, rest % 1_000_000);
    let plural = if days.abs() == 1 { "" } else { "s" };
    let before = if days == 0 { String::new() } else { format!("{days} day{plural}, ") };
    let behind = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("{before}{}:{:02}:{:02}{behind}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
