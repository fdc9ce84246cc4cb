//! Python's three ways to put values into a text: `f"{a:.2f}"`, `"{}".format(a)`, `"%s" % a`.

use super::{
    Machine,
    value::{Args, Value},
};
use crate::{Error, read::script::syntax::Span};

impl Machine<'_> {
    /// A value by a format such as `05d`, `.2f`, `%Y-%m-%d`.
    pub(super) fn formatted(&mut self, value: &Value, format: &str, span: Span) -> Result<String, Error> {
        if format.is_empty() {
            return self.text_of(value, span);
        }
        if let Value::Date(id) = value {
            let args = Args::of(vec![Value::text(format).at(span)]);
            return match self.method_of_date(*id, "strftime", &args, span)? {
                Value::Text(text) => Ok(text.to_string()),
                _ => Ok(String::new()),
            };
        }
        let refused = |machine: &Self| {
            machine.error(span, format!("the format `{format}` is not read here")).hint("write out the text")
        };
        let (align, rest) = match format.strip_prefix(['<', '>', '^']) {
            Some(rest) => (format.chars().next(), rest),
            None => (None, format),
        };
        let is_zero_padded = rest.starts_with('0');
        let width: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let mut rest = &rest[width.len()..];
        let has_commas = rest.starts_with(',');
        rest = rest.trim_start_matches(',');
        let precision: Option<usize> = match rest.strip_prefix('.') {
            Some(behind) => {
                let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
                rest = &behind[digits.len()..];
                Some(digits.parse().ok().filter(|digits| *digits <= 100).ok_or_else(|| refused(self))?)
            }
            None => None,
        };
        if has_commas || align == Some('^') {
            return Err(refused(self));
        }
        let text = match (rest, precision) {
            ("f", digits) => format!("{:.*}", digits.unwrap_or(6), self.to_number(value, span)?),
            ("%", digits) => format!("{:.*}%", digits.unwrap_or(6), self.to_number(value, span)? * 100.0),
            ("d" | "s" | "", None) => self.text_of(value, span)?,
            ("s", Some(length)) => self.text_of(value, span)?.chars().take(length).collect(),
            _ => return Err(refused(self)),
        };
        let width: usize = width.parse().unwrap_or(0);
        self.charge(width, span)?;
        let lacking = width.saturating_sub(text.chars().count());
        let is_number = !matches!(value, Value::Text(_));
        Ok(match (align, is_number) {
            (None, true) if is_zero_padded => match text.strip_prefix('-') {
                Some(digits) => format!("-{}{digits}", "0".repeat(lacking)),
                None => "0".repeat(lacking) + &text,
            },
            (Some('>'), _) | (None, true) => " ".repeat(lacking) + &text,
            _ => text + &" ".repeat(lacking),
        })
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
            let (name, format) = rest[at + 1..at + end].split_once(':').unwrap_or((&rest[at + 1..at + end], ""));
            let place = if name.is_empty() { Some(next) } else { name.parse().ok() };
            next += 1;
            let item = args.item(place.unwrap_or(usize::MAX), name).cloned();
            let item = item.ok_or_else(|| self.error(span, format!("the format has no value for `{{{name}}}`")))?;
            made.push_str(&self.formatted(&item.value, format, item.span)?);
            self.charge(1 + made.len() / 256, span)?;
            rest = &rest[at + end + 1..];
        }
        made.push_str(rest);
        self.made_text(made, span)
    }

    /// `"%s is %d" % (a, b)`
    pub(super) fn percent(&mut self, text: &str, right: &Value, span: Span) -> Result<Value, Error> {
        let items = match right {
            Value::List(_) => self.items(right, span)?,
            other => vec![other.clone().at(span)],
        };
        let mut items = items.into_iter();
        let mut made = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            made.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix('%') {
                made.push('%');
                rest = behind;
                continue;
            }
            let end = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let kind = rest.get(end..=end).unwrap_or_default();
            let Some(item) = items.next().filter(|_| matches!(kind, "s" | "d" | "i" | "f")) else {
                return Err(self.error(span, "this format is not read here").hint("write out the text"));
            };
            let kind = if kind == "i" { "d" } else { kind };
            let value = match (kind, &item.value) {
                ("d", Value::Number(value)) => Value::Integer(value.trunc() as i128),
                (_, value) => value.clone(),
            };
            made.push_str(&self.formatted(&value, &format!("{}{kind}", &rest[..end]), span)?);
            rest = &rest[end + 1..];
        }
        made.push_str(rest);
        self.made_text(made, span)
    }
}
