//! Filters in words: `Card = Gold and Age ≥ 45`; headings inside sentences.
//!
//! In: a predicate. Out: a text that names fields and dimensions by their labels. What has no short form in words is
//! written as MongoDB writes it.

use bson::Bson;
use pipeline::ast::{Comparison, Expr, Operator, Predicate, Test};
use pipeline::print;

use crate::Catalog;

/// The labels of whatever filters can name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Words(Vec<(Expr, String)>);

impl Words {
    pub(crate) fn of(catalog: &Catalog) -> Self {
        let dimensions = catalog.dimensions.iter().map(|dimension| (dimension.expr.clone(), dimension.label.clone()));
        let fields = catalog.fields.iter().map(|field| (field.expr(), field.label.clone()));
        Self(dimensions.chain(fields).collect())
    }

    /// The predicate in words.
    pub(crate) fn predicate(&self, predicate: &Predicate) -> String {
        let joined = |parts: &[Predicate], word: &str| {
            let each = parts.iter().map(|part| match part {
                Predicate::And(inner) | Predicate::Or(inner) if inner.len() > 1 => {
                    format!("({})", self.predicate(part))
                }
                _ => self.predicate(part),
            });
            each.collect::<Vec<_>>().join(word)
        };
        match predicate {
            Predicate::And(parts) if parts.is_empty() => "any value".to_owned(),
            Predicate::And(parts) => {
                // `and` in `and` needs no parentheses.
                let each = parts.iter().map(|part| match part {
                    Predicate::Or(inner) if inner.len() > 1 => format!("({})", self.predicate(part)),
                    _ => self.predicate(part),
                });
                each.collect::<Vec<_>>().join(" and ")
            }
            Predicate::Or(parts) => joined(parts, " or "),
            Predicate::Nor(parts) => format!("not ({})", joined(parts, " or ")),
            Predicate::Expr(expr) => self.expr(expr).unwrap_or_else(|| written(predicate)),
            Predicate::JsonSchema(..) => written(predicate),
            Predicate::Field(path, test) => {
                let label = self.label(&Expr::Field(path.clone())).unwrap_or_else(|| path.to_string());
                tested(&label, test).unwrap_or_else(|| written(predicate))
            }
        }
    }

    fn label(&self, of: &Expr) -> Option<String> {
        self.0.iter().find(|(expr, _)| expr == of).map(|(_, label)| label.clone())
    }

    /// A comparison of something that has a label.
    fn expr(&self, expr: &Expr) -> Option<String> {
        let Expr::Call { operator, args } = expr else { return None };
        let sign = match (operator, args.as_slice()) {
            (Operator::Not, [Expr::Call { operator: Operator::In, args }]) => return self.listed(args, false),
            (Operator::In, args) => return self.listed(args, true),
            (operator, _) => sign(operator.comparison()?),
        };
        let [left, right] = args.as_slice() else { return None };
        if let (Expr::Literal(value), Operator::Eq | Operator::Ne) = (right, operator)
            && is_no_answer(value)
        {
            let known = if *operator == Operator::Eq { "not known" } else { "known" };
            return Some(format!("{} {known}", self.label(answered(left)?)?));
        }
        let right = match right {
            Expr::Literal(value) => word(value),
            other => self.label(other)?,
        };
        Some(format!("{} {sign} {right}", self.label(left)?))
    }

    fn listed(&self, args: &[Expr], is_in: bool) -> Option<String> {
        let [left, Expr::Array(values)] = args else { return None };
        let value = |value: &Expr| if let Expr::Literal(value) = value { Some(value.clone()) } else { None };
        let values = values.iter().map(value).collect::<Option<Vec<_>>>()?;
        Some(among(&self.label(answered(left)?)?, &values, is_in))
    }
}

/// What an expression asks for, without the null that it takes for a missing answer, as grouping does.
fn answered(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Call { operator: Operator::IfNull, args } => match args.as_slice() {
            [answer, Expr::Literal(Bson::Null)] => Some(answer),
            _ => None,
        },
        other => Some(other),
    }
}

/// That an answer is one of these, or none of them.
fn among(label: &str, values: &[Bson], is_in: bool) -> String {
    let list = |values: &[Bson]| values.iter().map(word).collect::<Vec<_>>().join(", ");
    match (values, is_in) {
        ([none], _) if is_no_answer(none) => format!("{label} {}", if is_in { "not known" } else { "known" }),
        ([none, others @ ..], true) if is_no_answer(none) => {
            format!("{label} not known or {}", list(others))
        }
        ([none, others @ ..], false) if is_no_answer(none) => {
            format!("{label} known and not {}", list(others))
        }
        (_, true) => format!("{label} in {}", list(values)),
        (_, false) => format!("{label} not in {}", list(values)),
    }
}

fn tested(label: &str, test: &Test) -> Option<String> {
    Some(match test {
        Test::Compare(Comparison::Eq, value) if is_no_answer(value) => format!("{label} not known"),
        Test::Compare(Comparison::Ne, value) if is_no_answer(value) => format!("{label} known"),
        Test::Compare(comparison, value) => format!("{label} {} {}", sign(*comparison), word(value)),
        Test::In(values) => among(label, values, true),
        Test::NotIn(values) => among(label, values, false),
        Test::Regex(regex) => format!("{label} ~ {}", diagnostic::quote(&regex.pattern)),
        Test::And(tests) => tests.iter().map(|test| tested(label, test)).collect::<Option<Vec<_>>>()?.join(" and "),
        Test::Not(test) => format!("not ({})", tested(label, test)?),
        Test::Exists(_)
        | Test::Type(_)
        | Test::Mod { .. }
        | Test::Size(_)
        | Test::Bits(..)
        | Test::All(_)
        | Test::ElemMatchObject(_)
        | Test::ElemMatchValue(_) => return None,
    })
}

fn is_no_answer(value: &Bson) -> bool {
    matches!(value, Bson::Null) || matches!(value, Bson::Double(number) if number.is_nan())
}

/// A heading as it stands inside a sentence: with a small letter in front, unless an abbreviation stands there.
///
/// ```
/// assert_eq!((catalog::lowered("Credit limit"), catalog::lowered("APR")), ("credit limit".to_owned(), "APR".to_owned()));
/// ```
#[must_use]
pub fn lowered(heading: &str) -> String {
    // An abbreviation, or a name such as `HasCrCard`.
    let is_name = heading.split_whitespace().next().is_some_and(|word| word.chars().skip(1).any(char::is_uppercase));
    if is_name {
        return heading.to_owned();
    }
    let mut letters = heading.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + letters.as_str())
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Eq => "=",
        Comparison::Ne => "≠",
        Comparison::Gt => ">",
        Comparison::Gte => "≥",
        Comparison::Lt => "<",
        Comparison::Lte => "≤",
    }
}

fn word(value: &Bson) -> String {
    match value {
        Bson::String(text) => diagnostic::quote(text),
        Bson::DateTime(date) => date.try_to_rfc3339_string().map_or_else(
            |_| value.to_string(),
            |text| match text.strip_suffix("T00:00:00Z") {
                Some(day) => day.to_owned(),
                None => text,
            },
        ),
        other => print::value(other),
    }
}

/// As MongoDB writes it.
fn written(predicate: &Predicate) -> String {
    diagnostic::quote(&print::value(&print::predicate_to_bson(predicate)))
}
