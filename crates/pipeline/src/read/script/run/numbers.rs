//! Numbers: from every value, to text, and what `Math` and `Number` bring.

use bson::Bson;

use super::{
    Machine,
    value::{Args, Value},
};
use crate::{
    Error,
    read::script::syntax::{Operator, Span},
};

impl Machine<'_> {
    /// A value as a number, as JavaScript makes one of it; Python takes numbers only.
    pub(in crate::read::script) fn to_number(&self, value: &Value, span: Span) -> Result<f64, Error> {
        Ok(match value {
            Value::Number(value) => *value,
            Value::Integer(value) => *value as f64,
            Value::Boolean(value) => f64::from(u8::from(*value)),
            Value::Plain(Bson::Int32(value)) => f64::from(*value),
            Value::Plain(Bson::Int64(value)) => *value as f64,
            Value::Plain(Bson::Double(value)) => *value,
            Value::Plain(Bson::Decimal128(value)) => value.to_string().parse().unwrap_or(f64::NAN),
            Value::Unknown(what) => return Err(self.unknown(what, span)),
            _ if self.is_python => {
                let what = self.type_in_words(value);
                return Err(self.error(span, format!("a number belongs here, not {what}")));
            }
            Value::Null => 0.0,
            Value::Text(text) => from_text(text),
            Value::Date(id) => self.dates[*id],
            Value::List(id) => match self.lists[*id].items.as_slice() {
                [] => 0.0,
                [only] if matches!(only.value, Value::Text(_) | Value::Number(_)) => {
                    self.to_number(&only.value, span)?
                }
                _ => f64::NAN,
            },
            _ => f64::NAN,
        })
    }

    pub(super) fn method_of_number(&mut self, of: &Value, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let value = self.to_number(of, span)?;
        match name {
            "toFixed" => {
                let digits = if args.items.is_empty() { 0.0 } else { self.to_number(&args.first(), span)? };
                Ok(Value::text(fixed(value, digits.clamp(0.0, 100.0) as usize)))
            }
            "toPrecision" if !args.items.is_empty() => {
                let digits = self.to_number(&args.first(), span)?.clamp(1.0, 100.0) as usize;
                let text = format!("{value:.*e}", digits - 1);
                let exponent: i32 = text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
                if !value.is_finite() || exponent < -6 || exponent >= digits as i32 {
                    return Err(self.error(span, "`toPrecision` is read for plain numbers alone"));
                }
                Ok(Value::text(format!("{value:.*}", (digits as i32 - 1 - exponent).max(0) as usize)))
            }
            "toLocaleString" if value.abs() >= 1000.0 || value.fract() != 0.0 => Err(self
                .error(span, "how `toLocaleString` writes a number depends on the machine")
                .hint("write `toString` or `toFixed`")),
            "toString" if !args.items.is_empty() && !matches!(args.first(), Value::Number(base) if base == 10.0) => {
                let base = self.to_number(&args.first(), span)?;
                let whole = (value.fract() == 0.0 && value.abs() < 9e15 && (2.0..=36.0).contains(&base))
                    .then_some(value as i64);
                whole
                    .map(|whole| {
                        let sign = if whole < 0 { "-" } else { "" };
                        Value::text(format!("{sign}{}", in_base(u128::from(whole.unsigned_abs()), base as u128)))
                    })
                    .ok_or_else(|| self.error(span, "only whole numbers are written in another base here"))
            }
            "toString" | "toLocaleString" => {
                let text = self.text_of(of, span)?;
                self.made_text(text, span)
            }
            "valueOf" => Ok(of.clone()),
            "as_integer_ratio" | "hex" => Err(self.no_method(of, name, span)),
            "is_integer" => Ok(Value::Boolean(value.fract() == 0.0)),
            "bit_length" => Ok(Value::Integer(i128::from(64 - (value.abs() as u64).leading_zeros()))),
            _ => Err(self.no_method(of, name, span)),
        }
    }

    /// `Math.…` of JavaScript, `math.…` of Python.
    pub(super) fn math(&mut self, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        if let (true, Some(found)) = (self.is_python, self.python_math(name, args, span)?) {
            return Ok(found);
        }
        let mut numbers = Vec::with_capacity(args.items.len());
        for item in &args.items {
            numbers.push(self.to_number(&item.value, span)?);
        }
        let first = numbers.first().copied().unwrap_or(f64::NAN);
        let second = numbers.get(1).copied().unwrap_or(f64::NAN);
        let least = |a: f64, b: f64| if a.is_nan() || b.is_nan() { f64::NAN } else { a.min(b) };
        let found = match name {
            "floor" => first.floor(),
            "ceil" => first.ceil(),
            // Halves go up, also below zero.
            "round" => {
                if first.fract() == -0.5 {
                    first.ceil()
                } else {
                    first.round()
                }
            }
            "trunc" => first.trunc(),
            "abs" | "fabs" => first.abs(),
            "sign" => {
                if first == 0.0 || first.is_nan() {
                    first
                } else {
                    first.signum()
                }
            }
            "sqrt" => first.sqrt(),
            "cbrt" => first.cbrt(),
            "exp" => first.exp(),
            "log" if numbers.len() > 1 => first.ln() / second.ln(),
            "log" => first.ln(),
            "log10" => first.log10(),
            "log2" => first.log2(),
            "pow" => first.powf(second),
            "sin" => first.sin(),
            "cos" => first.cos(),
            "tan" => first.tan(),
            "atan" => first.atan(),
            "atan2" => first.atan2(second),
            "hypot" => numbers.iter().map(|n| n * n).sum::<f64>().sqrt(),
            "min" => numbers.into_iter().fold(f64::INFINITY, least),
            "max" => -numbers.into_iter().map(|n| -n).fold(f64::INFINITY, least),
            "random" => {
                return Err(self
                    .error(span, "chance cannot be part of a pipeline's text")
                    .hint("`{$rand: {}}` is chance on the server"));
            }
            _ => {
                return Err(self
                    .error(span, format!("`Math.{name}` is not read here"))
                    .hint("write out what it gives"));
            }
        };
        if self.is_python && (matches!(name, "round" | "abs" | "sign" | "min" | "max") || found.is_nan()) {
            return Err(self.error(span, format!("`math.{name}` is not read here")).hint("write out what it gives"));
        }
        let is_whole = self.is_python && matches!(name, "floor" | "ceil" | "trunc");
        Ok(if is_whole && found.is_finite() { Value::Integer(found as i128) } else { Value::Number(found) })
    }

    /// What Python's `math` has besides, or otherwise; nothing where it is the same.
    fn python_math(&mut self, name: &str, args: &Args, span: Span) -> Result<Option<Value>, Error> {
        let first = args.first();
        if let ("floor" | "ceil" | "trunc", Value::Integer(_)) = (name, &first) {
            return Ok(Some(first));
        }
        Ok(Some(match name {
            "isnan" => Value::Boolean(self.to_number(&first, span)?.is_nan()),
            "isinf" => Value::Boolean(self.to_number(&first, span)?.is_infinite()),
            "isfinite" => Value::Boolean(self.to_number(&first, span)?.is_finite()),
            "prod" => {
                let mut product = Value::Integer(1);
                for item in self.items(&first, span)? {
                    product = self.binary(Operator::Multiply, &product, &item.value, span)?;
                }
                product
            }
            "fsum" => {
                let mut sum = 0.0;
                for item in self.items(&first, span)? {
                    sum += self.to_number(&item.value, span)?;
                }
                Value::Number(sum)
            }
            "gcd" | "lcm" => {
                let mut found = i128::from(name == "lcm");
                for item in &args.items {
                    let Value::Integer(other) = item.value else {
                        return Err(self.error(item.span, format!("`{name}` takes whole numbers")));
                    };
                    let (mut a, mut b) = (found.saturating_abs(), other.saturating_abs());
                    while b != 0 {
                        (a, b) = (b, a % b);
                    }
                    let both = if a == 0 { Some(0) } else { (found / a).checked_mul(other) };
                    let both = if name == "gcd" { Some(a) } else { both.map(i128::abs) };
                    found = both.ok_or_else(|| self.error(span, "this number is too large"))?;
                }
                Value::Integer(found)
            }
            "factorial" => {
                let n = self.to_number(&first, span)?;
                let product = (1..=n.clamp(0.0, 40.0) as i128).try_fold(1_i128, i128::checked_mul);
                let product = product.filter(|_| n >= 0.0 && n.fract() == 0.0 && n <= 33.0);
                Value::Integer(product.ok_or_else(|| self.error(span, "this number is too large"))?)
            }
            _ => return Ok(None),
        }))
    }

    /// `parseInt` and `parseFloat`: the number with which a text begins.
    pub(super) fn parsed(&mut self, is_whole: bool, args: &Args, span: Span) -> Result<Value, Error> {
        let text = self.text_of(&args.first(), span)?;
        let text = text.trim_start();
        let base = match args.items.get(1) {
            Some(item) if is_whole => self.to_number(&item.value, span)?,
            _ => 10.0,
        };
        let base = if base == 0.0 || base.is_nan() { 10.0 } else { base };
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1.0, rest),
            None => (1.0, text.strip_prefix('+').unwrap_or(text)),
        };
        if !is_whole {
            let end = (0..=digits.len().min(400)).rev().find(|end| {
                digits.get(..*end).is_some_and(|part| {
                    part.ends_with(|c: char| c.is_ascii_digit() || c == '.')
                        && part.bytes().any(|b| b.is_ascii_digit())
                        && part.parse::<f64>().is_ok()
                })
            });
            let found = end.and_then(|end| digits[..end].parse::<f64>().ok());
            let endless = digits.starts_with("Infinity").then_some(f64::INFINITY);
            return Ok(Value::Number(found.or(endless).map_or(f64::NAN, |found| sign * found)));
        }
        let is_hex = (base == 16.0 || args.items.len() < 2) && (digits.starts_with("0x") || digits.starts_with("0X"));
        let (digits, base) = if is_hex { (&digits[2..], 16) } else { (digits, base.clamp(0.0, 99.0) as u32) };
        if !(2..=36).contains(&base) {
            return Ok(Value::Number(f64::NAN));
        }
        let mut found = None;
        for digit in digits.chars().map_while(|c| c.to_digit(base)) {
            found = Some(found.unwrap_or(0.0) * f64::from(base) + f64::from(digit));
        }
        Ok(Value::Number(found.map_or(f64::NAN, |found| sign * found)))
    }
}

/// A number with so many digits behind the point; JavaScript rounds halves away from zero.
fn fixed(value: f64, digits: usize) -> String {
    if !value.is_finite() || value.abs() >= 1e21 {
        return to_text(value);
    }
    let text = format!("{value:.digits$}");
    // More digits than a double ever has: the exact value.
    let exact = format!("{:.1100}", value.abs());
    let cut = exact.find('.').map_or(exact.len(), |point| point + 1 + digits);
    let (kept, rest) = exact.split_at(cut);
    let is_half = rest.starts_with('5') && rest[1..].bytes().all(|b| b == b'0');
    let is_even = kept.trim_end_matches('.').ends_with(['0', '2', '4', '6', '8']);
    let text =
        if is_half && is_even { raised(kept.trim_end_matches('.')) } else { text.trim_start_matches('-').to_owned() };
    let is_negative = value < 0.0;
    if is_negative { format!("-{text}") } else { text }
}

/// Digits with one more in the last place, which is even.
fn raised(digits: &str) -> String {
    let (head, last) = digits.split_at(digits.len() - 1);
    let last = last.chars().next().and_then(|c| c.to_digit(10)).unwrap_or(0) + 1;
    format!("{head}{last}")
}

/// The number that a whole text is.
fn from_text(text: &str) -> f64 {
    let text = text.trim();
    let based =
        |prefix: &str, base| text.strip_prefix(prefix).and_then(|digits| u64::from_str_radix(digits, base).ok());
    if let Some(found) = based("0x", 16).or_else(|| based("0o", 8)).or_else(|| based("0b", 2)) {
        return found as f64;
    }
    match text {
        "" => 0.0,
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ if text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-')) => {
            text.parse().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

/// A number as JavaScript shows it.
pub(super) fn to_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&value.abs()) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    if text.contains("e-") { text } else { text.replace('e', "e+") }
}

/// A float as Python shows it.
pub(super) fn python_float(value: f64) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "nan"
        } else if value > 0.0 {
            "inf"
        } else {
            "-inf"
        }
        .to_owned();
    }
    if value != 0.0 && !(1e-4..1e16).contains(&value.abs()) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    format!("{value:?}")
}

/// A number of some base, without a sign.
pub(super) fn in_base(value: u128, base: u128) -> String {
    let mut rest = value;
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit((rest % base) as u32, base as u32).unwrap_or('?'));
        rest /= base;
        if rest == 0 {
            break;
        }
    }
    digits.iter().rev().collect()
}
