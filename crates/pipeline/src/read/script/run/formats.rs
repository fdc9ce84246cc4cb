//! Python's three ways to put values into a text: `f"{a:.2f}"`, `"{}".format(a)`, `"%s" % a`.

use super::{
    Machine, numbers,
    value::{Args, Value},
};
use crate::{Error, read::script::syntax::Span};

/// A format such as `*>+#010,.2f`, taken apart.
#[derive(Default)]
struct Spec {
    fill: Option<char>,
    align: Option<char>,
    sign: Option<char>,
    is_alternate: bool,
    is_zero_padded: bool,
    width: usize,
    grouping: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

impl Spec {
    fn of(text: &str) -> Option<Self> {
        let mut spec = Self::default();
        let mut chars: Vec<char> = text.chars().collect();
        let is_align = |c: Option<&char>| c.is_some_and(|c| "<>^=".contains(*c));
        if is_align(chars.get(1)) {
            (spec.fill, spec.align) = (Some(chars[0]), Some(chars[1]));
            chars.drain(..2);
        } else if is_align(chars.first()) {
            spec.align = Some(chars.remove(0));
        }
        let mut rest = chars.into_iter().peekable();
        spec.sign = rest.next_if(|c| "+- ".contains(*c));
        spec.is_alternate = rest.next_if_eq(&'#').is_some();
        spec.is_zero_padded = rest.next_if_eq(&'0').is_some();
        let digits = |rest: &mut std::iter::Peekable<std::vec::IntoIter<char>>| {
            let mut found = String::new();
            while let Some(digit) = rest.next_if(char::is_ascii_digit) {
                found.push(digit);
            }
            found
        };
        let width = digits(&mut rest);
        spec.width = if width.is_empty() { 0 } else { width.parse().ok()? };
        spec.grouping = rest.next_if(|c| matches!(c, ',' | '_'));
        if rest.next_if_eq(&'.').is_some() {
            spec.precision = Some(digits(&mut rest).parse().ok().filter(|precision| *precision <= 100)?);
        }
        spec.kind = rest.next();
        rest.next().is_none().then_some(spec)
    }

    /// The text filled up to the width.
    fn padded(&self, text: String, is_number: bool) -> String {
        let lacking = self.width.saturating_sub(text.chars().count());
        let zero = if self.is_zero_padded && self.align.is_none() && is_number { Some('0') } else { None };
        let fill = self.fill.or(zero).or(self.is_zero_padded.then_some('0')).unwrap_or(' ').to_string();
        let align = self.align.unwrap_or(if zero.is_some() {
            '='
        } else if is_number {
            '>'
        } else {
            '<'
        });
        match align {
            '<' => text + &fill.repeat(lacking),
            '^' => fill.repeat(lacking / 2) + &text + &fill.repeat(lacking - lacking / 2),
            '=' => {
                let signs = text.find(|c: char| !"+- ".contains(c)).unwrap_or(0);
                let prefix = if self.is_alternate && text[signs..].starts_with('0') { signs + 2 } else { signs };
                let (sign, digits) = text.split_at(prefix.min(text.len()));
                format!("{sign}{}{digits}", fill.repeat(lacking))
            }
            _ => fill.repeat(lacking) + &text,
        }
    }

    fn signed(&self, digits: String, is_negative: bool) -> String {
        match (is_negative, self.sign) {
            (true, _) => format!("-{digits}"),
            (_, Some(sign @ ('+' | ' '))) => format!("{sign}{digits}"),
            _ => digits,
        }
    }

    /// The digits before the point in groups.
    fn grouped(&self, digits: String, size: usize) -> String {
        let Some(by) = self.grouping else { return digits };
        let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        let (whole, rest) = digits.split_at(end);
        let mut made = String::new();
        for (at, c) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(size) {
                made.push(by);
            }
            made.push(c);
        }
        made + rest
    }
}

impl Machine<'_> {
    /// A value by a format such as `05d`, `.2f`, `%Y-%m-%d`.
    pub(super) fn formatted(&mut self, value: &Value, format: &str, span: Span) -> Result<String, Error> {
        if format.is_empty() {
            return self.text_of(value, span);
        }
        if let Value::Date(id) = value {
            return self.strftime(*id, format, span);
        }
        let spec = Spec::of(format).filter(|spec| spec.width <= 100_000);
        let made = match &spec {
            Some(spec) => self.by_spec(value, spec, span)?,
            None => None,
        };
        made.ok_or_else(|| {
            self.error(span, format!("the format `{format}` is not read here")).hint("write out the text")
        })
    }

    /// Nothing where the format does not fit the value.
    fn by_spec(&mut self, value: &Value, spec: &Spec, span: Span) -> Result<Option<String>, Error> {
        self.charge(spec.width, span)?;
        let whole = match value {
            Value::Integer(value) => Some(*value),
            Value::Boolean(value) => Some(i128::from(*value)),
            Value::Plain(bson::Bson::Int64(value)) => Some(i128::from(*value)),
            _ => None,
        };
        let is_float = matches!(spec.kind, Some('f' | 'F' | 'e' | 'E' | 'g' | 'G' | '%'));
        match (value, whole) {
            (Value::Text(text), _) if matches!(spec.kind, None | Some('s')) => {
                let is_plain = spec.sign.is_none() && spec.grouping.is_none() && spec.align != Some('=');
                let text: String = text.chars().take(spec.precision.unwrap_or(usize::MAX)).collect();
                Ok(is_plain.then(|| spec.padded(text, false)))
            }
            (_, Some(whole)) if !is_float && spec.precision.is_none() => {
                let size = if matches!(spec.kind, Some('x' | 'X' | 'b' | 'o')) { 4 } else { 3 };
                let (base, prefix) = match spec.kind {
                    None | Some('d' | 'n') => (10, ""),
                    Some('x') => (16, "0x"),
                    Some('X') => (16, "0X"),
                    Some('o') => (8, "0o"),
                    Some('b') => (2, "0b"),
                    Some('c') => {
                        let c = u32::try_from(whole).ok().and_then(char::from_u32);
                        return Ok(c.map(|c| spec.padded(c.to_string(), false)));
                    }
                    _ => return Ok(None),
                };
                let digits = numbers::in_base(whole.unsigned_abs(), base);
                let digits = if spec.kind == Some('X') { digits.to_uppercase() } else { digits };
                let prefix = if spec.is_alternate { prefix } else { "" };
                let text = spec.signed(format!("{prefix}{}", spec.grouped(digits, size)), whole < 0);
                Ok(Some(spec.padded(text, true)))
            }
            (Value::Number(_) | Value::Integer(_) | Value::Boolean(_), _) => {
                let number = self.to_number(value, span)?;
                let digits = match (spec.kind, spec.precision) {
                    _ if !number.is_finite() => numbers::python_float(number.abs()),
                    (Some('f' | 'F'), precision) => format!("{:.*}", precision.unwrap_or(6), number.abs()),
                    (Some('%'), precision) => format!("{:.*}%", precision.unwrap_or(6), number.abs() * 100.0),
                    (Some('e'), precision) => exponential(number.abs(), precision.unwrap_or(6)),
                    (Some('E'), precision) => exponential(number.abs(), precision.unwrap_or(6)).to_uppercase(),
                    (Some('g'), precision) => general(number.abs(), precision.unwrap_or(6)),
                    (Some('G'), precision) => general(number.abs(), precision.unwrap_or(6)).to_uppercase(),
                    (None, None) => numbers::python_float(number.abs()),
                    _ => return Ok(None),
                };
                let text = spec.signed(spec.grouped(digits, 3), number.is_sign_negative() && !number.is_nan());
                Ok(Some(spec.padded(text, true)))
            }
            _ => Ok(None),
        }
    }

    /// `"{} {1} {name:.2f}".format(…)`
    pub(super) fn format_call(&mut self, text: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let mut made = String::new();
        let mut next = 0;
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            made.push_str(&rest[..at]);
            let is_doubled = rest[at..].starts_with("{{") || rest[at..].starts_with("}}");
            if is_doubled {
                made.push_str(&rest[at..=at]);
                rest = &rest[at + 2..];
                continue;
            }
            let Some(end) = rest[at..].find('}').filter(|end| *end > 0) else {
                return Err(self.error(span, "a brace of the format has no end"));
            };
            let field = &rest[at + 1..at + end];
            let (name, format) = field.split_once(':').unwrap_or((field, ""));
            if format.contains('{') {
                return Err(self.error(span, "a format inside a format is not read here").hint("write an f-string"));
            }
            let (name, conversion) = name.split_once('!').unwrap_or((name, ""));
            let found = self.field_of(name, &mut next, args, span)?;
            let found = match conversion {
                "" => found,
                "r" => Value::text(self.repr(&found, span)?),
                "s" => Value::text(self.text_of(&found, span)?),
                _ => return Err(self.error(span, format!("unknown conversion `{conversion}` of a format"))),
            };
            made.push_str(&self.formatted(&found, format, span)?);
            self.charge(1 + made.len() / 256, span)?;
            rest = &rest[at + end + 1..];
        }
        made.push_str(rest);
        self.made_text(made, span)
    }

    /// The value of `0`, `name`, `name[key].part` among the arguments.
    fn field_of(&mut self, field: &str, next: &mut usize, args: &Args, span: Span) -> Result<Value, Error> {
        let end = field.find(['.', '[']).unwrap_or(field.len());
        let (name, mut parts) = field.split_at(end);
        let place = if name.is_empty() { Some(*next) } else { name.parse().ok() };
        *next += usize::from(name.is_empty());
        let item = match place {
            Some(place) => args.items.get(place),
            None => args.item(usize::MAX, name),
        };
        let item = item.ok_or_else(|| self.error(span, format!("the format has no value for `{{{field}}}`")))?;
        let mut found = item.value.clone();
        while !parts.is_empty() {
            if let Some((key, behind)) = parts.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
                let key = key.parse().map_or_else(|_| Value::text(key), Value::Integer);
                found = self.index(&found, &key, span)?;
                parts = behind;
            } else {
                let inner = parts.strip_prefix('.').unwrap_or(parts);
                let end = inner.find(['.', '[']).unwrap_or(inner.len());
                if end == 0 {
                    return Err(self.error(span, "this field of a format is not read here"));
                }
                found = self.member(&found, &inner[..end], span)?;
                parts = &inner[end..];
            }
        }
        Ok(found)
    }

    /// `"%s is %d" % (a, b)`
    pub(super) fn percent(&mut self, text: &str, right: &Value, span: Span) -> Result<Value, Error> {
        let is_tuple = matches!(right, Value::List(id) if self.lists[*id].listing == super::Listing::Tuple);
        let items = if is_tuple { self.items(right, span)? } else { vec![right.clone().at(span)] };
        let n_items = items.len();
        if items.iter().any(|item| matches!(item.value, Value::Unknown(_))) {
            return Ok(Value::Unknown(std::rc::Rc::from("a part of this string")));
        }
        let mut items = items.into_iter();
        let mut made = String::new();
        let mut rest = text;
        let mut is_named = false;
        while let Some(at) = rest.find('%') {
            made.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix('%') {
                made.push('%');
                rest = behind;
                continue;
            }
            let mut value = None;
            if let Some((name, behind)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
                value = Some(self.index(right, &Value::text(name), span)?);
                is_named = true;
                rest = behind;
            }
            let end = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let kind = rest[end..].chars().next();
            let value = value.or_else(|| items.next().map(|item| item.value));
            let (Some(value), Some(kind)) = (value, kind) else {
                return Err(self.error(span, "this format is not read here").hint("write out the text"));
            };
            let flags = &rest[..end];
            let part = self.percent_part(flags, kind, value, span)?;
            made.push_str(&part);
            self.charge(1 + made.len() / 256, span)?;
            rest = &rest[end + 1..];
        }
        if !is_named && n_items > 0 && is_tuple && items.next().is_some() {
            return Err(self.error(span, "the format takes fewer values"));
        }
        made.push_str(rest);
        self.made_text(made, span)
    }

    fn percent_part(&mut self, flags: &str, kind: char, value: Value, span: Span) -> Result<String, Error> {
        let signs: String = flags.chars().take_while(|c| "-+ 0#".contains(*c)).collect();
        let sizes = &flags[signs.len()..];
        let has = |c: char| signs.contains(c);
        let (value, kind) = match (kind, &value) {
            ('s', Value::Text(_)) => (value, 's'),
            ('s', _) => (Value::text(self.text_of(&value, span)?), 's'),
            ('r' | 'a', _) => (Value::text(self.repr(&value, span)?), 's'),
            ('d' | 'i' | 'u', Value::Number(number)) if number.is_finite() => {
                (Value::Integer(number.trunc() as i128), 'd')
            }
            ('d' | 'i' | 'u', _) => (value, 'd'),
            ('c', Value::Text(_)) => (value, 's'),
            ('f' | 'F' | 'e' | 'E' | 'g' | 'G' | 'x' | 'X' | 'o' | 'c', _) => (value, kind),
            _ => return Err(self.error(span, "this format is not read here").hint("write out the text")),
        };
        let sign = if has('+') {
            "+"
        } else if has(' ') {
            " "
        } else {
            ""
        };
        let sign = if kind == 's' { "" } else { sign };
        let align = if has('-') {
            "<"
        } else if has('0') && kind != 's' {
            ""
        } else {
            ">"
        };
        let zero = if has('0') && !has('-') && kind != 's' { "0" } else { "" };
        let alternate = if has('#') { "#" } else { "" };
        self.formatted(&value, &format!("{align}{sign}{alternate}{zero}{sizes}{kind}"), span)
    }
}

/// `1.234568e+04`.
fn exponential(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{digits}e{sign}{exponent:0>2}")
}

/// The shorter of both ways to write a number, without zeros at its end.
fn general(value: f64, precision: usize) -> String {
    let precision = precision.max(1);
    let text = format!("{value:.*e}", precision - 1);
    let exponent: i32 = text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    let trimmed = |text: &str| {
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
    };
    if exponent < -4 || exponent >= precision as i32 {
        let text = exponential(value, precision - 1);
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "+00"));
        return format!("{}e{exponent}", trimmed(digits));
    }
    let digits = (precision as i32 - 1 - exponent).max(0) as usize;
    trimmed(&format!("{value:.digits$}"))
}
