//! Dimensions: what customers are grouped by.

use bson::Bson;
use contract::Column;
use pipeline::ast::Expr;

use crate::Unit;
use crate::fields::PlainField;

/// What customers are grouped by, such as an age band.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    /// Its name in pipelines, tables and on the command line: `age_band`.
    pub name: String,
    /// Its heading: `Age band`.
    pub label: String,
    /// What computes a customer's value.
    pub expr: Expr,
    /// What its values count; [`Unit::Text`] where they are names.
    pub unit: Unit,
    /// Its values in their natural order; empty where they sort themselves (numbers).
    pub order: Vec<Bson>,
    /// The value that stands for a missing answer.
    pub missing: Option<Bson>,
    /// The values that mean that the account was closed; empty but for the status.
    pub closed: Vec<Bson>,
    /// How sentences speak of a group, with `{}` for its value: `customers aged {}`.
    pub phrase: String,
    /// How sentences speak of single groups where `phrase` would read badly: `F` → `women`.
    pub phrases: Vec<(Bson, String)>,
    /// The fields that the columns which it is computed from follow from, by the contract, as paths from a joined customer.
    pub derived_from: Vec<String>,
    /// Whether it has so many values that only a band of it can be a table's rows; then the dimension that does band it.
    pub banded_by: Option<String>,
}

impl Dimension {
    /// A column of a contract as a dimension: its values, their order and their phrases are the contract's, as is what the
    /// column follows from.
    pub(crate) fn of_column(name: String, column: &Column, field: &PlainField, derived_from: Vec<String>) -> Self {
        let text = |text: &str| Bson::String(text.to_owned());
        let phrases = column.phrases.iter().map(|(value, phrase)| (text(value), phrase.clone()));
        Self {
            name,
            label: column.label.clone(),
            expr: field.expr(),
            unit: column.unit,
            order: column.categories().iter().map(|category| text(&category.value)).collect(),
            missing: column.missing_value().map(text),
            closed: column.closed_values().into_iter().map(text).collect(),
            phrase: column.phrase.clone().unwrap_or_else(|| format!("customers with {} {{}}", column.label)),
            phrases: phrases.collect(),
            derived_from,
            banded_by: None,
        }
    }

    /// Whether `value` is no answer.
    #[must_use]
    pub fn is_missing(&self, value: &Bson) -> bool {
        *value == Bson::Null || self.missing.as_ref() == Some(value)
    }

    /// How sentences speak of the group with this value: `customers aged 60+`.
    #[must_use]
    pub fn group(&self, value: &str) -> String {
        let named = self.phrases.iter().find(|(of, _)| text(of) == value);
        named.map_or_else(|| filled(&self.phrase, value), |(_, phrase)| phrase.clone())
    }
}

/// A phrase with its value; of one thing in the singular: `customers with 1 product`.
fn filled(phrase: &str, value: &str) -> String {
    if let ("1", Some((before, behind))) = (value, phrase.split_once("{} ")) {
        let (word, rest) = behind.split_at(behind.find(|c: char| !c.is_alphabetic()).unwrap_or(behind.len()));
        let is_plural =
            word.len() > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
        if is_plural {
            let one = match word.strip_suffix("ies") {
                Some(stem) => format!("{stem}y"),
                None => word[..word.len() - 1].to_owned(),
            };
            return format!("{before}1 {one}{rest}");
        }
    }
    phrase.replace("{}", value)
}

/// A value as tables and sentences write it.
fn text(value: &Bson) -> String {
    match value {
        Bson::String(text) => text.clone(),
        other => other.to_string(),
    }
}
